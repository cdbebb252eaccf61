/** Alerts that no test server of ours can be made to send, and the names that other OpenSSLs give them. */
import { describe, expect, test } from 'vitest';
import { explainTlsError, type TlsErrorScene } from '../../src/client/tls-errors.js';

const scene: TlsErrorScene = {
  server: 'zk1:2281',
  host: 'zk1',
  options: {},
  isSecured: true,
  ours: null,
  trusted: [],
  serverCertificate: async () => null,
  speaksPlain: async () => false,
};
const alice = { ...scene, ours: { subject: { O: 'Acme', CN: 'alice' }, valid_to: 'Jan  1 00:00:00 2027 GMT' } };

describe('an alert of the server', () => {
  test.each<[string, TlsErrorScene, RegExp]>([
    ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', scene, /wants a client certificate, and none was sent/],
    ['ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE', scene, /wants a client certificate, and none was sent/],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', scene, /wants a client certificate, and none was sent/],
    [
      'ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN',
      alice,
      /refused our client certificate \(CN=alice,O=Acme\).*valid to Jan/s,
    ],
    ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', alice, /refused our client certificate \(CN=alice,O=Acme\).*trust store/s],
    ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED', alice, /refused our client certificate.*has expired/s],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', scene, /no version of TLS that we speak.*ssl\.enabledProtocols/s],
    ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', scene, /no cipher, or no certificate.*No client certificate was sent/s],
    ['ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE', alice, /no cipher, or no certificate/],
    ['ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR', scene, /the server failed in the TLS handshake/],
    ['ERR_SSL_SOMETHING_NEW', scene, /TLS failed: in OpenSSL's words/],
  ])('%s', async (code, where, message) => {
    const error = await explainTlsError(Object.assign(new Error("in OpenSSL's words"), { code }), where);
    expect(error?.code).toBe('TLS');
    expect(`${error?.message}\n${error?.why}\n${error?.hint}`).toMatch(message);
    expect(error?.message).toMatch(/^zk1:2281: /);
  });

  test('is about PKCS12, too, although only a connection can tell the name in it', async () => {
    const error = await explainTlsError(Object.assign(new Error(), { code: 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA' }), {
      ...scene,
      options: { pkcs12: Buffer.from('x') },
    });
    expect(error?.message).toContain('refused our client certificate');
  });
});

test('a reset long after the handshake is no matter of TLS', async () => {
  const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
  expect(await explainTlsError(reset, scene)).toBeNull();
  expect((await explainTlsError(reset, { ...scene, isSecured: false }))?.message).toContain('cut the connection');
});

import { describe, expect, test } from 'vitest';
import {
  decodeConnectRequest,
  decodeConnectResponse,
  encodeConnectRequest,
  encodeConnectResponse,
  NO_PASSWORD,
  sessionPassword,
} from '../../src/protocol/handshake.js';
import { build, fromHex } from '../helpers/byte-builder.js';

const password = fromHex('9f9f15b3c926eb183f35275bee7657b3');
const sessionId = 0x0100_003b_bac2_0001n;

describe('ConnectRequest', () => {
  const bytes = () => build().int(0).long(0x1_0000_0005n).int(30_000).long(sessionId).buffer(password);
  const request = { lastZxidSeen: 0x1_0000_0005n, sessionTimeoutMs: 30_000, sessionId, password };

  test.each([
    ['45 bytes with the readOnly byte', true, bytes().boolean(true)],
    ['45 bytes, not read-only', false, bytes().boolean(false)],
    ['44 bytes without it', null, bytes()],
  ])('%s', (_, readOnly, builder) => {
    expect(encodeConnectRequest({ ...request, readOnly })).toEqual(builder.frame());
    expect(decodeConnectRequest(builder.done())).toEqual({ ...request, readOnly });
  });

  test('a server takes any protocol version, any password, and bytes behind the last field', () => {
    const odd = build().int(7).long(-1n).int(-5).long(0n).buffer(null).byte(2).hex('0102').done();
    expect(decodeConnectRequest(odd)).toEqual({
      lastZxidSeen: -1n,
      sessionTimeoutMs: -5,
      sessionId: 0n,
      password: null,
      readOnly: true,
    });
  });

  test('cut short it is an error, at every byte before the readOnly one', () => {
    const whole = bytes().done();
    for (let length = 0; length < whole.length; length++) {
      expect(() => decodeConnectRequest(whole.subarray(0, length))).toThrow(
        expect.objectContaining({ kind: 'protocol', record: 'ConnectRequest', field: expect.any(String) }),
      );
    }
  });
});

describe('ConnectResponse', () => {
  const bytes = () => build().int(0).int(12_000).long(sessionId).buffer(password);
  const session = { kind: 'session', sessionTimeoutMs: 12_000, sessionId, password } as const;

  test.each([
    ['37 bytes from a server in read-only mode', true, bytes().boolean(true)],
    ['37 bytes', false, bytes().boolean(false)],
    ['36 bytes to a client that sent no readOnly byte', null, bytes()],
  ])('%s', (_, readOnly, builder) => {
    expect(encodeConnectResponse({ ...session, readOnly })).toEqual(builder.frame());
    expect(decodeConnectResponse(builder.done())).toEqual({ ...session, readOnly });
  });

  test('timeOut 0 says that the session is gone', () => {
    const gone = build().int(0).int(0).long(0n).buffer(Buffer.alloc(16)).boolean(false);
    expect(encodeConnectResponse({ kind: 'expired', readOnly: false })).toEqual(gone.frame());
    expect(decodeConnectResponse(gone.done())).toEqual({ kind: 'expired', readOnly: false });
  });

  test('a negative timeOut too', () => {
    const gone = build().int(0).int(-1).long(0n).buffer(Buffer.alloc(16)).done();
    expect(decodeConnectResponse(gone)).toEqual({ kind: 'expired', readOnly: null });
  });

  test('a bare reply header is a refusal: -119 from a 3.8 server in read-only mode', () => {
    const refusal = build().int(0).long(0n).int(-119);
    expect(decodeConnectResponse(refusal.done())).toEqual({ kind: 'refused', err: -119 });
    expect(encodeConnectResponse({ kind: 'refused', err: -119 })).toEqual(refusal.frame());
  });

  test('cut short it is an error, at every byte but the 16 of a refusal', () => {
    const whole = bytes().done();
    for (let length = 0; length < whole.length; length++) {
      if (length !== 16) {
        expect(() => decodeConnectResponse(whole.subarray(0, length))).toThrow(
          expect.objectContaining({ kind: 'protocol', record: 'ConnectResponse', field: expect.any(String) }),
        );
      }
    }
  });

  test.each([
    ['a password of another length', build().int(0).int(5).long(1n).buffer(Buffer.alloc(15)).byte(0).done()],
    ['no password', build().int(0).int(5).long(1n).buffer(null).done()],
    ['a byte behind readOnly', bytes().boolean(false).byte(0).done()],
    ['another protocol altogether', Buffer.from('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n')],
  ])('%s is an error', (_, frame) => {
    expect(() => decodeConnectResponse(frame)).toThrow(
      expect.objectContaining({ kind: 'protocol', record: 'ConnectResponse' }),
    );
  });
});

test('a new session has no password: 16 zero bytes', () => {
  expect(NO_PASSWORD).toEqual(fromHex('00000000 00000000 00000000 00000000'));
});

// As Java says it: `new java.util.Random(id ^ 0xB3415C00L).nextBytes(password)`.
test.each([
  [0n, 'f22acd4a97e69d6d20a49bb638eadb38'],
  [1n, '054cc74a37327db215e702e20c73f005'],
  [-5n, 'd47144b5e45e45c49c3b7fdcd66257ba'],
  [0x7fff_ffff_ffff_ffffn, '20f62cb5648dc2d771471c8a2486a9ee'],
  [0x0100_003b_bac2_0002n, '663c27b3e9434d4a606cf1d873dc194c'],
])('the password of session %d is %s', (id, expected) => {
  expect(sessionPassword(id)).toEqual(fromHex(expected));
});

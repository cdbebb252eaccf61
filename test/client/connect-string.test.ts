import { describe, expect, test } from 'vitest';
import { formatConnectString, parseConnectString } from '../../src/client/connect-string.js';
import type { UsageError } from '../../src/errors.js';

const server = (host: string, port = 2181) => ({ host, port });

describe('a connect string', () => {
  test.each([
    ['zk1', [server('zk1')], ''],
    ['zk1:2182', [server('zk1', 2182)], ''],
    ['zk1:1,zk2,zk3:65535', [server('zk1', 1), server('zk2'), server('zk3', 65535)], ''],
    [' zk1:1 , zk2:2 \n', [server('zk1', 1), server('zk2', 2)], ''],
    ['10.0.0.1:2181/app', [server('10.0.0.1')], '/app'],
    ['zk1,zk2/app/a b', [server('zk1'), server('zk2')], '/app/a b'],
    ['zk1/', [server('zk1')], ''],
    ['zk1:2181/a,b', [server('zk1')], '/a,b'],
    ['[::1]', [server('::1')], ''],
    ['[2001:db8::1]:2182,[fe80::1%eth0]/x', [server('2001:db8::1', 2182), server('fe80::1%eth0')], '/x'],
    ['[::ffff:10.0.0.1]:1', [server('::ffff:10.0.0.1', 1)], ''],
    ['my_host-1.example.com.', [server('my_host-1.example.com.')], ''],
  ])('%j is understood', (text, servers, chroot) => {
    expect(parseConnectString(text)).toEqual({ servers, chroot });
  });

  test.each([
    ['', /it is empty/],
    ['  ', /it is empty/],
    [',zk1', /a server is missing/],
    ['zk1,,zk2', /a server is missing/],
    ['zk1,', /a server is missing/],
    ['/app', /a server is missing/],
    [':2181', /no host.*localhost:2181/s],
    ['zk1:', /no port behind the colon/],
    ['zk1:abc', /the port "abc".*1 to 65535/],
    ['zk1:0', /the port "0"/],
    ['zk1:65536', /the port "65536"/],
    ['zk1:-1', /the port "-1"/],
    ['zk1:2181x', /the port "2181x"/],
    ['zk1: 2181', /the port " 2181"/],
    ['::1', /without brackets.*\[::1\]:2181/s],
    ['2001:db8::1', /without brackets.*\[2001:db8::1\]:2181/s],
    ['[::1', /not host:port/],
    ['[zk1]:2181', /\[zk1\] is not an IPv6 address/],
    ['[]:2181', /\[\] is not an IPv6 address/],
    ['zk1:2181:2182', /not host:port/],
    ['zk 1:2181', /"zk 1" is not a host name/],
    ['user@zk1', /"user@zk1" is not a host name/],
    ['zookeeper://zk1:2181/app', /URL scheme.*zk1:2181\/app/s],
    ['zk1/app/', /the chroot \/app\/ ends with a slash.*zk1\/app/s],
    ['zk1//app', /the chroot \/\/app is not a path/],
    ['zk1/app/../x', /the chroot \/app\/\.\.\/x is not a path/],
    ['zk1/app/./x', /the chroot/],
    ['zk1/a\u0000', /the chroot/],
  ])('%j is refused with the reason and, where there is one, the right spelling', (text, message) => {
    const error = refusal(text);
    expect(error.kind).toBe('usage');
    expect(`${error.message} ${error.hint}`).toMatch(message);
    expect(error.why).toContain('host[:port][,host…][/chroot]');
  });

  test.each([
    ['zk1:1/x,zk2:2', 'zk1:1,zk2:2/x'],
    ['zk1:1/x, zk2:2,[::1]:3', 'zk1:1,zk2:2,[::1]:3/x'],
    ['zk1:1/x,zk2:2/x', 'zk1:1,zk2:2/x'],
  ])('%j has a chroot in the middle, and %j is suggested', (text, right) => {
    const error = refusal(text);
    expect(error.message).toContain('a chroot stands once, behind the last server');
    expect(error.hint).toContain(`: ${right}`);
    expect(() => parseConnectString(right)).not.toThrow();
  });

  test.each(['zk1:2181', 'zk1:1,zk2:2/app/x', '[::1]:2181,10.0.0.1:2182'])('%j is written as it was read', (text) => {
    expect(formatConnectString(parseConnectString(text))).toBe(text);
  });
});

function refusal(text: string): UsageError {
  try {
    parseConnectString(text);
  } catch (error) {
    return error as UsageError;
  }
  throw new Error(`${JSON.stringify(text)} was accepted`);
}

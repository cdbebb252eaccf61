/** Java's readings of numbers, bytes, properties and hash order. Expected values are what JDK 17 gives. */
import { expect, test } from 'vitest';
import { clientServers } from '../../src/zkcli/client-servers.js';
import { decodeInt32, isDouble, parseInt32, parseInt64 } from '../../src/zkcli/java-numbers.js';
import { decodeUtf8, hashCode, splitJava, wellFormed } from '../../src/zkcli/java-text.js';
import { parseLaunchOptions } from '../../src/zkcli/launch-options.js';
import { pathFault } from '../../src/zkcli/paths.js';
import { parseProperties } from '../../src/zkcli/properties.js';
import { normalizeServers } from '../../src/zkcli/server-list.js';

test('Integer.parseInt, Long.parseLong, Integer.decode', () => {
  const numbers = ['0', '+5', '-5', '007', '2147483647', '2147483648', '-2147483648', '', '-', '1 ', '0x1', '٣'];
  expect(numbers.map(parseInt32)).toEqual([0, 5, -5, 7, 2147483647, null, -2147483648, null, null, null, null, 3]);
  expect(parseInt64('9223372036854775807')).toBe(0x7fff_ffff_ffff_ffffn);
  expect(parseInt64('9223372036854775808')).toBeNull();
  expect([parseInt64('fF', 16), parseInt64('g', 16)]).toEqual([255n, null]);
  const decoded = ['1', '-1', '0x1F', '-0X1f', '#a', '010', '0', '-#1', '08', '0x', '', '--1', '99999999999'];
  expect(decoded.map(decodeInt32)).toEqual([1, -1, 31, -31, 10, 8, 0, -1, null, null, null, null, null]);
});

test('Double.parseDouble says what is a number', () => {
  const yes = ['1', '-1', '-1.', '.5', '-1e3', '1d', '-2F', 'NaN', '-Infinity', '0x1p3', ' 1 '];
  const no = ['', '-', '.', 'e3', '1x', '0x1', 'infinity', '1 2', '-v'];
  expect(yes.filter((text) => !isDouble(text))).toEqual([]);
  expect(no.filter(isDouble)).toEqual([]);
});

test('UTF-8 with Java’s number of replacement characters', () => {
  const decode = (hex: string) => decodeUtf8(Buffer.from(hex, 'hex'));
  expect(decode('00ff80c3286180ff')).toBe('\0\ufffd\ufffd\ufffd(a\ufffd\ufffd');
  expect([decode('eda080'), decode('e282'), decode('f09f98'), decode('efbbbf41')]).toEqual([
    '\ufffd',
    '\ufffd',
    '\ufffd',
    '\ufeffA',
  ]);
  expect([wellFormed('a\ud83d'), wellFormed('\ude00b'), wellFormed('😀')]).toEqual(['a?', '?b', '😀']);
});

test('String.split and String.hashCode', () => {
  expect([splitJava('a,b,,', ','), splitJava(',a', ','), splitJava('', ','), splitJava(',', ',')]).toEqual([
    ['a', 'b'],
    ['', 'a'],
    [''],
    [],
  ]);
  expect([hashCode('server.1'), hashCode('')]).toEqual([1379102790, 0]);
});

test('Properties.load', () => {
  const text = '# no\n! no\n a = b \nc:d\ne f\\\n   g\nh\\=i=\\u00e9\\t\\q\r\nempty\nC:\\\\x = 1\na=2';
  expect([...parseProperties(text)]).toEqual([
    ['a', '2'],
    ['c', 'd'],
    ['e', 'fg'],
    ['h=i', 'é\tq'],
    ['empty', ''],
    ['C', '\\x = 1'],
  ]);
});

test('config -c prints the servers in the order of Java’s hash table', () => {
  const text = ['1', '2', '3'].map((id) => `server.${id}=h${id}:1:2:participant;0.0.0.0:218${id}`).join('\n');
  expect(clientServers(`${text}\nversion=1f`)).toBe('1f 0.0.0.0:2182,0.0.0.0:2181,0.0.0.0:2183');
  expect(clientServers('server.1=h:1:2\nserver.2=h:1:2;[::1]:99\nversion=0')).toBe('0 0:0:0:0:0:0:0:1:99,');
  expect(clientServers('')).toBe(' ');
});

test('paths, with the messages of PathUtils', () => {
  expect(['/', '/a', '/a/b.c', '/...', '/a..'].map((path) => pathFault(path))).toEqual([null, null, null, null, null]);
  expect(['', 'a', '/a/', '/a//b', '/a/../b', '/.', '/a\u0001', '/a\0'].map((path) => pathFault(path))).toEqual([
    'Path length must be > 0',
    'Path must start with / character',
    'Path must not end with / character',
    'Invalid path string "/a//b" caused by empty node name specified @3',
    'Invalid path string "/a/../b" caused by relative paths not allowed @4',
    'Invalid path string "/." caused by relative paths not allowed @1',
    'Invalid path string "/a\u0001" caused by invalid character @2',
    'Invalid path string "/a\0" caused by null character not allowed @2',
  ]);
  expect([pathFault('/a/', true), pathFault('', true)]).toEqual([null, 'Path must start with / character']);
});

test('the list of servers as Java reads it', () => {
  const good = ['h', 'h:', 'a:1, b:2,', 'h:1/', 'h/x/y', '[::1]:7', '[::1]', ':5'];
  expect(good.map(normalizeServers)).toEqual([
    'h:2181',
    'h:2181',
    'a:1,b:2',
    'h:1',
    'h:2181/x/y',
    '[::1]:7',
    '[::1]:2181',
    'localhost:5',
  ]);
  for (const wrong of ['', ',', 'h:abc', 'h:70000', 'h:-1', 'h//x', 'h/x/', '[::1', '[]:1', '[::1]x', '[::1]:', '/x']) {
    expect(() => normalizeServers(wrong), wrong).toThrow(expect.objectContaining({ name: 'Crash', status: 1 }));
  }
});

test('what stands before the command', () => {
  const parse = (line: string) => parseLaunchOptions(line.split(' '));
  expect(parse('-server a -x -server b -r -- ls -R -server')).toMatchObject({
    server: 'b',
    readOnly: true,
    command: ['ls', '-R', '-server'],
  });
  expect(parse('-sever x ls')).toMatchObject({ server: 'localhost:2181', command: ['x', 'ls'] });
  expect(parse('--config d ls /')).toMatchObject({ command: ['ls', '/'] });
  expect(parse('-timeout 5 -server')).toMatchObject({
    timeout: '5',
    command: [],
    complaint: 'Error: no argument found for option -server',
  });
});

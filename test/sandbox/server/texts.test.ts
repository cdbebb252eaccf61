/** Texts to the byte: Java's numbers and dates, Jackson's JSON, addresses. */
import { describe, expect, test } from 'vitest';
import { formatJson, JsonObject } from '../../../src/sandbox/server/admin/json-text.js';
import { hostPort, javaAddress } from '../../../src/sandbox/server/java-address.js';
import { javaDate, javaDouble, javaHex, roundMean } from '../../../src/sandbox/tree/java-text.js';

test.each([
  ['127.0.0.1', '127.0.0.1'],
  ['::ffff:10.1.2.3', '10.1.2.3'],
  ['::1', '0:0:0:0:0:0:0:1'],
  ['::', '0:0:0:0:0:0:0:0'],
  ['fe80::1:02%eth0', 'fe80:0:0:0:0:0:1:2'],
  ['2001:DB8::', '2001:db8:0:0:0:0:0:0'],
  ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
])('the address %s is %s to Java', (address, java) => {
  expect(javaAddress(address)).toBe(java);
});

test('an IPv6 address stands in brackets before a port', () => {
  expect([hostPort('::1', 80), hostPort('zk1', 80)]).toEqual(['[::1]:80', 'zk1:80']);
});

test('numbers have a point where Java gives them one', () => {
  expect([0, 1, 0.2547, 12.5].map(javaDouble)).toEqual(['0.0', '1.0', '0.2547', '12.5']);
  expect(roundMean(1 / 3)).toBe(0.3333);
  expect([javaHex(0), javaHex(255), javaHex(-1), javaHex(0x0100003bbac20001n)]).toEqual([
    '0',
    'ff',
    'ffffffffffffffff',
    '100003bbac20001',
  ]);
});

test('dates are those of Date.toString', () => {
  expect(javaDate(Date.UTC(2026, 10, 2, 10, 4, 5))).toMatch(/^Mon Nov 02 \d\d:\d\d:05 \S+ 2026$/);
});

describe('JSON', () => {
  test('is laid out as Jackson lays it out', () => {
    const value = new JsonObject([
      ['empty_list', []],
      ['empty_object', new JsonObject([])],
      ['ids', [72057697577467904n, 1n]],
      ['mean', { double: 0 }],
      ['list', [new JsonObject([['zxid', 128]]), new JsonObject([['zxid', 256]])]],
      ['inner', new JsonObject([['deep', new JsonObject([['text', 'a"b\\c\n\u0001é/']])]])],
      ['error', null],
    ]);
    expect(formatJson(value)).toBe(`{
  "empty_list" : [ ],
  "empty_object" : { },
  "ids" : [ 72057697577467904, 1 ],
  "mean" : 0.0,
  "list" : [ {
    "zxid" : 128
  }, {
    "zxid" : 256
  } ],
  "inner" : {
    "deep" : {
      "text" : "a\\"b\\\\c\\n\\u0001é/"
    }
  },
  "error" : null
}`);
  });
});

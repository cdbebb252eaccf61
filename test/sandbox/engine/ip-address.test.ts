import { expect, test } from 'vitest';
import { isIpExpression, matchesIp } from '../../../src/sandbox/engine/ip-address.js';

test.each([
  '127.0.0.1',
  '127.0.0.0/8',
  '127.0.0.1/0',
  '127.0.0.1/32',
  '127.0.0.01',
  '+1.0.0.1',
  '::1',
  '::',
  'fe80::/10',
  '1:2:3:4:5:6:7:8',
  '::1/128',
  'FE80::A',
])('%s can stand in an ACL', (text) => {
  expect(isIpExpression(text)).toBe(true);
});

test.each([
  '127.0.0.1/33',
  '127.0.0.1/-1',
  '127.0.0.1/',
  '127.0.0.1/8/8',
  '127.0.0',
  '127.0.0.256',
  '1.2.3.4.5',
  'localhost',
  '',
  '::1/129',
  '1:2:3',
  '1::2::3',
  '1:2:3:4:5:6:7::8',
  '12345::',
  ':1::',
  '::ffff:127.0.0.1',
  '::g',
])('%s cannot', (text) => {
  expect(isIpExpression(text)).toBe(false);
});

test.each([
  ['127.0.0.1', '127.0.0.1', true],
  ['127.0.0.1', '127.0.0.2', false],
  ['127.0.0.1', '127.0.0.2/30', true],
  ['127.0.0.1', '127.0.0.4/30', false],
  ['10.1.2.3', '10.255.0.0/7', true],
  ['12.1.2.3', '10.255.0.0/7', false],
  ['8.8.8.8', '127.0.0.1/0', true],
  ['::1', '127.0.0.1/0', false],
  ['0:0:0:0:0:0:0:1', '::1', true],
  ['fe80::1234', 'fe80::/10', true],
  ['fec0::1234', 'fe80::/10', false],
])('%s against %s: %s', (address, expression, isMeant) => {
  expect(matchesIp(address, expression)).toBe(isMeant);
});

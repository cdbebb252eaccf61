/** Subjects as Java writes them: what X500Principal.getName of a JDK 17 said of the same certificates. */
import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { subjectOf } from '../../../src/sandbox/server/distinguished-name.js';
import { issue } from '../../helpers/certificates.js';

test.each<[subject: [string, string][], name: string]>([
  [
    [
      ['C', 'CN'],
      ['O', 'Acme, Inc.'],
      ['OU', 'Data + Ops'],
      ['CN', 'José'],
      ['emailAddress', 'a@b.c'],
    ],
    '1.2.840.113549.1.9.1=#16056140622e63,CN=José,OU=Data \\+ Ops,O=Acme\\, Inc.,C=CN',
  ],
  [[['CN', '  two  blanks  ']], 'CN=\\ \\ two  blanks\\ \\ '],
  [[['CN', '#b=c<d>e;f"g\\h']], 'CN=\\#b\\=c\\<d\\>e\\;f\\"g\\\\h'],
  [
    [
      ['CN', '日本'],
      ['L', 'X'],
    ],
    'L=X,CN=日本',
  ],
  [[['CN', 'nul\0x']], 'CN=nul\\00x'],
])('%j', (subject, name) => {
  expect(subjectOf(new X509Certificate(issue({ subject }).cert).raw)).toBe(name);
});

test('what is no certificate has no subject', () => {
  expect(subjectOf(Buffer.from('hello'))).toBeNull();
  expect(subjectOf(Buffer.alloc(0))).toBeNull();
  const der = new X509Certificate(issue({ subject: [['CN', 'x']] }).cert).raw;
  for (const length of [1, 4, 40, 100]) expect(subjectOf(der.subarray(0, length))).toBeNull();
});

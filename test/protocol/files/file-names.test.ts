import { expect, test } from 'vitest';
import { compressionOf, logName, parseDataFile, snapshotName } from '../../../src/protocol/files/file-names.js';
import { recorded } from './recorded.js';

test.each([
  ['log.1', { kind: 'log', zxid: 1 }],
  ['log.1a2b00000001', { kind: 'log', zxid: 0x1a2b00000001 }],
  ['snapshot.0', { kind: 'snapshot', zxid: 0 }],
  ['snapshot.8ef.gz', { kind: 'snapshot', zxid: 0x8ef }],
  ['snapshot.8ef.snappy', { kind: 'snapshot', zxid: 0x8ef }],
])('%s', (name, file) => {
  expect(parseDataFile(name)).toEqual({ name, ...file });
});

test.each(['log', 'log.', 'log.xyz', 'snapshot-1', 'unfinished-snapshot.5', '.log.1', 'currentEpoch', 'mylog.1'])(
  '%s is none of them',
  (name) => expect(parseDataFile(name)).toBeNull(),
);

test('names have lower-case hex without zeros in front', () => {
  expect(logName(0x1a2b)).toBe('log.1a2b');
  expect(snapshotName(0, '')).toBe('snapshot.0');
  expect(snapshotName(0x300000001, 'gz')).toBe('snapshot.300000001.gz');
});

test('compression is seen by the first bytes, whatever the name says', () => {
  expect(compressionOf(recorded('snapshot.1d'))).toBe('');
  expect(compressionOf(recorded('snapshot.1d.gz'))).toBe('gz');
  expect(compressionOf(recorded('snapshot.1d.snappy'))).toBe('snappy');
  expect(compressionOf(Buffer.alloc(0))).toBe('');
});

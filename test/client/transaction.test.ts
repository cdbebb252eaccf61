import { expect, test } from 'vitest';
import type { MultiOp, RequestOptions } from '../../src/client/api.js';
import { Transaction } from '../../src/client/transaction.js';

test('a transaction is one multi of its steps, in their order', async () => {
  const asked: { ops: readonly MultiOp[]; options: RequestOptions | undefined }[] = [];
  const session = {
    multi: async (ops: readonly MultiOp[], options?: RequestOptions) => {
      asked.push({ ops, options });
      return [];
    },
  };
  const transaction = new Transaction(session)
    .check('/a', 0)
    .check('/b')
    .create('/c', Buffer.from('c'), { mode: 'ttl', ttlMs: 5 })
    .create('/d')
    .setData('/e', null, 0)
    .delete('/f', 0)
    .delete('/g');
  expect(asked).toEqual([]);
  await transaction.commit({ deadlineMs: 7 });
  expect(asked).toEqual([
    {
      ops: [
        { op: 'check', path: '/a', version: 0 },
        { op: 'check', path: '/b' },
        { op: 'create', path: '/c', data: Buffer.from('c'), mode: 'ttl', ttlMs: 5 },
        { op: 'create', path: '/d', data: null },
        { op: 'setData', path: '/e', data: null, version: 0 },
        { op: 'delete', path: '/f', version: 0 },
        { op: 'delete', path: '/g' },
      ],
      options: { deadlineMs: 7 },
    },
  ]);
});

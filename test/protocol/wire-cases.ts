/** One request and one reply of every operation, as values and as bytes built by hand. */
import type { OpName } from '../../src/protocol/ops.js';
import { build, type StatNumbers } from '../helpers/byte-builder.js';

export interface WireCase {
  readonly op: OpName;
  readonly request: unknown;
  readonly requestBytes: Buffer;
  readonly reply: unknown;
  readonly replyBytes: Buffer;
}

const numbers = {
  czxid: 0x1_0000_0013n,
  mzxid: 0x7fff_ffff_ffff_ffffn,
  ctime: 1_795_344_875_307n,
  mtime: -1n,
  version: 3,
  cversion: -2,
  aversion: 2_147_483_647,
  ephemeralOwner: 0x0100_003b_bac2_0001n,
  dataLength: 5,
  numChildren: 9,
  pzxid: -1n,
} satisfies StatNumbers;
const stat = { ...numbers, ctime: 1_795_344_875_307, mtime: -1 };

const acl = [
  { perms: 31, scheme: 'world', id: 'anyone' },
  { perms: -1, scheme: 'digest', id: 'a:3OptnM09ILoVSfbZtd3mB0IViII=' },
];
const aclEntries = [
  [31, 'world', 'anyone'],
  [-1, 'digest', 'a:3OptnM09ILoVSfbZtd3mB0IViII='],
] as const;
const data = Buffer.from([0, 1, 2, 254, 255]);

const createRequest = { path: '/t/é', data, acl, flags: 3 };
const createBytes = () => build().string('/t/é').buffer(data).acl(aclEntries).int(3);
const createdStat = { path: '/t/é0000000007', stat };
const createdStatBytes = build().string('/t/é0000000007').stat(numbers).done();
const nothing = build().done();

const watches = { relativeZxid: 0x1_0000_0000n, dataWatches: ['/a', '/b'], existWatches: [], childWatches: null };
const watchesBytes = () => build().long(0x1_0000_0000n).strings(['/a', '/b']).strings([]).strings(null);

export const WIRE_CASES: readonly WireCase[] = [
  {
    op: 'create',
    request: createRequest,
    requestBytes: createBytes().done(),
    reply: { path: '/t/é0000000007' },
    replyBytes: build().string('/t/é0000000007').done(),
  },
  {
    op: 'delete',
    request: { path: '/t', version: -1 },
    requestBytes: build().string('/t').int(-1).done(),
    reply: {},
    replyBytes: nothing,
  },
  {
    op: 'exists',
    request: { path: '/t', watch: true },
    requestBytes: build().string('/t').boolean(true).done(),
    reply: { stat },
    replyBytes: build().stat(numbers).done(),
  },
  {
    op: 'getData',
    request: { path: '/t', watch: false },
    requestBytes: build().string('/t').boolean(false).done(),
    reply: { data, stat },
    replyBytes: build().buffer(data).stat(numbers).done(),
  },
  {
    op: 'setData',
    request: { path: '/t', data, version: 0 },
    requestBytes: build().string('/t').buffer(data).int(0).done(),
    reply: { stat },
    replyBytes: build().stat(numbers).done(),
  },
  {
    op: 'getACL',
    request: { path: '/t' },
    requestBytes: build().string('/t').done(),
    reply: { acl, stat },
    replyBytes: build().acl(aclEntries).stat(numbers).done(),
  },
  {
    op: 'setACL',
    request: { path: '/t', acl, version: 4 },
    requestBytes: build().string('/t').acl(aclEntries).int(4).done(),
    reply: { stat },
    replyBytes: build().stat(numbers).done(),
  },
  {
    op: 'getChildren',
    request: { path: '/t', watch: true },
    requestBytes: build().string('/t').boolean(true).done(),
    reply: { children: ['b', 'a', 'ü'] },
    replyBytes: build().strings(['b', 'a', 'ü']).done(),
  },
  {
    op: 'sync',
    request: { path: '/t' },
    requestBytes: build().string('/t').done(),
    reply: { path: '/t' },
    replyBytes: build().string('/t').done(),
  },
  { op: 'ping', request: {}, requestBytes: nothing, reply: {}, replyBytes: nothing },
  {
    op: 'getChildren2',
    request: { path: '/t', watch: false },
    requestBytes: build().string('/t').boolean(false).done(),
    reply: { children: [], stat },
    replyBytes: build().strings([]).stat(numbers).done(),
  },
  {
    op: 'check',
    request: { path: '/t', version: 77 },
    requestBytes: build().string('/t').int(77).done(),
    reply: {},
    replyBytes: nothing,
  },
  {
    op: 'multi',
    request: [
      { op: 'create', ...createRequest },
      { op: 'create2', ...createRequest },
      { op: 'createContainer', ...createRequest },
      { op: 'createTTL', ...createRequest, ttl: 1_099_511_627_775 },
      { op: 'delete', path: '/t', version: 1 },
      { op: 'setData', path: '/t', data: null, version: 2 },
      { op: 'check', path: '/t', version: 3 },
    ],
    requestBytes: build()
      .multiHeader(1, false, -1)
      .raw(createBytes().done())
      .multiHeader(15, false, -1)
      .raw(createBytes().done())
      .multiHeader(19, false, -1)
      .raw(createBytes().done())
      .multiHeader(21, false, -1)
      .raw(createBytes().long(1_099_511_627_775n).done())
      .multiHeader(2, false, -1)
      .string('/t')
      .int(1)
      .multiHeader(5, false, -1)
      .string('/t')
      .buffer(null)
      .int(2)
      .multiHeader(13, false, -1)
      .string('/t')
      .int(3)
      .multiHeader(-1, true, -1)
      .done(),
    reply: [
      { op: 'create', path: '/t/a' },
      { op: 'create2', path: '/t/b', stat },
      { op: 'delete' },
      { op: 'setData', stat },
      { op: 'check' },
      { op: 'error', err: -101 },
    ],
    replyBytes: build()
      .multiHeader(1, false, 0)
      .string('/t/a')
      .multiHeader(15, false, 0)
      .string('/t/b')
      .stat(numbers)
      .multiHeader(2, false, 0)
      .multiHeader(5, false, 0)
      .stat(numbers)
      .multiHeader(13, false, 0)
      .multiHeader(-1, false, -101)
      .int(-101)
      .multiHeader(-1, true, -1)
      .done(),
  },
  {
    op: 'create2',
    request: createRequest,
    requestBytes: createBytes().done(),
    reply: createdStat,
    replyBytes: createdStatBytes,
  },
  {
    op: 'reconfig',
    request: { joiningServers: 'server.4=h:1:2;3', leavingServers: null, newMembers: '', curConfigId: -1n },
    requestBytes: build().string('server.4=h:1:2;3').string(null).string('').long(-1n).done(),
    reply: { data, stat },
    replyBytes: build().buffer(data).stat(numbers).done(),
  },
  {
    op: 'checkWatches',
    request: { path: '/t', type: 3 },
    requestBytes: build().string('/t').int(3).done(),
    reply: {},
    replyBytes: nothing,
  },
  {
    op: 'removeWatches',
    request: { path: '/t', type: 5 },
    requestBytes: build().string('/t').int(5).done(),
    reply: {},
    replyBytes: nothing,
  },
  {
    op: 'createContainer',
    request: { ...createRequest, flags: 4 },
    requestBytes: build().string('/t/é').buffer(data).acl(aclEntries).int(4).done(),
    reply: createdStat,
    replyBytes: createdStatBytes,
  },
  {
    op: 'deleteContainer',
    request: { path: '/t' },
    requestBytes: build().string('/t').done(),
    reply: {},
    replyBytes: nothing,
  },
  {
    op: 'createTTL',
    request: { ...createRequest, flags: 5, ttl: 60_000 },
    requestBytes: build().string('/t/é').buffer(data).acl(aclEntries).int(5).long(60_000n).done(),
    reply: createdStat,
    replyBytes: createdStatBytes,
  },
  {
    op: 'multiRead',
    request: [
      { op: 'getData', path: '/t', watch: false },
      { op: 'getChildren', path: '/', watch: true },
    ],
    requestBytes: build()
      .multiHeader(4, false, -1)
      .string('/t')
      .boolean(false)
      .multiHeader(8, false, -1)
      .string('/')
      .boolean(true)
      .multiHeader(-1, true, -1)
      .done(),
    reply: [
      { op: 'getData', data, stat },
      { op: 'getData', data: null, stat },
      { op: 'getChildren', children: ['x', 'y'] },
      { op: 'error', err: -102 },
    ],
    replyBytes: build()
      .multiHeader(4, false, 0)
      .buffer(data)
      .stat(numbers)
      .multiHeader(4, false, 0)
      .buffer(null)
      .stat(numbers)
      .multiHeader(8, false, 0)
      .strings(['x', 'y'])
      .multiHeader(-1, false, -102)
      .int(-102)
      .multiHeader(-1, true, -1)
      .done(),
  },
  {
    op: 'auth',
    request: { type: 0, scheme: 'digest', auth: Buffer.from('a:b') },
    requestBytes: build().int(0).string('digest').buffer(Buffer.from('a:b')).done(),
    reply: {},
    replyBytes: nothing,
  },
  { op: 'setWatches', request: watches, requestBytes: watchesBytes().done(), reply: {}, replyBytes: nothing },
  {
    op: 'sasl',
    request: { token: Buffer.alloc(0) },
    requestBytes: build().buffer(Buffer.alloc(0)).done(),
    reply: { token: null },
    replyBytes: build().buffer(null).done(),
  },
  {
    op: 'getEphemerals',
    request: { prefixPath: '/t' },
    requestBytes: build().string('/t').done(),
    reply: { ephemerals: ['/t/1', '/t2'] },
    replyBytes: build().strings(['/t/1', '/t2']).done(),
  },
  {
    op: 'getAllChildrenNumber',
    request: { path: '/' },
    requestBytes: build().string('/').done(),
    reply: { totalNumber: 3 },
    replyBytes: build().int(3).done(),
  },
  {
    op: 'setWatches2',
    request: { ...watches, persistentWatches: ['/p'], persistentRecursiveWatches: ['/r'] },
    requestBytes: watchesBytes().strings(['/p']).strings(['/r']).done(),
    reply: {},
    replyBytes: nothing,
  },
  {
    op: 'addWatch',
    request: { path: '/t', mode: 1 },
    requestBytes: build().string('/t').int(1).done(),
    reply: { err: 0 },
    replyBytes: build().int(0).done(),
  },
  {
    op: 'whoAmI',
    request: {},
    requestBytes: nothing,
    reply: {
      clientInfo: [
        { authScheme: 'ip', user: '127.0.0.1' },
        { authScheme: 'super', user: '' },
      ],
    },
    replyBytes: build().int(2).string('ip').string('127.0.0.1').string('super').string('').done(),
  },
  { op: 'closeSession', request: {}, requestBytes: nothing, reply: {}, replyBytes: nothing },
];

/** The public face: a ZooKeeper-protocol server for tests and for trying things, in this process. */

export type { ActiveFault, Faults, FaultTarget } from './faults.js';
export type {
  Sandbox,
  SandboxClock,
  SandboxOptions,
  SandboxSession,
  SandboxTls,
} from './sandbox.js';
export { parseZooCfg } from './settings/zoo-cfg.js';
export { startSandbox } from './start.js';
export type { DataTree, StoredZnode } from './tree/data-tree.js';

/** The public face: a ZooKeeper-protocol server for tests and for trying things, in this process. */

export type { DataTree, StoredZnode } from './data-tree.js';
export type { ActiveFault, Faults, FaultTarget } from './faults.js';
export type {
  Sandbox,
  SandboxClock,
  SandboxOptions,
  SandboxSession,
  SandboxTls,
} from './sandbox.js';
export { startSandbox } from './start.js';
export { parseZooCfg } from './zoo-cfg.js';

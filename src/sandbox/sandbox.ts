/** What a Node program holds of a running sandbox (zksh/sandbox). The interface; start.ts implements it. */

import type { Faults } from './faults.js';
import type { DataTree } from './tree/data-tree.js';

export interface SandboxOptions {
  /** 0 (default): any free one. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Keys of zoo.cfg and ZooKeeper's system properties, under their own names, with or without `zookeeper.`. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
  /** Tree and sessions live there and survive; ZooKeeper's own format. Default: in memory only. */
  readonly dataDir?: string;
  /**
   * What a new tree begins with: the sample tree, or lines as `zksh export` writes them (protocol/znode-line.ts), with the
   * name of their file for messages. Default: nothing. A data directory that holds a tree already keeps that.
   */
  readonly seed?: 'sample' | { readonly text: string; readonly name?: string };
  /** Accounts of SASL DIGEST-MD5: name to password. */
  readonly saslUsers?: Readonly<Record<string, string>>;
  /** PEM texts for the secure port, instead of ssl.* files. */
  readonly tls?: SandboxTls;
  /** Default: the system's. Timers go through it too, so that a test can hold and move time. */
  readonly clock?: SandboxClock;
  /** Makes everything random repeatable. Default: random, and shown by `sandbox.seed`. */
  readonly randomSeed?: number;
  /** What a server would log. */
  readonly log?: (line: string) => void;
}

export interface SandboxTls {
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
  /** Client certificates must be signed by one of these; absent: none is asked for. */
  readonly clientCa?: string | Buffer;
}

export interface SandboxClock {
  /** ms since the epoch. */
  wallClock(): number;
  /** Monotonic, ms. */
  now(): number;
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(handle: unknown): void;
}

export interface SandboxSession {
  readonly sessionId: bigint;
  readonly sessionTimeoutMs: number;
  /** `address:port` of its connection; null: none at the moment. */
  readonly remote: string | null;
  readonly ephemerals: readonly string[];
}

export interface Sandbox {
  readonly host: string;
  readonly port: number;
  /** `host:port`, IPv6 in brackets: a connect string. */
  readonly address: string;
  /** null: the setting that opens it was not given. */
  readonly secureAddress: string | null;
  /** `http://host:port/commands`; null: no AdminServer. */
  readonly adminUrl: string | null;
  readonly randomSeed: number;
  /** To look at, not to change. */
  readonly tree: DataTree;
  readonly lastZxid: number;
  readonly sessions: readonly SandboxSession[];
  readonly faults: Faults;
  /** Sends a clean end: connections are closed, everything is on disk. */
  stop(): Promise<void>;
  /** As a crash: connections cut, nothing more is written, not even what was not flushed yet. */
  kill(): Promise<void>;
  /** Stops (or comes back after kill) and starts again on the same port, from the data directory or with the same tree. Sessions live on, watches and auth do not. */
  restart(): Promise<void>;
}

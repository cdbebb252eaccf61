/**
 * Types of those parts of node-zookeeper-client 1.1.3 that engine.ts uses: the client, and the class it extends. The
 * package has none of its own and those of @types describe another version. test/client/library.test.ts holds this
 * against the package.
 */

declare module 'node-zookeeper-client' {
  import type { EventEmitter } from 'node:events';
  import type ConnectionManager from 'node-zookeeper-client/lib/ConnectionManager.js';

  export interface LibraryOptions {
    readonly sessionTimeout: number;
    readonly spinDelay: number;
    readonly retries: number;
  }

  export interface Client extends EventEmitter {
    connectionManager: ConnectionManager;
    readonly options: LibraryOptions;
    connect(): void;
    close(): void;
    addAuthInfo(scheme: string, auth: Buffer): void;
    getSessionId(): Buffer;
    getSessionPassword(): Buffer;
    getSessionTimeout(): number;
    onConnectionManagerState(state: number): void;
  }

  const library: {
    createClient(connectionString: string, options: Partial<LibraryOptions>): Client;
  };
  export default library;
}

declare module 'node-zookeeper-client/lib/ConnectionManager.js' {
  import { EventEmitter } from 'node:events';
  import type { Socket } from 'node:net';
  import type { LibraryOptions } from 'node-zookeeper-client';

  /** What `queue` takes: the header is read by the gate, the payload is null so that no chroot is put into it. */
  interface LibraryRequest {
    readonly header: { xid: number; readonly type: number };
    readonly payload: null;
    toBuffer(): Buffer;
  }

  interface LibraryPacket {
    readonly request: LibraryRequest;
    readonly callback: (error?: unknown) => void;
  }

  interface LibraryQueue {
    push(packet: LibraryPacket): void;
    shift(): LibraryPacket | undefined;
  }

  export default class ConnectionManager extends EventEmitter {
    static readonly STATES: Readonly<
      Record<
        | 'DISCONNECTED'
        | 'CONNECTING'
        | 'CONNECTED'
        | 'CONNECTED_READ_ONLY'
        | 'CLOSING'
        | 'CLOSED'
        | 'SESSION_EXPIRED'
        | 'AUTHENTICATION_FAILED',
        number
      >
    >;

    constructor(connectionString: string, options: LibraryOptions, stateListener: (state: number) => void);

    state: number;
    socket: Socket | undefined;
    sessionId: Buffer;
    sessionPassword: Buffer;
    sessionTimeout: number;
    credentials: { readonly scheme: string; readonly auth: Buffer }[];
    /** Highest zxid seen, 8 bytes. */
    zxid: Buffer;
    xid: number;
    packetQueue: LibraryQueue;

    connect(): void;
    close(): void;
    queue(request: LibraryRequest, callback?: (error?: unknown) => void): void;
    setState(state: number): void;
    updateTimeout(sessionTimeout: number): void;
    addAuthInfo(scheme: string, auth: Buffer): void;
    getSessionId(): Buffer;
    getSessionPassword(): Buffer;
    getSessionTimeout(): number;
    onSocketConnected(): void;
    onSocketData(chunk: Buffer): void;
    onSocketDrain(): void;
    onSocketClosed(hasError?: boolean): void;
    onSocketError(error: Error): void;
    onPacketQueueReadable(): void;
  }
}

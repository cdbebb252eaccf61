/** sandbox: a server of our own, for others to connect to, until interrupted or for the time of one command. */
import type { CommandContext } from './context.js';
import type { Result } from './results.js';
import { SANDBOX_DEFAULTS, type SandboxRequest } from './sandbox-access.js';
import { command, flag, option, repeatedOption, variadicArg } from './spec.js';

/** ZooKeeper's own. */
const PORT_DEFAULT = 2181;

export const sandbox = command({
  name: 'sandbox',
  group: 'shell',
  summary: 'Serve a ZooKeeper of our own, for trying, teaching and tests',
  description:
    'Speaks the protocol of ZooKeeper 3.9, standalone: any client can use it. It is for trying, teaching and tests; production runs on Apache ZooKeeper.\nWithout a command it serves until interrupted; the first line says where: listening on HOST:PORT. With a command it starts on a free port, runs the command with ZKSH_SERVER and ZOOKEEPER_CONNECT set, and ends with its status.\nThe tree is kept in memory, and begins with a small sample; with --data-dir tree and sessions survive, in the format of ZooKeeper: a real server can be started on that folder, and the other way round.\nSettings have the names of zoo.cfg and of the system properties of ZooKeeper, and its defaults, but for extendedTypesEnabled=true and 4lw.commands.whitelist=*.',
  args: [variadicArg('command', 'text', 'a program and its arguments, behind --', { optional: true })],
  options: {
    port: option('port', null, 'PORT', 'count', '2181 unless given, with a command any free one; 0: any free one'),
    host: option('host', null, 'ADDRESS', 'text', 'where to listen; 127.0.0.1 unless given'),
    empty: flag('empty', null, 'begin with an empty tree', { conflicts: ['seed'] }),
    seed: option('seed', null, 'FILE', 'file', 'begin with the znodes of an export', { conflicts: ['empty'] }),
    dataDir: option('data-dir', null, 'DIR', 'file', 'keep the tree there'),
    tick: option('tick', null, 'DURATION', 'duration', 'tickTime: sessions time out after 2 to 20 of them'),
    config: option('config', null, 'FILE', 'file', 'settings from a zoo.cfg'),
    set: repeatedOption('set', null, 'KEY=VALUE', 'text', 'one setting, stronger than --config'),
    saslUser: repeatedOption('sasl-user', null, 'NAME:PASSWORD', 'secret', 'an account for SASL DIGEST-MD5'),
  },
  examples: [
    { line: "sandbox -- sh -c 'zksh create /ready && zksh ls /'", summary: 'a server for the time of a test' },
    { line: 'sandbox --port 0', summary: 'on a free port, until interrupted' },
    { line: 'sandbox --data-dir /var/tmp/zk --tick 500ms', summary: 'kept on disk, with short sessions' },
    { line: 'sandbox --empty --set enforceQuota=true', summary: 'another tree, another setting' },
  ],
  session: 'none',
  async *run(context, values) {
    const { command: words } = values;
    const isForCommand = words.length > 0;
    const { tick, set = [] } = values;
    const server = await context.sandbox.start({
      ...SANDBOX_DEFAULTS,
      port: values.port ?? (isForCommand ? 0 : null),
      portDefault: PORT_DEFAULT,
      host: values.host ?? null,
      seed: values.empty ? 'empty' : values.seed === undefined ? 'sample' : { file: values.seed },
      dataDir: values.dataDir ?? null,
      configFile: values.config ?? null,
      settings: [...(tick === undefined ? [] : [`tickTime=${tick}`]), ...set],
      saslUsers: values.saslUser ?? [],
    } satisfies SandboxRequest);
    try {
      if (isForCommand) {
        const environment = { ZKSH_SERVER: server.address, ZOOKEEPER_CONNECT: server.address };
        yield { kind: 'ended', status: await context.io.runProgram(words, environment, context.signal) };
      } else {
        yield* serve(server.address, context, values.dataDir ?? null);
      }
    } finally {
      await server.stop();
    }
  },
});

async function* serve(address: string, { signal }: CommandContext, dataDir: string | null): AsyncGenerator<Result> {
  const fields = { address, host: address.slice(0, address.lastIndexOf(':')), port: portOf(address) };
  yield { kind: 'text', text: `listening on ${address}`, fields };
  const end = dataDir === null ? 'Ctrl-C ends it, and what it holds is gone then' : `Ctrl-C ends it; ${dataDir} stays`;
  yield { kind: 'message', text: `zksh -s ${address} speaks to it. ${end}.` };
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
    if (signal.aborted) {
      resolve();
    }
  });
}

function portOf(address: string): number {
  return Number(address.slice(address.lastIndexOf(':') + 1));
}

/** The process: runs main, or zkCli.sh's stand-in, with the real arguments and streams, and ends with its status. */
import { basename } from 'node:path';
import { EXIT } from '../exit-codes.js';
import { renderError } from '../output/kinds/error.js';
import { runDropIn } from './drop-in.js';
import { PROCESS_HOST } from './host.js';
import { main } from './main.js';

process.on('uncaughtException', crash);
// All is written by then, and what may still be open (stdin, a server that does not answer) is not waited for.
const run = basename(process.argv[1] ?? '') === 'zkcli.js' ? runDropIn : main;
run(process.argv.slice(2), process.env, process, PROCESS_HOST).then((status) => process.exit(status), crash);

/** A bug of ours: one message instead of a stack, unless that is asked for. */
function crash(error: unknown): void {
  const debug = process.argv.includes('--debug');
  process.stderr.write(renderError(error, { verb: null, format: 'plain', color: false, debug }));
  process.exit(EXIT.failed.status);
}

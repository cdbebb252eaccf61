/** A process of its own that is only a sandbox on a data directory: what the tests kill. Prints its port. */
import { startSandbox } from '../../../src/sandbox/start.js';

const [dataDir = '', settings = '{}'] = process.argv.slice(2);
const sandbox = await startSandbox({ dataDir, settings: JSON.parse(settings) as Record<string, string> });
process.stdout.write(`${sandbox.port}\n`);

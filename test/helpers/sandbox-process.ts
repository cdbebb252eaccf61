/**
 * The sandbox as a process of its own, that can be killed and frozen like a real server: what startZooKeeper starts where
 * there is no Java. Takes its options as JSON; ends in order at SIGTERM.
 */
import { startSandbox } from '../../src/sandbox/start.js';

try {
  const sandbox = await startSandbox(JSON.parse(process.argv[2] ?? '{}'));
  process.once('SIGTERM', () => void sandbox.stop().then(() => process.exit(0)));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

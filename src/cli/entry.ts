/** The process: runs main with the real arguments and streams, and ends with its status. */
import { main } from './main.js';

main(process.argv.slice(2), process.env, process).then((status) => {
  process.exitCode = status;
});

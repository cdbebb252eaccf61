/** The rules of the protocol, held against a real ZooKeeper 3.9.5: it is the judge of the rules themselves. */
import { SECTIONS } from './cases/sections.js';
import { runContract } from './run-contract.js';

runContract('3.9.5', SECTIONS);

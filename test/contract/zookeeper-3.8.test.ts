/** The rules of the protocol, held against a real ZooKeeper 3.8.6: where it differs from 3.9, a rule says how. */
import { SECTIONS } from './cases/sections.js';
import { runContract } from './run-contract.js';

runContract('3.8.6', SECTIONS);

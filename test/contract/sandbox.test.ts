/** The rules of the protocol, held against the sandbox. */
import { SECTIONS } from './cases/sections.js';
import { runContract } from './run-contract.js';

runContract('sandbox', SECTIONS);

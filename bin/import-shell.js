/** The REPL, imported from a file that Node itself has loaded (build.mjs says why). */
'use strict';
module.exports = () => import('../dist/shell.js');

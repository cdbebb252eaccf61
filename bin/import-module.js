/** The REPL and the sandbox, imported from a file that Node itself has loaded (build.mjs says why). */
'use strict';
module.exports = (name) => import(`../dist/${name}.js`);

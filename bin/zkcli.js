// What bin/zkCli.sh runs: the same bundle, which looks at this file's name. See zksh.js.
'use strict';
if (parseInt(process.versions.node, 10) < 20) {
  // biome-ignore lint/style/useTemplate: an old Node does not know them
  console.error('zkCli.sh: needs Node.js 20 or later; this is ' + process.version + ' (' + process.execPath + ')');
  process.exitCode = 1;
} else {
  require('./load.js');
}

#!/usr/bin/env node
// Written so that even a very old Node can read it and say what is wrong.
'use strict';
if (parseInt(process.versions.node, 10) < 20) {
  // biome-ignore lint/style/useTemplate: an old Node does not know them
  console.error('zksh: needs Node.js 20 or later; this is ' + process.version + ' (' + process.execPath + ')');
  process.exitCode = 1;
} else {
  require('./load.js');
}

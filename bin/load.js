'use strict';
require('../dist/zksh.cjs');

/** The real zkCli.sh, one session with every command: what it says on the sandbox is what it says on a fresh real server. */
import { expect, test } from 'vitest';
import { describeWithRealZooKeeper } from '../../helpers/skip.js';
import { runZkCli } from '../../helpers/zkcli.js';
import { startZooKeeper } from '../../helpers/zookeeper.js';
import { start } from './scene.js';

const SCRIPT = `ls /
ls -s /
ls -R /
create /a data
create /a data
create /a/b
create -e /a/e x
create -s /a/s y
create -e -s /a/es
create -c /a/c
create -t 100000 /a/t z
create /nope/x
create bad
create -e /a/e/child
ls -w /a
get -s -w /a
set /a new
set -v 7 /a x
set -s -v 1 /a newer
stat /a/e
stat -w /a/s0000000002
set /a/s0000000002 changed
get /none
getAllChildrenNumber /
getEphemerals
getEphemerals /a/e
getAcl -s /a
addauth digest u:p
setAcl /a/b auth::cdrwa
getAcl /a/b
setAcl -v 0 /a/b world:anyone:r
setAcl /a/b foo:bar:r
create /a/acl x digest:u:hash:r
get /a/acl
addWatch -m PERSISTENT /a/b
set /a/b 1
removewatches /a/b
removewatches /a/b
sync /a
config
reconfig -add x
setquota -n 3 /a/b
listquota /a/b
create /a/b/1
create /a/b/2
create /a/b/3
listquota /a/b
delquota /a/b
listquota /a/b
delete /a
delete -v 9 /a/b/1
delete /a/b/1
deleteall /a/b
ls -R /a
whoami
version
deleteall /a
deleteall /zookeeper
ls /
close
quit
`;

/**
 * Without what no two servers share: times of day, session ids, the server's address. Events are printed by a thread of
 * their own, between prompts as it happens; they are compared as a list apart.
 */
function comparable(stdout: string): { lines: string[]; events: string[] } {
  const lines = stdout
    .replaceAll(/\[zk: [^\]]*\] /g, '')
    .replaceAll(/127\.0\.0\.1:\d+/g, 'SERVER')
    .replaceAll(/0x1[0-9a-f]{14}/g, 'SESSION')
    .replaceAll(/(ctime|mtime) = .*/g, '$1 = TIME')
    .split('\n')
    .filter((line) => line !== '');
  const isEvent = (line: string): boolean => /^WATCHER::|^WatchedEvent /.test(line);
  return { lines: lines.filter((line) => !isEvent(line)), events: lines.filter(isEvent) };
}

describeWithRealZooKeeper('zkCli.sh', () => {
  test('says the same of both', async () => {
    const real = await startZooKeeper();
    const sandbox = await start({ settings: { reconfigEnabled: true } });
    try {
      const wanted = await runZkCli(['-server', real.address], SCRIPT);
      const seen = await runZkCli(['-server', sandbox.address], SCRIPT);
      expect(comparable(seen.stdout)).toEqual(comparable(wanted.stdout));
      expect(comparable(seen.stderr)).toEqual(comparable(wanted.stderr));
      expect(comparable(seen.stdout).lines.length).toBeGreaterThan(100);
      expect(comparable(seen.stdout).events.length).toBeGreaterThan(8);
    } finally {
      await real.stop();
    }
  });
});

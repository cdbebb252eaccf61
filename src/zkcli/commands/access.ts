/** addauth, getAcl, setAcl, whoami. Follow the classes of org.apache.zookeeper.cli (3.9). */
import { aclLines, parseAclWords } from '../acl-words.js';
import { usageLine, type ZkCliCommand } from '../context.js';
import { Refusal } from '../crash.js';
import { KeeperFailure } from '../handle.js';
import { messageOf } from '../messages.js';
import { parseOptions } from '../options.js';
import { visitSubtree } from '../subtree.js';
import { ask, setAcl as setAclOf } from '../znodes.js';
import { readVersion } from './data.js';

export const addAuth: ZkCliCommand = {
  name: 'addauth',
  usage: 'scheme auth',
  async run(words, { handle }) {
    const [, scheme, credential] = parseOptions({ options: {} }, words).words;
    if (scheme === undefined) {
      throw new Refusal(usageLine(addAuth));
    }
    handle.addAuth(scheme, credential === undefined ? null : Buffer.from(credential));
  },
};

export const getAcl: ZkCliCommand = {
  name: 'getAcl',
  usage: '[-s] path',
  async run(words, { handle, print, printStat }) {
    const options = parseOptions({ options: { s: 'flag' } }, words);
    const [, path] = options.words;
    if (path === undefined) {
      throw new Refusal(usageLine(getAcl));
    }
    const { acl, stat } = await ask(handle, path, (session) => session.getAcl(path));
    print(acl.map(aclLines).join(''));
    if (options.has('s')) {
      printStat(stat);
    }
  },
};

export const setAcl: ZkCliCommand = {
  name: 'setAcl',
  usage: '[-s] [-v version] [-R] path acl',
  async run(words, { handle, print, printStat, complain }) {
    const options = parseOptions({ options: { s: 'flag', v: 'value', R: 'flag' } }, words);
    const [, path, text] = options.words;
    if (path === undefined || text === undefined) {
      throw new Refusal(usageLine(setAcl));
    }
    const acl = parseAclWords(text, complain);
    const version = readVersion(options);
    if (!options.has('R')) {
      const stat = await setAclOf(handle, path, acl, version);
      if (options.has('s')) {
        printStat(stat);
      }
      return;
    }
    await visitSubtree(handle, path, {}, async (at) => {
      try {
        await setAclOf(handle, at, acl, version);
      } catch (error) {
        if (!(error instanceof KeeperFailure)) {
          throw error;
        }
        // On stdout, without a newline, and the status stays 0.
        print(messageOf(error));
      }
    });
  },
};

export const whoAmI: ZkCliCommand = {
  name: 'whoami',
  usage: '',
  async run(_words, { handle, print }) {
    const header = 'Auth scheme: User\n';
    try {
      const identities = await handle.ask(null, (session) => session.whoAmI());
      print(header + identities.map(({ scheme, id }) => `${scheme}: ${id}\n`).join(''));
    } catch (error) {
      if (!(error instanceof KeeperFailure)) {
        throw error;
      }
      // The Java client does not look at the reply's code.
      print(header);
    }
  },
};

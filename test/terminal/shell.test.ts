import { randomUUID } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect, type Session } from '../../src/index.js';
import { describeWithZooKeeper } from '../helpers/skip.js';
import {
  CTRL_A,
  CTRL_C,
  CTRL_D,
  CTRL_R,
  CTRL_Z,
  ENTER,
  ESCAPE,
  openTerminal,
  type PseudoTerminal,
  TAB,
  type TerminalOptions,
  temporaryHome,
  UP,
} from './pseudo-terminal.js';

describeWithZooKeeper('the shell in a terminal', (address) => {
  const root = `/test-${randomUUID()}`;
  let session: Session;

  beforeAll(async () => {
    session = await connect(address);
    await session.create(root, Buffer.from('root'));
    for (const name of ['alpha', 'alpine', 'beta', 'with blank']) {
      await session.create(`${root}/${name}`, Buffer.from(`data of ${name}`));
    }
    await session.create(`${root}/many`, null);
    const names = Array.from({ length: 10_000 }, (_, index) => `${root}/many/a-rather-long-name-for-a-znode-${index}`);
    for (let from = 0; from < names.length; from += 500) {
      const batch = names.slice(from, from + 500);
      await session.multi(batch.map((path) => ({ op: 'create', path, data: null })));
    }
  });
  afterAll(() => session?.close());

  /** Connected, at its first prompt, below the tests' own root. */
  async function openShell(options: TerminalOptions = {}): Promise<PseudoTerminal> {
    const { args = [], ...rest } = options;
    const terminal = openTerminal({ args: ['-s', `${address}${root}`, ...args], ...rest });
    await terminal.waitForTyped(`${address}${root} /> `);
    return terminal;
  }

  describe('prompt and commands', () => {
    test('shows server, chroot and working directory, and runs what is typed', async () => {
      const terminal = await openShell();

      terminal.type(`get /alpha${ENTER}`);
      await terminal.waitFor('data of alpha');
      terminal.type(`cd /many${ENTER}`);
      await terminal.waitForTyped(`${root} /many> `);
      terminal.type(`pwd${ENTER}`);
      await terminal.waitFor(/^\/many$/);

      expect(terminal.lines()).toContain(`${address}${root} /> get /alpha`);
    });

    test('a line can be typed and given up before the connection stands', async () => {
      const terminal = openTerminal({ args: ['-s', `${address}${root}`] });

      terminal.type(`get /alpha${ENTER}`);

      await terminal.waitFor('data of alpha');
    });

    test('stat is rendered for people', async () => {
      const terminal = await openShell();

      terminal.type(`create -e /ephemeral${ENTER}stat /ephemeral${ENTER}`);

      await terminal.waitFor(/czxid +0x[0-9a-f]+ +epoch \d+, counter \d+/);
      await terminal.waitFor(/ctime +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d +.*(just now|ago)/);
      await terminal.waitFor(/ephemeralOwner +0x[0-9a-f]+ +.*this session/);
    });

    test('an error says what and why, and the shell goes on', async () => {
      const terminal = await openShell();

      terminal.type(`get /nowhere${ENTER}`);
      await terminal.waitFor(/^zksh: get \/nowhere: /);
      terminal.type(`nonsense${ENTER}`);
      await terminal.waitFor('zksh: unknown command: nonsense');
      terminal.type(`pwd${ENTER}`);

      await terminal.waitFor(/^\/$/);
    });

    test('bytes of a znode do not drive the terminal', async () => {
      await session.create(`${root}/wild`, Buffer.from('\x1b[2J\x1b]0;title\x07wild'));
      const terminal = await openShell();

      terminal.type(`get /wild${ENTER}`);

      await terminal.waitFor('\\x1b[2J\\x1b]0;title\\x07wild');
    });

    test('a global option behind the verb counts for that command', async () => {
      const terminal = await openShell();

      terminal.type(`get /alpha -o json${ENTER}`);

      await terminal.waitFor('{"path":"/alpha","data":"data of alpha"');
    });

    test('--timeout counts for each command by itself', async () => {
      const terminal = await openShell({ args: ['--timeout', '300ms'] });

      terminal.type(`watch /alpha${ENTER}`);
      await terminal.waitFor('not done within 300ms');
      terminal.type(`get /alpha${ENTER}`);

      await terminal.waitFor('data of alpha');
    });
  });

  describe('leaving', () => {
    test.each([
      ['quit', `quit${ENTER}`],
      ['exit', `exit${ENTER}`],
      ['Ctrl-D', CTRL_D],
    ])('%s leaves with the status of the last command', async (_, keys) => {
      const terminal = await openShell();

      terminal.type(`get /nowhere${ENTER}`);
      await terminal.waitFor(/^zksh: get \/nowhere: /);
      await terminal.waitForTyped('/> ');
      terminal.type(keys);

      expect((await terminal.exited).exitCode).toBe(3);
    });

    test('leaving ends the session: its ephemerals are gone at once', async () => {
      const terminal = await openShell();
      terminal.type(`create -e /mine${ENTER}`);
      await terminal.waitFor(/^\/mine$/);

      terminal.type(CTRL_D);
      await terminal.exited;

      expect(await session.exists(`${root}/mine`)).toBeNull();
    });

    test.each(['SIGTERM', 'SIGHUP'] as const)('%s ends the session too', async (signal) => {
      const path = `/by-${signal}`;
      const terminal = await openShell();
      terminal.type(`create -e ${path}${ENTER}`);
      await terminal.waitForTyped('/> ');
      await terminal.until('the znode', () => terminal.lines().includes(path));

      process.kill(terminal.pid, signal);

      expect((await terminal.exited).exitCode).toBe(signal === 'SIGTERM' ? 143 : 129);
      expect(await session.exists(`${root}${path}`)).toBeNull();
    });

    test('the terminal is left as it was: bracketed paste off, cursor shown', async () => {
      const terminal = await openShell();

      terminal.type(CTRL_D);
      await terminal.exited;

      expect(terminal.raw.lastIndexOf('\x1b[?2004l')).toBeGreaterThan(terminal.raw.lastIndexOf('\x1b[?2004h'));
      expect(terminal.raw.lastIndexOf('\x1b[?25h')).toBeGreaterThan(terminal.raw.lastIndexOf('\x1b[?25l'));
    });
  });

  describe('Ctrl-C', () => {
    test('clears the line', async () => {
      const terminal = await openShell();

      terminal.type(`get /al${CTRL_C}`);

      await terminal.waitFor('/> get /al^C');
      await terminal.waitForTyped('/> ');
    });

    test('ends a running watch, not the shell', async () => {
      const terminal = await openShell();

      terminal.type(`watch /alpha${ENTER}`);
      await terminal.waitFor('watching /alpha');
      terminal.type(CTRL_C);
      await terminal.waitForTyped('/> ');
      terminal.type(`get /beta${ENTER}`);

      await terminal.waitFor('data of beta');
    });

    test('ends large output at once', async () => {
      const terminal = await openShell();

      terminal.type(`${'ls -R /many; '.repeat(50)}${ENTER}`);
      await terminal.waitFor('a-rather-long-name-for-a-znode-');
      terminal.type(CTRL_C);
      await terminal.waitForTyped('/> ');

      expect(terminal.lines().length).toBeLessThan(400_000);
      terminal.type(`get /beta${ENTER}`);
      await terminal.waitFor('data of beta');
    });
  });

  describe('Ctrl-Z', () => {
    test('changes nothing where no other shell could bring zksh back', async () => {
      const terminal = await openShell();

      terminal.type(`get /al${CTRL_Z}`);
      terminal.type('pha');
      await terminal.waitForTyped('/> get /alpha');
      terminal.type(ENTER);

      await terminal.waitFor('data of alpha');
    });
  });

  test('hundreds of commands leave nothing behind', async () => {
    const terminal = await openShell();

    for (let round = 0; round < 10; round += 1) {
      terminal.type(`pwd${ENTER}`.repeat(30));
      await terminal.until('the answers', () => count(terminal, /^\/$/) === 30 * (round + 1));
    }
    terminal.type(CTRL_D);

    expect((await terminal.exited).exitCode).toBe(0);
    expect(terminal.lines().filter((line) => line !== '' && line !== '/' && !line.endsWith('/> pwd'))).toEqual([
      `${address}${root} /> `,
    ]);
  });

  describe('output of any size', () => {
    test('30,000 lines arrive, all of them', async () => {
      const terminal = await openShell();

      terminal.type(`ls -R /many; ls -R /many; ls -R /many${ENTER}`);
      await terminal.until(
        'the end',
        () => count(terminal, /^\/many$/) === 3 && terminal.beforeCursor().endsWith('/> '),
      );

      expect(count(terminal, /^\/many\/a-rather-long-name-for-a-znode-\d+$/)).toBe(30_000);
    });
  });

  describe('completion', () => {
    test('of a verb', async () => {
      const terminal = await openShell();

      terminal.type(`exi${TAB}`);

      await terminal.waitForTyped('/> exi');
      await terminal.waitFor(/exists .*status/);
      terminal.type(`s${TAB}`);
      await terminal.waitForTyped('/> exists ');
    });

    test('of an option', async () => {
      const terminal = await openShell();

      terminal.type(`watch --rec${TAB}`);

      await terminal.waitForTyped('/> watch --recursive ');
    });

    test('of a znode path: what is certain is put in, Tab again goes through the list', async () => {
      const terminal = await openShell();

      terminal.type(`get /al${TAB}`);
      await terminal.waitForTyped('/> get /alp');
      await terminal.waitFor(/alpha +alpine/);
      terminal.type(TAB);
      await terminal.waitForTyped('/> get /alpha');
      terminal.type(TAB);
      await terminal.waitForTyped('/> get /alpine');
      terminal.type(ENTER);
      await terminal.until('the list to be gone', () => !terminal.rows().some((row) => /alpha +/.test(row)));
      terminal.type(ENTER);

      await terminal.waitFor('data of alpine');
    });

    test('of a name that must be quoted', async () => {
      const terminal = await openShell();

      terminal.type(`get /with${TAB}`);
      await terminal.until('the quoted name', () => /with.*blank/.test(terminal.beforeCursor()));
      terminal.type(ENTER);

      await terminal.waitFor('data of with blank');
    });

    test('what is typed right behind Tab comes behind the completed word', async () => {
      const terminal = await openShell();

      terminal.type(`get /bet${TAB}${ENTER}`);

      await terminal.waitFor('data of beta');
    });

    test('Escape closes the list and the line is as it was', async () => {
      const terminal = await openShell();

      terminal.type(`get /alp${TAB}`);
      await terminal.waitFor(/alpha +alpine/);
      terminal.type(`${TAB}${ESCAPE}`);

      await terminal.until('the line alone', () => !terminal.rows().some((row) => /^.alpha/.test(row)));
      await terminal.waitForTyped('/> get /alp');
    });
  });

  describe('history', () => {
    test('is kept for the next shell, for its owner only, without secrets and lines that begin with a blank', async () => {
      const home = temporaryHome();
      const first = await openShell({ home });
      first.type(`get /alpha${ENTER} get /beta${ENTER}addauth digest user:secret${ENTER}`);
      await first.waitFor('data of beta');
      await first.waitForTyped('/> ');
      first.type(CTRL_D);
      await first.exited;

      const file = join(home, 'zksh', 'history');
      expect(readFileSync(file, 'utf8')).toBe('get /alpha\naddauth digest user:***\n');
      expect(statSync(file).mode & 0o777).toBe(0o600);

      const second = await openShell({ home });
      second.type(`get${UP}`);
      await second.waitForTyped('/> get /alpha');
      second.type(ENTER);
      await second.waitFor('data of alpha');
    });

    test('C-r finds what was run before', async () => {
      const terminal = await openShell();
      terminal.type(`get /alpha${ENTER}get /beta${ENTER}pwd${ENTER}`);
      await terminal.waitFor(/^\/$/);

      terminal.type(`${CTRL_R}alph`);
      await terminal.waitForTyped('search: alph');
      await terminal.until(
        'the line found',
        () => terminal.rows().filter((row) => row.endsWith('/> get /alpha')).length === 2,
      );
      terminal.type(ENTER);

      await terminal.until('the second answer', () => count(terminal, /^data of alpha$/) === 2);
    });
  });

  describe('a line that is longer than its row', () => {
    test('several lines: an open quote asks for more', async () => {
      const terminal = await openShell();

      terminal.type(`create /lines 'one${ENTER}`);
      await terminal.waitForTyped('... ');
      terminal.type(`two'${ENTER}`);
      await terminal.waitFor(/^\/lines$/);

      expect(String((await session.getData(`${root}/lines`)).data)).toBe('one\ntwo');
    });

    test('a here-document', async () => {
      const terminal = await openShell();

      terminal.type(`create /document <<END${ENTER}`);
      await terminal.waitForTyped('... ');
      terminal.type(`{"a": 1}${ENTER}END${ENTER}`);
      await terminal.waitFor(/^\/document$/);

      expect(String((await session.getData(`${root}/document`)).data)).toBe('{"a": 1}\n');
    });

    test('a pasted block runs nothing until Enter, then its lines in order', async () => {
      const terminal = await openShell();

      terminal.paste('create /pasted 1\r\nset /pasted 2\r\nget /pasted\r\n');
      await terminal.waitForTyped('... get /pasted');
      expect(await session.exists(`${root}/pasted`)).toBeNull();
      terminal.type(ENTER);

      await terminal.waitFor(/^2$/);
    });

    test('the lines behind one that fails are not run', async () => {
      const terminal = await openShell();

      terminal.paste('get /nowhere\ncreate /behind-failure\npwd');
      await terminal.waitForTyped('... pwd');
      terminal.type(ENTER);

      await terminal.waitFor('zksh: the 2 commands behind it were not run');
      expect(await session.exists(`${root}/behind-failure`)).toBeNull();
    });
  });

  describe('notifications', () => {
    test('appear above the line being typed and leave it alone', async () => {
      await session.create(`${root}/watched`, null);
      const terminal = await openShell();
      terminal.type(`watch -b /watched${ENTER}`);
      await terminal.waitFor('watching /watched');
      terminal.type('set /alpha hal');
      await terminal.waitForTyped('/> set /alpha hal');

      const { mzxid } = await session.setData(`${root}/watched`, Buffer.from('x'));

      await terminal.waitFor(new RegExp(`^\\d\\d:\\d\\d:\\d\\d +changed +/watched +0x${mzxid.toString(16)}`));
      await terminal.waitForTyped('/> set /alpha hal');
      terminal.type(`f${CTRL_A}`);
      await terminal.waitForTyped('/> ');
      expect(terminal.lastLine()).toBe(`${address}${root} /> set /alpha half`);
    });
  });

  test('watch --stop ends what -b began', async () => {
    const terminal = await openShell();

    terminal.type(`watch -b /alpha${ENTER}watch --stop /alpha${ENTER}watch --stop /alpha${ENTER}`);

    await terminal.waitFor(/^zksh: watch \/alpha: /);
    expect(count(terminal, /^zksh: /)).toBe(1);
  });

  test('a flood of notifications while one types: all of them above, the line whole, and once', async () => {
    await session.create(`${root}/busy`, null);
    const terminal = await openShell();
    terminal.type(`watch -b /busy${ENTER}`);
    await terminal.waitFor('watching /busy');

    const writes = Array.from({ length: 200 }, () => session.setData(`${root}/busy`, null));
    const line = 'set /alpha abcdefghijklmnopqrstuvwxyz';
    for (const [index, letter] of [...line].entries()) {
      terminal.type(letter);
      await writes[index * 5];
    }
    await Promise.all(writes);

    await terminal.until('all notifications', () => count(terminal, /changed +\/busy/) === 200);
    await terminal.waitForTyped(`/> ${line}`);
    expect(count(terminal, /\/> set /)).toBe(1);
    expect(terminal.lastLine()).toBe(`${address}${root} /> ${line}`);
  });

  describe('other terminals', () => {
    test('40 columns: prompt and line wrap, the cursor is where it belongs', async () => {
      const terminal = openTerminal({ args: ['-s', `${address}${root}`], columns: 40, rows: 12 });
      await terminal.waitForTyped('/> ');

      terminal.type('get /alpha');
      const whole = `${address}${root} /> get /alpha`;
      await terminal.until('the whole line', () => terminal.rows().join('').includes(whole));
      expect(terminal.beforeCursor()).toBe(whole.slice(Math.floor(whole.length / 40) * 40));
      terminal.type(ENTER);

      await terminal.waitFor('data of alpha');
    });

    test('resizing draws the line anew, once', async () => {
      const terminal = await openShell();
      terminal.type('set /some-name with-some-data -v 3');
      await terminal.waitForTyped('-v 3');

      for (const columns of [60, 40, 90, 120]) {
        terminal.resize(columns, 20);
        await terminal.until(`the line in ${columns} columns`, () => {
          const whole = `${address}${root} /> set /some-name with-some-data -v 3`;
          const rows = Math.ceil((whole.length + 1) / columns);
          const shown = terminal.rows().filter((row) => row !== '');
          return shown.length === rows && shown.join('') === whole;
        });
      }
    });

    test('a window of three rows does not lose what scrolled off', async () => {
      const terminal = await openShell({ rows: 4 });

      terminal.type(`get /alpha${ENTER}`);
      await terminal.waitFor('data of alpha');
      terminal.type(`ls${TAB}`);
      await terminal.waitForTyped('/> ls ');
      terminal.resize(100, 3);
      // Drawn anew: the row below the prompt is there again, and the first one has scrolled off.
      await terminal.until('the frame of three rows', () => terminal.rows()[0] === 'data of alpha');
      terminal.type(`${CTRL_C}pwd${ENTER}`);
      await terminal.waitFor(/^\/$/);

      expect(terminal.lines().join('\n')).toContain('data of alpha');
    });

    test('NO_COLOR: no colour, no attribute, and all the same', async () => {
      const terminal = await openShell({ environment: { NO_COLOR: '1' } });

      terminal.type(`get /al${TAB}${TAB}`);
      await terminal.waitForTyped('/> get /alpha');
      expect(terminal.rows().some((row) => row.startsWith('>alpha'))).toBe(true);
      terminal.type(`${ENTER}${ENTER}`);
      await terminal.waitFor('data of alpha');

      expect(terminal.hasStyle()).toBe(false);
    });

    test('with colour there is some', async () => {
      const terminal = await openShell();

      expect(terminal.hasStyle()).toBe(true);
    });

    test('CI in the environment changes nothing', async () => {
      const terminal = await openShell({ environment: { CI: 'true' } });

      terminal.type(`get /alpha${ENTER}`);

      await terminal.waitFor('data of alpha');
    });

    test('TERM=dumb: the same commands, and not one escape sequence', async () => {
      const terminal = openTerminal({ args: ['-s', `${address}${root}`], environment: { TERM: 'dumb' } });
      await terminal.waitFor('/> ');

      terminal.type(`get /alpha${ENTER}`);
      await terminal.waitFor('data of alpha');
      terminal.type(`create /dumb 'one${ENTER}`);
      await terminal.waitFor('... ');
      terminal.type(`two'${ENTER}`);
      await terminal.waitFor(/^\/dumb$/);
      terminal.type(`watch /alpha${ENTER}`);
      await terminal.waitFor('watching /alpha');
      terminal.type(CTRL_C);
      terminal.type(`get /nowhere${ENTER}`);
      await terminal.waitFor('zksh: get /nowhere');
      terminal.type(CTRL_D);

      expect((await terminal.exited).exitCode).toBe(3);
      expect(terminal.raw).not.toContain('\x1b');
      expect(String((await session.getData(`${root}/dumb`)).data)).toBe('one\ntwo');
    });
  });
});

function count(terminal: PseudoTerminal, pattern: RegExp): number {
  return terminal.lines().filter((line) => pattern.test(line)).length;
}

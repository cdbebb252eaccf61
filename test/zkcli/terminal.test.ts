/** bin/zkCli.sh on a terminal: its own line editor, the same prompt and rules. */
import { expect, test } from 'vitest';
import { describeWithZooKeeper } from '../helpers/skip.js';
import { CTRL_C, CTRL_D, ENTER, openTerminal, TAB, UP } from '../terminal/pseudo-terminal.js';
import { DROP_IN } from './cases.js';

describeWithZooKeeper('bin/zkCli.sh on a terminal', (server) => {
  const prompt = (state: string, count: number) => `[zk: ${server}(${state}) ${count}] `;
  const open = () => openTerminal({ program: DROP_IN, args: ['-server', server] });

  test('a command, its output, the next prompt; keys and the rules for a line', async () => {
    const terminal = open();
    await terminal.waitForTyped(prompt('CONNECTED', 0));
    terminal.type(`ls /zookeeper${ENTER}`);
    await terminal.waitForTyped(prompt('CONNECTED', 1));
    expect(terminal.lines()).toContain('[config, quota]');
    terminal.type(`${UP}/qu\\ota${ENTER}`);
    await terminal.waitForTyped(prompt('CONNECTED', 2));
    terminal.type(`!!${ENTER}`);
    await terminal.waitForTyped(prompt('CONNECTED', 3));
    terminal.type(`history${ENTER}`);
    await terminal.waitFor('2 - ls /zookeeper/quota');
    terminal.type(`quit${ENTER}`);
    expect((await terminal.exited).exitCode).toBe(0);
  });

  test('On a terminal it has another line editor: Ctrl-C and Ctrl-D end the session, TAB completes after connect', async () => {
    for (const key of [CTRL_C, CTRL_D]) {
      const terminal = open();
      await terminal.waitForTyped(prompt('CONNECTED', 0));
      terminal.type(`connect${ENTER}`);
      const isConnectedAgain = () => terminal.raw.split('state:SyncConnected').length === 3;
      await terminal.until('the second session', isConnectedAgain);
      for (const [text, whole] of [
        ['getAllCh', 'getAllChildrenNumber '],
        ['/zookeeper/con', 'getAllChildrenNumber /zookeeper/config'],
      ] as const) {
        terminal.type(text);
        await terminal.waitForTyped(text);
        terminal.type(TAB);
        await terminal.waitForTyped(whole);
      }
      terminal.type(`${ENTER}${key}`);
      expect((await terminal.exited).exitCode).toBe(0);
      expect(terminal.lines().some((line) => line.endsWith('JLine support is disabled'))).toBe(true);
    }
  });
});

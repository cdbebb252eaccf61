import { expect, test } from 'vitest';
import { type PromptFacts, promptSpans } from '../../src/shell/prompt.js';

const CONNECTED: PromptFacts = {
  servers: 'zk1:2181,zk2:2181/app',
  server: { host: 'zk2', port: 2181 },
  chroot: '/app',
  cwd: '/config',
  state: 'connected',
};

function prompt(facts: Partial<PromptFacts>): string {
  return promptSpans({ ...CONNECTED, ...facts })
    .map(({ text }) => text)
    .join('');
}

test.each<[Partial<PromptFacts>, string]>([
  [{}, 'zk2:2181/app /config> '],
  [{ staged: 2 }, 'zk2:2181/app /config multi(2)> '],
  [{ staged: 0, chroot: '', cwd: '/' }, 'zk2:2181 / multi(0)> '],
  [{ chroot: '', cwd: '/' }, 'zk2:2181 /> '],
  [{ server: { host: '::1', port: 2181 }, chroot: '' }, '[::1]:2181 /config> '],
  [{ state: 'connectedReadOnly' }, 'zk2:2181/app (read-only) /config> '],
  [{ state: 'connecting', server: null }, 'zk1:2181,zk2:2181/app (connecting) /config> '],
  [{ state: 'disconnected', server: null }, 'zk1:2181,zk2:2181/app (disconnected) /config> '],
  [{ state: 'expired' }, 'zk2:2181/app (session expired) /config> '],
  [{ state: 'authFailed' }, 'zk2:2181/app (authentication failed) /config> '],
  [{ state: 'closed', server: null, servers: 'zk1:2181' }, 'zk1:2181 (closed) /config> '],
  [{ state: null, server: null, servers: 'zk1:2181' }, 'zk1:2181 (not connected) /config> '],
  [
    { state: 'connecting', server: null, servers: 'zookeeper-1.example.com:2181,zookeeper-2.example.com:2181' },
    'zookeeper-1.example.com:2181,… (connecting) /config> ',
  ],
])('%j: %s', (facts, text) => {
  expect(prompt(facts)).toBe(text);
});

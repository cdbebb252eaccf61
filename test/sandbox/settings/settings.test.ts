/** Settings under ZooKeeper's names, and the text of a zoo.cfg. */
import { describe, expect, test } from 'vitest';
import { IGNORED_SETTINGS, readSettings, SETTINGS, type SettingInput } from '../../../src/sandbox/settings/settings.js';
import { parseZooCfg } from '../../../src/sandbox/settings/zoo-cfg.js';

function refusal(given: Record<string, SettingInput>): { message: string; why?: string; hint?: string; kind?: string } {
  try {
    readSettings(given);
  } catch (error) {
    return error as Error;
  }
  throw new Error('it was accepted');
}

describe('settings', () => {
  test('nothing given: the defaults of ZooKeeper, but for what makes a sandbox', () => {
    const { values, given } = readSettings({});
    expect(values).toMatchObject({
      tickTime: 2000,
      maxClientCnxns: 60,
      'jute.maxbuffer': 0xfffff,
      enforceQuota: false,
      'znode.container.checkIntervalMs': 60_000,
      extendedTypesEnabled: true,
      '4lw.commands.whitelist': '*',
      'admin.enableServer': false,
      secureClientPort: null,
      forceSync: true,
    });
    expect(given.size).toBe(0);
  });

  test.each<[given: Record<string, SettingInput>, name: keyof typeof SETTINGS, value: unknown]>([
    [{ tickTime: 500 }, 'tickTime', 500],
    [{ tickTime: '500' }, 'tickTime', 500],
    [{ 'zookeeper.tickTime': ' 500 ' }, 'tickTime', 500],
    [{ 'zookeeper.extendedTypesEnabled': 'false' }, 'extendedTypesEnabled', false],
    [{ skipACL: 'yes' }, 'skipACL', true],
    [{ forceSync: 'no' }, 'forceSync', false],
    [{ 'jute.maxbuffer': 4_194_304 }, 'jute.maxbuffer', 4_194_304],
    [{ 'znode.container.maxPerMinute': '7' }, 'znode.container.maxPerMinute', 7],
    [{ 'ssl.clientAuth': 'WANT' }, 'ssl.clientAuth', 'want'],
    [{ 'snapshot.compression.method': 'gz' }, 'snapshot.compression.method', 'gz'],
  ])('%j', (given, name, value) => {
    expect(readSettings(given).values[name]).toBe(value);
  });

  test.each<[given: Record<string, SettingInput>, message: string]>([
    [{ tickTime: 'soon' }, 'tickTime=soon: not a whole number'],
    [{ tickTime: 0 }, 'tickTime=0: not 1 or more'],
    [{ tickTime: 1.5 }, 'tickTime=1.5: not a whole number'],
    [{ clientPort: 65_536 }, 'clientPort=65536: not from 0 to 65535'],
    [{ enforceQuota: 'maybe' }, 'enforceQuota=maybe: not true, false, yes or no'],
    [{ 'ssl.clientAuth': 'please' }, 'ssl.clientAuth=please: not one of need, want, none'],
  ])('%j is refused', (given, message) => {
    const error = refusal(given);
    expect(error).toMatchObject({ kind: 'usage', message });
    expect(error.hint).toMatch(/^The default is /);
  });

  test.each([
    ['tickTimes', 'tickTime'],
    ['ticktime', 'tickTime'],
    ['zookeeper.jute.maxBuffer', 'jute.maxbuffer'],
    ['whitelist', '4lw.commands.whitelist'],
    ['maxClientConnections', 'maxClientCnxns'],
    ['superDigest', 'DigestAuthenticationProvider.superDigest'],
  ])('%s is unknown; first of all that there are: %s', (name, closest) => {
    const error = refusal({ [name]: 1 });
    expect(error.message).toBe(`unknown setting: ${name.replace('zookeeper.', '')}`);
    const listed = error.hint?.replace('Closest first: ', '').split(', ') ?? [];
    expect(listed[0]).toBe(closest);
    expect(listed).toEqual(expect.arrayContaining(Object.keys(SETTINGS)));
  });

  test('families: any end, but not none', () => {
    const { given } = readSettings({ 'superUser.2': 'bob', 'authProvider.1': 'x', 'zookeeper.superUser': 'al' });
    expect([...given]).toEqual([
      ['superUser.2', 'bob'],
      ['authProvider.1', 'x'],
      ['superUser', 'al'],
    ]);
    expect(refusal({ 'superUser.': 'bob' }).message).toContain('unknown setting');
  });

  test('what real configurations hold and means nothing here is accepted', () => {
    const names = [
      'server.1',
      'group.1',
      'weight.2',
      'metricsProvider.httpPort',
      'quorum.auth.enableSasl',
      ...IGNORED_SETTINGS,
    ];
    expect(() => readSettings(Object.fromEntries(names.map((name) => [name, 'x'])))).not.toThrow();
  });

  test('each has one sentence, and no name stands twice', () => {
    for (const { summary, kind } of Object.values(SETTINGS)) {
      expect(summary).toMatch(/^[A-Z].*\.$/);
      expect(kind).not.toBe('');
    }
    expect(IGNORED_SETTINGS.filter((name) => name in SETTINGS)).toEqual([]);
  });
});

describe('zoo.cfg', () => {
  test('is read as java.util.Properties reads it', () => {
    const text = [
      '# The number of milliseconds of each tick',
      'tickTime=2000',
      '',
      '   initLimit = 10',
      'syncLimit: 5',
      'dataDir /var/lib/zookeeper',
      '! also a comment',
      'dataLogDir=C:\\\\zk\\\\log',
      'a\\ key\\=x=value\\tone',
      'long=one,\\',
      '     two',
      'twice=1',
      'twice=2',
      'empty=',
      'alone',
      'unicode=\\u00e9',
      'server.1=zk1:2888:3888;2181',
      'ends=with\\\\',
    ].join('\r\n');
    expect(parseZooCfg(text)).toEqual({
      tickTime: '2000',
      initLimit: '10',
      syncLimit: '5',
      dataDir: '/var/lib/zookeeper',
      dataLogDir: 'C:\\zk\\log',
      'a key=x': 'value\tone',
      long: 'one,two',
      twice: '2',
      empty: '',
      alone: '',
      unicode: 'é',
      'server.1': 'zk1:2888:3888;2181',
      ends: 'with\\',
    });
  });

  test('the sample configuration is a sandbox', () => {
    const sample = 'tickTime=2000\ninitLimit=10\nsyncLimit=5\ndataDir=/tmp/zookeeper\nclientPort=2181\n';
    expect(readSettings(parseZooCfg(sample)).values).toMatchObject({ clientPort: 2181, dataDir: '/tmp/zookeeper' });
  });
});

/** What stands before the command, as ZooKeeperMain.MyCommandOptions.parseOptions (3.9) takes it: unknown options are skipped. */

export interface LaunchOptions {
  /** As typed: the prompt shows it. */
  readonly server: string;
  readonly timeout: string;
  readonly readOnly: boolean;
  readonly waitForConnection: boolean;
  readonly configurationFile: string | null;
  /** The command and its arguments; none: the REPL. */
  readonly command: readonly string[];
  /** What is said on stderr. */
  readonly complaint: string | null;
}

/** Options that take the next word. */
const WITH_VALUE: ReadonlySet<string> = new Set(['-server', '-timeout', '-client-configuration']);

export function parseLaunchOptions(argv: readonly string[]): LaunchOptions {
  // zkEnv.sh takes these, where they come first.
  const words = argv.length > 1 && argv[0] === '--config' ? argv.slice(2) : argv;
  const values = new Map<string, string>();
  const end = { command: [] as readonly string[], complaint: null as string | null };
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (!word.startsWith('-')) {
      end.command = words.slice(at);
      break;
    }
    const value = WITH_VALUE.has(word) ? words[++at] : '';
    if (value === undefined) {
      end.complaint = `Error: no argument found for option ${word}`;
      break;
    }
    values.set(word, value);
  }
  return {
    server: values.get('-server') ?? 'localhost:2181',
    timeout: values.get('-timeout') ?? '30000',
    readOnly: values.has('-r'),
    waitForConnection: values.has('-waitforconnection'),
    configurationFile: values.get('-client-configuration') ?? null,
    ...end,
  };
}

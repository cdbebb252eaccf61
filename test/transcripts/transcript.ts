/**
 * A transcript is plain text: what is typed, what comes out, the status. Read, compared, and written again when
 * ZKSH_TRANSCRIPTS=write is set (then read what changed before believing it).
 *
 *   # a comment
 *   + create /a x          done beforehand; must succeed
 *   $ get /a               typed; `$40 ls` on a terminal of 40 columns
 *   x                      stdout; `\ no newline` below what ends without one
 *   ! zksh: …              stderr
 *   = 3                    the status, where it is not 0
 */

export interface Step {
  readonly kind: 'setup' | 'typed';
  readonly line: string;
  /** Of the terminal; null: a pipe. */
  readonly columns: number | null;
  /** What stands below, up to the next step or comment. */
  readonly expected: string;
}

export type Entry = Step | { readonly kind: 'comment'; readonly text: string };

export function parseTranscript(text: string): Entry[] {
  const entries: Entry[] = [];
  for (const line of text.replace(/\n$/, '').split('\n')) {
    const typed = /^(?:(\+)|\$(\d*)) (.*)$/.exec(line);
    const last = entries.at(-1);
    if (typed !== null) {
      const [, setup, columns, command = ''] = typed;
      const kind = setup === undefined ? 'typed' : 'setup';
      entries.push({ kind, line: command, columns: columns ? Number(columns) : null, expected: '' });
    } else if (/^(#.*)?$/.test(line) || last === undefined || last.kind === 'comment') {
      entries.push({ kind: 'comment', text: line });
    } else {
      entries[entries.length - 1] = { ...last, expected: `${last.expected}${line}\n` };
    }
  }
  return entries;
}

export function formatTranscript(entries: readonly Entry[]): string {
  return entries.map(formatEntry).join('');
}

function formatEntry(entry: Entry): string {
  if (entry.kind === 'comment') {
    return `${entry.text}\n`;
  }
  const mark = entry.kind === 'setup' ? '+' : `$${entry.columns ?? ''}`;
  return `${mark} ${entry.line}\n${entry.expected}`;
}

export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}

/** An outcome as it stands in a transcript, with ids, times and zxids taken out. Blank lines are a lone `|`. */
export function formatOutcome({ stdout, stderr, status }: Outcome): string {
  const out = stdout === '' ? '' : stdout.endsWith('\n') ? stdout : `${stdout}\n\\ no newline\n`;
  const lines = `${out}${stderr.replace(/^(?=.)/gm, '! ')}${status === 0 ? '' : `= ${status}\n`}`;
  return withoutIds(lines).replace(/^$(?!$(?![\s\S]))/gm, '|');
}

const IDS: readonly (readonly [RegExp, string])[] = [
  [/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>'],
  [/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, '<time>'],
  [/\w{3} \w{3} \d\d [\d:]{8} \S+ \d{4}/g, '<time>'],
  [/\b(in \d+ \w+|\d+ \w+ ago|just now)( *)(?= |$)/gm, '<ago>'],
  [/\b[0-9a-f]{64}\b/g, '<sha256>'],
  [/0x(?!0\b)[0-9a-f]+/g, '<id>'],
  [/\bin [\d.]+ m?s\b( \([\d,]+\/s\))?/g, 'in <time>'],
  [/"elapsedMs":\d+/g, '"elapsedMs":<n>'],
  [/counter \d+/g, 'counter <n>'],
  [/127\.0\.0\.1:\d+/g, '<server>'],
  [/\/test-[0-9a-f]{12}/g, '<chroot>'],
  [/Node\.js [\d.]+/g, 'Node.js <version>'],
  [/"node":"[\d.]+"/g, '"node":"<version>"'],
];

function withoutIds(text: string): string {
  return IDS.reduce((result, [pattern, word]) => result.replace(pattern, word), text);
}

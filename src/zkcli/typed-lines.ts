/** Lines that somebody types: Node's line editor with the prompt of zkCli.sh, its completion and a history in memory. */
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { commandNames } from './commands/table.js';
import type { Handle } from './handle.js';
import { pathFault } from './paths.js';
import type { PipedLine } from './piped-lines.js';

export interface TypedLines {
  readonly lines: AsyncIterable<PipedLine>;
  prompt(text: string): void;
  end(): void;
}

export function createTypedLines(input: Readable, output: Writable, handle: () => Handle): TypedLines {
  const queue: (string | null)[] = [];
  let wake = () => {};
  let isClosed = false;
  const editor = createInterface({
    input,
    output,
    terminal: true,
    completer: (line: string, done: (error: null, found: [string[], string]) => void) => {
      complete(line, handle()).then((found) => done(null, found));
    },
  });
  const put = (line: string | null) => {
    queue.push(line);
    wake();
  };
  editor.on('line', put);
  // Ctrl-C and Ctrl-D both end the session.
  editor.on('SIGINT', () => editor.close());
  editor.on('close', () => {
    isClosed = true;
    output.write('\n');
    put(null);
  });
  return {
    lines: takeLines(queue, (listener) => {
      wake = listener;
    }),
    prompt(text) {
      if (isClosed) {
        output.write(text);
        return;
      }
      editor.setPrompt(text);
      editor.prompt();
    },
    end: () => editor.close(),
  };
}

async function* takeLines(queue: (string | null)[], onMore: (listener: () => void) => void): AsyncGenerator<PipedLine> {
  for (;;) {
    if (queue.length === 0) {
      await new Promise<void>((resolve) => onMore(resolve));
    }
    const text = queue.shift() ?? null;
    yield { text, bellsCount: 0 };
    if (text === null) {
      return;
    }
  }
}

/** A word that begins with / is a path, any other the name of a command. */
async function complete(line: string, handle: Handle): Promise<[string[], string]> {
  const word = line.slice(line.lastIndexOf(' ') + 1);
  if (!word.startsWith('/')) {
    return [
      commandNames()
        .filter((name) => name.startsWith(word))
        .map((name) => `${name} `),
      word,
    ];
  }
  const slash = word.lastIndexOf('/');
  const parent = word.slice(0, slash) || '/';
  if (pathFault(parent) !== null) {
    return [[], word];
  }
  const children = await handle.ask(parent, (session) => session.getChildren(parent)).catch(() => ({ children: [] }));
  const before = word.slice(0, slash + 1);
  const found = [...children.children].sort().map((name) => before + name);
  return [found.filter((path) => path.startsWith(word)), word];
}

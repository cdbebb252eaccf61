/** What grep found: for people as grep(1) shows it; in plain path, number and line, the line last and as it is stored. */
import type { MatchesResult, MatchLine, ZnodeMatches } from '../../commands/results.js';
import { escapeName, visibleName, visibleText } from '../escape.js';
import type { Form, KindForms, RenderOptions } from '../forms.js';
import { hexRow } from '../hex.js';
import { type Paint, paintFor } from '../paint.js';

const BINARY = 'binary data match';

const plain: Form<MatchesResult> = ({ znodes, shows }, { terminal }) => {
  const nameOf = terminal ? visibleName : escapeName;
  const parts = znodes.map((znode) => plainOf(znode, nameOf(znode.path), shows, terminal));
  const areBytes = !terminal && znodes.some(({ encoding }) => encoding === 'latin1');
  // Bytes that are no text go out as they are.
  return areBytes
    ? Buffer.concat(parts.map((part, index) => Buffer.from(part, znodes[index]?.encoding ?? 'utf8')))
    : parts.join('');
};

function plainOf(znode: ZnodeMatches, name: string, shows: MatchesResult['shows'], terminal: boolean): string {
  const { linesCount, isBinary, dump, lines, encoding } = znode;
  // What is written as Latin-1 must be bytes already.
  const path = encoding === 'latin1' && !terminal ? Buffer.from(name, 'utf8').toString('latin1') : name;
  if (shows === 'paths' || shows === 'names') {
    return `${path}\n`;
  }
  if (shows === 'counts') {
    return `${path}\t${linesCount}\n`;
  }
  if (dump !== undefined) {
    return dump.map(({ offset, bytes }) => `${path}\t${hexRow(bytes, offset)}\n`).join('');
  }
  if (isBinary) {
    return `${path}\t-\t${BINARY}\n`;
  }
  let rows = '';
  for (const line of lines) {
    if (shows === 'matches') {
      for (const [from, to] of line.spans) {
        rows += `${path}\t${line.number}\t${shownText(line.text.slice(from, to), terminal)}\n`;
      }
    } else {
      rows += `${path}\t${line.number}${line.isContext ? '-' : ''}\t${shownText(line.text, terminal)}\n`;
    }
  }
  return rows;
}

function shownText(text: string, terminal: boolean): string {
  return terminal ? visibleText(text) : text;
}

const human: Form<MatchesResult> = ({ znodes, shows, hasContext, isFurther }, options) => {
  const paint = paintFor(options);
  return znodes
    .map((znode, index) => {
      const path = paint.word(visibleName(znode.path));
      switch (shows) {
        case 'paths':
          return `${path}\n`;
        case 'names':
          return `${nameWithMatches(znode, paint)}\n`;
        case 'counts':
          return `${path}${paint.faint(':')}${znode.linesCount}\n`;
        default:
          return (
            (hasContext && (isFurther || index > 0) ? `${paint.faint('--')}\n` : '') +
            linesFor(znode, path, shows, options)
          );
      }
    })
    .join('');
};

export const matches: KindForms<MatchesResult> = { human, plain, zkcli: plain };

function linesFor(znode: ZnodeMatches, path: string, shows: 'lines' | 'matches', options: RenderOptions): string {
  const paint = paintFor(options);
  const { dump, isBinary, lines } = znode;
  if (dump !== undefined) {
    return dump.map(({ offset, bytes }) => `${path}${paint.faint(':')} ${hexRow(bytes, offset)}\n`).join('');
  }
  if (isBinary) {
    return `${path}${paint.faint(`: ${BINARY}; --text shows them, --hex dumps them`)}\n`;
  }
  if (shows === 'matches') {
    return lines
      .flatMap(({ number, text, spans }) =>
        spans.map(
          ([from, to]) => `${path}${paint.faint(`:${number}:`)}${paint.bad(visibleText(text.slice(from, to)))}\n`,
        ),
      )
      .join('');
  }
  const hasContext = lines.some(({ isContext }) => isContext);
  let previous = 0;
  const rows = lines.map((line) => {
    const sign = line.isContext ? '-' : ':';
    const gap = previous !== 0 && hasContext && line.number !== previous + 1 ? `${paint.faint('--')}\n` : '';
    previous = line.number;
    return `${gap}${path}${paint.faint(`${sign}${line.number}${sign}`)}${lineWithMatches(line, paint)}\n`;
  });
  return rows.join('');
}

/** A line longer than this is cut around what matches: it would fill the screen with what nobody asked for. */
const LINE_SHOWN_MAX = 1_000;
const AROUND_MATCH = 100;

function lineWithMatches({ text, spans }: MatchLine, paint: Paint): string {
  if (text.length <= LINE_SHOWN_MAX) {
    return marked(text, 0, spans, paint);
  }
  const [first = [0, 0] as const] = spans;
  const from = whole(text, Math.max(0, first[0] - AROUND_MATCH));
  const to = whole(text, Math.min(text.length, Math.max(first[1], first[0] + 1) + AROUND_MATCH, from + LINE_SHOWN_MAX));
  const inside = spans.filter(([start, end]) => start >= from && end <= to);
  const more = text.length - (to - from);
  return `${from > 0 ? paint.faint('…') : ''}${marked(text.slice(from, to), from, inside, paint)}${paint.faint(`… (${more} more)`)}`;
}

/** Not between the two halves of a character. */
function whole(text: string, index: number): number {
  const unit = text.charCodeAt(index);
  return unit >= 0xdc00 && unit <= 0xdfff ? index - 1 : index;
}

function marked(text: string, offset: number, spans: MatchLine['spans'], paint: Paint): string {
  let shown = '';
  let from = 0;
  for (const [start, end] of spans) {
    shown += visibleText(text.slice(from, start - offset));
    shown += start === end ? '' : paint.bad(visibleText(text.slice(start - offset, end - offset)));
    from = end - offset;
  }
  return shown + visibleText(text.slice(from));
}

function nameWithMatches({ path, lines }: ZnodeMatches, paint: Paint): string {
  const [line] = lines;
  const parent = path.slice(0, path.lastIndexOf('/') + 1);
  return line === undefined
    ? visibleName(path)
    : paint.faint(visibleName(parent)) + marked(line.text, 0, line.spans, { ...paint, bad: (text) => paint.bad(text) });
}

/** Text as man's roff takes it. Knows the man macros, and nothing of what is said in them. */

/** Plain words: hyphens that can be copied, ASCII quotes, no accidental requests. */
export function plain(text: string): string {
  const escaped = text.replace(/[\\\-'`^~…]|[^\x00-\x7f]/gu, (character) => ESCAPES[character] ?? codePoint(character));
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}

export function bold(text: string): string {
  return `\\fB${plain(text)}\\fR`;
}

export function italic(text: string): string {
  return `\\fI${plain(text)}\\fR`;
}

export function section(title: string): string {
  return `.SH ${quoted(title)}`;
}

export function subsection(title: string): string {
  return `.SS ${quoted(title)}`;
}

/** Paragraphs, one for each text. */
export function paragraphs(texts: readonly string[]): string[] {
  return texts.flatMap((text) => ['.PP', plain(text)]);
}

/** A term (already in roff) and what it means (plain text, a paragraph a line). */
export function term(head: string, meaning: string): string[] {
  const [first = '', ...more] = meaning.split('\n');
  return ['.TP', head, plain(first), ...more.flatMap((line) => ['.IP', plain(line)])];
}

/** Lines as they stand. */
export function verbatim(lines: readonly string[]): string[] {
  return ['.PP', '.RS 4', '.nf', ...lines.map(plain), '.fi', '.RE'];
}

function quoted(text: string): string {
  return `"${plain(text).replaceAll('"', '\\(dq')}"`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\e',
  '-': '\\-',
  "'": '\\(aq',
  '`': '\\(ga',
  '^': '\\(ha',
  '~': '\\(ti',
  '…': '...',
  '’': '\\(cq',
  '–': '\\(en',
};

function codePoint(character: string): string {
  return `\\[u${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`;
}

/** Java's properties files: java.util.Properties.load (JDK 17). Text is ISO 8859-1 with \uXXXX. */

/** Later values of a key win; the order is that of first appearance. */
export function parseProperties(text: string): Map<string, string> {
  const entries = new Map<string, string>();
  for (const line of logicalLines(text)) {
    const { key, value } = splitEntry(line);
    entries.set(unescapeText(key), unescapeText(value));
  }
  return entries;
}

/** Comments and empty lines left out; a backslash at the end joins the next line, without its indent. */
function logicalLines(text: string): string[] {
  const lines: string[] = [];
  let begun: string | null = null;
  for (const natural of text.split(/\r\n|\r|\n/)) {
    const line = natural.replace(/^[ \t\f]+/, '');
    if (begun === null && (line === '' || /^[#!]/.test(line))) {
      continue;
    }
    const isOpen = (/\\*$/.exec(line)?.[0].length ?? 0) % 2 === 1;
    const whole: string = (begun ?? '') + (isOpen ? line.slice(0, -1) : line);
    begun = isOpen ? whole : null;
    if (!isOpen) {
      lines.push(whole);
    }
  }
  return begun === null || begun === '' ? lines : [...lines, begun];
}

/** The key ends at the first `=`, `:` or blank that no backslash protects; blanks may stand around one separator. */
function splitEntry(line: string): { key: string; value: string } {
  const [whole = '', key = ''] = /^((?:\\.|[^\\=: \t\f])*)[ \t\f]*[=:]?[ \t\f]*/s.exec(line) ?? [];
  return { key, value: line.slice(whole.length) };
}

const ESCAPES: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' };

function unescapeText(text: string): string {
  return text.replace(/\\(?:u([\da-fA-F]{4})|(.))/gs, (_, code: string | undefined, character: string) =>
    code === undefined ? (ESCAPES[character] ?? character) : String.fromCharCode(Number.parseInt(code, 16)),
  );
}

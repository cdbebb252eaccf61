/**
 * Reads the text of a zoo.cfg: Java's properties format (java.util.Properties.load). What the keys mean is settings.ts.
 */

/** Keys and values as they stand; of a key that comes twice, the later one. `zookeeper.` stays where it was written. */
export function parseZooCfg(text: string): Record<string, string> {
  const entries: Record<string, string> = {};
  for (const line of logicalLines(text)) {
    const { key, value } = cut(line);
    entries[unescapeText(key)] = unescapeText(value).trim();
  }
  return entries;
}

/** Without comments and blank lines; a backslash at the end joins the next line, less its indentation. */
function logicalLines(text: string): string[] {
  const lines: string[] = [];
  let open: string | null = null;
  for (const natural of text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/)) {
    const line = natural.replace(/^[ \t\f]+/, '');
    if (open === null && (line === '' || line.startsWith('#') || line.startsWith('!'))) {
      continue;
    }
    const whole: string = (open ?? '') + line;
    open = endsInside(whole) ? whole.slice(0, -1) : null;
    if (open === null) {
      lines.push(whole);
    }
  }
  return open === null ? lines : [...lines, open];
}

/** Whether the last backslash is not itself behind one. */
function endsInside(line: string): boolean {
  return (/\\*$/.exec(line)?.[0].length ?? 0) % 2 === 1;
}

/** The key ends at the first `=`, `:` or blank that has no backslash before it. */
function cut(line: string): { key: string; value: string } {
  const match = /^((?:\\.|[^\\=: \t\f])*)[ \t\f]*[=:]?[ \t\f]*(.*)$/s.exec(line);
  return { key: match?.[1] ?? line, value: match?.[2] ?? '' };
}

const ESCAPES: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' };

function unescapeText(text: string): string {
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|(.)|$)/gs, (_, hex: string | undefined, letter: string | undefined) => {
    if (hex !== undefined) {
      return String.fromCharCode(Number.parseInt(hex, 16));
    }
    return letter === undefined ? '' : (ESCAPES[letter] ?? letter);
  });
}

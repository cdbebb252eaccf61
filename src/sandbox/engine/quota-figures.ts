/** The text of quota znodes: `count=4,bytes=9`, and with hard limits `count=-1,bytes=-1=;byteHardLimit=12`. Follows StatsTrack (3.9). */

/** Key to number, in the order read. Keys beyond the four known ones are kept. */
export type QuotaFigures = Map<string, number>;

/** @param data one character a byte, as znodes have it; null: not in the format, or no data at all */
export function parseQuotaFigures(data: string | null): QuotaFigures | null {
  const figures: QuotaFigures = new Map();
  if (data === null) {
    return null;
  }
  if (data === '') {
    return figures;
  }
  const pairs = data.split(/[,;]+/);
  // Java drops empty pieces at the end, not at the beginning.
  if (pairs.at(-1) === '') {
    pairs.pop();
  }
  for (const pair of pairs) {
    const [key, value] = pair.split('=');
    if (key === undefined || value === undefined || (value === '' && /^[^=]*=+$/.test(pair))) {
      return null;
    }
    const text = value === '' ? '-1' : value;
    if (!/^[+-]?[0-9]{1,19}$/.test(text)) {
      return null;
    }
    figures.set(key, Number(text));
  }
  return figures;
}

/** -1: no such figure. */
export function figureOf(figures: QuotaFigures, key: string): number {
  return figures.get(key) ?? -1;
}

export function formatQuotaFigures(figures: QuotaFigures): string {
  const others = [...figures.keys()].filter((key) => key !== 'count' && key !== 'bytes').sort();
  const rest = others.map((key) => `;${key}=${figures.get(key)}`).join('');
  return `count=${figureOf(figures, 'count')},bytes=${figureOf(figures, 'bytes')}${rest === '' ? '' : `=${rest}`}`;
}

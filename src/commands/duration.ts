/** Durations as they are written: `250ms`, `10s`, `2m`, `1.5h`. Reading only; what to say of a bad one is the caller's. */

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** ms, rounded; `noUnit` for a bare number, which people mean in different units; null: no duration at all. */
export function readDuration(text: string): number | 'noUnit' | null {
  const parts = /^(\d+(?:\.\d+)?)\s*([a-zµ]*)$/i.exec(text);
  if (parts === null) {
    return null;
  }
  const unit = parts[2]?.toLowerCase() ?? '';
  const unitMs = UNITS_MS[unit];
  if (unit === '') {
    return 'noUnit';
  }
  return unitMs === undefined ? null : Math.round(Number(parts[1]) * unitMs);
}

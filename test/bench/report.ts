/** Lines of a benchmark: a figure, what it is compared with, the limit and whether it holds. Prints; measures nothing. */

export interface Limit {
  readonly kind: 'at most' | 'at least';
  readonly value: number;
}

export interface Row {
  readonly name: string;
  /** With its unit. */
  readonly figure: string;
  /** To the thing it is compared with. */
  readonly ratio?: number;
  readonly to?: string;
  readonly limit?: Limit;
}

let missed = 0;

export function heading(text: string): void {
  console.log(`\n${text}`);
}

export function row({ name, figure, ratio, to, limit }: Row): void {
  const compared = ratio === undefined ? '' : `${ratio.toFixed(2)} × ${to ?? ''}`;
  console.log(
    `  ${name.padEnd(44)} ${figure.padStart(16)}   ${compared.padEnd(26)} ${verdict(ratio, limit)}`.trimEnd(),
  );
}

export function note(text: string): void {
  console.log(`  ${text}`);
}

/** How many limits were missed so far. */
export function missedCount(): number {
  return missed;
}

/** As printed: what reads 1.50 is 1.50. */
function verdict(ratio: number | undefined, limit: Limit | undefined): string {
  if (ratio === undefined || limit === undefined) return '';
  const shown = Number(ratio.toFixed(2));
  const holds = limit.kind === 'at most' ? shown <= limit.value : shown >= limit.value;
  missed += holds ? 0 : 1;
  return `${limit.kind} ${limit.value}: ${holds ? 'ok' : 'MISSED'}`;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

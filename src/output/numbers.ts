/** Numbers and spans of time for people. */

/** `1,234,567`; fractions are rounded. */
export function amount(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `40 ms`, `2.4 s`, `1 min 20 s`, `3 h 5 min`, `2 d 4 h`. */
export function span(ms: number): string {
  if (ms < 1000) {
    return `${Math.round(ms)} ms`;
  }
  if (ms < 10_000) {
    return `${(ms / 1000).toFixed(1)} s`;
  }
  const seconds = Math.round(ms / 1000);
  const [large, largeName, small, smallName] =
    seconds < 60
      ? [0, '', seconds, 's']
      : seconds < 3_600
        ? [Math.floor(seconds / 60), 'min', seconds % 60, 's']
        : seconds < 86_400
          ? [Math.floor(seconds / 3_600), 'h', Math.floor((seconds % 3_600) / 60), 'min']
          : [Math.floor(seconds / 86_400), 'd', Math.floor((seconds % 86_400) / 3_600), 'h'];
  const parts = [...(large === 0 ? [] : [`${large} ${largeName}`]), ...(small === 0 ? [] : [`${small} ${smallName}`])];
  return parts.join(' ');
}

/** Words quoted so that a shell, or our own lexer, gives back exactly that word and runs nothing. */

export type QuoteStyle = 'line' | 'sh' | 'bash' | 'zsh' | 'fish';

/** The word as it must be typed. Without quotes where none are needed; never begins with `-`-trouble: that is for `--`. */
export function quoteWord(text: string, style: QuoteStyle): string {
  throw new Error(`not written yet: ${text} ${style}`);
}

/** Bytes that need not be UTF-8, for our own lexer. */
export function quoteBytes(bytes: Uint8Array): string {
  throw new Error(`not written yet: ${bytes.length}`);
}

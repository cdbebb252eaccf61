/** Characters that are text to a file and orders to a terminal. What is done with them is for whoever shows or writes text. */

/**
 * Controls, and what reorders or hides text: bidi marks, embeddings, overrides and isolates, line and paragraph separators,
 * zero-width characters, tags and interlinear marks. Newline and TAB are layout and not among them.
 */
export const DRIVES_TERMINAL =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|\u{e0001}|[\u{e0020}-\u{e007f}]/gu;

/** Characters of JSON text that are legal there but drive a terminal; the escapes mean the same to every reader. */
export function escapeInJson(json: string): string {
  return json.replace(DRIVES_TERMINAL, (char) =>
    Array.from(
      { length: char.length },
      (_, index) => `\\u${char.charCodeAt(index).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}

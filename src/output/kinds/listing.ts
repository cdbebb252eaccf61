/** Paths that are plain text already, a line each: shown as they are. */
import type { ListingResult } from '../../commands/results.js';
import type { KindForms } from '../forms.js';

export const listing: KindForms<ListingResult> = {
  human: ({ text }) => text,
  plain: ({ text }) => text,
  zkcli: ({ text }) => text,
};

export function pathsOfListing({ text }: ListingResult): string[] {
  return text.toString('latin1').split('\n').slice(0, -1);
}

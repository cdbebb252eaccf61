import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Places } from '../../../src/protocol/read-frame.js';
import { compareNames } from '../../../src/tree/order.js';
import { sortNames } from '../../../src/tree/read/sort-names.js';
import { build } from '../../helpers/byte-builder.js';

function sorted(names: readonly string[]): string[] {
  const bytes = Buffer.from(names.reduce((builder, name) => builder.string(name), build()).done());
  const places = new Places();
  places.makeRoom(names.length);
  let at = 0;
  for (const name of names) {
    places.values[places.length++] = at;
    at += 4 + Buffer.byteLength(name);
  }
  sortNames(bytes, places, 0, names.length);
  return [...places.values.subarray(0, names.length)].map((place) =>
    bytes.toString('utf8', place + 4, place + 4 + bytes.readInt32BE(place)),
  );
}

test('names are ordered in their bytes as their text is by code point', () => {
  const name = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.stringMatching(/^lock-\d{1,10}$/),
    fc.constantFrom('a', 'aa', 'a'.repeat(300), `${'a'.repeat(300)}b`, '\u{10000}', '\uf900', 'é'),
  );
  fc.assert(
    fc.property(fc.array(name, { maxLength: 200 }), (names) => {
      expect(sorted(names)).toEqual([...names].sort(compareNames));
    }),
    { seed: Number(process.env.ZKSH_SEED ?? Date.now() & 0xffff) },
  );
});

test('many names in a row with much in common, and equal ones, come to an end', () => {
  const names = Array.from({ length: 5000 }, (_, index) => `node-${String((index * 7919) % 5000).padStart(10, '0')}`);

  expect(sorted(names)).toEqual([...names].sort(compareNames));
  expect(sorted(names.map(() => 'same'))).toEqual(names.map(() => 'same'));
});

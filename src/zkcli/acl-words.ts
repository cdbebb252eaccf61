/** ACLs as zkCli.sh reads and prints them: AclParser, ZKUtil.getPermString and Id.toString (3.9). */
import { type AclEntry, PERMISSIONS } from '../protocol/acl.js';
import { splitJava } from './java-text.js';

/** Entries that make no sense are dropped, and `complain` is told. */
export function parseAclWords(text: string, complain: (line: string) => void): AclEntry[] {
  const entries: AclEntry[] = [];
  for (const word of splitJava(text, ',')) {
    const [first, last] = [word.indexOf(':'), word.lastIndexOf(':')];
    if (first === last) {
      complain(`${word} does not have the form scheme:id:perm`);
      continue;
    }
    const perms = parsePermissions(word.slice(last + 1), complain);
    entries.push({ scheme: word.slice(0, first), id: word.slice(first + 1, last), perms });
  }
  return entries;
}

function parsePermissions(letters: string, complain: (line: string) => void): number {
  let perms = 0;
  for (let index = 0; index < letters.length; index++) {
    const letter = letters.charAt(index);
    if (Object.hasOwn(PERMISSIONS, letter)) {
      perms |= PERMISSIONS[letter as keyof typeof PERMISSIONS];
    } else {
      complain(`Unknown perm type: ${letter}`);
    }
  }
  return perms;
}

/** Two lines: the jute form of the id, then the letters. */
export function aclLines({ scheme, id, perms }: AclEntry): string {
  const letters = Object.entries(PERMISSIONS).filter(([, bit]) => (perms & bit) !== 0);
  return `${juteText(scheme)},${juteText(id)}\n: ${letters.map(([letter]) => letter).join('')}\n`;
}

/** ToStringOutputArchive. */
function juteText(text: string): string {
  return `'${text.replace(/[\0\n\r,}%]/g, (character) => `%${hex(character.charCodeAt(0))}`)}`;
}

function hex(code: number): string {
  return code.toString(16).toUpperCase().padStart(2, '0');
}

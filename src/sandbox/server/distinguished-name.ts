/**
 * The subject of an X.509 certificate as Java spells it: what an ACL of scheme x509 is compared with, character by
 * character. Follows X500Principal.getName (RFC 2253) of the JDK, quirks included: attributes that RFC does not name are
 * an OID and the hex of their DER, and so is any value of a type that it does not decode.
 */

/** Those that get a name; all others their OID. */
const KEYWORDS: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'STREET',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '0.9.2342.19200300.100.1.25': 'DC',
  '0.9.2342.19200300.100.1.1': 'UID',
};

/** UTF8String, PrintableString, T61String, IA5String, GeneralString, UniversalString, BMPString. */
const TEXT_TAGS: ReadonlySet<number> = new Set([0x0c, 0x13, 0x14, 0x16, 0x1b, 0x1c, 0x1e]);

const ESCAPED = ',=+<>#;"\\';

/** @param der the whole certificate; null: it is none */
export function subjectOf(der: Buffer): string | null {
  try {
    return formatName(findSubject(der));
  } catch {
    return null;
  }
}

interface Element {
  readonly tag: number;
  /** From its tag to its end. */
  readonly bytes: Buffer;
  readonly content: Buffer;
}

/** Certificate, its first part, and of that the subject: behind version, serial number, signature, issuer and validity. */
function findSubject(der: Buffer): Element {
  const [certificate] = readElements(der);
  const [toBeSigned] = readElements(certificate?.content ?? EMPTY);
  const fields = readElements(toBeSigned?.content ?? EMPTY);
  const hasVersion = fields[0]?.tag === 0xa0;
  const subject = fields[hasVersion ? 5 : 4];
  if (subject === undefined) {
    throw new RangeError('no subject');
  }
  return subject;
}

const EMPTY = Buffer.alloc(0);

/** Most specific first. */
function formatName(name: Element): string {
  return readElements(name.content)
    .toReversed()
    .map((set) => readElements(set.content).map(formatAttribute).join('+'))
    .join(',');
}

function formatAttribute(attribute: Element): string {
  const [type, value] = readElements(attribute.content);
  if (type === undefined || value === undefined) {
    throw new RangeError('an attribute without type or value');
  }
  const oid = formatOid(type.content);
  const keyword = KEYWORDS[oid];
  if (keyword === undefined || !TEXT_TAGS.has(value.tag)) {
    return `${keyword ?? oid}=#${value.bytes.toString('hex')}`;
  }
  return `${keyword}=${escapeValue(value.content.toString('utf8'))}`;
}

function escapeValue(text: string): string {
  const escaped = [...text]
    .map((character) => (character === '\0' ? '\\00' : ESCAPED.includes(character) ? `\\${character}` : character))
    .join('');
  // Blanks at both ends, each of them.
  return escaped.replace(/^ +| +$/g, (blanks) => '\\ '.repeat(blanks.length));
}

function formatOid(content: Buffer): string {
  const numbers: number[] = [];
  let value = 0;
  for (const byte of content) {
    value = value * 128 + (byte & 0x7f);
    if ((byte & 0x80) === 0) {
      numbers.push(value);
      value = 0;
    }
  }
  const [first = 0, ...rest] = numbers;
  const top = Math.min(2, Math.floor(first / 40));
  return [top, first - top * 40, ...rest].join('.');
}

/** DER: tag, length, content, one after the other. */
function readElements(bytes: Buffer): Element[] {
  const elements: Element[] = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = bytes.readUInt8(at);
    const short = bytes.readUInt8(at + 1);
    const lengthBytes = short < 0x80 ? 0 : short & 0x7f;
    const length = lengthBytes === 0 ? short : bytes.readUIntBE(at + 2, lengthBytes);
    const start = at + 2 + lengthBytes;
    const end = start + length;
    if (end > bytes.length) {
      throw new RangeError('cut short');
    }
    elements.push({ tag, bytes: bytes.subarray(at, end), content: bytes.subarray(start, end) });
    at = end;
  }
  return elements;
}

/** Quotas as the commands of zkCli.sh keep them: Quotas and StatsTrack (3.9), always below /zookeeper/quota of the chroot. */
import { LIMITS_NAME, QUOTA_ROOT, STATS_NAME } from '../protocol/quota.js';
import { Crash } from './crash.js';
import { parseInt64 } from './java-numbers.js';
import { decodeUtf8, splitJava } from './java-text.js';

export function quotaPath(path: string): string {
  return QUOTA_ROOT + path;
}

export function limitPath(path: string): string {
  return `${QUOTA_ROOT}${path}/${LIMITS_NAME}`;
}

export function statPath(path: string): string {
  return `${QUOTA_ROOT}${path}/${STATS_NAME}`;
}

export type QuotaKey = 'count' | 'bytes' | 'countHardLimit' | 'byteHardLimit';

/** Numbers by name; one that is not there is -1. */
export class StatsTrack {
  readonly #values = new Map<string, bigint>();

  /** @throws Crash where Java cannot read it */
  static parse(data: Buffer | null): StatsTrack {
    if (data === null) {
      throw new Crash('java.lang.NullPointerException');
    }
    const track = new StatsTrack();
    const pairs = data.length === 0 ? [] : decodeUtf8(data).split(/[,;]+/);
    for (const pair of pairs.filter((text, index) => text !== '' || index < pairs.length - 1)) {
      const [key = '', number] = splitJava(pair, '=');
      const value = number === undefined ? null : parseInt64(number === '' ? '-1' : number);
      if (value === null) {
        throw new Crash(`java.lang.NumberFormatException: For input string: "${number ?? pair}"`);
      }
      track.#values.set(key, value);
    }
    return track;
  }

  get(key: QuotaKey): bigint {
    return this.#values.get(key) ?? -1n;
  }

  set(key: QuotaKey, value: bigint): this {
    this.#values.set(key, value);
    return this;
  }

  /** count and bytes first; `=;` in front of the others keeps old servers from reading them. */
  toString(): string {
    const others = [...this.#values.keys()].filter((key) => key !== 'count' && key !== 'bytes').sort();
    const rest = others.map((key) => `;${key}=${this.#values.get(key)}`).join('');
    return `count=${this.get('count')},bytes=${this.get('bytes')}${rest === '' ? '' : `=${rest}`}`;
  }

  toBytes(): Buffer {
    return Buffer.from(this.toString());
  }
}

/** The configuration of the ensemble: its text as the server keeps it, or the connect string of its members. */
import type { ConfigResult } from '../../commands/results.js';
import { visibleText } from '../escape.js';
import type { Form, KindForms } from '../forms.js';
import { paintFor } from '../paint.js';
import { statForPeople, statLines, zkCliStat } from './stat.js';

/** `host:port,host:port` of the members that take clients; an address for all interfaces is the member's own host. */
export function connectStringOf({ servers }: ConfigResult): string {
  return servers
    .flatMap(({ host, clientHost, clientPort }) =>
      clientPort === null
        ? []
        : [`${clientHost === null || isAnyAddress(clientHost) ? host : clientHost}:${clientPort}`],
    )
    .join(',');
}

function isAnyAddress(host: string): boolean {
  return host === '0.0.0.0' || host === '[::]' || host === '::';
}

function textOf(result: ConfigResult, terminal: boolean): string {
  const text = result.shows.connectString ? connectStringOf(result) : result.text;
  const lines = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  return terminal ? visibleText(lines) : lines;
}

const plain: Form<ConfigResult> = (result, { terminal }) => {
  const text = textOf(result, terminal);
  return result.shows.stat ? `${statLines(result.stat)}\n${text}` : text;
};

const human: Form<ConfigResult> = (result, options) => {
  const text =
    result.version === null
      ? paintFor(options).faint('a standalone server: it has no members\n')
      : textOf(result, true);
  return result.shows.stat ? `${text}${statForPeople(result.stat, options)}` : text;
};

const zkcli: Form<ConfigResult> = (result) => {
  const version = result.version === null ? '' : result.version.toString(16);
  const text = result.shows.connectString ? `${version} ${connectStringOf(result)}` : result.text;
  return `${text}\n${result.shows.stat ? zkCliStat(result.stat) : ''}`;
};

export const config: KindForms<ConfigResult> = { human, plain, zkcli };

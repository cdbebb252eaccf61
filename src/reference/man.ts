/** man/zksh.1. The tables (options, verbs, keys, statuses, codes) come from the spec; the prose around them is here. */

import type { CommandSpec, Option } from '../commands/spec.js';
import { argTerm, usageLine } from '../commands/usage.js';
import { EXIT } from '../exit-codes.js';
import { GROUP_TITLES } from '../output/kinds/help.js';
import { ERROR_ENTRIES } from '../protocol/error-codes.js';
import type { GlobalOption } from '../syntax/global-options.js';
import { KEY_BINDINGS } from '../syntax/keys.js';
import type { Release } from './release.js';
import { bold, italic, paragraphs, plain, section, subsection, term, verbatim } from './roff.js';
import { NOTICE } from './template.js';

export interface ManSources {
  readonly commands: readonly CommandSpec[];
  readonly globalOptions: readonly GlobalOption[];
  readonly release: Release;
}

export function manPage({ commands, globalOptions, release }: ManSources): string {
  return [
    `.\\" ${NOTICE}`,
    `.TH ZKSH 1 "${release.date}" "zksh ${release.version}" "User Commands"`,
    // Names of verbs and options are looked for, so they are never broken.
    '.nh',
    '.ad l',
    section('NAME'),
    plain('zksh - the shell for ZooKeeper'),
    ...synopsis(),
    ...description(),
    section('OPTIONS'),
    ...paragraphs([
      'Before the verb an option is for zksh as a whole. Behind it the verb’s own options come first, then any of these that the verb does not define (ls / -o json). -- ends options. A value on the command line wins over the environment, the environment over the default.',
      'Durations are 250ms, 10s, 2m, 1h; a number without a unit is refused.',
    ]),
    ...globalOptions.flatMap(globalOption),
    section('COMMANDS'),
    ...paragraphs([
      'A verb is found in any letter case, with or without hyphens: getAcl, getacl, get-acl. Capitals stand for what is to be replaced, brackets for what may be left out, three dots for several.',
    ]),
    ...Object.entries(GROUP_TITLES).flatMap(([group, title]) => {
      const members = commands.filter((spec) => spec.group === group);
      return members.length === 0 ? [] : [subsection(title), ...members.flatMap(command)];
    }),
    ...LANGUAGE,
    ...OUTPUT,
    ...interactiveUse(),
    section('EXIT STATUS'),
    ...Object.values(EXIT).flatMap(({ status, meaning }) => term(bold(String(status)), meaning)),
    ...paragraphs(['A command that is run for the user (watch --exec) passes its own status on.']),
    ...errors(),
    ...environment(globalOptions),
    ...FILES,
    ...EXAMPLES,
    ...differences(commands),
    section('SEE ALSO'),
    'https://zookeeper.apache.org/doc/current/',
    '',
  ].join('\n');
}

function synopsis(): string[] {
  const form = (rest: string) => `${bold('zksh')} [${italic('options')}]${rest === '' ? '' : ` ${rest}`}`;
  return [
    section('SYNOPSIS'),
    form(''),
    '.br',
    form(`${italic('VERB')} [${italic('arguments')}]`),
    '.br',
    form(`${bold('-e')} ${italic('COMMAND')} [${bold('-e')} ${italic('COMMAND')}]...`),
    '.br',
    form(`${bold('-f')} ${italic('FILE')}`),
  ];
}

function description(): string[] {
  return [
    section('DESCRIPTION'),
    ...paragraphs([
      'zksh talks to a ZooKeeper ensemble: it reads, writes and follows znodes.',
      'Without a verb it is a shell of its own when stdin and stdout are terminals (see INTERACTIVE USE); otherwise it reads commands from stdin. With a verb it runs that one command; the arguments come from your shell and are not split again. -e gives commands as text, -f names a script of them; all run in one session, in order, and stop at the first failure unless -k is given.',
      'stdout carries data and nothing else; messages, questions and progress go to stderr. A verb that has no data is silent when it has done its work. The session is closed when zksh ends, so that its ephemeral znodes do not linger until a time-out.',
    ]),
  ];
}

function globalOption(option: GlobalOption): string[] {
  const { environment, defaultText } = option;
  const more = [
    ...(option.repeatable === true ? ['May be given several times.'] : []),
    ...(option.scope === 'start' ? ['Only before the verb.'] : []),
    ...(environment.length > 0 ? [`Environment: ${environment.join(', ')}.`] : []),
    ...(defaultText === undefined ? [] : [`Default: ${defaultText}.`]),
  ];
  return term(optionHead(option), [sentence(option.summary), ...more].join(' '));
}

function optionHead({ short, long, value }: Option): string {
  const spelling = short === undefined ? bold(`--${long}`) : `${bold(`-${short}`)}, ${bold(`--${long}`)}`;
  return value === undefined ? spelling : `${spelling} ${italic(value.name)}`;
}

function command(spec: CommandSpec): string[] {
  const { aliases = [], args, options, examples } = spec;
  const also = aliases.length === 0 ? [] : [`Also: ${aliases.join(', ')}.`];
  return [
    ...term(usage(spec), [sentence(spec.summary), ...also].join(' ')),
    '.RS',
    ...paragraphs(spec.description?.split('\n') ?? []),
    ...args.flatMap((arg) => term(italic(argTerm(arg)), sentence(arg.summary))),
    ...Object.values(options).flatMap((option) => term(optionHead(option), optionMeaning(option))),
    ...(examples.length === 0
      ? []
      : verbatim(
          examples.flatMap(({ line, summary }) => [
            `# ${summary}`,
            `${spec.interactiveOnly === true ? '' : 'zksh '}${line}`,
          ]),
        )),
    '.RE',
  ];
}

function usage(spec: CommandSpec): string {
  const words = usageLine(spec).slice(spec.name.length);
  return bold(spec.name) + (words === '' ? '' : plain(words));
}

function optionMeaning({ summary, value, repeatable, conflicts }: Option): string {
  return [
    sentence(summary),
    ...(value?.choices === undefined ? [] : [`One of ${value.choices.join(', ')}.`]),
    ...(repeatable === true ? ['May be given several times.'] : []),
    ...(conflicts === undefined ? [] : [`Not with ${conflicts.map((long) => `--${long}`).join(', ')}.`]),
  ].join(' ');
}

/** Summaries in tables have neither a capital nor a full stop. A word of syntax (`scheme:id:perms`) gets no capital. */
function sentence(summary: string): string {
  const start = /^\w+[:[]/.test(summary) ? summary.charAt(0) : summary.charAt(0).toUpperCase();
  return `${start}${summary.slice(1)}${/[.!?]$/.test(summary) ? '' : '.'}`;
}

const LANGUAGE = [
  section('COMMAND LANGUAGE'),
  ...paragraphs([
    'In the shell, in scripts and in -e; never for the arguments of a single command, which your own shell has read.',
  ]),
  ...term(bold('blanks'), 'Separate words.'),
  ...term(bold("'...'"), 'Takes everything literally.'),
  ...term(bold('"..."'), 'Knows \\" \\\\ \\n \\t \\xNN and \\u{...}.'),
  ...term(bold("$'...'"), 'As in bash.'),
  ...term(bold('\\'), 'Outside quotes takes the next character literally; before a newline it joins lines.'),
  ...term(bold('#'), 'At the start of a word begins a comment.'),
  ...term(bold(';'), 'Ends a command, as a newline does.'),
  ...term(bold('<<WORD'), 'A here-document: the lines up to WORD are the data. <<-WORD takes leading tabs off.'),
  ...paragraphs([
    'Data is the word itself; @FILE is the bytes of a file (@@ a literal @), - is stdin to its end (single commands and -e only), --null is no data at all, an empty word is empty data, --base64 TEXT and --hex TEXT are bytes.',
    'Paths are absolute, or relative to the working directory (cd); . and .. are resolved. What ZooKeeper would refuse is refused before anything is sent.',
    'An ACL is scheme:id:permissions, several separated by commas; permissions are letters of cdrwa (create, delete, read, write, admin).',
  ]),
];

const OUTPUT = [
  section('OUTPUT FORMATS'),
  ...term(
    bold('human'),
    'For eyes, the default on a terminal; it may change. Control characters of names and data are shown escaped, so that a znode cannot drive the terminal.',
  ),
  ...term(
    bold('plain'),
    'The default elsewhere. UTF-8, one record a line, fields separated by one TAB; in names a TAB, LF, CR, backslash or other control character is written \\t \\n \\r \\\\ \\xNN. get gives the bytes as they are stored and nothing else. Names sort by code point.',
  ),
  ...term(
    bold('json'),
    'One object a line. Known keys never change their meaning; new ones may come. An error is an object too, on stderr: "error" holds code, verb, path, message, hint, status and applied.',
  ),
  ...term(bold('zkcli'), 'What zkCli.sh 3.9.5 prints.'),
];

function interactiveUse(): string[] {
  return [
    section('INTERACTIVE USE'),
    ...paragraphs([
      'The prompt shows server, chroot and working directory, and the state of the session where it is not connected. Events of watches appear above the line that is being typed. When the connection is lost, the line stays; after the session has expired, the ephemeral znodes and watches that went with it are listed, and connect opens a new one. C- is Control, M- is Alt, or Escape before the key; S- is Shift.',
    ]),
    ...KEY_BINDINGS.flatMap(({ keys, summary }) => term(keys.map((key) => bold(key)).join(', '), sentence(summary))),
  ];
}

function errors(): string[] {
  return [
    section('ERRORS'),
    ...paragraphs([
      'An error is two to four lines on stderr: what happened, why, and what to do next. In a script the first line names the file and the line. For a write, applied says whether it may have happened all the same: no, yes or unknown.',
      'The codes are ZooKeeper’s names, and some of zksh’s own:',
    ]),
    ...ERROR_ENTRIES.filter(({ code }) => code !== 0).flatMap(({ code, name, what, why }) =>
      term(
        code === null ? bold(name) : `${bold(name)} (${plain(String(code))})`,
        `${sentence(what)} ${placesNamed(why)}`,
      ),
    ),
  ];
}

/** In the table `{path}` stands for the znode it is about. */
function placesNamed(text: string): string {
  return text.replaceAll('{path}', 'PATH').replaceAll('{parent}', 'its parent');
}

function environment(globalOptions: readonly GlobalOption[]): string[] {
  const variables = globalOptions.flatMap(({ environment: names, long }) => names.map((name) => [name, long] as const));
  return [
    section('ENVIRONMENT'),
    ...variables.flatMap(([name, long]) => term(bold(name), `See --${long}.`)),
    ...term(
      ['EVENT', 'PATH', 'ZXID', 'TIME', 'CAUGHT_UP', 'DATA', 'DATA_BASE64']
        .map((name) => bold(`ZKSH_${name}`))
        .join(', '),
      'Set for the command of watch --exec; see there.',
    ),
    ...term(bold('XDG_STATE_HOME'), 'The folder of zksh/history; by default ~/.local/state.'),
    ...term(bold('XDG_CACHE_HOME'), 'The folder of zksh, a cache; by default ~/.cache.'),
    ...term(bold('TERM'), 'With dumb there are no colours and no line editing.'),
  ];
}

const FILES = [
  section('FILES'),
  ...term(
    italic('$XDG_STATE_HOME/zksh/history'),
    'The lines typed, readable by their owner only. Credentials in them are blanked; a line that begins with a blank is not kept.',
  ),
  ...term(italic('$XDG_CACHE_HOME/zksh'), 'Compiled code, for faster starts. May be deleted at any time.'),
];

const EXAMPLES = [
  section('EXAMPLES'),
  ...verbatim([
    'zksh -s zk1:2181,zk2:2181/app ls /',
    'zksh get /config/db > db.json',
    'zksh set /config/db @db.json',
    "zksh -e 'create /jobs' -e 'create /jobs/1 \"first job\"'",
    'zksh -f changes.zk',
    'zksh -o json watch -R /services',
    'ZKSH_SERVER=zk1:2281 zksh --tls-ca ca.pem whoami',
  ]),
];

function differences(commands: readonly CommandSpec[]): string[] {
  const added = commands.filter(({ zkCliDifferences }) => zkCliDifferences === undefined).map(({ name }) => name);
  return [
    section('COMING FROM ZKCLI.SH'),
    ...paragraphs([
      'The verbs have their names and options of old. Nothing but data is printed on stdout, statuses tell failures apart, the session is closed at the end, data and paths may contain blanks, and what zkCli.sh ignores (a word too many, a version in the wrong place) is refused with the right spelling. Verb by verb:',
    ]),
    ...commands.flatMap(({ name, zkCliDifferences }) =>
      zkCliDifferences === undefined
        ? []
        : term(bold(name), zkCliDifferences.length === 0 ? 'The same.' : zkCliDifferences.join(' ')),
    ),
    ...paragraphs([`zkCli.sh does not have: ${added.join(', ')}.`]),
  ];
}

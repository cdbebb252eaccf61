/**
 * The AdminServer: commands over HTTP. Loaded only where it is asked for. Follows JettyAdminServer and its CommandServlet
 * (3.9): what is answered and with which status; of Jetty's own error pages only the form.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { javaAddress } from '../java-address.js';
import { listen } from '../listener.js';
import { refusalOf } from './access.js';
import type { AdminContext, Command, CommandResult } from './command.js';
import { COMMANDS, findCommand } from './commands.js';
import { formatJson, JsonObject, type JsonValue } from './json-text.js';

/** The largest body of a restore. */
const BODY_BYTES_MAX = 1024 * 1024 * 1024;

export interface AdminServer {
  readonly port: number;
  close(): Promise<void>;
}

/** @throws LocalError the port is taken */
export async function startAdminServer(
  options: AdminContext & { readonly host: string; readonly port: number },
): Promise<AdminServer> {
  const { values } = options.settings;
  const http = createServer((request, response) => {
    answer(options, request, response).catch((error: Error) => {
      options.server.log(`AdminServer: ${error.message}`);
      sendErrorPage(response, 500, 'Server Error', request.url ?? '');
    });
  });
  http.keepAliveTimeout = values['admin.idleTimeout'];
  const listener = await listen(http, { host: options.host, port: options.port, backlog: -1 });
  return {
    port: listener.port,
    async close() {
      http.closeAllConnections();
      await listener.close();
    },
  };
}

async function answer(context: AdminContext, request: IncomingMessage, response: ServerResponse): Promise<void> {
  await context.server.faults.untilThawed();
  const url = request.url ?? '/';
  const [path = '', query = ''] = url.split(/\?(.*)/s);
  const root = context.settings.values['admin.commandURL'];
  if (request.method === 'TRACE') {
    response.writeHead(403, { 'Content-Length': 0 }).end();
    return;
  }
  if (path !== root && !path.startsWith(`${root}/`)) {
    sendErrorPage(response, 404, 'Not Found', path);
    return;
  }
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  if (method === 'OPTIONS') {
    response.writeHead(200, { Allow: 'GET, HEAD, POST, TRACE, OPTIONS', 'Content-Length': 0 }).end();
    return;
  }
  if (method !== 'GET' && method !== 'POST') {
    response.writeHead(405, { 'Content-Length': 0 }).end();
    return;
  }
  const name = decode(path.slice(root.length + 1));
  if (name === '') {
    send(response, 200, {}, Buffer.from(commandLinks(root)));
    return;
  }
  await answerCommand(context, { name, method, query: new URLSearchParams(query) }, request, response);
}

async function answerCommand(
  context: AdminContext,
  asked: { readonly name: string; readonly method: 'GET' | 'POST'; readonly query: URLSearchParams },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { name, method, query } = asked;
  const command = findCommand(name);
  if (command === undefined) {
    sendJson(response, 200, [
      ['command', name],
      ['error', `Unknown command: ${name}`],
    ]);
    return;
  }
  const address = javaAddress(request.socket.remoteAddress ?? '');
  const refusal = command.needsAuth ? refusalOf(context.server, request.headers.authorization, address) : null;
  if (refusal !== null) {
    sendJson(response, refusal.status, [
      ['command', name],
      ['error', refusal.error],
    ]);
    return;
  }
  if (command.method !== method) {
    // The original has no answer for that and fails.
    sendErrorPage(response, 500, 'Server Error', request.url ?? '');
    return;
  }
  const body = method === 'POST' ? await readBody(request) : Buffer.alloc(0);
  sendResult(response, command, await command.run(context, { query, body }));
}

function sendResult(response: ServerResponse, command: Command, result: CommandResult): void {
  const { status = 200, headers = {}, pairs = [], error, body } = result;
  if (body !== undefined) {
    send(response, status, { ...headers, 'Content-Type': 'application/octet-stream' }, body);
    return;
  }
  const [primary = ''] = command.names;
  const ending: [string, JsonValue][] =
    error === undefined
      ? [
          ['command', primary],
          ['error', null],
        ]
      : [
          ['error', error],
          ['command', primary],
        ];
  sendJson(response, status, [...pairs, ...ending], headers);
}

function sendJson(
  response: ServerResponse,
  status: number,
  pairs: readonly (readonly [string, JsonValue])[],
  headers: Readonly<Record<string, string>> = {},
): void {
  const text = formatJson(new JsonObject(pairs));
  send(response, status, { ...headers, 'Content-Type': 'application/json' }, Buffer.from(text, 'utf8'));
}

function send(response: ServerResponse, status: number, headers: Readonly<Record<string, string>>, body: Buffer): void {
  response.writeHead(status, { ...headers, 'Content-Length': body.length }).end(body);
}

/** Jetty's page, without what it says of itself. */
function sendErrorPage(response: ServerResponse, status: number, message: string, uri: string): void {
  const title = `${status} ${message}`;
  const page = `<html>
<head>
<meta http-equiv="Content-Type" content="text/html;charset=ISO-8859-1"/>
<title>Error ${title}</title>
</head>
<body><h2>HTTP ERROR ${title}</h2>
<table>
<tr><th>URI:</th><td>${escapeHtml(uri)}</td></tr>
<tr><th>STATUS:</th><td>${status}</td></tr>
<tr><th>MESSAGE:</th><td>${message}</td></tr>
</table>

</body>
</html>
`;
  const headers = {
    'Cache-Control': 'must-revalidate,no-cache,no-store',
    'Content-Type': 'text/html;charset=iso-8859-1',
  };
  send(response, status, headers, Buffer.from(page, 'latin1'));
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function commandLinks(root: string): string {
  return COMMANDS.map(({ names: [name] }) => name ?? '')
    .sort()
    .map((name) => `<a href="${root}/${name}">${name}</a>\n<br/>\n`)
    .join('');
}

/** As it stands where it is no proper escape. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What is too large is cut, and so is no snapshot. */
async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) {
      break;
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

// What the tests share: clients of jb mcp, the API beside it, and days on which nothing is booked.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

export const jb = new URL('../../build/jb', import.meta.url).pathname;
export const { JB_URL, JB_CA, JB_CERT, JB_KEY } = process.env;
export const pki = JB_CA.slice(0, JB_CA.lastIndexOf('/'));
export const MOST = 16_000;

/** The certificate of another principal of the stack: secretary, viewer, stranger. */
export const certificate = name => ({ JB_CERT: `${pki}/${name}.crt`, JB_KEY: `${pki}/${name}.key` });

/** The official client, connected to its own jb mcp. Its calls validate each answer by the tool's output schema. */
export async function agent(options = [], environment = {}) {
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(new StdioClientTransport({ command: jb, args: ['mcp', ...options], env: { ...process.env, ...environment } }));
  await client.listTools(); // from here on the client knows the output schemas
  return client;
}

/** Calls a tool: `refused`, and what it answered. */
export async function use(client, name, given = {}) {
  const { content, structuredContent, isError } = await client.callTool({ name, arguments: given });
  assert.equal(content.length, 1);
  assert.deepEqual(JSON.parse(content[0].text), structuredContent);
  assert.ok(Buffer.byteLength(content[0].text) <= MOST, `${name} answered ${Buffer.byteLength(content[0].text)} bytes`);
  return { refused: isError, ...structuredContent };
}

/** A test with an agent, which ends with it. */
export const withAgent = (options, environment, body) => async () => {
  const client = await agent(options, environment);
  try {
    await body((name, given) => use(client, name, given), client);
  } finally {
    await client.close();
  }
};

const connections = new Agent({ keepAlive: true });

/** The API itself, with the manager's certificate. */
export async function api(method, path, body) {
  const options = { agent: connections, method, ca: readFileSync(JB_CA), cert: readFileSync(JB_CERT), key: readFileSync(JB_KEY), headers: { 'Content-Type': 'application/json' } };
  const sent = request(JB_URL + path, options).end(body === undefined ? undefined : JSON.stringify(body));
  const [answer] = await once(sent, 'response');
  const answered = await text(answer);
  return { status: answer.statusCode, body: answered ? JSON.parse(answered) : null };
}

let calendars = 0;
/** A new calendar of this run. */
export async function calendar() {
  const name = `agent:${process.pid}:${++calendars}`;
  assert.equal((await api('PUT', `/calendars/${name}`, { hours: { monday: [{ start: '08:00', end: '18:00' }], tuesday: [{ start: '08:00', end: '18:00' }] } })).status, 201);
  return name;
}

/** A Monday in four weeks. */
export const day = (() => {
  const date = new Date(Date.now() + 28 * 86_400_000);
  date.setUTCDate(date.getUTCDate() + ((8 - date.getUTCDay()) % 7));
  return date.toISOString().slice(0, 10);
})();
export const at = time => ({ date: day, start_time: time });

/** All events on the calendar. */
export const eventsOn = async name => (await api('GET', `/events?calendar=${name}`)).body;

/** jb mcp as a process that gets lines: `send` a value or a text, `next` the next answer. */
export function lines(options = [], environment = {}) {
  const child = spawn(jb, ['mcp', ...options], { env: { ...process.env, ...environment }, stdio: ['pipe', 'pipe', 'pipe'] });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const gone = once(child, 'exit');
  return {
    child,
    send: (...messages) => child.stdin.write(messages.map(each => (typeof each === 'string' ? each : JSON.stringify(each)) + '\n').join('')),
    next: async () => JSON.parse((await answers.next()).value),
    end: async () => {
      child.stdin.end();
      const rest = [];
      for await (const line of answers) rest.push(JSON.parse(line));
      const [status, signal] = await gone;
      return { rest, status, signal };
    },
    gone,
  };
}

export const rpc = (id, method, params) => ({ jsonrpc: '2.0', id, method, ...(params && { params }) });
export const initialize = (version = '2025-11-25') => rpc('first', 'initialize', { protocolVersion: version, capabilities: {}, clientInfo: { name: 'test', version: '1' } });
export const toolCall = (id, name, given = {}) => rpc(id, 'tools/call', { name, arguments: given });

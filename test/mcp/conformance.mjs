// Promise: the official conformance tests pass as far as they apply to a server with tools on standard input and output.
//
// They call a server over HTTP, so a bridge hands each message to jb mcp as a line, and its answer back. The scenarios
// below apply, but for the checks that are named with a reason. The others call tools, prompts or resources that only the
// tests' own example server has, test what this server does not offer (logging, completion, sampling, elicitation, input
// that is asked for, tasks), or test HTTP itself (sessions, streams, headers, DNS rebinding), which here is the bridge's.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { jb } from './stage.mjs';

const NO_SUCH_TOOL = 'it calls a tool of the example server';
const NOT_OFFERED = 'this server offers tools only';
const SCENARIOS = [
  ['2025-11-25', 'server-initialize', {}],
  ['2025-11-25', 'ping', {}],
  ['2025-11-25', 'tools-list', {}],
  ['2026-07-28', 'tools-list', {}],
  ['2026-07-28', 'caching', {
    'sep-2549-prompts-list-caching-hints': NOT_OFFERED,
    'sep-2549-resources-list-caching-hints': NOT_OFFERED,
    'sep-2549-resources-templates-list-caching-hints': NOT_OFFERED,
  }],
  ['2026-07-28', 'server-stateless', {
    'sep-2575-http-server-header-mismatch-400': 'it is about a header of HTTP',
    'sep-2575-server-rejects-undeclared-capability': NO_SUCH_TOOL,
    'sep-2575-missing-capability-http-400': NO_SUCH_TOOL,
    'sep-2575-http-server-no-independent-requests-on-stream': NO_SUCH_TOOL,
    'sep-2575-server-no-log-without-loglevel': NO_SUCH_TOOL,
  }],
];
const program = new URL('node_modules/@modelcontextprotocol/conformance/dist/index.js', import.meta.url).pathname;

/** The tests look for files with a function that Node.js has from 22 on; no scenario here needs it. */
const withGlob = `data:text/javascript,${encodeURIComponent(`
  import { register } from 'node:module';
  register('data:text/javascript,' + encodeURIComponent(\`
    export const resolve = (name, context, next) => name === 'fs' && context.parentURL?.includes('/conformance/') ? { url: 'shim:fs', shortCircuit: true } : next(name, context);
    export const load = (url, context, next) => url === 'shim:fs' ? { format: 'module', shortCircuit: true, source: "export * from 'node:fs'; export { default } from 'node:fs'; export const globSync = () => [];" } : next(url, context);
  \`));
`)}`;

async function bridge() {
  const child = spawn(jb, ['mcp'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const waiting = new Map();
  createInterface({ input: child.stdout }).on('line', line => {
    const answer = JSON.parse(line);
    waiting.get(answer.id)?.(answer);
  });
  const statuses = { '-32601': 404, '-32602': 400, '-32022': 400, '-32600': 400 };
  const server = createServer(async (request, response) => {
    if (request.method !== 'POST') return response.writeHead(405).end();
    const message = JSON.parse(await text(request));
    const answered = message.id !== undefined && new Promise(resolve => waiting.set(message.id, resolve));
    child.stdin.write(`${JSON.stringify(message)}\n`);
    if (!answered) return response.writeHead(202).end();
    const answer = await answered;
    response.writeHead(answer.error ? (statuses[answer.error.code] ?? 200) : 200, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${server.address().port}/mcp`, end: () => (server.closeAllConnections(), server.close(), child.stdin.end()) };
}

for (const [version, scenario, beside] of SCENARIOS)
  test(`conformance, ${version}: ${scenario}`, { skip: +process.versions.node.split('.')[0] < 20 && 'it needs Node.js 20' }, async () => {
    const { url, end } = await bridge();
    const folder = mkdtempSync(`${tmpdir()}/jb_mcp.`);
    const child = spawn(process.execPath, ['--import', withGlob, program, 'server', '--url', url, '--scenario', scenario, '--spec-version', version, '-o', folder], { stdio: ['ignore', 'pipe', 'pipe'] });
    const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
    end();
    const written = readdirSync(folder, { recursive: true }).find(name => name.endsWith('checks.json'));
    assert.ok(written, output + errors);
    const checks = JSON.parse(readFileSync(join(folder, written), 'utf8'));
    rmSync(folder, { recursive: true });
    const failed = checks.filter(check => check.status === 'FAILURE').map(check => check.id);
    assert.deepEqual(failed.filter(id => !(id in beside)), [], output);
    assert.ok(checks.some(check => check.status === 'SUCCESS'), output);
  });

// The API description is good enough to generate a client: the client's types compile (dev/web check), and it books.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { calendar, call, url } from './stage.mjs';

const web = new URL('../../web/', import.meta.url).pathname;
const { build } = createRequire(path.join(web, 'package.json'))('esbuild');

/** fetch with the manager's certificate: node's own fetch takes no certificate. */
async function fetchAsManager(request) {
  const text = await request.text();
  const [status, body] = await call(request.method, request.url.slice(url.length), text ? JSON.parse(text) : undefined, 'manager',
    Object.fromEntries(request.headers));
  return new Response(body === '' ? null : JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });
}

test('a client whose types are generated books, moves, is refused and cancels', async (context) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'jb_client-'));
  context.after(() => fs.rmSync(folder, { recursive: true }));
  const outfile = path.join(folder, 'client.mjs');
  await build({
    entryPoints: [new URL('client.ts', import.meta.url).pathname], outfile, bundle: true, format: 'esm', platform: 'node',
    nodePaths: [path.join(web, 'node_modules')], logLevel: 'error',
  });
  const { bookAndCancel } = await import(pathToFileURL(outfile));
  assert.deepEqual(await bookAndCancel(url, fetchAsManager, await calendar()), {
    booked: 201, moved: 200, start: '2027-03-03T10:00:00+01:00', refused: 'conflict', alternatives: 3, cancelled: 200, invalid: 422,
  });
});

// Promise: a line that is not a request of the protocol gets the error of JSON-RPC, or as a notification nothing. The
// next request is served, and nothing else was done.
//
// Could break: a call without an id books; one broken line ends the server; an answer comes for a cancelled request.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { calendar, day, eventsOn, initialize, lines, rpc, toolCall } from './stage.mjs';

const modern = (version = '2026-07-28', more = {}) => ({ _meta: { 'io.modelcontextprotocol/protocolVersion': version, 'io.modelcontextprotocol/clientCapabilities': {}, ...more } });

async function begun(options, environment) {
  const process = lines(options, environment);
  process.send(initialize());
  await process.next();
  process.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
  return process;
}

test('broken messages get their error, without an id where there is none', async () => {
  const process = await begun();
  for (const [line, code, id] of [
    ['{"jsonrpc": "2.0", "id": 1, "method"', -32700],
    ['"\xff\xfe', -32700],
    ['['.repeat(200) + ']'.repeat(200), -32700],
    ['7', -32600],
    [[rpc(1, 'ping'), toolCall(2, 'status', { event_id: 1 })], -32600],
    ['[]', -32600],
    [{ id: 3, method: 'ping' }, -32600, 3],
    [{ jsonrpc: '1.0', id: 3, method: 'ping' }, -32600, 3],
    [{ jsonrpc: '2.0', id: 4 }, -32600, 4],
    [{ jsonrpc: '2.0', id: 5, method: 6 }, -32600, 5],
    [{ jsonrpc: '2.0', id: null, method: 'ping' }, -32600],
    [{ jsonrpc: '2.0', id: 1.5, method: 'ping' }, -32600],
    [{ jsonrpc: '2.0', id: {}, method: 'ping' }, -32600],
    [rpc(7, 'tools/call', [1]), -32602, 7],
    [rpc(8, 'tools/call', { name: 'look', arguments: [] }), -32602, 8],
    [rpc(9, 'tools/call', { arguments: {} }), -32602, 9],
    [rpc(10, 'tools/call', { name: 'drop' }), -32602, 10],
    [rpc(11, 'resources/list'), -32601, 11],
    [rpc(12, 'tools/list', { cursor: 'x' }), -32602, 12],
    ['x'.repeat(3 << 20), -32600],
  ]) {
    process.send(line);
    const answer = await process.next();
    assert.deepEqual([answer.error?.code, answer.id], [code, id], JSON.stringify(line).slice(0, 100));
    process.send(rpc('after', 'ping'));
    assert.deepEqual(await process.next(), { jsonrpc: '2.0', id: 'after', result: {} });
  }
  const { rest, status } = await process.end();
  assert.deepEqual([rest, status], [[], 0]);
});

test('notifications and answers are never answered, and do nothing', async () => {
  const process = await begun();
  const name = await calendar();
  process.send('', '   ', { jsonrpc: '2.0', method: 'tools/call', params: { name: 'book', arguments: { event_name: 'No id', calendars: [name] } } },
    { jsonrpc: '2.0', method: 'notifications/anything', params: {} }, { jsonrpc: '2.0', method: 'notifications/cancelled' }, { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 77 } },
    { jsonrpc: '2.0', id: 9, result: {} }, { jsonrpc: '2.0', id: 9, error: { code: 1, message: 'x' } });
  const { rest } = await process.end();
  assert.deepEqual([rest, await eventsOn(name)], [[], []]);
});

test('nothing but ping is served before initialize', async () => {
  const process = lines();
  process.send(rpc(1, 'ping'), toolCall(2, 'find_times', { duration: 60 }), rpc(3, 'tools/list', {}));
  assert.deepEqual((await process.next()).result, {});
  for (const id of [2, 3]) {
    const answer = await process.next();
    assert.deepEqual([answer.id, answer.error.code], [id, -32600]);
  }
  await process.end();
});

test('requests before an answer are answered in turn, and all of them at the end of input', async () => {
  const process = lines();
  process.send(initialize(), ...Array.from({ length: 150 }, (_, i) => toolCall(i, 'find_times', { duration: 60, limit: 1 })));
  const { rest, status } = await process.end();
  assert.deepEqual(rest.map(answer => answer.id), ['first', ...Array.from({ length: 150 }, (_, i) => i)]);
  assert.ok(rest.slice(1).every(answer => answer.result.isError === false));
  assert.equal(status, 0);
});

test('a last line without an end is served', async () => {
  const process = lines();
  process.child.stdin.write(JSON.stringify(initialize()));
  const { rest } = await process.end();
  assert.equal(rest[0].result.serverInfo.name, 'jb_scheduler');
});

test('a cancelled request gets no answer, whether it is under way or waits; ping is answered meanwhile', async () => {
  const silent = createServer(() => {}).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const process = await begun(['--url', `https://localhost:${silent.address().port}`, '--timeout', '60']);
  const begin = Date.now();
  process.send(toolCall(1, 'find_times', { duration: 60 }), toolCall(2, 'find_times', { duration: 60 }), rpc(3, 'ping'));
  assert.equal((await process.next()).id, 3);
  const cancelled = id => ({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id, reason: 'enough' } });
  process.send(cancelled(2), cancelled(1), rpc(4, 'tools/list', {}));
  assert.equal((await process.next()).id, 4);
  assert.ok(Date.now() - begin < 20_000);

  process.send(toolCall(5, 'find_times', { duration: 60 }));
  await new Promise(done => setTimeout(done, 100));
  process.child.kill('SIGTERM');
  const [status] = await process.gone;
  assert.equal(status, 0);
  silent.close();
});

test('SIGTERM and the end of input end it', async () => {
  for (const end of [child => child.kill('SIGTERM'), child => child.kill('SIGINT'), child => child.stdin.end()]) {
    const process = await begun();
    end(process.child);
    const [status, signal] = await process.gone;
    assert.deepEqual([status, signal], [0, null]);
  }
});

test('the stateless revision needs no initialize, and names its version in each request', async () => {
  const process = lines();
  const ask = async message => {
    process.send(message);
    return process.next();
  };
  const found = (await ask(rpc(1, 'server/discover', modern()))).result;
  assert.deepEqual([found.supportedVersions, found.resultType, found._meta['io.modelcontextprotocol/serverInfo'].name], [['2026-07-28', '2025-11-25', '2025-06-18'], 'complete', 'jb_scheduler']);
  const listed = (await ask(rpc(2, 'tools/list', modern()))).result;
  assert.ok(listed.tools.length === 11 && listed.ttlMs > 0 && listed.cacheScope === 'private');
  const called = (await ask(rpc(3, 'tools/call', { ...modern(), name: 'find_times', arguments: { duration: 60 } }))).result;
  assert.deepEqual([called.resultType, called.isError], ['complete', false]);
  const wrong = (await ask(rpc(4, 'tools/list', modern('2031-01-01')))).error;
  assert.deepEqual([wrong.code, wrong.data.requested, wrong.data.supported[0]], [-32022, '2031-01-01', '2026-07-28']);
  for (const params of [undefined, {}, { _meta: {} }, { _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' } }]) assert.equal((await ask(rpc(5, 'server/discover', params))).error.code, -32602);
  for (const method of ['ping', 'initialize', 'subscriptions/listen']) assert.equal((await ask(rpc(6, method, modern()))).error.code, -32601);
  await process.end();
});

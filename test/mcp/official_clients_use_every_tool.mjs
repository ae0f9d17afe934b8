// Promise: the official clients, of both kinds of revisions, list the tools and use each of them.
//
// Could break: a schema is not JSON Schema, an answer does not fit its tool's output schema, a key or a basis gets lost
// on the way.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LATEST_PROTOCOL_VERSION, SUPPORTED_PROTOCOL_VERSIONS } from '@modelcontextprotocol/sdk/types.js';
import { agent, api, at, calendar, day, eventsOn, initialize, jb, lines, use, withAgent } from './stage.mjs';

const NAMES = ['find_times', 'plan', 'book', 'hold', 'confirm', 'change', 'cancel', 'look', 'status', 'why_not', 'what_happened'];

test('the official client and this server speak its latest revision, and the one before', async () => {
  assert.deepEqual(SUPPORTED_PROTOCOL_VERSIONS.slice(0, 2), [LATEST_PROTOCOL_VERSION, '2025-06-18']);
  for (const version of SUPPORTED_PROTOCOL_VERSIONS.slice(0, 2)) {
    const process = lines();
    process.send(initialize(version));
    assert.equal((await process.next()).result.protocolVersion, version);
    await process.end();
  }
  const process = lines();
  process.send(initialize('1999-01-01'));
  assert.equal((await process.next()).result.protocolVersion, LATEST_PROTOCOL_VERSION);
  await process.end();
});

test('the tools say when to use them, and what comes in and out', withAgent([], {}, async (_, client) => {
  const { tools } = await client.listTools();
  assert.deepEqual(tools.map(tool => tool.name), NAMES);
  for (const tool of tools) {
    assert.ok(tool.description.length > 80 && tool.title);
    assert.equal(tool.inputSchema.additionalProperties, false);
    assert.ok(tool.outputSchema.anyOf.length === 2);
    assert.equal(tool.annotations.readOnlyHint, !('idempotency_key' in tool.inputSchema.properties));
    for (const name of tool.inputSchema.required) assert.ok(name in tool.inputSchema.properties);
  }
  assert.match(client.getInstructions(), /never follow them/);
  assert.equal(client.getServerVersion().name, 'jb_scheduler');
}));

test('every tool does its work', withAgent([], {}, async use => {
  const name = await calendar();
  const on = { calendars: [name], duration: 3600 };

  const { times } = await use('find_times', { ...on, from: day, limit: 1 });
  assert.match(times[0].start_timestamp, new RegExp(`^${day}T08:00:00\\+0[12]:00$`));

  const wish = { ...on, event_name: 'Review', start_timestamp: times[0].start_timestamp };
  const plan = await use('plan', { action: 'book', ...wish });
  assert.equal(plan.outcome, 'placed');
  assert.deepEqual(await eventsOn(name), []);
  const booked = await use('book', { ...wish, basis: plan.basis, idempotency_key: `book-${name}` });
  assert.equal(booked.event.start_timestamp, times[0].start_timestamp);
  const again = await use('book', { ...wish, basis: plan.basis, idempotency_key: `book-${name}` });
  assert.deepEqual([again.event.id, again.replayed], [booked.event.id, true]);

  const held = await use('hold', { ...on, event_name: 'Interview', ...at('10:00') });
  assert.equal(held.event.status, 'held');
  assert.ok(Math.abs(Date.parse(held.event.expires_at) - Date.now() - 86_400_000) < 60_000);
  const firm = await use('confirm', { event_id: held.event.id });
  assert.equal(firm.event.status, 'pending');

  const moved = await use('change', { event_id: held.event.id, start_time: '11:00', expected_version: firm.event.version });
  assert.match(moved.event.start_timestamp, /T11:00/);
  const { events } = await use('look', { calendars: [name] });
  assert.deepEqual(events.map(event => event.event_name), ['Review', 'Interview']);
  assert.deepEqual((await use('look', { event_id: booked.event.id })).events[0].event_name, 'Review');
  assert.deepEqual((await use('status', { event_id: booked.event.id })).event, { id: booked.event.id, status: 'pending' });

  const { answer, passed } = await use('why_not', { ...on, event_name: 'Earlier', date: day });
  assert.equal(answer.verdict, 'placed');
  assert.ok(passed.some(verdict => verdict.conflicts?.includes(booked.event.id)));
  assert.equal((await use('why_not', { event_id: booked.event.id })).answer.verdict, 'placed');

  const cancelled = await use('cancel', { event_id: booked.event.id });
  assert.equal(cancelled.event.status, 'cancelled');
  const { changes } = await use('what_happened', { calendar: name });
  assert.deepEqual(changes.map(change => change.kind), ['placed', 'held', 'confirmed', 'moved', 'cancelled']);
}));

test('days and hours that are asked for bound what is offered, planned and booked', withAgent([], {}, async use => {
  const name = await calendar();
  const on = { calendars: [name], duration: 2700, within: { days: ['tuesday'], from: '10:00', to: '16:00' } };
  const { times } = await use('find_times', { ...on, from: day, limit: 1 });
  assert.match(times[0].start_timestamp, /T10:00/);
  assert.equal(new Date(times[0].start_timestamp).getUTCDay(), 2);
  const wish = { ...on, event_name: 'Review', not_before: times[0].start_timestamp };
  const plan = await use('plan', { action: 'book', ...wish });
  assert.equal(plan.start_timestamp, times[0].start_timestamp);
  const { event } = await use('book', { ...wish, basis: plan.basis });
  assert.deepEqual([event.start_timestamp, event.within], [times[0].start_timestamp, { days: ['tuesday'], from: '10:00:00', to: '16:00:00' }]);
  const { event: later } = await use('change', { event_id: event.id, within: { from: '11:00' } });
  assert.match(later.start_timestamp, /T11:00/);
  assert.deepEqual(later.within, { days: ['tuesday'], from: '11:00:00', to: '16:00:00' });
}));

test('any of several: what is offered can be booked, and the plan tells who would be chosen', withAgent([], {}, async use => {
  const [one, other] = [await calendar(), await calendar()];
  await use('book', { event_name: 'Fair', calendars: [one], ...at('08:00'), duration: 3600 });
  const on = { one_of: [{ calendars: [one, other] }], duration: 3600 };
  const { times } = await use('find_times', { ...on, from: day, limit: 1 });
  const wish = { ...on, event_name: 'Review', start_timestamp: times[0].start_timestamp };
  const plan = await use('plan', { action: 'book', ...wish });
  assert.deepEqual(plan.facts.chosen, [other]);
  const { event } = await use('book', { ...wish, basis: plan.basis });
  assert.deepEqual([event.start_timestamp, event.calendars, event.one_of[0].chosen], [times[0].start_timestamp, [other], [other]]);
  const free = await calendar();
  const refused = await use('book', { event_name: 'Two', ...at('08:30'), duration: 3600, one_of: [{ calendars: [one, other, free], count: 2 }] });
  assert.deepEqual([refused.reason, refused.facts.free], ['conflict', [free]]);
}));

test('an event in the way moves as the plan has shown', withAgent([], {}, async use => {
  const name = await calendar();
  const automatic = await use('book', { event_name: 'Automatic', calendars: [name], date: day, duration: 3600 });
  const wish = { event_name: 'Fixed', calendars: [name], ...at('08:00'), duration: 3600 };
  const plan = await use('plan', { action: 'book', ...wish });
  assert.deepEqual(plan.moves.map(move => move.event_id), [automatic.event.id]);
  const booked = await use('book', { ...wish, basis: plan.basis });
  assert.deepEqual(booked.moves, plan.moves);
}));

test('a key is made if none is given, and repeats the call', withAgent([], {}, async use => {
  const name = await calendar();
  for (const tool of ['book', 'hold']) {
    const wish = { event_name: 'Once', calendars: [name], duration: 3600, date: day };
    const first = await use(tool, wish);
    assert.match(first.idempotency_key, /^[0-9a-f-]{36}$/);
    const second = await use(tool, { ...wish, idempotency_key: first.idempotency_key });
    assert.deepEqual([second.event.id, second.replayed, second.idempotency_key], [first.event.id, true, first.idempotency_key]);
  }
  assert.equal((await eventsOn(name)).length, 2);
}));

test('the client of the stateless revision does the same', { skip: +process.versions.node.split('.')[0] < 20 && 'it needs Node.js 20' }, async () => {
  const { Client } = await import('@modelcontextprotocol/client');
  const { StdioClientTransport } = await import('@modelcontextprotocol/client/stdio');
  const name = await calendar();
  for (const [mode, version] of [[{ pin: '2026-07-28' }, '2026-07-28'], ['auto', '2026-07-28'], ['legacy', '2025-11-25']]) {
    const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } });
    await client.connect(new StdioClientTransport({ command: jb, args: ['mcp'], env: process.env }));
    assert.equal(client.getNegotiatedProtocolVersion(), version);
    const { tools } = await client.listTools();
    assert.deepEqual(tools.map(tool => tool.name), NAMES);
    const booked = await use(client, 'book', { event_name: 'Stateless', calendars: [name], date: day, duration: 600 });
    assert.equal(booked.event.status, 'pending');
    assert.equal((await use(client, 'book', { event_name: '' })).refused, true);
    await client.close();
  }
});

// Promise: with --read-only an agent writes nothing. With --propose it only holds times, which moves nobody, and
// withdraws holds that its certificate made.
//
// Could break: a tool that is not listed can be called; a hold moves an automatic event; somebody's event is cancelled.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agent, api, at, calendar, certificate, day, eventsOn, jb, use, withAgent } from './stage.mjs';
import { spawnSync } from 'node:child_process';

const names = async client => (await client.listTools()).tools.map(tool => tool.name);

test('--read-only offers what reads', withAgent(['--read-only'], {}, async (use, client) => {
  const name = await calendar();
  assert.deepEqual(await names(client), ['find_times', 'plan', 'look', 'status', 'why_not', 'what_happened']);
  const wish = { event_name: 'A', calendars: [name], date: day };
  assert.equal((await use('plan', { action: 'book', ...wish })).outcome, 'placed');
  for (const tool of ['book', 'hold', 'confirm', 'change', 'cancel']) await assert.rejects(client.callTool({ name: tool, arguments: wish }), /-32602.*no such tool/);
  assert.deepEqual(await eventsOn(name), []);
}));

test('--propose offers holds', withAgent(['--propose'], certificate('secretary'), async (use, client) => {
  assert.deepEqual(await names(client), ['find_times', 'plan', 'hold', 'cancel', 'look', 'status', 'why_not', 'what_happened']);
  const name = await calendar();
  const wish = { event_name: 'Proposal', calendars: [name], duration: 3600 };
  for (const tool of ['book', 'confirm', 'change']) await assert.rejects(client.callTool({ name: tool, arguments: wish }), /no such tool/);

  const day24 = await use('hold', { ...wish, ...at('09:00') });
  assert.equal(day24.event.status, 'held');
  assert.ok(Math.abs(Date.parse(day24.event.expires_at) - Date.now() - 86_400_000) < 60_000);
  const short = await use('hold', { ...wish, date: day, hold_for: 600 });
  assert.ok(Date.parse(short.event.expires_at) - Date.now() < 700_000);

  const withdrawn = await use('cancel', { event_id: short.event.id });
  assert.equal(withdrawn.event.status, 'cancelled');
  assert.equal((await use('cancel', { event_id: short.event.id })).event.status, 'cancelled');
}));

test('a hold moves nobody, with or without a plan', withAgent(['--propose'], {}, async use => {
  const name = await calendar();
  const { body: automatic } = await api('POST', '/events', { event_name: 'Automatic', calendars: [name], date: day, duration: 3600 });
  const wish = { event_name: 'Hold', calendars: [name], ...at('08:00'), duration: 3600 };
  const booking = await use('plan', { action: 'book', ...wish, hold_for: 86_400 });
  assert.equal(booking.moves.length, 1);
  for (const given of [wish, { ...wish, basis: booking.basis }, { ...wish, idempotency_key: `k-${name}` }]) {
    const refused = await use('hold', given);
    assert.deepEqual([refused.refused, refused.status, refused.reason], [true, 409, 'would_move']);
    assert.match(refused.next, /find_times/);
  }
  assert.deepEqual([(await use('plan', { action: 'hold', ...wish })).outcome, (await eventsOn(name)).length], ['rejected', 1]);
  assert.equal((await use('look', { event_id: automatic.id })).events[0].version, 1);
}));

test('an agent withdraws its own holds only', async () => {
  const name = await calendar();
  const secretary = await agent(['--propose'], certificate('secretary'));
  const manager = await agent(['--propose']);
  const wish = { event_name: 'Hold', calendars: [name], duration: 600, date: day };
  const { event: others } = await use(manager, 'hold', wish);
  const { body: booked } = await api('POST', '/events', { ...wish, event_name: 'Booked' });
  const { event: own } = await use(secretary, 'hold', wish);
  await api('POST', `/events/${own.id}/confirm`, {});
  for (const id of [others.id, booked.id, own.id]) {
    const refused = await use(secretary, 'cancel', { event_id: id });
    assert.deepEqual([refused.refused, refused.status, refused.type], [true, 403, '/problems/not-your-hold']);
  }
  assert.equal((await use(secretary, 'cancel', { event_id: own.id, scope: 'all' })).type, '/problems/invalid-arguments');
  assert.ok((await eventsOn(name)).every(event => event.status !== 'cancelled'));
  await secretary.close();
  await manager.close();
});

test('wrong options are refused before anything is served', () => {
  for (const [options, environment, message] of [
    [['--read-only', '--propose'], {}, /exclude each other/],
    [['--url', 'http://localhost:1'], {}, /https/],
    [[], { JB_URL: '' }, /https/],
    [['--cert', '/nowhere'], {}, /--cert/],
    [['--timeout', '0'], {}, /--timeout/],
    [['word'], {}, /word/],
  ]) {
    const { status, stdout, stderr } = spawnSync(jb, ['mcp', ...options], { env: { ...process.env, ...environment }, encoding: 'utf8' });
    assert.deepEqual([status, stdout], [2, '']);
    assert.match(stderr, message);
  }
});

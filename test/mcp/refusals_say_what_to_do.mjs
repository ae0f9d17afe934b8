// Promise: each refusal has its status, type and facts, and `next` says what to do; what was refused changed nothing.
//
// Could break: a reason without advice; a stale plan is applied; the arguments are sent on unchecked.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { api, at, calendar, certificate, day, eventsOn, withAgent } from './stage.mjs';

const source = path => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

test('every reason and every problem type that a tool can meet has its advice', () => {
  const { next } = JSON.parse(source('cli/mcp.json'));
  const reasons = [...source('extension/reasons.def').matchAll(/^JB_REASON\((\w+), (\w+)/gm)].filter(([, , of]) => of !== 'start').map(([, reason]) => reason);
  assert.ok(reasons.length > 8);
  const unneeded = ['row-rejected', 'internal', 'method-not-allowed', 'not-signed-in', 'no-token', 'not-let-in', 'another-caller', 'foreign-origin', 'request-timeout',
    'unsupported-media-type', 'misdirected-request', 'not-implemented', 'version-not-supported', 'full'];
  const types = [...source('docs/errors.md').matchAll(/\| \d{3} \| `([a-z-]+)` \|/gm)].map(([, type]) => type).filter(type => !unneeded.includes(type));
  assert.ok(types.length > 10);
  assert.deepEqual([...reasons, ...types].filter(name => !next[name]), []);
});

test('a time that is taken comes with alternatives', withAgent([], {}, async use => {
  const name = await calendar();
  const wish = { event_name: 'A', calendars: [name], ...at('09:00'), duration: 3600 };
  const taken = await use('book', wish);
  for (const tool of ['book', 'hold']) {
    const refused = await use(tool, { ...wish, event_name: 'B' });
    assert.ok(refused.refused);
    assert.deepEqual([refused.status, refused.type, refused.reason, refused.conflicts], [409, '/problems/conflict', 'conflict', [taken.event.id]]);
    assert.ok(refused.alternatives.length > 0 && refused.facts.start_timestamp && refused.idempotency_key);
    assert.match(refused.next, /alternatives/);
  }
  const plan = await use('plan', { action: 'book', ...wish, event_name: 'B' });
  assert.deepEqual([plan.refused, plan.outcome, plan.reason], [false, 'rejected', 'conflict']);
  const { alternatives } = plan;
  assert.equal((await use('book', { event_name: 'B', calendars: [name], duration: 3600, start_timestamp: alternatives[0].start_timestamp })).event.start_timestamp, alternatives[0].start_timestamp);
}));

test('no slot, the past, a calendar beyond its hours: each reason has its own advice', withAgent([], {}, async use => {
  const name = await calendar();
  const reasons = { in_the_past: { start_timestamp: '2020-01-06T09:00:00Z' }, no_open_slot: {}, beyond_horizon: { not_before: '2060-01-01T00:00:00Z' }, outside_hours: { date: day, duration: 86_400 },
    outside_window: { date: day, within: { days: ['saturday'] } } };
  await use('book', { event_name: 'All day', calendars: [name], ...at('08:00'), duration: 36_000 });
  reasons.no_open_slot = { date: day, duration: 3600 };
  for (const [reason, wish] of Object.entries(reasons)) {
    const refused = await use('book', { event_name: reason, calendars: [name], duration: 3600, ...wish });
    assert.equal(refused.reason, reason);
    assert.ok(refused.refused && refused.next.length > 10);
  }
}));

test('a stale plan is not applied, and the new one comes with its basis', withAgent([], {}, async use => {
  const name = await calendar();
  const wish = { event_name: 'Automatic', calendars: [name], date: day, duration: 3600 };
  for (const tool of ['book', 'hold']) {
    const plan = await use('plan', { action: tool, ...wish });
    await api('POST', '/events', { event_name: 'First', calendars: [name], date: day, start_time: plan.start_timestamp.slice(11, 19), duration: 3600 });
    const before = (await eventsOn(name)).length;
    const stale = await use(tool, { ...wish, basis: plan.basis });
    assert.deepEqual([stale.refused, stale.status, stale.type], [true, 412, '/problems/stale']);
    assert.match(stale.next, /new `basis`/);
    assert.equal((await eventsOn(name)).length, before);
    assert.notEqual(stale.outcomes[0].start_timestamp, plan.start_timestamp);
    const applied = await use(tool, { ...wish, basis: stale.basis });
    assert.equal(applied.event.start_timestamp, stale.outcomes[0].start_timestamp);
  }
  const [event] = (await use('look', { calendars: [name] })).events;
  for (const [tool, more] of [['change', { duration: 1800 }], ['cancel', {}]]) {
    const plan = await use('plan', { action: tool, event_id: event.id, ...more });
    assert.ok(plan.basis);
    assert.equal((await use(tool, { event_id: event.id, ...more, basis: plan.basis })).refused, false);
  }
}));

test('a basis of another call, a version, a key and a state that do not fit are refused', withAgent([], {}, async use => {
  const name = await calendar();
  const wish = { event_name: 'A', calendars: [name], ...at('09:00'), duration: 3600 };
  const { basis } = await use('plan', { action: 'book', ...wish });
  const other = await use('book', { ...wish, event_name: 'B', basis });
  assert.deepEqual([other.status, other.errors[0].field], [422, 'basis']);
  const booked = await use('book', { ...wish, idempotency_key: `k-${name}` });
  assert.equal((await use('change', { event_id: booked.event.id, event_name: 'B', expected_version: 7 })).type, '/problems/version-mismatch');
  for (const tool of ['book', 'hold']) assert.equal((await use(tool, { ...wish, event_name: 'C', idempotency_key: `k-${name}` })).type, '/problems/idempotency-key-reused');
  const { event: gone } = await use('book', { ...wish, ...at('12:00') });
  await use('cancel', { event_id: gone.id });
  assert.equal((await use('confirm', { event_id: gone.id })).type, '/problems/invalid-transition');
  assert.equal((await use('look', { event_id: 999_999_999 })).type, '/problems/not-found');
  const wrong = await use('book', { ...wish, date: '2026-02-30' });
  assert.deepEqual([wrong.status, wrong.errors[0].field], [422, 'date']);
  const several = await use('book', { ...wish, event_name: ' ', priority: 50, time_zone: undefined, days: 3 });
  assert.deepEqual([several.status, several.type], [422, '/problems/invalid-value']);
  assert.ok(several.errors.some(error => error.field === 'event_name'));
  assert.equal((await eventsOn(name)).length, 2);
}));

test('the rights are those of the certificate', withAgent([], certificate('viewer'), async use => {
  const name = await calendar();
  const refused = await use('book', { event_name: 'A', calendars: [name] });
  assert.deepEqual([refused.refused, refused.status, refused.type], [true, 403, '/problems/not-allowed']);
  assert.match(refused.next, /Ask a person/);
  assert.equal((await use('look', { calendars: [name] })).refused, false);
}));

test('a certificate that is not on the list gets nothing', withAgent([], certificate('stranger'), async use => {
  const refused = await use('look', {});
  assert.ok(refused.refused && [401, 403].includes(refused.status));
}));

test('a history that was purged asks to read again', withAgent([], {}, async use => {
  const name = await calendar();
  await use('book', { event_name: 'A', calendars: [name], date: day });
  const { next_cursor: cursor } = await use('what_happened', { calendar: name });
  const refused = await use('what_happened', { calendar: name, cursor: cursor.replace(/\d+$/, '99') });
  assert.deepEqual([refused.status, refused.type], [410, '/problems/history-purged']);
  assert.match(refused.next, /look/);
}));

test('arguments that the schema lacks are named, and nothing is sent', withAgent([], {}, async use => {
  const name = await calendar();
  const wish = { event_name: 'A', calendars: [name] };
  for (const [tool, given, field] of [
    ['book', { ...wish, dry_run: true }, 'dry_run'],
    ['book', { ...wish, force: 1, 'a\u202eb\u0007': 2 }, 'ab '],
    ['book', { calendars: [name] }, 'event_name'],
    ['book', { ...wish, duration: '1 hour' }, 'duration'],
    ['book', { ...wish, calendars: [name, 7] }, 'calendars/1'],
    ['book', { ...wish, event_name: 'x'.repeat(1_000_000) }, 'event_name'],
    ['book', { ...wish, description: 'x'.repeat(1_000_000) }, 'description'],
    ['book', { ...wish, idempotency_key: 'a\r\nX-Evil: 1' }, 'idempotency_key'],
    ['book', { ...wish, idempotency_key: 'x'.repeat(1_000_000) }, 'idempotency_key'],
    ['hold', { ...wish, preempt: true }, 'preempt'],
    ['plan', { action: 'hold', ...wish, preempt: true }, 'preempt'],
    ['plan', { action: 'confirm' }, 'event_id'],
    ['plan', { action: 'delete', event_id: 1 }, 'action'],
    ['cancel', { event_id: 1.5 }, 'event_id'],
    ['cancel', { event_id: 1e300 }, 'event_id'],
    ['cancel', { event_id: '1/../2' }, 'event_id'],
    ['look', { calendars: ['a/../b'] }, 'calendars/0'],
    ['look', { limit: 1000 }, 'limit'],
    ['what_happened', { calendar: '../events' }, 'calendar'],
    ['find_times', {}, 'duration'],
  ]) {
    const refused = await use(tool, given);
    assert.deepEqual([refused.refused, refused.status, refused.type], [true, 422, '/problems/invalid-arguments'], `${tool} ${field}`);
    assert.ok(refused.errors.some(error => error.field === field), JSON.stringify(refused.errors));
  }
  assert.deepEqual(await eventsOn(name), []);
}));

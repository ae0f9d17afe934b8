// Promise: an answer has at most 16,000 bytes; a list goes on by cursor and loses nothing; a cursor fits one list only.
//
// Could break: long texts; a page that ends within itself; a cursor of another tool or filter shows other rows.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { api, at, calendar, day, withAgent } from './stage.mjs';

const long = (length, sign = 'd') => sign.repeat(length);

test('lists of long events are read to the end, each event once', withAgent([], {}, async use => {
  const name = await calendar();
  const items = Array.from({ length: 25 }, (_, i) => ({ event_name: `Event ${i}`, calendars: [name], date: day, duration: 300, description: long(100 + 250 * i), metadata: { order: long(50 * i) } }));
  assert.equal((await api('POST', '/events/batch', items)).status, 200);
  const seen = [];
  let pages = 0;
  for (let cursor; pages === 0 || cursor; pages++) {
    const page = await use('look', { calendars: [name], limit: 10, ...(cursor && { cursor }) });
    assert.ok(page.events.length > 0 && page.events.length <= 10);
    assert.equal(page.shortened, undefined);
    seen.push(...page.events.map(event => event.event_name));
    cursor = page.next_cursor;
  }
  assert.deepEqual(seen, items.map(item => item.event_name));
  assert.ok(pages > 5);
}));

test('an event that is longer than an answer is shortened, and says where', withAgent([], {}, async use => {
  const name = await calendar();
  const wish = { event_name: long(500, 'ж'), calendars: [name], ...at('09:00'), duration: 300, description: long(8000, '🎉'), event_location: long(1000, 'é'),
    attendees: Array.from({ length: 300 }, (_, i) => `${i} ${long(150)}`), metadata: Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`key ${i}`, 'value'])) };
  const booked = await use('book', wish);
  assert.ok(booked.shortened.includes('/event/description') && booked.shortened.includes('/event/attendees'));
  assert.ok(booked.event.description.endsWith('🎉…'));
  assert.equal(booked.event.status, 'pending');
  const { events, shortened } = await use('look', { calendars: [name] });
  assert.equal(events[0].event_name, wish.event_name);
  assert.ok(shortened.includes('/events/0/description'));
  const metadata = { list: Array.from({ length: 8100 }, (_, i) => i % 10) };
  const only = await use('book', { event_name: 'Metadata', calendars: [name], ...at('10:00'), duration: 300, metadata });
  assert.deepEqual([only.event.metadata, only.shortened], [null, ['/event/metadata']]);
}));

test('times, verdicts and changes go on where the page ended', withAgent([], {}, async use => {
  const name = await calendar();
  for (const time of ['08:00', '09:00', '10:00', '11:00', '12:00']) await use('book', { event_name: time, calendars: [name], ...at(time), duration: 1800 });

  const slots = { calendars: [name], duration: 1800, from: day };
  const all = (await use('find_times', { ...slots, limit: 40 })).times;
  const first = await use('find_times', { ...slots, limit: 7 });
  const second = await use('find_times', { ...slots, limit: 33, cursor: first.next_cursor });
  assert.deepEqual([...first.times, ...second.times], all);
  const last = await use('find_times', { ...slots, to: `${day}T17:30:00Z`, limit: 100 });
  assert.equal(last.next_cursor, (await use('find_times', { ...slots, to: `${day}T17:30:00Z`, limit: 100 })).next_cursor);

  const question = { event_name: 'Why', calendars: [name], duration: 7200, date: day };
  const whole = await use('why_not', { ...question, limit: 100 });
  const passed = [];
  for (let cursor; passed.length === 0 || cursor;) {
    const page = await use('why_not', { ...question, limit: 2, ...(cursor && { cursor }) });
    passed.push(...page.passed);
    assert.deepEqual(page.answer, whole.answer);
    cursor = page.next_cursor;
  }
  // The time that passes meanwhile is part of an explanation.
  assert.deepEqual(passed.map(verdict => verdict.conflicts), whole.passed.map(verdict => verdict.conflicts));
}));

test('what happened is told once, also to who asks again at the end', withAgent([], {}, async use => {
  const name = await calendar();
  for (const given of [{ calendar: name }, {}]) {
    let { next_cursor: cursor } = await use('what_happened', { ...given, limit: 1 });
    const seen = [];
    for (let i = 0; i < 6; i++) await use('book', { event_name: `${i}`, calendars: [name], date: day, duration: 300 });
    for (let i = 0; i < 5; i++) {
      const page = await use('what_happened', { ...given, limit: 4, cursor });
      seen.push(...page.changes.filter(change => change.calendar === name && change.kind === 'placed').map(change => change.event_id));
      cursor = page.next_cursor;
    }
    assert.deepEqual([seen.length, new Set(seen).size], [6, 6]);
  }
}));

test('a cursor of another list, of other arguments, or of nobody is refused', withAgent([], {}, async use => {
  const [one, two] = [await calendar(), await calendar()];
  for (const name of [one, two]) for (const time of ['09:00', '10:00', '11:00']) await use('book', { event_name: time, calendars: [name], ...at(time), duration: 300 });
  const { next_cursor: cursor } = await use('look', { calendars: [one], limit: 1 });
  for (const [tool, given] of [['look', { calendars: [two] }], ['look', {}], ['find_times', { calendars: [one], duration: 60 }], ['what_happened', { calendar: one }], ['why_not', { event_name: 'x' }]]) {
    const refused = await use(tool, { ...given, cursor });
    assert.deepEqual([refused.refused, refused.type], [true, '/problems/wrong-cursor'], tool);
  }
  assert.equal((await use('look', { calendars: [one], cursor: 'nobody' })).type, '/problems/wrong-cursor');
  assert.ok((await use('look', { calendars: [one], cursor: `${cursor}x` })).refused);
  assert.equal((await use('look', { calendars: [one], cursor, limit: 9 })).events.length, 2); // the length of a page may change
}));

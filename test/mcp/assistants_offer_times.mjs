// Promise: an assistant with the right propose and a bound offers several times to several people. Somebody confirms one of
// them, and the others are free again. The assistant is told its bound, and cannot confirm.
//
// Could break: the offer is booked at once, or only in part; a bound is told as a lack of rights; a freed time stays taken.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { api, calendar, certificate, day, eventsOn, withAgent } from './stage.mjs';

test('three times for four people, of which a person confirms one', withAgent([], certificate('secretary'), async use => {
  const people = [await calendar(), await calendar(), await calendar(), await calendar()];
  const { body: { principal: manager } } = await api('GET', '/whoami');
  for (const name of people) {
    const grants = [{ grantee: `principal:${manager}`, rights: ['manage'] }, { grantee: 'role:jb_secretary', rights: ['read', 'propose'], max_priority: 40 }];
    assert.equal((await api('PUT', `/calendars/${name}/grants`, grants)).status, 200);
  }
  const { times } = await use('find_times', { calendars: people, duration: 3600, from: day, limit: 1 });
  const wish = { event_name: 'Interview', calendars: people, duration: 3600, not_before: times[0].start_timestamp, offer: 3, apart: 1 };

  const urgent = await use('hold', { ...wish, priority: 100 });
  assert.deepEqual([urgent.refused, urgent.status, urgent.facts], [true, 403, { calendar: people[0], bound: 'max_priority', granted: 40 }]);
  assert.match(urgent.next, /facts\.granted/);

  const plan = await use('plan', { action: 'hold', ...wish });
  assert.deepEqual([plan.outcome, plan.start_timestamp, plan.alternatives.length], ['held', times[0].start_timestamp, 2]);
  const offered = await use('hold', { ...wish, basis: plan.basis });
  assert.deepEqual([offered.event.status, offered.event.priority, offered.event.proposed_on, offered.event_ids.length], ['held', 40, people, 3]);
  const [, second] = offered.event_ids;
  const own = await use('confirm', { event_id: second });
  assert.deepEqual([own.refused, own.status], [true, 403]);

  const { body: confirmed } = await api('POST', `/events/${second}/confirm`, {});
  assert.deepEqual([confirmed.status, confirmed.events], ['pending', offered.event_ids.filter(id => id !== second)]);
  for (const name of people) assert.deepEqual((await eventsOn(name)).filter(({ status }) => status !== 'cancelled').map(({ id }) => id), [second]);
  const again = await use('find_times', { calendars: people, duration: 3600, from: day, limit: 1 });
  assert.deepEqual(again.times, times);
}));

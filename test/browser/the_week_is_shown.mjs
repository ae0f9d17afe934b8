// The week shows what is booked, each kind in its own way, in the calendar's zone and not the browser's.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { book, calendar, call, dialogClosed, drawn, hold, NOW, ownWeek, psql, setClock, shown, spot, url, violations, visit, visitDrawn, week } from './stage.mjs';

async function weekOfEachKind() {
  const name = await calendar();
  const on = { calendars: [name] };
  await book({ ...on, event_name: 'Press', date: '2027-03-02', start_time: '08:00', duration: 3600, allow_past: true });
  await book({ ...on, event_name: 'Board', date: '2027-03-03', start_time: '09:00', duration: 5400, attendees: ['Anna', 'Ben'], event_location: 'Room 1' });
  await book({ ...on, event_name: 'Reading', date: '2027-03-04', duration: 5400 });
  await book({ ...on, event_name: 'Interview', date: '2027-03-05', start_time: '14:00', duration: 3600, hold_for: 7200 });
  await book({ ...on, event_name: 'Strategy', date: '2027-03-03', duration: 8 * 3600, on_no_slot: 'wait' });
  return name;
}

test('each kind of event is told apart by class, picture and words', async () => {
  const { page } = await visitDrawn(week(await weekOfEachKind()));
  for (const [title, kind, words] of [
    ['Press', 'past', 'Press, 08:00 – 09:00, Tue 2 Mar, past'],
    ['Board', 'fixed', 'Board, 09:00 – 10:30, Room 1, Anna, Ben, Wed 3 Mar, fixed, to come'],
    ['Reading', 'automatic', 'Reading, 08:00 – 09:30, Thu 4 Mar, automatic, to come'],
    ['Interview', 'held', 'Interview, 14:00 – 15:00, Fri 5 Mar, held'],
  ]) {
    const event = shown(page, title);
    assert.match(await event.getAttribute('class'), new RegExp(`(^| )${kind}( |$)`));
    assert.equal(await event.getAttribute('aria-label'), words);
    assert.equal(await event.locator('svg.icon').count(), 1);
  }
  await page.locator('.waiting-list').getByText('Strategy').waitFor();
  assert.match(await page.locator('.zone').textContent(), /Europe\/Berlin, UTC\+1/);
  assert.equal(await page.getByRole('heading', { level: 1 }).textContent(), '1 – 7 March 2027');
  await page.getByRole('columnheader', { name: 'Wednesday 3 March 2027', exact: true }).waitFor();
  for (const kind of ['Fixed', 'Automatic', 'Held', 'Waiting', 'Past', 'Shaded'])
    assert.equal(await page.locator('.legend').getByText(kind, { exact: true }).count(), 1);
  assert.deepEqual(await violations(page), []);
});

test('a click tells who, where and why, and what happened', async () => {
  const { page } = await visitDrawn(week(await weekOfEachKind()));
  await shown(page, 'Board').click();
  const dialog = page.getByRole('dialog', { name: 'Board' });
  for (const text of ['Wed 3 Mar, 09:00 – 10:30', 'Anna, Ben', 'Room 1', '1 hour 30 minutes, on Wed 3 Mar at 09:00']) await dialog.getByText(text).first().waitFor();
  await dialog.getByText('What happened').click();
  await dialog.getByText('placed on Wed 3 Mar, 09:00 – 10:30 by manager').waitFor();
  assert.match(page.url(), /event=\d+/);
  assert.deepEqual(await violations(page), []);
  await page.keyboard.press('Escape');
  await page.waitForURL((address) => !address.searchParams.has('event'));
});

test('of two events the one that was asked for last is told, and none once something else was asked for', async () => {
  const name = await calendar();
  const on = { calendars: [name], date: '2027-03-03', duration: 3600 };
  const { id } = await book({ ...on, event_name: 'Board', start_time: '09:00' });
  const press = await book({ ...on, event_name: 'Press', start_time: '11:00' });
  const { page, context } = await visitDrawn(week(name));
  /** Requests Board and, while its answer is on the way, something else. */
  const meanwhile = async (ask) => {
    const go = await hold(context, `**/events/${id}`);
    const late = page.waitForResponse(`**/events/${id}`);
    await shown(page, 'Board').click();
    await page.waitForURL((address) => address.searchParams.get('event') === String(id));
    await ask();
    go();
    await (await late).finished();
    await drawn(page);
  };
  const open = () => page.locator('dialog h2').allTextContents();
  await meanwhile(async () => {
    await shown(page, 'Press').click();
    await page.getByRole('dialog', { name: 'Press' }).waitFor();
  });
  assert.deepEqual([await open(), new URL(page.url()).searchParams.get('event')], [['Press'], String(press.id)]);
  await page.keyboard.press('Escape');
  await dialogClosed(page);
  await meanwhile(() => page.goBack());
  assert.deepEqual([await open(), new URL(page.url()).searchParams.get('event')], [[], null]);
  await meanwhile(() => page.getByRole('button', { name: 'New event' }).click());
  assert.deepEqual([await open(), new URL(page.url()).searchParams.get('event')], [['New event'], null]);
});

test('an automatic event tells what was passed over before it', async () => {
  const name = await weekOfEachKind();
  await book({ calendars: [name], event_name: 'Early', date: '2027-03-04', start_time: '08:00', duration: 3600 });
  const { page } = await visitDrawn(week(name));
  await shown(page, 'Reading').click();
  await page.getByText('Why there?').click();
  await page.getByText('It is the earliest start that every rule allows.').waitFor();
  await page.getByText('Early (Thu 4 Mar, 08:00 – 09:00) is in the way.').waitFor();
});

test('why there: a start that will not do is not called a time that is taken, and nobody hides behind the event itself', async () => {
  const name = await calendar();
  const minister = await book({ calendars: [name], event_name: 'Minister', date: '2027-03-04', start_time: '09:30', duration: 3600 });
  const reading = await book({ calendars: [name], event_name: 'Reading', date: '2027-03-04', duration: 3 * 3600 });
  assert.equal(reading.start_timestamp, '2027-03-04T10:30:00+01:00');
  const { page } = await visit(week(name, '2027-03-02', `&event=${reading.id}`));
  const why = async () => {
    await page.getByText('Why there?').click();
    await page.locator('.dialog p', { hasText: 'earliest start' }).waitFor();
    return [await page.locator('.dialog details p').allTextContents(), await page.locator('.verdicts li').allTextContents()];
  };
  assert.deepEqual(await why(), [['It is the earliest start that every rule allows.', 'What comes before it was passed over:'], [
    'A start from Tue 2 Mar, 10:20 to before Thu 4 Mar, 00:00: not in the time asked for.',
    'A start from Thu 4 Mar, 00:00 to before 08:00: the hours of the calendar hold no stretch of 3 hours that begins then.',
    'A start from Thu 4 Mar, 08:00 to before 10:30: Minister (Thu 4 Mar, 09:30 – 10:30) is in the way.',
  ]]);
  assert.deepEqual(await violations(page), []);
  await call('POST', `/events/${minister.id}/cancel`);
  await page.reload();
  assert.match((await why())[0][0], /An earlier one has opened since, Thu 4 Mar, 08:00: planning/);
});

/** The answer of an event's details to "Why there?" or to why it waits: sentences, and lines of the skipped starts. */
async function whyOf(name, { id }, question = 'Why there?') {
  const { page, leave } = await visit(week(name, '2027-03-02', `&event=${id}`));
  await page.getByText(question).click();
  await page.locator('.dialog details p').first().waitFor();
  const told = [await page.locator('.dialog details p').allTextContents(), await page.locator('.verdicts li').allTextContents()];
  await leave();
  return told;
}
const earliest = ['It is the earliest start that every rule allows.', 'What comes before it was passed over:'];

test('why there: what begins within a minute is told to the minute', async () => {
  const name = await calendar();
  await book({ calendars: [name], event_name: 'Early', start_timestamp: '2027-03-02T10:20:00+01:00', duration: 3600 });
  await book({ calendars: [name], event_name: 'Reading', duration: 3600 });
  try {
    setClock('2027-03-02T10:20:27+01:00');
    const { page, leave } = await visitDrawn(week(name));
    await shown(page, 'Reading').click();
    await page.getByText('Why there?').click();
    await page.getByText('A start from Tue 2 Mar, 10:20 to before').first().waitFor();
    await leave();
  } finally {
    setClock(NOW);
  }
});

test('why there: a day that is full by the event itself is not told against it', async () => {
  const name = await calendar({ max_events_per_day: 1 });
  await book({ calendars: [name], event_name: 'Minister', date: '2027-03-03', start_time: '09:00', duration: 3600 });
  const reading = await book({ calendars: [name], event_name: 'Reading', not_before: '2027-03-03T12:00:00+01:00', duration: 3600 });
  assert.equal(reading.start_timestamp, '2027-03-04T08:00:00+01:00');
  assert.deepEqual(await whyOf(name, reading), [earliest, [
    'A start from Tue 2 Mar, 10:20 to before Wed 3 Mar, 12:00: not in the time asked for.',
    'A start from Wed 3 Mar, 12:00 to before Thu 4 Mar, 00:00: the day has as many events as it takes, 1.',
    'A start from Thu 4 Mar, 00:00 to before 08:00: the hours of the calendar hold no stretch of 1 hour that begins then.',
  ]]);
});

test('why there: buffers on either side are the scheduler’s to count', async () => {
  const name = await calendar({ buffer_before: 900, buffer_after: 2700, slot_increment: 900 });
  await book({ calendars: [name], event_name: 'Minister', date: '2027-03-04', start_time: '09:30', duration: 1800 });
  const reading = await book({ calendars: [name], event_name: 'Reading', date: '2027-03-04', duration: 7200 });
  assert.equal(reading.start_timestamp, '2027-03-04T11:00:00+01:00');
  await book({ calendars: [name], event_name: 'Dinner', date: '2027-03-04', start_time: '14:00', duration: 1800 });
  assert.deepEqual(await whyOf(name, reading), [earliest, [
    'A start from Tue 2 Mar, 10:20 to before Thu 4 Mar, 00:00: not in the time asked for.',
    'A start from Thu 4 Mar, 00:00 to before 08:00: the hours of the calendar hold no stretch of 2 hours that begins then.',
    'A start from Thu 4 Mar, 08:00 to before 11:00: Minister (Thu 4 Mar, 09:30 – 10:00) is in the way.',
  ]]);
});

test('why there: each calendar’s own hours, increment and events are named', async () => {
  const name = await calendar({ slot_increment: 900 }), room = await calendar({ slot_increment: 1200, hours: { thursday: [{ start: '09:00', end: '17:00' }] } });
  const on = { calendars: [name, room], date: '2027-03-04' };
  await book({ ...on, calendars: [room], event_name: 'Fair', start_time: '09:00', duration: 4200 });
  const reading = await book({ ...on, event_name: 'Reading', duration: 3600 });
  assert.equal(reading.start_timestamp, '2027-03-04T11:00:00+01:00');
  const [told, lines] = await whyOf(name, reading);
  assert.deepEqual(told, earliest);
  assert.deepEqual(lines.slice(1), [
    `A start from Thu 4 Mar, 00:00 to before 08:00: the hours of ${name} hold no stretch of 1 hour that begins then.`,
    `A start from Thu 4 Mar, 08:00 to before 09:00: the hours of ${room} hold no stretch of 1 hour that begins then.`,
    'A start from Thu 4 Mar, 09:00 to before 10:10: Fair (Thu 4 Mar, 09:00 – 10:10) is in the way.',
    'A start from Thu 4 Mar, 10:10 to before 11:00: not on the grid of one calendar or another.',
  ]);
});

test('why does it wait: what is in the way of a fixed time has its name', async () => {
  const name = await calendar();
  const at = { calendars: [name], date: '2027-03-04', start_time: '09:30' };
  await book({ ...at, event_name: 'Minister', duration: 3600 });
  const press = await book({ ...at, event_name: 'Press', duration: 1800, on_no_slot: 'wait' });
  assert.deepEqual((await whyOf(name, press, 'Why does it wait?'))[0], [
    'Somebody asked for a time that is not open. It takes that time as soon as it opens, and no other.',
    'Minister (Thu 4 Mar, 09:30 – 10:30) is in the way.',
  ]);
});

test('why does it wait: what closes at five is not called closed before', async () => {
  const name = await calendar();
  await book({ calendars: [name], event_name: 'Minister', date: '2027-03-04', start_time: '09:30', duration: 3600 });
  const { id } = await book({ calendars: [name], event_name: 'Strategy', date: '2027-03-04', duration: 8 * 3600, on_no_slot: 'wait' });
  const { page } = await visit(week(name, '2027-03-02', `&event=${id}`));
  await page.getByText('Why does it wait?').click();
  await page.getByText('A start from Thu 4 Mar, 08:00 to before 10:30: Minister (Thu 4 Mar, 09:30 – 10:30) is in the way.').waitFor();
  await page.getByText('A start from Thu 4 Mar, 10:30 to before Fri 5 Mar, 00:00: the hours of the calendar hold no stretch of 8 hours that begins then.').waitFor();
  assert.equal((await page.locator('.facts').textContent()).match(/waiting/i).length, 1);
});

test('a year is told where it is not this one, and a noted time to the minute', async () => {
  const name = await calendar();
  psql("SET jb_scheduler.now = '2027-03-02 10:20:42+01'",
    `SELECT outcome FROM jb_schedule('Jubilee', '1 hour', '2028-02-09', '09:00', hold_for => '90 minutes', calendars => '{${name}}')`);
  const { page } = await visitDrawn(week(name, '2028-02-09'));
  assert.equal(await shown(page, 'Jubilee').getAttribute('aria-label'), 'Jubilee, 09:00 – 10:00, Wed 9 Feb 2028, held');
  await shown(page, 'Jubilee').click();
  await page.getByText('What happened').click();
  assert.match(await page.locator('.history li').textContent(), /^Tue 2 Mar, 10:20 held on Wed 9 Feb 2028, 09:00 – 10:00 by /);
  assert.match(await page.locator('.facts').textContent(), /Held until\s*Tue 2 Mar, 11:50Calendars/);
});

test('a series is told in words, and a rule that has none as it is written', async () => {
  const name = await calendar();
  const on = { calendars: [name], date: '2027-03-08', start_time: '09:00', duration: 1800 };
  for (const [rule, words] of [
    ['RRULE:FREQ=WEEKLY;COUNT=3', 'every week, 3 times'],
    ['RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;UNTIL=20270331T000000', 'every 2 weeks on Monday and Wednesday, until Wed 31 Mar, 00:00'],
    ['RRULE:FREQ=MONTHLY;BYDAY=2MO;COUNT=2\nEXDATE:20270412T090000', 'every month on the second Monday, 2 times, without 1 of them'],
    ['RRULE:FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=2;COUNT=2', 'FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=2;COUNT=2'],
  ]) {
    const { id, events } = await book({ ...on, event_name: 'Weekly', recurrence: rule, ...(rule.includes('SETPOS') ? { date: '2027-04-06' } : {}) });
    const { page, leave } = await visit(week(name, '2027-03-08', `&event=${id}`));
    await page.locator('dd', { hasText: words }).waitFor();
    assert.equal(await page.locator('dt:text-is("Repeats") + dd').textContent(), words);
    await leave();
    for (const one of events) await call('POST', `/events/${one}/cancel`);
  }
});

test('what is shown stands in the address, for a link, a reload and the way back', async () => {
  const { page } = await visitDrawn(week(await weekOfEachKind()));
  await page.getByRole('button', { name: 'Later' }).click();
  await page.getByRole('button', { name: 'Day', exact: true }).click();
  await page.waitForURL(/view=day&date=2027-03-09/);
  await page.reload();
  await page.getByRole('heading', { level: 1, name: 'Tuesday 9 March 2027' }).waitFor();
  await page.goBack();
  await page.getByRole('heading', { level: 1, name: '8 – 14 March 2027' }).waitFor();
  await page.goBack();
  await shown(page, 'Board').waitFor();
});

test('the list holds the same, and reads well to a program', async () => {
  const { page } = await visit(week(await weekOfEachKind()) + '&view=list');
  await page.getByRole('button', { name: 'List', exact: true }).click();
  await drawn(page);
  for (const title of ['Press', 'Board', 'Reading', 'Interview']) await shown(page, title).waitFor();
  assert.equal(await shown(page, 'Board').locator('.fc-list-event-time').textContent(), '09:00 – 10:30');
  assert.equal(await page.locator('.fc-list-day').nth(1).locator('[aria-label]').getAttribute('aria-label'), 'Wednesday 3 March 2027');
  assert.deepEqual(await violations(page), []);
});

test('in week, day and list Tab comes to each event, which is a button and says so', async () => {
  const name = await weekOfEachKind();
  const { page } = await visit(week(name));
  for (const [view, titles] of [['Week', ['Press', 'Board', 'Reading', 'Interview']], ['Day', ['Press']], ['List', ['Press', 'Board', 'Reading', 'Interview']]]) {
    await page.getByRole('button', { name: view, exact: true }).click();
    await drawn(page);
    const reached = new Set();
    for (let steps = 0; steps < 40; ++steps) {
      await page.keyboard.press('Tab');
      const event = await page.evaluate(() => document.activeElement.dataset.event && document.activeElement.getAttribute('aria-label'));
      if (event) reached.add(event.split(',')[0]);
    }
    assert.deepEqual([...reached].sort(), [...titles].sort(), view);
    for (const key of ['Enter', 'Space']) {
      await page.getByRole('button', { name: /^Press, 08:00 – 09:00, Tue 2 Mar/ }).focus();
      await page.keyboard.press(key);
      await page.getByRole('dialog', { name: 'Press' }).waitFor();
      await page.keyboard.press('Escape');
      await dialogClosed(page);
      assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-label')?.split(',')[0]), 'Press', view);
    }
    assert.deepEqual(await violations(page), []);
  }
});

test('hours that are not open are shaded', async () => {
  const name = await calendar();
  await call('PUT', `/calendars/${name}/availability/2027-03-04`, []);
  const { page } = await visitDrawn(week(name));
  const shaded = async (date, time) => {
    const { x, y } = await spot(page, date, time);
    const boxes = await page.locator('.fc-bg-event.shut').evaluateAll((all) => all.map((one) => one.getBoundingClientRect().toJSON()));
    return boxes.some((box) => box.left < x && box.right > x && box.top <= y && box.bottom > y);
  };
  assert.deepEqual([await shaded('2027-03-03', '12:00:00'), await shaded('2027-03-03', '18:00:00'), await shaded('2027-03-04', '12:00:00'), await shaded('2027-03-06', '12:00:00')],
    [false, true, true, true]);
});

test('several calendars stand side by side, each in its own zone', async () => {
  const berlin = await calendar(), tokyo = await calendar({ time_zone: 'Asia/Tokyo' });
  await book({ calendars: [berlin, tokyo], event_name: 'Call', date: '2027-03-03', start_time: '09:00', duration: 3600 });
  const { page } = await visitDrawn(week(berlin));
  await page.locator('.pick summary').click();
  await page.getByLabel('Find a calendar').fill(tokyo.slice(2));
  await page.getByLabel(tokyo, { exact: true }).check();
  await page.waitForURL((address) => address.searchParams.get('calendars') === `${berlin},${tokyo}`);
  await drawn(page);
  const labels = await Promise.all([0, 1].map((index) => shown(page.locator('.column').nth(index), 'Call').getAttribute('aria-label')));
  assert.match(labels[0], /09:00 – 10:00/);
  assert.match(labels[1], /17:00 – 18:00/);
  assert.deepEqual(await violations(page), []);
  await page.getByRole('button', { name: `Hide ${berlin}` }).click();
  await page.waitForFunction(() => document.querySelectorAll('.column').length === 1);
});

test('a calendar that does not exist is told', async () => {
  const { page } = await visit('/?calendars=nobody', { expected: [/404/] });
  await page.getByRole('alert').getByText('There is no calendar “nobody”.').waitFor();
  for (const label of ['New event', 'Find a slot']) assert.ok(await page.getByRole('button', { name: label }).isDisabled(), label);
  assert.deepEqual(await violations(page), []);
  const link = page.locator('.missing a').first(), name = await link.textContent();
  await link.click();
  await page.getByRole('region', { name: `Calendar ${name}` }).waitFor();
  assert.ok(await page.getByRole('button', { name: 'New event' }).isEnabled());
});

test('without an address the page opens what was looked at last, else a list, and none books where there is no calendar', async () => {
  const [name] = [await calendar(), await calendar()], isCeo = () => psql("SELECT count(*) FROM jb_calendars() WHERE name = 'ceo'");
  const { page, context } = await visit('/', { expected: [/404/] });
  await page.getByRole('heading', { name: 'Choose a calendar' }).waitFor();
  assert.ok(await page.getByRole('button', { name: 'New event' }).isDisabled());
  assert.deepEqual(await violations(page), []);
  await page.goto(`${url}${week(name)}`);
  await drawn(page);
  await page.goto(`${url}/`);
  await page.getByRole('region', { name: `Calendar ${name}` }).waitFor();
  await drawn(page);
  await page.getByRole('button', { name: 'New event' }).click();
  const form = page.getByRole('dialog', { name: 'New event' });
  await form.getByLabel('What').fill('Board');
  await form.getByLabel('Calendars').fill('ceo');
  await form.getByRole('button', { name: 'Book' }).click();
  await form.getByRole('alert').getByText('There is no calendar “ceo”.').waitFor();
  const other = await context.newPage();
  await other.goto(`${url}/?calendars=ceo`);
  await other.getByText('There is no calendar “ceo”.').waitFor();
  assert.equal(isCeo(), '0', 'its first booking would have made it');
});

test('the hours of calendars side by side stand at one height, and an appointment has the name of its client', async () => {
  const name = await calendar(), id = `side-${process.pid}`, provider = `provider:${id}`;
  await call('POST', `/providers/${id}/availability`, { date: '2027-03-03', slots: { '13:00': '15:00' } });
  const [status, body] = await call('POST', '/appointments', { provider_id: id, client: 'Zoe Weber', date: '2027-03-03', start_time: '13:00' });
  assert.equal(status, 201, JSON.stringify(body));
  await book({ calendars: [name], event_name: 'Later', date: '2027-03-10', start_time: '09:00', duration: 900 });
  const { page } = await visitDrawn(`/?calendars=${name},${provider}&view=day&date=2027-03-03`);
  assert.match(await shown(page, 'Zoe Weber').textContent(), /^Zoe Weber 13:00/);
  await page.getByRole('button', { name: /Next: Wed 10 Mar, 09:00, Later/ }).waitFor();
  const tops = await page.locator('.fc-timegrid-slot-lane[data-time="09:00:00"]').evaluateAll((all) => all.map((one) => Math.round(one.getBoundingClientRect().top)));
  assert.equal(tops.length, 2);
  assert.equal(tops[0], tops[1]);
});

test('of thousands of calendars the page asks only for those that are typed', async () => {
  const name = await calendar(), [crowd, last] = ['zz-crowd', 'zz-crowd-last'];
  psql(`SELECT count(jb_calendar_set('${crowd}:' || n, '{}')) FROM generate_series(1, 60) AS n`, `SELECT jb_calendar_set('${last}', '{}')`);
  const { page } = await visit('/?calendars=nobody', { expected: [/404/] });
  const asked = [];
  page.on('request', (request) => { if (new URL(request.url()).pathname === '/calendars') asked.push(new URL(request.url()).searchParams); });
  await page.getByText('There are:').waitFor();
  assert.equal(await page.locator('.missing li').count(), 20);
  await page.locator('.pick summary').click();
  await page.getByLabel('Find a calendar').fill('Crowd');
  await page.getByText('There are more: type a part of the name.').waitFor();
  assert.equal(await page.locator('.pick li').count(), 50);
  assert.deepEqual(await violations(page), []);
  await page.getByLabel('Find a calendar').fill(last);
  await page.getByLabel('Find a calendar').press('Enter');
  await page.getByRole('region', { name: `Calendar ${last}` }).waitFor();
  await page.getByRole('button', { name: 'New event' }).click();
  await page.getByLabel('Calendars').fill(`${name}, zz-crowd:5`);
  await page.waitForFunction(() => [...document.querySelectorAll('#calendar-names option')].some(({ value }) => value.endsWith(', zz-crowd:59')));
  await page.getByLabel('Who', { exact: true }).fill('zz-crowd:7');
  await page.getByText('zz-crowd:7 has a calendar here.').waitFor();
  assert.ok(asked.length > 3);
  for (const query of asked) assert.ok(query.has('names') || Number(query.get('limit')) <= 51, String(query));
  psql(`SELECT count(jb_calendar_delete(name)) FROM jb_calendar_view WHERE name LIKE 'zz-crowd%'`);
});

test('calendars are chosen from a list of all, with ticks at those that are shown', async () => {
  const [one, other] = [await calendar(), await calendar()];
  const { page } = await visitDrawn(week(one));
  const made = await calendar(); // made after the page was opened
  await page.locator('.pick summary').click();
  const find = page.getByLabel('Find a calendar');
  await find.fill(other);
  await page.getByLabel(other, { exact: true }).waitFor();
  await find.fill(one);
  assert.ok(await page.getByLabel(one, { exact: true }).isDisabled(), 'one is always shown');
  assert.deepEqual(await violations(page), []);
  await find.fill(made);
  await page.getByLabel(made, { exact: true }).check();
  await page.waitForURL((address) => address.searchParams.get('calendars') === `${one},${made}`);
  await find.fill('');
  await page.getByLabel(one, { exact: true }).uncheck();
  await page.waitForURL((address) => address.searchParams.get('calendars') === made);
  await find.fill('none of this name');
  await page.getByText('No calendar has this name.').waitFor();
  await find.fill(other);
  await page.getByRole('button', { name: `Only ${other}` }).click();
  await page.getByRole('region', { name: `Calendar ${other}` }).waitFor();
  assert.equal(await page.locator('.pick form').isVisible(), false);
});

test('a week with nothing to come says what comes next, and scrolls by keyboard', async () => {
  const { page } = await ownWeek({}, { event_name: 'Welcome', date: '2027-03-15', start_time: '09:00', duration: 3600 });
  assert.deepEqual(await violations(page), []);
  await page.locator('.fc-timegrid-col[tabindex]').focus();
  const top = () => page.locator('.fc-scroller-liquid-absolute').evaluate((scroller) => scroller.scrollTop);
  const before = await top();
  await page.keyboard.press('Home');
  await page.waitForFunction((at) => document.querySelector('.fc-scroller-liquid-absolute').scrollTop < at, before);
  await page.getByRole('button', { name: 'Next: Mon 15 Mar, 09:00, Welcome' }).click();
  await shown(page, 'Welcome').waitFor();
  await page.locator('.next').waitFor({ state: 'hidden' });
});

test('four weeks side by side keep columns in which a day can be read', async () => {
  const names = [await calendar(), await calendar(), await calendar(), await calendar()];
  const { page } = await visitDrawn(week(names.join()));
  const heads = await page.locator('.fc-col-header-cell-cushion').evaluateAll((all) => all.map((one) => [one.getBoundingClientRect().width, one.closest('th').getBoundingClientRect().width]));
  assert.equal(heads.length, 28);
  for (const [text, room] of heads) assert.ok(text <= room && room >= 50, `${text} of ${room}`);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  await page.getByRole('button', { name: `Hide ${names[3]}` }).click();
  await page.waitForFunction(() => document.querySelectorAll('.column').length === 3);
});

test('a week in which the clock changes keeps wall time, on both sides', async () => {
  const name = await calendar();
  const on = { calendars: [name] };
  await book({ ...on, event_name: 'Before', date: '2027-03-27', start_time: '09:00', duration: 3600 });
  await book({ ...on, event_name: 'Across', date: '2027-03-28', start_time: '01:30', duration: 3600 });
  await book({ ...on, event_name: 'After', date: '2027-03-28', start_time: '09:00', duration: 3600 });
  await book({ ...on, event_name: 'Twice', start_timestamp: '2027-10-31T01:30:00Z', duration: 1800 });
  const { page } = await visitDrawn(week(name, '2027-03-28'));
  for (const [title, words] of [['Before', '09:00 – 10:00, Sat 27 Mar'], ['Across', '01:30 – 03:30, Sun 28 Mar'], ['After', '09:00 – 10:00, Sun 28 Mar']])
    assert.ok((await shown(page, title).getAttribute('aria-label')).includes(words), title);
  const height = async (title) => (await shown(page, title).boundingBox()).y;
  assert.ok(Math.abs((await height('Before')) - (await height('After'))) < 1);
  assert.match(await page.locator('.zone').textContent(), /Europe\/Berlin, UTC\+2/);
  await page.goto(url + week(name, '2027-10-31'));
  await drawn(page);
  assert.match(await shown(page, 'Twice').getAttribute('aria-label'), /02:30 \(UTC\+1\) – 03:00/);
});

test('a change of an event on several calendars is told once', async () => {
  const [name, room] = [await calendar(), await calendar()];
  const { id } = await book({ calendars: [name, room], event_name: 'Board', date: '2027-03-03', start_time: '09:00', duration: 3600 });
  await call('PATCH', `/events/${id}`, { start_time: '11:00' });
  const { page } = await visit(week(name, '2027-03-02', `&event=${id}`));
  await page.getByText('What happened').click();
  await page.locator('.history li').first().waitFor();
  const lines = await page.locator('.history li').allTextContents();
  assert.deepEqual(lines.map((line) => /placed|moved/.exec(line)?.[0]), ['placed', 'moved']);
});

test('the name of an event of a whole day is in sight wherever the day is scrolled to', async () => {
  const { name, page } = await ownWeek({}, { event_name: 'Fair', date: '2027-03-03', start_time: '00:00', duration: 86_400 });
  const inSight = () => shown(page, 'Fair').locator('.name').evaluate((one) => {
    const box = one.getBoundingClientRect();
    return one.contains(document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2));
  });
  for (const share of [0, 0.25, 0.9]) {
    await page.locator('.fc-scroller:has(.fc-timegrid-slots)').evaluate((one, part) => one.scrollTo(0, part * (one.scrollHeight - one.clientHeight)), share);
    assert.ok(await inSight(), `scrolled by ${share}`);
  }
});

test('neighbours of a quarter of an hour stand below each other, and not side by side', async () => {
  const name = await calendar();
  for (const start_time of ['09:00', '09:15', '09:30']) await book({ calendars: [name], event_name: `Call ${start_time}`, date: '2027-03-03', start_time, duration: 900 });
  const { page } = await visitDrawn(week(name));
  const boxes = await shown(page, 'Call').evaluateAll((all) => all.map((one) => one.getBoundingClientRect().toJSON()));
  assert.deepEqual(boxes.map(({ left, width }) => [left, width]), Array(3).fill([boxes[0].left, boxes[0].width]));
  for (const index of [0, 1]) assert.ok(boxes[index].bottom <= boxes[index + 1].top + 1, 'none lies over the next');
});

test('while a year is typed the page stays where it is', async () => {
  const { page } = await ownWeek();
  const title = page.getByRole('heading', { level: 1 }), titles = [];
  await page.exposeFunction('titled', (text) => titles.push(text));
  await title.evaluate((one) => new MutationObserver(() => globalThis.titled(one.textContent)).observe(one, { childList: true, characterData: true, subtree: true }));
  await page.getByLabel('Go to date').focus();
  await page.keyboard.type('03092027');
  await title.getByText('8 – 14 March 2027').waitFor();
  assert.deepEqual(titles.filter((text) => !text.endsWith('2027')), []);
});

test('past midnight, an event that is opened and closed leaves the day that is shown, and Today leads to the new one', async () => {
  const name = await calendar(), title = (date) => page.getByRole('heading', { level: 1, name: `${date} March 2027` }).waitFor();
  await book({ calendars: [name], event_name: 'Late', date: '2027-03-02', start_time: '21:00', duration: 3600 });
  setClock('2027-03-02 23:50+01');
  const { page, context } = await visitDrawn(`/?calendars=${name}&view=day`, { now: '2027-03-02T23:50:00+01:00' });
  setClock(NOW);
  await context.clock.setFixedTime(new Date('2027-03-03T00:10:00+01:00'));
  await shown(page, 'Late').click();
  await page.getByRole('dialog', { name: 'Late' }).waitFor();
  await title('Tuesday 2');
  await page.keyboard.press('Escape');
  await dialogClosed(page);
  await title('Tuesday 2');
  await page.getByRole('button', { name: 'Today' }).click();
  await title('Wednesday 3');
});

for (const [view, date, next] of [['day', '2027-03-02', 'Wednesday 3 March 2027'], ['week', '2027-03-07', '8 – 14 March 2027']])
  test(`past midnight, Later leads to the ${view} after the one that is shown`, async () => {
    const name = await calendar();
    setClock(`${date} 23:50+01`);
    const { page, context } = await visitDrawn(`/?calendars=${name}&view=${view}`, { now: `${date}T23:50:00+01:00` });
    setClock(NOW);
    await context.clock.setFixedTime(new Date(Date.parse(`${date}T23:50:00+01:00`) + 1_200_000));
    await page.getByRole('button', { name: 'Later', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: next }).waitFor();
  });

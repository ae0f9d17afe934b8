// A person who only looks at the page learns of changes by others, and of trouble.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { book, calendar, call, dialogClosed, drawn, eventOn, eventsOn, hold, notice, ownWeek, psql, shown, url, violations, visit, visitDrawn, week } from './stage.mjs';

test('a rejection that psql causes appears by itself', async () => {
  const { name, page } = await ownWeek();
  await page.locator('.rejection-list[aria-busy=false]').waitFor();
  psql(`SELECT outcome FROM jb_schedule('Marathon', '10 hours', '2027-03-04', calendars => '{${name}}')`);
  const entry = page.locator('.rejection-list li.news', { hasText: 'Marathon' });
  await entry.getByText(`${name} is not open for 10 hours on Thu 4 Mar.`).waitFor();
});

// A browser has six connections to one server. Those that wait for news in several windows must leave some of them.
test('however many windows are open, at most three requests wait for news, and each window learns of it', async () => {
  const name = await calendar(), waiting = new Set();
  let most = 0;
  const { page, context } = await visitDrawn(week(name), { prepare: (context) => {
    context.on('request', (request) => {
      if (/[?&]wait=[1-9]/.test(request.url())) most = Math.max(most, waiting.add(request).size);
    });
    for (const end of ['requestfinished', 'requestfailed']) context.on(end, (request) => waiting.delete(request));
  } });
  const others = [await context.newPage(), await context.newPage()];
  for (const other of others) {
    await other.goto(url + week(name));
    await drawn(other);
  }
  await book({ calendars: [name], event_name: 'News', date: '2027-03-03', start_time: '09:00', duration: 3600 });
  for (const one of [page, ...others]) await shown(one, 'News').waitFor();
  assert.equal(most, 3);
});

test('what could not be placed tells what, when it was wanted and what is in the way', async () => {
  const name = await calendar();
  await book({ calendars: [name], event_name: 'Board', date: '2027-03-03', start_time: '09:00', duration: 3600 });
  psql("SET jb_scheduler.now = '2027-03-02 10:20:42+01'",
    `SELECT outcome FROM jb_schedule('Press', '30 minutes', '2027-03-03', '09:30', calendars => '{${name}}')`,
    `SELECT outcome FROM jb_schedule('Class', '30 minutes', '2027-03-03', '09:30', recurrence => 'RRULE:FREQ=WEEKLY;COUNT=2', calendars => '{${name}}')`,
    `SELECT outcome FROM jb_schedule('Retreat', '8 hours', '2027-03-03', calendars => '{${name}}')`);
  const { page } = await visitDrawn(week(name));
  const entry = (title) => page.locator('.rejection-list li', { hasText: name }).filter({ hasText: title });
  await entry('Press').getByText('In the way: Board.').waitFor();
  assert.equal(await entry('Press').getByText('wanted').textContent(), 'wanted 30 minutes, on Wed 3 Mar at 09:30');
  assert.equal(await entry('Class').getByText('wanted').textContent(), 'wanted 30 minutes, on Wed 3 Mar at 09:30, every week, 2 times');
  assert.match(await entry('Press').textContent(), /refused Tue 2 Mar, 10:20, asked for by /);
  assert.equal(await entry('Retreat').getByText('wanted').textContent(), 'wanted 8 hours, any time on Wed 3 Mar');
  await entry('Retreat').getByText('No stretch of 8 hours is open on Wed 3 Mar.').waitFor();
  for (const title of ['Press', 'Retreat'])
    assert.equal(await page.getByRole('button', { name: `Find another time for ${title}`, exact: true }).and(entry(title).locator('button')).count(), 1);
  assert.deepEqual(await violations(page), []);
});

test('what could not be placed names the limit, all that is in the way and what was open then', async () => {
  const name = await calendar({ strict: true, min_notice: 7200, slot_increment: 900 }), full = await calendar({ max_events_per_day: 1 });
  for (let i = 0; i < 12; ++i)
    await book({ calendars: [name], event_name: `Talk ${i}`, start_timestamp: `2027-03-03T${String(9 + Math.floor(i / 4)).padStart(2, '0')}:${(i % 4) * 15 || '00'}:00+01:00`, duration: 900 });
  await book({ calendars: [name], event_name: 'Lunch', date: '2027-03-04', start_time: '13:00', duration: 900 });
  await book({ calendars: [full], event_name: 'Board', date: '2027-03-03', start_time: '09:00', duration: 3600 });
  const refused = (title, what) => `SELECT outcome FROM jb_schedule('${title}', ${what}, calendars => '{${name}}')`;
  psql("SET jb_scheduler.now = '2027-03-02 10:20:00+01'",
    refused('Fair', "'3 hours', '2027-03-03', '09:00'"),
    refused('Class', "'15 minutes', '2027-03-03', '13:00', recurrence => 'RRULE:FREQ=DAILY;COUNT=3'"),
    refused('Soon', "'15 minutes', '2027-03-02', '11:00'"),
    refused('Odd', "'15 minutes', '2027-03-03', '14:05'"),
    refused('Night', "'15 minutes', '2027-03-03', '22:00'"),
    `SELECT outcome FROM jb_schedule('Press', '30 minutes', '2027-03-03', calendars => '{${full}}')`,
    `INSERT INTO jb_rejection (at, calendars, reason, detail, request, principal)
     SELECT '2027-03-01 09:00+01', '{${name}}', r, 'As 1.0 has told it.', jsonb_build_object('event_name', 'Old ' || n), 'anna' FROM unnest(ARRAY['over_limit', 'no_open_slot', 'hold_expired']) WITH ORDINALITY AS old (r, n)`);
  const { page } = await visitDrawn(`/?calendars=${name},${full}&view=week&date=2027-03-02`);
  const told = (title, text) => page.locator('.rejection-list li').filter({ hasText: title }).filter({ hasText: new RegExp(`${name}|${full}`) }).getByText(text, { exact: true }).waitFor();
  await told('Fair', 'In the way: Talk 0, Talk 1, Talk 2, Talk 3, Talk 4 and 7 more.');
  await told('Fair', 'Open then: Wed 3 Mar, 12:00 – 15:00; Tue 2 Mar, 14:00 – 17:00; Thu 4 Mar, 08:00 – 11:00.');
  await told('Class', 'Occurrence 2 of 3: The time is taken by something that cannot be moved.');
  await told('Soon', `That is sooner than the notice that ${name} asks for, until Tue 2 Mar, 12:20.`);
  await told('Odd', `It does not begin on the grid of 15 minutes of ${name}.`);
  await told('Night', `${name} is not open on Wed 3 Mar, 22:00 to 22:15.`);
  await told('Press', `${full} is full, until Thu 4 Mar, 00:00: it takes one event a day.`);
  await told('Old 1', 'The calendar is full: it takes no more events a day.');
  await told('Old 2', 'None of the time that it could have is open for so long.');
  await told('Old 3', 'Nobody confirmed it in time.');
  assert.deepEqual(await violations(page), []);
});

test('what is in the way is asked for when somebody wants to know', async () => {
  const name = await calendar(), other = await calendar();
  await book({ calendars: [name], event_name: 'Audit', date: '2027-03-03', start_time: '09:00', duration: 3600 });
  psql(`SELECT outcome FROM jb_schedule('Panel', '30 minutes', '2027-03-03', '09:30', calendars => '{${name}}')`);
  const asked = [];
  const { page } = await visitDrawn(week(other), { prepare: (context) => context.on('request', (request) => { if (/\/events\/\d+$/.test(request.url())) asked.push(request.url()); }) });
  const entry = page.locator('.rejection-list li', { hasText: name }).filter({ hasText: 'Panel' });
  await entry.waitFor();
  assert.deepEqual(asked, [], 'no event is asked for while the page loads');
  await entry.getByRole('button', { name: 'In the way… Panel' }).click();
  await entry.getByText('In the way: Audit.').waitFor();
  assert.deepEqual(await violations(page), []);
  await entry.getByRole('link', { name: 'Audit' }).click();
  await page.getByRole('dialog', { name: 'Audit' }).waitFor();
});

test('an appointment that expired is told by its client, and a guest who lost a race is nobody’s news', async () => {
  const id = `news-${process.pid}`;
  await call('POST', `/providers/${id}/availability`, { date: '2027-03-08', slots: { '09:00': '11:00' } });
  await call('PUT', `/calendars/provider:${id}`, { time_zone: 'Europe/Berlin', public_booking: true });
  const { page } = await visitDrawn(week(await calendar()));
  await page.locator('.rejection-list[aria-busy=false]').waitFor();
  const guest = (client) => psql(`SELECT outcome FROM jb_booking_make('${id}', '{"client": "${client}", "contact": "${client}@example.org", "start_timestamp": "2027-03-08T09:00:00+01:00"}')`);
  assert.deepEqual([guest('Zara'), guest('Yves')], ['held', 'rejected']);
  psql("SET jb_scheduler.now = '2027-03-02 11:20+01'", `SELECT outcome FROM jb_booking_make('${id}', '{"client": "Xenia", "contact": "x@example.org", "start_timestamp": "2027-03-08T09:00:00+01:00"}')`);
  const entries = page.locator('.rejection-list li.news', { hasText: id });
  await entries.getByText('Zara', { exact: true }).waitFor();
  assert.equal(await entries.count(), 1, 'Yves was told on his own page');
  assert.doesNotMatch(await entries.textContent(), /Appointment|asked for by/);
  const recorded = psql(`SELECT reason FROM jb_rejection WHERE 'provider:${id}' = ANY (calendars) ORDER BY id`).split('\n');
  assert.deepEqual(recorded, ['hold_expired']);
});

test('find another time keeps all that was asked for', async () => {
  const name = await calendar(), guest = await calendar();
  psql(`SELECT outcome FROM jb_schedule('Marathon', '10 hours', '2027-03-04', attendees => '{${guest}}', not_before => '2027-03-04 10:00+01', priority => 70,
    preempt => true, metadata => '{"order": 9007199254740993}', check_attendees => true, hold_for => '90 minutes', calendars => '{${name}}')`);
  const { page } = await visitDrawn(week(name));
  await page.locator('.rejection-list li', { hasText: name }).getByRole('button', { name: 'Find another time' }).click();
  const wished = { What: 'Marathon', Length: '600', 'On the day': '2027-03-04', 'Not before': '2027-03-04T10:00', 'Not after': '', Priority: '70', Calendars: name, Hold: '90' };
  for (const [label, value] of Object.entries(wished)) assert.equal(await page.getByRole('dialog').getByLabel(label).inputValue(), value);
  assert.equal(await page.getByRole('dialog').getByRole('combobox', { name: 'Who' }).inputValue(), guest);
  assert.ok(await page.getByLabel('Less important events may give way').isChecked());
  await page.getByLabel('Length').fill('60');
  await page.getByRole('button', { name: 'Look for a slot' }).click();
  await page.getByText('It would be held on Thu 4 Mar, 10:00 – 11:00.').waitFor();
  await page.getByRole('button', { name: 'Book it' }).click();
  await notice(page, 'Held: Marathon, Thu 4 Mar, 10:00 – 11:00, until somebody confirms it');
  const { id, attendee_calendars } = await eventOn(name, 'Marathon');
  assert.deepEqual([attendee_calendars, psql(`SELECT metadata FROM jb_event_view WHERE id = ${id}`)], [[guest], '{"order": 9007199254740993}']);
  // a refused instant also has a day
  await book({ calendars: [name], event_name: 'Board', date: '2027-03-05', start_time: '09:00', duration: 3600 });
  await call('POST', '/events', { calendars: [name], event_name: 'Press', start_timestamp: '2027-03-05T08:00:00Z', duration: 3600 });
  await page.locator('.rejection-list li', { hasText: name }).getByRole('button', { name: 'Find another time for Press' }).click();
  assert.equal(await page.getByRole('dialog').getByLabel('On the day').inputValue(), '2027-03-05');
});

test('find another time keeps a series a series, unless days are left out of it', async () => {
  const name = await calendar();
  await book({ calendars: [name], event_name: 'Board', date: '2027-03-10', start_time: '09:00', duration: 3600 });
  for (const [title, more] of [['Yoga', ''], ['Choir', '\\nEXDATE:20270317T093000']])
    psql(`SELECT outcome FROM jb_schedule('${title}', '30 minutes', '2027-03-03', '09:30', recurrence => E'RRULE:FREQ=WEEKLY;COUNT=3${more}', calendars => '{${name}}')`);
  const { page } = await visitDrawn(week(name));
  const entry = (title) => page.locator('.rejection-list li', { hasText: name }).filter({ hasText: title });
  await entry('Choir').getByText('Days are left out of this series. For another time, book it anew.').waitFor();
  assert.equal(await entry('Choir').getByRole('button', { name: 'Find another time' }).count(), 0);
  await entry('Yoga').getByRole('button', { name: 'Find another time' }).click();
  const form = page.getByRole('dialog', { name: 'New event' });
  assert.deepEqual([await form.getByLabel('Date', { exact: true }).inputValue(), await form.getByLabel('Start').inputValue()], ['2027-03-03', '09:30']);
  assert.equal(await form.getByLabel('Repeats').evaluate((select) => select.selectedOptions[0].textContent), 'As it was asked for: every week, 3 times');
  assert.deepEqual(await violations(page), []);
  await form.getByLabel('Start').fill('10:00');
  await form.getByRole('button', { name: 'Book' }).click();
  await form.getByText('It would be on Wed 3 Mar, 10:00 – 10:30, and so every week, 3 times.').waitFor();
  await form.getByRole('button', { name: 'Book it' }).click();
  await notice(page, 'Booked a series: Yoga, Wed 3 Mar, 10:00 – 10:30.');
  assert.deepEqual((await eventsOn(name, 'Yoga')).map(({ start_timestamp }) => start_timestamp), ['2027-03-03T10:00:00+01:00', '2027-03-10T10:00:00+01:00', '2027-03-17T10:00:00+01:00']);
});

test('what could not be placed on a calendar of another zone names the zone of its times', async () => {
  const name = await calendar(), tokyo = await calendar({ time_zone: 'Asia/Tokyo' });
  psql("SET jb_scheduler.now = '2027-03-02 10:20:42+01'", `SELECT outcome FROM jb_schedule('Nightcall', '30 minutes', '2027-03-01', '09:00', calendars => '{${tokyo}}')`);
  const { page } = await visitDrawn(week(name));
  await page.locator('.rejection-list li', { hasText: 'Nightcall' }).getByText(`${tokyo}, Asia/Tokyo, refused Tue 2 Mar, 18:20, asked for by`).waitFor();
});

test('what was refused before its calendar came to another zone tells the same moment, and finds another time from there', async () => {
  const name = await calendar();
  await book({ calendars: [name], event_name: 'Board', date: '2027-03-10', start_time: '16:00', duration: 3600 });
  psql(`SELECT outcome FROM jb_schedule('Yoga', '30 minutes', '2027-03-03', '16:15', recurrence => 'RRULE:FREQ=WEEKLY;COUNT=2', calendars => '{${name}}')`,
    `SELECT name FROM jb_calendar_set('${name}', '{"time_zone": "America/New_York"}')`);
  const { page } = await visitDrawn(week(name));
  const entry = page.locator('.rejection-list li', { hasText: name }).filter({ hasText: 'Yoga' });
  await entry.getByText('at Wed 3 Mar, 10:15').waitFor();
  await entry.getByRole('button', { name: 'Find another time' }).click();
  const form = page.getByRole('dialog', { name: 'New event' });
  assert.deepEqual([await form.getByLabel('Date', { exact: true }).inputValue(), await form.getByLabel('Start').inputValue()], ['2027-03-03', '10:15']);
});

test('what somebody else books, moves and cancels is shown at once', async () => {
  const { name, page } = await ownWeek();
  const { id } = await book({ calendars: [name], event_name: 'Board', date: '2027-03-03', start_time: '09:00', duration: 3600 });
  await shown(page, 'Board').waitFor();
  psql(`SELECT outcome FROM jb_reschedule(${id}, event_date => '2027-03-05')`);
  await page.locator('.fc-timegrid-col[data-date="2027-03-05"]').getByText('Board').waitFor();
  psql(`SELECT outcome FROM jb_cancel(${id})`);
  await shown(page, 'Board').waitFor({ state: 'detached' });
});

test('without a network it says so, and goes on by itself', async () => {
  const { name, page, context } = await ownWeek({ expected: [/ERR_INTERNET_DISCONNECTED/] });
  await context.setOffline(true);
  await page.getByRole('button', { name: 'Later' }).click();
  await page.locator('.banner', { hasText: 'This device is offline.' }).waitFor();
  await context.setOffline(false);
  await page.locator('.banner').waitFor({ state: 'hidden' });
  await book({ calendars: [name], event_name: 'Next week', date: '2027-03-10', start_time: '09:00', duration: 3600 });
  await shown(page, 'Next week').waitFor();
});

test('while the server answers 503 it says so, and goes on by itself', async () => {
  const { page, context } = await ownWeek({ expected: [/503/] });
  const away = { type: '/problems/unavailable', title: 'Service unavailable', status: 503, detail: 'The database cannot be reached. Try again.' };
  await context.route(/\/(events|calendars|rejections)/, (route) =>
    route.fulfill({ status: 503, headers: { 'Retry-After': '1' }, contentType: 'application/problem+json', body: JSON.stringify(away) }));
  await page.getByRole('button', { name: 'Later' }).click();
  await page.locator('.banner', { hasText: 'The database cannot be reached.' }).waitFor();
  await context.unroute(/\/(events|calendars|rejections)/);
  await page.locator('.banner').waitFor({ state: 'hidden' });
});

test('a server that is away while the page begins leaves one page', async () => {
  const name = await calendar();
  let asked = 0;
  const away = (route) => (++asked > 1 ? route.fallback() : route.fulfill({ status: 503, headers: { 'Retry-After': '1' }, body: '' }));
  const { page } = await visitDrawn(week(name), { expected: [/503/], prepare: (context) => context.route('**/health', away) });
  assert.deepEqual([asked, await page.locator('header.bar').count()], [2, 1]);
});

test('a calendar that is asked for without a network is shown when there is one, unless another was asked for since', async () => {
  const [first, other, last] = [await calendar(), await calendar(), await calendar()];
  const { page, context } = await visitDrawn(week(first), { expected: [/ERR_INTERNET_DISCONNECTED/] });
  const show = async (name) => {
    await page.locator('.pick:not([open]) summary').click();
    await page.getByLabel('Find a calendar').fill(name);
    await page.getByLabel('Find a calendar').press('Enter');
  };
  await context.setOffline(true);
  await show(other);
  await page.locator('.banner', { hasText: 'This device is offline.' }).waitFor();
  await context.setOffline(false);
  await page.getByRole('region', { name: `Calendar ${other}` }).waitFor();
  const go = await hold(context, `**/calendars/${encodeURIComponent(first)}`);
  await show(first);
  await show(last);
  await page.getByRole('region', { name: `Calendar ${last}` }).waitFor();
  const late = page.waitForResponse((response) => response.url().endsWith(`/calendars/${encodeURIComponent(first)}`));
  go();
  await (await late).finished();
  await drawn(page);
  assert.deepEqual(await page.locator('.column h2').allTextContents(), [last]);
});

for (const view of ['week', 'list']) test(`an event of the ${view} keeps the focus when all are drawn anew, and gets it back from its dialog`, async () => {
  const name = await calendar();
  await book({ calendars: [name], event_name: 'Board', date: '2027-03-03', start_time: '09:00', duration: 3600 });
  const { page } = await visitDrawn(`/?calendars=${name}&view=${view}&date=2027-03-02`);
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
  await page.getByRole('button', { name: /^Board/ }).focus();
  await book({ calendars: [name], event_name: 'Press', date: '2027-03-03', start_time: '11:00', duration: 3600 });
  await shown(page, 'Press').waitFor();
  assert.match(await focused(), /^Board/);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'Board' }).waitFor();
  await book({ calendars: [name], event_name: 'Talk', date: '2027-03-03', start_time: '13:00', duration: 3600 });
  await shown(page, 'Talk').waitFor();
  await page.keyboard.press('Escape');
  await dialogClosed(page);
  assert.match(await focused(), /^Board/);
});

test('rejections are shown by choice, and what was dismissed stays away until it is brought back', async () => {
  const name = await calendar(), other = await calendar();
  for (const [calendars, event_name, who] of [[[name], 'First', 'secretary'], [[name], 'Second', 'manager'], [[other], 'Third', 'secretary']]) {
    await call('PUT', `/calendars/${calendars[0]}/availability/2027-03-04`, []);
    const [status] = await call('POST', '/events', { calendars, event_name, date: '2027-03-04', duration: 3600 }, who);
    assert.equal(status, 409);
  }
  const { page } = await visit(week(name), { who: 'secretary' });
  await page.locator('.rejection-list[aria-busy=false]').waitFor();
  const titles = async () => (await page.locator('.rejection-list li').filter({ hasText: new RegExp(`${name},|${other},|${name} |${other} `) }).locator('b').allTextContents()).sort();
  const choose = (choice) => page.getByLabel('Which of them').selectOption(choice);
  assert.deepEqual(await titles(), ['First', 'Second', 'Third']);
  await choose('of these calendars');
  assert.deepEqual(await titles(), ['First', 'Second']);
  await choose('asked for by me');
  assert.deepEqual(await titles(), ['First', 'Third']);
  await page.getByRole('button', { name: 'Dismiss First' }).press('Enter');
  assert.deepEqual(await titles(), ['Third']);
  assert.deepEqual(await violations(page), []);
  await page.reload();
  await page.locator('.rejection-list[aria-busy=false]').waitFor();
  assert.deepEqual(await titles(), ['Second', 'Third']);
  await choose('of these calendars');
  await page.getByRole('button', { name: 'Dismiss Second' }).click();
  await page.locator('.rejection-list').getByText('None of these.').waitFor();
  await choose('dismissed');
  assert.deepEqual(await titles(), ['First', 'Second']);
  await page.getByRole('button', { name: 'Bring all back' }).click();
  await choose('all');
  assert.deepEqual(await titles(), ['First', 'Second', 'Third']);
});

// An event is moved by mouse or in its form. If no other event would move, the page does not ask; otherwise it first
// shows the events that would move.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { book, calendar, call, dialogClosed, drag, drawn, eventOn, eventsOn, hold, notice, ownWeek, place, shown, spot, take, url, violations, visit, visitDrawn, week } from './stage.mjs';

/** Where to grip an event: in its first quarter hour. */
async function grip(page, title) {
  const box = await place(page, shown(page, title));
  return { x: box.x + box.width / 2, y: box.y + 18 };
}

/** Where to grip the lower edge of an event: still inside the event, whatever begins below it. */
async function edge(page, title) {
  await drawn(page);
  await shown(page, title).hover();
  const resizer = shown(page, title).locator('.fc-event-resizer-end');
  let box = null, steps = 0;
  // An event redrawn under the mouse shows its edge once the mouse moves again.
  while ((box = await resizer.boundingBox()) === null) await shown(page, title).hover({ position: { x: 20, y: 5 + (++steps % 10) } });
  return { x: box.x + box.width / 2, y: box.y + 2 };
}

/** Carries the event by keys, as often as given. */
async function carry(page, title, key, times) {
  await shown(page, title).first().focus();
  await page.keyboard.down('Alt');
  for (let n = 0; n < times; n++) await page.keyboard.press(key);
  await page.keyboard.up('Alt');
}

test('a fixed event goes where it is dragged', async () => {
  const { name, page } = await ownWeek({ who: 'secretary' }, { event_name: 'Board', date: '2027-03-03', start_time: '09:00', duration: 3600 });
  await drag(page, await grip(page, 'Board'), await spot(page, '2027-03-04', '14:00:00'));
  await notice(page, 'Moved: Board, Thu 4 Mar, 14:00 – 15:00.');
  const event = await eventOn(name, 'Board');
  assert.deepEqual([event.start_timestamp, event.date, event.start_time, event.version], ['2027-03-04T14:00:00+01:00', '2027-03-04', '14:00:00', 2]);
});

test('an event that was moved is not moved again from its old time while it is read anew', async () => {
  const name = await calendar();
  await book({ event_name: 'Meet', calendars: [name], date: '2027-03-03', start_time: '10:00', duration: 3600 });
  let isMoved = false, release;
  const sent = [], slow = new Promise((go) => { release = go; });
  const { page } = await visitDrawn(week(name), { prepare: (context) => context.route((url) => /^\/events(\/\d+)?$/.test(url.pathname), async (route) => {
    const request = route.request();
    if (request.method() === 'PATCH') {
      sent.push(request.postDataJSON().dry_run ?? false);
      isMoved ||= !sent.at(-1);
    } else if (isMoved) await slow;
    return route.fallback();
  }) });
  const back = await spot(page, '2027-03-03', '10:00:00');
  await drag(page, await grip(page, 'Meet'), await spot(page, '2027-03-03', '12:00:00'));
  await notice(page, 'Moved: Meet, Wed 3 Mar, 12:00 – 13:00.');
  const before = sent.length, box = await shown(page, 'Meet').boundingBox();
  await drag(page, { x: box.x + box.width / 2, y: box.y + 18 }, back);
  assert.match(await shown(page, 'Meet').getAttribute('aria-label'), /12:00/);
  release();
  await drawn(page);
  assert.equal(sent.length, before);
  assert.equal((await eventOn(name, 'Meet')).start_time, '12:00:00');
  await drag(page, await grip(page, 'Meet'), await spot(page, '2027-03-03', '10:00:00'));
  await notice(page, 'Moved: Meet, Wed 3 Mar, 10:00 – 11:00.');
  assert.equal((await eventOn(name, 'Meet')).start_time, '10:00:00');
});

test('what is dragged shows the time that it is over, and so does what is marked', async () => {
  const { page } = await ownWeek({}, { event_name: 'Board', date: '2027-03-03', start_time: '09:00', duration: 3600, event_location: 'Room 1' });
  assert.equal(await shown(page, 'Board').locator('.time').innerText(), '09:00 – 10:00');
  const inHand = page.locator('.fc-event-mirror .time');
  const to = await spot(page, '2027-03-04', '14:00:00');
  await take(page, await grip(page, 'Board'), { ...to, y: to.y + 12 });
  await inHand.getByText('14:15 – 15:15').waitFor();
  await page.keyboard.press('Escape');
  await page.mouse.up();
  await take(page, await spot(page, '2027-03-05', '13:00:00'), await spot(page, '2027-03-05', '13:30:00'));
  await inHand.getByText('13:00 – 13:45').waitFor();
  await page.keyboard.press('Escape');
  await page.mouse.up();
});

test('Escape lets go of what is dragged, made longer or marked, and nothing has happened', async () => {
  const { name, page } = await ownWeek({}, { event_name: 'Board', date: '2027-03-03', start_time: '09:00', duration: 3600 });
  const untouched = async () => {
    await page.keyboard.press('Escape');
    await page.locator('.fc-event-mirror').waitFor({ state: 'detached' });
    await page.mouse.move(700, 500);
    await page.mouse.up();
    await drawn(page);
    await page.locator('.fc-timegrid-col[data-date="2027-03-03"]').getByText('09:00 – 10:00').waitFor();
    assert.deepEqual([await page.getByRole('dialog').count(), await page.locator('.notice').count()], [0, 0]);
    assert.equal((await eventOn(name, 'Board')).version, 1);
  };
  await take(page, await grip(page, 'Board'), await spot(page, '2027-03-04', '14:00:00'));
  await untouched();
  await take(page, await edge(page, 'Board'), await spot(page, '2027-03-03', '12:00:00'));
  await untouched();
  await take(page, await spot(page, '2027-03-05', '13:00:00'), await spot(page, '2027-03-05', '14:00:00'));
  await untouched();
  // A drag abandoned where it began is not a click.
  const box = await grip(page, 'Board');
  await take(page, box, { x: box.x + 12, y: box.y + 4 });
  await page.keyboard.press('Escape');
  await page.mouse.up();
  await drawn(page);
  assert.equal(await page.getByRole('dialog').count(), 0);
  await shown(page, 'Board').click();
  await page.getByRole('dialog', { name: 'Board' }).waitFor();
});

test('what a drag did without a question is undone by a button in its notice', async () => {
  const { name, page } = await ownWeek({ expected: [/412/] },
    { event_name: 'Board', date: '2027-03-03', start_time: '09:00', duration: 3600 },
    { event_name: 'Reading', date: '2027-03-05', duration: 3600 });
  await drag(page, await grip(page, 'Board'), await spot(page, '2027-03-04', '14:00:00'));
  await notice(page, 'Moved: Board, Thu 4 Mar, 14:00 – 15:00.');
  assert.deepEqual(await violations(page), []);
  await page.getByRole('button', { name: 'Undo' }).click();
  await notice(page, 'Moved back: Board, Wed 3 Mar, 09:00 – 10:00.');
  await page.locator('.fc-timegrid-col[data-date="2027-03-03"]').getByText('09:00 – 10:00').waitFor();
  await drag(page, await edge(page, 'Board'), await spot(page, '2027-03-03', '11:00:00'));
  await notice(page, 'Changed: Board, Wed 3 Mar, 09:00');
  await page.getByRole('button', { name: 'Undo' }).click();
  await notice(page, 'Changed back: Board, Wed 3 Mar, 09:00 – 10:00.');
  await page.locator('.fc-timegrid-col[data-date="2027-03-03"]').getByText('09:00 – 10:00').waitFor();
  const { id, date, start_time, duration, version } = await eventOn(name, 'Board');
  assert.deepEqual([date, start_time, duration, version], ['2027-03-03', '09:00:00', 3600, 5]);
  // A change made by somebody else meanwhile is kept.
  await drag(page, await grip(page, 'Board'), await spot(page, '2027-03-04', '14:00:00'));
  await notice(page, 'Moved: Board, Thu 4 Mar, 14:00 – 15:00.');
  await call('PATCH', `/events/${id}`, { event_location: 'Room 2' });
  await page.getByRole('button', { name: 'Undo' }).click();
  await notice(page, 'Somebody has changed this event meanwhile.');
  assert.equal((await eventOn(name, 'Board')).date, '2027-03-04');
});

test('its lower edge makes it longer', async () => {
  const { name, page } = await ownWeek({}, { event_name: 'Board', date: '2027-03-03', start_time: '09:00', duration: 3600 });
  await drag(page, await edge(page, 'Board'), await spot(page, '2027-03-03', '11:00:00'));
  await notice(page, 'Changed: Board');
  assert.ok((await eventOn(name, 'Board')).duration >= 7200);
});

test('an automatic event that has no room to be longer shows where it would go, in its form too', async () => {
  const name = await calendar();
  const { id } = await book({ calendars: [name], event_name: 'Reading', not_before: '2027-03-03T08:00:00+01:00', duration: 3600 });
  await book({ calendars: [name], event_name: 'Board', date: '2027-03-03', start_time: '09:00', duration: 8 * 3600 });
  const { page } = await visitDrawn(week(name));
  await drag(page, await edge(page, 'Reading'), await spot(page, '2027-03-03', '10:00:00'));
  const dialog = page.getByRole('dialog', { name: 'Change Reading?' });
  await dialog.getByText(/^It would be on Thu 4 Mar, 08:00 – 10:/).waitFor();
  assert.deepEqual(await violations(page), []);
  await dialog.getByRole('button', { name: 'Leave as it is' }).click();
  await dialogClosed(page);
  await drawn(page);
  await shown(page, 'Reading').click();
  await page.getByRole('button', { name: 'Change…' }).click();
  await page.getByLabel('Length').fill('120');
  await page.getByRole('button', { name: 'Change', exact: true }).click();
  await page.getByText('It would be on Thu 4 Mar, 08:00 – 10:00.').waitFor();
  assert.equal((await call('GET', `/events/${id}`))[1].version, 1);
  await page.getByRole('button', { name: 'Change it' }).click();
  await notice(page, 'Changed: Reading, Thu 4 Mar, 08:00 – 10:00.');
});

test('an automatic event is fixed by a drag, and that is said first', async () => {
  const { name, page } = await ownWeek({}, { event_name: 'Reading', date: '2027-03-03', duration: 3600 });
  await drag(page, await grip(page, 'Reading'), await spot(page, '2027-03-03', '13:00:00'));
  await page.getByText('Moved by hand it becomes fixed').waitFor();
  await page.getByRole('button', { name: 'Leave as it is' }).click();
  await dialogClosed(page);
  assert.equal((await eventOn(name, 'Reading')).placement, 'automatic');
  await drag(page, await grip(page, 'Reading'), await spot(page, '2027-03-03', '13:00:00'));
  await page.getByRole('button', { name: 'Do it' }).click();
  await notice(page, 'Moved: Reading');
  assert.equal((await eventOn(name, 'Reading')).placement, 'fixed');
});

test('a drag onto another is refused, with alternatives of which one is taken', async () => {
  const { name, page } = await ownWeek({ expected: [/409/] },
    { event_name: 'Board', date: '2027-03-03', start_time: '09:00', duration: 3600 },
    { event_name: 'Press', date: '2027-03-04', start_time: '13:00', duration: 3600 });
  await drag(page, await grip(page, 'Board'), await spot(page, '2027-03-04', '13:30:00'));
  const dialog = page.getByRole('dialog', { name: 'Move Board?' });
  await dialog.getByText('In the way: Press.').waitFor();
  assert.deepEqual(await violations(page), []);
  assert.equal((await eventOn(name, 'Board')).start_timestamp, '2027-03-03T09:00:00+01:00');
  await dialog.getByRole('button', { name: 'Thu 4 Mar, 14:00 – 15:00' }).click();
  await notice(page, 'Moved: Board, Thu 4 Mar, 14:00 – 15:00.');
  assert.equal((await eventOn(name, 'Board')).start_timestamp, '2027-03-04T14:00:00+01:00');
});

test('where a drag is refused after its question, the focus stays in the dialog', async () => {
  const { name, page } = await ownWeek({ expected: [/409/] },
    { event_name: 'Review', date: '2027-03-04', duration: 3600 },
    { event_name: 'Board', date: '2027-03-03', start_time: '10:00', duration: 3600 });
  const { id, start_timestamp } = await eventOn(name, 'Review');
  await drag(page, await grip(page, 'Board'), await spot(page, '2027-03-04', start_timestamp.slice(11, 19)));
  const dialog = page.getByRole('dialog', { name: 'Move Board?' });
  await dialog.getByText('One event would move:').waitFor();
  assert.equal((await call('PATCH', `/events/${id}`, { start_timestamp }))[0], 200); // it is now fixed
  await dialog.getByRole('button', { name: 'Do it' }).press('Enter');
  await dialog.getByText('Not possible.').waitFor();
  await dialog.locator('.alternatives button:enabled').first().waitFor();
  await page.waitForFunction(() => document.querySelector('dialog').contains(document.activeElement));
  assert.deepEqual(await violations(page), []);
});

test('a question that comes late throws away no form that is filled in meanwhile', async () => {
  const name = await calendar();
  await book({ calendars: [name], event_name: 'Review', date: '2027-03-04', duration: 3600 }); // at nine, and would give way
  await book({ calendars: [name], event_name: 'Board', date: '2027-03-03', start_time: '10:00', duration: 3600 });
  const { page, context } = await visitDrawn(week(name));
  const go = await hold(context, '**/events/*', (request) => request.method() === 'PATCH');
  await drag(page, await grip(page, 'Board'), await spot(page, '2027-03-04', (await eventOn(name, 'Review')).start_timestamp.slice(11, 19)));
  await page.getByRole('button', { name: 'New event' }).click();
  const form = page.getByRole('dialog', { name: 'New event' });
  await form.getByLabel('What').fill('A long text');
  go();
  const asked = page.getByRole('dialog', { name: 'Move Board?' });
  await asked.getByText('One event would move:').waitFor();
  assert.deepEqual(await violations(page), []);
  await asked.getByRole('button', { name: 'Leave as it is' }).click();
  await asked.waitFor({ state: 'detached' });
  assert.equal(await form.getByLabel('What').inputValue(), 'A long text');
  assert.match((await eventOn(name, 'Board')).start_timestamp, /^2027-03-03T10:00/);
});

test('a drag that would move others shows them, and puts the event back when it is not done', async () => {
  const { name, page } = await ownWeek({},
    { event_name: 'Board', date: '2027-03-03', start_time: '11:00', duration: 3600 },
    { event_name: 'Reading', not_before: '2027-03-04T13:00:00+01:00', duration: 3600 },
    { event_name: 'Choir', date: '2027-03-03', start_time: '11:00', duration: 3600, on_no_slot: 'wait' });
  await drag(page, await grip(page, 'Board'), await spot(page, '2027-03-04', '13:00:00'));
  await page.getByText('from Thu 4 Mar, 13:00 – 14:00 to Thu 4 Mar, 14:00 – 15:00').waitFor();
  await page.getByText('Choir would get a place: Wed 3 Mar, 11:00 – 12:00').waitFor();
  // Somebody takes the place to which it would move.
  await book({ calendars: [name], event_name: 'Between', date: '2027-03-04', start_time: '14:00', duration: 3600 });
  await page.getByRole('button', { name: 'Do it' }).click();
  await page.getByText('This has changed meanwhile. Look at it again, and then decide.').waitFor();
  await page.getByText('from Thu 4 Mar, 13:00 – 14:00 to Thu 4 Mar, 15:00 – 16:00').waitFor();
  assert.deepEqual(await violations(page), []);
  await page.keyboard.press('Escape');
  await page.locator('.fc-timegrid-col[data-date="2027-03-03"]').getByText('Board').first().waitFor();
  await drag(page, await grip(page, 'Board'), await spot(page, '2027-03-04', '13:00:00'));
  await page.getByRole('button', { name: 'Do it' }).click();
  await notice(page, 'Moved: Board');
  assert.equal((await eventOn(name, 'Reading')).start_timestamp, '2027-03-04T15:00:00+01:00');
});

test('the form does what a drag does, and gives an event back to the scheduler', async () => {
  const { name, page } = await ownWeek({}, { event_name: 'Board', date: '2027-03-03', start_time: '13:00', duration: 3600 });
  await shown(page, 'Board').focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Change…' }).click();
  await page.getByLabel('Start').fill('15:00');
  await page.getByLabel('Length').fill('90');
  await page.getByRole('button', { name: 'Change', exact: true }).click();
  await notice(page, 'Changed: Board, Wed 3 Mar, 15:00 – 16:30.');
  await shown(page, 'Board').getByText('15:00 – 16:30').waitFor();
  await drawn(page);
  await shown(page, 'Board').click();
  await page.getByRole('button', { name: 'Change…' }).click();
  await page.getByLabel('Find a slot').check();
  await page.getByLabel('On the day').fill('2027-03-03');
  await page.getByRole('button', { name: 'Change', exact: true }).click();
  await page.getByText('It would be on Wed 3 Mar, 08:00 – 09:30.').waitFor();
  await page.getByRole('button', { name: 'Change it' }).click();
  await notice(page, 'Changed: Board, Wed 3 Mar, 08:00 – 09:30.');
  assert.equal((await eventOn(name, 'Board')).placement, 'automatic');
});

test('the form changes what was changed in it, and nothing else', async () => {
  const name = await calendar();
  const on = { calendars: [name], date: '2027-03-03', start_time: '09:00:30', duration: 90, attendees: ['Lee, Anna'] };
  await book({ ...on, event_name: 'Board', start_time: '09:00', duration: 3600 });
  const waiting = await book({ ...on, event_name: 'Talk', on_no_slot: 'wait' });
  const placed = await book({ ...on, event_name: 'Press', date: '2027-03-04' });
  const { page } = await visit(week(name, '2027-03-02', `&event=${waiting.id}`));
  await page.getByText('1 minute 30 seconds, on Wed 3 Mar at 09:00:30').waitFor();
  await page.getByText('Why does it wait?').click();
  await page.getByText('It takes that time as soon as it opens').waitFor();
  await page.getByRole('button', { name: 'Change…' }).click();
  await page.getByLabel('What').fill('Lecture');
  await page.getByRole('button', { name: 'Change', exact: true }).click();
  await page.getByRole('button', { name: 'Change it' }).click();
  await notice(page, 'Changed: Lecture, waits for an open time.');
  const wish = async ({ id }) => {
    const [, { date, start_time, duration, attendees }] = await call('GET', `/events/${id}`);
    return { date, start_time, duration, attendees };
  };
  const { calendars: _, ...wished } = on;
  assert.deepEqual(await wish(waiting), wished);
  await drawn(page);
  await shown(page, 'Press').click();
  await page.getByRole('button', { name: 'Change…' }).click();
  await page.getByLabel('Date', { exact: true }).fill('2027-03-05');
  await page.getByLabel('Who', { exact: true }).press('End');
  await page.getByLabel('Who', { exact: true }).pressSequentially(', Ben');
  await page.getByRole('button', { name: 'Change', exact: true }).click();
  await notice(page, 'Changed: Press, Fri 5 Mar, 09:00:30 – 09:02.');
  assert.deepEqual(await wish(placed), { ...wished, date: '2027-03-05', attendees: ['Lee, Anna', 'Ben'] });
});

test('an attendee of any name stays one, whoever comes beside', async () => {
  const name = await calendar(), attendees = ['Lee "Bo", Anna', 'x", victim, "y', '"Quoted"', '"Half, open', 'Plain "Bo" Lee'];
  const { id } = await book({ calendars: [name], event_name: 'Board', date: '2027-03-03', start_time: '09:00', duration: 3600, attendees });
  const { page } = await visit(week(name, '2027-03-02', `&event=${id}`));
  await page.getByRole('dialog').getByText('“Lee "Bo", Anna”, “x", victim, "y”, "Quoted", “"Half, open”, Plain "Bo" Lee').waitFor();
  await page.getByRole('button', { name: 'Change…' }).click();
  await page.getByLabel('Who', { exact: true }).press('End');
  await page.getByLabel('Who', { exact: true }).pressSequentially(', Tom');
  await page.getByText('Nobody knows when “Lee "Bo", Anna”, “x", victim, "y”').waitFor();
  await page.getByRole('button', { name: 'Change', exact: true }).click();
  await page.getByRole('button', { name: 'Change', exact: true }).waitFor({ state: 'detached' });
  assert.deepEqual((await call('GET', `/events/${id}`))[1].attendees, [...attendees, 'Tom']);
});

test('the end of an event of more than a day stays on its day while its time is typed', async () => {
  const name = await calendar();
  const { id } = await book({ calendars: [name], event_name: 'Fair', date: '2027-03-03', start_time: '10:00', duration: 50 * 3600 });
  const { page } = await visitDrawn(week(name));
  await shown(page, 'Fair').first().click();
  await page.getByRole('button', { name: 'Change…' }).click();
  const form = page.getByRole('dialog');
  await page.waitForFunction(() => document.querySelector('#end-field').value === '12:00');
  for (const time of ['09:00', '13:00']) {
    await form.getByLabel('End', { exact: true }).fill(time);
    await form.getByText(/on Fri 5 Mar/).waitFor();
  }
  await form.getByRole('button', { name: 'Change', exact: true }).click();
  await dialogClosed(page);
  assert.equal((await call('GET', `/events/${id}`))[1].end_timestamp, '2027-03-05T13:00:00+01:00');
});

test('where the clock changes, a drag keeps the length and a longer event its start', async () => {
  const name = await calendar();
  await book({ calendars: [name], event_name: 'Across', date: '2027-03-28', start_time: '01:30', duration: 3600 });
  await book({ calendars: [name], event_name: 'Twice', start_timestamp: '2027-10-31T01:30:00Z', duration: 1800 });
  const { page } = await visit(week(name, '2027-03-28'));
  const toMidnight = () => page.locator('.fc-scroller').evaluateAll((all) => all.forEach((one) => (one.scrollTop = 0)));
  await shown(page, 'Across').waitFor();
  await drawn(page);
  await toMidnight();
  await drag(page, await grip(page, 'Across'), await spot(page, '2027-03-28', '06:00:00'));
  await notice(page, 'Moved: Across, Sun 28 Mar, 06:00 – 07:00.');
  await page.goto(url + week(name, '2027-10-31'));
  await shown(page, 'Twice').waitFor();
  await drawn(page);
  await toMidnight();
  await drag(page, await edge(page, 'Twice'), await spot(page, '2027-10-31', '04:00:00'));
  await notice(page, 'Changed: Twice');
  const { start_timestamp, end_timestamp } = await eventOn(name, 'Twice');
  assert.equal(start_timestamp, '2027-10-31T02:30:00+01:00');
  assert.match(end_timestamp, /^2027-10-31T04:/);
});

test('in the hour that a clock change repeats, an event is carried and changed from where it is', async () => {
  const name = await calendar({ hours: { sunday: [{ start: '00:00', end: '24:00' }] } });
  const { id } = await book({ calendars: [name], event_name: 'Second', start_timestamp: '2027-10-31T02:00:00+01:00', duration: 3600 });
  const { page } = await visitDrawn(week(name, '2027-10-31')), now = async () => (await call('GET', `/events/${id}`))[1];
  await shown(page, 'Second').first().focus();
  await page.keyboard.down('Alt');
  for (let n = 0; n < 3; n++) await page.keyboard.press('ArrowDown');
  await page.keyboard.up('Alt');
  await notice(page, 'Moved: Second');
  assert.equal((await now()).start_timestamp, '2027-10-31T02:45:00+01:00');
  await page.goto(url + week(name, '2027-10-31', `&event=${id}`));
  await page.getByRole('button', { name: 'Change…' }).click();
  const form = page.getByRole('dialog', { name: 'Change Second' });
  await page.waitForFunction(() => document.querySelector('#end-field').value === '03:45');
  await form.getByLabel('End', { exact: true }).fill('02:55');
  assert.equal(await form.getByLabel('Length').inputValue(), '10');
  await form.getByRole('button', { name: 'Change', exact: true }).click();
  await notice(page, 'Changed: Second');
  assert.deepEqual([(await now()).start_timestamp, (await now()).end_timestamp], ['2027-10-31T02:45:00+01:00', '2027-10-31T02:55:00+01:00']);
});

test('a whole day that is moved onto a date without midnight ends at midnight, and goes back as it was', async () => {
  const name = await calendar({ time_zone: 'Africa/Cairo' });
  const { id } = await book({ calendars: [name], event_name: 'Holiday', date: '2027-04-29', start_time: '00:00', days: 1 });
  const { page } = await visitDrawn(week(name, '2027-04-29')), now = async () => (await call('GET', `/events/${id}`))[1];
  await shown(page, 'Holiday').first().focus();
  await page.keyboard.down('Alt');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.up('Alt');
  await notice(page, 'Moved: Holiday');
  const moved = await now();
  assert.deepEqual([moved.date, moved.start_time, moved.start_timestamp, moved.end_timestamp],
    ['2027-04-30', '00:00:00', '2027-04-30T01:00:00+03:00', '2027-05-01T00:00:00+03:00']);
  await page.getByRole('button', { name: 'Undo' }).click();
  await notice(page, 'Moved back: Holiday');
  const back = await now();
  assert.deepEqual([back.date, back.start_time, back.end_timestamp], ['2027-04-29', '00:00:00', '2027-04-30T01:00:00+03:00']);
});

test('a whole day that is moved or cut to a date whose clock repeats midnight has the first of the two', async () => {
  const name = await calendar({ time_zone: 'America/Havana' });
  const whole = await book({ calendars: [name], event_name: 'Holiday', date: '2027-11-08', start_time: '00:00', days: 1 });
  const long = await book({ calendars: [name], event_name: 'Trip', date: '2027-11-13', start_time: '00:00', days: 2 });
  const { page } = await visitDrawn(`/?calendars=${name}&view=month&date=2027-11-08`), now = async ({ id }) => (await call('GET', `/events/${id}`))[1];
  const first = '2027-11-07T00:00:00-04:00', onSunday = async () => {
    const { date, start_time, days, start_timestamp, end_timestamp } = await now(whole);
    assert.deepEqual([date, start_time, days, start_timestamp, end_timestamp], ['2027-11-07', '00:00:00', 1, first, '2027-11-08T00:00:00-05:00']);
  };
  const holiday = await place(page, shown(page, 'Holiday')), sunday = await place(page, page.locator('.fc-daygrid-day[data-date="2027-11-07"]'));
  await drag(page, { x: holiday.x + 20, y: holiday.y + holiday.height / 2 }, { x: sunday.x + 20, y: sunday.y + sunday.height / 2 });
  await notice(page, 'Moved: Holiday, Sun 7 Nov, all day.');
  await onSunday();
  await page.getByRole('button', { name: 'Undo' }).click();
  await notice(page, 'Moved back: Holiday, Mon 8 Nov, all day.');
  await page.goto(url + week(name, '2027-11-08'));
  await drawn(page);
  await carry(page, 'Holiday', 'ArrowLeft', 1);
  await notice(page, 'Moved: Holiday, Sun 7 Nov, all day.');
  await onSunday();
  await call('DELETE', `/events/${whole.id}`);
  await call('PATCH', `/events/${long.id}`, { date: '2027-11-06' });
  await page.goto(url + week(name, '2027-11-06'));
  await drawn(page);
  await carry(page, 'Trip', 'Shift+ArrowUp', 96);
  await notice(page, 'Changed: Trip, Sat 6 Nov, all day.');
  const { days, end_timestamp } = await now(long);
  assert.deepEqual([days, end_timestamp], [1, first]);
});

test('a whole day whose midnight is skipped is shown on its date, and is moved and cut as a date', async () => {
  const name = await calendar({ time_zone: 'Africa/Cairo' }), skipped = '2027-04-30T01:00:00+03:00';
  const whole = await book({ calendars: [name], event_name: 'Holiday', date: '2027-04-30', start_time: '00:00', days: 1 });
  const now = async ({ id }) => (await call('GET', `/events/${id}`))[1], onDate = async (event, date, length = 1) => {
    const { date: on, start_time, days } = await now(event);
    assert.deepEqual([on, start_time, days], [date, '00:00:00', length]);
  };
  const { page } = await visitDrawn(`/?calendars=${name}&view=month&date=2027-04-30`), cell = (date) => page.locator(`.fc-daygrid-day[data-date="${date}"]`);
  const carryTo = async (title, date) => {
    const from = await place(page, shown(page, title)), to = await place(page, cell(date));
    await drag(page, { x: from.x + 20, y: from.y + from.height / 2 }, { x: to.x + 20, y: to.y + to.height / 2 });
  };
  await carryTo('Holiday', '2027-04-21');
  await notice(page, 'Moved: Holiday, Wed 21 Apr, all day.');
  await onDate(whole, '2027-04-21');
  await page.getByRole('button', { name: 'Undo' }).click();
  await notice(page, 'Moved back: Holiday, Fri 30 Apr, all day.');
  await onDate(whole, '2027-04-30');
  await page.goto(`${url}/?calendars=${name}&view=list&date=2027-04-30`);
  await drawn(page);
  assert.match(await page.locator('.fc-list-event').innerText(), /00:00 – 00:00/);
  await page.goto(url + week(name, '2027-04-30'));
  await drawn(page);
  const told = (title, time) => shown(page, title).first().locator('.time').getByText(time).waitFor();
  await told('Holiday', '01:00 – 00:00');
  await carry(page, 'Holiday', 'Shift+ArrowUp', 95);
  await notice(page, 'Changed: Holiday, Fri 30 Apr, 01:00 – 01:15.');
  await told('Holiday', '01:00 – 01:15');
  await page.getByRole('button', { name: 'Undo' }).click();
  await notice(page, 'Changed back: Holiday, Fri 30 Apr, all day.');
  await told('Holiday', '01:00 – 00:00');
  await carry(page, 'Holiday', 'ArrowLeft', 1);
  await notice(page, 'Moved: Holiday, Thu 29 Apr, all day.');
  await onDate(whole, '2027-04-29');
  // It ends as the clock skips midnight: the next date has nothing of it.
  await page.goto(`${url}/?calendars=${name}&view=month&date=2027-04-30`);
  await drawn(page);
  const [holiday, thursday] = [await place(page, shown(page, 'Holiday')), await place(page, cell('2027-04-29'))];
  assert.ok(holiday.width <= thursday.width);
  await page.goto(`${url}/?calendars=${name}&view=list&date=2027-04-30`);
  await drawn(page);
  assert.equal(await page.locator('.fc-list-event').count(), 1);
  await call('DELETE', `/events/${whole.id}`);
  const long = await book({ calendars: [name], event_name: 'Trip', date: '2027-04-28', start_time: '00:00', days: 2 });
  assert.equal(long.end_timestamp, skipped);
  await page.goto(url + week(name, '2027-04-28'));
  await drawn(page);
  await carry(page, 'Trip', 'Shift+ArrowUp', 96);
  await notice(page, 'Changed: Trip, Wed 28 Apr, all day.');
  await onDate(long, '2027-04-28');
  await page.reload();
  await drawn(page);
  await carry(page, 'Trip', 'Shift+ArrowDown', 96);
  await notice(page, 'Changed: Trip, Wed 28 Apr – Thu 29 Apr, all day.');
  await onDate(long, '2027-04-28', 2);
  await call('DELETE', `/events/${long.id}`);
  await book({ calendars: [name], event_name: 'Friday', date: '2027-04-23', start_time: '00:00', days: 1, recurrence: 'RRULE:FREQ=WEEKLY;BYDAY=FR;COUNT=4' });
  await page.goto(`${url}/?calendars=${name}&view=month&date=2027-04-30`);
  await drawn(page);
  const from = await place(page, cell('2027-04-30').locator('.fc-event')), to = await place(page, cell('2027-04-29'));
  await drag(page, { x: from.x + 20, y: from.y + from.height / 2 }, { x: to.x + 20, y: to.y + to.height / 2 });
  const dialog = page.getByRole('dialog', { name: 'Move Friday?' });
  await dialog.getByLabel('This and the following').check();
  await dialog.getByText('3 occurrences would change.').waitFor();
  await dialog.getByRole('button', { name: 'Do it' }).click();
  await notice(page, 'Moved: Friday, Thu 29 Apr, all day.');
  assert.deepEqual((await eventsOn(name, 'Friday')).map(({ date, start_time }) => `${date} ${start_time}`), ['2027-04-23', '2027-04-29', '2027-05-06', '2027-05-13'].map((date) => `${date} 00:00:00`));
});

test('an end that is cut into a skipped hour is where the clock jumps, and a drag that changes nothing says so', async () => {
  const name = await calendar();
  const early = await book({ calendars: [name], event_name: 'Early', date: '2027-03-28', start_time: '01:00', duration: 5400 });
  const late = await book({ calendars: [name], event_name: 'Late', date: '2027-03-28', start_time: '04:00', duration: 3600 });
  const { page } = await visitDrawn(week(name, '2027-03-28')), now = async ({ id }) => (await call('GET', `/events/${id}`))[1];
  await carry(page, 'Early', 'Shift+ArrowUp', 3);
  await notice(page, 'Changed: Early, Sun 28 Mar, 01:00 – 03:00.');
  await shown(page, 'Early').getByText('01:00 – 03:00').waitFor();
  await carry(page, 'Early', 'Shift+ArrowUp', 2);
  await notice(page, 'Unchanged: Early, Sun 28 Mar, 01:00 – 03:00.');
  const { version, duration } = await now(early);
  assert.deepEqual([version, duration], [2, 3600]);
  await call('PATCH', `/events/${early.id}`, { start_time: '00:00' });
  await call('PATCH', `/events/${late.id}`, { start_time: '03:00' });
  await shown(page, 'Late').getByText('03:00 – 04:00').waitFor();
  const before = await place(page, shown(page, 'Late'));
  await carry(page, 'Late', 'ArrowUp', 4);
  await notice(page, 'Unchanged: Late, Sun 28 Mar, 03:00 – 04:00.');
  assert.equal((await now(late)).version, 2);
  assert.equal(await page.locator('.notice', { hasText: 'Unchanged: Late' }).getByRole('button', { name: 'Undo' }).count(), 0);
  assert.deepEqual(await place(page, shown(page, 'Late')), before);
  assert.equal(await page.evaluate(() => document.activeElement.dataset.event), String(late.id));
});

test('an event that keys carry out of the dates shown still obeys them', async () => {
  const name = await calendar();
  const { id } = await book({ calendars: [name], event_name: 'Last', date: '2027-03-07', start_time: '09:00', duration: 3600 });
  const { page } = await visitDrawn(week(name)), now = async () => (await call('GET', `/events/${id}`))[1];
  await shown(page, 'Last').first().focus();
  await page.keyboard.down('Alt');
  await page.keyboard.press('ArrowRight');
  await shown(page, 'Last').waitFor({ state: 'detached' });
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.up('Alt');
  await notice(page, 'Moved: Last');
  assert.equal((await now()).start_timestamp, '2027-03-07T09:15:00+01:00');
});

test('who has an older version open hears what somebody changed meanwhile, and goes on from there', async () => {
  const name = await calendar();
  const { id } = await book({ calendars: [name], event_name: 'Board', date: '2027-03-03', start_time: '13:00', duration: 3600 });
  const { page } = await visit(week(name, '2027-03-02', `&event=${id}`), { expected: [/412/] });
  const form = page.getByRole('dialog', { name: 'Change Board' }), room = (event_location) => call('PATCH', `/events/${id}`, { event_location });
  await page.getByRole('button', { name: 'Change…' }).click();
  await room('Room 2');
  await form.getByLabel('Start').fill('15:00');
  await form.getByRole('button', { name: 'Change', exact: true }).click();
  await form.getByText('Somebody has changed this event meanwhile. It has now Where: Room 2.').waitFor();
  assert.deepEqual(await violations(page), []);
  await form.getByRole('button', { name: 'Change it all the same' }).click();
  await notice(page, 'Changed: Board, Wed 3 Mar, 15:00 – 16:00.');
  const { event_location, start_timestamp } = await eventOn(name, 'Board');
  assert.deepEqual([event_location, start_timestamp], ['Room 2', '2027-03-03T15:00:00+01:00']);
  await drawn(page);
  await shown(page, 'Board').click();
  await page.getByRole('button', { name: 'Change…' }).click();
  await room('Room 3');
  await form.getByLabel('Start').fill('09:00');
  await form.getByRole('button', { name: 'Change', exact: true }).click();
  await form.getByRole('button', { name: 'Look at it as it is now' }).click();
  await page.getByRole('dialog', { name: 'Board' }).locator('.facts').getByText('Room 3').waitFor();
  await room('Room 4');
  const dialog = page.getByRole('dialog', { name: 'Board' });
  await dialog.getByRole('button', { name: 'Cancel event' }).click();
  await dialog.getByRole('button', { name: 'Really cancel?' }).click();
  await notice(page, 'Somebody has changed this event meanwhile.');
  await dialog.locator('.facts').getByText('Room 4').waitFor();
});

for (const [title, how, told, start] of [
  ['at its moment', { start_timestamp: '2027-03-03T10:00:00+01:00' }, '', '18:00'], ['at its time of day', {}, '; When: Wed 3 Mar, 10:00 – 11:00, Asia/Tokyo', '10:00'],
]) test(`who changes an event that somebody has put on a calendar of another zone, ${title}, goes on in that zone, and asks for nothing endlessly`, async () => {
  const name = await calendar(), other = await calendar({ time_zone: 'Asia/Tokyo' });
  const event = await book({ calendars: [name], event_name: 'Talk', date: '2027-03-03', start_time: '10:00', duration: 3600 });
  const { page } = await visit(week(name, '2027-03-02', `&event=${event.id}`), { expected: [/412/] });
  await page.getByRole('dialog', { name: 'Talk' }).getByRole('button', { name: 'Change…' }).click();
  const form = page.getByRole('dialog', { name: 'Change Talk' });
  await form.getByLabel('What').fill('Long talk');
  const [, moved] = await call('PATCH', `/events/${event.id}`, { calendars: [other], ...how });
  let tries = 0;
  page.on('request', (request) => { tries += request.method() === 'PATCH'; });
  await form.getByRole('button', { name: 'Change', exact: true }).click();
  await form.getByText(`It has now Calendars: ${other}${told}. What you`).waitFor();
  await form.getByText('Times are now those of Asia/Tokyo. Look at them again.').waitFor();
  assert.deepEqual(await Promise.all(['What', 'Start', 'Calendars'].map((label) => form.getByLabel(label).inputValue())), ['Long talk', start, other]);
  await form.getByRole('button', { name: 'Change it all the same' }).click();
  await notice(page, 'Changed: Long talk');
  assert.equal(tries, 3); // the stale one, a dry run, and the change
  const { start_timestamp, calendars } = (await call('GET', `/events/${event.id}`))[1];
  assert.deepEqual([Date.parse(start_timestamp), calendars], [Date.parse(moved.start_timestamp), [other]]);
});

for (const [title, booked, [label, typed], change, shows, becomes] of [
  ['another length', {}, ['Start', '13:00'], { duration: 10_800 }, { Start: '13:00', End: '16:00', Length: '180' }, ['2027-03-04T13:00:00+01:00', '2027-03-04T16:00:00+01:00', 'fixed']],
  ['days', {}, ['Start', '13:00'], { days: 3 }, { Start: '13:00', End: '13:00', Length: '4320' }, ['2027-03-04T13:00:00+01:00', '2027-03-07T13:00:00+01:00', 'fixed']],
  ['whole days', {}, ['Description', 'Budget'], { start_time: '00:00', days: 2 }, { 'All day': true, 'Last day': '2027-03-05' }, ['2027-03-04T00:00:00+01:00', '2027-03-06T00:00:00+01:00', 'fixed']],
  ['a place of the scheduler’s choice, but for the length', {}, ['Length', '30'], { start_time: null, not_before: '2027-03-04T11:00:00+01:00' }, { 'Find a slot': true, Length: '30', 'Not before': '2027-03-04T11:00' }, ['2027-03-04T11:00:00+01:00', '2027-03-04T11:30:00+01:00', 'automatic']],
  ['a place of the scheduler’s choice, but for the start', {}, ['Start', '13:00'], { start_time: null, duration: 5400 }, { 'At a fixed time': true, Start: '13:00', End: '14:30' }, ['2027-03-04T13:00:00+01:00', '2027-03-04T14:30:00+01:00', 'fixed']],
  ['a place of the scheduler’s choice, but for some of its days and hours', { start_time: undefined, within: { days: ['thursday'], from: '10:00' } }, ['and', '15:00'], { within: { days: ['thursday', 'friday'], to: '16:00' } }, { 'Find a slot': true, Thu: true, Fri: true, Mon: false, Between: '10:00' }, ['2027-03-04T10:00:00+01:00', '2027-03-04T11:00:00+01:00', 'automatic']],
  ['another start, but for the end', {}, ['End', '12:00'], { start_time: '11:00' }, { Start: '11:00', Length: '60' }, ['2027-03-04T11:00:00+01:00', '2027-03-04T12:00:00+01:00', 'fixed']],
  ['an earlier start, but for the end', {}, ['End', '12:00'], { start_time: '08:00' }, { Start: '08:00', Length: '240' }, ['2027-03-04T08:00:00+01:00', '2027-03-04T12:00:00+01:00', 'fixed']],
  ['a place of the scheduler’s choice, but for the end', {}, ['End', '12:00'], { start_time: null }, { 'At a fixed time': true, Start: '08:00', Length: '240' }, ['2027-03-04T08:00:00+01:00', '2027-03-04T12:00:00+01:00', 'fixed']],
  ['a place of the scheduler’s choice, but for the whole day', {}, ['All day', true], { start_time: null, not_before: '2027-03-04T11:00:00+01:00' }, { 'At a fixed time': true, Date: '2027-03-04', 'Last day': '2027-03-04' }, ['2027-03-04T00:00:00+01:00', '2027-03-05T00:00:00+01:00', 'fixed']],
  ['a fixed time', { start_time: undefined }, ['Where', 'Room 2'], { start_time: '15:00' }, { 'At a fixed time': true, Start: '15:00', End: '16:00' }, ['2027-03-04T15:00:00+01:00', '2027-03-04T16:00:00+01:00', 'fixed']],
  ['words', {}, ['Start', '13:00'], { description: 'Budget', attendees: ['Tom'] }, { Description: 'Budget', Who: 'Tom', End: '14:00' }, ['2027-03-04T13:00:00+01:00', '2027-03-04T14:00:00+01:00', 'fixed']],
]) test(`what somebody else gave an event meanwhile is shown in the form before what was typed goes on top of it: ${title}`, async () => {
  const name = await calendar();
  const { id } = await book({ calendars: [name], event_name: 'Board', date: '2027-03-04', start_time: '09:00', duration: 3600, ...booked });
  const { page } = await visit(week(name, '2027-03-02', `&event=${id}`), { expected: [/412/] });
  await page.getByRole('button', { name: 'Change…' }).click();
  const form = page.getByRole('dialog', { name: 'Change Board' });
  await (typed === true ? form.getByLabel(label).check() : form.getByLabel(label, { exact: true }).fill(typed));
  assert.equal((await call('PATCH', `/events/${id}`, change))[0], 200);
  await form.getByRole('button', { name: 'Change', exact: true }).click();
  await form.getByText('Somebody has changed this event meanwhile.').waitFor();
  for (const [control, value] of Object.entries({ ...shows, [label]: typed })) {
    const field = form.getByLabel(control, { exact: true });
    assert.equal(await field.isVisible(), true, control);
    assert.equal(typeof value === 'boolean' ? await field.isChecked() : await field.inputValue(), value, control);
  }
  assert.deepEqual(await violations(page), []);
  await form.getByRole('button', { name: 'Change it all the same' }).click();
  await notice(page, 'Changed: Board');
  const now = (await call('GET', `/events/${id}`))[1];
  assert.deepEqual([now.start_timestamp, now.end_timestamp, now.placement], becomes);
});

test('an end that was typed is shown on its new date before it makes an event longer that somebody else has moved', async () => {
  const { name, page } = await ownWeek({ expected: [/412/] }, { event_name: 'Board', date: '2027-03-03', start_time: '09:00', duration: 3600 });
  await shown(page, 'Board').click();
  await page.getByRole('button', { name: 'Change…' }).click();
  const form = page.getByRole('dialog', { name: 'Change Board' });
  await form.getByLabel('End', { exact: true }).fill('12:00');
  await call('PATCH', `/events/${(await eventOn(name, 'Board')).id}`, { start_time: '13:00' });
  await form.getByRole('button', { name: 'Change', exact: true }).click();
  await form.getByRole('alert').getByText('What you have filled in is kept. It would be on Wed 3 Mar, 13:00 – Thu 4 Mar, 12:00.').waitFor();
});

test('the form says so where it has changed nothing', async () => {
  const { name, page } = await ownWeek({}, { event_name: 'Board', date: '2027-03-03', start_time: '09:00', duration: 3600 });
  await shown(page, 'Board').click();
  await page.getByRole('button', { name: 'Change…' }).click();
  await page.getByRole('dialog', { name: 'Change Board' }).getByRole('button', { name: 'Change', exact: true }).click();
  await notice(page, 'Unchanged: Board, Wed 3 Mar, 09:00 – 10:00.');
  assert.equal((await eventOn(name, 'Board')).version, 1);
});

test('an event that was booked at an instant is one again after a drag that is undone', async () => {
  const { name, page } = await ownWeek({}, { event_name: 'Launch', start_timestamp: '2027-03-03T09:00:00Z', duration: 3600 });
  await drag(page, await grip(page, 'Launch'), await spot(page, '2027-03-04', '14:00:00'));
  await notice(page, 'Moved: Launch, Thu 4 Mar, 14:00 – 15:00.');
  await page.getByRole('button', { name: 'Undo' }).click();
  await notice(page, 'Moved back: Launch, Wed 3 Mar, 10:00 – 11:00.');
  const { wished_start, date, start_time } = await eventOn(name, 'Launch');
  assert.deepEqual([wished_start, date, start_time], ['2027-03-03T10:00:00+01:00', null, null]);
});

test('a drag of an event that somebody has changed meanwhile does nothing, and leads to the event', async () => {
  const name = await calendar();
  const { id } = await book({ calendars: [name], event_name: 'Board', date: '2027-03-03', start_time: '13:00', duration: 3600 });
  const { page, context } = await visitDrawn(week(name), { expected: [/412/] });
  const go = await hold(context, `**/events/${id}`, (request) => request.method() === 'PATCH');
  await drag(page, await grip(page, 'Board'), await spot(page, '2027-03-04', '13:00:00'));
  await call('PATCH', `/events/${id}`, { event_location: 'Room 2' });
  go();
  await page.getByRole('button', { name: 'Look at it' }).click();
  await page.getByRole('dialog', { name: 'Board' }).locator('.facts').getByText('Room 2').waitFor();
  assert.equal((await eventOn(name, 'Board')).start_timestamp, '2027-03-03T13:00:00+01:00');
});

for (const [title, typed, shows, ends] of [
  ['a date keeps their number', ['Date', '2027-04-05'], { Date: '2027-04-05', 'Last day': '2027-04-11' }, '2027-04-12T00:00:00+02:00'],
  ['a last day before their new date is wrong', ['Last day', '2027-03-10'], { Date: '2027-03-22', 'Last day': '2027-03-10' }, null],
]) test(`where somebody else has moved whole days and made them more, ${title}`, async () => {
  const name = await calendar();
  const { id } = await book({ calendars: [name], event_name: 'Away', date: '2027-03-08', start_time: '00:00', days: 5 });
  const { page } = await visit(week(name, '2027-03-08', `&event=${id}`), { expected: [/412/] });
  await page.getByRole('button', { name: 'Change…' }).click();
  const form = page.getByRole('dialog', { name: 'Change Away' });
  await form.getByLabel(typed[0], { exact: true }).fill(typed[1]);
  assert.equal((await call('PATCH', `/events/${id}`, { date: '2027-03-22', days: 7 }))[0], 200);
  await form.getByRole('button', { name: 'Change', exact: true }).click();
  await form.getByText('Somebody has changed this event meanwhile.').waitFor();
  for (const [label, value] of Object.entries(shows)) assert.equal(await form.getByLabel(label, { exact: true }).inputValue(), value);
  await form.getByRole('button', { name: 'Change it all the same' }).click();
  if (ends) await notice(page, 'Changed: Away');
  else await form.getByText('The last day must not be before the date.').waitFor();
  assert.equal((await call('GET', `/events/${id}`))[1].end_timestamp, ends ?? '2027-03-29T00:00:00+02:00');
});

for (const [title, booked, change, becomes] of [
  ['days are an hour', { days: 1 }, { duration: 3600 }, { days: null, duration: 3600 }],
  ['an hour is days', { duration: 3600 }, { days: 2 }, { days: 2, duration: null }],
]) test(`where somebody else has changed a length meanwhile, it stays as it was made: ${title}`, async () => {
  const name = await calendar();
  const { id } = await book({ calendars: [name], event_name: 'Watch', date: '2027-03-23', start_time: '09:00', ...booked });
  const { page } = await visit(week(name, '2027-03-23', `&event=${id}`), { expected: [/412/] });
  await page.getByRole('button', { name: 'Change…' }).click();
  const form = page.getByRole('dialog', { name: 'Change Watch' });
  await form.getByLabel('Start', { exact: true }).fill('10:00');
  assert.equal((await call('PATCH', `/events/${id}`, change))[0], 200);
  await form.getByRole('button', { name: 'Change', exact: true }).click();
  await form.getByText('Somebody has changed this event meanwhile.').waitFor();
  await form.getByLabel('Date', { exact: true }).fill('2027-03-27'); // before the clock change of the 28th
  await form.getByRole('button', { name: 'Change it all the same' }).click();
  await notice(page, 'Changed: Watch');
  const { days, duration, date } = (await call('GET', `/events/${id}`))[1];
  assert.deepEqual({ days, duration, date }, { ...becomes, date: '2027-03-27' });
});

// A user with the right to write books by mouse, by keyboard, wherever there is room, and first sees what would move.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { book, calendar, call, dialogClosed, drag, drawn, eventOn, eventsOn, hold, notice, ownWeek, place, psql, shown, spot, url, violations, visit, visitDrawn, week } from './stage.mjs';

/** The form of a new event, filled in. */
async function newEvent(page, title, date, start) {
  await page.getByRole('button', { name: 'New event' }).click();
  const dialog = page.getByRole('dialog', { name: 'New event' });
  await dialog.getByLabel('What').fill(title);
  await dialog.getByLabel('Date', { exact: true }).fill(date);
  await dialog.getByLabel('Start').fill(start);
  return dialog;
}

/** Until a form has read the settings of its calendar. */
const settingsRead = (page, name) => page.waitForResponse((one) => decodeURIComponent(one.url()).endsWith(`/calendars/${name}`)).then((one) => one.finished());

test('by mouse: a drag over free time is a fixed event', async () => {
  const { name, page } = await ownWeek({ who: 'secretary' });
  await drag(page, await spot(page, '2027-03-03', '13:00:00'), await spot(page, '2027-03-03', '14:00:00'));
  const dialog = page.getByRole('dialog', { name: 'New event' });
  await dialog.getByLabel('What').fill('Lunch talk');
  await dialog.getByLabel('Who', { exact: true }).fill('Anna, Ben');
  assert.deepEqual(await violations(page), []);
  await dialog.getByRole('button', { name: 'Book' }).click();
  await shown(page, 'Lunch talk').waitFor();
  const event = await eventOn(name, 'Lunch talk');
  assert.deepEqual([event.start_timestamp, event.placement, event.attendees], ['2027-03-03T13:00:00+01:00', 'fixed', ['Anna', 'Ben']]);
  assert.ok(event.duration >= 3600 && event.duration <= 4500);
});

test('a length is read in every usual form, and anything else is an error at its field', async () => {
  const { name, page } = await ownWeek();
  const form = await newEvent(page, 'Talk', '2027-03-03', '13:00');
  const length = form.getByLabel('Length');
  const told = () => length.evaluate((field) => document.getElementById(field.getAttribute('aria-describedby')).textContent);
  for (const [words, ...writings] of [
    ['1 hour 30 minutes', '90', ' 90 min', '90 Minutes', '1h30', '1 h 30', '1 h 30 min', '1 hour 30 minutes', '1:30', '01:30', '1.5 h', '1,5 h', '1.5 hours', 'PT1H30M', 'PT90M'],
    ['2 hours', '120', '2h', '2 hours', '2:00', 'PT2H'], ['5 minutes', '5', '5m', '0:05', 'pt5m'], ['1 hour 5 minutes', '1h05', '1 h 5 min'],
    ['1 minute 40 seconds', 'PT1M40S'], ['366 days', '8784 h'],
  ])
    for (const writing of writings) {
      await length.fill(writing);
      assert.deepEqual([await told(), await length.getAttribute('aria-invalid')], [words, 'false'], writing);
    }
  for (const writing of ['1h3x', '1h75', '1h5', '1:5', '1:60', '1:30:00', '1.5', '1.30', '-30', '1e3', '0', '0:00', 'PT', 'P1D', 'an hour', '8785 h', '90 90', '1 h 30 s']) {
    await length.fill(writing);
    assert.ok((await told()).startsWith(`“${writing}” is no length`), writing);
    assert.deepEqual([await length.getAttribute('aria-invalid'), await length.evaluate((field) => field.checkValidity())], ['true', false], writing);
  }
  assert.deepEqual(await violations(page), []);
  await form.getByRole('button', { name: 'Book' }).click();
  await page.waitForFunction(() => document.activeElement.name === 'duration'); // the browser moves the focus there
  assert.equal(await eventOn(name, 'Talk'), undefined);
  await length.fill('');
  await length.pressSequentially('1h30');
  await form.getByText('More', { exact: true }).click();
  await form.getByLabel('Hold').fill('2 h');
  await form.getByRole('button', { name: 'Book' }).click();
  await notice(page, 'Held: Talk, Wed 3 Mar, 13:00 – 14:30');
  assert.equal((await eventOn(name, 'Talk')).hold_for, 7200);
});

test('by keyboard alone, from the button to the event', async () => {
  const { name, page } = await ownWeek();
  const focused = () => page.evaluate(() => document.activeElement?.textContent);
  for (let steps = 0; (await focused()) !== 'New event'; ++steps) {
    assert.ok(steps < 30, 'New event is reached by Tab');
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.type('Typed');
  await page.getByLabel('Date', { exact: true }).fill('2027-03-04');
  await page.getByLabel('Start').fill('11:15');
  await page.getByLabel('Length').fill('45');
  await page.keyboard.press('Enter');
  await shown(page, 'Typed').waitFor();
  assert.equal((await eventOn(name, 'Typed')).end_timestamp, '2027-03-04T12:00:00+01:00');
  await dialogClosed(page);
  assert.equal(await focused(), 'New event');
  // The keyboard also reaches the new event: Enter opens it.
  await shown(page, 'Typed').focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'Typed' }).waitFor();
  await page.keyboard.press('Escape');
});

test('single keys act until they are switched off', async () => {
  const { page } = await visitDrawn(week(await calendar()));
  await page.keyboard.press('n');
  await page.getByRole('heading', { level: 1, name: '8 – 14 March 2027' }).waitFor();
  await page.getByText('Keys', { exact: true }).click();
  await page.getByLabel('Single keys act').uncheck();
  await page.waitForURL(/keys=off/);
  await page.getByLabel('Single keys act').evaluate((box) => box.blur());
  await page.keyboard.press('n');
  await page.keyboard.press('e');
  assert.equal(await page.getByRole('dialog').count(), 0);
  assert.equal(await page.getByRole('heading', { level: 1 }).textContent(), '8 – 14 March 2027');
});

test('a question mark tells the keys, and the first Tab leads past the bar', async () => {
  const { page } = await visitDrawn(week(await calendar()));
  await page.keyboard.press('?');
  const dialog = page.getByRole('dialog', { name: 'Keys' });
  await dialog.getByText('find a slot').waitFor();
  assert.deepEqual(await violations(page), []);
  await page.keyboard.press('Escape');
  await dialogClosed(page);
  await page.reload();
  await drawn(page);
  const address = page.url();
  await page.keyboard.press('Tab');
  const skip = page.getByRole('link', { name: 'Skip to the calendar' });
  const box = await skip.boundingBox();
  assert.ok(box.width > 100 && box.height > 20, 'with the focus it is in sight');
  assert.deepEqual(await violations(page), []);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  assert.ok(await page.evaluate(() => document.querySelector('.board').contains(document.activeElement)));
  assert.equal(page.url(), address);
});

test('a fixed event outside the hours is booked, and that is said', async () => {
  const { page } = await ownWeek({ settings: { display_name: 'Front desk' } });
  const late = await newEvent(page, 'Dinner', '2027-03-03', '16:45');
  await late.getByRole('button', { name: 'Book' }).click();
  await notice(page, 'Dinner is outside the hours of Front desk.');
  await shown(page, 'Dinner').click();
  await page.locator('.facts').getByText('outside the hours of Front desk').waitFor();
  await page.keyboard.press('Escape');
  await dialogClosed(page);
  const early = await newEvent(page, 'Lunch', '2027-03-03', '12:00');
  const asked = page.waitForResponse(/availability/);
  await early.getByRole('button', { name: 'Book' }).click();
  await notice(page, 'Booked: Lunch');
  await (await asked).finished();
  assert.equal(await page.locator('.notice', { hasText: 'Lunch is' }).count(), 0);
});

test('find a slot: the time is shown first, and booked on confirmation', async () => {
  const { name, page } = await ownWeek({}, { event_name: 'Taken', date: '2027-03-04', start_time: '08:00', duration: 7200 });
  await page.getByRole('button', { name: 'Find a slot' }).click();
  const dialog = page.getByRole('dialog', { name: 'Find a slot' });
  await dialog.getByLabel('What').fill('Review');
  await dialog.getByLabel('On the day').fill('2027-03-04');
  await dialog.getByLabel('Length').fill('60');
  await dialog.getByRole('button', { name: 'Look for a slot' }).click();
  await dialog.getByText('Thu 4 Mar, 10:00 – 11:00').waitFor();
  assert.equal(await eventOn(name, 'Review'), undefined);
  assert.deepEqual(await violations(page), []);
  await dialog.getByRole('button', { name: 'Book it' }).click();
  await shown(page, 'Review').waitFor();
  assert.equal((await eventOn(name, 'Review')).placement, 'automatic');
});

test('a fixed event shows whom it would move, and then moves it', async () => {
  const { name, page } = await ownWeek({},
    { event_name: 'Lesser', date: '2027-03-04', duration: 9 * 3600, priority: 10, not_after: '2027-03-04T17:00:00+01:00' },
    { event_name: 'Movable', date: '2027-03-05', duration: 3600, priority: 10 });
  const dialog = await newEvent(page, 'Urgent', '2027-03-05', '08:30');
  await dialog.getByRole('button', { name: 'Book' }).click();
  await dialog.getByText('One event would move:').waitFor();
  await dialog.getByText('from Fri 5 Mar, 08:00 – 09:00 to Fri 5 Mar, 09:00 – 10:00').waitFor();
  assert.equal(await eventOn(name, 'Urgent'), undefined);
  await dialog.getByRole('button', { name: 'Book it' }).click();
  await shown(page, 'Urgent').waitFor();
  assert.equal((await eventOn(name, 'Movable')).start_timestamp, '2027-03-05T09:00:00+01:00');
});

test('what another caller has changed since it was shown is shown anew, and is booked by another press', async () => {
  const { name, page } = await ownWeek({ expected: [/409/] });
  const changed = (dialog) => dialog.getByText('This has changed meanwhile. Look at it again, and then decide.').waitFor();
  // the time chosen by the scheduler
  await page.getByRole('button', { name: 'Find a slot' }).click();
  const search = page.getByRole('dialog', { name: 'Find a slot' });
  await search.getByLabel('What').fill('Review');
  await search.getByLabel('On the day').fill('2027-03-04');
  await search.getByRole('button', { name: 'Look for a slot' }).click();
  await search.getByText('It would be on Thu 4 Mar, 08:00 – 08:30.').waitFor();
  await book({ calendars: [name], event_name: 'Faster', date: '2027-03-04', start_time: '08:00', duration: 3600 });
  await search.getByRole('button', { name: 'Book it' }).click();
  await changed(search);
  await search.getByText('It would be on Thu 4 Mar, 09:00 – 09:30.').waitFor();
  assert.deepEqual(await violations(page), []);
  assert.equal(await eventOn(name, 'Review'), undefined);
  await search.getByRole('button', { name: 'Book it' }).click();
  await notice(page, 'Booked: Review, Thu 4 Mar, 09:00 – 09:30.');
  // the new place of the event that would move
  await book({ calendars: [name], event_name: 'Movable', date: '2027-03-05', duration: 3600 });
  const urgent = await newEvent(page, 'Urgent', '2027-03-05', '08:30');
  await urgent.getByRole('button', { name: 'Book' }).click();
  await urgent.getByText('from Fri 5 Mar, 08:00 – 09:00 to Fri 5 Mar, 09:00 – 10:00').waitFor();
  await book({ calendars: [name], event_name: 'Between', date: '2027-03-05', start_time: '09:00', duration: 3600 });
  await urgent.getByRole('button', { name: 'Book it' }).click();
  await changed(urgent);
  await urgent.getByText('from Fri 5 Mar, 08:00 – 09:00 to Fri 5 Mar, 10:00 – 11:00').waitFor();
  assert.deepEqual([await eventOn(name, 'Urgent'), (await eventOn(name, 'Movable')).version], [undefined, 1]);
  await urgent.getByRole('button', { name: 'Book it' }).click();
  await notice(page, 'Booked: Urgent, Fri 5 Mar, 08:30 – 09:00.');
  // a chosen open time, for what the form contains at that moment
  const press = await newEvent(page, 'Press', '2027-03-05', '09:30');
  await press.getByRole('button', { name: 'Book' }).click();
  const open = press.getByRole('button', { name: 'Fri 5 Mar, 11:00 – 11:30' });
  await open.waitFor();
  await book({ calendars: [name], event_name: 'Reading', not_before: '2027-03-05T11:00:00+01:00', duration: 1800 });
  await press.getByLabel('What').fill('Press talk');
  await open.click();
  await press.getByText('from Fri 5 Mar, 11:00 – 11:30 to Fri 5 Mar, 11:30 – 12:00').waitFor();
  assert.deepEqual([await eventsOn(name, 'Press'), await eventsOn(name, 'Press talk')], [[], []]);
  await press.getByRole('button', { name: 'Book it' }).click();
  await notice(page, 'Booked: Press talk, Fri 5 Mar, 11:00 – 11:30.');
  assert.equal((await eventOn(name, 'Reading')).start_timestamp, '2027-03-05T11:30:00+01:00');
});

test('find a slot: where less important events may give way, they are shown, and then moved', async () => {
  const { name, page } = await ownWeek({ expected: [/409/] }, { event_name: 'Lesser', not_before: '2027-03-04T08:00:00+01:00', duration: 9 * 3600, priority: 10 });
  await page.getByRole('button', { name: 'Find a slot' }).click();
  const dialog = page.getByRole('dialog', { name: 'Find a slot' });
  await dialog.getByLabel('What').fill('Urgent');
  await dialog.getByLabel('On the day').fill('2027-03-04');
  await dialog.getByRole('button', { name: 'Look for a slot' }).click();
  await dialog.getByText('No stretch of 30 minutes is open on Thu 4 Mar.').waitFor();
  await dialog.getByText('More', { exact: true }).click();
  await dialog.getByLabel('Less important events may give way').check();
  await dialog.getByRole('button', { name: 'Look for a slot' }).click();
  await dialog.getByText('It would be on Thu 4 Mar, 08:00 – 08:30.').waitFor();
  await dialog.getByText('from Thu 4 Mar, 08:00 – 17:00 to Fri 5 Mar, 08:00 – 17:00').waitFor();
  assert.deepEqual([await eventOn(name, 'Urgent'), (await eventOn(name, 'Lesser')).version], [undefined, 1]);
  await dialog.getByRole('button', { name: 'Book it' }).click();
  await notice(page, 'Booked: Urgent, Thu 4 Mar, 08:00 – 08:30.');
  assert.equal((await eventOn(name, 'Lesser')).start_timestamp, '2027-03-05T08:00:00+01:00');
});

test('a new event is held for its confirmation, and one that finds its time taken waits for it', async () => {
  const { name, page } = await ownWeek();
  const held = await newEvent(page, 'Interview', '2027-03-03', '09:00');
  await held.getByText('More', { exact: true }).click();
  await held.getByLabel('Hold').fill('90');
  await held.getByRole('button', { name: 'Book' }).click();
  await notice(page, 'Held: Interview, Wed 3 Mar, 09:00 – 09:30, until somebody confirms it, at the latest Tue 2 Mar, 11:50.');
  const { status, expires_at } = await eventOn(name, 'Interview');
  assert.deepEqual([status, expires_at], ['held', '2027-03-02T11:50:00+01:00']);
  const waiting = await newEvent(page, 'Talk', '2027-03-03', '09:00');
  await waiting.getByText('More', { exact: true }).click();
  await waiting.getByLabel('If nothing is open, wait until time opens').check();
  await waiting.getByRole('button', { name: 'Book' }).click();
  await waiting.getByText('it would wait').waitFor();
  await waiting.getByRole('button', { name: 'Book it' }).click();
  await notice(page, 'Booked: Talk, waits for an open time.');
  await page.locator('.waiting-list').getByText('Talk').waitFor();
});

test('a refusal is told in words, and an alternative is one click', async () => {
  const { name, page } = await ownWeek({ expected: [/409/] }, { event_name: 'Board', date: '2027-03-03', start_time: '09:00', duration: 3600 });
  const dialog = await newEvent(page, 'Press', '2027-03-03', '09:30');
  await dialog.getByRole('button', { name: 'Book' }).click();
  await dialog.getByText('The time is taken by something that cannot be moved.').waitFor();
  await dialog.getByText('In the way: Board.').waitFor();
  assert.deepEqual(await violations(page), []);
  const [other] = await Promise.all([page.waitForEvent('popup'), dialog.getByRole('link', { name: 'Board' }).click()]);
  await other.getByRole('dialog', { name: 'Board' }).getByRole('button', { name: 'Change…' }).waitFor();
  await other.close();
  await dialog.getByRole('button', { name: 'Wed 3 Mar, 10:00 – 10:30' }).click();
  await shown(page, 'Press').waitFor();
  assert.equal((await eventOn(name, 'Press')).start_timestamp, '2027-03-03T10:00:00+01:00');
});

test('find a slot ends in no dead end: any day, or waiting, is one click', async () => {
  const { page } = await ownWeek({ expected: [/409/] }, { event_name: 'Minister', date: '2027-03-04', start_time: '11:00', duration: 3600 });
  const wish = async (title) => {
    await page.getByRole('button', { name: 'Find a slot' }).click();
    const dialog = page.getByRole('dialog', { name: 'Find a slot' });
    await dialog.getByLabel('What').fill(title);
    await dialog.getByLabel('On the day').fill('2027-03-04');
    await dialog.getByLabel('Length').fill('480');
    await dialog.getByRole('button', { name: 'Look for a slot' }).click();
    await dialog.getByText('No stretch of 8 hours is open on Thu 4 Mar.').waitFor();
    return dialog;
  };
  const first = await wish('Crisis');
  assert.deepEqual(await first.locator('.ways button').allTextContents(), ['Any day', 'Wait until time opens']);
  assert.deepEqual(await violations(page), []);
  await first.getByRole('button', { name: 'Any day' }).click();
  await first.getByText('Wed 3 Mar, 08:00 – 16:00').waitFor();
  await first.getByRole('button', { name: 'Book it' }).click();
  await notice(page, 'Booked: Crisis, Wed 3 Mar, 08:00 – 16:00.');
  const second = await wish('Strategy');
  await second.getByRole('button', { name: 'Wait until time opens' }).click();
  await second.getByText('it would wait').waitFor();
  await second.getByRole('button', { name: 'Book it' }).click();
  await notice(page, 'Booked: Strategy, waits for an open time.');
});

/** The form of an event without a time, at the days and hours within which it is to lie. */
async function slotWithin(page, title, days, from, to) {
  await page.getByRole('button', { name: 'Find a slot' }).click();
  const form = page.getByRole('dialog', { name: 'Find a slot' });
  await form.getByLabel('What').fill(title);
  await form.getByLabel('Length').fill('45');
  await form.getByText('Window', { exact: true }).click();
  for (const day of days) await form.getByLabel(day, { exact: true }).check();
  await form.getByLabel('Between').fill(from);
  await form.getByLabel('and', { exact: true }).fill(to);
  return form;
}
const workdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri'];

test('find a slot on some day of the week, between two times of the day: it is told so in the details, changed, copied and cleared', async () => {
  const { name, page } = await ownWeek({}, { event_name: 'Fair', date: '2027-03-02', start_time: '10:30', duration: 18_000 });
  const form = await slotWithin(page, 'Interview', workdays, '10:00', '16:00');
  assert.deepEqual(await violations(page), []);
  await form.getByRole('button', { name: 'Look for a slot' }).click();
  await form.getByText('It would be on Wed 3 Mar, 10:00 – 10:45.').waitFor();
  await form.getByRole('button', { name: 'Book it' }).click();
  await notice(page, 'Booked: Interview, Wed 3 Mar, 10:00 – 10:45.');
  const { id, within } = await eventOn(name, 'Interview');
  assert.deepEqual(within, { days: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'], from: '10:00:00', to: '16:00:00' });
  const details = page.getByRole('dialog', { name: 'Interview', exact: true }), change = page.getByRole('dialog', { name: 'Change Interview' });
  const look = async (wish) => {
    await shown(page, 'Interview').click();
    await details.locator('.facts').getByText(wish).waitFor();
  };
  const fields = async (dialog) => [
    await dialog.getByRole('group', { name: 'Days of the week' }).getByRole('checkbox', { checked: true }).evaluateAll((boxes) => boxes.map((box) => box.name)),
    await dialog.getByLabel('Between').inputValue(), await dialog.getByLabel('and', { exact: true }).inputValue(),
  ];
  const sent = [];
  page.on('request', (request) => { if (request.method() === 'PATCH') sent.push(request.postDataJSON()); });
  const submit = async (becomes) => {
    await change.getByRole('button', { name: 'Change', exact: true }).click();
    await change.getByText(`It would be on ${becomes}.`).waitFor();
    await change.getByRole('button', { name: 'Change it' }).click();
    await notice(page, `Changed: Interview, ${becomes}.`);
    await dialogClosed(page);
  };
  const keepPlace = async () => {
    await change.getByRole('button', { name: 'Change', exact: true }).click();
    await dialogClosed(page);
    assert.equal((await eventOn(name, 'Interview')).start_timestamp, '2027-03-03T10:00:00+01:00');
  };
  // What is not touched is not sent.
  await look('45 minutes, as early as possible, on Mon–Fri between 10:00 and 16:00, priority 50');
  await details.getByText('Why there?').click();
  await details.getByText(/A start from Tue 2 Mar, 15:30 to before Wed 3 Mar, 10:00: not in the time asked for/).waitFor();
  await details.getByRole('button', { name: 'Change…' }).click();
  assert.deepEqual(await fields(change), [within.days, '10:00', '16:00']);
  await change.getByLabel('Where').fill('Room 4');
  await keepPlace();
  assert.ok(sent.length > 0 && sent.every((body) => !('within' in body)));
  // Another end: the rest stays.
  await look('on Mon–Fri between 10:00 and 16:00');
  await details.getByRole('button', { name: 'Change…' }).click();
  await change.getByLabel('and', { exact: true }).fill('14:00');
  await keepPlace();
  await look('on Mon–Fri between 10:00 and 14:00');
  await details.getByText('What happened').click();
  await details.getByText('changed (Days and hours) by').waitFor();
  // A day less.
  await details.getByRole('button', { name: 'Change…' }).click();
  await change.getByLabel('Wed', { exact: true }).uncheck();
  await submit('Thu 4 Mar, 10:00 – 10:45');
  await look('on Mon, Tue, Thu and Fri between 10:00 and 14:00');
  // A copy has them, too.
  await details.getByRole('button', { name: 'Copy…' }).click();
  const copy = page.getByRole('dialog', { name: 'Copy of Interview' });
  assert.deepEqual(await fields(copy), [['monday', 'tuesday', 'thursday', 'friday'], '10:00', '14:00']);
  await page.keyboard.press('Escape');
  await dialogClosed(page);
  // Empty fields clear them.
  await look('on Mon, Tue, Thu and Fri');
  await details.getByRole('button', { name: 'Change…' }).click();
  for (const day of ['Mon', 'Tue', 'Thu', 'Fri']) await change.getByLabel(day, { exact: true }).uncheck();
  for (const time of ['Between', 'and']) await change.getByLabel(time, { exact: true }).fill('');
  await submit('Tue 2 Mar, 15:30 – 16:15');
  assert.deepEqual([sent.at(-1).within, (await call('GET', `/events/${id}`))[1].within], [null, null]);
  await look('45 minutes, as early as possible, priority 50');
});

test('days and hours that leave no room are told in words, and so are those that no event can have', async () => {
  const { name, page } = await ownWeek({ expected: [/409/, /422/] });
  const form = await slotWithin(page, 'Interview', workdays, '16:00', '16:00');
  const look = form.getByRole('button', { name: 'Look for a slot' });
  await look.click();
  await form.getByText('Days and hours: it must not be the same time as the begin.').waitFor();
  await form.getByLabel('and', { exact: true }).fill('16:30');
  await look.click();
  await form.getByText('Days and hours: the event lasts longer.').waitFor();
  await form.getByLabel('and', { exact: true }).fill('17:00');
  await form.getByLabel('On the day').fill('2027-03-06');
  await look.click();
  await form.getByText('The hours asked for leave no room for 45 minutes on Sat 6 Mar.').waitFor();
  assert.deepEqual(await form.locator('.ways button').allTextContents(), ['Any day']);
  assert.deepEqual(await violations(page), []);
  await form.getByRole('button', { name: 'Any day' }).click();
  await form.getByText('It would be on Tue 2 Mar, 16:00 – 16:45.').waitFor();
  await form.getByRole('button', { name: 'Book it' }).click();
  await notice(page, 'Booked: Interview, Tue 2 Mar, 16:00 – 16:45.');
  assert.equal((await eventsOn(name, 'Interview')).length, 1);
});

test('while the server takes its time the form says that it is asked', async () => {
  const { page, context } = await ownWeek();
  const dialog = await newEvent(page, 'Press', '2027-03-03', '09:30');
  const go = await hold(context, '**/events', (request) => request.method() === 'POST');
  await dialog.getByRole('button', { name: 'Book' }).click();
  await dialog.getByText('Asking…').waitFor();
  go();
  await notice(page, 'Booked: Press');
});

test('a click beside a form throws away nothing that was filled in', async () => {
  const { page } = await visitDrawn(week(await calendar()));
  await page.getByRole('button', { name: 'New event' }).click();
  const dialog = page.getByRole('dialog', { name: 'New event' });
  await dialog.waitFor();
  await page.mouse.click(20, 880);
  await dialogClosed(page); // the form was still empty, so it closes without a question
  await page.getByRole('button', { name: 'New event' }).click();
  await dialog.getByLabel('What').fill('Press');
  await page.mouse.click(20, 880);
  await dialog.getByText('What you have filled in is kept.').waitFor();
  assert.equal(await dialog.getByLabel('What').inputValue(), 'Press');
  assert.deepEqual(await violations(page), []);
  await page.keyboard.press('Escape');
  await dialogClosed(page);
});

test('Escape and Back throw away nothing unasked, and Back closes a form and stays on the page', async () => {
  const name = await calendar(), { page } = await visit(week(name));
  await drawn(page);
  await page.getByRole('button', { name: 'Day', exact: true }).click();
  await drawn(page);
  const dialog = page.getByRole('dialog', { name: 'New event' }), warning = dialog.getByText('What you have filled in is kept.');
  for (const leaves of [() => page.keyboard.press('Escape'), () => page.goBack(), ...['Date', 'Start'].map((field) => () => dialog.getByLabel(field, { exact: true }).press('Escape'))]) {
    await page.getByRole('button', { name: 'New event' }).click();
    await dialog.getByLabel('What').fill('Press');
    await leaves();
    await warning.waitFor();
    assert.equal(await dialog.getByLabel('What').inputValue(), 'Press');
    assert.deepEqual(await violations(page), []);
    await dialog.getByLabel('What').fill('Press again');
    await warning.waitFor({ state: 'detached' });
    await leaves();
    await warning.waitFor();
    await leaves();
    await dialogClosed(page);
  }
  await page.getByRole('button', { name: 'New event' }).click();
  await dialog.waitFor();
  await page.goBack(); // nothing is filled in
  await dialogClosed(page);
  assert.equal(new URL(page.url()).searchParams.get('view'), 'day');
  // A form closed by hand adds no step to the way back.
  await page.getByRole('button', { name: 'New event' }).click();
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await dialogClosed(page);
  await page.goBack();
  await page.waitForURL(/view=week/);
  await drawn(page);
});

/** The number of events with this name, and of rejections, on the calendar. */
async function countsOf(name, title) {
  return [(await eventsOn(name, title)).length, Number(psql(`SELECT count(*) FROM jb_rejection WHERE '${name}' = ANY (calendars)`))];
}

const isBooking = (request) => request.method() === 'POST' && !request.postDataJSON().dry_run;

test('a wish whose answer is lost again and again is booked once', async () => {
  const { name, page, context } = await ownWeek({ expected: [/ERR_FAILED/] });
  await page.getByRole('button', { name: 'Find a slot' }).click();
  const dialog = page.getByRole('dialog', { name: 'Find a slot' });
  await dialog.getByLabel('What').fill('Review');
  await dialog.getByRole('button', { name: 'Look for a slot' }).click();
  let lost = 0;
  await context.route('**/events', async (route) => {
    if (!isBooking(route.request())) return route.fallback();
    await route.fetch();
    ++lost;
    return route.abort();
  });
  await dialog.getByRole('button', { name: 'Book it' }).click();
  await dialog.getByRole('alert').getByText('Nothing is lost: try again in a moment.').waitFor();
  assert.ok(lost > 1);
  await context.unroute('**/events');
  await dialog.getByRole('button', { name: 'Book it' }).click();
  await notice(page, 'Booked: Review, ');
  assert.deepEqual(await countsOf(name, 'Review'), [1, 0]);
});

/** Loses the answers to bookings, which are nevertheless made, until the returned function is called. */
async function loseBookings(context) {
  await context.route('**/events', async (route) => {
    if (!isBooking(route.request())) return route.fallback();
    await route.fetch();
    return route.abort();
  });
  return () => context.unroute('**/events');
}

test('an alternative whose answer is lost is the one that the next press asks for', async () => {
  const { name, page, context } = await ownWeek({ expected: [/409/, /ERR_FAILED/] }, { event_name: 'Board', date: '2027-03-03', start_time: '10:00', duration: 3600 });
  const dialog = await newEvent(page, 'Press', '2027-03-03', '10:00');
  await dialog.getByRole('button', { name: 'Book' }).click();
  const alternative = dialog.locator('.alternatives button').first();
  await alternative.waitFor();
  const find = await loseBookings(context);
  await alternative.click();
  await dialog.getByText('Nothing is lost: try again in a moment.').waitFor();
  await find();
  await dialog.getByRole('button', { name: 'Book', exact: true }).click();
  await notice(page, 'Booked: Press, ');
  await dialogClosed(page);
  assert.equal((await eventsOn(name, 'Press')).length, 1);
});

test('another time that is asked for before the first has its answer books no second event unasked', async () => {
  const { name, page, context } = await ownWeek({ expected: [/ERR_FAILED/] });
  const dialog = await newEvent(page, 'Press', '2027-03-03', '10:00'), starts = async () => (await eventsOn(name, 'Press')).map((event) => event.start_timestamp.slice(11, 16));
  const find = await loseBookings(context);
  const submit = dialog.getByRole('button', { name: 'Book', exact: true });
  await submit.click();
  await dialog.getByText('Nothing is lost: try again in a moment.').waitFor();
  await find();
  await dialog.getByLabel('Start').fill('11:00');
  await submit.click();
  await dialog.getByText('Your first request is booked: Press, Wed 3 Mar, 10:00 – 10:30. What you have filled in is kept.').waitFor();
  assert.deepEqual([await starts(), await dialog.getByLabel('Start').inputValue()], [['10:00'], '11:00']);
  assert.deepEqual(await violations(page), []);
  await submit.click(); // by somebody who knows of the first one
  await notice(page, 'Booked: Press, Wed 3 Mar, 11:00');
  assert.deepEqual(await starts(), ['10:00', '11:00']);
});

test('a wish whose first booking was found late may be booked once more', async () => {
  const { name, page, context } = await ownWeek({ expected: [/ERR_FAILED/] });
  const dialog = await newEvent(page, 'Press', '2027-03-03', '10:00'), submit = dialog.locator('button[type=submit]');
  await dialog.getByLabel('Where').fill('Room 1');
  const find = await loseBookings(context);
  await submit.click();
  await dialog.getByText('Nothing is lost: try again in a moment.').waitFor();
  await find();
  await dialog.getByLabel('Start').fill('11:00');
  await submit.click();
  await dialog.getByText('Your first request is booked: Press, Wed 3 Mar, 10:00 – 10:30.').waitFor();
  const [first] = await eventsOn(name, 'Press');
  assert.equal((await call('DELETE', `/events/${first.id}`))[0], 204);
  await dialog.getByLabel('Start').fill('10:00');
  await submit.click();
  await notice(page, 'Booked: Press, Wed 3 Mar, 10:00');
  assert.equal((await eventsOn(name, 'Press')).filter(({ status }) => status === 'pending').length, 1);
});

test('two clicks, on an alternative and on another, are one wish', async () => {
  const { name, page, context } = await ownWeek({ expected: [/409/] }, { event_name: 'Board', date: '2027-03-03', start_time: '09:00', duration: 3600 });
  const dialog = await newEvent(page, 'Press', '2027-03-03', '09:30');
  await dialog.getByRole('button', { name: 'Book' }).click();
  const [first, other] = [dialog.locator('.alternatives button').first(), dialog.locator('.alternatives button').last()];
  await first.waitFor();
  const go = await hold(context, '**/events', isBooking);
  await first.dblclick();
  assert.deepEqual([await first.isDisabled(), await other.isDisabled(), await dialog.getByRole('button', { name: 'Book' }).isDisabled()], [true, true, true]);
  go();
  await shown(page, 'Press').waitFor();
  await drawn(page);
  assert.deepEqual(await countsOf(name, 'Press'), [1, 0]);
});

test('times are read in the zone of the first calendar named, and that is the zone that is told', async () => {
  const berlin = await calendar(), tokyo = await calendar({ time_zone: 'Asia/Tokyo' });
  await book({ calendars: [tokyo], event_name: 'Board', date: '2027-03-04', start_time: '09:00', duration: 3600 });
  const { page } = await visitDrawn(week(berlin), { expected: [/409/] });
  const dialog = await newEvent(page, 'Call', '2027-03-04', '09:30');
  await dialog.getByText('Times are those of Europe/Berlin.').waitFor();
  await dialog.getByLabel('Calendars').fill(tokyo);
  await dialog.getByLabel('Calendars').blur();
  await dialog.getByText('Times are those of Asia/Tokyo.').waitFor();
  await dialog.getByRole('button', { name: 'Book' }).click();
  await dialog.getByRole('button', { name: 'Thu 4 Mar, 10:00 – 10:30' }).click();
  await notice(page, 'Booked: Call, Thu 4 Mar, 10:00 – 10:30.');
  assert.equal((await eventOn(tokyo, 'Call')).start_timestamp, '2027-03-04T10:00:00+09:00');
});

test('a new event is booked at the moment that was shown, though its calendar is given another zone meanwhile', async () => {
  const name = await calendar(), give = (time_zone) => call('PUT', `/calendars/${name}`, { time_zone });
  const { page, context } = await visitDrawn(week(name), { who: 'secretary', expected: [/422/] });
  const read = settingsRead(page, name), form = await newEvent(page, 'Call', '2027-03-04', '14:00');
  await read;
  await give('America/New_York');
  await form.getByRole('button', { name: 'Book' }).click();
  await form.getByText('Times are now those of America/New_York. Look at them again.').waitFor();
  assert.deepEqual([await form.getByLabel('Start').inputValue(), await form.getByLabel('End', { exact: true }).inputValue(), await eventsOn(name, 'Call')], ['08:00', '08:30', []]);
  await page.getByText('America/New_York, UTC−5').waitFor(); // the calendar behind it also has its new zone
  assert.deepEqual(await violations(page), []);
  // the last moment is late, but not too late
  const go = await hold(context, '**/events', (request) => request.method() === 'POST' && !request.postDataJSON().dry_run), asked = page.waitForRequest((one) => /events$/.test(one.url()) && !one.postDataJSON()?.dry_run);
  await form.getByRole('button', { name: 'Book' }).click();
  await asked;
  await give('Asia/Tokyo');
  go();
  await form.getByText('Times are now those of Asia/Tokyo. Look at them again.').waitFor();
  assert.deepEqual(await eventsOn(name, 'Call'), []);
  await form.getByRole('button', { name: 'Book' }).click();
  await notice(page, 'Booked: Call, Thu 4 Mar');
  assert.equal((await eventOn(name, 'Call')).start_timestamp, '2027-03-04T22:00:00+09:00');
  // the user agrees to times on the clock that was shown; whole days stay days
  await page.getByText('Asia/Tokyo, UTC+9').waitFor();
  const series = await newEvent(page, 'Class', '2027-03-05', '09:00');
  await series.getByLabel('All day').check();
  await series.getByLabel('Repeats').selectOption('week');
  await series.getByRole('button', { name: 'Book' }).click();
  await series.getByText('It would be on Fri 5 Mar, all day').waitFor();
  await give('Europe/Berlin');
  await series.getByRole('button', { name: 'Book it' }).click();
  await series.getByText('Times are now those of Europe/Berlin. Look at them again.').waitFor();
  await series.getByRole('button', { name: 'Book' }).click();
  await series.getByRole('button', { name: 'Book it' }).click();
  await notice(page, 'Booked a series: Class, Fri 5 Mar, all day.');
  assert.equal((await eventsOn(name, 'Class')).length, 10);
});

test('an event is changed from what was shown, though its calendar is given another zone meanwhile', async () => {
  const name = await calendar(), give = (time_zone) => call('PUT', `/calendars/${name}`, { time_zone });
  await book({ calendars: [name], event_name: 'Board', date: '2027-03-04', start_time: '14:00', duration: 3600 });
  const { page, context } = await visitDrawn(week(name), { who: 'secretary', expected: [/422/] });
  const board = async () => { const { start_timestamp, event_location, version } = await eventOn(name, 'Board'); return [new Date(start_timestamp).toISOString().slice(11, 16), event_location, version]; };
  await shown(page, 'Board').click();
  const read = settingsRead(page, name);
  await page.getByRole('button', { name: 'Change…' }).click();
  await read;
  const form = page.getByRole('dialog', { name: 'Change Board' });
  await form.getByLabel('Where').fill('Room 2');
  await give('America/New_York');
  await form.getByRole('button', { name: 'Change', exact: true }).click();
  await form.getByText('Times are now those of America/New_York. Look at them again.').waitFor();
  assert.equal(await form.getByLabel('Start').inputValue(), '08:00');
  await form.getByRole('button', { name: 'Change', exact: true }).click();
  await notice(page, 'Changed: Board, Thu 4 Mar, 08:00 – 09:00.');
  assert.deepEqual(await board(), ['13:00', 'Room 2', 2]);
  // a change in progress
  await page.getByText('America/New_York, UTC−5').waitFor();
  await shown(page, 'Board').click();
  await page.getByRole('button', { name: 'Change…' }).click();
  await form.getByLabel('Start').fill('09:00');
  const go = await hold(context, '**/events/*', (request) => request.method() === 'PATCH' && !request.postDataJSON().dry_run), asked = page.waitForRequest((one) => one.method() === 'PATCH' && !one.postDataJSON().dry_run);
  await form.getByRole('button', { name: 'Change', exact: true }).click();
  await asked;
  await give('Europe/London');
  go();
  await form.getByText('Times are now those of Europe/London. Look at them again.').waitFor();
  assert.deepEqual([await form.getByLabel('Start').inputValue(), await board()], ['14:00', ['13:00', 'Room 2', 2]]);
  await form.getByRole('button', { name: 'Change', exact: true }).click();
  await notice(page, 'Changed: Board, Thu 4 Mar, 14:00');
  assert.deepEqual(await board(), ['14:00', 'Room 2', 3]);
  // a drag in a calendar that does not know of it yet
  await page.getByText('Europe/London, UTC+0').waitFor();
  const at = await place(page, shown(page, 'Board').first()), tell = await hold(context, '**/availability?*');
  await give('Asia/Kolkata');
  await drag(page, { x: at.x + at.width / 2, y: at.y + 8 }, { x: at.x + at.width / 2, y: at.y - 60 });
  await notice(page, 'Times are now those of Asia/Kolkata. Look at them again.');
  tell();
  await page.getByText('Asia/Kolkata, UTC+5:30').waitFor();
  assert.deepEqual(await board(), ['14:00', 'Room 2', 3]);
});

test('what is wrong in a form is told by its field', async () => {
  const { page } = await visitDrawn(week(await calendar()), { expected: [/404/, /422/] });
  await page.getByRole('button', { name: 'New event' }).click();
  await page.getByLabel('What').fill('Nowhere');
  await page.getByLabel('Calendars').fill('no-such-calendar');
  await page.getByRole('button', { name: 'Book' }).click();
  await page.getByRole('alert').getByText(/^Calendars: /).waitFor();
});

test('a held event is confirmed, another denied, and one cancelled after a second word', async () => {
  const name = await calendar();
  for (const [title, day] of [['Interview', 3], ['Visit', 4]])
    await book({ calendars: [name], event_name: title, date: `2027-03-0${day}`, start_time: '09:00', duration: 3600, hold_for: 7200 });
  await book({ calendars: [name], event_name: 'Talk', date: '2027-03-05', start_time: '09:00', duration: 3600 });
  const { page } = await visitDrawn(week(name), { who: 'secretary' });
  await shown(page, 'Interview').click();
  await page.getByRole('button', { name: 'Confirm' }).click();
  await notice(page, 'Confirmed: Interview.');
  for (const [title, deed, question, done] of [['Visit', 'Deny', 'Really deny?', 'Denied'], ['Talk', 'Cancel event', 'Really cancel?', 'Cancelled']]) {
    await shown(page, title).click();
    await page.getByRole('button', { name: deed }).click();
    await page.getByRole('button', { name: question }).click();
    await notice(page, `${done}: ${title}.`);
    await shown(page, title).waitFor({ state: 'detached' });
  }
  assert.deepEqual([(await eventOn(name, 'Interview')).status, (await eventOn(name, 'Visit')).status, (await eventOn(name, 'Talk')).status], ['pending', 'denied', 'cancelled']);
});

test('start, end and length of a fixed event follow each other, over midnight and over a clock change', async () => {
  const { page } = await ownWeek();
  const form = await newEvent(page, 'Night', '2027-03-03', '13:00');
  const end = form.getByLabel('End', { exact: true }), length = form.getByLabel('Length');
  assert.equal(await end.inputValue(), '13:30');
  await end.fill('15:15');
  assert.equal(await length.inputValue(), '135');
  await form.getByText('2 hours 15 minutes').waitFor();
  await form.getByLabel('Start').fill('22:00');
  assert.deepEqual([await end.inputValue(), await length.inputValue()], ['00:15', '135']);
  await form.getByText('on Thu 4 Mar').waitFor();
  await end.fill('06:00');
  assert.equal(await length.inputValue(), '480');
  await form.getByLabel('Date', { exact: true }).fill('2027-03-27'); // eight hours later the clock shows nine more
  assert.equal(await end.inputValue(), '07:00');
  await length.fill('1 h');
  assert.equal(await end.inputValue(), '23:00');
  assert.deepEqual(await violations(page), []);
  await form.getByRole('button', { name: 'Book' }).click();
  await notice(page, 'Booked: Night, Sat 27 Mar, 22:00 – 23:00.');
});

test('what is marked in an hour that the clock skips has a length', async () => {
  const name = await calendar();
  const { page } = await visitDrawn(week(name, '2027-03-28'), { viewport: { width: 1360, height: 2400 } });
  await drag(page, await spot(page, '2027-03-28', '02:30:00'), await spot(page, '2027-03-28', '03:00:00'));
  const dialog = page.getByRole('dialog'), values = () => Promise.all(['Start', 'End', 'Length'].map((label) => dialog.getByLabel(label, { exact: true }).inputValue()));
  await page.waitForFunction(() => document.querySelector('[name=end]')?.value);
  assert.deepEqual(await values(), ['02:30', '04:00', '30']);
});

test('a description is written in the form, shown, and taken away', async () => {
  const { name, page } = await ownWeek();
  const form = await newEvent(page, 'Board', '2027-03-03', '13:00');
  await form.getByLabel('Description').fill('Bring:\nthe budget');
  await form.getByRole('button', { name: 'Book' }).click();
  await notice(page, 'Booked: Board');
  await drawn(page);
  await shown(page, 'Board').click();
  assert.equal(await page.locator('.facts .description').innerText(), 'Bring:\nthe budget');
  await page.getByRole('button', { name: 'Change…' }).click();
  await page.getByLabel('Description').fill('');
  await page.getByRole('button', { name: 'Change', exact: true }).click();
  await notice(page, 'Changed: Board');
  assert.equal((await eventOn(name, 'Board')).description, null);
});

test('a copy has all that the event has, and the event stays as it is', async () => {
  const name = await calendar();
  const { id } = await book({ calendars: [name], event_name: 'Board', date: '2027-03-03', start_time: '13:00', duration: 5400, event_location: 'Room 1', description: 'Budget', attendees: ['Lee, Anna'] });
  const { page } = await visit(week(name, '2027-03-02', `&event=${id}`));
  await page.getByRole('button', { name: 'Copy…' }).click();
  const form = page.getByRole('dialog', { name: 'Copy of Board' });
  assert.deepEqual(await violations(page), []);
  await form.getByLabel('Date', { exact: true }).fill('2027-03-05');
  await form.getByRole('button', { name: 'Book' }).click();
  await notice(page, 'Booked: Board, Fri 5 Mar, 13:00 – 14:30.');
  const [first, copy] = await eventsOn(name, 'Board'), fields = ({ event_name, event_location, description, attendees, duration }) => ({ event_name, event_location, description, attendees, duration });
  assert.deepEqual([fields(copy), first.version], [fields(first), 1]);
});

test('a copy keeps the lines of its place, and a length in days, across a clock change too', async () => {
  const name = await calendar(), place = 'Cafe Adler\nMain Street 1\n10115 Berlin';
  const { id } = await book({ calendars: [name], event_name: 'On call', date: '2027-03-02', start_time: '15:00', days: 1, event_location: place });
  const { page } = await visit(week(name, '2027-03-02', `&event=${id}`));
  await page.getByRole('button', { name: 'Copy…' }).click();
  const form = page.getByRole('dialog', { name: 'Copy of On call' });
  assert.equal(await form.getByLabel('Where').inputValue(), place);
  await form.getByLabel('Date', { exact: true }).fill('2027-03-27');
  assert.deepEqual([await form.getByLabel('End', { exact: true }).inputValue(), await form.getByLabel('Length').inputValue()], ['15:00', String(23 * 60)]);
  await form.getByRole('button', { name: 'Book' }).click();
  await notice(page, 'Booked: On call, Sat 27 Mar, 15:00 – Sun 28 Mar, 15:00.');
  const [first, copy] = await eventsOn(name, 'On call'), fields = ({ event_location, duration, days, start_time }) => ({ event_location, duration, days, start_time });
  assert.deepEqual(fields(copy), fields(first));
  // Another length that is typed is elapsed time.
  await page.goto(url + week(name, '2027-03-02', `&event=${id}`));
  await page.getByRole('button', { name: 'Copy…' }).click();
  await form.getByLabel('Date', { exact: true }).fill('2027-03-05');
  await form.getByLabel('Length').fill('90');
  await form.getByRole('button', { name: 'Book' }).click();
  await notice(page, 'Booked: On call, Fri 5 Mar, 15:00 – 16:30.');
  assert.deepEqual((await eventsOn(name, 'On call')).map(({ days, duration }) => days ?? duration).sort(), [1, 1, 5400]);
});

test('a cancellation is taken back from its notice, while the time is free', async () => {
  const name = await calendar();
  for (const day of [3, 4]) await book({ calendars: [name], event_name: `Board ${day}`, date: `2027-03-0${day}`, start_time: '13:00', duration: 3600, description: 'Budget' });
  const { page } = await visitDrawn(week(name), { expected: [/409/] });
  const cancel = async (title) => {
    await shown(page, title).click();
    await page.getByRole('button', { name: 'Cancel event' }).click();
    await page.getByText(`Cancel ${title}? Others may take its time.`).waitFor();
    await page.getByRole('button', { name: 'Really cancel?' }).click();
    await shown(page, title).waitFor({ state: 'detached' });
  };
  await cancel('Board 3');
  await page.getByRole('button', { name: 'Undo' }).click();
  await notice(page, 'Booked again: Board 3, Wed 3 Mar, 13:00 – 14:00.');
  await shown(page, 'Board 3').waitFor();
  assert.deepEqual((await eventsOn(name, 'Board 3')).map(({ status, description }) => [status, description]).sort(), [['cancelled', 'Budget'], ['pending', 'Budget']]);
  await cancel('Board 4');
  await book({ calendars: [name], event_name: 'Press', date: '2027-03-04', start_time: '13:00', duration: 3600 });
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('dialog', { name: 'Book Board 4 again?' }).getByText('In the way: Press.').waitFor();
});

test('a cancellation whose answer is lost is not told to be another’s change', async () => {
  const name = await calendar(), { id } = await book({ calendars: [name], event_name: 'Board', date: '2027-03-03', start_time: '13:00', duration: 3600 });
  const { page, context } = await visitDrawn(week(name, '2027-03-03', `&event=${id}`), { expected: [/ERR_FAILED/] });
  const loses = async (route) => { await route.fetch(); await route.abort(); };
  await context.route(`**/events/${id}/cancel`, loses);
  await page.getByRole('button', { name: 'Cancel event' }).click();
  await page.getByRole('button', { name: 'Really cancel?' }).click();
  await page.getByText('Nothing is lost: try again in a moment.').waitFor();
  await context.unroute(`**/events/${id}/cancel`, loses);
  await page.getByRole('button', { name: 'Really cancel?' }).click();
  await notice(page, 'Cancelled: Board.');
});

test('a cancellation on a calendar that holds meanwhile is taken back after a question', async () => {
  const { name, page } = await ownWeek({}, { event_name: 'Board', date: '2027-03-03', start_time: '13:00', duration: 3600 });
  await shown(page, 'Board').click();
  await page.getByRole('button', { name: 'Cancel event' }).click();
  await page.getByRole('button', { name: 'Really cancel?' }).click();
  await shown(page, 'Board').waitFor({ state: 'detached' });
  assert.equal((await call('PUT', `/calendars/${name}`, { confirm_within: 3600 }))[0], 200);
  await page.getByRole('button', { name: 'Undo' }).click();
  const dialog = page.getByRole('dialog', { name: 'Book Board again?' });
  await dialog.getByText('It would be held on Wed 3 Mar, 13:00 – 14:00.').waitFor();
  assert.equal((await eventsOn(name, 'Board')).length, 1);
  await dialog.getByRole('button', { name: 'Do it' }).click();
  await notice(page, 'Booked again: Board, Wed 3 Mar, 13:00 – 14:00, until somebody confirms it');
});

test('what would not come back whole is not offered to be booked again, and what comes back is all there', async () => {
  const name = await calendar(), held = await calendar({ confirm_within: 3600 }), provider = `provider:u${process.pid}`;
  await call('PUT', `/calendars/${provider}`, { time_zone: 'Europe/Berlin' });
  const on = (start_time) => ({ date: '2027-03-04', start_time, duration: 1800 });
  // Numbers that a double cannot hold, and text that looks like one.
  const metadata = '{"ref": [123456789012345678901234567890, -0.10], "note": "\\"1.50", "order": 9007199254740993}';
  psql(`SELECT outcome FROM jb_schedule('Board', '30 minutes', '2027-03-04', '09:00', metadata => '${metadata}', priority => 80, calendars => '{${name}}')`);
  const { id: confirmed } = await book({ calendars: [held], event_name: 'Visit', ...on('10:00') });
  await call('POST', `/events/${confirmed}/confirm`, {});
  const { id: appointment } = await book({ calendars: [provider], event_name: 'Appointment', ...on('11:00'), attendees: ['Ben'] });
  const [, poll] = await call('POST', '/polls', { title: 'Dinner', calendars: [name], from: '2027-03-05T09:00:00+01:00', to: '2027-03-05T17:00:00+01:00', duration: 3600 });
  const [status] = await call('POST', `/polls/${poll.id}/book`, { start_timestamp: '2027-03-05T12:00:00+01:00' });
  assert.equal(status, 201);
  // An imported event, one that may be from an import, and an attendee who was not claimed but would be now.
  psql(`SELECT outcome FROM jb_import('${name}', E'BEGIN:VCALENDAR\\r\\nBEGIN:VEVENT\\r\\nUID:u\\r\\nSUMMARY:Fair\\r\\nDTSTART:20270304T110000Z\\r\\nDTEND:20270304T113000Z\\r\\nEND:VEVENT\\r\\nEND:VCALENDAR\\r\\n')`);
  const { id: carried } = await book({ calendars: [await calendar()], event_name: 'Carried', ...on('13:00') });
  assert.equal((await call('PATCH', `/events/${carried}`, { calendars: [name] }))[0], 200);
  const guest = await calendar();
  await book({ calendars: [name], event_name: 'Invitation', ...on('14:00'), attendees: [guest], check_attendees: false });
  const { id: claiming } = await book({ calendars: [name], event_name: 'Lecture', ...on('15:00'), attendees: [guest] });
  assert.equal((await call('PUT', `/calendars/${name}`, { check_attendees: true }))[0], 200);
  let losesNext = false;
  const prepare = (context) => context.route('**/polls?*', (route) => (losesNext ? route.abort() : route.fallback()).finally(() => { losesNext = false; }));
  const { page } = await visitDrawn(`/?calendars=${name},${held},${provider}&view=day&date=2027-03-04`, { expected: [/ERR_FAILED/], prepare });
  const cancel = async (title, words) => {
    await drawn(page);
    await shown(page, title).click();
    await page.getByRole('button', { name: 'Cancel event' }).click();
    await page.getByText(`Cancel ${title}? ${words}`).waitFor();
    await page.getByRole('button', { name: 'Really cancel?' }).click();
    await notice(page, `Cancelled: ${title}.`);
    return page.locator('.notice', { hasText: `Cancelled: ${title}.` }).getByRole('button', { name: 'Undo' });
  };
  for (const [title, id] of [['Visit', confirmed], ['Ben', appointment], ['Fair', (await eventOn(name, 'Fair')).id], ['Carried', carried], ['Lecture', claiming]]) {
    assert.equal(await (await cancel(title, 'This cannot be undone.')).count(), 0, title);
    assert.equal((await call('GET', `/events/${id}`))[1].status, 'cancelled');
  }
  // A server that does not answer has not said that something would be lost.
  losesNext = true;
  await drawn(page);
  await shown(page, 'Invitation').click();
  await page.getByRole('button', { name: 'Cancel event' }).click();
  await notice(page, 'The server cannot be reached.');
  await page.keyboard.press('Escape');
  await (await cancel('Invitation', 'Others may take its time.')).waitFor();
  await (await cancel('Board', 'Others may take its time.')).click();
  await notice(page, 'Booked again: Board');
  const again = (await eventsOn(name, 'Board')).find((one) => one.status === 'pending');
  assert.deepEqual([again.priority, again.date, again.start_time], [80, '2027-03-04', '09:00:00']);
  assert.equal(psql(`SELECT metadata FROM jb_event_view WHERE id = ${again.id}`), metadata);
  await page.goto(`${url}/?calendars=${name}&view=day&date=2027-03-05`);
  await drawn(page);
  assert.equal(await (await cancel('Dinner', 'This cannot be undone.')).count(), 0);
});

test('an event of whole days begins and ends at midnight, and is told as all day', async () => {
  const { name, page } = await ownWeek();
  const form = await newEvent(page, 'Fair', '2027-03-03', '13:00');
  await form.getByLabel('All day').check();
  for (const label of ['Start', 'End', 'Length']) assert.equal(await form.getByLabel(label, { exact: true }).isVisible(), false, label);
  await form.getByLabel('Last day').fill('2027-03-04');
  assert.deepEqual(await violations(page), []);
  await form.getByRole('button', { name: 'Book' }).click();
  await notice(page, 'Booked: Fair, Wed 3 Mar – Thu 4 Mar, all day.');
  const { id, days, duration } = await eventOn(name, 'Fair');
  assert.deepEqual([days, duration], [2, null]);
  await page.goto(`${url}${week(name, '2027-03-28')}&event=${id}`);
  await page.getByRole('button', { name: 'Change…' }).click();
  const change = page.getByRole('dialog', { name: 'Change Fair' });
  assert.ok(await change.getByLabel('All day').isChecked());
  await change.getByLabel('Date', { exact: true }).fill('2027-03-28'); // a day of 23 hours
  await change.getByLabel('Last day').fill('2027-03-28');
  await change.getByRole('button', { name: 'Change', exact: true }).click();
  await notice(page, 'Changed: Fair, Sun 28 Mar, all day.');
  assert.equal((await eventOn(name, 'Fair')).days, 1);
});

test('a whole day begins later where its clock skips midnight, and is whole on another date', async () => {
  const name = await calendar({ time_zone: 'America/Santiago' });
  const { id } = await book({ calendars: [name], event_name: 'Away', date: '2027-09-05', start_time: '00:00', days: 1 });
  const { page } = await visit(week(name, '2027-09-05', `&event=${id}`));
  await page.getByRole('button', { name: 'Change…' }).click();
  const form = page.getByRole('dialog', { name: 'Change Away' });
  assert.equal(await form.getByLabel('Last day').inputValue(), '2027-09-05');
  await form.getByLabel('Date', { exact: true }).fill('2027-09-07');
  await form.getByRole('button', { name: 'Change', exact: true }).click();
  await notice(page, 'Changed: Away, Tue 7 Sept, all day.');
  const { start_time, days } = await eventOn(name, 'Away');
  assert.deepEqual([start_time, days], ['00:00:00', 1]);
});

test('on a date whose clock repeats midnight, the hour between the two is an hour, and the whole day begins at the first', async () => {
  const name = await calendar({ time_zone: 'America/Havana', default_duration: 3600 }), first = '2027-11-07T00:00:00-04:00', second = '2027-11-07T00:00:00-05:00';
  const { page } = await visitDrawn(`/?calendars=${name}&view=day&date=2027-11-07`), spans = async (title) => (await eventsOn(name, title)).map((one) => [one.start_timestamp, one.end_timestamp]);
  await page.locator('.fc-scroller').evaluateAll((all) => all.forEach((one) => (one.scrollTop = 0)));
  const { x, y } = await spot(page, '2027-11-07', '00:00:00');
  await page.mouse.click(x, y);
  let form = page.getByRole('dialog', { name: 'New event' });
  await form.getByLabel('What').fill('Vigil');
  assert.equal(await form.getByLabel('All day').isChecked(), false);
  await form.getByRole('button', { name: 'Book', exact: true }).click();
  await notice(page, 'Booked: Vigil, Sun 7 Nov, 00:00 (UTC−4) – 00:00 (UTC−5).');
  const { id } = await eventOn(name, 'Vigil');
  assert.deepEqual(await spans('Vigil'), [[first, second]]);
  await page.goto(`${url}/?calendars=${name}&view=day&date=2027-11-07&event=${id}`);
  await page.getByRole('button', { name: 'Copy…' }).click();
  form = page.getByRole('dialog', { name: 'Copy of Vigil' });
  await form.getByLabel('What').fill('Copied');
  await form.getByLabel('Date', { exact: true }).fill('2027-11-09');
  await form.getByRole('button', { name: 'Book', exact: true }).click();
  await notice(page, 'Booked: Copied, Tue 9 Nov, 00:00 – 01:00.');
  // 24 hours from the second midnight are not the day, and 25 of them are not the one of the first.
  for (const [duration, told] of [[86_400, 'Sun 7 Nov, 00:00 (UTC−5) – Mon 8 Nov, 00:00'], [90_000, 'Sun 7 Nov, 00:00 (UTC−5) – Mon 8 Nov, 01:00']]) {
    const { id: late } = await book({ calendars: [await calendar({ time_zone: 'America/Havana' })], event_name: 'Late', start_timestamp: second, duration });
    await page.goto(`${url}/?calendars=${name}&view=day&date=2027-11-07&event=${late}`);
    await page.getByRole('dialog', { name: 'Late' }).getByText(told).waitFor();
    await page.getByRole('button', { name: 'Change…' }).click();
    form = page.getByRole('dialog', { name: 'Change Late' });
    assert.equal(await form.getByLabel('All day').isChecked(), false);
    await form.getByLabel('All day').check();
    await form.getByLabel('Last day').fill('2027-11-07');
    await form.getByRole('button', { name: 'Change', exact: true }).click();
    await notice(page, 'Changed: Late, Sun 7 Nov, all day.');
    const { start_timestamp, days } = (await call('GET', `/events/${late}`))[1];
    assert.deepEqual([start_timestamp, days], [first, 1]);
  }
});

test('whole days become as many hours where the scheduler finds their place', async () => {
  const always = [{ start: '00:00', end: '24:00' }];
  const name = await calendar({ hours: Object.fromEntries(['monday', 'tuesday', 'wednesday', 'thursday', 'friday'].map((day) => [day, always])) });
  const { id } = await book({ calendars: [name], event_name: 'Away', date: '2027-03-08', start_time: '00:00', days: 1 });
  const { page } = await visit(week(name, '2027-03-08', `&event=${id}`));
  await page.getByRole('button', { name: 'Change…' }).click();
  const form = page.getByRole('dialog', { name: 'Change Away' });
  await form.getByLabel('Find a slot').check();
  assert.equal(await form.getByLabel('Length').inputValue(), '1440');
  await form.getByRole('button', { name: 'Change', exact: true }).click();
  await form.getByText('It would be on').waitFor();
  await form.getByRole('button', { name: 'Change it', exact: true }).click();
  await notice(page, 'Changed: Away');
  const { placement, days, duration } = await eventOn(name, 'Away');
  assert.deepEqual([placement, days, duration], ['automatic', null, 86_400]);
});

test('whole days that are put to another date, or copied to one, stay as many, and a last day before the date is wrong at its field', async () => {
  const name = await calendar();
  const { id } = await book({ calendars: [name], event_name: 'Away', date: '2027-03-08', start_time: '00:00', days: 5 });
  const { page } = await visit(week(name, '2027-03-08', `&event=${id}`));
  await page.getByRole('button', { name: 'Change…' }).click();
  let form = page.getByRole('dialog', { name: 'Change Away' });
  const date = () => form.getByLabel('Date', { exact: true }), last = () => form.getByLabel('Last day');
  await date().fill('2027-03-11');
  assert.equal(await last().inputValue(), '2027-03-15');
  await date().fill('2027-03-22');
  assert.equal(await last().inputValue(), '2027-03-26');
  await last().fill('2027-03-21');
  await form.getByText('The last day must not be before the date.').waitFor();
  await form.getByRole('button', { name: 'Change', exact: true }).click();
  assert.equal(await last().evaluate((field) => field.matches(':invalid:focus')), true);
  assert.deepEqual(await violations(page), []);
  await last().fill('2027-03-26');
  await form.getByText('The last day must not be before the date.').waitFor({ state: 'detached' });
  await form.getByRole('button', { name: 'Change', exact: true }).click();
  await notice(page, 'Changed: Away, Mon 22 Mar – Fri 26 Mar, all day.');
  await page.goto(`${url}${week(name, '2027-03-22')}&event=${id}`);
  await page.getByRole('button', { name: 'Copy…' }).click();
  form = page.getByRole('dialog', { name: 'Copy of Away' });
  await date().fill('2027-04-05');
  assert.equal(await last().inputValue(), '2027-04-09');
  await form.getByLabel('All day').uncheck();
  await date().fill('2027-04-12');
  await form.getByLabel('All day').check();
  assert.equal(await last().inputValue(), '2027-04-16');
});

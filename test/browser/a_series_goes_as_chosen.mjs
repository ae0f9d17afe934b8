// Only the chosen occurrences of a series are cancelled, and the page first shows how many: a cancellation is final.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { book, calendar, call, dialogClosed, drag, drawn, eventsOn, hold, notice, ownWeek, place, shown, spot, violations, visit, visitDrawn, week } from './stage.mjs';

/** A calendar with a series on ten days; a page shows one of the five occurrences of the first week. */
async function openSeries(title, more = {}, index = 0, visiting = {}) {
  const name = await calendar();
  await book({ calendars: [name], event_name: title, date: '2027-03-03', start_time: '09:00', duration: 3600, recurrence: 'RRULE:FREQ=DAILY;COUNT=10', ...more });
  const visited = await visitDrawn(week(name), visiting);
  await shown(visited.page, title).nth(index).click();
  return { name, dialog: visited.page.getByRole('dialog', { name: title }), ...visited };
}

const statuses = async (name, title) => (await eventsOn(name, title)).map(({ status }) => status);
const left = async (name, title) => (await statuses(name, title)).filter((status) => status === 'pending').length;

test('cancelling a series says how much of it goes, and another scope is another question', async () => {
  const { name, page, dialog } = await openSeries('Standup');
  const cancel = dialog.getByRole('button', { name: 'Cancel event' });
  await cancel.click();
  await dialog.getByText('Cancel this occurrence? This cannot be undone.').waitFor();
  await dialog.getByLabel('all', { exact: true }).check();
  assert.equal(await cancel.textContent(), 'Cancel event');
  assert.equal(await dialog.getByText('This cannot be undone.').count(), 0);
  assert.equal(await left(name, 'Standup'), 10, 'a choice does nothing');
  await cancel.click(); // the first click asked about the scope "this one"
  await dialog.getByText('Cancel all 10 occurrences? What is over stays. This cannot be undone.').waitFor();
  assert.equal(await left(name, 'Standup'), 10, 'it is asked anew');
  assert.deepEqual(await violations(page), []);
  await dialog.getByLabel('this one').check();
  await cancel.click();
  await dialog.getByText('Cancel this occurrence?').waitFor();
  await dialog.getByRole('button', { name: 'Really cancel?' }).click();
  await notice(page, 'Cancelled: Standup.');
  assert.equal(await left(name, 'Standup'), 9);
});

test('this one and all that follow are counted, and so is what is denied', async () => {
  const { name, page, dialog } = await openSeries('Visit', { hold_for: 86_400 }, 2);
  await dialog.getByLabel('this and the following').check();
  await dialog.getByRole('button', { name: 'Deny' }).click();
  await dialog.getByText('Deny 8 occurrences, this one and all that follow? This cannot be undone.').waitFor();
  await dialog.getByRole('button', { name: 'Really deny?' }).click();
  await notice(page, 'Denied: Visit.');
  assert.deepEqual(await statuses(name, 'Visit'), [...Array(2).fill('held'), ...Array(8).fill('denied')]);
});

test('a scope that is chosen while the question is on its way is not the one that was asked about', async () => {
  const { name, context, dialog } = await openSeries('Standup');
  const go = await hold(context, '**/cancel');
  const cancel = dialog.getByRole('button', { name: 'Cancel event' });
  await dialog.getByLabel('this and the following').check();
  await cancel.click();
  await dialog.getByLabel('all', { exact: true }).check();
  go();
  await cancel.and(dialog.locator(':enabled')).waitFor();
  assert.equal(await cancel.textContent(), 'Cancel event');
  assert.equal(await left(name, 'Standup'), 10);
});

test('the scope that was chosen goes along into the form, which says how many occurrences change', async () => {
  const { name, page, dialog } = await openSeries('Standup');
  await dialog.getByLabel('all', { exact: true }).check();
  await dialog.getByRole('button', { name: 'Change…' }).click();
  const form = page.getByRole('dialog', { name: 'Change Standup' });
  assert.ok(await form.getByLabel('all', { exact: true }).isChecked());
  await form.getByLabel('Where').fill('Room 2');
  await form.getByRole('button', { name: 'Change', exact: true }).click();
  await form.getByText('10 occurrences would change.').waitFor();
  assert.equal((await eventsOn(name, 'Standup'))[0].event_location, '');
  assert.deepEqual(await violations(page), []);
  await form.getByRole('button', { name: 'Change it' }).click();
  await notice(page, 'Changed: Standup');
  assert.deepEqual((await eventsOn(name, 'Standup')).map(({ event_location }) => event_location), Array(10).fill('Room 2'));
});

test('what has begun of a series is not counted among what would be cancelled', async () => {
  const name = await calendar();
  const { events } = await book({ calendars: [name], event_name: 'Standup', date: '2027-03-01', start_time: '09:00', duration: 3600, recurrence: 'RRULE:FREQ=DAILY;COUNT=5', allow_past: true });
  const { page } = await visit(week(name, '2027-03-02', `&event=${events[3]}`));
  const dialog = page.getByRole('dialog', { name: 'Standup' });
  await dialog.getByLabel('all', { exact: true }).check();
  await dialog.getByRole('button', { name: 'Cancel event' }).click();
  await dialog.getByText('Cancel all 3 occurrences?').waitFor();
  assert.equal((await call('POST', `/events/${events[2]}/cancel`, { scope: 'one' }))[0], 200);
  await dialog.getByRole('button', { name: 'Really cancel?' }).click();
  await dialog.getByText('Cancel all 2 occurrences?').waitFor(); // as many as there are now
  assert.equal(await left(name, 'Standup'), 2);
  await dialog.getByRole('button', { name: 'Really cancel?' }).click();
  await notice(page, 'Cancelled: Standup.');
  assert.equal((await call('GET', `/events/${events[0]}`))[1].status, 'completed');
  assert.deepEqual(await left(name, 'Standup'), 0);
});

test('a drag of an occurrence asks how far it goes, and says how much would change', async () => {
  const name = await calendar();
  await book({ calendars: [name], event_name: 'Standup', date: '2027-03-03', start_time: '09:00', duration: 3600, recurrence: 'RRULE:FREQ=DAILY;COUNT=4' });
  const { page } = await visit(week(name));
  const pull = async (index, date, time) => {
    const box = await place(page, shown(page, 'Standup').nth(index));
    await drag(page, { x: box.x + box.width / 2, y: box.y + 18 }, await spot(page, date, time));
    return page.getByRole('dialog', { name: 'Move Standup?' });
  };
  const times = async () => (await eventsOn(name, 'Standup')).map(({ start_timestamp }) => start_timestamp.slice(8, 16));
  const before = await times();
  let dialog = await pull(1, '2027-03-04', '13:00:00');
  await dialog.getByText('It would be on Thu 4 Mar, 13:00 – 14:00.').waitFor();
  assert.deepEqual([await dialog.getByLabel('this one').isChecked(), await times()], [true, before]);
  await dialog.getByLabel('this and the following').check();
  await dialog.getByText('3 occurrences would change.').waitFor();
  assert.deepEqual(await violations(page), []);
  await dialog.getByRole('button', { name: 'Leave as it is' }).click();
  assert.deepEqual(await times(), before);
  dialog = await pull(1, '2027-03-04', '13:00:00');
  await dialog.getByLabel('this and the following').check();
  await dialog.getByText('3 occurrences would change.').waitFor();
  await dialog.getByRole('button', { name: 'Do it' }).click();
  await notice(page, 'Moved: Standup, Thu 4 Mar, 13:00 – 14:00.');
  assert.deepEqual(await times(), ['03T09:00', '04T13:00', '05T13:00', '06T13:00']);
  dialog = await pull(0, '2027-03-03', '10:00:00');
  await dialog.getByRole('button', { name: 'Do it' }).click();
  await notice(page, 'Moved: Standup, Wed 3 Mar, 10:00 – 11:00.');
  assert.deepEqual(await times(), ['03T10:00', '04T13:00', '05T13:00', '06T13:00']);
});

test('a reach that is chosen while a drag is tried once more is not done before it is shown', async () => {
  const name = await calendar();
  await book({ calendars: [name], event_name: 'Standup', date: '2027-03-03', start_time: '09:00', duration: 3600, recurrence: 'RRULE:FREQ=DAILY;COUNT=3' });
  const { page, context } = await visit(week(name));
  const box = await place(page, shown(page, 'Standup').first());
  await drag(page, { x: box.x + box.width / 2, y: box.y + 18 }, await spot(page, '2027-03-03', '13:00:00'));
  const dialog = page.getByRole('dialog', { name: 'Move Standup?' });
  await dialog.getByText('It would be on Wed 3 Mar, 13:00 – 14:00.').waitFor();
  const go = await hold(context, '**/events/*', (request) => request.method() === 'PATCH');
  await dialog.getByRole('button', { name: 'Do it' }).click();
  await dialog.getByLabel('all', { exact: true }).check();
  go();
  await dialog.getByText('3 occurrences would change.').waitFor();
  assert.deepEqual((await eventsOn(name, 'Standup')).map(({ start_timestamp }) => start_timestamp.slice(11, 16)), ['09:00', '09:00', '09:00']);
  await dialog.getByRole('button', { name: 'Do it' }).click();
  await notice(page, 'Moved: Standup');
  assert.deepEqual((await eventsOn(name, 'Standup')).map(({ start_timestamp }) => start_timestamp.slice(11, 16)), ['13:00', '13:00', '13:00']);
});

test('a series is made in the form, by a choice that is told in words', async () => {
  const { name, page } = await ownWeek();
  const fill = async (title, date) => {
    await page.getByRole('button', { name: 'New event' }).click();
    const form = page.getByRole('dialog', { name: 'New event' });
    await form.getByLabel('What').fill(title);
    await form.getByLabel('Date', { exact: true }).fill(date);
    await form.getByLabel('Start').fill('13:00');
    return form;
  };
  let form = await fill('Review', '2027-03-03');
  for (const [choice, words] of [['Every day', 'every day, 10 times'], ['Monday to Friday', 'every week on Monday, Tuesday, Wednesday, Thursday and Friday, 10 times'], ['Every two weeks', 'every 2 weeks, 10 times'],
    ['Every month, on this day', 'every month on day 3, 10 times'], ['Every month, on this weekday', 'every month on the first Wednesday, 10 times'], ['Every year', 'every year, 10 times'], ['Every week', 'every week, 10 times']]) {
    await form.getByLabel('Repeats').selectOption(choice);
    await form.getByText(words, { exact: true }).waitFor();
  }
  await form.getByLabel('How often').fill('3');
  await form.getByText('every week, 3 times', { exact: true }).waitFor();
  assert.deepEqual(await violations(page), []);
  await form.getByRole('button', { name: 'Book' }).click();
  await form.getByText('It would be on Wed 3 Mar, 13:00 – 13:30, and so every week, 3 times.').waitFor();
  assert.deepEqual(await eventsOn(name, 'Review'), []);
  await form.getByRole('button', { name: 'Book it' }).click();
  await notice(page, 'Booked a series: Review, Wed 3 Mar, 13:00 – 13:30.');
  assert.deepEqual((await eventsOn(name, 'Review')).map(({ start_timestamp }) => start_timestamp.slice(0, 16)), ['2027-03-03T13:00', '2027-03-10T13:00', '2027-03-17T13:00']);
  await dialogClosed(page);
  form = await fill('Standup', '2027-03-29');
  await form.getByLabel('Repeats').selectOption('Every month, on this weekday');
  await form.getByLabel('Until', { exact: true }).fill('2027-05-31');
  await form.getByText('every month on the last Monday, until Mon 31 May', { exact: true }).waitFor();
  await form.getByRole('button', { name: 'Book' }).click();
  await form.getByText('and so every month on the last Monday, until Mon 31 May.').waitFor();
  await form.getByRole('button', { name: 'Book it' }).click();
  await notice(page, 'Booked a series: Standup');
  assert.deepEqual((await eventsOn(name, 'Standup')).map(({ start_timestamp }) => start_timestamp.slice(0, 16)), ['2027-03-29T13:00', '2027-04-26T13:00', '2027-05-31T13:00']);
});

test('a series gets another rule in the form, from the occurrence that was opened on', async () => {
  const { name, page, dialog } = await openSeries('Standup', { recurrence: 'RRULE:FREQ=DAILY;COUNT=4' }, 1, { expected: [/409/] });
  const form = page.getByRole('dialog', { name: 'Change Standup' });
  await dialog.getByRole('button', { name: 'Change…' }).click();
  await form.getByText('As it is now: every day, 4 times').waitFor({ state: 'attached' });
  await form.getByLabel('Repeats').selectOption('Every week');
  await form.getByLabel('How often').fill('2');
  await form.getByText('every week, 2 times; for this one and the following', { exact: true }).waitFor();
  assert.equal(await form.getByLabel('all', { exact: true }).isVisible(), false, 'how far a rule goes is no choice');
  assert.deepEqual(await violations(page), []);
  await form.getByRole('button', { name: 'Change', exact: true }).click();
  await form.getByText('It would be on Thu 4 Mar, 09:00 – 10:00, and so every week, 2 times.').waitFor();
  await form.getByText('3 occurrences would change.').waitFor();
  assert.equal(await left(name, 'Standup'), 4, 'a preview changes nothing');
  await form.getByRole('button', { name: 'Change it' }).click();
  await notice(page, 'Changed: Standup');
  const standing = (await eventsOn(name, 'Standup')).filter(({ status }) => status === 'pending').map(({ start_timestamp, recurrence }) => [start_timestamp.slice(5, 16), recurrence]);
  assert.deepEqual(standing, [['03-03T09:00', 'RRULE:FREQ=DAILY;UNTIL=20270303T080000Z'], ['03-04T09:00', 'RRULE:FREQ=WEEKLY;COUNT=2'], ['03-11T09:00', 'RRULE:FREQ=WEEKLY;COUNT=2']]);
  await dialogClosed(page);
  // The same rule given again starts over at the chosen occurrence; a taken time leaves all occurrences in place.
  await book({ calendars: [name], event_name: 'Visit', date: '2027-03-18', start_time: '09:30', duration: 3600 });
  await drawn(page);
  await shown(page, 'Standup').nth(1).click();
  await dialog.getByRole('button', { name: 'Change…' }).click();
  await form.getByLabel('Repeats').selectOption('Every week');
  await form.getByLabel('How often').fill('3');
  await form.getByRole('button', { name: 'Change', exact: true }).click();
  await form.getByRole('alert').waitFor();
  assert.equal((await eventsOn(name, 'Standup')).filter(({ status }) => status === 'pending').length, 3);
  await form.getByLabel('How often').fill('2');
  await form.getByRole('button', { name: 'Change', exact: true }).click();
  await form.getByRole('button', { name: 'Change it' }).click();
  await dialogClosed(page);
  assert.deepEqual((await eventsOn(name, 'Standup')).filter(({ status }) => status === 'pending').map(({ version }) => version), [2, 3, 3]);
});

test('a rule with an interval begins anew, too', async () => {
  const { name, page, dialog } = await openSeries('Standup', { recurrence: 'RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=10' }, 0);
  const form = page.getByRole('dialog', { name: 'Change Standup' });
  await dialog.getByRole('button', { name: 'Change…' }).click();
  await form.getByLabel('Repeats').selectOption('Every two weeks');
  await form.getByRole('button', { name: 'Change', exact: true }).click();
  await form.getByText('and so every 2 weeks, 10 times.').waitFor();
  await form.getByRole('button', { name: 'Change it' }).click();
  await notice(page, 'Changed: Standup');
  assert.equal((await eventsOn(name, 'Standup')).filter(({ status }) => status === 'pending').length, 10);
});

test('an event is made the first of a series in the form', async () => {
  const { name, page } = await ownWeek({}, { event_name: 'Review', date: '2027-03-03', start_time: '09:00', duration: 3600 });
  await shown(page, 'Review').click();
  await page.getByRole('dialog', { name: 'Review' }).getByRole('button', { name: 'Change…' }).click();
  const form = page.getByRole('dialog', { name: 'Change Review' });
  await form.getByLabel('Repeats').selectOption('Every two weeks');
  await form.getByLabel('How often').fill('3');
  await form.getByRole('button', { name: 'Change', exact: true }).click();
  await form.getByText('and so every 2 weeks, 3 times.').waitFor();
  await form.getByRole('button', { name: 'Change it' }).click();
  await notice(page, 'Changed: Review');
  assert.deepEqual((await eventsOn(name, 'Review')).map(({ start_timestamp }) => start_timestamp.slice(5, 16)), ['03-03T09:00', '03-17T09:00', '03-31T09:00']);
});

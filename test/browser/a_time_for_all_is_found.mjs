// A form shows at once who is busy at its time, and finds a time at which everybody can come.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { book, calendar, call, eventOn, hold, notice, ownWeek, shown, url, violations, visitDrawn, week } from './stage.mjs';

const busy = (name, event_name, start_time, duration, more = {}) => book({ calendars: [name], event_name, date: '2027-03-03', start_time, duration, ...more });

async function form(page, start, attendees) {
  await page.getByRole('button', { name: 'New event' }).click();
  const dialog = page.getByRole('dialog', { name: 'New event' });
  await dialog.getByLabel('What').fill('Meeting');
  await dialog.getByLabel('Date', { exact: true }).fill('2027-03-03');
  await dialog.getByLabel('Start').fill(start);
  await dialog.getByLabel('Who', { exact: true }).fill(attendees);
  return dialog;
}

const told = (dialog) => dialog.getByRole('status', { name: 'At that time' });

test('a time that a change of the clocks skips is told, with the time at which it begins', async () => {
  const { page } = await ownWeek({ settings: { hours: { sunday: [{ start: '00:00', end: '24:00' }] } } });
  const dialog = await form(page, '02:30', '');
  await dialog.getByLabel('Date', { exact: true }).fill('2027-03-28');
  await told(dialog).getByText('The clocks go forward then: 02:30 is skipped, and it begins at 03:30.').waitFor();
  await dialog.getByLabel('Start').fill('03:30');
  await told(dialog).getByText('Free then.').waitFor();
});

test('who is taken at the time that is filled in is told while it is typed, and nothing is refused or kept', async () => {
  const [name, anna, ben] = [await calendar(), await calendar(), await calendar()];
  await busy(anna, 'Dentist', '09:00', 3600);
  await busy(ben, 'Press', '09:30', 3600);
  const { page } = await visitDrawn(week(name));
  const dialog = await form(page, '09:00', `${anna}, ${ben}`);
  await told(dialog).getByText(`${anna} is taken, Dentist, Wed 3 Mar, 09:00 – 10:00.`).waitFor();
  assert.equal(await told(dialog).getByText(ben).count(), 0, 'the meeting ends before that');
  await dialog.getByLabel('Length').fill('1h30');
  await told(dialog).getByText(`${ben} is taken, Press, Wed 3 Mar, 09:30 – 10:30.`).waitFor();
  assert.deepEqual(await violations(page), []);
  await dialog.getByLabel('Keep their time free too').uncheck();
  await told(dialog).getByText(`${anna} is busy then: Wed 3 Mar, 09:00 – 10:00.`).waitFor();
  await dialog.getByLabel('Start').fill('11:00');
  await told(dialog).getByText('Free then.').waitFor();
  await dialog.getByLabel('Find a slot').check();
  await told(dialog).waitFor({ state: 'hidden' });
  await page.keyboard.press('Escape');
  assert.equal(await page.locator('.rejection-list li').filter({ hasText: name }).count(), 0);
});

test('what gives way is counted, and an event is not in its own way', async () => {
  const name = await calendar();
  await busy(name, 'Board', '11:00', 3600);
  await book({ calendars: [name], event_name: 'Reading', date: '2027-03-03', duration: 3600 });
  const { page } = await visitDrawn(week(name));
  const dialog = await form(page, '08:30', '');
  await told(dialog).getByText('One event would give way.').waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape'); // a filled form asks first
  await shown(page, 'Board').click();
  await page.getByRole('button', { name: 'Change…' }).click();
  const change = page.getByRole('dialog', { name: 'Change Board' });
  await change.getByLabel('Start').fill('11:30');
  await told(change).getByText('Free then.').waitFor();
});

test('an answer that was overtaken by what is typed is not shown', async () => {
  const name = await calendar();
  await busy(name, 'Board', '09:00', 3600);
  const { page, context } = await visitDrawn(week(name));
  const dialog = await form(page, '12:00', '');
  await told(dialog).getByText('Free then.').waitFor();
  const go = await hold(context, '**/events/explain?*', (request) => request.postDataJSON().start_time === '09:00');
  const late = page.waitForResponse('**/events/explain?*');
  await dialog.getByLabel('Start').fill('09:00');
  await dialog.getByLabel('Start').fill('15:00');
  const last = page.waitForResponse((response) => /explain/.test(response.url()) && response.request().postDataJSON().start_time === '15:00');
  go();
  await (await late).finished();
  await (await last).finished();
  await told(dialog).getByText('Free then.').waitFor();
  assert.equal(await told(dialog).getByText('Board').count(), 0);
});

test('when are all free? offers times at which everybody can, and the chosen one is filled in and booked', async () => {
  const [name, anna, ben] = [await calendar(), await calendar(), await calendar()];
  await busy(anna, 'Dentist', '08:00', 7200);
  await busy(ben, 'Press', '10:00', 3600);
  await busy(name, 'Board', '12:00', 3600);
  const { page } = await visitDrawn(week(name));
  const dialog = await form(page, '09:00', `${anna}, ${ben}, Zoe`);
  await dialog.getByLabel('Length').fill('60');
  await dialog.getByText('When are all free?').click();
  const times = dialog.getByRole('group', { name: 'Free times' });
  await times.getByRole('button', { name: 'Wed 3 Mar, 11:00 – 12:00' }).waitFor();
  await times.getByRole('button', { name: 'Wed 3 Mar, 13:00 – 14:00' }).waitFor();
  await times.getByRole('button', { name: 'Thu 4 Mar, 08:00 – 09:00' }).waitFor();
  await dialog.getByText(`Free at the same time: ${name}, ${anna} and ${ben}. Nobody knows when Zoe is free.`).waitFor();
  assert.deepEqual(await violations(page), []);
  await dialog.getByRole('button', { name: 'Later times' }).click();
  await times.getByRole('button', { name: 'Mon 8 Mar, 08:00 – 09:00' }).waitFor();
  await dialog.getByLabel('Who', { exact: true }).fill(anna);
  await times.getByRole('button', { name: 'Wed 3 Mar, 10:00 – 11:00' }).focus();
  await page.keyboard.press('Enter');
  assert.deepEqual([await dialog.getByLabel('Start').inputValue(), await dialog.getByLabel('End', { exact: true }).inputValue()], ['10:00', '11:00']);
  await told(dialog).getByText('Free then.').waitFor();
  await dialog.getByRole('button', { name: 'Book', exact: true }).click();
  await notice(page, 'Booked: Meeting, Wed 3 Mar, 10:00 – 11:00.');
  assert.deepEqual((await eventOn(name, 'Meeting')).attendee_calendars, [anna]);
});

test('in the hour that a clock change repeats, the time that is offered is booked, and copied', async () => {
  const name = await calendar({ hours: { sunday: [{ start: '00:00', end: '24:00' }] } });
  await book({ calendars: [name], event_name: 'Night', start_timestamp: '2027-10-31T00:00:00+02:00', duration: 10800 });
  const { page } = await visitDrawn(week(name, '2027-10-31'));
  const dialog = await form(page, '09:00', '');
  await dialog.getByLabel('Date', { exact: true }).fill('2027-10-31');
  await dialog.getByLabel('Length').fill('30');
  await dialog.getByText('When are all free?').click();
  await dialog.getByRole('button', { name: '02:00 (UTC+1)' }).click();
  await told(dialog).getByText('The clocks go back then: this is Sun 31 Oct, 02:00 (UTC+1) – 02:30 (UTC+1).').waitFor();
  await dialog.getByRole('button', { name: 'Book', exact: true }).click();
  await notice(page, 'Booked: Meeting');
  const { id, start_timestamp } = await eventOn(name, 'Meeting');
  assert.equal(start_timestamp, '2027-10-31T02:00:00+01:00');
  await call('PATCH', `/events/${id}`, { start_timestamp: '2027-10-31T02:30:00+01:00' });
  await page.goto(url + week(name, '2027-10-31', `&event=${id}`));
  await page.getByRole('button', { name: 'Copy…' }).click();
  const copy = page.getByRole('dialog', { name: 'Copy of Meeting' });
  await page.waitForFunction(() => document.querySelector('#end-field').value === '03:00');
  await call('PATCH', `/events/${id}`, { start_timestamp: '2027-10-31T12:00:00+01:00' });
  await copy.getByLabel('What').fill('Another');
  await copy.getByRole('button', { name: 'Book', exact: true }).click();
  await notice(page, 'Booked: Another');
  assert.equal((await eventOn(name, 'Another')).start_timestamp, '2027-10-31T02:30:00+01:00');
});

test('a time for all is looked for by the length, which whole days have not', async () => {
  const { page } = await visitDrawn(week(await calendar()));
  const dialog = await form(page, '09:00', '');
  await dialog.getByText('When are all free?').click();
  await dialog.getByText('Free at the same time:').waitFor();
  await dialog.getByLabel('All day').check();
  await dialog.getByText('When are all free?').waitFor({ state: 'hidden' });
  await dialog.getByLabel('All day').uncheck();
  await dialog.getByText('Free at the same time:').waitFor();
});

test('where no time is free for all, that is said', async () => {
  const [name, anna] = [await calendar(), await calendar({ hours: { sunday: [{ start: '09:00', end: '10:00' }] } })];
  const { page } = await visitDrawn(week(name));
  const dialog = await form(page, '09:00', anna);
  await dialog.getByText('When are all free?').click();
  await dialog.getByText('No time is free for all of them.').waitFor();
});

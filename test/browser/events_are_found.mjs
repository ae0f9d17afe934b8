// Events are found by their words on the shown calendars, and a result leads to its day.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { book, calendar, call, dialogClosed, hold, shown, violations, week, visitDrawn } from './stage.mjs';

test('what is typed is found by name, place and description, on the shown calendars, and leads to its day', async () => {
  const [name, other, unseen] = [await calendar(), await calendar(), await calendar()];
  const on = { date: '2027-04-14', start_time: '09:00', duration: 3600 };
  await book({ ...on, calendars: [name], event_name: 'Annual review <b>', event_location: 'Room 7' });
  await book({ ...on, calendars: [other], event_name: 'Lunch', description: 'with the reviewers' });
  await book({ ...on, calendars: [unseen], event_name: 'Review elsewhere' });
  await book({ ...on, calendars: [name], event_name: 'Reviewed', date: '2027-03-01', allow_past: true });
  const { page } = await visitDrawn(week(`${name},${other}`), { who: 'viewer' });
  await page.keyboard.press('/');
  const dialog = page.getByRole('dialog', { name: 'Find an event' }), results = dialog.locator('li');
  await dialog.getByLabel('Words').fill('rev');
  await dialog.getByText('2 events.').waitFor();
  assert.equal(await results.filter({ hasText: 'elsewhere' }).count(), 0);
  assert.deepEqual(await violations(page), []);
  await dialog.getByLabel('Include the past year').check();
  await dialog.getByText('3 events.').waitFor();
  await dialog.getByLabel('Words').fill('nothing is called so');
  await dialog.getByText('Nothing was found.').waitFor();
  await dialog.getByLabel('Words').fill('room 7');
  await results.filter({ hasText: 'Annual review <b>' }).getByText('Wed 14 Apr, 09:00 – 10:00; Room 7').waitFor();
  for (const key of ['Enter', 'Enter']) await page.keyboard.press(key);
  await page.getByRole('heading', { level: 1, name: 'Wednesday 14 April 2027' }).waitFor();
  await page.getByRole('dialog', { name: 'Annual review <b>' }).waitFor();
});

test('a result leads to the day that its own calendar shows it on, beside another in another zone', async () => {
  const [name, far] = [await calendar(), await calendar({ time_zone: 'Asia/Tokyo' })];
  await book({ calendars: [far], event_name: 'Night shift', date: '2027-03-10', start_time: '01:00', duration: 3600 });
  const { page } = await visitDrawn(week(`${name},${far}`));
  await page.keyboard.press('/');
  await page.getByRole('dialog', { name: 'Find an event' }).getByLabel('Words').fill('night shift');
  await page.getByRole('dialog').locator('li').filter({ hasText: 'Night shift' }).click();
  await page.getByRole('heading', { level: 1, name: 'Wednesday 10 March 2027' }).waitFor();
  await shown(page, 'Night shift').waitFor();
});

test('results on calendars in several zones name the zone of their times', async () => {
  const [name, far] = [await calendar(), await calendar({ time_zone: 'America/New_York' })];
  for (const one of [name, far]) await book({ calendars: [one], event_name: 'Standup', start_timestamp: '2027-03-04T15:00:00Z', duration: 3600 });
  const { page } = await visitDrawn(week(`${name},${far}`));
  await page.keyboard.press('/');
  const dialog = page.getByRole('dialog', { name: 'Find an event' });
  await dialog.getByLabel('Words').fill('standup');
  for (const text of [`Thu 4 Mar, 16:00 – 17:00; ${name}, Europe/Berlin`, `Thu 4 Mar, 10:00 – 11:00; ${far}, America/New_York`])
    await dialog.locator('li').getByText(text, { exact: true }).waitFor();
});

test('what only the calendar of an attendee shows is told on its clock, and opens the day on which it is there', async () => {
  const [name, tokyo] = [await calendar(), await calendar({ time_zone: 'Asia/Tokyo' })];
  await book({ calendars: [name], event_name: 'Quartal', attendees: [tokyo], check_attendees: true, date: '2027-03-03', start_time: '20:00', duration: 3600 });
  const { page } = await visitDrawn(week(tokyo));
  await page.keyboard.press('/');
  const dialog = page.getByRole('dialog', { name: 'Find an event' });
  await dialog.getByLabel('Words').fill('quartal');
  await dialog.locator('li').getByText(`Thu 4 Mar, 04:00 – 05:00; ${name}, Asia/Tokyo`, { exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Thursday 4 March 2027' }).waitFor();
  await shown(page, 'Quartal').waitFor();
});

test('of two answers the one to what was typed last is shown, and signs alone are asked about by nobody', async () => {
  const name = await calendar();
  for (const event_name of ['Alpha', 'Beta']) await book({ calendars: [name], event_name, date: '2027-04-14', duration: 3600 });
  const { page, context } = await visitDrawn(week(name));
  await page.getByRole('button', { name: 'Search…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Find an event' });
  const go = await hold(context, '**/events?*', (request) => new URL(request.url()).searchParams.get('q') === 'alpha');
  const asked = page.waitForRequest((request) => new URL(request.url()).searchParams.get('q') === 'alpha');
  await dialog.getByLabel('Words').fill('alpha');
  await asked;
  await dialog.getByLabel('Words').fill('beta');
  go();
  await dialog.locator('li', { hasText: 'Beta' }).waitFor();
  assert.equal(await dialog.locator('li', { hasText: 'Alpha' }).count(), 0);
  await dialog.getByLabel('Words').fill('!?');
  await dialog.locator('li').waitFor({ state: 'detached' });
});

test('a result that more letters find again keeps the focus, and a press that has begun', async () => {
  const name = await calendar();
  await book({ calendars: [name], event_name: 'Alpha', date: '2027-04-14', duration: 3600 });
  const { page, context } = await visitDrawn(week(name));
  await page.getByRole('button', { name: 'Search…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Find an event' }), hit = dialog.locator('li', { hasText: 'Alpha' }).getByRole('button');
  const isLater = (one) => new URL(one.url()).searchParams.get('q') === 'alpha', go = await hold(context, '**/events?*', isLater);
  await dialog.getByLabel('Words').fill('alph');
  await hit.waitFor();
  const answered = page.waitForResponse((response) => isLater(response.request()));
  await dialog.getByLabel('Words').fill('alpha');
  await hit.focus();
  go();
  await (await answered).finished();
  await page.evaluate(() => fetch('/whoami').then((one) => one.text())); // what came has been shown
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Wednesday 14 April 2027' }).waitFor();
});

test('people are found by their shown names, clients by theirs and by how to reach them, and a first Escape closes the search', async () => {
  const own = `Rosalind${process.pid}`, [name, person] = [await calendar(), await calendar({ display_name: `Dr ${own}` })], provider = `provider:s-${process.pid}`;
  assert.equal((await call('POST', `/providers/s-${process.pid}/availability`, { date: '2027-04-15', slots: { '09:00': '12:00' } }))[0], 201);
  const on = { date: '2027-04-15', start_time: '09:00', duration: 900 };
  await book({ ...on, calendars: [name], event_name: 'Jour fixe', attendees: [person] });
  await book({ ...on, calendars: [provider], event_name: 'Appointment', attendees: [`Zita ${own}`], description: 'first time', metadata: { contact: '+49 30 4711' } });
  const { page } = await visitDrawn(week(`${name},${provider}`));
  const dialog = page.getByRole('dialog', { name: 'Find an event' }), hits = dialog.getByRole('listitem');
  await page.getByRole('button', { name: 'Search…' }).click();
  await dialog.getByLabel('Words').fill(own.toLowerCase());
  await hits.filter({ hasText: 'Jour fixe' }).waitFor();
  await hits.filter({ hasText: `Zita ${own}` }).getByText('+49 30 4711').waitFor();
  await dialog.getByLabel('Words').fill('4711');
  await dialog.getByText('One event.').waitFor();
  await hits.filter({ hasText: `Zita ${own}` }).waitFor();
  await dialog.getByLabel('Words').fill(`Dr ${own}`);
  await hits.filter({ hasText: 'Calendar' }).waitFor();
  assert.deepEqual(await violations(page), []);
  await page.keyboard.press('Escape');
  await dialogClosed(page);
  await page.getByRole('button', { name: 'Search…' }).click();
  await dialog.getByLabel('Words').fill(`Dr ${own}`);
  await hits.filter({ hasText: 'Calendar' }).getByRole('button').click();
  await page.getByRole('region', { name: `Calendar Dr ${own}` }).waitFor();
});

test('where more calendars have such a name than are looked for, the search shows them and says what it leaves out', async () => {
  const own = `Pemberton${process.pid}`, name = await calendar(), people = [];
  for (const first of ['Ada', 'Bea', 'Cleo', 'Dora']) people.push(await calendar({ display_name: `${first} ${own}` }));
  for (const person of people) await book({ calendars: [name], event_name: `Visit of ${person}`, attendees: [person], date: '2027-04-16', duration: 900 });
  const { page } = await visitDrawn(week(name)), dialog = page.getByRole('dialog', { name: 'Find an event' }), told = dialog.getByText('More than 3 calendars match: type more of a name');
  await page.getByRole('button', { name: 'Search…' }).click();
  await dialog.getByLabel('Words').fill(own);
  await told.waitFor();
  assert.equal(await dialog.getByRole('listitem').filter({ hasText: own }).count(), 4);
  await dialog.getByLabel('Words').fill(`Dora ${own}`);
  await dialog.getByRole('listitem').filter({ hasText: `Visit of ${people[3]}` }).waitFor();
  assert.equal(await told.count(), 0);
});

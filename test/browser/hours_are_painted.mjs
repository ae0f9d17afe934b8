// A calendar's manager paints when it is open, changes its weekly hours, and makes calendars; no booked event moves.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { book, calendar, call, dialogClosed, drag, eventOn, hold, notice, violations, week, visitDrawn } from './stage.mjs';

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const cell = (dialog, name) => dialog.getByRole('gridcell', { name });
const spansOn = async (name, date) => {
  const [, { spans, overridden }] = await call('GET', `/calendars/${name}/availability/${date}`);
  return [overridden, ...spans.map(({ start, end }) => `${start.slice(0, 5)}-${end.slice(0, 5)}`)].join(' ');
};

async function hours(name, options = {}) {
  const visited = await visitDrawn(week(name), options);
  await visited.page.getByRole('button', { name: `Hours… ${name}` }).click();
  return { ...visited, dialog: visited.page.getByRole('dialog', { name: `Hours of ${name}` }) };
}

test('days are painted with the mouse, each gets hours of its own, and what is booked stays', async () => {
  const name = await calendar();
  await call('PUT', `/calendars/${name}/availability/2027-03-05`, [{ start: '09:10', end: '12:00' }]);
  await book({ calendars: [name], event_name: 'Board', date: '2027-03-04', start_time: '09:00', duration: 3600 });
  const { page, dialog } = await hours(name);
  await cell(dialog, 'Wed 3 Mar, 08:00 – 08:30: open').waitFor();
  await cell(dialog, 'Fri 5 Mar, 09:00 – 09:30: open in part').waitFor();
  assert.deepEqual(await violations(page), []);
  const middle = async (label) => {
    const box = await cell(dialog, label).boundingBox();
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  };
  await dialog.getByLabel('Closed', { exact: true }).check();
  await cell(dialog, /^Wed 3 Mar, 13:30/).scrollIntoViewIfNeeded();
  await drag(page, await middle(/^Wed 3 Mar, 12:00/), await middle(/^Thu 4 Mar, 12:30/));
  await cell(dialog, 'Wed 3 Mar, 12:30 – 13:00: closed').waitFor();
  await cell(dialog, 'Thu 4 Mar, 12:00 – 12:30: closed').waitFor();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await notice(page, `Saved the hours of ${name}.`);
  assert.deepEqual([await spansOn(name, '2027-03-03'), await spansOn(name, '2027-03-04'), await spansOn(name, '2027-03-05'), await spansOn(name, '2027-03-02')],
    ['true 08:00-12:00 13:00-17:00', 'true 08:00-12:00 13:00-17:00', 'true 09:10-12:00', 'false 08:00-17:00']);
  assert.equal((await eventOn(name, 'Board')).start_timestamp, '2027-03-04T09:00:00+01:00');
});

test('days are painted with the keys, and go back to what is in every week', async () => {
  const name = await calendar();
  const { page, dialog } = await hours(name);
  await cell(dialog, /^Sat 6 Mar, 09:00/).focus();
  for (const key of ['Space', 'Shift+ArrowDown', 'Shift+ArrowDown']) await page.keyboard.press(key);
  await cell(dialog, 'Sat 6 Mar, 10:00 – 10:30: open').waitFor();
  await dialog.getByRole('button', { name: 'Save' }).focus();
  await page.keyboard.press('Enter');
  await notice(page, `Saved the hours of ${name}.`);
  assert.equal(await spansOn(name, '2027-03-06'), 'true 09:00-10:30');
  await dialogClosed(page);
  await page.getByRole('button', { name: `Hours… ${name}` }).click();
  await dialog.getByRole('list', { name: 'Days with hours of their own' }).getByText('09:00–10:30').waitFor();
  await dialog.getByRole('button', { name: 'Sat 6 Mar as in every week' }).click();
  await cell(dialog, 'Sat 6 Mar, 09:00 – 09:30: closed').waitFor();
  assert.equal(await spansOn(name, '2027-03-06'), 'false');
});

test('the hours of every week are changed as text, and text that says no hours is refused at its field', async () => {
  const name = await calendar();
  const { page, dialog } = await hours(name);
  await dialog.getByText('Hours of every week').click();
  assert.equal(await dialog.getByLabel('Monday').inputValue(), '08:00–17:00');
  await dialog.getByLabel('Monday').fill('nine to five');
  assert.equal(await dialog.getByLabel('Monday').getAttribute('aria-invalid'), 'true');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByLabel('Monday').fill('9 - 12, 13:30–18:00');
  await dialog.getByLabel('Friday').fill('');
  assert.deepEqual(await violations(page), []);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await notice(page, `Saved the hours of ${name}.`);
  assert.deepEqual([await spansOn(name, '2027-03-08'), await spansOn(name, '2027-03-05'), await spansOn(name, '2027-03-04')], ['false 09:00-12:00 13:30-18:00', 'false', 'false 08:00-17:00']);
});

test('hours to the second, which a program has given, stay when another day is changed', async () => {
  const name = await calendar();
  const [, { hours: before }] = await call('GET', `/calendars/${name}`);
  await call('PUT', `/calendars/${name}`, { hours: { ...before, monday: [{ start: '09:00:30', end: '12:00' }], tuesday: [{ start: '08:00', end: '23:59:59' }] } });
  const { page, dialog } = await hours(name);
  await dialog.getByText('Hours of every week').click();
  assert.equal(await dialog.getByLabel('Tuesday').inputValue(), '08:00–23:59:59');
  await dialog.getByLabel('Friday').fill('9-12');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await notice(page, `Saved the hours of ${name}.`);
  const [, { hours: now }] = await call('GET', `/calendars/${name}`);
  assert.deepEqual([now.monday, now.tuesday, now.friday], [[{ start: '09:00:30', end: '12:00:00' }], [{ start: '08:00:00', end: '23:59:59' }], [{ start: '09:00:00', end: '12:00:00' }]]);
});

test('a browser whose clock of the zone is not the server’s says so, and saves no day that nobody has painted', async () => {
  const name = await calendar({ time_zone: 'Asia/Tokyo', hours: { wednesday: [{ start: '22:00', end: '24:00' }] } });
  await book({ calendars: [name], event_name: 'Board', date: '2027-03-03', start_time: '22:00', duration: 3600 });
  const wrong = () => {
    const Right = Intl.DateTimeFormat;
    Intl.DateTimeFormat = Object.assign(function (locale, options) { return new Right(locale, options?.timeZone === 'Asia/Tokyo' ? { ...options, timeZone: 'Asia/Manila' } : options); }, { supportedLocalesOf: Right.supportedLocalesOf });
    Intl.DateTimeFormat.prototype = Right.prototype;
  };
  const { page, dialog } = await hours(name, { prepare: (context) => context.addInitScript(wrong) });
  await notice(page, 'This browser and the server disagree about the clock of Asia/Tokyo');
  await dialog.getByRole('grid').waitFor();
  await dialog.getByText('Hours of every week').click();
  await dialog.getByLabel('Friday').fill('9-12');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await notice(page, `Saved the hours of ${name}.`);
  const [, days] = await call('GET', `/calendars/${encodeURIComponent(name)}/availability?from=2027-03-01&to=2027-03-28`);
  assert.deepEqual(days.filter(({ overridden }) => overridden), []);
});

test('hours that somebody else has changed meanwhile are shown, and are not given back', async () => {
  const name = await calendar();
  const { page, dialog } = await hours(name);
  const others = async (days) => dialog.getByText(`Somebody has changed these days meanwhile: ${days}.`).waitFor();
  const save = () => dialog.getByRole('button', { name: 'Save' }).click();
  await cell(dialog, 'Wed 3 Mar, 08:00 – 08:30: open').waitFor();
  await dialog.getByText('Hours of every week').click();
  const [, { hours: before }] = await call('GET', `/calendars/${name}`);
  await call('PUT', `/calendars/${name}`, { hours: { ...before, friday: [] } });
  await call('PUT', `/calendars/${name}/availability/2027-03-03`, []);
  await dialog.getByLabel('Monday').fill('9-12');
  await cell(dialog, /^Wed 3 Mar, 18:00/).click();
  await cell(dialog, /^Thu 4 Mar, 18:00/).click();
  await save();
  await others('Friday, Wed 3 Mar');
  assert.deepEqual([await dialog.getByLabel('Friday').inputValue(), await dialog.getByLabel('Monday').inputValue()], ['', '9-12']);
  await cell(dialog, 'Wed 3 Mar, 08:00 – 08:30: closed').waitFor();
  await cell(dialog, 'Wed 3 Mar, 18:00 – 18:30: open').waitFor();
  assert.deepEqual(await violations(page), []);
  assert.deepEqual([await spansOn(name, '2027-03-03'), await spansOn(name, '2027-03-04'), await spansOn(name, '2027-03-08')], ['true', 'false 08:00-17:00', 'false 08:00-17:00']);
  await save();
  await notice(page, `Saved the hours of ${name}.`);
  assert.deepEqual([await spansOn(name, '2027-03-03'), await spansOn(name, '2027-03-04'), await spansOn(name, '2027-03-05'), await spansOn(name, '2027-03-08')],
    ['true 18:00-18:30', 'true 08:00-17:00 18:00-18:30', 'false', 'false 09:00-12:00']);
});

test('what is painted and not saved is not lost by a slip, and hours are painted on a phone', async () => {
  const name = await calendar();
  const { page, dialog } = await hours(name, phone);
  await cell(dialog, /^Mon 1 Mar, 18:00/).tap();
  await cell(dialog, 'Mon 1 Mar, 18:00 – 18:30: open').waitFor();
  await dialog.getByLabel('First day').fill('2027-03-08');
  await dialog.getByText('Save first').waitFor();
  assert.equal(await dialog.getByLabel('First day').inputValue(), '2027-03-01');
  assert.deepEqual(await violations(page), []);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'nothing sticks out at the side');
  await dialog.getByRole('button', { name: 'Save' }).tap();
  await notice(page, `Saved the hours of ${name}.`);
  assert.equal(await spansOn(name, '2027-03-01'), 'true 08:00-17:00 18:00-18:30');
});

test('days that come late do not take the place of those that were wanted since, with what is painted on them', async () => {
  const name = await calendar();
  const { page, context, dialog } = await hours(name);
  await cell(dialog, 'Wed 3 Mar, 08:00 – 08:30: open').waitFor();
  const go = await hold(context, '**/availability?*', (request) => request.url().includes('from=2027-03-08'));
  const asked = page.waitForRequest((one) => one.url().includes('from=2027-03-08')), late = page.waitForResponse((one) => one.url().includes('from=2027-03-08'));
  const days = dialog.getByLabel('First day');
  await days.fill('2027-03-08');
  await days.blur();
  await asked;
  await days.fill('2027-03-15');
  await days.blur();
  await dialog.getByLabel('Closed', { exact: true }).check();
  await cell(dialog, /^Mon 15 Mar, 08:00/).click();
  await cell(dialog, 'Mon 15 Mar, 08:00 – 08:30: closed').waitFor();
  go();
  await (await late).finished();
  await page.evaluate(() => fetch('/whoami').then((one) => one.text()));
  assert.equal(await cell(dialog, 'Mon 15 Mar, 08:00 – 08:30: closed').count(), 1);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await notice(page, `Saved the hours of ${name}.`);
  assert.equal(await spansOn(name, '2027-03-15'), 'true 08:30-17:00');
});

test('a manager makes a calendar, and never changes one by making it', async () => {
  const name = await calendar(), made = `${name}-new`;
  const { page, leave } = await visitDrawn(week(name));
  await page.locator('.pick summary').click();
  await page.getByLabel('Find a calendar').fill(made);
  await page.getByRole('button', { name: 'New calendar…' }).click();
  const dialog = page.getByRole('dialog', { name: 'New calendar' });
  assert.equal(await dialog.getByLabel('Name', { exact: true }).inputValue(), made);
  await dialog.getByLabel('Name', { exact: true }).fill(name);
  await dialog.getByRole('button', { name: 'Make' }).click();
  await dialog.getByText(`There is a calendar “${name}” already.`).waitFor();
  assert.deepEqual(await violations(page), []);
  await dialog.getByLabel('Name', { exact: true }).fill(made);
  await dialog.getByLabel('Display name').fill('Tokyo, upstairs');
  await dialog.getByLabel('Colour').selectOption('crimson');
  await dialog.getByLabel('Time zone').fill('Asia/Tokyo');
  await dialog.getByRole('button', { name: 'Make' }).click();
  await page.getByRole('region', { name: 'Calendar Tokyo, upstairs' }).waitFor();
  const { time_zone, display_name, color } = (await call('GET', `/calendars/${made}`))[1];
  assert.deepEqual([time_zone, display_name, color], ['Asia/Tokyo', 'Tokyo, upstairs', 'crimson']);
  await leave();
  const other = await visitDrawn(week(name), { who: 'secretary' });
  await other.page.locator('.pick summary').click();
  assert.equal(await other.page.getByRole('button', { name: 'New calendar…' }).count(), 0);
  assert.equal(await other.page.getByRole('button', { name: /^Hours…/ }).count(), 0);
});

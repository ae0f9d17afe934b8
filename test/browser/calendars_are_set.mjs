// A calendar's manager sets its display name, colour, zone and booking rules. The name that programs use stays, and is
// shown if it differs.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { book, calendar, call, dialogClosed, drawn, eventOn, notice, violations, visit, week, visitDrawn } from './stage.mjs';

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const settingsOf = async (name) => (await call('GET', `/calendars/${name}`))[1];

async function settings(name, options = {}) {
  const visited = await visitDrawn(week(name), options);
  await visited.page.getByRole('button', { name: `Settings… ${name}` }).click();
  return { ...visited, dialog: visited.page.getByRole('dialog', { name: `Settings of ${name}` }) };
}

test('a calendar gets a display name and a colour, which the page shows wherever the calendar is named', async () => {
  const name = await calendar(), title = `Großer Saal ${name.slice(-4)}`;
  const { id } = await book({ calendars: [name], event_name: 'Board', date: '2027-03-04', start_time: '09:00', duration: 3600 });
  const { page, dialog } = await settings(name);
  await dialog.getByLabel('Display name').fill(title);
  await dialog.getByLabel('Colour').selectOption('teal');
  assert.deepEqual(await violations(page), []);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await notice(page, `Saved the settings of ${title}.`);
  const column = page.getByRole('region', { name: `Calendar ${title}` });
  await column.getByRole('heading', { name: title }).waitFor();
  await column.getByText(name, { exact: true }).waitFor();
  const spot = column.locator('.spot');
  assert.equal(await spot.evaluate((one) => getComputedStyle(one).backgroundColor), 'rgb(0, 128, 128)');
  await drawn(page);
  assert.match(await page.title(), new RegExp(`^${title}:`));
  // the list of calendars finds it by its display name
  await page.locator('.pick summary').click();
  await page.getByLabel('Find a calendar').fill(title.toUpperCase().replace('SS', 'ß').slice(7));
  await page.getByRole('button', { name: `Only ${title}` }).waitFor();
  assert.deepEqual(await violations(page), []);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /^Board/ }).click();
  await page.getByRole('dialog', { name: 'Board' }).getByText(title).waitFor();
  assert.deepEqual(await violations(page), []);
  await page.keyboard.press('Escape');
  await dialogClosed(page);
  for (const [button, words] of [['Hours…', 'Hours of'], ['Who may…', 'Who may use'], ['Subscribe…', 'Subscribe to'], ['Import…', 'Import into']]) {
    await page.getByRole('button', { name: `${button} ${title}` }).click();
    await page.getByRole('dialog', { name: `${words} ${title}` }).waitFor();
    await page.keyboard.press('Escape');
    await dialogClosed(page);
  }
  await page.getByRole('button', { name: 'New poll' }).click();
  await page.getByText(`It is booked on ${title}.`).waitFor();
  await page.keyboard.press('Escape');
  await dialogClosed(page);
  await page.getByRole('button', { name: 'New event' }).click();
  await page.getByRole('dialog').getByLabel('Calendars').fill(title.slice(0, 9));
  await page.locator(`#calendar-names option[value="${title}"][label="${name}"]`).waitFor({ state: 'attached' });
  const { display_name, color, name: stays } = await settingsOf(name);
  assert.deepEqual([display_name, color, stays], [title, 'teal', name]);
  assert.equal((await call('GET', `/events/${id}`))[1].calendars[0], name);
});

test('rules are set as numbers with units, only what was changed is sent, and nothing that is booked moves', async () => {
  const name = await calendar();
  await book({ calendars: [name], event_name: 'Board', date: '2027-03-04', start_time: '09:00', duration: 3600 });
  await call('PUT', `/calendars/${name}`, { buffer_before: 300, max_events_per_day: 7 });
  const { page, dialog } = await settings(name);
  assert.deepEqual([await dialog.getByLabel('Buffer before', { exact: true }).inputValue(), await dialog.getByLabel('Buffer before: unit').inputValue()], ['5', '60']);
  await call('PUT', `/calendars/${name}`, { max_events_per_day: 8 }); // by somebody else, meanwhile
  await dialog.getByLabel('Usual length', { exact: true }).fill('1.5');
  await dialog.getByLabel('Usual length: unit').selectOption('hours');
  await dialog.getByLabel('Notice', { exact: true }).fill('2');
  await dialog.getByLabel('Notice: unit').selectOption('days');
  await dialog.getByLabel('To be confirmed within', { exact: true }).fill('30');
  await dialog.getByLabel('Time zone').fill('Asia/Tokyo');
  await dialog.getByText('09:00 becomes 17:00.').waitFor();
  await dialog.getByLabel('Hours, grid, notice').check();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await notice(page, `Saved the settings of ${name}.`);
  const now = await settingsOf(name);
  assert.deepEqual([now.default_duration, now.min_notice, now.confirm_within, now.time_zone, now.strict, now.buffer_before, now.max_events_per_day],
    [5400, 172800, 1800, 'Asia/Tokyo', true, 300, 8]);
  assert.equal(Date.parse((await eventOn(name, 'Board')).start_timestamp), Date.parse('2027-03-04T09:00:00+01:00'));
  await page.getByText('Asia/Tokyo, UTC+9').waitFor();
});

test('what the server refuses is told at its field, and a field that is emptied takes the value of a new calendar', async () => {
  const name = await calendar();
  await call('PUT', `/calendars/${name}`, { confirm_within: 600, buffer_after: 900, display_name: 'Saal' });
  const visited = await visit(week(name), { ...phone, expected: [/422/] });
  const { page } = visited;
  await drawn(page);
  await page.getByRole('button', { name: 'Settings… Saal' }).click();
  const dialog = page.getByRole('dialog', { name: 'Settings of Saal' });
  await dialog.getByLabel('Time zone').fill('Europe/Atlantis');
  await dialog.getByLabel('Buffer before', { exact: true }).fill('2');
  await dialog.getByLabel('Buffer before: unit').selectOption('days');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByText('there is no such time zone').waitFor();
  assert.deepEqual([await dialog.getByLabel('Time zone').getAttribute('aria-invalid'), await dialog.getByLabel('Buffer before', { exact: true }).getAttribute('aria-invalid')], ['true', 'true']);
  assert.deepEqual(await violations(page), []);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'nothing sticks out at the side');
  await dialog.getByLabel('Time zone').fill('Europe/Berlin');
  await dialog.getByLabel('Buffer before', { exact: true }).fill('');
  await dialog.getByLabel('Buffer after', { exact: true }).fill('');
  await dialog.getByLabel('To be confirmed within', { exact: true }).fill('');
  await dialog.getByLabel('Display name').fill('');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialogClosed(page);
  const { confirm_within, buffer_before, buffer_after, display_name } = await settingsOf(name);
  assert.deepEqual([confirm_within, buffer_before, buffer_after, display_name], [null, 0, 0, null]);
});

test('each colour that is offered is one that the server takes, and whoever manages nothing sees no settings', async () => {
  const name = await calendar();
  const { dialog, leave } = await settings(name);
  await dialog.getByLabel('Colour').waitFor();
  const offered = await dialog.getByLabel('Colour').locator('option').evaluateAll((options) => options.map(({ value }) => value).filter((value) => value !== ''));
  assert.equal(new Set(offered).size, 147);
  for (const color of offered) assert.equal((await call('PUT', `/calendars/${name}`, { color }))[0], 200, color);
  await leave();
  const other = await visitDrawn(week(name), { who: 'secretary' });
  assert.equal(await other.page.getByRole('button', { name: /^Settings…/ }).count(), 0);
});

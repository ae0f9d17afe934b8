// Whoever looks hears of what others do, and of trouble, without doing anything.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { book, calendar, drawn, psql, shown, visit, week } from './stage.mjs';

test('a rejection that psql causes appears by itself', async () => {
  const name = await calendar();
  const { page, leave } = await visit(week(name));
  await drawn(page);
  await page.locator('.rejection-list').waitFor();
  psql(`SELECT outcome FROM jb_schedule('Marathon', '10 hours', calendars => '{${name}}')`);
  const entry = page.locator('.rejection-list li.news', { hasText: 'Marathon' });
  await entry.getByText('The calendar is not open for so long at that time.').waitFor();
  await entry.getByRole('button', { name: 'Find another time' }).click();
  assert.equal(await page.getByLabel('What').inputValue(), 'Marathon');
  await leave();
});

test('what somebody else books, moves and cancels is shown at once', async () => {
  const name = await calendar();
  const { page, leave } = await visit(week(name));
  await drawn(page);
  const { id } = await book({ calendars: [name], event_name: 'Board', date: '2027-03-03', start_time: '09:00', duration: 3600 });
  await shown(page, 'Board').waitFor();
  psql(`SELECT outcome FROM jb_reschedule(${id}, event_date => '2027-03-05')`);
  await page.locator('.fc-timegrid-col[data-date="2027-03-05"]').getByText('Board').waitFor();
  psql(`SELECT outcome FROM jb_cancel(${id})`);
  await shown(page, 'Board').waitFor({ state: 'detached' });
  await leave();
});

test('without a network it says so, and goes on by itself', async () => {
  const name = await calendar();
  const { page, context, leave } = await visit(week(name), { expected: [/ERR_INTERNET_DISCONNECTED/] });
  await drawn(page);
  await context.setOffline(true);
  await page.getByRole('button', { name: 'Later' }).click();
  await page.locator('.banner', { hasText: 'This device is offline.' }).waitFor();
  await context.setOffline(false);
  await page.locator('.banner').waitFor({ state: 'hidden' });
  await book({ calendars: [name], event_name: 'Next week', date: '2027-03-10', start_time: '09:00', duration: 3600 });
  await shown(page, 'Next week').waitFor();
  await leave();
});

test('while the server answers 503 it says so, and goes on by itself', async () => {
  const name = await calendar();
  const { page, context, leave } = await visit(week(name), { expected: [/503/] });
  await drawn(page);
  const away = { type: '/problems/unavailable', title: 'Service unavailable', status: 503, detail: 'The database cannot be reached. Try again.' };
  await context.route(/\/(events|calendars|rejections)/, (route) =>
    route.fulfill({ status: 503, headers: { 'Retry-After': '1' }, contentType: 'application/problem+json', body: JSON.stringify(away) }));
  await page.getByRole('button', { name: 'Later' }).click();
  await page.locator('.banner', { hasText: 'The database cannot be reached.' }).waitFor();
  await context.unroute(/\/(events|calendars|rejections)/);
  await page.locator('.banner').waitFor({ state: 'hidden' });
  await leave();
});

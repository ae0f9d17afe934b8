// The same page on a phone, in the dark and on paper.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { book, calendar, drawn, notice, shown, violations, visit, week } from './stage.mjs';

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

async function filled() {
  const name = await calendar();
  const on = { calendars: [name] };
  await book({ ...on, event_name: 'Board', date: '2027-03-02', start_time: '13:00', duration: 5400, event_location: 'Room 1' });
  await book({ ...on, event_name: 'Reading', date: '2027-03-02', duration: 3600 });
  await book({ ...on, event_name: 'Interview', date: '2027-03-02', start_time: '15:00', duration: 3600, hold_for: 7200 });
  await book({ ...on, event_name: 'Press', date: '2027-03-02', start_time: '08:00', duration: 3600, allow_past: true });
  return name;
}

test('a phone shows a day, and books', async () => {
  const name = await filled();
  const { page, leave } = await visit(`/?calendars=${name}`, phone);
  await drawn(page);
  await page.getByRole('heading', { level: 1, name: 'Tuesday 2 March 2027' }).waitFor();
  await shown(page, 'Board').waitFor();
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'nothing sticks out at the side');
  assert.deepEqual(await violations(page), []);
  await page.getByRole('button', { name: 'List', exact: true }).tap();
  await shown(page, 'Interview').tap();
  await page.getByRole('button', { name: 'Confirm' }).tap();
  await notice(page, 'Confirmed: Interview.');
  await page.getByRole('button', { name: 'New event' }).tap();
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  assert.deepEqual(await violations(page), []);
  const dialog = page.getByRole('dialog', { name: 'New event' });
  await dialog.getByLabel('What').fill('Call');
  await dialog.getByLabel('Start').fill('16:00');
  await dialog.getByRole('button', { name: 'Book' }).tap();
  await notice(page, 'Booked: Call, Tue 2 Mar, 16:00 – 16:30.');
  await shown(page, 'Call').waitFor();
  await leave();
});

test('in the dark every text keeps its contrast', async () => {
  const { page, leave } = await visit(week(await filled()), { colorScheme: 'dark' });
  await drawn(page);
  assert.notEqual(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), 'rgb(245, 246, 248)');
  assert.deepEqual(await violations(page), []);
  await shown(page, 'Interview').click();
  await page.getByRole('dialog').waitFor();
  assert.deepEqual(await violations(page), []);
  await page.keyboard.press('Escape');
  await leave();
});

test('where colours are taken away, closed hours and the view that is shown can still be told', async () => {
  const { page, leave } = await visit(week(await filled()), { forcedColors: 'active' });
  await drawn(page);
  const look = (selector) => page.locator(selector).first().evaluate((one) => { const style = getComputedStyle(one); return `${style.backgroundColor} ${style.backgroundImage}`; });
  assert.notEqual(await look('.views [aria-pressed=true]'), await look('.views [aria-pressed=false]'));
  assert.match(await look('.fc-bg-event.shut'), /gradient/);
  assert.match(await look('.badge.shut'), /gradient/);
  await leave();
});

test('on paper the week stands alone', async () => {
  const { page, leave } = await visit(week(await filled()));
  await drawn(page);
  await page.emulateMedia({ media: 'print' });
  for (const part of ['aside', '.make', '.pick', '.views']) assert.ok(!(await page.locator(part).isVisible()), part);
  assert.ok(await page.getByRole('heading', { level: 1 }).isVisible());
  assert.ok(await shown(page, 'Board').isVisible());
  await leave();
});

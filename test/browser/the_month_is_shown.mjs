// A month shows what is booked, day by day, and each of its days can be opened by mouse, finger or keys.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { book, calendar, call, dialogClosed, drag, drawn, eventOn, notice, shown, violations, visitDrawn } from './stage.mjs';

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const month = (name, date = '2027-03-02') => `/?calendars=${name}&view=month&date=${date}`;
const day = (page, date) => page.locator(`.fc-daygrid-day[data-date="${date}"]`);

async function filled() {
  const name = await calendar(), on = { calendars: [name] };
  await book({ ...on, event_name: 'Board', date: '2027-03-03', start_time: '09:00', duration: 5400, event_location: 'Room 1' });
  await book({ ...on, event_name: 'Retreat', date: '2027-03-18', start_time: '00:00', duration: 2 * 86_400 });
  for (let hour = 8; hour < 17; ++hour) await book({ ...on, event_name: `Talk ${hour}`, date: '2027-03-10', start_time: `${hour < 10 ? '0' : ''}${hour}:00`, duration: 3600 });
  return name;
}

test('a month shows its events and its closed days, and asks for all of them at once', async () => {
  const name = await filled(), asked = [];
  await call('PUT', `/calendars/${name}/availability/2027-03-04`, []);
  const { page } = await visitDrawn(month(name), { prepare: async (context) => context.on('request', (request) => { const url = new URL(request.url()); if (url.pathname === '/events' && url.searchParams.has('to')) asked.push(url); }) });
  await page.getByRole('heading', { level: 1, name: 'March 2027', exact: true }).waitFor();
  assert.equal(await shown(page, 'Board').getAttribute('aria-label'), 'Board, 09:00 – 10:30, Room 1, Wed 3 Mar, fixed, to come');
  assert.equal(await day(page, '2027-03-18').locator('.fc-event', { hasText: 'Retreat' }).count(), 1);
  const shaded = async (date) => day(page, date).locator('.fc-bg-event.shut').count();
  assert.deepEqual([await shaded('2027-03-03'), await shaded('2027-03-04'), await shaded('2027-03-06')], [0, 1, 1]);
  await page.getByRole('columnheader', { name: 'Monday', exact: true }).waitFor();
  assert.deepEqual(await violations(page), []);
  assert.deepEqual([...new Set(asked.map((url) => `${url.searchParams.get('from')} ${url.searchParams.get('to')}`))], ['2027-02-28T23:00:00.000Z 2027-04-04T22:00:00.000Z']);
});

test('from month to month, and to a day by its number, by what is more on it, or beside its events', async () => {
  const name = await filled();
  const { page } = await visitDrawn(month(name));
  await page.getByRole('button', { name: 'Later' }).click();
  await page.getByRole('heading', { level: 1, name: 'April 2027', exact: true }).waitFor();
  await page.keyboard.press('p');
  await page.getByRole('heading', { level: 1, name: 'March 2027', exact: true }).waitFor();
  await drawn(page);
  const opened = async (title) => {
    await page.getByRole('heading', { level: 1, name: title }).waitFor();
    await page.keyboard.press('m');
    await page.getByRole('heading', { level: 1, name: 'March 2027', exact: true }).waitFor();
    await drawn(page);
  };
  await page.getByRole('button', { name: 'Wednesday 3 March 2027' }).focus();
  for (const key of ['ArrowRight', 'ArrowDown', 'ArrowLeft', 'Enter']) await page.keyboard.press(key);
  await opened('Wednesday 10 March 2027');
  await page.getByRole('button', { name: /^\+\d+ more/ }).click();
  await opened('Wednesday 10 March 2027');
  const box = await day(page, '2027-03-23').boundingBox();
  await page.mouse.click(box.x + box.width / 2, box.y + box.height - 6);
  await opened('Tuesday 23 March 2027');
  await page.reload();
  await drawn(page);
  await page.getByRole('heading', { level: 1, name: 'March 2027', exact: true }).waitFor();
});

test('in a month an event is opened by keys, dragged to another day at its time, and whole days are booked', async () => {
  const name = await filled();
  const { page } = await visitDrawn(month(name));
  await shown(page, 'Board').focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'Board' }).waitFor();
  await page.keyboard.press('Escape');
  await dialogClosed(page);
  const middle = async (date) => {
    const box = await day(page, date).boundingBox();
    return { x: box.x + box.width / 2, y: box.y + box.height - 8 };
  };
  const box = await shown(page, 'Board').boundingBox();
  await drag(page, { x: box.x + 20, y: box.y + box.height / 2 }, await middle('2027-03-05'));
  await notice(page, 'Moved: Board, Fri 5 Mar, 09:00 – 10:30.');
  assert.equal((await eventOn(name, 'Board')).start_timestamp, '2027-03-05T09:00:00+01:00');
  await drawn(page);
  await drag(page, await middle('2027-03-24'), await middle('2027-03-25'));
  const form = page.getByRole('dialog', { name: 'New event' });
  await form.getByLabel('What').fill('Fair');
  assert.deepEqual([await form.getByLabel('All day').isChecked(), await form.getByLabel('Last day').inputValue()], [true, '2027-03-25']);
  await form.getByRole('button', { name: 'Book' }).click();
  await notice(page, 'Booked: Fair, Wed 24 Mar – Thu 25 Mar, all day.');
});

test('a month fits a phone, and a tap opens a day', async () => {
  const name = await filled();
  for (const colorScheme of ['light', 'dark']) {
    const { page, leave } = await visitDrawn(month(name), { ...phone, colorScheme });
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'nothing sticks out at the side');
    const { width } = await page.locator('.fc-scrollgrid').boundingBox();
    assert.ok(width <= 390, `${width}`);
    assert.deepEqual(await violations(page), []);
    const small = await page.locator('.fc-daygrid-day-number').evaluateAll((all) => all.map((one) => one.getBoundingClientRect()).filter(({ height, width: wide }) => height < 44 || wide < 44).length);
    assert.equal(small, 0);
    await page.getByRole('button', { name: 'Wednesday 10 March 2027' }).tap();
    await page.getByRole('heading', { level: 1, name: 'Wednesday 10 March 2027' }).waitFor();
    await shown(page, 'Talk 12').waitFor();
    await leave();
  }
});

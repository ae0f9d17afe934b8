// A double click, a double tap or a held key presses once: neither the question that the first press raised, nor the next item that came
// under the pointer or got the focus. It could break wherever a press replaces, moves or focuses a button.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { book, calendar, call, drawn, eventOn, notice, NOW, publicUrl, shown, visit, visitDrawn, week } from './stage.mjs';

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const gap = 200; // milliseconds, in which the page gets the first press's answer
let providers = 0;

async function provider(date, settings = null) {
  const id = `press-${process.pid}-${++providers}`;
  assert.equal((await call('POST', `/providers/${id}/availability`, { date, slots: { '09:00': '12:00' } }))[0], 201);
  if (settings) assert.equal((await call('PUT', `/calendars/provider:${id}`, { time_zone: 'Europe/Berlin', ...settings }))[0], 200);
  return id;
}

async function requests(id, ...starts) {
  return Promise.all(starts.map(async (start_time) => (await call('POST', '/appointments', { provider_id: id, client: `C ${start_time}`, date: '2027-03-04', start_time }))[1].appointment_id));
}

const statuses = (ids) => Promise.all(ids.map(async (id) => (await call('GET', `/appointments/${id}`))[1].status));

async function middleOf(button) {
  await button.scrollIntoViewIfNeeded();
  const { x, y, width, height } = await button.boundingBox();
  return [x + width / 2, y + height / 2];
}

/** A double click whose first half is answered before the second comes. */
async function doubleClick(page, button) {
  await page.mouse.move(...await middleOf(button));
  for (const clickCount of [1, 2]) {
    if (clickCount === 2) await page.waitForTimeout(gap);
    await page.mouse.down({ clickCount });
    await page.mouse.up({ clickCount });
  }
}

/** The taps carry their own times: on a busy machine the second may come later than any finger's. It may slip aside. */
async function doubleTap(page, button, slip = 0) {
  const [left, y] = await middleOf(button), browser = await page.context().newCDPSession(page), first = Date.now();
  for (const [at, x] of [[first, left], [first + gap, left + slip]]) {
    if (at > first) await page.waitForTimeout(gap);
    await browser.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x, y }], timestamp: at / 1000 });
    await browser.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [], timestamp: (at + 50) / 1000 });
  }
}

/** A key held for almost a second. */
async function holdKey(page, button, key = 'Enter') {
  await button.focus();
  for (let times = 0; times < 15; ++times) {
    await page.keyboard.down(key);
    await page.waitForTimeout(times === 0 ? 500 : 30);
  }
  await page.keyboard.up(key);
}

const settle = (page) => page.waitForTimeout(700);

for (const [how, press, device] of [['double click', doubleClick, {}], ['double tap', doubleTap, phone], ['held Enter', holdKey, {}]])
  test(`a ${how} on Confirm confirms one request`, async () => {
    const id = await provider('2027-03-04'), [first, ...others] = await requests(id, '09:00', '09:30', '10:00');
    const { page } = await visitDrawn(`/?calendars=provider:${id}&inbox=on`, { ...device });
    await press(page, page.locator(`[data-request="${first}"]`).getByRole('button', { name: 'Confirm' }));
    await notice(page, 'Confirmed: C 09:00');
    await settle(page);
    assert.deepEqual(await statuses([first, ...others]), ['CONFIRMED', 'PENDING', 'PENDING']);
    await Promise.all(others.map((one) => call('PUT', `/appointments/${one}/status`, { status: 'DENIED' }))); // the list is of all calendars
  });

for (const [how, press, device] of [['double click', doubleClick, {}], ['double tap', doubleTap, phone], ['held Enter', holdKey, {}]])
  test(`a ${how} on Cancel event of a held event asks`, async () => {
    const name = await calendar(), { id } = await book({ calendars: [name], event_name: 'Held', date: '2027-03-04', start_time: '09:00', duration: 3600, hold_for: 86400 });
    const { page } = await visitDrawn(week(name, '2027-03-02', `&event=${id}`), device);
    const cancel = page.getByRole('button', { name: 'Cancel event', exact: true });
    await press(page, cancel);
    const really = page.getByRole('button', { name: 'Really cancel?' });
    await really.waitFor();
    await settle(page);
    assert.equal((await eventOn(name, 'Held')).status, 'held');
    await really.click();
    await notice(page, 'Cancelled');
  });

test('a double click on Book shows what would move, and moves nothing', async () => {
  const name = await calendar();
  const { start_timestamp: before } = await book({ calendars: [name], event_name: 'Auto', date: '2027-03-04', not_before: '2027-03-04T08:00:00Z', not_after: '2027-03-04T17:00:00Z' });
  for (const press of [doubleClick, holdKey]) {
    const { page, leave } = await visitDrawn(week(name));
    await page.getByRole('button', { name: 'New event' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('What').fill('Fix');
    await dialog.getByLabel('Date', { exact: true }).fill('2027-03-04');
    await dialog.getByLabel('Start').fill('09:00');
    await press(page, dialog.getByRole('button', { name: 'Book', exact: true }));
    await dialog.getByRole('button', { name: 'Book it' }).waitFor();
    await settle(page);
    assert.deepEqual([(await eventOn(name, 'Auto')).start_timestamp, await eventOn(name, 'Fix')], [before, undefined]);
    await leave();
  }
});

test('Enter held on “Cancel it” of a public booking asks', async () => {
  const id = await provider('2027-03-08', { public_booking: true });
  const [status, { token }] = await call('POST', `${publicUrl}/book/${id}`, { client: 'Zoe', contact: 'zoe@example.org', start_timestamp: '2027-03-08T09:00:00+01:00' }, null);
  assert.equal(status, 201);
  const { page } = await visit(`/book/${id}#${token}`, { who: null, at: publicUrl, now: NOW, timezoneId: 'Europe/Berlin', ignoreHTTPSErrors: true,
    prepare: (context) => context.route(/\/booking(\?|$)/, async (route) => { // the date of an answer is the machine's
      const response = await route.fetch({ timeout: 0 }).catch(() => null);
      return response && route.fulfill({ response, headers: { ...response.headers(), date: new Date(NOW).toUTCString() } });
    }) });
  await holdKey(page, page.getByRole('button', { name: 'Cancel it' }));
  await page.getByRole('button', { name: 'Yes, cancel it' }).waitFor();
  await settle(page);
  assert.equal((await call('GET', `/appointments?provider_id=${id}&from=2027-03-01`))[1][0].status, 'PENDING');
});

test('a double click on Undo takes back one move of three', async () => {
  const name = await calendar();
  for (const [event_name, start_time] of [['One', '09:00'], ['Two', '11:00'], ['Three', '13:00']]) await book({ calendars: [name], event_name, date: '2027-03-04', start_time, duration: 3600 });
  const { page } = await visitDrawn(week(name));
  for (const one of ['One', 'Two', 'Three']) {
    await shown(page, one).focus();
    await page.keyboard.press('Alt+ArrowRight');
    await notice(page, `Moved: ${one}`);
    await drawn(page);
  }
  await doubleClick(page, page.locator('.notice').getByRole('button', { name: 'Undo' }).nth(1));
  await settle(page);
  const days = await Promise.all(['One', 'Two', 'Three'].map(async (one) => (await eventOn(name, one)).start_timestamp.slice(0, 10)));
  assert.deepEqual(days, ['2027-03-05', '2027-03-04', '2027-03-05']);
});

test('a held U takes back one move of two', async () => {
  const name = await calendar();
  for (const [event_name, start_time] of [['One', '09:00'], ['Two', '11:00']]) await book({ calendars: [name], event_name, date: '2027-03-04', start_time, duration: 3600 });
  const { page } = await visitDrawn(week(name, '2027-03-02', '&keys=on'));
  for (const one of ['One', 'Two']) {
    await shown(page, one).focus();
    await page.keyboard.press('Alt+ArrowRight');
    await notice(page, `Moved: ${one}`);
    await drawn(page);
  }
  await holdKey(page, shown(page, 'Two'), 'u');
  await settle(page);
  const days = await Promise.all(['One', 'Two'].map(async (one) => (await eventOn(name, one)).start_timestamp.slice(0, 10)));
  assert.deepEqual(days, ['2027-03-05', '2027-03-04']);
});

test('a held Escape warns, and keeps what was filled in', async () => {
  const { page } = await visitDrawn(week(await calendar()));
  await page.getByRole('button', { name: 'New event' }).click();
  const form = page.getByRole('dialog');
  await form.getByLabel('What').fill('Board');
  await holdKey(page, form.getByLabel('What'), 'Escape');
  await form.getByText('What you have filled in is kept.').waitFor();
  await page.keyboard.press('Escape');
  await form.waitFor({ state: 'detached' });
});

test('a double click on an event leaves its details open', async () => {
  const name = await calendar(), { id } = await book({ calendars: [name], event_name: 'Board', date: '2027-03-02', start_time: '15:00', duration: 3600 });
  const { page } = await visitDrawn(week(name));
  await doubleClick(page, page.locator(`[data-event="${id}"]`));
  await settle(page);
  await page.getByRole('dialog', { name: 'Board' }).waitFor();
});

test('a press after something was typed is another one, however the browser counts it', async () => {
  const { page } = await visitDrawn(week(await calendar()));
  await page.getByRole('button', { name: 'New event' }).click();
  const form = page.getByRole('dialog');
  await form.getByLabel('Date', { exact: true }).fill('2027-03-04');
  await form.getByLabel('Start').fill('09:00');
  await form.getByLabel('What').fill('Call');
  await page.mouse.move(...await middleOf(form.getByRole('button', { name: 'Book', exact: true })));
  await page.mouse.down({ clickCount: 2 });
  await page.mouse.up({ clickCount: 2 });
  await notice(page, 'Booked: Call');
});

test('a double tap on Change does not change what somebody else has changed meanwhile', async () => {
  const name = await calendar(), { id } = await book({ calendars: [name], event_name: 'Board', date: '2027-03-04', start_time: '09:00', duration: 1800 });
  const { page } = await visit(week(name, '2027-03-02', `&event=${id}`), { ...phone, expected: [/412/] });
  await page.getByRole('button', { name: 'Change…' }).click();
  const form = page.getByRole('dialog', { name: 'Change Board' });
  await form.getByLabel('Where').fill('Room 1');
  assert.equal((await call('PATCH', `/events/${id}`, { event_location: 'Room 2' }))[0], 200);
  await doubleTap(page, form.getByRole('button', { name: 'Change', exact: true }), 30);
  await settle(page);
  assert.equal((await call('GET', `/events/${id}`))[1].event_location, 'Room 2');
});

test('weeks are turned as fast as anybody clicks', async () => {
  const { page } = await visitDrawn(week(await calendar()));
  await doubleClick(page, page.getByRole('button', { name: 'Later' }));
  await page.waitForURL((address) => address.searchParams.get('date') === '2027-03-16');
});

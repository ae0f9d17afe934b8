// On a phone a finger turns the days, and the panel beside the calendar is a drawer.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { byFinger, cell, follow, middle, openPoll } from './poll_stage.mjs';
import { book, call, calendar, dialogClosed, drawn, eventOn, notice, place, psql, shown, violations, week, visitDrawn } from './stage.mjs';

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/** Moves a finger from one place to another, in so many milliseconds of the finger's own clock. */
async function swipe(page, from, to, { lasts = 120, steps = 6 } = {}) {
  const wire = await page.context().newCDPSession(page), begin = Date.now() / 1000;
  const send = (type, points, at) => wire.send('Input.dispatchTouchEvent', { type, touchPoints: points, timestamp: begin + at / 1000 });
  await send('touchStart', [from], 0);
  for (let step = 1; step <= steps; ++step)
    await send('touchMove', [{ x: from.x + ((to.x - from.x) * step) / steps, y: from.y + ((to.y - from.y) * step) / steps }], (lasts * step) / steps);
  await send('touchEnd', [], lasts);
  await wire.detach();
}

const day = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();

test('a finger that goes across shows the next day, and the day before', async () => {
  const { page } = await visitDrawn(`/?calendars=${await calendar()}`, phone);
  await swipe(page, { x: 320, y: 420 }, { x: 90, y: 430 });
  await day(page, 'Wednesday 3 March 2027');
  await drawn(page);
  await swipe(page, { x: 90, y: 420 }, { x: 320, y: 430 });
  await day(page, 'Tuesday 2 March 2027');
  await drawn(page);
  // Down, barely across, or with a rest: no turn. Each is followed by a turn, which would otherwise reach another day.
  await swipe(page, { x: 200, y: 600 }, { x: 130, y: 400 });
  await swipe(page, { x: 200, y: 420 }, { x: 230, y: 420 });
  await swipe(page, { x: 320, y: 420 }, { x: 90, y: 430 }, { lasts: 3000 });
  await swipe(page, { x: 320, y: 420 }, { x: 90, y: 430 });
  await day(page, 'Wednesday 3 March 2027');
});

test('where the board scrolls sideways a finger scrolls it, and turns nothing', async () => {
  const name = await calendar();
  const { page } = await visitDrawn(week(name), phone);
  assert.ok(await page.locator('.board').evaluate((one) => one.scrollWidth > one.clientWidth));
  await swipe(page, { x: 320, y: 420 }, { x: 90, y: 430 });
  await page.waitForFunction(() => document.querySelector('.board').scrollLeft > 0);
  await day(page, '1 – 7 March 2027');
});

test('an event that is carried by a finger turns nothing', async () => {
  const name = await calendar();
  await book({ calendars: [name], event_name: 'Board', date: '2027-03-02', start_time: '13:00', duration: 3600 });
  const { page } = await visitDrawn(`/?calendars=${name}`, phone);
  await shown(page, 'Board').scrollIntoViewIfNeeded();
  const box = await place(page, shown(page, 'Board')), wire = await page.context().newCDPSession(page);
  const at = (x, y) => [{ x: box.x + x, y: box.y + y }];
  await wire.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: at(250, 10) });
  await page.locator('.fc-event-selected, .fc-event-mirror').first().waitFor({ state: 'attached' });
  for (const x of [200, 150, 100, 20]) await wire.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: at(x, 14) });
  await wire.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  await drawn(page);
  await day(page, 'Tuesday 2 March 2027');
  assert.equal((await eventOn(name, 'Board')).date, '2027-03-02');
});

test('an event that a finger rests on stays, and one that it carries by the words goes where it is put down', async () => {
  const name = await calendar();
  await book({ calendars: [name], event_name: 'Board', date: '2027-03-02', start_time: '13:00', duration: 3600 });
  const { page } = await visitDrawn(`/?calendars=${name}`, phone);
  await shown(page, 'Board').scrollIntoViewIfNeeded();
  const wire = await page.context().newCDPSession(page);
  const touch = (type, x, y) => wire.send('Input.dispatchTouchEvent', { type, touchPoints: type === 'touchEnd' ? [] : [{ x, y }] });
  const gripped = () => page.locator('.fc-event-selected, .fc-event-mirror').first().waitFor({ state: 'attached' });
  for (const part of [0.1, 0.9]) {
    const box = await place(page, shown(page, 'Board')), y = box.y + box.height * part;
    await touch('touchStart', box.x + 250, y);
    await gripped();
    await touch('touchEnd');
    await drawn(page);
    assert.equal((await eventOn(name, 'Board')).version, 1);
  }
  const box = await place(page, shown(page, 'Board')), words = await place(page, shown(page, 'Board').locator('.name')), hour = box.height;
  await touch('touchStart', words.x + 3, words.y + 3);
  await gripped();
  for (let step = 1; step <= 8; ++step) await touch('touchMove', words.x + 3, words.y + 3 + (hour * step) / 8);
  await touch('touchEnd');
  await notice(page, 'Moved: Board, Tue 2 Mar, 14:00 – 15:00.');
});

test('what is beside the calendar is a drawer, whose button counts, and which takes the focus and gives it back', async () => {
  const name = await calendar();
  const { page } = await visitDrawn(`/?calendars=${name}`, phone);
  const button = page.locator('.drawer-button'), drawer = page.getByRole('dialog', { name: 'Lists beside the calendar' });
  const count = async () => Number(/\d+/.exec(await button.textContent())?.[0] ?? 0);
  await page.locator('.rejection-list[aria-busy=false]').waitFor({ state: 'attached' });
  const before = await count();
  psql(`SELECT outcome FROM jb_schedule('Marathon', '10 hours', '2027-03-04', calendars => '{${name}}')`);
  await page.waitForFunction((was) => Number(/\d+/.exec(document.querySelector('.drawer-button').textContent)?.[0] ?? 0) === was, Math.min(before + 1, 50));
  assert.equal(await page.locator('.rejection-list').isVisible(), false);
  await button.tap();
  await drawer.getByText('Marathon').first().waitFor();
  assert.deepEqual(await violations(page), []);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'nothing sticks out at the side');
  for (let steps = 0; steps < 40; ++steps) {
    await page.keyboard.press('Tab');
    assert.ok(await page.evaluate(() => document.activeElement === document.body || document.activeElement.closest('dialog') !== null));
  }
  await page.keyboard.press('Escape');
  await dialogClosed(page);
  assert.ok(await button.evaluate((one) => one === document.activeElement));
  await button.tap();
  await drawer.waitFor();
  await page.touchscreen.tap(20, 400); // beside it
  await dialogClosed(page);
  await button.tap();
  await drawer.waitFor();
  const { x, y, width } = await drawer.boundingBox();
  await swipe(page, { x: x + 30, y: y + 300 }, { x: x + width - 10, y: y + 310 });
  await dialogClosed(page);
  await day(page, 'Tuesday 2 March 2027');
  // If there is room, it is beside the calendar.
  await button.tap();
  await drawer.waitFor();
  await page.setViewportSize({ width: 1360, height: 900 });
  await dialogClosed(page);
  await page.locator('main > aside').waitFor();
  assert.equal(await button.isVisible(), false);
});

test('a finger scrolls a poll, taps a time, and paints after a rest', async () => {
  const poll = await openPoll(), [, { url: link }] = await call('POST', `/polls/${poll.id}/participants`, { name: 'Ann' }, 'secretary');
  const { page } = await follow(link, phone);
  await cell(page, /Mon 8 Mar, 12:00/).scrollIntoViewIfNeeded();
  const begin = await middle(page, /Mon 8 Mar, 12:00/), before = await page.evaluate(() => scrollY);
  await swipe(page, begin, { x: begin.x, y: begin.y - 250 });
  await page.waitForFunction((was) => scrollY > was + 100, before);
  assert.equal(await page.getByRole('gridcell', { name: /: yes$/ }).count(), 0);
  await cell(page, /Mon 8 Mar, 12:00/).tap();
  await cell(page, 'Mon 8 Mar, 12:00 – 12:30: yes').waitFor();
  assert.equal(await page.getByRole('gridcell', { name: /: yes$/ }).count(), 1);
  await cell(page, /Tue 9 Mar, 12:00/).scrollIntoViewIfNeeded();
  const stays = await page.evaluate(() => scrollY);
  await byFinger(page, /Tue 9 Mar, 12:00/, 2);
  await cell(page, 'Tue 9 Mar, 13:00 – 13:30: yes').waitFor();
  assert.equal(await page.getByRole('gridcell', { name: /Tue 9 Mar, .*: yes$/ }).count(), 3);
  assert.equal(await page.evaluate(() => scrollY), stays);
});

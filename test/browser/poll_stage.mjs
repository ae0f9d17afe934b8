// Helpers for the tests of polls: a poll on a calendar of its own, people who follow links, and the painting of cells.
import assert from 'node:assert/strict';
import { calendar, call, NOW, publicUrl, visit } from './stage.mjs';

const question = { from: '2027-03-08T09:00:00+01:00', to: '2027-03-12T17:00:00+01:00', duration: 3600, daily_from: '09:00', daily_to: '17:00', time_zone: 'Europe/Berlin' };

export async function openPoll(more = {}) {
  const name = await calendar();
  const [status, poll] = await call('POST', '/polls', { title: 'Project decision', ...question, calendars: [name], ...more }, 'secretary');
  assert.equal(status, 201, JSON.stringify(poll));
  return { ...poll, calendar: name };
}

/** Opens a link as a person without a certificate. */
export const follow = (link, options = {}) => visit(link.slice(publicUrl.length), { who: null, at: publicUrl, now: NOW, timezoneId: 'Europe/Berlin', ignoreHTTPSErrors: true, ...options });

export const cell = (page, label) => page.getByRole('gridcell', { name: label });

export const middle = async (page, label) => {
  const box = await cell(page, label).boundingBox();
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
};

export async function paint(page, first, last) {
  await cell(page, first).scrollIntoViewIfNeeded();
  const from = await middle(page, first), to = await middle(page, last);
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x, to.y, { steps: 6 });
  await page.mouse.up();
}

/** A finger rests until it paints, and then moves down this many cells. */
export async function byFinger(page, label, steps) {
  await cell(page, label).scrollIntoViewIfNeeded();
  const at = await middle(page, label), { height } = await cell(page, label).boundingBox();
  const session = await page.context().newCDPSession(page);
  const touch = (type, y) => session.send('Input.dispatchTouchEvent', { type, touchPoints: y === null ? [] : [{ x: at.x, y }] });
  await touch('touchStart', at.y);
  await page.locator('td.painting').waitFor();
  for (let step = 1; step <= steps; ++step) await touch('touchMove', at.y + step * height);
  await touch('touchEnd', null);
}

export async function save(page) {
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.locator('.answer-state:not(.unsaved)', { hasText: 'Your answer is saved.' }).waitFor();
}

// A user who has asked for it is notified by the browser, while the page is hidden, of what could not be placed. Nobody
// is asked before that, and only the event's name is shown.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { calendar, drawn, ownWeek, psql, violations, visitDrawn, week } from './stage.mjs';

/** Replaces the browser's notifications, and a window behind others: Chromium without a screen has neither. */
const prepare = (leave) => async (context) => context.addInitScript((answer) => {
  if (location.protocol !== 'https:') return; // the page before the first one
  globalThis.notified = [];
  globalThis.asked = 0;
  globalThis.Notification = class extends EventTarget {
    static permission = localStorage.getItem('test.permission') ?? 'default';
    static async requestPermission() {
      ++globalThis.asked;
      localStorage.setItem('test.permission', answer);
      return (globalThis.Notification.permission = answer);
    }
    constructor(title, options) {
      super();
      globalThis.notified.push({ title, ...options, press: () => this.dispatchEvent(new Event('click')) });
    }
    close() {}
  };
  globalThis.hide = (hidden) => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
    document.dispatchEvent(new Event('visibilitychange'));
  };
}, leave);

const reject = (name, title) => psql(`SELECT outcome FROM jb_schedule('${title}', '10 hours', '2027-03-04', attendees => '{Ms Chen}', calendars => '{${name}}')`);

test('a rejection is notified once it was asked for, while the page is hidden, and no more when it is taken back', async () => {
  const { name, page } = await ownWeek({ prepare: prepare('granted') });
  await page.locator('.rejection-list[aria-busy=false]').waitFor();
  const button = page.getByRole('button', { name: 'Notify me' });
  assert.deepEqual([await page.evaluate(() => asked), await button.getAttribute('aria-pressed')], [0, 'false']);
  await button.click();
  await page.getByText('While you look at something else').waitFor();
  assert.deepEqual([await page.evaluate(() => asked), await button.getAttribute('aria-pressed')], [1, 'true']);
  assert.deepEqual(await violations(page), []);
  // What is in view is not notified.
  reject(name, 'Seen');
  await page.locator('.rejection-list li.news', { hasText: 'Seen' }).waitFor();
  await page.evaluate(() => hide(true));
  reject(name, 'Marathon');
  await page.waitForFunction(() => notified.length > 0);
  const [{ title, body }, ...more] = await page.evaluate(() => notified.map(({ title, body }) => ({ title, body })));
  assert.deepEqual([title, body, more], ['Could not be placed', 'Marathon', []]);
  await page.evaluate(() => hide(false));
  // The choice is remembered in this browser, and taken back by another press.
  await page.reload();
  await drawn(page);
  assert.equal(await button.getAttribute('aria-pressed'), 'true');
  await button.click();
  await page.reload();
  await drawn(page);
  assert.deepEqual([await button.getAttribute('aria-pressed'), await page.evaluate(() => asked)], ['false', 0]);
});

test('a press on a notification shows the list, in its drawer on a phone', async () => {
  const name = await calendar();
  const { page } = await visitDrawn(`/?calendars=${name}`, { prepare: prepare('granted'), viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  await page.locator('.drawer-button').tap();
  await page.getByRole('button', { name: 'Notify me' }).tap();
  await page.getByText('While you look at something else').waitFor();
  await page.keyboard.press('Escape');
  await page.evaluate(() => hide(true));
  reject(name, 'Marathon');
  await page.waitForFunction(() => notified.length > 0);
  await page.evaluate(() => { hide(false); notified[0].press(); });
  await page.getByRole('dialog', { name: 'Lists beside the calendar' }).getByText('Marathon').first().waitFor();
});

test('a browser that says no is not asked by itself again, and the page says so', async () => {
  const { page } = await visitDrawn(week(await calendar()), { prepare: prepare('denied') });
  await page.getByRole('button', { name: 'Notify me' }).click();
  await page.getByText('This browser does not let the page notify you.').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Notify me' }).getAttribute('aria-pressed'), 'false');
  await page.reload();
  await drawn(page);
  assert.equal(await page.evaluate(() => asked), 0);
});

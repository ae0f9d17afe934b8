// The same page on a phone, in the dark and on paper.
import { test } from 'node:test';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import assert from 'node:assert/strict';
import { book, calendar, drawn, notice, shown, violations, week, visitDrawn } from './stage.mjs';

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
  const { page } = await visitDrawn(`/?calendars=${name}`, phone);
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
});

test('a phone, and a screen at twice the size, have a way to a date and to the week', async () => {
  const name = await filled();
  for (const options of [phone, { viewport: { width: 680, height: 450 } }]) {
    const { page, leave } = await visitDrawn(`/?calendars=${name}`, options);
    await page.getByLabel('Go to date').fill('2027-03-09');
    await page.getByRole('heading', { level: 1, name: 'Tuesday 9 March 2027' }).waitFor();
    await page.getByRole('button', { name: 'Week', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: '8 – 14 March 2027' }).waitFor();
    await drawn(page);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'nothing sticks out at the side');
    await page.locator('.pick summary').click();
    const box = await page.locator('.pick form').boundingBox();
    assert.ok(box.x >= 0 && box.x + box.width <= options.viewport.width, `${JSON.stringify(box)} of ${options.viewport.width}`);
    assert.deepEqual(await violations(page), []);
    await leave();
  }
});

test('a tablet is filled to its end, and on a phone the bar has two lines, in each language', async () => {
  const name = await filled();
  for (const locale of ['en-GB', 'de-DE', 'fr-FR', 'ru-RU']) {
    const { page, leave } = await visitDrawn(`/?calendars=${name}`, { ...phone, locale });
    const lines = new Set(await page.locator('.bar :is(button, input, summary):not(.new, .pick form *)').evaluateAll((all) => all.map((one) => one.getBoundingClientRect()).filter(({ width }) => width > 1).map(({ top, height }) => Math.round((top + height / 2) / 16))));
    assert.equal(lines.size, 2, [...lines].join());
    const { y } = await page.locator('.fc-scroller-liquid-absolute').first().boundingBox();
    assert.ok(y < 260, `${locale}: hours begin at ${y}`);
    await leave();
  }
  for (const options of [{ viewport: { width: 820, height: 1180 }, hasTouch: true }, phone]) {
    const { page, leave } = await visitDrawn(week(name), options);
    const { bottom, tall } = await page.locator('main').evaluate((one) => ({ bottom: one.querySelector('.grid').getBoundingClientRect().bottom, tall: innerHeight }));
    assert.ok(Math.abs(bottom - tall) < 2, `the grid ends at ${bottom} of ${tall}`);
    await leave();
  }
});

test('a word that is longer than a phone is wide breaks', async () => {
  const name = await calendar();
  await book({ calendars: [name], event_name: 'Donau'.repeat(20), date: '2027-03-02', start_time: '13:00', duration: 3600, event_location: 'x'.repeat(90), attendees: ['y'.repeat(90)] });
  const { page } = await visitDrawn(`/?calendars=${name}&view=list`, phone);
  const widths = await page.locator('.fc-list-table, .fc-scroller').evaluateAll((all) => all.map((one) => [one.scrollWidth, one.clientWidth]));
  for (const [wanted, has] of widths) assert.ok(wanted <= has, `${wanted} of ${has}`);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  const { id } = await book({ calendars: [name], event_name: 'Donaudampfschifffahrtsgesellschaft', date: '2027-03-03', duration: 1800 });
  const { page: narrow } = await visitDrawn(`/?calendars=${name}&event=${id}`, { ...phone, viewport: { width: 320, height: 800 } });
  const { x, width } = await narrow.getByRole('dialog').getByRole('button', { name: 'Close' }).boundingBox();
  assert.ok(x + width <= 320, `the button that closes ends at ${x + width} of 320`);
});

test('under a finger each thing to press is 44 px high and wide', async () => {
  const name = await filled();
  const { page } = await visitDrawn(`/?calendars=${name}`, phone);
  // An event's height shows its length, and the day's name is a heading that acts as a button.
  const small = () => page.locator('button, input:not([type=checkbox], [type=radio]), textarea, summary, label:has([type=checkbox], [type=radio]), .links a').evaluateAll((all) => all
    .map((one) => [one.getAttribute('aria-label') ?? one.textContent ?? one.name, one.getBoundingClientRect()])
    .filter(([, { width, height }]) => width > 1 && (height < 44 || width < 44)).map(([label, { width, height }]) => `${label}: ${width} x ${height}`));
  assert.deepEqual(await small(), []);
  await page.locator('.pick summary').tap();
  await page.getByLabel(name, { exact: true }).waitFor();
  assert.deepEqual(await small(), []);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Find a slot' }).tap();
  for (const more of ['Window', 'More']) await page.getByText(more, { exact: true }).tap();
  assert.deepEqual(await small(), []);
  await page.keyboard.press('Escape');
});

for (const colorScheme of ['light', 'dark']) test(`fields and buttons stand out from what is behind them, three to one: ${colorScheme}`, async () => {
  const { page } = await visitDrawn(week(await filled()), { colorScheme });
  await page.getByRole('button', { name: 'New event' }).click();
  const contrasts = await page.locator('.bar button:not(.main, [aria-pressed=true], .quiet), .bar input, .pick summary, dialog input[type=text], dialog textarea, dialog footer button:not(.main)').evaluateAll((all) => all.map((one) => {
    const light = (colour) => colour.match(/[\d.]+/g).slice(0, 3).map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
      .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
    const behind = (node) => { const { backgroundColor } = getComputedStyle(node); return /, 0\)$/.test(backgroundColor) ? behind(node.parentElement) : backgroundColor; };
    const [bright, dark] = [light(getComputedStyle(one).borderTopColor), light(behind(one.parentElement))].sort((a, b) => b - a);
    return [one.textContent || one.name || one.type, (bright + 0.05) / (dark + 0.05)];
  }));
  assert.ok(contrasts.length > 10);
  assert.deepEqual(contrasts.filter(([, contrast]) => contrast < 3), []);
});

test('in the dark every text keeps its contrast', async () => {
  const { page } = await visitDrawn(week(await filled()), { colorScheme: 'dark' });
  assert.notEqual(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), 'rgb(245, 246, 248)');
  assert.deepEqual(await violations(page), []);
  await shown(page, 'Interview').click();
  await page.getByRole('dialog').waitFor();
  assert.deepEqual(await violations(page), []);
  await page.keyboard.press('Escape');
});

test('where colours are taken away, closed hours and the view that is shown can still be told', async () => {
  const { page } = await visitDrawn(week(await filled()), { forcedColors: 'active' });
  const look = (selector) => page.locator(selector).first().evaluate((one) => { const style = getComputedStyle(one); return `${style.backgroundColor} ${style.backgroundImage}`; });
  assert.notEqual(await look('.views [aria-pressed=true]'), await look('.views [aria-pressed=false]'));
  assert.match(await look('.fc-bg-event.shut'), /gradient/);
  assert.match(await look('.badge.shut'), /gradient/);
});

test('on paper the week stands alone', async () => {
  const { page } = await visitDrawn(week(await filled()));
  await page.emulateMedia({ media: 'print' });
  for (const part of ['aside', '.make', '.pick', '.views']) assert.ok(!(await page.locator(part).isVisible()), part);
  assert.ok(await page.getByRole('heading', { level: 1 }).isVisible());
});

/** The part of the page's events that a reader sees: neither clipped nor covered. */
const seen = (page) => page.locator('[data-event]').evaluateAll((all) => all.filter((one) => {
  one.scrollIntoView({ block: 'center' });
  const box = one.getBoundingClientRect();
  const there = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return box.right <= innerWidth && one.contains(there);
}).map((one) => one.getAttribute('aria-label').split(',')[0]).sort());

test('on paper nothing of the week is missing, nor of the day, the month and the list, and each is one page', async () => {
  const name = await filled();
  await book({ calendars: [name], event_name: 'Dinner', date: '2027-03-07', start_time: '18:30', duration: 7200 });
  for (const [view, titles] of [['week', ['Board', 'Dinner', 'Interview', 'Press', 'Reading']], ['day', ['Board', 'Interview', 'Press', 'Reading']], ['month', ['Board', 'Dinner', 'Interview', 'Press', 'Reading']], ['list', ['Board', 'Dinner', 'Interview', 'Press', 'Reading']]]) {
    const { page, leave } = await visitDrawn(`/?calendars=${name}&view=${view}&date=2027-03-02`);
    const drawing = page.locator('.grid'), before = await drawing.boundingBox();
    for (const [landscape, width, height] of [[true, 1047, 718], [false, 718, 1047]]) {
      const file = await page.pdf({ format: 'A4', landscape });
      assert.equal(file.toString('latin1').match(/\/Type\s*\/Page\b/g).length, 1, view);
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ media: 'print' });
      await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
      assert.deepEqual(await seen(page), titles, view);
      await page.evaluate(() => dispatchEvent(new Event('afterprint')));
      await page.emulateMedia({ media: null });
      await page.setViewportSize({ width: 1360, height: 900 });
    }
    await drawn(page);
    assert.deepEqual(await drawing.boundingBox(), before);
    await leave();
  }
});

/** The distance of each word from the top of its PDF page, in points; of several places the leftmost counts. */
function wordsOf(pdf) {
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'jb_print.')), 'week.pdf');
  fs.writeFileSync(file, pdf);
  const text = execFileSync('pdftotext', ['-bbox', file, '-'], { encoding: 'utf8' });
  fs.rmSync(path.dirname(file), { recursive: true });
  return text.split('<page ').slice(1).map((page) => new Map([...page.matchAll(/<word xMin="([\d.]+)" yMin="([\d.]+)"[^>]*>([^<]*)/g)]
    .sort(([, left], [, other]) => other - left).map(([, , top, word]) => [word, Number(top)])));
}

test('on paper of any size each event stands at its hour, be the week ever so long', async () => {
  const name = await calendar(), other = await calendar();
  const starts = { E0: 0, E6: 6, E9: 9.5, E12: 12, E15: 15.5, E18: 18, E22: 22 };
  for (const [event_name, start] of Object.entries(starts))
    await book({ calendars: [name, other], event_name, date: '2027-03-04', start_time: `${String(Math.floor(start)).padStart(2, '0')}:${start % 1 ? '30' : '00'}`, duration: 5400 });
  const { page } = await visitDrawn(week(`${name},${other}`));
  const places = () => page.locator('.fc-event').evaluateAll((all) => all.map((one) => Math.round(one.getBoundingClientRect().top)));
  const before = await places();
  for (const paper of [{ format: 'A4', landscape: true }, { format: 'A4' }, { format: 'Letter', landscape: true }, { format: 'A5' }]) {
    const pages = wordsOf(await page.pdf(paper));
    assert.equal(pages.length, 2, 'each calendar is one page');
    for (const words of pages) {
      const first = words.get('00:00'), hour = (words.get('23:00') - first) / 23;
      for (const [title, start] of Object.entries(starts))
        assert.ok(Math.abs(words.get(title) - first - start * hour) < hour / 4, `${JSON.stringify(paper)}: ${title} stands at ${((words.get(title) - first) / hour).toFixed(2)}`);
    }
  }
  await drawn(page);
  assert.deepEqual(await places(), before);
});

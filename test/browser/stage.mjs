// A stack with a known week, and a Chromium that views it with a client certificate. The scheduler's clock stands at
// NOW, so that every test sees the same week on any day.
import { createRequire } from 'node:module';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import https from 'node:https';
import path from 'node:path';
import assert from 'node:assert/strict';

const require = createRequire(new URL('../../web/package.json', import.meta.url));
const { chromium } = require('playwright-core');
const axe = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

export const NOW = '2027-03-02T10:20:00+01:00'; // a Tuesday
const { JB_URL: url, JB_CA: ca, JB_PUBLIC_URL: publicUrl, JB_OPEN_URL: openUrl } = process.env;
if (!url) throw new Error('JB_URL is not set: dev/check browser, or source the env file of a running stack');
export { openUrl, publicUrl, url };
const pki = path.dirname(ca);

export function psql(...commands) {
  const options = commands.flatMap((command) => ['-c', command]);
  return execFileSync('psql', ['-X', '-q', '-At', '-v', 'ON_ERROR_STOP=1', ...options], { encoding: 'utf8' }).trim();
}

/** Sends a request as a caller, without a browser; [status, body]. */
export function call(method, target, body, who = 'manager', headers = {}) {
  return new Promise((done, failed) => {
    const options = {
      method, ca: fs.readFileSync(ca), headers: body === undefined ? headers : { 'Content-Type': 'application/json', ...headers },
      ...(who && { cert: fs.readFileSync(path.join(pki, who + '.crt')), key: fs.readFileSync(path.join(pki, who + '.key')) }),
    };
    const request = https.request((target.startsWith('https:') ? '' : url) + target, options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part) => (text += part)).on('end', () =>
        done([response.statusCode, /json/.test(response.headers['content-type'] ?? '') && !response.headers['content-encoding'] ? JSON.parse(text) : text, response.headers]));
    });
    request.on('error', failed);
    request.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

export async function book(request, who = 'manager') {
  const [status, event] = await call('POST', '/events', request, who);
  assert.ok(status === 201 || status === 202, `${status} ${JSON.stringify(event)}`);
  return event;
}

/**
 * Sets the database's clock, and restarts the front end's sessions. One that is just beginning may have read the old
 * clock, and is not listed yet: so looks until each is younger than the setting.
 */
export function setClock(now) {
  psql(`ALTER DATABASE jb SET jb_scheduler.now = '${now}'`);
  const set = psql('SELECT clock_timestamp()'), older = `FROM pg_stat_activity WHERE usename = 'jb_gateway' AND backend_start < '${set}'`;
  while (psql(`SELECT count(pg_terminate_backend(pid, 10000)) ${older}`) !== '0') continue;
}

let browser;

export async function open() {
  browser = await chromium.launch({ executablePath: process.env.JB_CHROMIUM ?? '/usr/bin/chromium-headless-shell', args: ['--no-sandbox'] });
}

export async function close() {
  await browser?.close();
}

const visits = new Set();

/**
 * Opens a page as a caller. It may send no request to another host and break no policy, and its console may show only
 * expected errors. `faults` has the breaches; leave(), which also runs at the end of a test, fails if there are any.
 * `prepare` changes the context first: a route added later switches on Chromium's interception during requests.
 */
export async function visit(target = '/', { who = 'manager', at = url, now = null, expected = [], prepare = async () => {}, ...options } = {}) {
  const context = await browser.newContext({
    viewport: { width: 1360, height: 900 }, locale: 'en-GB', timezoneId: 'America/Los_Angeles', reducedMotion: 'reduce',
    ...(who && { clientCertificates: [{ origin: url, certPath: path.join(pki, who + '.crt'), keyPath: path.join(pki, who + '.key') }] }),
    ...options,
  });
  context.setDefaultTimeout(30_000);
  const faults = [];
  context.on('request', (request) => {
    if (!request.url().startsWith(at + '/')) faults.push(`request to ${request.url()}`);
  });
  await context.addInitScript(() =>
    addEventListener('securitypolicyviolation', (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`)));
  context.on('console', (message) => {
    if (message.type() === 'error' && !expected.some((one) => one.test(message.text()))) faults.push(`console: ${message.text()}`);
  });
  context.on('weberror', (error) => faults.push(`error: ${error.error().stack}`));
  if (now) await context.clock.setFixedTime(new Date(now)); // of the device
  await prepare(context);
  // Playwright adds the client certificate by a proxy of its own, whose connections sometimes end on a busy machine
  // before the request is sent. The browser's error page may come late and interrupt the next try, and so may the
  // browser's own retry of the same address.
  const isDropped = ({ message }, address) => /ERR_TOO_MANY_RETRIES|interrupted by another navigation to "chrome-error:/.test(message)
    || message.includes(`interrupted by another navigation to "${address}"`);
  context.on('page', (page) => {
    for (const way of ['goto', 'reload']) {
      const go = page[way].bind(page);
      page[way] = async (...how) => {
        const address = how[0] ?? page.url();
        for (let tries = 1; ; tries += 1) {
          try {
            return await go(...how);
          } catch (error) {
            if (tries === 10 || !isDropped(error, address)) throw error;
          }
        }
      };
    }
  });
  const page = await context.newPage();
  const response = await page.goto(at + target);
  const leave = async () => {
    if (!visits.delete(leave)) return;
    await context.close();
    assert.deepEqual(faults, []);
  };
  visits.add(leave);
  return { page, context, response, faults, leave };
}

/** Closes the pages that a test has left open. */
export async function leaveAll() {
  for (const leave of visits) await leave();
}

/** Opens a page, and waits until its calendars have drawn their events. */
export async function visitDrawn(...where) {
  const visited = await visit(...where);
  await drawn(visited.page);
  return visited;
}

/** Waits until the calendars have drawn their events. */
export async function drawn(page) {
  await page.waitForFunction(() => {
    const columns = [...document.querySelectorAll('.column')];
    return columns.length > 0 && columns.every((column) => column.getAttribute('aria-busy') === 'false');
  });
  // Also waits until the grid has scrolled to its hours: a place that a test looks up must not move afterwards.
  await page.evaluate(async () => {
    const place = () => JSON.stringify([...document.querySelectorAll('.fc-timegrid-slot-lane, .fc-event')].map((one) => one.getBoundingClientRect()));
    for (let before = '', same = 0; same < 5;) {
      await new Promise(requestAnimationFrame);
      const now = place();
      same = now === before ? same + 1 : 0;
      before = now;
    }
  });
}

/** The findings of axe-core, one a line. axe-core is injected past the page's policy. */
export async function violations(page) {
  await page.evaluate(axe);
  const result = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  return result.violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.target.join(' ')} ${node.any.map(({ message }) => message).join('; ')}`));
}

let calendars = 0;

/** Makes a calendar of the test's own. */
export async function calendar(settings = {}) {
  const name = `test:${process.pid}-${++calendars}`;
  const [status, body] = await call('PUT', `/calendars/${encodeURIComponent(name)}`, { time_zone: 'Europe/Berlin', ...settings });
  assert.equal(status, 201, JSON.stringify(body));
  return name;
}

/** The address of a page that shows the calendar's week. */
export const week = (name, date = '2027-03-02', more = '') => `/?calendars=${name}&view=week&date=${date}${more}`;

/** A calendar of the test's own with these settings and events, and its week, drawn. */
export async function ownWeek({ settings, ...how } = {}, ...events) {
  const name = await calendar(settings);
  for (const event of events) await book({ calendars: [name], ...event });
  return { name, ...await visitDrawn(week(name), how) };
}

/** Where an element is in the grid, once it rests: while it is being redrawn it has no place. */
export async function place(page, locator) {
  for (;;) {
    await drawn(page);
    const box = await locator.boundingBox();
    if (box !== null) return box;
  }
}

/** Where a time is in the grid. Its day must be in view. */
export async function spot(page, date, time) {
  const column = await page.locator(`.fc-timegrid-col[data-date="${date}"]`).first().boundingBox();
  const slot = await page.locator(`.fc-timegrid-slot-lane[data-time="${time}"]`).first().boundingBox();
  return { x: column.x + column.width / 2, y: slot.y + slot.height / 4 }; // the middle of its first quarter of an hour
}

/** Begins a drag without ending it. */
export async function take(page, from, to) {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 4 });
  await page.mouse.move(to.x, to.y, { steps: 4 });
}

export async function drag(page, from, to) {
  await take(page, from, to);
  await page.mouse.up();
}

/** The event of this name in the calendar's grid or list. */
export const shown = (page, name) => page.locator('.fc-event').filter({ hasText: name });

export const notice = (page, text) => page.locator('.notice', { hasText: text }).waitFor();

/** All events of this name on the calendar. */
export async function eventsOn(name, title) {
  const [, events] = await call('GET', `/events?calendar=${encodeURIComponent(name)}&from=2027-01-01T00:00:00Z&limit=1000`);
  return events.filter((event) => event.event_name === title);
}

export const eventOn = async (name, title) => (await eventsOn(name, title))[0];

/** Holds the matching requests to this address from now on, until the returned function is called. */
export async function hold(context, address, fits = () => true) {
  let go;
  const held = new Promise((done) => (go = done));
  await context.route(address, async (route) => {
    if (fits(route.request())) await held;
    return route.fallback();
  });
  return go;
}

/**
 * Waits until no dialog is left, and the focus is back where it came from. A closed dialog loses its role but stays in
 * the page until its closing event, so the wait does not look for the role.
 */
export const dialogClosed = (page) => page.waitForFunction(() => document.querySelector('dialog') === null);

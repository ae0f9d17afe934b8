// How soon the week shows its first event if the database has 5,000 calendars and the week 500 events. As a program,
// `node first_event.mjs` prints the table of docs/performance.md.
import { fileURLToPath } from 'node:url';
import { close, NOW, open, psql, setClock, visit, week } from './stage.mjs';

const calendars = 5000, events = 500;
export const fullWeek = 'full:week';

/** Fills the week of NOW: events of a quarter of an hour, side by side from 08:00 on each day. */
export function fill() {
  psql(`SELECT count(jb_calendar_set('many:' || n, '{}')) FROM generate_series(1, ${calendars} - (SELECT count(*) FROM jb_calendar_view WHERE name LIKE 'many:%')::int) AS n`,
    `SELECT jb_calendar_set('${fullWeek}', '{"time_zone": "Europe/Berlin"}')`,
    `SELECT count(jb_schedule('Event ' || n, '12 minutes', DATE '2027-03-01' + n % 7, TIME '04:00' + n / 7 * interval '15 minutes', calendars => '{${fullWeek}}', allow_past => true))
     FROM generate_series(0, ${events} - 1) AS n WHERE NOT EXISTS (SELECT FROM jb_events('${fullWeek}', '2027-03-01', '2027-03-08'))`);
}

/** What Chromium's own tools call a slow phone: a processor four times slower, 3.2 Mbit/s, 100 ms to the server. */
const slow = { cpu: 4, network: { offline: false, latency: 100, downloadThroughput: 3_200_000 / 8, uploadThroughput: 1_600_000 / 8 } };
export const desktop = {}, phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, slow };

/** Opens the week once: milliseconds to the first event drawn, and the requests begun before, with their bytes. */
export async function measure({ slow: means, ...device } = desktop) {
  const requests = [];
  const { page, context, leave } = await visit('/web/licences.txt', { ...device, who: 'secretary' });
  const wire = await context.newCDPSession(page);
  await wire.send('Network.enable');
  await wire.send('Network.setCacheDisabled', { cacheDisabled: true });
  if (means) {
    await wire.send('Network.emulateNetworkConditions', means.network);
    await wire.send('Emulation.setCPUThrottlingRate', { rate: means.cpu });
  }
  const sent = new Map();
  wire.on('Network.requestWillBeSent', ({ requestId, request, timestamp }) => sent.set(requestId, { url: request.url, at: timestamp, bytes: 0 }));
  wire.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => { if (sent.has(requestId)) sent.get(requestId).bytes = encodedDataLength; });
  await page.addInitScript(() => {
    const look = () => {
      if (document.querySelector('.fc-event[data-event], .fc-event [data-event]')) performance.mark('first event');
      else requestAnimationFrame(look);
    };
    look();
  });
  await page.goto(new URL(week(fullWeek), page.url()).href);
  await page.waitForFunction(() => performance.getEntriesByName('first event').length > 0);
  const { milliseconds, began } = await page.evaluate(() => ({ milliseconds: performance.getEntriesByName('first event')[0].startTime, began: performance.timeOrigin }));
  const start = Math.min(...[...sent.values()].filter(({ url }) => url.includes('view=week')).map(({ at }) => at));
  for (const { url, at, bytes } of sent.values())
    if (at >= start && (at - start) * 1000 < milliseconds) requests.push({ path: decodeURIComponent(new URL(url).pathname + new URL(url).search), at: Math.round((at - start) * 1000), bytes });
  const rounds = await page.locator('.fc-event').count();
  await leave();
  return { milliseconds: Math.round(milliseconds), began, requests, bytes: requests.reduce((sum, one) => sum + one.bytes, 0), drawn: rounds };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  setClock(NOW);
  fill();
  await open();
  for (const [name, device] of [['desktop', desktop], ['slow phone', phone]]) {
    const runs = [];
    for (let run = 0; run < 5; ++run) runs.push(await measure(device));
    runs.sort((one, other) => one.milliseconds - other.milliseconds);
    const { milliseconds, requests, bytes, drawn } = runs[2];
    console.log(`| ${name} | ${milliseconds} | ${requests.length} | ${Math.round(bytes / 1024)} |  ${drawn} drawn, ${runs.map((one) => one.milliseconds).join(' ')}`);
    if (process.argv.includes('-v')) for (const one of requests) console.log(`    ${one.at} ms  ${one.bytes} B  ${one.path}`);
  }
  await close();
}

// The pictures of docs/secretary.md: node screenshots.mjs DIR. They show a made-up week, the same at each run.
import path from 'node:path';
import { book, call, close, drag, drawn, NOW, open, setClock, shown, spot, visit, week } from './stage.mjs';

const folder = process.argv[2];
const size = { width: 1200, height: 760 };

async function fill() {
  for (const [name, settings] of [['ceo', {}], ['room:berlin', { slot_increment: 900 }]])
    await call('PUT', `/calendars/${name}`, { time_zone: 'Europe/Berlin', ...settings });
  const fixed = (event_name, date, start_time, minutes, more = {}) => book({ event_name, date: `2027-03-${date}`, start_time, duration: minutes * 60, allow_past: true, ...more });
  const room = { calendars: ['ceo', 'room:berlin'] };
  await fixed('Stand-up', '01', '08:30', 30);
  await fixed('Auditors', '01', '10:00', 120, { ...room, event_location: 'Room 1', attendees: ['Ms Chen', 'Mr Okoro'] });
  await fixed('Press', '02', '08:30', 60, { event_location: 'Hall' });
  await fixed('Board', '03', '09:00', 120, { ...room, event_location: 'Room 1', attendees: ['Anna', 'Ben', 'Carla'] });
  await fixed('Lunch with Mara', '04', '12:00', 90, { event_location: 'Trattoria' });
  await fixed('Interview', '05', '14:00', 60, { hold_for: 4 * 86_400, attendees: ['A. Weber'] });
  await book({ event_name: 'Budget review', duration: 5400, attendees: ['cfo'], event_location: 'Room 2' });
  await book({ event_name: 'One to one', duration: 2700, date: '2027-03-03', attendees: ['Ben'] });
  await book({ event_name: 'Read the report', duration: 7200, date: '2027-03-04' });
  await book({ event_name: 'Call with Tokyo', duration: 3600, date: '2027-03-05', not_after: '2027-03-05T11:00:00+01:00' });
  await book({ event_name: 'Strategy', duration: 8 * 3600, date: '2027-03-03', on_no_slot: 'wait' });
  await call('POST', '/events', { event_name: 'Dentist', date: '2027-03-03', start_time: '09:30', duration: 1800 }, 'secretary');
}

async function picture(name, target, options, act = async () => {}, dialog = act.length > 0) {
  const { page, leave } = await visit(target, { viewport: size, who: 'secretary', expected: [/409/], ...options });
  await drawn(page);
  await act(page);
  await page.waitForLoadState();
  await (dialog ? page.getByRole('dialog') : page).screenshot({ path: path.join(folder, name + '.png') });
  await leave();
}

setClock(NOW);
await open();
try {
  await fill();
  await picture('week', week('ceo'));
  await picture('week-dark', week('ceo'), { colorScheme: 'dark' });
  await picture('phone', '/', { viewport: { width: 390, height: 780 }, isMobile: true, hasTouch: true });
  await picture('beside', '/?calendars=ceo,room:berlin&view=day&date=2027-03-03');
  await picture('details', week('ceo'), {}, async (page) => {
    await shown(page, 'Read the report').click();
    await page.getByText('Why there?').click();
    await page.locator('.dialog p', { hasText: 'earliest start' }).waitFor();
    await page.getByText('What happened').click();
    await page.locator('.history li').first().waitFor();
  });
  await picture('moves', week('ceo'), {}, async (page) => {
    await page.getByRole('button', { name: 'New event' }).click();
    await page.getByLabel('What').fill('Minister visits');
    await page.getByLabel('Date', { exact: true }).fill('2027-03-04');
    await page.getByLabel('Start').fill('08:30');
    await page.getByLabel('Length').fill('90');
    await page.getByRole('button', { name: 'Book' }).click();
    await page.getByText('would move').waitFor();
  });
  await picture('refusal', week('ceo'), {}, async (page) => {
    const box = await shown(page, 'Lunch with Mara').boundingBox();
    await drag(page, { x: box.x + 40, y: box.y + 8 }, await spot(page, '2027-03-03', '10:00:00'));
    await page.getByText('These times are open:').waitFor();
  });
} finally {
  await close();
}

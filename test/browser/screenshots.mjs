// The same pictures each time of docs/secretary.md, how-to-polls.md, how-to-appointments.md: node screenshots.mjs DIR.
import path from 'node:path';
import { follow, openPoll, paint } from './poll_stage.mjs';
import { book, call, close, drag, drawn, NOW, open, place, publicUrl, setClock, shown, spot, visit, week } from './stage.mjs';

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

/** The pages of a participant and of the organiser, of a poll that four of six have answered. */
async function pictureOfPolls() {
  const poll = await openPoll({ title: 'Project decision', show_answers: true, calendars: ['room:berlin'] });
  const people = {
    Anna: [['09', 9, 12, 'yes'], ['10', 13, 16, 'yes'], ['11', 9, 10, 'if_need_be']], Ben: [['09', 10, 15, 'yes'], ['10', 12, 15, 'if_need_be']],
    Carla: [['08', 9, 17, 'yes'], ['10', 13, 17, 'yes']], Dora: [['10', 9, 15, 'yes'], ['12', 9, 12, 'yes']], Emil: null, Ida: null,
  };
  const links = {};
  for (const [name, times] of Object.entries(people)) {
    const [, { token, url }] = await call('POST', `/polls/${poll.id}/participants`, { name });
    links[name] = url;
    const at = (day, hour) => `2027-03-${day}T${String(hour).padStart(2, '0')}:00:00+01:00`;
    if (times) await call('PUT', `/polls/${poll.id}/schedules/${name}`, times.map(([day, from, to, preference]) => ({ start: at(day, from), end: at(day, to), preference })), 'manager', { Authorization: `Bearer ${token}` });
  }
  const take = async (name, link, options, act, fullPage = true) => {
    const { page, leave } = await follow(link, { viewport: size, ...options });
    await act(page);
    await page.screenshot({ path: path.join(folder, name + '.png'), fullPage });
    await leave();
  };
  const answering = async (page) => {
    await paint(page, /Tue 9 Mar, 10:00 /, /Tue 9 Mar, 11:30 /);
    await page.getByLabel('If need be').check();
    await paint(page, /Wed 10 Mar, 13:00 /, /Wed 10 Mar, 14:30 /);
  };
  await take('poll', links.Emil, {}, answering);
  await take('poll-phone', links.Ida, { ...phone, colorScheme: 'dark' }, answering, false);
  await take('poll-organise', poll.url, {}, async (page) => {
    await page.getByRole('button', { name: /^Book… Wed 10 Mar/ }).first().click();
    await page.getByText('Nothing would move.').waitFor();
  });
}

const phone = { viewport: { width: 390, height: 780 }, isMobile: true, hasTouch: true };

/** The page on which a visitor books a time with a provider. */
async function pictureOfBooking() {
  await call('POST', '/providers/grey/availability', { date: '2027-03-04', slots: { '09:00': '12:00' } });
  await call('PUT', '/calendars/provider:grey', { time_zone: 'Europe/Berlin', public_booking: true });
  const { page, leave } = await visit('/book/grey', { who: null, at: publicUrl, now: NOW, timezoneId: 'Europe/Berlin', ignoreHTTPSErrors: true, ...phone });
  await page.getByRole('button', { name: 'Thursday 4 March 2027, 10:15' }).click();
  await page.getByLabel('Your name').fill('Ann Weber');
  await page.getByLabel('Mail or telephone').fill('ann@example.org');
  await page.screenshot({ path: path.join(folder, 'book-phone.png'), fullPage: true });
  await leave();
}

/** The requests that wait for a provider's answer, on a phone; last, because from then on each page counts them. */
async function pictureOfRequests() {
  for (const [client, start_time] of [['Ann Weber', '09:00'], ['Bob Okoro', '10:15']]) await call('POST', '/appointments', { provider_id: 'grey', client, date: '2027-03-04', start_time });
  await picture('requests', '/?calendars=provider:grey&inbox=on', phone, async (page) => { await page.getByText('Bob Okoro').waitFor(); });
}

setClock(NOW);
await open();
try {
  await fill();
  await picture('week', week('ceo'));
  await picture('week-dark', week('ceo'), { colorScheme: 'dark' });
  await picture('phone', '/?calendars=ceo', phone);
  await picture('beside', '/?calendars=ceo,room:berlin&view=day&date=2027-03-03');
  await picture('month', '/?view=month&date=2027-03-02');
  await picture('hours', week('ceo'), { who: 'manager' }, async (page) => {
    await page.getByRole('button', { name: 'Hours… ceo' }).click();
    await page.getByRole('gridcell').first().waitFor();
  });
  await picture('settings', week('ceo'), { who: 'manager' }, async (page) => {
    await page.getByRole('button', { name: 'Settings… ceo' }).click();
    await page.getByLabel('Display name').waitFor();
  });
  await picture('free', week('ceo'), {}, async (page) => {
    await page.getByRole('button', { name: 'New event' }).click();
    await page.getByLabel('What').fill('Kick-off');
    await page.getByLabel('Who', { exact: true }).fill('room:berlin');
    await page.getByText('When are all free?').click();
    await page.getByRole('group', { name: 'Free times' }).getByRole('button').first().waitFor();
  });
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
    const box = await place(page, shown(page, 'Lunch with Mara'));
    await drag(page, { x: box.x + 40, y: box.y + 8 }, await spot(page, '2027-03-03', '10:00:00'));
    await page.getByText('These times are open:').waitFor();
  });
  await pictureOfPolls();
  await pictureOfBooking();
  await pictureOfRequests();
} finally {
  await close();
}

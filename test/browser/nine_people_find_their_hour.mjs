// Nine people with only links find their hour: each sees the question in their own zone, and paints or types when they
// are free. The organiser watches the answers come and books the time that suits all, and every link shows it. It could
// break with a grid that paints other times than it shows, for example in another zone; with an answer that does not
// arrive; or with a page that asks for more than a link.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { byFinger, cell, follow, openPoll, paint, save } from './poll_stage.mjs';
import { book, calendar, call, NOW, ownWeek, publicUrl, violations, visit, week } from './stage.mjs';

async function byKeys(page, label, cells) {
  await cell(page, label).focus();
  await page.keyboard.press('Space');
  for (let pressed = 1; pressed < cells; ++pressed) await page.keyboard.press('Shift+ArrowDown');
}

async function typed(page, date, from, to) {
  await page.getByText('Type exact times').click();
  await page.getByLabel('Date').fill(date);
  await page.getByLabel('From', { exact: true }).fill(from);
  await page.getByLabel('To', { exact: true }).fill(to);
  await page.getByRole('button', { name: 'Add with the chosen colour' }).click();
}

/** The nine and their actions: all are free on Wednesday from 13:00 to 14:00 in Berlin, and at no other hour. */
const nine = {
  Anna: [{}, (page) => paint(page, /Wed 10 Mar, 13:00 /, /Wed 10 Mar, 14:30 /)],
  Ben: [{ timezoneId: 'America/New_York' }, (page) => paint(page, /Wed 10 Mar, 06:00 /, /Wed 10 Mar, 08:00 /)],
  Chiyo: [{ timezoneId: 'Asia/Tokyo' }, (page) => paint(page, /Wed 10 Mar, 21:00 /, /Wed 10 Mar, 22:30 /)],
  Dora: [{ hasTouch: true, isMobile: true, viewport: { width: 390, height: 780 } }, (page) => byFinger(page, /Wed 10 Mar, 13:00 /, 1)],
  Emil: [{}, (page) => byKeys(page, /Wed 10 Mar, 12:00 /, 4)],
  'Fatima الزهراء': [{ colorScheme: 'dark' }, (page) => typed(page, '2027-03-10', '12:50', '14:10')],
  'Gül 🎈': [{ timezoneId: 'Asia/Kolkata' }, (page) => typed(page, '2027-03-10', '17:30', '19:30')],
  '<b>Hal</b>': [{}, async (page) => {
    await page.getByLabel('If need be').check();
    await paint(page, /Wed 10 Mar, 13:00 /, /Wed 10 Mar, 13:30 /);
  }],
  Ida: [{}, async (page) => {
    await paint(page, /Mon 8 Mar, 09:00 /, /Fri 12 Mar, 16:30 /);
    await page.getByLabel('No', { exact: true }).check();
    await paint(page, /Wed 10 Mar, 14:00 /, /Wed 10 Mar, 16:30 /);
  }],
};

async function invited(page, names) {
  const links = {};
  for (const name of names) {
    await page.getByLabel('Name').fill(name);
    await page.getByRole('button', { name: 'Invite' }).click();
    links[name] = await page.getByLabel(new RegExp(`^Link of .?${name}.?$`, 'u')).inputValue(); // a name from right to left is isolated
    assert.match(links[name], /^https:\/\/[^#]+\/polls\/\d+#jbp_[0-9a-f]{48}$/);
  }
  return links;
}

test('links that are shown only once outlive a change of the language that is not meant', async () => {
  const poll = await openPoll(), { page } = await follow(`${publicUrl}/polls/${poll.id}#${poll.organiser_token}`);
  await page.getByLabel('Name', { exact: true }).fill('Ann');
  await page.getByRole('button', { name: 'Invite' }).click();
  const links = page.locator('.links-made li');
  await links.first().waitFor();
  page.once('dialog', (question) => question.dismiss());
  await page.getByLabel('Language').selectOption('de');
  assert.deepEqual([await links.count() > 0, await page.getByLabel('Language').inputValue()], [true, 'en']);
  page.once('dialog', (question) => question.accept());
  await page.getByLabel('Language').selectOption('de');
  await page.getByLabel('Sprache').waitFor();
});

test('a poll whose answer is lost may have been opened, and the form says where that shows', async () => {
  let isLost = false;
  const lose = (context) => context.route(/\/polls$/, async (route) => {
    if (route.request().method() !== 'POST' || isLost) return route.fallback();
    isLost = true;
    await route.fetch();
    return route.abort();
  });
  const name = await calendar(), { page } = await visit(week(name), { prepare: lose, expected: [/ERR_FAILED/] });
  await page.getByRole('button', { name: 'New poll' }).click();
  const dialog = page.getByRole('dialog', { name: 'New poll' });
  await dialog.getByLabel('What', { exact: true }).fill('Lost answer');
  await dialog.getByRole('button', { name: 'Open the poll' }).click();
  await dialog.getByText('“All polls…” shows whether the poll was opened.').waitFor();
});

test('nine people who have only links find their hour', async () => {
  const poll = await openPoll();
  assert.equal(poll.url, `${publicUrl}/polls/${poll.id}#${poll.organiser_token}`);
  // The event that now has the hour may give way.
  await book({ event_name: 'Movable', duration: 3600, not_before: '2027-03-10T13:00:00+01:00', date: '2027-03-10', calendars: [poll.calendar] });
  const organiser = await follow(poll.url);
  await organiser.page.getByText('Nobody takes part yet.').waitFor();
  const links = await invited(organiser.page, Object.keys(nine));
  await organiser.page.getByText('0 of 9 have answered.').waitFor();
  for (const [name, [options, act]] of Object.entries(nine)) {
    const { page, leave } = await follow(links[name], options);
    await page.getByText(`You answer as ${name}.`).waitFor();
    await page.getByRole('heading', { name: 'Project decision' }).waitFor();
    await act(page);
    await save(page);
    await page.getByText('Your answer is saved. You can change it').waitFor();
    if (name === 'Anna' || name === 'Dora') assert.deepEqual(await violations(page), []);
    await leave();
  }
  // The organiser has not touched the page since then.
  await organiser.page.getByText('9 of 9 have answered.').waitFor();
  const best = organiser.page.locator('.ranking li').first();
  await best.getByText('all 9').waitFor();
  assert.match(await best.textContent(), /^Wed 10 Mar, 13:00 – 14:00: all 9, 1 of them if need be\./);
  assert.match(await cell(organiser.page, /Wed 10 Mar, 13:00 /).getAttribute('aria-label'), /: 9 of 9 free, 1 of them if need be$/);
  assert.deepEqual(await violations(organiser.page), []);
  await best.getByRole('button', { name: 'Book… Wed 10 Mar, 13:00' }).click();
  await organiser.page.getByText('Wed 10 Mar, 13:00 – 14:00 → Wed 10 Mar, 14:00 – 15:00').waitFor();
  await organiser.page.getByText('One event would move:').waitFor();
  // Somebody takes the place to which it would move.
  await book({ event_name: 'Between', date: '2027-03-10', start_time: '14:00', duration: 3600, calendars: [poll.calendar] });
  await organiser.page.getByRole('button', { name: 'Book Wed 10 Mar, 13:00 – 14:00', exact: true }).click();
  await organiser.page.getByText('This has changed meanwhile. Look at it again, and then decide.').waitFor();
  await organiser.page.getByText('Wed 10 Mar, 13:00 – 14:00 → Wed 10 Mar, 15:00 – 16:00').waitFor();
  // The calendar now also holds what is booked.
  assert.equal((await call('PUT', `/calendars/${poll.calendar}`, { confirm_within: 3600 }))[0], 200);
  await organiser.page.getByRole('button', { name: 'Book Wed 10 Mar, 13:00 – 14:00', exact: true }).click();
  await organiser.page.getByText('It would be held on Wed 10 Mar, 13:00 – 14:00.').waitFor();
  assert.equal((await call('PUT', `/calendars/${poll.calendar}`, { confirm_within: null }))[0], 200);
  await organiser.page.getByRole('button', { name: 'Book Wed 10 Mar, 13:00 – 14:00', exact: true }).click();
  await organiser.page.getByText('It would be held on').waitFor({ state: 'detached' });
  assert.deepEqual(await violations(organiser.page), []);
  const [, before] = await call('GET', `/polls/${poll.id}`, undefined, 'secretary');
  assert.equal(before.status, 'open', 'what is shown first is not done yet');
  await organiser.page.getByRole('button', { name: 'Book Wed 10 Mar, 13:00 – 14:00', exact: true }).click();
  await organiser.page.getByText('It takes place: Wed 10 Mar, 13:00 – 14:00').waitFor();
  await organiser.leave();
  const [, after] = await call('GET', `/events/${(await call('GET', `/polls/${poll.id}`, undefined, 'secretary'))[1].event_id}`);
  assert.deepEqual(after.attendees, Object.keys(nine).sort());
  for (const [name, [options]] of Object.entries(nine)) {
    const { page, leave } = await follow(links[name], options);
    await page.getByText('It takes place: ').waitFor();
    if (name === 'Ben') await page.getByText('It takes place: Wed 10 Mar, 07:00 – 08:00').waitFor();
    await leave();
  }
});

test('who is free for a whole cell, partly by yes and partly if need be, counts in it as if need be', async () => {
  const poll = await openPoll({ public: true }), at = (time) => `2027-03-08T${time}:00+01:00`;
  await call('PUT', `/polls/${poll.id}/schedules/Zoe`, [['10:00', '11:15', 'yes'], ['11:15', '12:15', 'if_need_be']].map(([start, end, preference]) => ({ start: at(start), end: at(end), preference })));
  const { page } = await follow(poll.url), free = async (time) => (await cell(page, `Mon 8 Mar, ${time} – `).getAttribute('aria-label')).replace(/.*: /, '');
  await page.getByText('1 of 1 have answered.').waitFor();
  assert.deepEqual(await Promise.all(['10:30', '11:00', '11:30', '12:00'].map(free)),
    ['1 of 1 free', '1 of 1 free, 1 of them if need be', '1 of 1 free, 1 of them if need be', '0 of 1 free']);
});

for (const [title, isFirst] of [['before', true], ['after', false]]) test(`an organiser whose booking lost its answer hears that it was made, and of no trouble ${title} it`, async () => {
  const poll = await openPoll({ public: true });
  await call('PUT', `/polls/${poll.id}/schedules/Zoe`, [{ start: '2027-03-09T10:00:00+01:00', end: '2027-03-09T11:00:00+01:00' }]);
  const { page } = await follow(poll.url, { expected: [/ERR_FAILED/] }), told = page.getByText('It takes place: Tue 9 Mar, 10:00 – 11:00');
  await page.context().route('**/book', async (route) => {
    if (/dry_run/.test(route.request().postData() ?? '')) return route.fallback();
    if (isFirst) {
      await route.abort();
      await page.getByText('The server cannot be reached.').waitFor();
      return call('POST', `/polls/${poll.id}/book`, { start_timestamp: '2027-03-09T10:00:00+01:00' }, 'secretary');
    }
    await route.fetch();
    await told.waitFor();
    return route.abort();
  });
  await page.getByRole('button', { name: /^Book… Tue 9 Mar/ }).first().click();
  const failed = page.waitForEvent('requestfailed');
  await page.getByRole('button', { name: 'Book Tue 9 Mar, 10:00 – 11:00', exact: true }).click();
  await failed;
  await told.waitFor();
  await page.locator('button:disabled').waitFor({ state: 'detached' });
  assert.equal(await page.getByText('The server cannot be reached.').count(), 0);
  assert.deepEqual(await violations(page), []);
});

for (const who of [null, 'secretary'])
  test(`the organiser’s page tells the time that was booked as it stands now, ${who ? 'by certificate' : 'by link'}`, async () => {
    const poll = await openPoll({ public: true }), prepare = (context) => context.clock.install({ time: new Date(NOW) });
    await call('PUT', `/polls/${poll.id}/schedules/Zoe`, [{ start: '2027-03-09T10:00:00+01:00', end: '2027-03-09T12:00:00+01:00' }]);
    const booked = async () => (await call('POST', `/polls/${poll.id}/book`, { start_timestamp: '2027-03-09T10:00:00+01:00' }, 'secretary'))[1].id;
    const first = await booked(), { page } = await (who ? visit(`/polls/${poll.id}#organise`, { who, now: NOW, timezoneId: 'Europe/Berlin', prepare, expected: [/404/] }) : follow(poll.url, { prepare }));
    await page.getByText('It takes place: Tue 9 Mar, 10:00 – 11:00').waitFor();
    assert.equal((await call('PATCH', `/events/${first}`, { start_timestamp: '2027-03-09T11:00:00+01:00' }))[0], 200);
    await page.clock.runFor(11_000);
    await page.getByText('It takes place: Tue 9 Mar, 11:00 – 12:00').waitFor();
    assert.equal(await page.getByText('It takes place').count(), 1);
    assert.deepEqual(await violations(page), []);
    for (const [method, target] of [['POST', (id) => `/events/${id}/cancel`], ['DELETE', (id) => `/events/${id}`]]) {
      assert.ok((await call(method, target((await call('GET', `/polls/${poll.id}`, undefined, 'secretary'))[1].event_id), method === 'POST' ? {} : undefined))[0] < 300);
      await page.clock.runFor(11_000);
      await page.getByRole('button', { name: 'Book… Tue 9 Mar, 10:00' }).waitFor();
      assert.equal(await page.getByText('It takes place').count(), 0);
      await booked();
      await page.getByText('It takes place: Tue 9 Mar, 10:00 – 11:00').waitFor();
    }
  });

test('a secretary opens a poll in the week, and is given the organiser’s link', async () => {
  const { name, page, leave } = await ownWeek({ who: 'secretary', expected: [/422/] });
  await page.getByRole('button', { name: 'New poll' }).click();
  const dialog = page.getByRole('dialog', { name: 'New poll' });
  assert.deepEqual(await violations(page), []);
  await dialog.getByLabel('What', { exact: true }).fill('Offsite');
  await dialog.getByLabel('First day').fill('2027-03-08');
  await dialog.getByLabel('Last day').fill('2027-03-07');
  await dialog.getByLabel('Length').fill('1h30');
  await dialog.getByLabel('Participants see what the others').check();
  await dialog.getByRole('button', { name: 'Open the poll' }).click();
  await dialog.getByRole('alert').waitFor();
  await dialog.getByLabel('Last day').fill('2027-03-09');
  await dialog.getByRole('button', { name: 'Open the poll' }).click();
  const link = await dialog.getByLabel('The organiser’s link').inputValue();
  assert.ok(link.startsWith(publicUrl + '/polls/'), link);
  await leave();
  const organiser = await follow(link);
  await organiser.page.getByText('1 hour 30 minutes, some time from Mon 8 Mar to Tue 9 Mar, on each day from 09:00 to 18:00.').waitFor();
  await organiser.leave();
  const [, poll] = await call('GET', new URL(link).pathname, undefined, 'secretary');
  assert.deepEqual([poll.calendars, poll.show_answers, poll.public], [[name], true, false]);
});

test('the time that was found comes as a file for one’s own calendar', async () => {
  const poll = await openPoll({ title: 'Decide; "now", or later \\ never: ' + 'ü'.repeat(60), public: true });
  await call('PUT', `/polls/${poll.id}/schedules/Zoe`, [{ start: '2027-03-09T10:00:00+01:00', end: '2027-03-09T12:00:00+01:00' }]);
  await call('POST', `/polls/${poll.id}/book`, {}, 'secretary');
  const { page } = await follow(`${publicUrl}/polls/${poll.id}`);
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByText('Put it into your calendar').click()]);
  const file = fs.readFileSync(await download.path(), 'utf8');
  assert.equal(download.suggestedFilename(), `poll-${poll.id}.ics`);
  assert.match(file, /\r\nDTSTART:20270309T090000Z\r\nDTEND:20270309T100000Z\r\n/);
  assert.match(file.replaceAll('\r\n ', ''), /SUMMARY:Decide\\; "now"\\, or later \\\\ never: ü{60}\r\n/);
  assert.ok(file.split('\r\n').every((line) => Buffer.byteLength(line) <= 75), 'its lines are folded');
});

test('asked time in the second pass of a repeated hour can be painted', async () => {
  const poll = await openPoll({ from: '2027-11-07T13:00:00+09:00', to: '2027-11-07T15:30:00+09:00', duration: 1800, time_zone: 'Asia/Tokyo', daily_from: undefined, daily_to: undefined });
  const [, { token }] = await call('POST', `/polls/${poll.id}/participants`, { name: 'Ann' }, 'secretary');
  const { page } = await follow(`${publicUrl}/polls/${poll.id}#${token}`, { now: '2027-11-01T09:00:00+09:00', timezoneId: 'America/New_York' });
  await paint(page, /Sun 7 Nov, 00:00 /, /Sun 7 Nov, 01:30 /);
  await save(page);
  const [, { participants: [ann] }] = await call('GET', `/polls/${poll.id}`, undefined, 'secretary');
  assert.deepEqual(ann.schedule.map(({ start, end }) => [Date.parse(start), Date.parse(end)]), [[Date.parse('2027-11-07T04:00:00Z'), Date.parse('2027-11-07T06:30:00Z')]]);
});

// Whatever happens to a link or to the connection, a poll's page says so, loses nothing painted, and shows of others
// only what the organiser has opened. Anybody with the link may come, with any browser, name or connection.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { call, hold, notice, publicUrl, violations, visit } from './stage.mjs';
import { cell, follow, openPoll, paint, save } from './poll_stage.mjs';

const refused = [/4[0-9][0-9]/];
const invite = async (poll, name) => (await call('POST', `/polls/${poll.id}/participants`, { name }, 'secretary'))[1];
const answered = async (poll, name) => (await call('GET', `/polls/${poll.id}`, undefined, 'secretary'))[1].participants.find(({ participant }) => participant === name)?.schedule;

test('a link that opens nothing says why, whatever is wrong with it', async () => {
  const poll = await openPoll(), open = await openPoll({ public: true }), other = await openPoll(), anna = await invite(other, 'Anna');
  const lines = [
    [`${publicUrl}/polls/${poll.id}`, 'This needs a personal link.'],
    [`${publicUrl}/polls/${poll.id}#${anna.token}`, 'This link does not open this poll.'],
    [`${publicUrl}/polls/${poll.id}#${other.organiser_token}`, 'This link does not open this poll.'],
    [`${publicUrl}/polls/${poll.id}#${poll.organiser_token.slice(0, 30)}`, 'This link is not whole'],
    [`${publicUrl}/polls/${open.id}#${open.organiser_token.slice(0, 30)}`, 'This link is not whole'],
    [`${publicUrl}/polls/${open.id}#jbp_x`, 'This link is not whole'],
    [`${publicUrl}/polls/${poll.id}#jbp_`, 'This link is not whole'],
    [`${publicUrl}/polls/987654321#${anna.token}`, 'There is no such poll'],
  ];
  for (const [link, words] of lines) {
    const { page, response, leave } = await follow(link, { expected: refused });
    await page.getByText(words).waitFor();
    assert.equal(response.status(), 200);
    assert.match(response.headers()['content-security-policy'], /default-src 'none'.*frame-ancestors 'none'/);
    assert.equal(response.headers()['referrer-policy'], 'no-referrer');
    assert.deepEqual(await violations(page), []);
    await leave();
  }
});

test('a browser without scripts gets a sentence', async () => {
  const poll = await openPoll();
  const { page } = await follow(poll.url, { javaScriptEnabled: false });
  assert.match(await page.locator('noscript').innerHTML(), /needs JavaScript/);
  assert.ok((await page.locator('body').boundingBox()).height > 50, 'the sentence takes room');
});

test('no request but the page’s own carries the token, and it stands in no log', async () => {
  const poll = await openPoll(), anna = await invite(poll, 'Anna');
  const { page, context, leave } = await follow(anna.url);
  const asked = [];
  context.on('request', (request) => asked.push(request.url() + (request.headers()['referer'] ?? '')));
  await page.reload();
  await page.getByText('You answer as Anna.').waitFor();
  assert.ok(asked.length > 0 && !asked.some((one) => one.includes(anna.token.slice(4))), asked.join('\n'));
  await leave();
  const folder = path.join(path.dirname(path.dirname(process.env.JB_CA)), 'log');
  for (const file of fs.readdirSync(folder)) assert.ok(!fs.readFileSync(path.join(folder, file), 'latin1').includes(anna.token.slice(4)), file);
});

test('a day whose clock skips the hours of the poll is not asked about', async () => {
  const poll = await openPoll({ from: '2027-03-27T00:00:00+01:00', to: '2027-03-30T00:00:00+02:00', duration: 900, daily_from: '02:15', daily_to: '02:45' });
  const { page } = await follow((await invite(poll, 'Anna')).url);
  await page.getByRole('grid').waitFor();
  const asked = page.locator('td[role=gridcell]:not([aria-disabled])');
  assert.deepEqual((await asked.evaluateAll((cells) => cells.map((one) => one.getAttribute('aria-label')))).sort(),
    ['Mon 29 Mar, 02:15 – 02:30: no', 'Mon 29 Mar, 02:30 – 02:45: no', 'Sat 27 Mar, 02:15 – 02:30: no', 'Sat 27 Mar, 02:30 – 02:45: no']);
});

test('a poll whose hours end where the clock skips shows all the time that is open', async () => {
  const poll = await openPoll({ from: '2027-03-28T00:00:00+01:00', to: '2027-03-29T00:00:00+02:00', duration: 900, daily_from: '01:30', daily_to: '02:45' });
  const { page } = await follow((await invite(poll, 'Anna')).url);
  await page.getByRole('grid').waitFor();
  const asked = page.locator('td[role=gridcell]:not([aria-disabled])');
  assert.deepEqual(await asked.evaluateAll((cells) => cells.map((one) => one.getAttribute('aria-label').slice(12, -4))),
    ['01:30 – 01:45', '01:45 – 03:00', '03:00 – 03:15', '03:15 – 03:30', '03:30 – 03:45']);
});

test('nothing can be painted while a saved answer is read again, since it would be lost', async () => {
  const poll = await openPoll();
  let isSaved = false, release;
  const slow = new Promise((go) => { release = go; });
  const { page } = await follow((await invite(poll, 'Ivy')).url, { prepare: (context) => context.route(/\/polls\/\d+(\/.*)?$/, async (route) => {
    if (route.request().method() === 'PUT') isSaved = true;
    else if (isSaved && !route.request().isNavigationRequest()) await slow;
    return route.fallback();
  }) });
  const asked = page.locator('td[role=gridcell]:not([aria-disabled])');
  await asked.nth(2).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Your answer is saved.').first().waitFor();
  assert.ok(await page.locator('main').evaluate((main) => main.inert));
  release();
  await page.waitForFunction(() => !document.querySelector('main').inert);
  await asked.nth(8).click();
  await page.getByText('Not saved yet.').waitFor();
});

test('a time that is typed may end at midnight', async () => {
  const poll = await openPoll({ daily_from: '18:00', daily_to: '24:00' }), anna = await invite(poll, 'Anna');
  const { page } = await follow(anna.url);
  await page.getByText('Type exact times').click();
  await page.getByLabel('Date').fill('2027-03-08');
  await page.getByLabel('From', { exact: true }).fill('22:00');
  await page.getByLabel('To', { exact: true }).fill('00:00');
  await page.getByRole('button', { name: 'Add with the chosen colour' }).click();
  await save(page);
  assert.deepEqual((await answered(poll, 'Anna')).map(({ start, end }) => [start, end]), [['2027-03-08T22:00:00+01:00', '2027-03-09T00:00:00+01:00']]);
});

test('what was painted outlives a lost connection, a closed tab and a reload, and is sent once the line is back', async () => {
  const poll = await openPoll(), anna = await invite(poll, 'Anna');
  const { page, context } = await follow(anna.url, { expected: [/ERR_INTERNET_DISCONNECTED|Failed to load/] });
  await paint(page, /Mon 8 Mar, 09:00 /, /Mon 8 Mar, 10:00 /);
  await page.reload();
  await page.getByText('Not saved yet.').waitFor();
  assert.match(await cell(page, /Mon 8 Mar, 10:00 /).getAttribute('aria-label'), /: yes$/);
  await context.setOffline(true);
  await paint(page, /Mon 8 Mar, 10:30 /, /Mon 8 Mar, 11:30 /);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('is sent again by itself').waitFor();
  const kept = await page.evaluate(() => JSON.stringify({ ...localStorage }));
  assert.match(kept, /if_need_be/);
  assert.ok(!kept.includes('jbp_'), 'the token is not kept');
  await context.setOffline(false);
  await notice(page, 'Your answer is saved.');
  assert.deepEqual(await answered(poll, 'Anna'), [{ start: '2027-03-08T09:00:00+01:00', end: '2027-03-08T12:00:00+01:00', preference: 'yes' }]);
  assert.equal(await page.evaluate(() => localStorage.length), 0);
});

test('what was painted and never saved is no answer once the poll is closed', async () => {
  const poll = await openPoll(), anna = await invite(poll, 'Anna');
  const { page } = await follow(anna.url);
  await paint(page, /Thu 11 Mar, 09:00 /, /Thu 11 Mar, 10:30 /);
  await page.getByText('Not saved yet.').waitFor();
  assert.equal((await call('POST', `/polls/${poll.id}/book`, { start_timestamp: '2027-03-10T10:00:00+01:00' }, 'secretary'))[0], 201);
  await page.reload();
  await page.getByText('What you have answered').waitFor();
  assert.deepEqual(await page.locator('.times li').allTextContents(), ['Nothing yet.']);
});

test('two tabs show one answer', async () => {
  const poll = await openPoll(), anna = await invite(poll, 'Anna');
  const { page, context } = await follow(anna.url);
  const second = await context.newPage();
  await second.goto(anna.url);
  await paint(page, /Tue 9 Mar, 09:00 /, /Tue 9 Mar, 09:30 /);
  await second.getByRole('gridcell', { name: /Tue 9 Mar, 09:30 .*: yes$/ }).waitFor();
  await paint(second, /Tue 9 Mar, 11:00 /, /Tue 9 Mar, 11:30 /);
  await page.getByRole('gridcell', { name: /Tue 9 Mar, 11:00 .*: yes$/ }).waitFor();
  await save(page);
  await second.getByText('Your answer is saved. You can change it').waitFor();
  assert.equal((await answered(poll, 'Anna')).length, 2);
});

test('a guest of the same name in the same browser takes nothing that an invited person has painted', async () => {
  const poll = await openPoll({ public: true }), anna = await invite(poll, 'Anna');
  const { page, context } = await follow(anna.url);
  await paint(page, /Tue 9 Mar, 09:00 /, /Tue 9 Mar, 09:30 /);
  await page.getByText('Not saved yet.').waitFor();
  const guest = await context.newPage();
  await guest.goto(`${publicUrl}/polls/${poll.id}`);
  await guest.getByLabel('Your name').fill('Anna');
  await paint(guest, /Tue 9 Mar, 11:00 /, /Tue 9 Mar, 11:30 /);
  await save(guest);
  await page.getByText('Not saved yet.').waitFor();
  await save(page);
  assert.deepEqual((await call('GET', `/polls/${poll.id}`, undefined, 'secretary'))[1].participants.map(({ invited, schedule }) => [invited, schedule[0].start]).sort(),
    [[false, '2027-03-09T11:00:00+01:00'], [true, '2027-03-09T09:00:00+01:00']]);
});

test('an answer is changed and withdrawn, and after the booking it is too late, which is told', async () => {
  const poll = await openPoll(), anna = await invite(poll, 'Anna'), ben = await invite(poll, 'Ben');
  const first = await follow(anna.url, { expected: refused });
  await paint(first.page, /Thu 11 Mar, 09:00 /, /Thu 11 Mar, 11:30 /);
  await save(first.page);
  await first.page.getByLabel('No', { exact: true }).check();
  await paint(first.page, /Thu 11 Mar, 09:00 /, /Thu 11 Mar, 09:30 /);
  await save(first.page);
  assert.deepEqual((await answered(poll, 'Anna')).map(({ start }) => start), ['2027-03-11T10:00:00+01:00']);
  await first.page.getByRole('button', { name: 'Withdraw' }).click();
  assert.equal((await answered(poll, 'Anna')).length, 1, 'once is not enough');
  await first.page.getByRole('button', { name: 'Withdraw your answer?', exact: true }).click();
  await notice(first.page, 'Your answer is withdrawn.');
  assert.equal(await answered(poll, 'Anna'), null);
  await first.page.getByText('You have not answered yet.').waitFor(); // and its grid is redrawn
  await paint(first.page, /Thu 11 Mar, 09:00 /, /Thu 11 Mar, 09:30 /);
  await call('PUT', `/polls/${poll.id}/schedules/Ben`, [{ start: '2027-03-11T13:00:00+01:00', end: '2027-03-11T14:00:00+01:00' }], 'secretary', { Authorization: `Bearer ${ben.token}` });
  assert.equal((await call('POST', `/polls/${poll.id}/book`, {}, 'secretary'))[0], 201);
  await first.page.getByRole('button', { name: 'Save', exact: true }).click();
  await first.page.getByText('It takes place: Thu 11 Mar, 13:00 – 14:00').waitFor();
  await notice(first.page, 'The poll is closed');
});

for (const [what, name] of [['markup', '<img src=x onerror=alert(1)>'], ['right-to-left', 'ليلى abc'], ['emoji', '👩‍👩‍👧 🎈'], ['slashes', 'a/b?c#d%2e..']])
  test(`in a public poll a name is typed, with ${what} in it, and becomes one’s own by a link`, async () => {
    const poll = await openPoll({ public: true, show_answers: true, title: `${name} meets` });
    const { page, leave } = await follow(`${publicUrl}/polls/${poll.id}`);
    await page.getByLabel('Your name').fill(name);
    await paint(page, /Fri 12 Mar, 09:00 /, /Fri 12 Mar, 10:30 /);
    await save(page);
    await page.getByText('You answer as').waitFor();
    const link = await page.getByLabel('Link of').inputValue();
    assert.match(link, /#jbp_[0-9a-f]{48}$/);
    assert.equal((await answered(poll, name)).length, 1);
    assert.deepEqual(await violations(page), []);
    await leave();
    const again = await follow(link, { expected: refused }); // withdrawing uninvited ends participant and token
    await again.page.getByText(`You answer as ${name}.`).waitFor();
    await again.page.getByRole('button', { name: 'Withdraw' }).click();
    await again.page.getByRole('button', { name: 'Withdraw your answer? Your link will stop working.' }).click();
    await notice(again.page, 'Your answer is withdrawn.');
    await again.leave();
  });

test('a withdrawal whose answer is lost, or that another device has made, is told as done', async () => {
  const poll = await openPoll({ public: true }), anna = await invite(poll, 'Anna'), path = `${publicUrl}/polls/${poll.id}/schedules`;
  const times = [{ start: '2027-03-08T09:00:00+01:00', end: '2027-03-08T11:00:00+01:00', preference: 'yes' }];
  const as = (token) => ({ Authorization: `Bearer ${token}` }), loses = async (route) => { await route.fetch(); await route.abort(); };
  const gus = (await call('PUT', `${path}/Gus`, times, null))[1];
  assert.equal((await call('PUT', `${path}/Anna`, times, null, as(anna.token)))[0], 200);
  for (const [link, question] of [[anna.url, 'Withdraw your answer?'], [`${publicUrl}/polls/${poll.id}#${gus.token}`, 'Withdraw your answer? Your link will stop working.']]) {
    const { page, context, leave } = await follow(link, { expected: [...refused, /ERR_FAILED/] });
    await context.route('**/schedules/*', (route) => (route.request().method() === 'DELETE' ? loses(route) : route.fallback()), { times: 1 });
    await page.getByRole('button', { name: 'Withdraw' }).click();
    await page.getByRole('button', { name: question, exact: true }).click();
    await notice(page, 'Your answer is withdrawn.');
    assert.equal(await page.locator('.refusal').count(), 0);
    await leave();
  }
  assert.equal((await call('PUT', `${path}/Anna`, times, null, as(anna.token)))[0], 200);
  const { page } = await follow(anna.url, { expected: refused });
  await page.getByRole('button', { name: 'Withdraw' }).click();
  assert.equal((await call('DELETE', `${path}/Anna`, undefined, null, as(anna.token)))[0], 204);
  await page.getByRole('button', { name: 'Withdraw your answer?', exact: true }).click();
  await notice(page, 'Your answer is withdrawn.');
});

test('a name of 500 characters, of nobody or of somebody else is refused in words', async () => {
  const poll = await openPoll({ public: true });
  await call('PUT', `/polls/${poll.id}/schedules/Anna`, [{ start: '2027-03-09T10:00:00+01:00', end: '2027-03-09T12:00:00+01:00' }]);
  const { page } = await follow(`${publicUrl}/polls/${poll.id}`, { expected: refused });
  const press = () => page.getByRole('button', { name: 'Save', exact: true }).click();
  await press();
  await page.getByText('Your name is missing.').waitFor();
  await page.getByLabel('Your name').fill('Anna');
  await press();
  await page.getByText('Mark at least one time when you are free.').waitFor();
  await paint(page, /Fri 12 Mar, 09:00 /, /Fri 12 Mar, 10:30 /);
  await press();
  await page.getByText('Somebody has answered under this name already.').waitFor();
  await page.getByLabel('Your name').evaluate((field) => { field.removeAttribute('maxlength'); });
  await page.getByLabel('Your name').fill('x'.repeat(500));
  await press();
  await page.getByRole('alert').getByText('200 characters').waitFor();
  for (const name of ['An\u200bna', 'Anna \u202eabc']) {
    await page.getByLabel('Your name').fill(name);
    await press();
    await page.getByRole('alert').getByText('invisible').waitFor();
  }
});

test('a guest who paints more times than a guest may leave is told so, and the painting stays', async () => {
  const poll = await openPoll({ public: true });
  const { page } = await follow(`${publicUrl}/polls/${poll.id}`, { expected: refused });
  await page.getByLabel('Your name').fill('Painter');
  await page.evaluate(() => {
    const [key] = Object.keys(localStorage), draft = JSON.parse(localStorage[key]), start = Date.parse('2027-03-08T09:00:00+01:00');
    draft.schedule.yes = Array.from({ length: 101 }, (_, i) => ({ start: start + i * 120_000, end: start + i * 120_000 + 60_000 }));
    localStorage[key] = JSON.stringify(draft);
  });
  await page.reload();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('alert').getByText('Your answer: without an invitation you can mark at most 100 separate times.').waitFor();
  await page.getByText('Not saved yet.').waitFor();
  assert.equal(await answered(poll, 'Painter'), undefined);
});

for (const other of ['Maria', 'Maria B'])
  test(`a guest whose first answer was lost is not locked out, who tries again as ${other}`, async () => {
    const poll = await openPoll({ public: true });
    let lost = 0;
    const prepare = (context) => context.route('**/schedules/**', async (route) => {
      if (++lost > 1) return route.fallback();
      assert.equal((await route.fetch()).status(), 201);
      return route.abort('connectionreset');
    });
    const { page } = await follow(`${publicUrl}/polls/${poll.id}`, { prepare, expected: [/ERR_CONNECTION_RESET|Failed to load/, ...refused] });
    await page.getByLabel('Your name').fill('Maria');
    await paint(page, /Fri 12 Mar, 09:00 /, /Fri 12 Mar, 10:30 /);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('is sent again by itself').waitFor();
    await page.getByLabel('Your name').fill(other);
    if (other !== 'Maria') await page.getByRole('button', { name: 'Save', exact: true }).click();
    await notice(page, 'Your answer is saved.');
    await page.getByText('You answer as Maria.').waitFor();
    const link = await page.getByLabel('Link of').inputValue();
    assert.match(link, /#jbp_[0-9a-f]{48}$/);
    assert.equal(page.url(), link);
    assert.equal((await call('GET', `/polls/${poll.id}`, undefined, 'secretary'))[1].participant_count, 1);
    assert.equal(await page.evaluate(() => localStorage.length), 0);
  });

test('what is sent again is what was saved; what was painted since stays, and waits for its own Save', async () => {
  const poll = await openPoll({ public: true });
  let tries = 0;
  const prepare = (context) => context.route('**/schedules/**', (route) => (++tries > 1 ? route.fallback() : route.abort('connectionreset')));
  const { page } = await follow(`${publicUrl}/polls/${poll.id}`, { prepare, expected: [/ERR_CONNECTION_RESET|Failed to load/] });
  await page.getByLabel('Your name').fill('Maria');
  await paint(page, /Fri 12 Mar, 09:00 /, /Fri 12 Mar, 10:30 /);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('is sent again by itself').waitFor();
  await paint(page, /Fri 12 Mar, 14:00 /, /Fri 12 Mar, 15:30 /);
  await page.getByText('You answer as Maria.').waitFor();
  assert.deepEqual((await answered(poll, 'Maria')).map(({ start }) => start), ['2027-03-12T09:00:00+01:00']);
  await page.getByText('Not saved yet.').waitFor();
  await save(page);
  assert.deepEqual((await answered(poll, 'Maria')).map(({ start }) => start), ['2027-03-12T09:00:00+01:00', '2027-03-12T14:00:00+01:00']);
  assert.equal(await page.evaluate(() => localStorage.length), 0);
});

test('what another device has answered meanwhile is shown, and not undone by what is sent again, saved or left unsaved', async () => {
  const poll = await openPoll(), anna = await invite(poll, 'Anna'), own = { Authorization: `Bearer ${anna.token}` };
  const hour = (day, start) => ({ start: `2027-03-${day}T${start}:00:00+01:00`, end: `2027-03-${day}T${start + 1}:00:00+01:00`, preference: 'yes' });
  const phone = async (...schedule) => assert.equal((await call('PUT', `${publicUrl}/polls/${poll.id}/schedules/Anna`, schedule, null, own))[0], 200);
  const { page, context } = await follow(anna.url, { expected: [/ERR_FAILED/] }), told = () => page.locator('.refusal').getByText('This has changed meanwhile.').waitFor();
  const cut = async (press, meanwhile) => {
    await context.route('**/schedules/*', (route) => route.abort());
    await press();
    await page.getByText('is sent again by itself').waitFor();
    await meanwhile();
    await context.unroute('**/schedules/*');
  };
  const withdraw = async () => {
    await page.getByRole('button', { name: 'Withdraw' }).click();
    await page.getByRole('button', { name: 'Withdraw your answer?', exact: true }).click();
  };
  const press = () => page.getByRole('button', { name: 'Save', exact: true }).click();
  await paint(page, /Mon 8 Mar, 09:00 /, /Mon 8 Mar, 09:30 /);
  await cut(press, () => phone(hour('09', 10)));
  await told();
  assert.deepEqual(await answered(poll, 'Anna'), [hour('09', 10)]);
  await cell(page, /Tue 9 Mar, 10:00 .*: yes$/).waitFor();
  await save(page);
  assert.deepEqual((await answered(poll, 'Anna')).map(({ start }) => start), ['2027-03-08T09:00:00+01:00', '2027-03-09T10:00:00+01:00']);
  // a withdrawal
  await cut(withdraw, () => phone(hour('10', 10)));
  await told();
  assert.deepEqual(await answered(poll, 'Anna'), [hour('10', 10)]);
  await page.getByText('Your answer is saved. You can change it').waitFor();
  // a page left open, and a draft that is opened again
  await phone(hour('11', 10));
  await page.getByLabel('No', { exact: true }).check();
  await paint(page, /Wed 10 Mar, 10:00 /, /Wed 10 Mar, 10:30 /);
  await press();
  await told();
  assert.deepEqual(await answered(poll, 'Anna'), [hour('11', 10)]);
  await page.getByLabel('Yes', { exact: true }).check();
  await paint(page, /Wed 10 Mar, 14:00 /, /Wed 10 Mar, 14:30 /);
  await phone(hour('11', 10), hour('12', 10));
  await page.reload();
  await told();
  await save(page);
  assert.deepEqual(await answered(poll, 'Anna'), [hour('10', 14), hour('11', 10), hour('12', 10)]);
  // nothing is asked where the answer had arrived
  await context.route('**/schedules/*', async (route) => { await route.fetch(); await route.abort(); }, { times: 1 });
  await page.getByRole('button', { name: 'No time suits' }).click();
  await page.getByText('is sent again by itself').waitFor();
  await page.locator('.answer-state:not(.unsaved)').waitFor();
  assert.deepEqual([await answered(poll, 'Anna'), await page.locator('.refusal').count()], [[], 0]);
  await context.route('**/schedules/*', async (route) => { await route.fetch(); await route.abort(); }, { times: 1 });
  await paint(page, /Fri 12 Mar, 14:00 /, /Fri 12 Mar, 14:30 /);
  await press();
  await page.getByText('is sent again by itself').waitFor();
  await page.reload();
  await page.locator('.answer-state:not(.unsaved)').waitFor();
  assert.deepEqual([await answered(poll, 'Anna'), await page.locator('.refusal').count()], [[hour('12', 14)], 0]);
});

test('answers are sent one at a time', async () => {
  const poll = await openPoll(), anna = await invite(poll, 'Anna'), { page, context } = await follow(anna.url);
  await paint(page, /Mon 8 Mar, 09:00 /, /Mon 8 Mar, 09:30 /);
  const asked = page.waitForRequest('**/schedules/*'), release = await hold(context, '**/schedules/*', () => true);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await asked;
  assert.ok(await page.getByRole('button', { name: 'No time suits' }).isDisabled());
  release();
  await page.getByText('Your answer is saved. You can change it').waitFor();
  await page.getByRole('button', { name: 'No time suits' }).click();
  await page.locator('.answer-state:not(.unsaved)').waitFor();
  assert.deepEqual(await answered(poll, 'Anna'), []);
});

test('a guest whose answer was lost in one tab is not locked out by painting in another', async () => {
  const poll = await openPoll({ public: true }), { page, context } = await follow(`${publicUrl}/polls/${poll.id}`, { expected: [/ERR_FAILED/, ...refused] });
  const second = await context.newPage();
  await second.goto(page.url());
  await paint(page, /Fri 12 Mar, 09:00 /, /Fri 12 Mar, 10:30 /);
  await page.getByLabel('Your name').fill('Gus');
  await page.route('**/schedules/**', async (route) => { await route.fetch(); await route.abort(); });
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('is sent again by itself').waitFor();
  await paint(second, /Thu 11 Mar, 09:00 /, /Thu 11 Mar, 09:30 /);
  await second.close();
  await page.close();
  const third = await context.newPage();
  await third.goto(`${publicUrl}/polls/${poll.id}`);
  assert.equal(await third.getByLabel('Your name').inputValue(), 'Gus');
  await third.getByRole('button', { name: 'Save', exact: true }).click();
  await third.getByText('You answer as Gus.').waitFor();
  assert.equal((await answered(poll, 'Gus')).length, 2);
});

test('a guest who fills a poll in while it is closed to newcomers is told that, and nothing of names', async () => {
  const poll = await openPoll({ public: true }), free = [{ start: '2027-03-09T10:00:00+01:00', end: '2027-03-09T12:00:00+01:00' }];
  await invite(poll, 'Anna');
  await call('PUT', `/polls/${poll.id}/schedules/Ben`, free);
  const { page } = await follow(`${publicUrl}/polls/${poll.id}`, { expected: refused });
  await paint(page, /Fri 12 Mar, 09:00 /, /Fri 12 Mar, 10:30 /);
  await call('PATCH', `/polls/${poll.id}`, { public: false }, 'secretary');
  for (const name of ['Anna', 'Ben', 'Zoe']) {
    await page.getByLabel('Your name').fill(name);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('alert').getByText('The poll takes no new names any more.').waitFor();
  }
  await page.getByText('Not saved yet.').waitFor();
});

test('the organiser closes a public poll to newcomers, and takes off whoever was not invited', async () => {
  const poll = await openPoll({ public: true }), free = [{ start: '2027-03-09T10:00:00+01:00', end: '2027-03-09T12:00:00+01:00' }];
  await invite(poll, 'Anna');
  for (const name of ['Anna', 'Zoe']) assert.equal((await call('PUT', `/polls/${poll.id}/schedules/${name}`, free))[0], 201);
  const { page } = await follow(poll.url);
  await page.getByText('2 of 3 have answered.').waitFor();
  assert.deepEqual(await page.locator('.people li').evaluateAll((lines) => lines.map((line) => [line.firstChild.textContent, line.textContent.includes('not invited')])), [['Anna', false], ['Anna', true], ['Zoe', true]]);
  await page.getByRole('button', { name: 'Close to newcomers' }).click();
  await page.getByRole('button', { name: 'Open to everybody' }).waitFor();
  assert.equal((await call('PUT', `/polls/${poll.id}/schedules/Late`, free))[0], 403);
  const all = page.getByRole('button', { name: 'Take off all who were not invited' });
  await all.click();
  await page.getByRole('button', { name: 'Take off, with their answers: really?' }).click();
  await notice(page, 'All who were not invited are off the poll');
  await page.getByText('0 of 1 have answered.').waitFor();
  assert.deepEqual(await page.locator('.people li .name').allTextContents(), ['Anna']);
  assert.equal(await all.isVisible(), false);
});

test('of two organisers each button does what it says, and no link that is shown once is lost', async () => {
  const poll = await openPoll({ public: true }), isPublic = async () => (await call('GET', `/polls/${poll.id}`))[1].public;
  const { page } = await follow(poll.url), other = await follow(poll.url);
  await page.getByRole('textbox', { name: 'Name' }).fill('Anna');
  await page.getByRole('button', { name: 'Invite' }).click();
  const line = page.locator('.links-made li', { hasText: 'Anna' }), link = await line.locator('input').inputValue();
  await page.getByRole('textbox', { name: 'Name' }).fill('Be');
  await other.page.getByRole('button', { name: 'Close to newcomers' }).click();
  await page.getByRole('button', { name: 'Open to everybody' }).click();
  await page.getByRole('button', { name: 'Close to newcomers' }).waitFor();
  assert.equal(await page.getByLabel('Link of everybody').inputValue(), `${publicUrl}/polls/${poll.id}`);
  assert.equal(await isPublic(), true);
  // The news of the other's press is late, so the button is pressed in its old state.
  await other.page.getByRole('button', { name: 'Close to newcomers' }).waitFor();
  let tell;
  const held = new Promise((done) => (tell = done));
  const go = await hold(page.context(), '**/polls/*?wait=*', () => {
    tell();
    return true;
  });
  await call('POST', `/polls/${poll.id}/participants`, { name: 'Zoe' }); // so that the page sends a new request, if it has one at the server
  await held;
  await other.page.getByRole('button', { name: 'Close to newcomers' }).click();
  await other.page.getByRole('button', { name: 'Open to everybody' }).waitFor();
  await page.getByRole('button', { name: 'Close to newcomers' }).click();
  await page.getByRole('button', { name: 'Open to everybody' }).waitFor();
  assert.equal(await isPublic(), false);
  go();
  assert.equal(await page.getByRole('textbox', { name: 'Name' }).inputValue(), 'Be');
  assert.equal((await call('POST', `/polls/${poll.id}/book`, { start_timestamp: '2027-03-09T10:00:00+01:00' }))[0], 201);
  await page.getByText('It takes place: Tue 9 Mar, 10:00').waitFor();
  assert.equal(await line.locator('input').inputValue(), link);
  assert.equal(await page.getByRole('button', { name: 'Invite' }).isVisible(), false);
});

test('others are seen only where the organiser says so', async () => {
  for (const shown of [true, false]) {
    const poll = await openPoll({ show_answers: shown }), anna = await invite(poll, 'Anna'), ben = await invite(poll, 'Ben');
    await invite(poll, 'Carla');
    await call('PUT', `/polls/${poll.id}/schedules/Anna`, [{ start: '2027-03-08T10:00:00+01:00', end: '2027-03-08T11:00:00+01:00' }], 'secretary', { Authorization: `Bearer ${anna.token}` });
    const { page, leave } = await follow(ben.url);
    await page.getByText('You answer as Ben.').waitFor();
    assert.equal(await page.getByText('Mon 8 Mar, 10:00 – 11:00').count(), shown ? 1 : 0);
    assert.equal((await page.content()).includes('Anna'), shown);
    assert.ok(!(await page.content()).includes('Carla'), 'who was invited is never told');
    await leave();
  }
});

test('somebody is taken off a poll after a second word, and the link opens nothing any more', async () => {
  const poll = await openPoll();
  await invite(poll, 'Ben');
  const { page, leave } = await follow(poll.url);
  await page.getByRole('textbox', { name: 'Name' }).fill('Anna');
  await page.getByRole('button', { name: 'Invite' }).click();
  const line = page.locator('.links-made li', { hasText: 'Anna' }), link = await line.locator('input').inputValue();
  await page.getByRole('button', { name: 'Remove Anna' }).click();
  assert.equal(await answered(poll, 'Anna'), null, 'once is not enough');
  await page.getByRole('button', { name: 'Remove this person and the answer? Anna' }).click();
  await page.getByText('Anna is off the poll, and the link opens nothing any more.').waitFor();
  await line.waitFor({ state: 'detached' });
  assert.deepEqual((await call('GET', `/polls/${poll.id}`, undefined, 'secretary'))[1].participants.map(({ participant }) => participant), ['Ben']);
  assert.deepEqual(await violations(page), []);
  await leave();
  const guest = await follow(link, { expected: refused });
  await guest.page.getByText('or you have been taken off this one').waitFor();
});

test('whoever is taken off a poll while answering is told so, once', async () => {
  const poll = await openPoll(), anna = await invite(poll, 'Anna');
  const { page } = await follow(`${publicUrl}/polls/${poll.id}#${anna.token}`, { expected: refused });
  await paint(page, /Tue 9 Mar, 10:00 /, /Tue 9 Mar, 11:30 /);
  assert.equal((await call('DELETE', `/polls/${poll.id}/participants/Anna`, undefined, 'secretary'))[0], 204);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('This link opens the poll no more: the organiser has taken you off it.').waitFor();
  assert.equal(await page.getByText('cut short').count(), 0);
  assert.equal(await page.locator('.notice').count(), 0);
  assert.deepEqual(await violations(page), []);
});

test('the public address is a page for people, and a problem for programs', async () => {
  const { page, response, leave } = await visit('/', { who: null, at: publicUrl, locale: 'de-DE', ignoreHTTPSErrors: true });
  assert.equal(response.status(), 200);
  await page.getByRole('heading', { name: 'Öffnen Sie den Link, den Sie bekommen haben' }).waitFor();
  assert.deepEqual(await violations(page), []);
  await leave();
  const asked = await fetch(`${publicUrl}/`, { headers: { Accept: 'application/json' } });
  assert.deepEqual([asked.status, (await asked.json()).type], [404, '/problems/not-found']);
});

test('an answer that comes meanwhile is neither undone by an older look nor undoes a button that was pressed once', async () => {
  const poll = await openPoll(), guests = { Ben: await invite(poll, 'Ben'), Cid: await invite(poll, 'Cid') };
  const answers = (name) => call('PUT', `/polls/${poll.id}/schedules/${name}`, [{ start: '2027-03-11T13:00:00+01:00', end: '2027-03-11T14:00:00+01:00' }], 'secretary', { Authorization: `Bearer ${guests[name].token}` });
  const { page, context } = await follow(poll.url);
  await page.getByText('0 of 2 have answered.').waitFor();
  let asked = 0, go, came;
  const held = new Promise((done) => (go = done)), taken = new Promise((done) => (came = done));
  const isLook = (url) => url.pathname === `/polls/${poll.id}` && !url.searchParams.has('wait');
  await context.route(isLook, async (route) => {
    if (++asked !== 2) return route.fallback(); // the first look is before the invitation
    const response = await route.fetch();
    came();
    await held;
    await route.fulfill({ response });
  });
  await page.getByRole('textbox', { name: 'Name' }).fill('Anna');
  await page.getByRole('button', { name: 'Invite' }).click();
  await taken;
  const late = page.waitForResponse((one) => isLook(new URL(one.url())));
  await answers('Ben');
  await page.getByText('1 of 3 have answered.').waitFor();
  go();
  await (await late).finished();
  await page.evaluate(() => fetch(location.pathname, { headers: { Accept: 'text/html' } }).then((one) => one.text()));
  assert.equal(await page.getByText('1 of 3 have answered.').count(), 1);
  await page.getByRole('button', { name: 'Remove Anna' }).click();
  await answers('Cid');
  await page.getByText('2 of 3 have answered.').waitFor();
  await page.getByRole('button', { name: 'Remove this person and the answer? Anna' }).click();
  await page.getByText('Anna is off the poll, and the link opens nothing any more.').waitFor();
  await page.getByText('2 of 2 have answered.').waitFor();
});

test('an invitation whose answer is lost is made again, and the link that nobody has seen ends', async () => {
  const poll = await openPoll(), { page, context } = await follow(poll.url, { expected: [/ERR_FAILED/, /422/] });
  const loses = async (route) => { await route.fetch(); await route.abort(); };
  await page.getByLabel('Name').fill('Anna');
  await context.route('**/participants', loses);
  await page.getByRole('button', { name: 'Invite' }).click();
  await page.getByText('The server cannot be reached.').first().waitFor();
  await context.unroute('**/participants', loses);
  await page.getByRole('button', { name: 'Invite' }).click();
  const anna = await follow(await page.getByLabel('Link of Anna').inputValue());
  await anna.page.getByText('You answer as Anna.').waitFor();
  // somebody who was invited before keeps the link
  await page.getByLabel('Name').fill('Anna');
  for (const _ of [1, 2]) {
    await page.getByRole('button', { name: 'Invite' }).click();
    await page.locator('.refusal').waitFor();
  }
  await anna.page.reload();
  await anna.page.getByText('You answer as Anna.').waitFor();
});

test('somebody who has a link already is not invited anew after a request that was lost', async () => {
  const poll = await openPoll(), anna = await invite(poll, 'Anna');
  const { page, context } = await follow(poll.url, { expected: [/ERR_FAILED/, /422/] });
  await context.route('**/participants', (route) => route.abort());
  await page.getByLabel('Name').fill('Anna');
  await page.getByRole('button', { name: 'Invite' }).click();
  await page.getByText('The server cannot be reached.').first().waitFor();
  await context.unroute('**/participants');
  await page.getByRole('button', { name: 'Invite' }).click();
  await page.locator('.refusal').filter({ hasNotText: 'cannot be reached' }).waitFor();
  // nor somebody who has used the link meanwhile
  let ben;
  await context.route('**/participants', async (route) => { ben = await (await route.fetch()).json(); await route.abort(); });
  await page.getByLabel('Name').fill('Ben');
  await page.getByRole('button', { name: 'Invite' }).click();
  await page.getByText('The server cannot be reached.').first().waitFor();
  await context.unroute('**/participants');
  assert.equal((await call('PUT', `${publicUrl}/polls/${poll.id}/schedules/Ben`, [], null, { Authorization: `Bearer ${ben.token}` }))[0], 200);
  await page.getByRole('button', { name: 'Invite' }).click();
  await page.locator('.refusal').filter({ hasNotText: 'cannot be reached' }).waitFor();
  const [, { participants }] = await call('GET', `/polls/${poll.id}`, undefined, 'secretary');
  assert.deepEqual(participants.map(({ participant, schedule }) => [participant, schedule]), [['Anna', null], ['Ben', []]]);
  const guest = await follow(anna.url);
  await guest.page.getByText('You answer as Anna.').waitFor();
});

test('a ranking that is too long for one answer shows the best time alone', async () => {
  const poll = await openPoll(), anna = await invite(poll, 'Anna');
  await call('PUT', `/polls/${poll.id}/schedules/Anna`, [{ start: '2027-03-11T13:00:00+01:00', end: '2027-03-11T14:00:00+01:00' }], 'secretary', { Authorization: `Bearer ${anna.token}` });
  const prepare = (context) => context.route('**/recommendations?limit=5', (route) => route.fulfill({ status: 422, contentType: 'application/problem+json', body: '{"status": 422}' }));
  const { page } = await follow(poll.url, { expected: refused, prepare });
  await page.getByRole('region', { name: 'Ranking' }).getByRole('button', { name: /Book/ }).waitFor();
});

test('of two starts that an organiser presses, the last one is asked about, whichever answer comes first', async () => {
  const poll = await openPoll(), { page, context } = await follow(poll.url);
  const asked = page.waitForRequest('**/book');
  const release = await hold(context, '**/book', (request) => request.postData()?.includes('2027-03-08'));
  await cell(page, /Mon 8 Mar.*09:00 – /).click();
  const first = await asked;
  await cell(page, /Tue 9 Mar.*10:00 – /).click();
  const book = page.getByRole('button', { name: /^Book Tue 9 Mar, 10:00/ });
  await book.waitFor();
  release();
  await first.response();
  await page.waitForTimeout(300);
  await book.waitFor();
  assert.equal(await page.getByRole('button', { name: /^Book Mon/ }).count(), 0);
});

test('while a start is booked, no other is asked about, and the question stays', async () => {
  const poll = await openPoll(), { page, context } = await follow(poll.url);
  await cell(page, /Mon 8 Mar.*09:00 – /).click();
  const book = page.getByRole('button', { name: /^Book Mon 8 Mar, 09:00/ });
  await book.waitFor();
  const isWrite = (request) => !request.postData()?.includes('dry_run'), asked = page.waitForRequest((request) => request.url().endsWith('/book') && isWrite(request));
  const release = await hold(context, '**/book', isWrite);
  await book.click();
  await asked;
  assert.ok(await page.getByRole('button', { name: 'Not now' }).isDisabled());
  await cell(page, /Tue 9 Mar.*10:00 – /).click();
  await page.waitForTimeout(300);
  assert.equal(await page.getByRole('button', { name: /^Book Tue 9 Mar/ }).count(), 0);
  await book.waitFor();
  release();
  await notice(page, 'Booked: Mon 8 Mar');
});

test('a poll is deleted by its organiser after a second word, and its links say so', async () => {
  const poll = await openPoll(), anna = await invite(poll, 'Anna');
  const { page, leave } = await follow(poll.url);
  await page.getByRole('button', { name: 'Delete the poll' }).dblclick(); // a double click is no confirmation
  await page.waitForTimeout(500);
  assert.equal((await call('GET', `/polls/${poll.id}`, undefined, 'secretary'))[0], 200);
  await page.getByRole('button', { name: 'Delete this poll and all its answers?' }).click();
  await page.getByText('The poll is deleted').waitFor();
  await leave();
  const guest = await follow(anna.url, { expected: refused });
  await guest.page.getByText('There is no such poll').waitFor();
});

test('at the public address people are told in a page, whatever they open, and programs in JSON', async () => {
  const poll = await openPoll();
  for (const path of ['/foo', '/feeds/jbf_cut.ics', '/feeds/jbf_cut', '/polls/', '/polls/x', `/polls/${poll.id}/recommendations`, `/polls/${poll.id}/jbp_0`, '/book', '/book/x/slots', '/events']) {
    const { page, context, response, leave } = await visit(path, { who: null, at: publicUrl, ignoreHTTPSErrors: true, locale: 'de-DE', expected: [/404/] });
    assert.equal(response.status(), 404, path);
    await page.getByRole('heading', { name: 'Öffnen Sie den Link' }).waitFor();
    assert.deepEqual(await violations(page), []);
    assert.match((await context.request.get(publicUrl + path, { headers: { Accept: 'application/json' } })).headers()['content-type'], /^application\/problem\+json/, path);
    await leave();
  }
});

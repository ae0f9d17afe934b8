// Each person sees what the certificate allows: viewers read, strangers and people without a certificate are told so,
// and the pages are strict.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import https from 'node:https';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { book, calendar, call, drag, drawn, eventOn, notice, openUrl, ownWeek, place, psql, publicUrl, shown, spot, url, violations, visit, visitDrawn, week } from './stage.mjs';

test('a viewer looks, and nothing else', async () => {
  const name = await calendar();
  const { id } = await book({ calendars: [name], event_name: 'Board', date: '2027-03-03', start_time: '09:00', duration: 3600, hold_for: 7200 });
  const { page } = await visitDrawn(week(name), { who: 'viewer' });
  await page.getByText('You are viewer.').waitFor();
  for (const label of ['New event', 'Find a slot']) assert.equal(await page.getByRole('button', { name: label }).count(), 0);
  await drag(page, await spot(page, '2027-03-04', '13:00:00'), await spot(page, '2027-03-04', '14:00:00'));
  const box = await place(page, shown(page, 'Board'));
  await drag(page, { x: box.x + 40, y: box.y + 3 }, await spot(page, '2027-03-05', '13:00:00'));
  await page.keyboard.press('e');
  assert.equal(await page.getByRole('dialog').count(), 0);
  await shown(page, 'Board').click();
  await page.getByRole('dialog', { name: 'Board' }).waitFor();
  for (const label of ['Change…', 'Confirm', 'Deny', 'Cancel event']) assert.equal(await page.getByRole('button', { name: label }).count(), 0);
  assert.equal((await eventOn(name, 'Board')).version, 1);
  assert.equal((await call('POST', `/events/${id}/confirm`, undefined, 'viewer'))[0], 403);
  await page.keyboard.press('Escape');
});

test('the address for a first look asks for no certificate, says so, and lets its reader book as a secretary', async () => {
  const name = await calendar();
  const { page } = await visit(week(name), { who: null, at: openUrl });
  await drawn(page);
  await page.getByText('A first look: this address asks for no certificate.').waitFor();
  await page.getByText('You are secretary.').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Sign out' }).count(), 0);
  await drag(page, await spot(page, '2027-03-04', '13:00:00'), await spot(page, '2027-03-04', '14:00:00'));
  const form = page.getByRole('dialog', { name: 'New event' });
  await form.getByLabel('What').fill('Look');
  await form.getByRole('button', { name: 'Book' }).click();
  await notice(page, 'Booked: Look');
  assert.equal((await eventOn(name, 'Look')).start_timestamp, '2027-03-04T13:00:00+01:00');
  assert.deepEqual(await violations(page), []);
});

test('a secretary makes a feed of a calendar that she reads, which ends by nobody else’s and shows nothing once she may not read', async () => {
  const name = await calendar();
  await book({ calendars: [name], event_name: 'Board', date: '2027-03-03', start_time: '09:00', duration: 3600 });
  const [, managers] = await call('POST', `/calendars/${name}/feed`, { shows: 'busy' });
  const { page } = await visitDrawn(week(name), { who: 'secretary' });
  await page.getByRole('button', { name: `Subscribe… ${name}` }).click();
  const dialog = page.getByRole('dialog', { name: `Subscribe to ${name}` });
  await dialog.getByText('It lasts as long as you may read the calendar.').waitFor();
  await dialog.getByRole('button', { name: 'Make an address' }).click();
  const address = new URL((await dialog.getByLabel('Address of the feed').inputValue()).replace(/^webcal:/, 'https:')).pathname;
  const feed = async (path) => { const [status, text] = await call('GET', path, undefined, 'viewer'); return status === 200 ? text.includes('Board') : status; };
  assert.deepEqual([await feed(address), await feed(managers.path)], [true, false]);
  await call('PUT', `/calendars/${name}/grants`, [{ grantee: 'principal:manager', rights: ['manage'] }, { grantee: 'principal:secretary', rights: ['busy'] }]);
  assert.deepEqual([await feed(address), await feed(managers.path)], [404, false]);
  await call('PUT', `/calendars/${name}/grants`, [{ grantee: 'principal:manager', rights: ['manage'] }, { grantee: 'principal:secretary', rights: ['read'] }]);
  assert.equal(await feed(address), true);
  await dialog.getByRole('button', { name: 'End the feed' }).click();
  await dialog.getByRole('button', { name: 'End this feed?' }).click();
  await notice(page, `The feed of ${name} has ended.`);
  assert.deepEqual([await feed(address), await feed(managers.path)], [404, false]);
});

test('whoever lacks a right on a calendar is not offered what takes it; where it was taken away meanwhile, the page says which, and who can give it', async () => {
  const name = await calendar({ display_name: `Severance ${process.pid}` });
  const grant = (...rights) => call('PUT', `/calendars/${name}/grants`, [{ grantee: 'principal:manager', rights: ['manage'] }, { grantee: 'principal:secretary', rights }]);
  const { page } = await visitDrawn(week(name), { who: 'secretary', expected: [/403/] });
  for (const [rights, offered] of [[['busy'], []], [['busy', 'read'], ['Subscribe…']], [['busy', 'book'], ['Import…']], [['read', 'book'], ['Subscribe…', 'Import…']]]) {
    await grant(...rights);
    const answered = page.waitForResponse(/\/rights$/);
    await page.reload();
    await answered;
    await drawn(page);
    assert.deepEqual(await page.getByRole('button', { name: `… Severance ${process.pid}` }).allTextContents(), offered, rights.join());
  }
  await grant('busy');
  const dialog = page.getByRole('dialog'), lacks = (right) => dialog.getByRole('alert').getByText(`Severance ${process.pid} does not give you the right “${right}”. Whoever manages the calendar can give it.`).waitFor();
  await page.getByRole('button', { name: 'Subscribe…' }).click();
  await dialog.getByRole('button', { name: 'Make an address' }).click();
  await lacks('read events');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Import…' }).click();
  await dialog.getByLabel('File', { exact: true }).setInputFiles({ name: 'a.ics', mimeType: 'text/calendar', buffer: Buffer.from('BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n') });
  await dialog.getByRole('button', { name: 'Try it out' }).click();
  await lacks('book');
  assert.deepEqual(await violations(page), []);
});

test('a manager gives a calendar an address to subscribe to, and ends it', async () => {
  const { name, page, context, leave } = await ownWeek({ permissions: ['clipboard-read', 'clipboard-write'] }, { event_name: 'Board', date: '2027-03-03', start_time: '09:00', duration: 3600 });
  const dialog = page.getByRole('dialog', { name: `Subscribe to ${name}` });
  const ask = () => page.getByRole('button', { name: `Subscribe… ${name}` }).click();
  await ask();
  await dialog.getByLabel('Busy times only').check();
  assert.deepEqual(await violations(page), []);
  await dialog.getByRole('button', { name: 'Make an address' }).click();
  const field = dialog.getByLabel('Address of the feed');
  await field.waitFor();
  await dialog.getByText('The feed shows when the calendar is busy, and nothing else.').waitFor();
  assert.equal(await dialog.getByText('can read the calendar').count(), 0);
  assert.deepEqual(await violations(page), []);
  await dialog.getByRole('button', { name: 'Copy' }).click();
  await dialog.getByText('Copied').waitFor();
  const address = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(address, await field.inputValue());
  const path = new URL(address.replace(/^webcal:/, 'https:')).pathname;
  const [status, feed] = await call('GET', path, undefined, 'viewer');
  assert.deepEqual([status, /SUMMARY:Busy|FREEBUSY/.test(feed), feed.includes('Board')], [200, true, false]);
  await dialog.getByRole('button', { name: 'End the feed' }).click();
  await dialog.getByRole('button', { name: 'End the feeds of all?' }).click();
  await notice(page, `The feed of ${name} has ended.`);
  assert.equal((await call('GET', path, undefined, 'viewer'))[0], 404);
  // With a public address the page shows the feed's address for programs; without one it says so.
  for (const [webcal_url, words] of [['webcal://calendar.example/feeds/x.ics', 'Whoever has this address can read the calendar'], [null, 'This server has no public address']]) {
    await context.route('**/feed', (route) => route.fulfill({ status: 201, json: { calendar: name, shows: 'events', token: 'x', path: '/feeds/x.ics', url: null, webcal_url } }));
    await ask();
    await dialog.getByRole('button', { name: 'Make an address' }).click();
    await dialog.getByText(words).waitFor();
    assert.equal(await field.inputValue(), webcal_url ?? `${url}/feeds/x.ics`);
    assert.deepEqual(await dialog.getByRole('link').evaluateAll((links) => links.map((link) => link.getAttribute('href'))), webcal_url ? [webcal_url] : []);
    await page.keyboard.press('Escape');
    await context.unroute('**/feed');
  }
  await leave();
  const other = await visitDrawn(week(name), { who: 'viewer' });
  assert.equal(await other.page.getByRole('button', { name: 'Subscribe' }).count(), 0);
});

test('whoever is not on the list is told what to do', async () => {
  const { page } = await visit('/', { who: 'stranger', expected: [/403/] });
  await page.getByRole('heading', { name: 'You are not on the list' }).waitFor();
  assert.deepEqual(await violations(page), []);
});

test('without a certificate there is a page that says so, and for programs a problem', async () => {
  const { page, response, leave } = await visit('/', { who: null, ignoreHTTPSErrors: true, expected: [/401/] });
  assert.equal(response.status(), 401);
  await page.getByRole('heading', { name: 'A client certificate is needed' }).waitFor();
  assert.deepEqual(await violations(page), []);
  await leave();
  for (const target of ['/', '/openapi', '/web/icon.svg', '/whoami']) {
    const [status, body] = await call('GET', target, undefined, null);
    assert.deepEqual([status, body.type], [401, '/problems/no-certificate'], target);
  }
});

test('a certificate that expired and none at all are told apart, in pages and in problems', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'jb-expired-')), pki = path.dirname(process.env.JB_CA), file = (name) => path.join(folder, name);
  const openssl = (...words) => execFileSync('openssl', words, { stdio: 'pipe' });
  openssl('req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=late', '-keyout', file('late.key'), '-out', file('late.csr'));
  const sign = (...validity) => openssl('x509', '-req', '-in', file('late.csr'), '-CA', process.env.JB_CA, '-CAkey', path.join(pki, 'ca.key'),
    '-set_serial', '77', ...validity, '-out', file('late.crt'));
  try {
    sign('-not_before', '20200101000000Z', '-not_after', '20200102000000Z');
  } catch {
    sign('-days', '-1'); // OpenSSL before 3.4; since 3.5 an end before the start is refused
  }
  const ask = (accept, late) => new Promise((done, failed) => https.get(`${url}/`, { ca: fs.readFileSync(process.env.JB_CA), headers: { Accept: accept },
    ...(late && { cert: fs.readFileSync(file('late.crt')), key: fs.readFileSync(file('late.key')) }) }, (response) => {
    let text = '';
    response.setEncoding('utf8').on('data', (part) => (text += part)).on('end', () => done([response.statusCode, text]));
  }).on('error', failed));
  const [status, page] = await ask('text/html', true);
  assert.equal(status, 401);
  assert.match(page, /<h1>Your certificate is not valid<\/h1>[^]*has expired/);
  assert.match((await ask('text/html', false))[1], /<h1>A client certificate is needed<\/h1>[^]*sent none/);
  assert.match((await ask('application/json', true))[1], /"detail":"The client certificate has expired: /);
  assert.match((await ask('application/json', false))[1], /"detail":"No client certificate was sent: /);
  fs.rmSync(folder, { recursive: true });
});

test('whoever signs out leaves nothing behind in the page, and is told what the browser still holds', async () => {
  const { page } = await ownWeek();
  assert.notEqual(await page.evaluate(() => localStorage.length), 0);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
  await page.getByText('Close all windows of the browser now').waitFor();
  assert.equal(await page.evaluate(() => localStorage.length), 0);
  assert.deepEqual(await violations(page), []);
  await page.getByRole('link', { name: 'Sign in again' }).click();
  await page.getByRole('heading', { name: 'Choose a calendar' }).waitFor();
});

test('the pages come with a strict policy, compressed, and their parts may be kept for ever', async () => {
  const [status, html, headers] = await call('GET', '/');
  assert.equal(status, 200);
  const policy = headers['content-security-policy'];
  for (const part of ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "require-trusted-types-for 'script'"]) assert.ok(policy.includes(part), part);
  assert.ok(!/unsafe|https?:|\*/.test(policy));
  assert.deepEqual([headers['x-content-type-options'], headers['cache-control']], ['nosniff', 'no-cache']);
  const parts = html.match(/\/web\/[\w.-]+/g);
  for (const kind of [/\.js$/, /\.css$/, /\.webmanifest$/]) assert.ok(parts.some((target) => kind.test(target)), String(kind));
  for (const target of parts) {
    const [code, , part] = await call('GET', target, undefined, 'viewer', { 'Accept-Encoding': 'gzip' });
    const encoding = target.endsWith('.png') ? undefined : 'gzip'; // a picture is already compressed
    assert.deepEqual([code, part['content-encoding'], part['cache-control']], [200, encoding, 'private, max-age=31536000, immutable'], target);
  }
  for (const target of ['/web/none.js', '/web/', '/web/../index.html', '/web/%2e%2e/%2e%2e/etc/passwd', '/index.html']) {
    const [code, problem] = await call('GET', target);
    assert.deepEqual([code, problem.type], [404, '/problems/not-found'], target);
  }
  const refusals = [await call('POST', '/', {}), await call('POST', '/signed-out', {}), await call('PUT', parts[0], {}), await call('POST', publicUrl + '/web/icon.svg', {}, null)];
  for (const [code, problem, refused] of refusals) assert.deepEqual([code, problem.type, refused.allow], [405, '/problems/method-not-allowed', 'GET, HEAD']);
});

test('what somebody calls an event is text, wherever it is shown', async () => {
  const name = await calendar(), evil = '<img src=x onerror="document.title=1"><b>Board</b>';
  const { id } = await book({ calendars: [name], event_name: evil, date: '2027-03-03', start_time: '09:00', duration: 3600, event_location: evil, attendees: [evil] });
  await call('POST', '/events', { calendars: [name], event_name: evil, date: '2027-03-03', start_time: '09:00', duration: 3600 });
  const { page } = await visitDrawn(week(name, '2027-03-02', `&event=${id}`));
  await page.getByRole('dialog').getByRole('heading', { name: evil }).waitFor();
  await page.getByText('What happened').click();
  await page.locator('.history li').waitFor();
  await page.locator('.rejection-list li', { hasText: evil }).first().waitFor();
  assert.equal(await page.locator('img').count(), 0);
});

test('the page of the API describes every route', async () => {
  // A text cannot name an icon, so the browser requests one at its default address.
  const { page } = await visit('/openapi', { who: 'viewer', expected: [/404/] });
  const [, description] = await call('GET', '/openapi.json');
  const count = Object.values(description.paths).flatMap((methods) => Object.keys(methods)).length;
  assert.equal(await page.locator('section.operation').count(), count);
  await page.getByRole('link', { name: 'POST /events', exact: true }).click();
  await page.getByRole('heading', { name: 'POST /events', exact: true }).waitFor();
  assert.deepEqual(await violations(page), []);
  assert.deepEqual(await page.locator('a[href^="#"]').evaluateAll((links) =>
    links.map((link) => link.getAttribute('href')).filter((target) => !document.getElementById(target.slice(1)))), []);
  assert.equal(await page.getByText(/\b1 (characters|items)/).count(), 0);
  await page.getByRole('link', { name: 'docs/http.md' }).click();
  await page.getByText('# HTTP').waitFor();
});

test('whoever manages a calendar says who may use it, and nobody else sees that', async () => {
  const name = await calendar(), path = `/calendars/${encodeURIComponent(name)}/grants`;
  const { page, leave } = await visitDrawn(week(name), { expected: [/403/] });
  const button = page.getByRole('button', { name: `Who may… ${name}` }), dialog = page.getByRole('dialog', { name: `Who may use ${name}` });
  const granted = async () => (await call('GET', path))[1].map(({ grantee, rights }) => ({ grantee, rights }));
  await button.click();
  const add = async (who, ...rights) => {
    await dialog.getByRole('button', { name: 'Add somebody' }).click();
    const row = dialog.locator('.grantee').last();
    await row.getByLabel('Name').fill(who);
    await row.getByLabel('read events').uncheck();
    for (const right of rights) await row.getByLabel(right, { exact: true }).check();
    return row;
  };
  await add('Severed', 'book', 'see when it is taken');
  assert.deepEqual(await violations(page), []);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByText('Nobody in this list may manage the calendar').waitFor();
  await (await add('clinic')).getByLabel('Kind').selectOption('Role of the database');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByText('clinic has no right').waitFor();
  await dialog.getByRole('button', { name: 'Remove clinic' }).click();
  await add('manager', 'manage');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await notice(page, `Saved who may use ${name}.`);
  assert.deepEqual(await granted(), [{ grantee: 'principal:Severed', rights: ['busy', 'book'] }, { grantee: 'principal:manager', rights: ['manage'] }]);
  await button.click();
  await dialog.getByRole('button', { name: 'Remove Severed' }).click();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'detached' });
  assert.deepEqual(await granted(), [{ grantee: 'principal:manager', rights: ['manage'] }]);
  // What somebody else removes while the dialog is open stays removed.
  const mallory = { grantee: 'principal:mallory', rights: ['busy', 'read'] };
  await call('PATCH', path, [mallory]);
  await button.click();
  await dialog.getByRole('group', { name: 'mallory' }).waitFor();
  await call('PATCH', path, [{ ...mallory, rights: [] }]);
  await add('Vera', 'book');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'detached' });
  assert.deepEqual(await granted(), [{ grantee: 'principal:Vera', rights: ['book'] }, { grantee: 'principal:manager', rights: ['manage'] }]);
  // Nor does a right come back that somebody else takes away from an entry that is changed here.
  const xenia = { grantee: 'principal:xenia', rights: ['busy', 'read'] }, stored = async () => (await call('GET', path))[1].find(({ grantee }) => grantee === xenia.grantee);
  await call('PATCH', path, [xenia]);
  await button.click();
  const row = dialog.getByRole('group', { name: 'xenia' });
  await row.getByLabel('book', { exact: true }).check();
  await call('PATCH', path, [{ ...xenia, rights: ['busy'] }]);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByText('This has changed meanwhile.').waitFor();
  assert.deepEqual((await stored()).rights, ['busy']);
  assert.ok(!await row.getByLabel('read events').isChecked());
  await call('PATCH', path, [{ ...xenia, rights: [] }, { grantee: 'principal:mallory', rights: ['busy'] }]);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByRole('group', { name: 'mallory' }).waitFor();
  await dialog.getByText('This has changed meanwhile.').waitFor();
  assert.equal(await stored(), undefined);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'detached' });
  assert.deepEqual((await stored()).rights, ['book']);
  // Who is removed here, and was given more elsewhere, is shown once more.
  await button.click();
  await dialog.getByRole('button', { name: 'Remove xenia' }).click();
  await call('PATCH', path, [{ ...xenia, rights: ['read', 'book'] }]);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByText('This has changed meanwhile.').waitFor();
  assert.ok(await row.getByLabel('read events').isChecked());
  await dialog.getByRole('button', { name: 'Remove xenia' }).click();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'detached' });
  assert.equal(await stored(), undefined);
  // Saving changes no name that nobody has touched.
  await call('PATCH', path, [{ grantee: 'principal:bob ', rights: ['book'] }]);
  await button.click();
  await dialog.getByRole('group', { name: 'Vera' }).getByLabel('read events').check();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'detached' });
  assert.deepEqual((await call('GET', path))[1].map(({ grantee }) => grantee), ['principal:Vera', 'principal:bob ', 'principal:mallory', 'principal:manager']);
  psql(`SELECT jb_grants_set('${name}', '[{"grantee": "principal:another", "rights": ["manage"]}, {"grantee": "principal:manager", "rights": ["read"]}]')`);
  await page.reload();
  await drawn(page);
  assert.equal(await button.count(), 0);
  await leave();
  const other = await visitDrawn(week(await calendar()), { who: 'secretary' });
  assert.equal(await other.page.getByRole('button', { name: 'Who may' }).count(), 0);
});

test('whoever manages a calendar bounds what a right gives, and what somebody else bounds meanwhile stays', async () => {
  const name = await calendar(), path = `/calendars/${encodeURIComponent(name)}/grants`, manager = { grantee: 'principal:manager', rights: ['manage'] }, seth = { grantee: 'principal:seth', rights: ['book'] };
  await call('PUT', path, [manager, seth]);
  const { page } = await visitDrawn(week(name), { expected: [/422/] });
  const button = page.getByRole('button', { name: `Who may… ${name}` }), dialog = page.getByRole('dialog', { name: `Who may use ${name}` });
  const row = dialog.getByRole('group', { name: 'seth', exact: true }), limit = (label) => row.getByLabel(label), save = () => dialog.getByRole('button', { name: 'Save' }).click();
  const stored = async () => {
    const { grantee: _, ...bounds } = (await call('GET', path))[1].find(({ grantee }) => grantee === seth.grantee);
    return bounds;
  };
  await button.click();
  assert.ok(!await limit('Highest priority').isVisible());
  await row.getByText('Limits').click();
  await limit('Highest priority').fill('40');
  await limit('Less important events may give way').waitFor();
  await limit('Other events may move for theirs').uncheck();
  assert.ok(!await limit('Less important events may give way').isVisible());
  await limit('Held at a time, at most').fill('2');
  await limit('Until').fill('2027-03-05T12:00');
  assert.deepEqual(await violations(page), []);
  await save();
  await dialog.waitFor({ state: 'detached' });
  const bounds = { rights: ['book'], max_priority: 40, may_preempt: null, may_move: false, max_held: 2, until: '2027-03-05T12:00:00+01:00' };
  assert.deepEqual(await stored(), bounds);
  // They are shown at once, and one that somebody else has changed meanwhile does not come back.
  await button.click();
  assert.deepEqual([await limit('Until').inputValue(), await limit('Held at a time, at most').inputValue()], ['2027-03-05T12:00', '2']);
  await limit('Held at a time, at most').fill('3');
  await call('PATCH', path, [{ ...seth, max_priority: 30, until: null }]);
  await save();
  await dialog.getByText('This has changed meanwhile.').waitFor();
  assert.deepEqual([await limit('Highest priority').inputValue(), await limit('Until').inputValue()], ['30', '']);
  await save();
  await dialog.waitFor({ state: 'detached' });
  assert.deepEqual(await stored(), { ...bounds, max_priority: 30, max_held: 3, until: null });
  // A refusal names the field.
  await button.click();
  await limit('Highest priority').evaluate((field) => field.removeAttribute('max'));
  await limit('Highest priority').fill('101');
  await save();
  await dialog.getByText('Highest priority: it must be from 0 to 100.').waitFor();
  // Whoever manages is bounded by an end alone, and whoever proposes moves nobody.
  await limit('propose').check();
  await limit('book').uncheck();
  assert.ok(!await limit('Other events may move for theirs').isVisible());
  await limit('manage').check();
  assert.ok(!await limit('Highest priority').isVisible());
  await limit('Until').fill('2027-03-06T12:00');
  await save();
  await dialog.waitFor({ state: 'detached' });
  assert.deepEqual(await stored(), { rights: ['propose', 'manage'], max_priority: null, may_preempt: null, may_move: null, max_held: null, until: '2027-03-06T12:00:00+01:00' });
});

test('whoever asks for more than a grant allows is told which bound is in the way', async () => {
  const name = await calendar(), path = `/calendars/${encodeURIComponent(name)}/grants`;
  const grant = (bounds) => call('PUT', path, [{ grantee: 'principal:manager', rights: ['manage'] }, { grantee: 'principal:secretary', rights: ['read', 'book'], ...bounds }]);
  await book({ calendars: [name], event_name: 'Movable', duration: 3600, not_before: '2027-03-03T09:00:00+01:00' });
  await grant({ may_move: false });
  const { page } = await visitDrawn(week(name), { who: 'secretary', expected: [/403/, /409/] });
  await drag(page, await spot(page, '2027-03-03', '08:00:00'), await spot(page, '2027-03-03', '09:00:00'));
  const form = page.getByRole('dialog', { name: 'New event' }), told = (words) => form.getByRole('alert').getByText(words).waitFor();
  await form.getByLabel('What').fill('Press');
  await form.getByRole('button', { name: 'Book' }).click();
  await told('The time is taken, and your rights do not let anything move for you.');
  const again = async (bounds, words) => {
    await grant(bounds);
    await form.getByRole('button', { name: 'Book' }).click();
    await told(words);
  };
  await again({ until: '2027-03-02T10:00:00+01:00' }, `Your rights on ${name} have ended: Tue 2 Mar, 10:00.`);
  assert.deepEqual(await violations(page), []);
});

test('a busy time is drawn without a name, and opens nothing', async () => {
  const name = await calendar();
  await book({ calendars: [name], event_name: 'Severance', date: '2027-03-03', start_time: '09:00', duration: 3600 });
  psql(`SELECT jb_grants_set('${name}', '[{"grantee": "principal:another", "rights": ["manage"]}, {"grantee": "principal:manager", "rights": ["busy", "book"]}]')`);
  const { page } = await visitDrawn(week(name), { expected: [/403/] });
  const busy = shown(page, 'Busy');
  await busy.waitFor();
  assert.equal(await page.getByText('Severance').count(), 0);
  await busy.click();
  await busy.press('Enter');
  const box = await place(page, busy);
  await drag(page, { x: box.x + 40, y: box.y + 3 }, await spot(page, '2027-03-05', '13:00:00'));
  assert.equal(await page.getByRole('dialog').count(), 0);
  assert.deepEqual(await violations(page), []);
});

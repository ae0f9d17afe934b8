// A person in charge of providers sees the waiting requests, hears of new ones, and answers them on a phone.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { book, calendar, call, hold, notice, NOW, psql, setClock, shown, violations, visit, visitDrawn, week } from './stage.mjs';

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
let providers = 0;

/** A provider with an open Thursday. */
async function provider() {
  const id = `desk-${process.pid}-${++providers}`;
  const [status] = await call('POST', `/providers/${id}/availability`, { date: '2027-03-04', slots: { '09:00': '12:00' } });
  assert.equal(status, 201);
  return id;
}

async function reserve(provider_id, client, start_time) {
  const [status, body] = await call('POST', '/appointments', { provider_id, client, date: '2027-03-04', start_time });
  assert.equal(status, 201, JSON.stringify(body));
  return body;
}

const statusOf = async ({ appointment_id }) => (await call('GET', `/appointments/${appointment_id}`))[1].status;
const isList = (url) => new URL(url).pathname === '/appointments';
const request = (page, client) => page.locator('.requests li').filter({ hasText: client });

test('one request that fails while the page begins takes neither the requests nor the buttons of a calendar away', async () => {
  const id = await provider(), failed = new Set();
  await reserve(id, 'Quinn', '09:00');
  const isOnce = (url) => url.searchParams.get('q') === 'provider:' || url.pathname.endsWith('/rights');
  const { page } = await visitDrawn(`/?calendars=provider:${id}&date=2027-03-04`, { expected: [/./], prepare: (context) => context.route(isOnce, (route) => {
    const { pathname } = new URL(route.request().url()), isFirst = !failed.has(pathname);
    failed.add(pathname);
    return isFirst ? route.abort('connectionreset') : route.fallback();
  }) });
  await page.locator('button.inbox').waitFor();
  await page.getByRole('button', { name: /^Hours…/ }).waitFor();
  assert.equal(failed.size, 2);
});

test('a provider confirms one request and denies another on a phone, of all calendars in one list', async () => {
  const [one, other] = [await provider(), await provider()];
  const ann = await reserve(one, 'Ann', '09:00'), bob = await reserve(other, '<b>Bob</b> evil', '10:15');
  const { page } = await visitDrawn(`/?calendars=provider:${one}&inbox=on`, { ...phone, who: 'secretary' });
  const dialog = page.getByRole('dialog', { name: 'Requests' });
  await request(page, 'Ann').getByText('Thu 4 Mar, 09:00 – 09:15').waitFor();
  await request(page, 'Ann').getByText(`provider:${one}, Europe/Berlin, held until Tue 2 Mar, 10:50`).waitFor();
  await request(page, '<b>Bob</b>').getByText('Thu 4 Mar, 10:15 – 10:30').waitFor();
  assert.deepEqual(await violations(page), []);
  const small = await dialog.locator('button').evaluateAll((all) => all.map((button) => button.getBoundingClientRect()).filter(({ width, height }) => width < 44 || height < 44).length);
  assert.equal(small, 0);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  await request(page, 'Ann').getByRole('button', { name: 'Confirm' }).tap();
  await notice(page, 'Confirmed: Ann, Thu 4 Mar, 09:00 – 09:15.');
  await request(page, 'Ann').waitFor({ state: 'detached' });
  await request(page, 'Bob').getByRole('button', { name: 'Deny' }).tap();
  await request(page, 'Bob').getByRole('button', { name: 'Deny this request?' }).tap();
  await request(page, 'Bob').waitFor({ state: 'detached' });
  assert.deepEqual([await statusOf(ann), await statusOf(bob)], ['CONFIRMED', 'DENIED']);
  await page.keyboard.press('Escape');
  await page.waitForURL((address) => !address.searchParams.has('inbox'));
});

test('a request without a person is called by its name', async () => {
  const id = await provider();
  await book({ calendars: [`provider:${id}`], event_name: 'Repair', date: '2027-03-04', start_time: '09:00', duration: 900, hold_for: 3600 });
  const { page } = await visitDrawn(`/?calendars=provider:${id}&inbox=on`);
  await request(page, 'Repair').getByRole('button', { name: 'Confirm Repair' }).waitFor();
});

test('a double click denies nothing: it asks', async () => {
  const id = await provider(), xaver = await reserve(id, 'Xaver', '09:00');
  const { page } = await visitDrawn(`/?calendars=provider:${id}&inbox=on`, { who: 'secretary' });
  const sent = [];
  page.on('request', (one) => { if (one.method() !== 'GET') sent.push(one.url()); });
  await request(page, 'Xaver').getByRole('button', { name: 'Deny' }).dblclick();
  const denial = request(page, 'Xaver').getByRole('button', { name: 'Deny this request?' });
  await denial.waitFor();
  assert.deepEqual([sent, await statusOf(xaver)], [[], 'PENDING']);
  await denial.click();
  await request(page, 'Xaver').waitFor({ state: 'detached' });
  assert.equal(await statusOf(xaver), 'DENIED');
});

test('a request is told as it comes, answered by keys, and gone once somebody else has answered it', async () => {
  const id = await provider();
  await reserve(id, 'Berta', '11:00');
  const { page } = await visitDrawn(`/?calendars=provider:${id}&keys=on`, { who: 'secretary' });
  await page.getByRole('button', { name: /^Requests \(\d+\)$/ }).waitFor(); // the list has been read: everything after this is new
  const carl = await reserve(id, 'Carl', '09:00');
  await notice(page, 'New request: Carl, Thu 4 Mar, 09:00 – 09:15.');
  await page.keyboard.press('u'); // takes back, and there is nothing to take back
  await page.waitForTimeout(300);
  assert.ok(!new URL(page.url()).searchParams.has('inbox'));
  await page.getByRole('button', { name: /^Requests \(\d+\)$/ }).focus();
  await page.keyboard.press('Enter');
  await request(page, 'Carl').getByRole('button', { name: 'Confirm' }).focus();
  await page.keyboard.press('Enter');
  await notice(page, 'Confirmed: Carl');
  assert.equal(await statusOf(carl), 'CONFIRMED');
  const dora = await reserve(id, 'Dora', '10:00');
  await request(page, 'Dora').waitFor();
  await call('PUT', `/appointments/${dora.appointment_id}/status`, { status: 'DENIED' });
  await request(page, 'Dora').waitFor({ state: 'detached' });
});

test('an older list that comes late takes no request away', async () => {
  const id = await provider(), early = await reserve(id, 'Early', '09:00');
  const { page, context } = await visit('/?inbox=on', { who: 'secretary' });
  await request(page, 'Early').waitFor();
  let asked = 0, go, came;
  const held = new Promise((done) => (go = done)), taken = new Promise((done) => (came = done));
  await context.route((url) => isList(url.href), async (route) => {
    if (++asked > 1) return route.fallback();
    const response = await route.fetch();
    came();
    await held;
    await route.fulfill({ response });
  });
  const first = await reserve(id, 'First', '09:30');
  await taken;
  const heard = page.waitForResponse((one) => new URL(one.url()).pathname === '/changes');
  const second = await reserve(id, 'Second', '10:00');
  await (await heard).finished();
  await page.evaluate(() => fetch('/whoami').then((one) => one.text())); // immediate requests have been answered
  const late = page.waitForResponse((one) => isList(one.url()));
  go();
  await (await late).finished();
  await page.evaluate(() => fetch('/whoami').then((one) => one.text()));
  await request(page, 'Second').waitFor();
  for (const one of [early, first, second]) await call('PUT', `/appointments/${one.appointment_id}/status`, { status: 'DENIED' });
});

test('an answer after the deadline is refused, and confirms what is still free when asked again', async () => {
  const id = await provider(), emil = await reserve(id, 'Emil', '11:00');
  const { page, context } = await visit(`/?calendars=provider:${id}&inbox=on`, { who: 'secretary', expected: [/409/, /503/] });
  await request(page, 'Emil').waitFor();
  const go = await hold(context, '**/appointments/*/status');
  const sent = page.waitForRequest('**/appointments/*/status');
  await request(page, 'Emil').getByRole('button', { name: 'Confirm' }).click();
  await sent;
  try {
    setClock('2027-03-02T11:00:00+01:00');
    go();
    await request(page, 'Emil').getByText('Its deadline has passed.').waitFor();
    await request(page, 'Emil').and(page.locator('[data-state$=EXPIRED]')).waitFor(); // the news of it draws the request anew
    assert.deepEqual(await violations(page), []);
    await request(page, 'Emil').getByRole('button', { name: 'Confirm if it is still free' }).click();
    await notice(page, 'Confirmed: Emil');
    assert.equal(await statusOf(emil), 'CONFIRMED');
  } finally {
    setClock(NOW);
  }
});

test('an answer is to the time that is shown: a request that was moved meanwhile is shown again, with what was typed', async () => {
  const id = await provider(), token = `jbb_${String(process.pid).padStart(47, '0')}7`;
  psql(`SELECT jb_calendar_set('provider:${id}', '{"public_booking": true}')`);
  psql(`SELECT outcome FROM jb_booking_make('${id}', '{"client": "Mona", "contact": "mona@example.org", "start_timestamp": "2027-03-04T09:00:00+01:00"}', '${token}')`);
  const move = (time) => psql(`SELECT outcome FROM jb_booking_move('${id}', '${token}', '2027-03-04T${time}:00+01:00')`);
  const { page, context } = await visit('/?inbox=on', { who: 'secretary', expected: [/412/] });
  const item = request(page, 'Mona'), heard = (one) => new URL(one.url()).pathname === '/changes' || isList(one.url());
  await item.getByText('09:00 – 09:15').waitFor();
  await item.getByLabel('A word to Mona').fill('See you.');
  // The news comes late, after the press.
  let go;
  const held = new Promise((done) => (go = done));
  await context.route((url) => heard({ url: () => url.href }), async (route) => { await held; return route.fallback(); });
  await page.waitForTimeout(300);
  move('10:00');
  const refused = page.waitForResponse((one) => one.url().includes('/status'));
  await item.getByRole('button', { name: 'Confirm' }).click();
  assert.equal((await refused).status(), 412);
  go();
  await notice(page, 'Somebody has changed this event meanwhile. Look at it again, and then decide.');
  await item.getByText('10:00 – 10:15').waitFor();
  await item.getByRole('status').getByText('Somebody has changed this event meanwhile.').waitFor();
  assert.deepEqual(await violations(page), []);
  // News that arrives in time is shown at once, and takes back a half-pressed answer.
  await item.getByRole('button', { name: 'Deny' }).click();
  move('11:00');
  await item.getByText('11:00 – 11:15').waitFor();
  assert.equal(await item.getByText('Deny this request?').count(), 0);
  assert.equal(await item.getByLabel('A word to Mona').inputValue(), 'See you.');
  await item.getByRole('button', { name: 'Confirm' }).click();
  await notice(page, 'Confirmed: Mona, Thu 4 Mar, 11:00 – 11:15.');
  assert.equal(psql(`SELECT booking ->> 'status' FROM jb_booking('${id}', '${token}')`), 'CONFIRMED');
});

test('a viewer has no requests to answer, and a request leads to its day', async () => {
  const id = await provider();
  const fay = await reserve(id, 'Fay', '09:30');
  const viewer = await visitDrawn('/?inbox=on', { who: 'viewer' });
  assert.equal(await viewer.page.getByRole('button', { name: /^Requests/ }).count(), 0);
  assert.equal(await viewer.page.getByRole('dialog').count(), 0);
  await viewer.leave();
  const { page } = await visit('/?inbox=on', { who: 'secretary' });
  await request(page, 'Fay').getByRole('button', { name: 'Show the day' }).click();
  await page.getByRole('heading', { level: 1, name: 'Thursday 4 March 2027' }).waitFor();
  await page.getByRole('region', { name: `Calendar provider:${id}` }).waitFor();
  await call('PUT', `/appointments/${fay.appointment_id}/status`, { status: 'DENIED' });
});

test('a client books by the public page that a manager has switched on, and reads the word of the answer', async () => {
  const id = await provider();
  const manager = await visitDrawn(`/?calendars=provider:${id}&view=week`);
  await manager.page.getByRole('button', { name: `Hours… provider:${id}` }).click();
  await manager.page.getByLabel('Clients book by themselves').check();
  await manager.page.getByRole('button', { name: 'Save' }).click();
  await notice(manager.page, `Saved the hours of provider:${id}.`);
  assert.equal((await call('GET', `/calendars/provider:${id}`))[1].public_booking, true);
  await manager.leave();
  const token = `jbb_${String(process.pid).padStart(48, '0')}`, note = 'First\ntime <b>';
  psql(`SELECT outcome FROM jb_booking_make('${id}', $json$${JSON.stringify({ client: 'Cleo', contact: 'cleo@example.org', note, start_timestamp: '2027-03-04T09:30:00+01:00' })}$json$, '${token}')`);
  const { page } = await visit('/?inbox=on', { who: 'secretary' });
  await request(page, 'Cleo').getByText('cleo@example.org').waitFor();
  assert.equal(await request(page, 'Cleo').locator('.note').textContent(), note);
  assert.deepEqual(await violations(page), []);
  await request(page, 'Cleo').getByLabel('A word to Cleo').fill('Ring twice.');
  await request(page, 'Cleo').getByRole('button', { name: 'Confirm' }).click();
  await notice(page, 'Confirmed: Cleo');
  assert.equal(psql(`SELECT booking ->> 'reply' FROM jb_booking('${id}', '${token}')`), 'Ring twice.');
});

test('how to reach a client stands wherever the appointment is shown: confirmed, found, refused, expired', async () => {
  const id = await provider(), name = `provider:${id}`, contact = `ida-${process.pid}@example.org`;
  const made = (client, start_time) => call('POST', '/events', {
    event_name: 'Appointment', calendars: [name], attendees: [client], date: '2027-03-04', start_time, duration: 900, hold_for: 1800, description: 'First time', metadata: { contact },
  });
  const [[, ida], [, jan]] = [await made('Ida', '09:00'), await made('Jan', '10:00')];
  assert.equal((await call('PUT', `/appointments/${ida.id}/status`, { status: 'CONFIRMED', reply: 'Ring twice.' }))[0], 200);
  assert.equal((await made('Kai', '09:00'))[0], 409);
  setClock('2027-03-02T11:00:00+01:00'); // past the deadline of Jan's
  try {
    psql(`SELECT jb_expire(ARRAY['${name}'])`);
    const { page } = await visitDrawn(`/?calendars=${name}&view=week&date=2027-03-02`, { who: 'secretary' });
    const tells = (where) => where.getByText(contact).first().waitFor();
    await page.locator(`[aria-label^="Ida"][aria-label*="${contact}"]`).waitFor(); // too short for a line of its own
    await shown(page, 'Ida').click();
    const details = page.getByRole('dialog', { name: 'Ida' });
    for (const text of ['First time', 'Ring twice.']) await details.getByText(text).waitFor();
    assert.equal(await details.getByRole('link', { name: contact }).getAttribute('href'), `mailto:${contact}`);
    assert.deepEqual(await violations(page), []);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Search…' }).click();
    const search = page.getByRole('dialog', { name: 'Find an event' });
    await search.getByLabel('Words').fill(contact);
    await tells(search.getByRole('listitem').filter({ hasText: 'Ida' }));
    await search.getByRole('listitem').filter({ hasText: 'Jan' }).getByText('expired').waitFor();
    await page.keyboard.press('Escape');
    const rejections = page.locator('.rejection-list li').filter({ hasText: contact });
    await rejections.filter({ hasText: 'Kai' }).getByText('First time').waitFor();
    // Each place offers the late answer: the list of what was lost, the details, the requests.
    await rejections.filter({ hasText: 'Jan' }).getByRole('button', { name: 'Answer late… Jan' }).click();
    await page.getByRole('dialog', { name: 'Jan' }).getByRole('button', { name: 'Confirm if it is still free: Jan' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^Requests/ }).click();
    const late = page.locator('.requests li').filter({ hasText: contact });
    await tells(late);
    await late.getByText('Its deadline has passed.').waitFor();
    assert.deepEqual(await violations(page), []);
    await late.getByRole('button', { name: 'Confirm if it is still free' }).click();
    await notice(page, 'Confirmed: Jan');
    assert.equal(await statusOf({ appointment_id: jan.id }), 'CONFIRMED');
  } finally {
    setClock(NOW);
  }
});

test('an expired request is confirmed from its details, and neither one whose time is taken nor one that was moved meanwhile', async () => {
  const id = await provider(), [lea, max, nina] = [await reserve(id, 'Lea', '09:00'), await reserve(id, 'Max', '10:00'), await reserve(id, 'Nina', '11:00')];
  setClock('2027-03-02T11:00:00+01:00');
  try {
    await book({ calendars: [`provider:${id}`], event_name: 'Other', date: '2027-03-04', start_time: '10:00', duration: 900 });
    const late = async (one, name, meanwhile = async () => {}) => {
      const { page } = await visitDrawn(`/?calendars=provider:${id}&view=week&date=2027-03-02&event=${one.appointment_id}`, { who: 'secretary', expected: [/409|412/] });
      await page.getByRole('dialog', { name }).waitFor();
      await meanwhile();
      await page.getByRole('dialog', { name }).getByRole('button', { name: 'Confirm if it is still free' }).click();
      return page;
    };
    await notice(await late(lea, 'Lea'), 'Confirmed: Lea');
    assert.equal(await statusOf(lea), 'CONFIRMED');
    await notice(await late(max, 'Max'), 'Nobody confirmed it until Tue 2 Mar, 10:50, and its time is taken.');
    assert.equal(await statusOf(max), 'EXPIRED');
    const page = await late(nina, 'Nina', async () => {
      await call('PUT', `/appointments/${nina.appointment_id}/status`, { status: 'CONFIRMED', if_still_free: true });
      assert.equal((await call('PATCH', `/events/${nina.appointment_id}`, { start_time: '11:30' }))[0], 200);
    });
    await notice(page, 'Somebody has changed this event meanwhile. Look at it again, and then decide.');
    await page.getByRole('dialog', { name: 'Nina' }).getByText('Thu 4 Mar, 11:30 – 11:45').waitFor();
  } finally {
    setClock(NOW);
  }
});

test('what a secretary may only propose waits among the requests for somebody who may book, and the secretary may withdraw it', async () => {
  const name = await calendar();
  await call('PUT', `/calendars/${encodeURIComponent(name)}/grants`, [{ grantee: 'principal:manager', rights: ['manage'] }, { grantee: 'principal:viewer', rights: ['read'] }, { grantee: 'principal:secretary', rights: ['read', 'propose'] }]);
  const propose = (event_name, start_time, more = {}) => book({ calendars: [name], event_name, date: '2027-03-04', start_time, duration: 3600, ...more }, 'secretary');
  const status = async ({ id }) => (await call('GET', `/events/${id}`))[1].status;
  const { page, leave } = await visitDrawn(week(name));
  const board = await propose('Board', '09:00', { description: 'As Anna asked.' });
  await page.getByRole('button', { name: /^Requests \(\d/ }).click();
  const words = `Proposed by secretary, until Wed 3 Mar, 10:20; ${name} to confirm.`;
  await request(page, 'Board').getByText(words).waitFor();
  await request(page, 'Board').getByText('Thu 4 Mar, 09:00 – 10:00').waitFor();
  await request(page, 'Board').getByText('As Anna asked.').waitFor();
  assert.deepEqual(await violations(page), []);
  await request(page, 'Board').getByRole('button', { name: 'Confirm' }).click();
  await notice(page, 'Confirmed: Board, Thu 4 Mar, 09:00 – 10:00.');
  await request(page, 'Board').waitFor({ state: 'detached' });
  assert.equal(await status(board), 'pending');
  // A series is answered as a whole.
  const weekly = await propose('Weekly', '11:00', { recurrence: 'RRULE:FREQ=DAILY;COUNT=3' });
  await request(page, 'Weekly').getByRole('button', { name: 'Deny' }).click();
  await request(page, 'Weekly').getByRole('button', { name: 'Deny this request?' }).click();
  await notice(page, 'Denied: Weekly');
  for (const id of weekly.events) assert.equal(await status({ id }), 'denied');
  // Of several times on offer one is confirmed, and the others are free again.
  const offered = await book({ calendars: [name], event_name: 'Interview', duration: 3600, not_before: '2027-03-08T08:00:00+01:00', offer: 2, apart: 1 }, 'secretary');
  const first = request(page, 'Interview').first();
  await first.getByText('One of several times on offer. Confirming it frees the others.').waitFor();
  await first.getByRole('button', { name: 'Confirm' }).click();
  await notice(page, 'Confirmed: Interview, Mon 8 Mar');
  await first.waitFor({ state: 'detached' }); // of both, which an older look may still show
  assert.deepEqual(await Promise.all(offered.events.map((id) => status({ id }))), ['pending', 'cancelled']);
  const [one, other] = [await propose('Press', '13:00'), await propose('Radio', '15:00')];
  await request(page, 'Radio').waitFor();
  await leave();
  const maker = await visitDrawn(week(name, '2027-03-02', '&inbox=on'), { who: 'secretary' });
  await request(maker.page, 'Press').waitFor();
  assert.deepEqual(await request(maker.page, 'Press').getByRole('button').allTextContents(), ['Show the day', 'Withdraw']);
  await request(maker.page, 'Press').getByRole('button', { name: 'Withdraw' }).click();
  await request(maker.page, 'Press').getByRole('button', { name: 'Really withdraw?' }).click();
  await notice(maker.page, 'Withdrawn: Press');
  assert.equal(await status(one), 'cancelled');
  await maker.page.keyboard.press('Escape');
  await shown(maker.page, 'Radio').click();
  const details = maker.page.getByRole('dialog', { name: 'Radio' });
  await details.getByText(words).waitFor();
  assert.deepEqual(await violations(maker.page), []);
  for (const label of ['Confirm', 'Deny', 'Change…']) assert.equal(await details.getByRole('button', { name: label }).count(), 0);
  await details.getByRole('button', { name: 'Withdraw' }).click();
  await details.getByText('Withdraw Radio?').waitFor();
  await details.getByRole('button', { name: 'Really withdraw?' }).click();
  await notice(maker.page, 'Withdrawn: Radio');
  assert.equal(await status(other), 'cancelled');
});

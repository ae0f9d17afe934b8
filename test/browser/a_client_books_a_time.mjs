// A client with only the address of a provider's page books a time, the provider confirms, the secretary moves it, and
// the client's link shows it. It could break with times in another zone than the visitor's, a page that takes a time
// twice or loses typed text, a link that opens somebody else's booking, or messages that do not say what to do.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { call, NOW, publicUrl, setClock, violations, visit } from './stage.mjs';

let providers = 0;

/** A provider with a page, open on Monday 8 March 2027 from 9 to 11 in Berlin. */
async function provider(settings = {}) {
  const id = `dr-${process.pid}-${++providers}`;
  const [status, body] = await call('POST', `/providers/${id}/availability`, { date: '2027-03-08', slots: { '09:00': '11:00' } });
  assert.equal(status, 201, JSON.stringify(body));
  assert.equal((await call('PUT', `/calendars/provider:${id}`, { time_zone: 'Europe/Berlin', public_booking: true, ...settings }))[0], 200);
  return id;
}

const follow = (id, options = {}) => visit(`/book/${id}`, { who: null, at: publicUrl, now: NOW, timezoneId: 'Europe/Berlin', ignoreHTTPSErrors: true, ...options });
/** The date of an answer is the machine's, while the scheduler's clock stands at NOW. */
const clocked = { prepare: (context) => context.route(/\/booking(\?|$)/, async (route) => {
  if (route.request().method() !== 'GET') return route.fallback();
  const response = await route.fetch({ timeout: 0 }).catch(() => null); // the page is gone
  return response && route.fulfill({ response, headers: { ...response.headers(), date: new Date(NOW).toUTCString() } });
}) };
const slot = (page, name) => page.getByRole('button', { name });
const phone = { hasTouch: true, isMobile: true, viewport: { width: 390, height: 780 } };

async function fill(page, { client = 'Ann', contact = 'ann@example.org', note = '' } = {}) {
  await page.getByLabel('Your name').fill(client);
  await page.getByLabel('Mail or telephone').fill(contact);
  if (note) await page.getByLabel('Anything to add?').fill(note);
}

async function booked(page, name = 'Monday 8 March 2027, 09:00', who = {}) {
  await slot(page, name).click();
  await fill(page, who);
  await page.getByRole('button', { name: 'Book this time' }).click();
  await page.getByText('It is kept for you, and waits for an answer.').waitFor();
}

/** The UID of the event in the file for the visitor's own calendar. */
async function uidInFile(page) {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByText('Put it into your calendar').click()]);
  return /\r\nUID:(.*)\r\n/.exec(fs.readFileSync(await download.path(), 'utf8').replaceAll('\r\n ', ''))[1];
}

const appointments = async (id) => (await call('GET', `/appointments?provider_id=${id}&from=2027-03-01`, undefined, 'secretary'))[1];

test('a client books, the provider confirms, the secretary moves it, and the client’s link says so', async () => {
  const id = await provider({ display_name: 'Dr Ada King' });
  const { page, leave } = await follow(id, { ...phone, ...clocked });
  await page.getByRole('heading', { name: 'A time with Dr Ada King' }).waitFor();
  await slot(page, 'Monday 8 March 2027, 09:00').waitFor();
  assert.deepEqual(await violations(page), []);
  await slot(page, 'Monday 8 March 2027, 09:00').click();
  assert.deepEqual(await violations(page), []);
  await fill(page, { note: 'My first time.' });
  await page.getByRole('button', { name: 'Book this time' }).click();
  await page.getByText('It is kept for you, and waits for an answer.').waitFor();
  await page.getByText('It is kept for you for 30:00 more minutes.').waitFor();
  assert.deepEqual(await violations(page), []);
  const link = await page.getByLabel('Link of this booking').inputValue();
  assert.match(link, new RegExp(`^${publicUrl}/book/${id}#jbb_[0-9a-f]{48}$`));
  assert.equal(page.url(), link);
  await page.reload();
  await page.getByRole('heading', { name: 'A time with Dr Ada King' }).waitFor();

  const [{ appointment_id: appointment, ...told }] = await appointments(id);
  assert.deepEqual([told.client, told.contact, told.note, told.status], ['Ann', 'ann@example.org', 'My first time.', 'PENDING']);
  assert.equal((await call('PUT', `/appointments/${appointment}/status`, { status: 'CONFIRMED', reply: 'Ring <b>twice</b>.' }, 'secretary'))[0], 200);
  await page.getByText('It is confirmed.').waitFor();
  await page.getByText('Ring <b>twice</b>.').waitFor();
  await page.getByText('Put it into your calendar').waitFor();
  const uid = await uidInFile(page);
  assert.match(uid, /^booking-[0-9a-f]{32}@/);
  assert.ok(!link.includes(uid.slice(8, 40)), 'it does not tell the link');
  assert.equal((await call('PATCH', `/events/${appointment}`, { start_timestamp: '2027-03-08T10:00:00+01:00' }, 'secretary'))[0], 200);
  await page.getByText('Mon 8 Mar, 10:00 – 10:15').waitFor();
  assert.equal(await uidInFile(page), uid, 'the file of the moved booking takes the place of the first');
  await leave();

  // The same link elsewhere, in another zone: it is moved and cancelled.
  const elsewhere = await visit(link.slice(publicUrl.length), { who: null, at: publicUrl, now: NOW, timezoneId: 'America/New_York', ignoreHTTPSErrors: true });
  await elsewhere.page.getByText('Mon 8 Mar, 04:00 – 04:15').waitFor();
  await elsewhere.page.getByText('Mon 8 Mar, 10:00 – 10:15 in Berlin').waitFor();
  await elsewhere.page.getByText('those of America/New_York, where you seem to be. Dr Ada King goes by the time of Berlin.').waitFor();
  await elsewhere.page.getByRole('button', { name: 'Move it' }).click();
  await slot(elsewhere.page, 'Monday 8 March 2027, 04:30').click();
  await elsewhere.page.getByText('Mon 8 Mar, 04:30 – 04:45').waitFor();
  await elsewhere.page.getByText('The time was moved.').waitFor();
  await elsewhere.page.getByRole('button', { name: 'Cancel it' }).click();
  await elsewhere.page.getByRole('button', { name: 'Yes, cancel it' }).click();
  await elsewhere.page.getByText('It is cancelled.').waitFor();
  assert.equal(await elsewhere.page.getByText('The time was moved').count(), 0);
  await elsewhere.leave();
  assert.deepEqual((await appointments(id)).map(({ status, start_time }) => [status, start_time]), [['CANCELLED', '10:30:00']]);
});

test('by keyboard alone', async () => {
  const id = await provider();
  const { page, leave } = await follow(id);
  await slot(page, 'Monday 8 March 2027, 09:15').focus();
  await page.keyboard.press('Enter');
  await page.keyboard.type('Ben');
  await page.keyboard.press('Tab');
  await page.keyboard.type('+49 30 123456');
  await page.keyboard.press('Enter');
  await page.getByText('It is kept for you, and waits for an answer.').waitFor();
  await leave();
  assert.deepEqual((await appointments(id)).map(({ client, start_time }) => [client, start_time]), [['Ben', '09:15:00']]);
});

test('a denial comes with its word, and a hold that ends says so', async () => {
  const id = await provider();
  const { page } = await follow(id, clocked);
  await booked(page);
  const [{ appointment_id: appointment }] = await appointments(id);
  await call('PUT', `/appointments/${appointment}/status`, { status: 'DENIED', reply: 'Not this week.' }, 'secretary');
  await page.getByText('It was denied.').waitFor();
  await page.getByText('Not this week.').waitFor();
  await page.getByRole('link', { name: 'Book another time' }).click();
  assert.equal(await page.getByLabel('Your name').count(), 0);
  await booked(page, 'Monday 8 March 2027, 09:30');
  const [, { appointment_id: second }] = await appointments(id);
  await page.getByText('It is kept for you for 30:00 more minutes.').waitFor();
  await page.clock.setFixedTime(new Date('2027-03-02T10:49:30+01:00'));
  await page.getByText('It is kept for you for 0:30 more minutes.').waitFor();
  // The hold ends while the visitor chooses another time.
  await page.getByRole('button', { name: 'Move it' }).click();
  await slot(page, 'Monday 8 March 2027, 10:00').waitFor();
  await call('PUT', `/appointments/${second}/status`, { status: 'EXPIRED' }, 'secretary');
  await page.getByText('Nobody answered in time').waitFor();
  assert.equal(await page.getByRole('heading', { name: 'Choose another time' }).count(), 0);
  await page.getByRole('link', { name: 'Book another time' }).waitFor();
});

test('how long a time is kept is told by the server’s clock, whatever the device’s says', async () => {
  const id = await provider();
  const { page } = await follow(id, { ...clocked, now: '2027-03-02T11:20:00+01:00' });
  await booked(page);
  await page.getByText('It is kept for you for 30:00 more minutes.').waitFor();
});

test('a time that goes while the form is filled is told, and what was typed stays', async () => {
  const id = await provider();
  const { page } = await follow(id, { expected: [/409/] });
  await slot(page, 'Monday 8 March 2027, 09:00').click();
  await fill(page, { client: 'Ann', note: 'What I have to say.' });
  await call('POST', '/appointments', { provider_id: id, client: 'Faster', date: '2027-03-08', start_time: '09:00' }, 'secretary');
  await page.getByRole('button', { name: 'Book this time' }).click();
  await page.getByText('Somebody else has taken this time meanwhile.').waitFor();
  await slot(page, 'Monday 8 March 2027, 09:15').waitFor();
  assert.equal(await slot(page, 'Monday 8 March 2027, 09:00').count(), 0);
  await slot(page, 'Monday 8 March 2027, 09:15').click();
  assert.equal(await page.getByLabel('Anything to add?').inputValue(), 'What I have to say.');
  assert.ok(!(await page.content()).includes('Faster'), 'nothing of others is shown');
  await page.getByRole('button', { name: 'Book this time' }).click();
  await page.getByText('It is kept for you').first().waitFor();
});

test('another length, or another way to be confirmed, than was shown is not booked: the page shows it, and asks anew', async () => {
  const id = await provider(), calendar = `provider:${id}`;
  const { page } = await follow(id, { expected: [/412/] });
  const press = async () => {
    await slot(page, 'Monday 8 March 2027, 09:00').click();
    await page.getByRole('button', { name: 'Book this time' }).click();
  };
  await page.getByText('15 minutes. What you book is kept for you').waitFor();
  await slot(page, 'Monday 8 March 2027, 09:00').click();
  await fill(page);
  assert.equal((await call('PUT', `/calendars/${calendar}`, { default_duration: 1800 }))[0], 200);
  await page.getByRole('button', { name: 'Book this time' }).click();
  await page.getByText('What you book here has changed meanwhile').waitFor();
  await page.getByText('30 minutes. What you book is kept for you').waitFor();
  assert.equal((await call('PUT', `/calendars/${calendar}`, { confirm_within: null }))[0], 200);
  await press();
  await page.getByText('30 minutes. What you book is yours at once.').waitFor();
  assert.deepEqual(await appointments(id), []);
  await press();
  await page.getByText('It is confirmed.').waitFor();
  const [made, ...more] = await appointments(id);
  assert.deepEqual([made.client, made.duration, made.status, more.length], ['Ann', 1800, 'CONFIRMED', 0]);
});

test('a time that is closed while the form is filled is told as what it is, and not as taken', async () => {
  const id = await provider();
  const { page } = await follow(id, { prepare: (context) => context.clock.install({ time: new Date(NOW) }) });
  await slot(page, 'Monday 8 March 2027, 09:00').click();
  await fill(page);
  assert.equal((await call('DELETE', `/providers/${id}/availability?date=2027-03-08`))[0], 204);
  await page.clock.runFor(21_000);
  await page.getByText('This time is not free any more. Choose another one: what you have typed stays.').waitFor();
  assert.equal(await page.getByText('Somebody').count(), 0);
});

test('two clicks, two tries and two tabs book what was asked for, once', async () => {
  const id = await provider();
  const { page, context } = await follow(id, { expected: [/ERR_INTERNET_DISCONNECTED|ERR_FAILED|Failed to load/] });
  // The first answer is lost on its way, but the booking exists.
  let lost = 0;
  await context.route('**/book/*', async (route) => {
    if (route.request().method() !== 'POST' || lost++ > 0) return route.continue();
    await route.fetch();
    await route.abort('failed');
  });
  await slot(page, 'Monday 8 March 2027, 09:00').click();
  await fill(page);
  await page.getByRole('button', { name: 'Book this time' }).dblclick();
  await page.getByText('It is kept for you, and waits for an answer.').waitFor();
  assert.ok(lost > 1, 'it was sent again by itself');
  assert.equal((await appointments(id)).length, 1);
  // A second tab has its own time.
  const tab = await context.newPage();
  await tab.goto(`${publicUrl}/book/${id}`);
  await booked(tab, 'Monday 8 March 2027, 09:30');
  assert.notEqual(tab.url(), page.url());
  assert.equal((await appointments(id)).length, 2);
});

/** A visitor whose request for 09:00 has not arrived, and who has chosen 10:00 since. `tries`: the requests sent so far. */
async function anotherChosen() {
  const id = await provider();
  let tries = 0;
  const prepare = (context) => context.route('**/book/*', (route) => (route.request().method() === 'POST' && ++tries === 1 ? route.fulfill({ status: 503, headers: { 'Retry-After': '3' } }) : route.fallback()));
  const { page } = await follow(id, { prepare, expected: [/503|404/] });
  await slot(page, 'Monday 8 March 2027, 09:00').click();
  await fill(page);
  await page.getByRole('button', { name: 'Book this time' }).click();
  await page.getByText('What you have typed is kept').waitFor();
  await page.getByRole('button', { name: 'Choose another time' }).click();
  await slot(page, 'Monday 8 March 2027, 10:00').click();
  return { id, page, tries: () => tries };
}

test('a time is booked for which “Book this time” was pressed, and no other', async () => {
  const { id, page, tries } = await anotherChosen();
  await page.waitForTimeout(4000);
  assert.deepEqual([tries(), await appointments(id)], [1, []]);
  await page.getByRole('button', { name: 'Book this time' }).click();
  await page.getByText('It is kept for you, and waits for an answer.').waitFor();
  assert.deepEqual((await appointments(id)).map(({ start_time: at }) => at), ['10:00:00']);
});

for (const waits of [true, false])
  test(`who booked before the page was closed is shown the booking ${waits ? 'by the retry' : 'when the page is opened again'}`, async () => {
    const id = await provider();
    let lost = 0;
    // The answer is lost on its way, but the booking exists.
    const prepare = (context) => context.route('**/book/*', async (route) => {
      if (route.request().method() !== 'POST' || (waits && lost > 0)) return route.fallback();
      if (lost++ === 0) {
        await route.fetch();
        assert.equal((await call('PUT', `/calendars/provider:${id}`, { public_booking: false }))[0], 200);
      }
      return route.abort('failed');
    });
    const { page } = await follow(id, { prepare, expected: [/ERR_FAILED|Failed to load|404/] });
    await slot(page, 'Monday 8 March 2027, 09:00').click();
    await fill(page);
    await page.getByRole('button', { name: 'Book this time' }).click();
    if (!waits) {
      await page.getByText('What you have typed is kept').waitFor();
      await page.goto(`${publicUrl}/book/${id}`);
    }
    await page.getByText('It is kept for you, and waits for an answer.').waitFor();
    assert.match(page.url(), /#jbb_[0-9a-f]{48}$/);
    assert.equal((await appointments(id)).length, 1);
  });

for (const [arrives, again] of [[true, 'reload'], [true, 'Deutsch'], [false, 'reload']])
  test(`who loads the page anew (${again}) before the answer ${arrives ? 'is shown the booking that had arrived' : 'is booked all the same, as was promised'}`, async () => {
    const id = await provider();
    let tries = 0;
    const prepare = (context) => context.route('**/book/*', async (route) => {
      if (route.request().method() !== 'POST' || tries++ > 0) return route.fallback();
      if (arrives) await route.fetch();
      return route.abort('failed');
    });
    const { page } = await follow(id, { prepare, expected: [/ERR_FAILED|Failed to load|404/] });
    await slot(page, 'Monday 8 March 2027, 09:00').click();
    await fill(page);
    await page.getByRole('button', { name: 'Book this time' }).click();
    await page.getByText('What you have typed is kept').waitFor();
    if (again === 'reload') await page.reload();
    else await page.locator('.language select').selectOption(again);
    await page.getByText(again === 'reload' ? 'It is kept for you, and waits for an answer.' : /Ihre erste Anfrage war/).waitFor();
    assert.match(page.url(), /#jbb_[0-9a-f]{48}$/);
    assert.deepEqual((await appointments(id)).map(({ start_time: at }) => at), ['09:00:00']);
  });

test('a time that was chosen after a lost answer is not booked by a reload', async () => {
  const { id, page, tries } = await anotherChosen();
  await page.reload();
  await page.getByText('It is not known whether your first request arrived.').waitFor();
  await page.getByText('Mon 8 Mar, 10:00').waitFor();
  assert.deepEqual([tries(), await appointments(id)], [1, []]);
});

for (const looks of [true, false])
  test(`who chooses another time after an answer was lost has one booking, the first, and is told so ${looks ? 'at once' : 'once it is known'}`, async () => {
    const id = await provider();
    let lost = 0;
    const prepare = (context) => context.route(/\/book\//, async (route) => {
      const method = route.request().method();
      if (method === 'POST' && lost++ === 0) {
        await route.fetch();
        return route.abort('failed');
      }
      return method === 'GET' && !looks && lost === 1 && route.request().url().includes('/booking') ? route.abort('failed') : route.fallback();
    });
    const { page } = await follow(id, { prepare, expected: [/ERR_FAILED|Failed to load|422/] });
    await slot(page, 'Monday 8 March 2027, 09:00').click();
    await fill(page);
    await page.getByRole('button', { name: 'Book this time' }).click();
    await page.getByText('What you have typed is kept').waitFor();
    await page.getByRole('button', { name: 'Choose another time' }).click();
    if (!looks) {
      await page.getByText('It is not known whether your first request arrived.').waitFor();
      await slot(page, 'Monday 8 March 2027, 10:00').click();
      await page.getByRole('button', { name: 'Book this time' }).click();
    }
    await page.getByText('Your first request had arrived: this is the time that is booked.').waitFor();
    await page.getByText('Mon 8 Mar, 09:00 – 09:15').waitFor();
    assert.deepEqual((await appointments(id)).map(({ start_time: at }) => at), ['09:00:00']);
  });

test('who chooses another time while the answer is slow is told once that the first request had arrived', async () => {
  const id = await provider();
  let answered, go;
  const made = new Promise((done) => (answered = done)), held = new Promise((done) => (go = done));
  const prepare = (context) => context.route('**/book/*', async (route) => {
    if (route.request().method() !== 'POST') return route.fallback();
    const response = await route.fetch();
    answered();
    await held;
    return route.fulfill({ response });
  });
  const { page } = await follow(id, { prepare });
  await slot(page, 'Monday 8 March 2027, 09:00').click();
  await fill(page);
  const posted = page.waitForResponse((response) => response.request().method() === 'POST');
  await page.getByRole('button', { name: 'Book this time' }).click();
  await made;
  await page.getByRole('button', { name: 'Choose another time' }).click();
  const told = page.getByText('Your first request had arrived');
  await told.waitFor();
  await page.getByText('It is kept for you, and waits for an answer.').waitFor();
  go();
  await (await posted).finished();
  await page.evaluate(() => new Promise((done) => { setTimeout(done); })); // the page has heard it
  assert.equal(await told.count(), 1);
});

test('a time that is only written otherwise, by the clock of another zone, was not moved', async () => {
  const id = await provider();
  const { page } = await follow(id);
  await booked(page);
  assert.equal((await call('PUT', `/calendars/provider:${id}`, { time_zone: 'Europe/London' }))[0], 200);
  const [{ appointment_id: appointment }] = await appointments(id);
  await call('PUT', `/appointments/${appointment}/status`, { status: 'CONFIRMED' }, 'secretary');
  await page.getByText('It is confirmed.').waitFor();
  assert.equal(await page.getByText('The time was moved.').count(), 0);
});

test('a question about a booking ends when the provider answers meanwhile', async () => {
  const id = await provider();
  const { page } = await follow(id);
  await booked(page);
  const [{ appointment_id: appointment }] = await appointments(id), yes = page.getByRole('button', { name: 'Yes, cancel it' });
  await page.getByRole('button', { name: 'Cancel it' }).click();
  await yes.waitFor();
  assert.equal((await call('PUT', `/appointments/${appointment}/status`, { status: 'CONFIRMED' }, 'secretary'))[0], 200);
  await page.getByText('It is confirmed.').waitFor();
  assert.equal(await yes.count(), 0);
});

test('a time that was not shown is not cancelled: the page shows it, and asks anew', async () => {
  const id = await provider();
  let late = false;
  const prepare = (context) => context.route(/\/booking\?wait/, async (route) => {
    if (late) await new Promise((done) => setTimeout(done, 30_000));
    return route.fallback().catch(() => null); // the page is gone
  });
  const { page, leave } = await follow(id, { prepare, expected: [/412/] });
  late = true;
  await booked(page);
  await page.getByRole('button', { name: 'Cancel it' }).click();
  const [{ appointment_id: appointment }] = await appointments(id);
  assert.equal((await call('PATCH', `/events/${appointment}`, { start_time: '10:30' }, 'secretary'))[0], 200);
  await page.getByRole('button', { name: 'Yes, cancel it' }).click();
  await page.getByText('This has changed meanwhile. Look at it again, and then decide.').waitFor();
  await page.getByText('Mon 8 Mar, 10:30 – 10:45').waitFor();
  assert.equal((await appointments(id))[0].status, 'PENDING');
  await page.getByRole('button', { name: 'Yes, cancel it' }).click();
  await page.getByText('It is cancelled.').waitFor();
  await leave();
});

test('what was booked cannot be booked again while the page of the booking is slow to come', async () => {
  const id = await provider();
  let isBooked = false, release;
  const slow = new Promise((go) => { release = go; });
  const { page } = await follow(id, { prepare: (context) => context.route(/\/book\/[^/]+(\/booking.*)?$/, async (route) => {
    if (route.request().method() === 'POST') isBooked = true;
    else if (isBooked && !route.request().isNavigationRequest()) await slow;
    return route.fallback();
  }) });
  await slot(page, 'Monday 8 March 2027, 09:00').click();
  await fill(page);
  await page.getByRole('button', { name: 'Book this time' }).click();
  await page.getByText('Your booking has arrived').waitFor();
  assert.equal(await page.getByRole('button', { name: /Book this time|Choose another time/ }).count(), 0);
  release();
  await page.getByText('It is kept for you, and waits for an answer.').waitFor();
  assert.equal((await appointments(id)).length, 1);
});

test('a double click moves a booking once, and cancels it once', async () => {
  const id = await provider();
  const { page } = await follow(id);
  await booked(page);
  const sent = [], isTold = () => page.getByText('This has changed meanwhile.').count();
  page.on('request', (request) => { if (['PUT', 'DELETE'].includes(request.method())) sent.push(request.method()); });
  await page.getByRole('button', { name: 'Move it' }).click();
  await slot(page, 'Monday 8 March 2027, 09:30').dblclick();
  await page.getByText('Mon 8 Mar, 09:30 – 09:45').waitFor();
  await page.waitForTimeout(500);
  assert.deepEqual([sent, await isTold()], [['PUT'], 0]);
  await page.getByRole('button', { name: 'Cancel it' }).click();
  await page.getByRole('button', { name: 'Yes, cancel it' }).dblclick();
  await page.getByText('It is cancelled.').waitFor();
  await page.waitForTimeout(500);
  assert.deepEqual([sent, await isTold()], [['PUT', 'DELETE'], 0]);
});

test('a booking of a page that is closed stands, and who would move it is told so', async () => {
  const id = await provider();
  const { page } = await follow(id, { expected: [/404/] });
  await booked(page);
  assert.equal((await call('PUT', `/calendars/provider:${id}`, { public_booking: false }))[0], 200);
  await page.getByRole('button', { name: 'Move it' }).click();
  await page.getByText('The provider takes no bookings by this page at present. Your booking stands as it is.').waitFor();
  assert.equal(await page.getByText('This link opens no booking.').count(), 0);
  assert.equal((await appointments(id))[0].status, 'PENDING');
});

test('a booking that its provider moves to another one’s calendar tells with whom it is, and is not moved from here', async () => {
  const id = await provider(), other = await provider();
  const { page } = await follow(id);
  await booked(page);
  const [{ appointment_id: appointment }] = await appointments(id);
  const move = (to) => call('PATCH', `/events/${appointment}`, { calendars: [`provider:${to}`] }, 'secretary');
  assert.equal((await move(other))[0], 200);
  await page.getByRole('heading', { name: `A time with ${other}` }).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Move it' }).count(), 0);
  assert.equal((await move(id))[0], 200);
  await page.getByRole('heading', { name: `A time with ${id}` }).waitFor();
  await page.getByRole('button', { name: 'Move it' }).waitFor();
});

test('a booking that waits for a time is moved or cancelled by its link', async () => {
  const id = await provider({ confirm_within: null });
  assert.equal((await call('POST', `/providers/${id}/availability`, { date: '2027-03-09', slots: { '09:00': '11:00' } }))[0], 201);
  const { page } = await follow(id);
  await slot(page, 'Monday 8 March 2027, 09:00').click();
  await fill(page);
  await page.getByRole('button', { name: 'Book this time' }).click();
  await page.getByText('It is confirmed.').waitFor();
  const [{ appointment_id: appointment }] = await appointments(id);
  assert.equal((await call('PATCH', `/events/${appointment}`, { start_timestamp: null, not_after: '2027-03-08T11:00:00+01:00' }))[0], 200);
  assert.equal((await call('POST', '/events', { event_name: 'Theatre', calendars: [`provider:${id}`], start_timestamp: '2027-03-08T09:00:00+01:00', duration: 7200, preempt: true }))[0], 201);
  await page.getByText('It waits for a time.').waitFor();
  await page.getByRole('button', { name: 'Cancel it' }).waitFor();
  await page.getByRole('button', { name: 'Move it' }).click();
  await slot(page, 'Tuesday 9 March 2027, 09:00').click();
  await page.getByText('Tue 9 Mar, 09:00 – 09:15').waitFor();
});

test('without a network what is typed stays, and is sent once there is one', async () => {
  const id = await provider();
  const { page, context, leave } = await follow(id, { expected: [/ERR_INTERNET_DISCONNECTED|Failed to load/] });
  await slot(page, 'Monday 8 March 2027, 10:00').click();
  await fill(page, { client: 'Off Line' });
  await context.setOffline(true);
  await page.getByRole('button', { name: 'Book this time' }).click();
  await page.getByText('What you have typed is kept').waitFor();
  assert.equal(await page.getByLabel('Your name').inputValue(), 'Off Line');
  await context.setOffline(false);
  await page.getByText('It is kept for you, and waits for an answer.').waitFor();
  await leave();
  assert.equal((await appointments(id)).length, 1);
});

test('where strangers have taken all places to wait in, the page asks now and then', async () => {
  const id = await provider();
  const asked = [];
  const prepare = (context) => context.route(/\/booking(\?|$)/, (route, request) => {
    if (request.headers()['if-none-match'] === undefined) return route.continue();
    asked.push(Date.now());
    return route.fulfill({ status: 304 });
  });
  const { page, leave } = await follow(id, { prepare });
  await booked(page);
  while (asked.length < 3) await page.waitForTimeout(100);
  for (const [n, at] of asked.slice(1).entries()) assert.ok(at - asked[n] > 2000, `asked again after ${at - asked[n]} ms`);
  await leave();
});

test('names with markup, from right to left, with emoji are text, and one too long is refused in words', async () => {
  const id = await provider();
  const { page } = await follow(id, { expected: [/4[0-9][0-9]/] });
  for (const [at, client] of [['09:00', '<img src=x onerror=alert(1)>'], ['09:15', 'فاطمة الزهراء'], ['09:30', '🎈'.repeat(200)]]) {
    await page.goto(`${publicUrl}/book/${id}`);
    await booked(page, `Monday 8 March 2027, ${at}`, { client, contact: `c${at.replace(':', '')}@example.org` });
    await page.getByText(client, { exact: true }).waitFor();
  }
  await page.goto(`${publicUrl}/book/${id}`);
  await slot(page, 'Monday 8 March 2027, 10:00').click();
  await fill(page, { client: 'x'.repeat(500) });
  await page.getByRole('button', { name: 'Book this time' }).click();
  await page.getByText('Your name: it must have 1 to 200 characters').waitFor();
  await fill(page, { client: 'Short', contact: 'somewhere' });
  await page.getByRole('button', { name: 'Book this time' }).click();
  await page.getByText('Mail or telephone: it must be a mail address').waitFor();
  assert.equal(await page.getByLabel('Your name').inputValue(), 'Short');
});

test('a time that has begun, or is too soon by now, is offered no more', async () => {
  const id = await provider({ min_notice: 300 });
  const { page } = await follow(id, { prepare: (context) => context.clock.install({ time: new Date(NOW) }) });
  await slot(page, 'Monday 8 March 2027, 09:00').waitFor();
  try {
    setClock('2027-03-08T09:11:00+01:00'); // four minutes before 09:15
    await page.clock.fastForward(70_000);
    await slot(page, 'Monday 8 March 2027, 09:15').waitFor({ state: 'detached' });
    await slot(page, 'Monday 8 March 2027, 09:30').waitFor();
    assert.equal(await slot(page, 'Monday 8 March 2027, 09:00').count(), 0);
  } finally {
    setClock(NOW);
  }
});

test('when all times that are shown have gone, the next ones are shown', async () => {
  const id = await provider({ slot_increment: 60, default_duration: 60 }); // as many as are shown at once
  await call('POST', `/providers/${id}/availability`, { date: '2027-03-09', slots: { '09:00': '09:02' } });
  const { page } = await follow(id, { prepare: (context) => context.clock.install({ time: new Date(NOW) }) });
  await slot(page, 'Monday 8 March 2027, 10:59').waitFor();
  const take = async (start_timestamp, duration) => {
    assert.equal((await call('POST', '/events', { event_name: 'Away', calendars: [`provider:${id}`], start_timestamp, duration }))[0], 201);
    await page.clock.runFor(61_000);
  };
  await take('2027-03-08T09:00:00+01:00', 7200);
  await slot(page, 'Tuesday 9 March 2027, 09:01').waitFor();
  assert.deepEqual([await page.locator('.slot').count(), await page.getByText('There is no free time').count()], [2, 0]);
  await take('2027-03-09T09:00:00+01:00', 120);
  await page.getByText('There is no free time at present.').waitFor();
});

test('who has had a day’s share is offered another day, and told so where the page is older', async () => {
  const id = await provider({ max_guest_bookings_per_day: 4 }); // one of them for each network
  await call('POST', `/providers/${id}/availability`, { date: '2027-03-09', slots: { '09:00': '11:00' } });
  const late = await follow(id, { expected: [/409/] });
  await slot(late.page, 'Monday 8 March 2027, 09:45').click();
  await fill(late.page);
  const { page } = await follow(id);
  await booked(page);
  await page.goto(`${publicUrl}/book/${id}`);
  await slot(page, 'Tuesday 9 March 2027, 09:00').waitFor();
  assert.equal(await slot(page, /Monday 8 March/).count(), 0);
  await late.page.getByRole('button', { name: 'Book this time' }).click();
  await late.page.getByText('That is one booking too many').waitFor();
});

test('an address that opens nothing says why, and a browser without scripts gets a sentence', async () => {
  const id = await provider(), other = await provider({ public_booking: false });
  const { page, leave } = await follow(id);
  await booked(page);
  const token = page.url().split('#')[1];
  await leave();
  for (const [target, words] of [
    [`nobody`, 'Nobody takes bookings at this address.'], ['%C3', 'Nobody takes bookings at this address.'], [`${id}%FF%28`, 'Nobody takes bookings at this address.'], [other, 'Nobody takes bookings at this address.'],
    [`${other}#${token}`, 'This link opens no booking.'], [`${id}#jbb_${'0'.repeat(48)}`, 'This link opens no booking.'],
    [`${id}#${token.slice(0, 20)}`, 'This link is not whole'],
  ]) {
    const wrong = await follow(target, { expected: [/40[0-9]/] });
    await wrong.page.getByText(words).waitFor();
    assert.equal(wrong.response.status(), 200);
    assert.match(wrong.response.headers()['content-security-policy'], /default-src 'none'.*frame-ancestors 'none'/);
    assert.deepEqual(await violations(wrong.page), []);
    if (target.startsWith(`${id}#`)) {
      await wrong.page.getByRole('link', { name: 'Book another time' }).click();
      await slot(wrong.page, 'Monday 8 March 2027, 09:15').waitFor();
    }
    await wrong.leave();
  }
  const plain = await follow(id, { javaScriptEnabled: false });
  assert.match(await plain.page.locator('noscript').innerHTML(), /needs JavaScript/);
});

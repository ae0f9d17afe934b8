// Readers get the page in their own language, with their own formats of dates and hours. It could break with an
// untranslated text, with a page that first shows English and then another language, with the hours or first weekday of
// another country, or with names that reverse the direction of the line around them.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { cell, follow, openPoll, paint } from './poll_stage.mjs';
import { book, calendar, call, dialogClosed, drawn, eventOn, notice, NOW, ownWeek, publicUrl, shown, url, violations, visit, visitDrawn, week } from './stage.mjs';

const languageOf = (page) => page.evaluate(() => [document.documentElement.lang, document.documentElement.dir]);

/** What a person reads or hears on the page, except the names of languages and the rejections of other tests' calls. */
const said = (page) => page.evaluate(() => {
  const texts = [document.title], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) if (!walker.currentNode.parentElement.closest('.language, .rejection-list ol, script, noscript')) texts.push(walker.currentNode.data);
  for (const one of document.querySelectorAll('[aria-label], [title], [placeholder]')) if (!one.closest('.rejection-list li')) texts.push(...['aria-label', 'title', 'placeholder'].map((name) => one.getAttribute(name) ?? ''));
  return texts.join('\n');
});

/** English words in it, except names. */
const latin = (text, names) => names.reduce((rest, name) => rest.replaceAll(name, ''), text).match(/[A-Za-z]{2,}/g) ?? [];

test('a German secretary books, and is refused, in German', async () => {
  const { name, page } = await ownWeek({ who: 'secretary', locale: 'de-DE', expected: [/409/] }, { event_name: 'Vorstand', date: '2027-03-03', start_time: '11:00', duration: 3600 });
  assert.deepEqual(await languageOf(page), ['de', 'ltr']);
  await page.getByRole('heading', { name: '1.–7. März 2027' }).or(page.getByRole('heading', { name: '1. – 7. März 2027' })).waitFor();
  assert.deepEqual(await violations(page), []);
  await page.getByRole('button', { name: 'Neuer Termin' }).click();
  const form = page.getByRole('dialog', { name: 'Neuer Termin' });
  await form.getByLabel('Was').fill('Presse');
  await form.getByLabel('Datum', { exact: true }).fill('2027-03-03');
  await form.getByLabel('Beginn').fill('11:00');
  for (const length of ['1 Stunde 30 Minuten', '30']) {
    await form.getByLabel('Länge').fill(length);
    assert.equal(await form.getByLabel('Länge').getAttribute('aria-invalid'), 'false', length);
  }
  await form.getByRole('button', { name: 'Buchen' }).click();
  await form.getByText('Die Zeit ist durch etwas belegt, das nicht weichen kann.').waitFor();
  await form.getByText('Diese Zeiten sind frei:').waitFor();
  assert.deepEqual(await violations(page), []);
  await form.getByLabel('Beginn').fill('14:00');
  await form.getByRole('button', { name: 'Buchen' }).click();
  await notice(page, 'Gebucht: Presse, Mi., 3. März, 14:00 – 14:30.');
  assert.equal((await eventOn(name, 'Presse')).start_timestamp, '2027-03-03T14:00:00+01:00');
  await shown(page, 'Presse').click();
  await page.getByText('Jemand hat um diese Zeit gebeten').or(page.getByText('Warum dort?')).first().click();
  await page.getByText('Jemand hat um diese Zeit gebeten, und dort bleibt der Termin, bis ihn jemand verschiebt.').waitFor();
});

test('a Russian guest answers a poll, and nothing on the page is English', async () => {
  const poll = await openPoll({ title: 'Встреча', public: true });
  const { page } = await follow(`${publicUrl}/polls/${poll.id}`, { locale: 'ru-RU' });
  await page.getByLabel('Ваше имя').fill('Анна');
  assert.deepEqual(await languageOf(page), ['ru', 'ltr']);
  await cell(page, /пн, 8 мар\., 09:00/).waitFor();
  assert.deepEqual(latin(await said(page), ['Europe/Berlin']), []);
  await paint(page, /ср, 10 мар\., 13:00/, /ср, 10 мар\., 14:30/);
  await page.getByText('Ещё не сохранено.').waitFor();
  assert.deepEqual(latin(await said(page), ['Europe/Berlin']), []);
  await page.getByRole('button', { name: 'Сохранить', exact: true }).click();
  await page.getByRole('heading', { name: 'Ваша личная ссылка' }).waitFor();
  assert.deepEqual(latin(await said(page), ['Europe/Berlin']), []);
  assert.deepEqual(await violations(page), []);
  const [, { participants }] = await call('GET', `/polls/${poll.id}`, undefined, 'secretary');
  assert.deepEqual(participants.map(({ participant }) => participant), ['Анна']);
});

test('an American sees 2 PM, and Sunday first', async () => {
  const { page } = await ownWeek({ locale: 'en-US' }, { event_name: 'Lunch', date: '2027-03-03', start_time: '14:00', duration: 3600 });
  await page.getByRole('heading', { name: /^February 28 – March 6, 2027$/ }).waitFor();
  assert.equal(await page.locator('.fc-col-header-cell').first().getAttribute('data-date'), '2027-02-28');
  assert.match(await shown(page, 'Lunch').getAttribute('aria-label'), /^Lunch, 2:00\sPM – 3:00\sPM, Wed Mar 3/);
  assert.match(await page.locator('.fc-timegrid-slot-label[data-time="14:00:00"]').textContent(), /^2\sPM$/);
  await page.getByRole('button', { name: 'Month' }).click();
  await drawn(page);
  assert.equal(await page.locator('.fc-col-header-cell').first().textContent(), 'Sun');
});

test('a French visitor books a time in French', async () => {
  const id = `fr-${process.pid}`;
  assert.equal((await call('POST', `/providers/${id}/availability`, { date: '2027-03-08', slots: { '09:00': '11:00' } }))[0], 201);
  assert.equal((await call('PUT', `/calendars/provider:${id}`, { time_zone: 'Europe/Berlin', public_booking: true }))[0], 200);
  const { page } = await visit(`/book/${id}`, { who: null, at: publicUrl, now: NOW, timezoneId: 'Europe/Paris', ignoreHTTPSErrors: true, locale: 'fr-FR', expected: [/422/] });
  await page.getByRole('button', { name: 'lundi 8 mars 2027, 09:00' }).click();
  assert.deepEqual(await languageOf(page), ['fr', 'ltr']);
  assert.deepEqual(await violations(page), []);
  await page.getByRole('button', { name: 'Réserver ce créneau' }).click();
  await page.getByText('Votre nom manque.').waitFor();
  await page.getByLabel('Votre nom').fill('Zoé');
  await page.getByLabel('Mail ou téléphone').fill('x');
  await page.getByRole('button', { name: 'Réserver ce créneau' }).click();
  await page.locator('.refusal').getByText('Mail ou téléphone\u00a0: doit être une adresse e-mail ou un numéro de téléphone').waitFor();
  await page.getByLabel('Mail ou téléphone').fill('zoe@example.org');
  await page.getByRole('button', { name: 'Réserver ce créneau' }).click();
  await page.getByText('Le créneau est gardé pour vous, dans l’attente d’une réponse.').waitFor();
  assert.equal(await page.title(), `Votre rendez-vous avec ${id}`);
  assert.deepEqual(await violations(page), []);
});

test('a visitor who chooses a language in the form of a booking keeps the time that was chosen, too, while it is offered as it was shown', async () => {
  const id = `choice-${process.pid}`;
  assert.equal((await call('POST', `/providers/${id}/availability`, { date: '2027-03-08', slots: { '09:00': '11:00' } }))[0], 201);
  assert.equal((await call('PUT', `/calendars/provider:${id}`, { time_zone: 'Europe/Berlin', public_booking: true }))[0], 200);
  const { page } = await visit(`/book/${id}`, { who: null, at: publicUrl, now: NOW, timezoneId: 'Europe/Berlin', ignoreHTTPSErrors: true });
  await page.getByRole('button', { name: 'Monday 8 March 2027, 09:15' }).click();
  await page.getByLabel('Your name').fill('Zoé');
  await page.getByLabel('Language').selectOption('Français');
  await page.getByRole('button', { name: 'Réserver ce créneau' }).waitFor();
  assert.equal(await page.getByLabel('Votre nom').inputValue(), 'Zoé');
  assert.match(await page.locator('.booked').innerText(), /09:15/);
  assert.equal((await call('PUT', `/calendars/provider:${id}`, { confirm_within: null }))[0], 200);
  await page.getByLabel('Langue').selectOption('English');
  await page.getByText('What you book is yours at once.').waitFor();
  await page.getByRole('button', { name: 'Monday 8 March 2027, 09:15' }).click();
  assert.equal((await call('POST', '/appointments', { provider_id: id, client: 'Faster', date: '2027-03-08', start_time: '09:15' }, 'secretary'))[0], 201);
  await page.getByLabel('Language').selectOption('Deutsch');
  await page.getByRole('button', { name: 'Montag, 8. März 2027, 09:30' }).click();
  assert.equal(await page.getByLabel('Ihr Name').inputValue(), 'Zoé');
});

test('the language that is chosen is kept, for this page and the next ones', async () => {
  const { name, page, context } = await ownWeek();
  await page.getByLabel('Language').selectOption('Русский');
  await page.getByRole('button', { name: 'Сегодня' }).waitFor();
  const [cookie] = (await context.cookies()).filter(({ name: one }) => one === 'jb_language');
  assert.deepEqual([cookie.value, cookie.secure, cookie.sameSite, cookie.path], ['ru', true, 'Lax', '/']);
  await page.goto(url + week(name, '2027-03-09'));
  await drawn(page);
  assert.deepEqual(await languageOf(page), ['ru', 'ltr']);
  assert.deepEqual(latin(await said(page), [name, 'Europe/Berlin', 'manager', 'API', 'UTC', 'America/New_York', 'Shift', 'Enter', 'Alt', 'Escape']), []);
  assert.deepEqual(await violations(page), []);
  await page.getByLabel('Язык').selectOption('English');
  await page.getByRole('button', { name: 'Today' }).waitFor();
});

test('without a certificate the page that says so is in the reader’s language', async () => {
  const { page, response } = await visit('/', { who: null, locale: 'ru-RU', ignoreHTTPSErrors: true, expected: [/401/] });
  assert.equal(response.status(), 401);
  await page.getByRole('heading', { name: 'Нужен сертификат клиента' }).waitFor();
  assert.deepEqual(await languageOf(page), ['ru', 'ltr']);
});

test('the times of a second zone stand beside the hours, and are right where a clock changes', async () => {
  const name = await calendar();
  const { page } = await visitDrawn(week(name, '2027-03-10'));
  const beside = (time) => page.locator(`.fc-timegrid-slot-label[data-time="${time}:00"] .other-zone`);
  const is = (time, text) => beside(time).filter({ hasText: new RegExp(`^${text}$`) }).waitFor({ state: 'attached' });
  const field = page.getByLabel('Also show the times of');
  await field.fill('Nowhere/There');
  await field.press('Enter');
  assert.equal(await field.getAttribute('aria-invalid'), 'true');
  await field.fill('America/New_York');
  await field.press('Enter');
  await drawn(page);
  await is('07:00', '01:00');
  await is('09:00', '03:00 / 04:00'); // New York's clocks go forward on this Sunday, at eight in Berlin
  assert.match(page.url(), /zone=America\/New_York/);
  await page.getByText('Europe/Berlin, UTC+1 · America/New_York, UTC−5').waitFor();
  assert.deepEqual(await violations(page), []);
  await page.getByRole('button', { name: 'Later', exact: true }).click();
  await is('09:00', '04:00');
  await page.goto(`${url}/?calendars=${name}&view=day&date=2027-03-28&zone=America/New_York`); // Berlin's clocks go forward at two
  await drawn(page);
  await is('01:00', '20:00 −1');
  await is('03:00', '21:00 −1');
  const far = await calendar();
  await call('PUT', `/calendars/${encodeURIComponent(far)}`, { time_zone: 'Pacific/Kiritimati' });
  await page.goto(`${url}/?calendars=${far}&view=day&date=2027-03-03&zone=Pacific/Pago_Pago`); // 25 hours apart
  await drawn(page);
  await is('00:00', '23:00 −2');
  await is('01:00', '00:00 −1');
});

test('nginx chooses the file of a page by the cookie, then by the first language that the browser wants, and says so', async () => {
  const tags = new Set();
  for (const [wanted, cookie, language] of [
    ['', '', 'en'], ['de', '', 'de'], ['DE-at;q=0.9, en;q=0.8', '', 'de'], ['pt-BR, pt;q=0.9, fr-CH;q=0.5, de;q=0.3', '', 'fr'], ['de;q=0, ru;q=0.1', '', 'ru'],
    ['en-US,de;q=0.5', '', 'en'], ['den, rum', '', 'en'], ['es', '', 'en'], ['de', 'jb_language=fr', 'fr'], ['de', 'jb_language=en', 'en'], ['de', 'jb_language=../x', 'de'],
  ]) {
    const [status, body, headers] = await call('GET', '/', undefined, 'secretary', { Accept: 'text/html', ...(wanted && { 'Accept-Language': wanted }), ...(cookie && { Cookie: cookie }) });
    assert.deepEqual([status, /<html lang="(..)"/.exec(body)?.[1]], [200, language], `${wanted}; ${cookie}`);
    for (const name of ['accept-language', 'cookie']) assert.ok(headers.vary.toLowerCase().includes(name), headers.vary);
    tags.add(`${language} ${headers.etag}`);
  }
  assert.equal(new Set([...tags].map((tag) => tag.split(' ')[1])).size, 4);
  assert.equal(tags.size, 4);
});

test('a name from right to left leaves the line around it as it is', async () => {
  const name = await calendar(), title = 'פגישה (א׳)';
  await book({ calendars: [name], event_name: title, date: '2027-03-03', start_time: '09:00', duration: 3600 });
  const { page } = await visitDrawn(week(name));
  await shown(page, title).click();
  const heading = page.getByRole('heading', { name: title });
  assert.equal(await heading.evaluate((one) => getComputedStyle(one).direction), 'rtl');
  const dialog = page.getByRole('dialog', { name: title });
  await dialog.getByRole('button', { name: 'Cancel event' }).click();
  assert.ok((await dialog.getByText('Others may take its time.').textContent()).startsWith(`Cancel \u2068${title}\u2069?`));
});

test('in a line of several people’s words none turns what stands beside it', async () => {
  const place = 'חדר 5', guest = '7 Anna', other = 'ליאור', name = await calendar();
  const { id } = await book({ calendars: [name], event_name: 'Board', date: '2027-03-03', start_time: '09:00', duration: 7200, event_location: place, attendees: [other, guest] });
  const { page } = await visitDrawn(week(name));
  const line = shown(page, 'Board').locator('.where');
  assert.equal(await line.textContent(), [place, other, guest].join(' · '));
  /** The left edge of each text, in the given order. */
  const lefts = (element, texts) => element.evaluate((root, wanted) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT), found = {};
    for (let node = walker.nextNode(); node; node = walker.nextNode())
      for (const text of wanted) {
        const at = node.data.indexOf(text);
        if (at < 0) continue;
        const range = document.createRange();
        range.setStart(node, at);
        range.setEnd(node, at + text.length);
        found[text] = range.getBoundingClientRect().left;
      }
    return wanted.map((text) => found[text]);
  }, texts);
  await line.evaluate((element) => { Object.assign(element.style, { whiteSpace: 'nowrap', position: 'fixed' }); });
  const [first, second, third] = await lefts(line, [place, other, guest]);
  assert.ok(first < second && second < third, String([first, second, third]));
  await page.goto(`${url}${week(name, '2027-03-02', `&event=${id}`)}`);
  const who = page.getByRole('dialog', { name: 'Board' }).locator('dd', { hasText: guest });
  const [lior, anna] = await lefts(who, [other, guest]);
  assert.ok(lior < anna, String([lior, anna]));
});

test('what the server finds wrong with a field is told in German', async () => {
  const { name, page } = await ownWeek({ locale: 'de-DE', expected: [/422/] });
  await page.getByRole('button', { name: `Einstellungen… ${name}` }).click();
  let dialog = page.getByRole('dialog');
  await dialog.getByLabel('Zeitzone').fill('Europe/Atlantis');
  await dialog.getByRole('button', { name: 'Speichern' }).click();
  await dialog.getByText('diese Zeitzone gibt es nicht').waitFor();
  for (const key of ['Escape', 'Escape']) await page.keyboard.press(key);
  await dialogClosed(page);
  await page.getByRole('button', { name: 'Neuer Termin' }).click();
  dialog = page.getByRole('dialog', { name: 'Neuer Termin' });
  await dialog.getByLabel('Was').fill('Presse');
  await dialog.getByLabel('Datum', { exact: true }).fill('2027-03-06');
  await dialog.getByLabel('Beginn').fill('11:00');
  await dialog.getByLabel('Wiederholt sich').selectOption('Montag bis Freitag');
  await dialog.getByRole('button', { name: 'Buchen' }).click();
  await dialog.getByRole('alert').getByText('Wiederholt sich: die Regel nennt den ersten Tag nicht; der nächste, den sie nennt, ist Mo., 8. März.').waitFor();
});

test('forms and lists say it in words that people use', async () => {
  const name = await calendar();
  for (const [locale, words] of Object.entries({
    'en-GB': ['New event', 'blocks this time in all these calendars', 'Search…', 'Include the past year', 'Lists'],
    'de-DE': ['Neuer Termin', 'Der Termin belegt die Zeit in allen diesen Kalendern', 'Suchen…', 'Auch das vergangene Jahr', 'Listen'],
    'fr-FR': ['Nouvel événement', 'bloque ce créneau dans tous ces calendriers', 'Chercher…', 'Inclure l’année passée', 'Volet'],
    'ru-RU': ['Новое событие', 'событие займёт время во всех', 'Поиск…', 'Включая прошедший год', 'Панель'],
  })) {
    const { page, leave } = await visitDrawn(week(name), { locale, viewport: { width: 900, height: 900 } });
    const [make, hint, find, past, lists] = words;
    await page.getByRole('button', { name: make }).click();
    await page.getByRole('dialog').getByText(hint, { exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: find }).click();
    await page.getByLabel(past).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.drawer-button', { hasText: lists }).waitFor();
    await leave();
  }
});

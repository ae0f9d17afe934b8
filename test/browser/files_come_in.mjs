// Another program's file is tried out before it is imported, and files are attached to events.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { book, calendar, call, eventOn, eventsOn, hold, notice, ownWeek, shown, violations, visit, visitDrawn, week } from './stage.mjs';

const event = (uid, title, hour) => ['BEGIN:VEVENT', `UID:${uid}`, 'DTSTAMP:20270201T090000Z', `DTSTART;TZID=Europe/Berlin:20270304T${hour}0000`, 'DURATION:PT1H', `SUMMARY:${title}`, 'END:VEVENT'];
const file = (name, ...events) => ({ name, mimeType: 'text/calendar', buffer: Buffer.from(['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//test//test//EN', ...events.flat(), 'END:VCALENDAR', ''].join('\r\n')) });

test('a file is tried out in a table before its events are taken, and nothing is done by the trial', async () => {
  const { name, page } = await ownWeek({ who: 'secretary', expected: [/422/] }, { event_name: 'Board', date: '2027-03-04', start_time: '11:00', duration: 3600 });
  await page.getByRole('button', { name: `Import… ${name}` }).click();
  const dialog = page.getByRole('dialog', { name: `Import into ${name}` });
  await dialog.getByLabel('File', { exact: true }).setInputFiles({ name: 'no.ics', mimeType: 'text/calendar', buffer: Buffer.from('this is no calendar') });
  await dialog.getByRole('button', { name: 'Try it out' }).click();
  await dialog.getByRole('alert').waitFor();
  await dialog.getByLabel('File', { exact: true }).setInputFiles(file('talks.ics', event('a', 'Talk <b>', '09'), event('b', 'Clash', '11')));
  await dialog.getByRole('button', { name: 'Try it out' }).click();
  await dialog.getByText('1 placed, 1 not possible. Nothing has been done yet.').waitFor();
  await dialog.getByRole('row', { name: 'Talk <b> Thu 4 Mar, 09:00 – 10:00 placed' }).waitFor();
  await dialog.getByRole('row', { name: /Clash .*not possible: The time is taken by something that cannot be moved\.$/ }).waitFor();
  await page.setViewportSize({ width: 390, height: 844 });
  const head = dialog.getByRole('columnheader', { name: 'Line' });
  assert.equal(await head.evaluate((one) => { const range = document.createRange(); range.selectNodeContents(one); return range.getClientRects().length; }), 1, 'no word is broken');
  await page.setViewportSize({ width: 1360, height: 900 });
  assert.deepEqual(await violations(page), []);
  assert.equal((await eventsOn(name, 'Talk <b>')).length, 0);
  await dialog.getByRole('button', { name: 'Import one event' }).click();
  await notice(page, `Imported into ${name}: 1 placed, 1 not possible.`);
  await shown(page, 'Talk <b>').waitFor();
  await page.getByRole('button', { name: `Import… ${name}` }).click();
  await dialog.getByLabel('File', { exact: true }).setInputFiles(file('talks.ics', event('a', 'Talk <b>', '10')));
  await dialog.getByRole('button', { name: 'Try it out' }).click();
  await dialog.getByText('1 stays as it is.').waitFor();
  await dialog.getByLabel('Change what was imported before').check();
  await dialog.getByRole('button', { name: 'Try it out' }).click();
  await dialog.getByText('1 changed.').waitFor();
  await dialog.getByRole('button', { name: 'Import one event' }).click();
  await notice(page, '1 changed.');
  assert.deepEqual((await eventsOn(name, 'Talk <b>')).map(({ start_timestamp }) => start_timestamp), ['2027-03-04T10:00:00+01:00']);
});

test('a file of more events than a call takes is imported in parts', async () => {
  const { name, page } = await ownWeek({ who: 'secretary' });
  await page.getByRole('button', { name: `Import… ${name}` }).click();
  const dialog = page.getByRole('dialog', { name: `Import into ${name}` });
  const day = (n) => new Date(Date.UTC(2027, 5, 1 + n)).toISOString().slice(0, 10).replaceAll('-', '');
  const events = Array.from({ length: 1001 }, (_, i) => ['BEGIN:VEVENT', `UID:${i}`, `DTSTART:${day(i % 100)}T${String(8 + Math.floor(i / 100)).padStart(2, '0')}0000Z`, 'DURATION:PT15M', `SUMMARY:Talk ${i}`, 'END:VEVENT']);
  await dialog.getByLabel('File', { exact: true }).setInputFiles(file('long.ics', ...events));
  await dialog.getByRole('button', { name: 'Try it out' }).click();
  await dialog.getByText('1001 placed. Nothing has been done yet.').waitFor();
  await dialog.getByText('events that overlap others of the file may still be refused').waitFor();
  await dialog.getByRole('button', { name: 'Import 1001 events' }).click();
  await notice(page, `Imported into ${name}: 1001 placed.`);
  assert.equal((await eventsOn(name, 'Talk 1000')).length, 1);
});

test('a file of which something else would become by now is shown anew, and not taken', async () => {
  const { name, page } = await ownWeek({ who: 'secretary' });
  await page.getByRole('button', { name: `Import… ${name}` }).click();
  const dialog = page.getByRole('dialog', { name: `Import into ${name}` });
  await dialog.getByLabel('File', { exact: true }).setInputFiles(file('talks.ics', event('e', 'Talk', '09'), event('f', 'Panel', '11')));
  await dialog.getByRole('button', { name: 'Try it out' }).click();
  await dialog.getByText('2 placed. Nothing has been done yet.').waitFor();
  await book({ calendars: [name], event_name: 'Faster', date: '2027-03-04', start_time: '11:00', duration: 3600 });
  await dialog.getByRole('button', { name: 'Import 2 events' }).click();
  await dialog.getByText('This has changed meanwhile. Look at it again, and then decide.').waitFor();
  await dialog.getByText('1 placed, 1 not possible. Nothing has been done yet.').waitFor();
  assert.deepEqual(await violations(page), []);
  assert.equal((await eventsOn(name, 'Talk')).length, 0);
  await dialog.getByRole('button', { name: 'Import one event' }).click();
  await notice(page, `Imported into ${name}: 1 placed, 1 not possible.`);
});

for (const [title, isThere] of [['is shown', true], ['that comes between the trial and the import is shown before it is made', false]]) test(`an event that moves for one of a file ${title}`, async () => {
  const name = await calendar();
  const movable = () => book({ calendars: [name], event_name: 'Movable', date: '2027-03-04', not_before: '2027-03-04T10:00:00+01:00', duration: 3600 });
  if (isThere) await movable();
  const { page } = await visitDrawn(week(name), { who: 'secretary' });
  await page.getByRole('button', { name: `Import… ${name}` }).click();
  const dialog = page.getByRole('dialog', { name: `Import into ${name}` });
  await dialog.getByLabel('File', { exact: true }).setInputFiles(file('talks.ics', event('m', 'Talk', '10')));
  await dialog.getByRole('button', { name: 'Try it out' }).click();
  await dialog.getByText('1 placed. Nothing has been done yet. Times are those of Europe/Berlin.').waitFor();
  if (!isThere) {
    assert.equal(await dialog.getByText('would move').count(), 0);
    await movable();
    await dialog.getByRole('button', { name: 'Import one event' }).click();
    await dialog.getByText('This has changed meanwhile. Look at it again, and then decide.').waitFor();
  }
  await dialog.getByRole('row', { name: /^\d+ Talk .* placed\s*One event would move:\s*Movable from Thu 4 Mar, 10:00 – 11:00 to Thu 4 Mar, 11:00 – 12:00$/ }).waitFor();
  assert.deepEqual(await violations(page), []);
  assert.deepEqual([(await eventsOn(name, 'Talk')).length, (await eventOn(name, 'Movable')).start_timestamp], [0, '2027-03-04T10:00:00+01:00']);
  await dialog.getByRole('button', { name: 'Import one event' }).click();
  await notice(page, `Imported into ${name}: 1 placed.`);
  assert.equal((await eventOn(name, 'Movable')).start_timestamp, '2027-03-04T11:00:00+01:00');
});

test('a box that is ticked while a file is tried once more changes nothing that was not shown', async () => {
  const { name, page, context } = await ownWeek({ who: 'secretary' });
  const dialog = page.getByRole('dialog', { name: `Import into ${name}` });
  const tryOut = async (...events) => {
    await page.getByRole('button', { name: `Import… ${name}` }).click();
    await dialog.getByLabel('File', { exact: true }).setInputFiles(file('talks.ics', ...events));
    await dialog.getByRole('button', { name: 'Try it out' }).click();
  };
  await tryOut(event('g', 'Talk', '09'));
  await dialog.getByRole('button', { name: 'Import one event' }).click();
  await notice(page, '1 placed.');
  await tryOut(event('g', 'Talk', '15'), event('h', 'Panel', '11'));
  await dialog.getByText('1 stays as it is, 1 placed. Nothing has been done yet.').waitFor();
  const go = await hold(context, '**/import**');
  await dialog.getByRole('button', { name: 'Import one event' }).click();
  await dialog.getByLabel('Change what was imported before').check();
  go();
  await dialog.getByRole('button', { name: 'Try it out' }).and(dialog.locator(':enabled')).click();
  await dialog.getByText('1 changed, 1 placed. Nothing has been done yet.').waitFor();
  assert.deepEqual([(await eventsOn(name, 'Talk')).map(({ start_timestamp }) => start_timestamp.slice(11, 16)), (await eventsOn(name, 'Panel')).length], [['09:00'], 0]);
});

test('a file is sent as it is: a fold within a character hurts nothing, and what is no UTF-8, empty or no text is refused as what it is', async () => {
  const name = await calendar(), { page } = await visitDrawn(week(name), { who: 'secretary', expected: [/400/] });
  const bytes = (uid, hour, title) => {
    const [before, after] = file('x.ics', event(uid, '@', hour)).buffer.toString().split('@');
    return { name: 'bytes.ics', mimeType: 'text/calendar', buffer: Buffer.concat([Buffer.from(before), ...title, Buffer.from(after)]) };
  };
  const word = Buffer.from('Büro');
  await page.getByRole('button', { name: `Import… ${name}` }).click();
  const dialog = page.getByRole('dialog', { name: `Import into ${name}` });
  await dialog.getByLabel('File', { exact: true }).setInputFiles(bytes('c', '09', [Buffer.from('Büro', 'latin1')]));
  await dialog.getByRole('button', { name: 'Try it out' }).click();
  await dialog.getByRole('alert').getByText('bytes.ics is not written in UTF-8').waitFor();
  for (const [buffer, words] of [[Buffer.from(''), 'odd.ics is empty.'], [Buffer.from('BEGIN:VCALENDAR\r\n\0'), 'The body holds a NUL byte.']]) {
    await dialog.getByLabel('File', { exact: true }).setInputFiles({ name: 'odd.ics', mimeType: 'text/calendar', buffer });
    await dialog.getByRole('button', { name: 'Try it out' }).click();
    await dialog.getByRole('alert').getByText(words).waitFor();
  }
  await dialog.getByLabel('File', { exact: true }).setInputFiles(bytes('d', '10', [word.subarray(0, 2), Buffer.from('\r\n '), word.subarray(2)]));
  await dialog.getByRole('button', { name: 'Try it out' }).click();
  await dialog.getByRole('row', { name: 'Büro Thu 4 Mar, 10:00 – 11:00 placed' }).waitFor();
  await dialog.getByRole('button', { name: 'Import one event' }).click();
  await notice(page, `Imported into ${name}: 1 placed.`);
  assert.equal((await eventsOn(name, 'Büro')).length, 1);
});

test('a file is attached to an event, opened from there, and removed after a question', async () => {
  const name = await calendar(), { id } = await book({ calendars: [name], event_name: 'Board', date: '2027-03-04', start_time: '11:00', duration: 3600 });
  const { page } = await visit(week(name, '2027-03-02', `&event=${id}`), { who: 'secretary' });
  const dialog = page.getByRole('dialog', { name: 'Board' });
  await dialog.getByText('Attached', { exact: true }).click();
  await dialog.getByLabel('Attach a file').setInputFiles({ name: 'empty.txt', mimeType: 'text/plain', buffer: Buffer.alloc(0) });
  await dialog.getByText('empty.txt is empty.').waitFor();
  await dialog.getByLabel('Attach a file').setInputFiles({ name: 'agenda <1>.json', mimeType: 'application/json', buffer: Buffer.from('{"first": "coffee"}') });
  await notice(page, 'Attached: agenda <1>.json.');
  const link = dialog.getByRole('link', { name: 'agenda <1>.json' });
  await link.waitFor();
  assert.equal(await link.getAttribute('href'), `/events/${id}/attachments/1`);
  assert.deepEqual((await call('GET', `/events/${id}/attachments/1`))[1], { first: 'coffee' });
  assert.deepEqual(await violations(page), []);
  await dialog.getByRole('button', { name: 'Remove agenda' }).click();
  await dialog.getByRole('button', { name: 'Remove this attachment? agenda' }).click();
  await notice(page, 'Removed: agenda <1>.json.');
  assert.deepEqual((await call('GET', `/events/${id}`))[1].attachments, []);
});

test('a file whose answer was lost is attached once, and another of its name beside it', async () => {
  const name = await calendar(), { id } = await book({ calendars: [name], event_name: 'Board', date: '2027-03-04', start_time: '11:00', duration: 3600 });
  const { page, context } = await visit(week(name, '2027-03-02', `&event=${id}`), { who: 'secretary', expected: [/ERR_FAILED/] });
  const dialog = page.getByRole('dialog', { name: 'Board' });
  const give = (text) => dialog.getByLabel('Attach a file').setInputFiles({ name: 'agenda.txt', mimeType: 'text/plain', buffer: Buffer.from(text) });
  const loses = async (route) => { await route.fetch(); await route.abort(); };
  await context.route('**/attachments?*', loses);
  await dialog.getByText('Attached', { exact: true }).click();
  await give('coffee');
  await dialog.getByText('Nothing is lost: try again in a moment.').waitFor();
  await context.unroute('**/attachments?*', loses);
  for (const [text, count] of [['coffee', 1], ['tea', 2]]) {
    await give(text);
    await dialog.getByRole('link', { name: 'agenda.txt' }).nth(count - 1).waitFor();
    assert.equal((await call('GET', `/events/${id}`))[1].attachments.length, count);
  }
});

test('a file that is chosen again while it is sent is attached once, and anew after it was removed', async () => {
  const name = await calendar(), { id } = await book({ calendars: [name], event_name: 'Board', date: '2027-03-04', start_time: '11:00', duration: 3600 });
  const { page, context } = await visit(week(name, '2027-03-02', `&event=${id}`), { who: 'secretary', expected: [/ERR_FAILED/] });
  const dialog = page.getByRole('dialog', { name: 'Board' });
  const give = () => dialog.getByLabel('Attach a file').setInputFiles({ name: 'agenda.txt', mimeType: 'text/plain', buffer: Buffer.from('coffee') });
  const count = async () => (await call('GET', `/events/${id}`))[1].attachments.length;
  const loses = async (route) => { await route.fetch(); await route.abort(); };
  await context.route('**/attachments?*', loses, { times: 1 });
  await dialog.getByText('Attached', { exact: true }).click();
  const lost = page.waitForEvent('requestfailed');
  await give();
  await lost;
  await give();
  await dialog.getByRole('link', { name: 'agenda.txt' }).first().waitFor();
  assert.equal(await count(), 1);
  // every answer is lost; then the file is seen, removed, and chosen again
  await dialog.getByRole('button', { name: 'Remove agenda' }).click();
  await dialog.getByRole('button', { name: 'Remove this attachment? agenda' }).click();
  await notice(page, 'Removed: agenda.txt.');
  await context.route('**/attachments?*', loses);
  await give();
  await dialog.getByText('Nothing is lost: try again in a moment.').waitFor({ state: 'attached' });
  await context.unroute('**/attachments?*', loses);
  await dialog.getByRole('button', { name: 'Close' }).click();
  await page.locator(`[data-event="${id}"]`).click();
  await dialog.getByRole('button', { name: 'Remove agenda' }).click();
  await dialog.getByRole('button', { name: 'Remove this attachment? agenda' }).click();
  await dialog.getByRole('link', { name: 'agenda.txt' }).waitFor({ state: 'detached' });
  await give();
  await dialog.getByRole('link', { name: 'agenda.txt' }).waitFor();
  assert.equal(await count(), 1);
});

test('a file that is refused after another was attached is told', async () => {
  const name = await calendar(), { id } = await book({ calendars: [name], event_name: 'Board', date: '2027-03-04', start_time: '11:00', duration: 3600 });
  const { page, context } = await visit(week(name, '2027-03-02', `&event=${id}`), { who: 'secretary', expected: [/404/] });
  const dialog = page.getByRole('dialog', { name: 'Board' });
  await context.route(/attachments\?name=b/, async (route) => {
    await notice(page, 'Attached: a.txt.');
    await dialog.getByRole('link', { name: 'a.txt' }).waitFor();
    await call('DELETE', `/events/${id}`);
    await route.continue();
  });
  await dialog.getByText('Attached', { exact: true }).click();
  for (const name of ['a.txt', 'b.txt']) await dialog.getByLabel('Attach a file').setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(name) });
  await page.locator('.notice.bad').waitFor();
});

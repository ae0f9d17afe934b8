// An attendee with a calendar is never silently booked twice, even if no calendar is set to check attendees.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { book, calendar, call, drag, drawn, eventOn, notice, shown, spot, violations, week, visitDrawn } from './stage.mjs';

const kept = 'Keep their time free too';

/** A calendar, and the calendar of another person, who is busy on Wednesday from nine to ten. */
async function twoPeople(settings = {}) {
  const [name, anna] = [await calendar(settings), await calendar()];
  await book({ calendars: [anna], event_name: 'Dentist', date: '2027-03-03', start_time: '09:00', duration: 3600 });
  return [name, anna];
}

/** The form of a meeting on Wednesday with these people. */
async function meet(page, start, attendees) {
  await page.getByRole('button', { name: 'New event' }).click();
  const form = page.getByRole('dialog', { name: 'New event' });
  await form.getByLabel('What').fill('Meeting');
  await form.getByLabel('Date', { exact: true }).fill('2027-03-03');
  await form.getByLabel('Start').fill(start);
  await form.getByLabel('Who', { exact: true }).fill(attendees);
  await form.getByLabel('Who', { exact: true }).blur();
  return form;
}

test('an attendee who has a calendar is kept free, unless somebody says otherwise', async () => {
  const [name, anna] = await twoPeople();
  const { page } = await visitDrawn(week(name), { expected: [/409/] });
  const form = await meet(page, '09:30', `${anna}, Ben`);
  await form.getByText(`${anna} has a calendar here.`).waitFor();
  await form.getByText(`Left to the settings of ${name}, they are not kept free.`).waitFor();
  assert.ok(await form.getByLabel(kept).isChecked());
  assert.deepEqual(await violations(page), []);
  await form.getByRole('button', { name: 'Book' }).click();
  await form.getByText('In the way: Dentist.').waitFor();
  await form.getByRole('button', { name: 'Wed 3 Mar, 10:00 – 10:30' }).click();
  await notice(page, 'Booked: Meeting, Wed 3 Mar, 10:00 – 10:30.');
  assert.deepEqual((await eventOn(name, 'Meeting')).attendee_calendars, [anna]);
});

test('people are known by their display names, and who is not known is said', async () => {
  const title = `Maria Rossi ${process.pid}`, twin = `Twin ${process.pid}`, [name, maria, two, three] = [await calendar({ display_name: `Desk ${process.pid}` }), await calendar({ display_name: title }), await calendar({ display_name: twin }), await calendar({ display_name: twin })];
  const { page } = await visitDrawn(week(name));
  const form = await meet(page, '09:30', `${title.toLowerCase()}, Tom, ${twin}`);
  await form.getByText(`${title} has a calendar here. Nobody knows when Tom is free. More than one calendar is called “${twin}”: ${two} and ${three}.`).waitFor();
  for (const one of [two, three]) await form.getByRole('button', { name: one, exact: true }).waitFor();
  const calendars = form.getByLabel('Calendars');
  assert.equal(await calendars.inputValue(), `Desk ${process.pid}`);
  assert.deepEqual(await violations(page), []);
  await calendars.fill(`Desk ${process.pid}, ${two}, Nobody`);
  await form.getByRole('button', { name: 'Book' }).click();
  await form.getByRole('alert').getByText('There is no calendar “Nobody”.').waitFor();
  await calendars.fill(twin);
  await form.getByRole('button', { name: 'Book' }).click();
  await form.getByRole('alert').getByText(`More than one calendar is called “${twin}”: ${two} and ${three}.`).waitFor();
  await calendars.fill(`Desk ${process.pid}, Maria`);
  await form.locator(`option[value="Desk ${process.pid}, ${title}"]`).waitFor({ state: 'attached' });
  await calendars.fill(`Desk ${process.pid}, ${two}`);
  await form.getByRole('button', { name: 'Book' }).click();
  await notice(page, 'Booked: Meeting, Wed 3 Mar, 09:30 – 10:00.');
  const event = await eventOn(name, 'Meeting');
  assert.deepEqual([event.calendars, event.attendees, event.attendee_calendars], [[name, two], [maria, 'Tom', twin], [maria]]);
  assert.equal(await eventOn(three, 'Meeting'), undefined);
});

test('who is not kept free and busy then is told before the booking', async () => {
  const [name, anna] = await twoPeople();
  const { page } = await visitDrawn(week(name));
  const form = await meet(page, '09:30', anna);
  await form.getByLabel(kept).uncheck();
  await form.getByRole('button', { name: 'Book' }).click();
  await form.getByText(`${anna} is busy then: Wed 3 Mar, 09:30 – 10:00.`).waitFor();
  assert.equal(await eventOn(name, 'Meeting'), undefined);
  assert.deepEqual(await violations(page), []);
  await form.getByRole('button', { name: 'Book it' }).click();
  await notice(page, 'Booked: Meeting');
  const { attendee_calendars, check_attendees } = await eventOn(name, 'Meeting');
  assert.deepEqual([attendee_calendars, check_attendees], [[], false]);
});

test('who is busy at an alternative is told on its button', async () => {
  const [name, anna] = await twoPeople();
  await book({ calendars: [name], event_name: 'Board', date: '2027-03-03', start_time: '08:00', duration: 3600 });
  const { page } = await visitDrawn(week(name), { expected: [/409/] });
  const form = await meet(page, '08:30', anna);
  await form.getByLabel(kept).uncheck();
  await form.getByRole('button', { name: 'Book' }).click();
  await form.getByRole('button', { name: `Wed 3 Mar, 09:00 – 09:30; ${anna} is busy then: Wed 3 Mar, 09:00 – 09:30.` }).waitFor();
});

test('a name that is no calendar, or is booked on anyway, is not asked about', async () => {
  const [name, anna] = await twoPeople();
  const { page } = await visitDrawn(week(name));
  const form = await meet(page, '11:00', anna);
  await form.getByLabel(kept).waitFor();
  await form.getByLabel('Calendars').fill(`${name}, ${anna}`);
  await form.getByLabel('Calendars').blur();
  await form.getByLabel(kept).waitFor({ state: 'hidden' });
  await form.getByLabel('Calendars').fill(name);
  await form.getByLabel('Who', { exact: true }).fill('Ben');
  await form.getByRole('button', { name: 'Book' }).click();
  await notice(page, 'Booked: Meeting');
  assert.equal((await eventOn(name, 'Meeting')).check_attendees, null);
});

test('of an event that is there the form shows what is kept free, and changes it when told', async () => {
  const [name, anna] = await twoPeople({ check_attendees: true });
  await book({ calendars: [name], event_name: 'Meeting', date: '2027-03-03', start_time: '11:00', duration: 3600, attendees: [anna] });
  const { page } = await visitDrawn(week(name));
  await shown(page, 'Meeting').click();
  await page.getByRole('button', { name: 'Change…' }).click();
  const form = page.getByRole('dialog', { name: 'Change Meeting' });
  await form.getByText(`Left to the settings of ${name}, they are kept free.`).waitFor();
  assert.ok(await form.getByLabel(kept).isChecked());
  await form.getByLabel(kept).uncheck();
  await form.getByRole('button', { name: 'Change', exact: true }).click();
  await notice(page, 'Changed: Meeting'); // this event alone makes her busy
  const { check_attendees, attendee_calendars, start_timestamp } = await eventOn(name, 'Meeting');
  assert.deepEqual([check_attendees, attendee_calendars, start_timestamp], [false, [], '2027-03-03T11:00:00+01:00']);
});

test('of an event that keeps nobody free a change of time tells who is busy then, and changes no choice', async () => {
  const [name, anna] = await twoPeople();
  await book({ calendars: [name], event_name: 'Meeting', date: '2027-03-03', start_time: '11:00', duration: 3600, attendees: [anna] });
  await call('PUT', `/calendars/${encodeURIComponent(name)}`, { check_attendees: true }); // set after the event was booked
  const { page } = await visitDrawn(week(name));
  await shown(page, 'Meeting').click();
  await page.getByRole('button', { name: 'Change…' }).click();
  const form = page.getByRole('dialog', { name: 'Change Meeting' });
  await form.getByLabel(kept).waitFor();
  assert.ok(!(await form.getByLabel(kept).isChecked()));
  await form.getByLabel('Start').fill('09:00');
  await form.getByRole('button', { name: 'Change', exact: true }).click();
  await form.getByText(`${anna} is busy then: Wed 3 Mar, 09:00 – 10:00.`).waitFor();
  await form.getByRole('button', { name: 'Change it' }).click();
  await notice(page, 'Changed: Meeting');
  assert.equal((await eventOn(name, 'Meeting')).check_attendees, null);
});

test('a drag onto time at which somebody is busy who is not kept free asks first', async () => {
  const [name, anna] = await twoPeople();
  await book({ calendars: [name], event_name: 'Meeting', date: '2027-03-03', start_time: '11:00', duration: 3600, attendees: [anna] });
  const { page } = await visitDrawn(week(name));
  const onto = async () => {
    await drag(page, await spot(page, '2027-03-03', '11:00:00'), await spot(page, '2027-03-03', '09:00:00'));
    const dialog = page.getByRole('dialog', { name: 'Move Meeting?' });
    await dialog.getByText(`${anna} is busy then: Wed 3 Mar, 09:`).waitFor();
    return dialog;
  };
  const first = await onto();
  assert.deepEqual(await violations(page), []);
  await first.getByRole('button', { name: 'Leave as it is' }).click();
  await drawn(page);
  assert.equal((await eventOn(name, 'Meeting')).start_timestamp, '2027-03-03T11:00:00+01:00');
  await (await onto()).getByRole('button', { name: 'Do it' }).click();
  await notice(page, 'Moved: Meeting, Wed 3 Mar, 09:');
});

test('whom an event names by a shown name is known when the event is changed or copied, and kept free when that is chosen', async () => {
  const title = `Carla Rossi ${process.pid}`, [name, maria] = [await calendar(), await calendar({ display_name: title })];
  await book({ calendars: [maria], event_name: 'Dentist', date: '2027-03-03', start_time: '08:00', duration: 7200 });
  await book({ calendars: [name], event_name: 'Meeting', date: '2027-03-03', start_time: '11:00', duration: 3600, attendees: [title] });
  const { page } = await visitDrawn(week(name));
  for (const [deed, title_] of [['Copy…', 'Copy of Meeting'], ['Change…', 'Change Meeting']]) {
    await shown(page, 'Meeting').click();
    await page.getByRole('button', { name: deed }).click();
    const form = page.getByRole('dialog', { name: title_ });
    await form.getByText(`${title} has a calendar here.`).waitFor();
    assert.equal(await form.getByText('Nobody knows').count(), 0);
    await form.getByText('When are all free?').click();
    await form.getByText(`Free at the same time: ${name} and ${title}.`).waitFor();
    await form.getByRole('button', { name: 'Wed 3 Mar, 10:00 – 11:00' }).waitFor(); // when she is back
    if (deed === 'Copy…') await page.keyboard.press('Escape');
  }
  const form = page.getByRole('dialog', { name: 'Change Meeting' });
  assert.ok(!(await form.getByLabel(kept).isChecked()), 'the event does not keep her free as yet');
  await form.getByLabel(kept).check();
  await form.getByRole('button', { name: 'Change', exact: true }).click();
  await notice(page, 'Changed: Meeting');
  assert.deepEqual((await eventOn(name, 'Meeting')).attendee_calendars, [maria]);
});

test('who is typed by a part of a name, or in other letters, is completed or offered, and who is unknown is said before a time is', async () => {
  const own = `Quirin${process.pid}`, [name, maria] = [await calendar(), await calendar({ display_name: `Maria ${own}` })];
  const { page } = await visitDrawn(week(name));
  const form = await meet(page, '09:30', `Tom, ${own.toLowerCase()}`), who = form.getByLabel('Who', { exact: true });
  await form.locator(`#attendee-names option[value="Tom, Maria ${own}"]`).waitFor({ state: 'attached' });
  await form.getByText(`Nobody knows when Tom and ${own.toLowerCase()} are free.`).waitFor();
  await form.getByRole('button', { name: `Maria ${own}` }).click();
  assert.equal(await who.inputValue(), `Tom, Maria ${own}`);
  await form.getByText(`Maria ${own} has a calendar here. Nobody knows when Tom is free.`).waitFor();
  assert.deepEqual(await violations(page), []);
  await form.getByLabel('Find a slot').check();
  await form.getByRole('button', { name: 'Look for a slot' }).click();
  await form.locator('.preview').getByText('Nobody knows when Tom is free.').waitFor();
  await who.fill(maria.toUpperCase());
  await form.getByText(`Maria ${own} has a calendar here.`).waitFor();
  assert.equal(await form.locator('.attendees').getByText('Nobody knows').count(), 0);
  await form.getByRole('button', { name: 'Look for a slot' }).click();
  await form.getByRole('button', { name: 'Book it' }).click();
  await notice(page, 'Booked: Meeting');
  const { attendees, attendee_calendars } = await eventOn(name, 'Meeting');
  assert.deepEqual([attendees, attendee_calendars], [[maria], [maria]]);
});

test('a display name is found however many names hold it, in one look where few do', async () => {
  const own = `Ann${process.pid}`, name = await calendar(), ann = `zz-${process.pid}`, others = Array.from({ length: 22 }, (_, index) => `aa-jo${own.toLowerCase()}-${index}`);
  for (const one of others) assert.equal((await call('PUT', `/calendars/${one}`, {}))[0], 201);
  assert.equal((await call('PUT', `/calendars/${ann}`, { display_name: own }))[0], 201);
  const { page, context } = await visitDrawn(week(name)), asked = {};
  context.on('request', (request) => {
    const q = new URL(request.url()).searchParams.get('q');
    asked[q] = (asked[q] ?? 0) + 1;
  });
  const form = await meet(page, '09:30', own), who = form.getByLabel('Who', { exact: true });
  await form.getByText(`${own} has a calendar here.`).waitFor();
  assert.equal(await form.getByText('Nobody knows').count(), 0);
  await who.fill(`zz${own}`);
  await form.getByText(`Nobody knows when zz${own} is free.`).waitFor();
  assert.equal(asked[`zz${own}`], 2, 'the form looks once, and offers names once');
  // A list without an end.
  await context.route(/q=Endless/, (route) => route.fulfill({ json: [], headers: { Link: '</calendars?q=Endless&after=x>; rel="next"' } }));
  await who.fill('Endless');
  await form.getByText('More calendars have “Endless” in their names than can be looked at.').waitFor();
  assert.equal(await form.getByText('Nobody knows').count(), 0);
  assert.ok(asked['Endless'] <= 11, String(asked['Endless']));
  await who.fill(own);
  await form.getByRole('button', { name: 'Book' }).click();
  await notice(page, 'Booked: Meeting');
  assert.deepEqual((await eventOn(name, 'Meeting')).attendee_calendars, [ann]);
});

test('sentences have shown names, and not those that programs use', async () => {
  const [room, lady] = [`Grey Room ${process.pid}`, `Nora Lind ${process.pid}`];
  const [name, nora] = [await calendar({ display_name: room, strict: true }), await calendar({ display_name: lady })];
  await book({ calendars: [nora], event_name: 'Dentist', date: '2027-03-03', start_time: '09:00', duration: 3600 });
  await book({ calendars: [name], event_name: 'Jour fixe', date: '2027-03-04', start_time: '09:00', duration: 3600, attendees: [nora] });
  assert.equal((await call('POST', '/events', { calendars: [name], event_name: 'Night', date: '2027-03-05', start_time: '22:00', duration: 3600 }))[0], 409);
  const { page } = await visitDrawn(week(name), { expected: [/409/] });
  await page.locator(`[aria-label^="Jour fixe"][aria-label*="${lady}"]`).waitFor();
  await shown(page, 'Jour fixe').click();
  await page.getByRole('dialog', { name: 'Jour fixe' }).getByText(lady).waitFor();
  await page.keyboard.press('Escape');
  const form = await meet(page, '09:30', lady), told = form.getByRole('status', { name: 'At that time' });
  await told.getByText(`${lady} is taken, Dentist, Wed 3 Mar, 09:00 – 10:00.`).waitFor();
  await form.getByLabel(kept).uncheck();
  await told.getByText(`${lady} is busy then: Wed 3 Mar, 09:30 – 10:00.`).waitFor();
  await form.getByLabel('Start').fill('22:00');
  await told.getByText(`${room} is not open`).waitFor();
  await form.getByRole('button', { name: 'Book' }).click();
  await form.getByRole('alert').getByText(`${room} is not open`).waitFor();
  for (const key of ['Escape', 'Escape']) await page.keyboard.press(key);
  const refused = page.locator('.rejection-list li').filter({ hasText: room });
  await refused.getByText(`${room} is not open`).waitFor();
  for (const text of [await page.locator('main').innerText(), await refused.innerText()])
    for (const one of text.split('\n')) assert.ok(!one.includes(nora) && (one === name || !one.includes(name)), one);
});

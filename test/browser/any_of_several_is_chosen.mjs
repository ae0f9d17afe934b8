// A user books any of several rooms or people, and is told who would be taken, and who was. Could break: a change that was not asked for
// chooses anew, a calendar that was chosen becomes one that is needed, and a refusal does not tell who is free.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { book, calendar, call, dialogClosed, eventOn, notice, shown, violations, visitDrawn, week } from './stage.mjs';

let rooms = 0;

/** Three rooms, and their week beside each other. */
async function threeRooms(how) {
  const titles = ['Blue', 'Green', 'Red'].map((color) => `${color} ${process.pid} ${rooms}`), names = [];
  rooms += 1;
  for (const display_name of titles) names.push(await calendar({ display_name }));
  return { names, titles, ...await visitDrawn(week(names.join()), how) };
}

/** The form of a new event on no calendar but some of these. */
async function newEvent(page, { title, start, some, count = '1', opens = 'New event' }) {
  await page.getByRole('button', { name: opens }).click();
  const form = page.getByRole('dialog', { name: opens });
  await form.getByLabel('What').fill(title);
  if (start) {
    await form.getByLabel('Date', { exact: true }).fill('2027-03-03');
    await form.getByLabel('Start').fill(start);
  }
  await form.getByLabel('Calendars').fill('');
  await form.getByText('Any of several', { exact: true }).click();
  await form.getByLabel('Some of').first().fill(some.join(', '));
  await form.getByLabel('How many of them').first().fill(count);
  return form;
}

test('any of two rooms: the form tells which would be taken, and the notice which was; it is changed, cleared and copied', async () => {
  const { page, names: [blue, green, red], titles: [Blue, Green, Red] } = await threeRooms();
  await book({ event_name: 'Fair', calendars: [blue], date: '2027-03-03', start_time: '13:00', duration: 3600 });
  const form = await newEvent(page, { title: 'Review', start: '13:00', some: [Blue, Green] });
  await form.getByText(`Chosen: ${Green}.`).waitFor();
  assert.equal(await form.getByLabel('Some of').nth(1).isVisible(), true);
  assert.equal(await form.getByLabel('Some of').nth(2).isVisible(), false);
  assert.deepEqual(await violations(page), []);
  await form.getByRole('button', { name: 'Book' }).click();
  await notice(page, `Booked: Review, Wed 3 Mar, 13:00 – 13:30. Chosen: ${Green}.`);
  const { id } = await eventOn(green, 'Review');
  const sent = [];
  page.on('request', (request) => { if (request.method() === 'PATCH') sent.push(request.postDataJSON()); });
  const details = page.getByRole('dialog', { name: 'Review', exact: true }), change = page.getByRole('dialog', { name: 'Change Review' });
  // In its own column: the one that it has left may still show it.
  const look = async (title, words) => {
    await dialogClosed(page);
    await shown(page.getByRole('region', { name: `Calendar ${title}` }), 'Review').click();
    await details.locator('.facts').getByText(words).waitFor();
  };
  const press = () => change.getByRole('button', { name: 'Change', exact: true }).click();
  // What is not touched is not sent: the room stays, though the first has opened.
  await call('POST', `/events/${(await eventOn(blue, 'Fair')).id}/cancel`, {});
  await look(Green, `1 of ${Blue} and ${Green}, the first that is open. Chosen: ${Green}.`);
  await details.getByRole('button', { name: 'Change…' }).click();
  assert.deepEqual([await change.getByLabel('Calendars').inputValue(), await change.getByLabel('Some of').first().inputValue()], ['', `${Blue}, ${Green}`]);
  await change.getByLabel('Where').fill('Second floor');
  await press();
  await notice(page, `Changed: Review, Wed 3 Mar, 13:00 – 13:30. Chosen: ${Green}.`);
  assert.ok(sent.length > 0 && sent.every((body) => !('one_of' in body) && !('calendars' in body)));
  // Without the room that it has, it gets another one, and needs no other.
  await look(Green, `Chosen: ${Green}.`);
  await details.getByRole('button', { name: 'Change…' }).click();
  await change.getByLabel('Some of').first().fill(`${Red}, ${Blue}`);
  await change.getByText(`Chosen: ${Red}.`).waitFor();
  await press();
  await notice(page, `Changed: Review, Wed 3 Mar, 13:00 – 13:30. Chosen: ${Red}.`);
  assert.deepEqual((await eventOn(red, 'Review')).calendars, [red]);
  // A copy asks for any of them.
  await look(Red, `1 of ${Red} and ${Blue}`);
  await details.getByRole('button', { name: 'Copy…' }).click();
  const copy = page.getByRole('dialog', { name: 'Copy of Review' });
  await copy.getByText(`Chosen: ${Blue}.`).waitFor();
  await copy.getByLabel('What').fill('Twin');
  await copy.getByRole('button', { name: 'Book' }).click();
  await notice(page, `Booked: Twin, Wed 3 Mar, 13:00 – 13:30. Chosen: ${Blue}.`);
  // Empty fields clear the lists.
  await look(Red, `1 of ${Red} and ${Blue}`);
  await details.getByRole('button', { name: 'Change…' }).click();
  await change.getByLabel('Some of').first().fill('');
  await change.getByLabel('Calendars').fill(Green);
  await press();
  await dialogClosed(page);
  const [, { calendars, one_of }] = await call('GET', `/events/${id}`);
  assert.deepEqual([calendars, one_of], [[green], null]);
});

test('two of three people: whoever has the least booked, by weights', async () => {
  const { page, names: [blue, green, red], titles } = await threeRooms();
  for (const name of [blue, green]) await book({ event_name: 'Talk', calendars: [name], date: '2027-03-02', start_time: '15:00', duration: name === blue ? 3600 : 7200 });
  const form = await newEvent(page, { title: 'Interview', some: titles, count: '2', opens: 'Find a slot' });
  await form.getByLabel('whoever has the least booked').first().check();
  await form.getByText('Shares', { exact: true }).first().click();
  await form.getByLabel('Weights').first().fill('1, 9, 1');
  assert.deepEqual(await violations(page), []);
  await form.getByRole('button', { name: 'Look for a slot' }).click();
  await form.getByText(`Chosen: ${titles[1]}, ${titles[2]}.`).waitFor();
  await form.getByRole('button', { name: 'Book it' }).click();
  await notice(page, 'Booked: Interview');
  const { one_of } = await eventOn(red, 'Interview');
  assert.deepEqual(one_of, [{ calendars: [blue, green, red], count: 2, choose: 'least_busy', weights: [1, 9, 1], per: 'week', same: false, chosen: [green, red] }]);
  await dialogClosed(page);
  await shown(page, 'Interview').first().click();
  await page.locator('.facts').getByText(`2 of ${titles[0]}, ${titles[1]} and ${titles[2]}, whoever has the least booked that week, weights 1, 9, 1.`).waitFor();
});

test('where too few are free, the refusal names them, and faults of lists are told in words', async () => {
  const { page, names: [blue, , red], titles: [Blue, Green, Red] } = await threeRooms({ expected: [/409/, /422/] });
  await book({ event_name: 'Fair', calendars: [blue, red], date: '2027-03-03', start_time: '13:00', duration: 3600 });
  const form = await newEvent(page, { title: 'Review', start: '13:00', some: [Blue, Green, Red], count: '2' });
  await form.getByRole('button', { name: 'Book' }).click();
  await form.locator('.refusal').getByText(`Free at that time: ${Green}.`).waitFor();
  await form.getByLabel('How many of them').first().fill('4');
  await form.getByRole('button', { name: 'Book' }).click();
  await form.getByText('Any of several: no more are needed than there are candidates.').waitFor();
  await form.getByLabel('How many of them').first().fill('1');
  await form.getByLabel('Calendars').fill(Green);
  await form.getByRole('button', { name: 'Book' }).click();
  await form.getByText('Any of several: one of them is among the calendars, too.').waitFor();
});

test('when are all free? offers times at which any of several is, and the one that is pressed is filled in', async () => {
  const { page, names: [blue, green], titles: [Blue, Green] } = await threeRooms();
  for (const [name, start_time, duration] of [[blue, '08:00', 14_400], [green, '09:00', 28_800]]) await book({ event_name: 'Fair', calendars: [name], date: '2027-03-03', start_time, duration });
  const form = await newEvent(page, { title: 'Review', start: '10:00', some: [Blue, Green] });
  await form.getByText('When are all free?').click();
  await form.getByText(`Free at the same time: 1 of ${Blue} and ${Green}.`).waitFor();
  const times = form.getByRole('group', { name: 'Free times' }).getByRole('button');
  await times.first().waitFor();
  assert.deepEqual((await times.allTextContents()).slice(0, 2), ['Wed 3 Mar, 08:00 – 08:30', 'Wed 3 Mar, 12:00 – 12:30']);
  await times.nth(1).click();
  await form.getByText(`Chosen: ${Blue}.`).waitFor();
  assert.equal(await form.getByLabel('Start').inputValue(), '12:00');
});

test('an event that gives its room up goes to another one at its time, and the page tells from which to which', async () => {
  const { page, names: [blue, green], titles: [Blue, Green] } = await threeRooms();
  await book({ event_name: 'Review', date: '2027-03-03', duration: 3600, one_of: [{ calendars: [blue, green] }] });
  await page.getByRole('button', { name: 'New event' }).click();
  const form = page.getByRole('dialog', { name: 'New event' });
  await form.getByLabel('What').fill('Press');
  await form.getByLabel('Date', { exact: true }).fill('2027-03-03');
  await form.getByLabel('Start').fill('08:00');
  await form.getByLabel('Calendars').fill(Blue);
  await form.getByRole('button', { name: 'Book' }).click();
  await form.getByText(`Review at its time, Wed 3 Mar, 08:00 – 09:00, from ${Blue} to ${Green}`).waitFor();
  await form.getByRole('button', { name: 'Book it' }).click();
  await notice(page, 'Booked: Press');
  assert.deepEqual((await eventOn(green, 'Review')).calendars, [green]);
});

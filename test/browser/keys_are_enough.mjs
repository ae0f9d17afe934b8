// Whoever has no mouse does all that a secretary does: what is tried here touches the keyboard alone. It could break wherever
// something acts on a press of the mouse only, or where the focus goes astray.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { book, calendar, call, dialogClosed, drawn, eventOn, notice, shown, violations, visit, week } from './stage.mjs';

/** Goes from one thing to the next until the focus is on what is looked for. */
async function reach(page, wanted, key = 'Tab') {
  await wanted.first().waitFor();
  for (let steps = 0; steps < 150; ++steps) {
    if (await wanted.first().evaluate((one) => one === document.activeElement)) return;
    await page.keyboard.press(key);
  }
  assert.fail(`the focus does not come to ${wanted}`);
}

async function press(page, wanted, key = 'Enter') {
  await reach(page, wanted);
  await page.keyboard.press(key);
}

/** Writes into the field that a label names. */
async function write(page, label, text, room = page.getByRole('dialog')) {
  await reach(page, room.getByLabel(label, { exact: true }));
  await page.keyboard.press('Control+a');
  await page.keyboard.type(text);
}

/** Holds Alt, presses the keys and lets go. */
async function carry(page, keys, between = async () => {}) {
  await page.keyboard.down('Alt');
  for (const key of keys) await page.keyboard.press(key);
  await between();
  await page.keyboard.up('Alt');
}

/** Opens the form at a time, by the cursor of the grid. */
async function askAt(page, date, time) {
  await reach(page, page.locator('.fc-timegrid-col[tabindex="0"]'));
  const stands = () => page.evaluate(() => document.querySelector('.cursor').closest('[data-date]').dataset.date);
  for (let now = await stands(); now !== date; now = await stands()) await page.keyboard.press(now < date ? 'ArrowRight' : 'ArrowLeft');
  for (let steps = 0; steps < 48 && !(await page.locator('.heard').textContent()).includes(`, ${time} –`); ++steps) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
}

const heard = (page, words) => page.locator('.heard').getByText(words, { exact: true }).waitFor({ state: 'attached' });
const focused = (page) => page.evaluate(() => document.activeElement.getAttribute('aria-label') ?? document.activeElement.tagName);

test('an event is carried by Alt and the arrows, put down when Alt is let go, and taken back', async () => {
  const name = await calendar();
  await book({ calendars: [name], event_name: 'Board', date: '2027-03-03', start_time: '09:00', duration: 3600 });
  const { page, leave } = await visit(week(name), { who: 'secretary' });
  await drawn(page);
  await reach(page, shown(page, 'Board'));
  await carry(page, ['ArrowRight', 'ArrowDown', 'ArrowDown'], async () => {
    await heard(page, 'Board, Thu 4 Mar, 09:30 – 10:30');
    await page.locator('.fc-timegrid-col[data-date="2027-03-04"]').getByText('09:30 – 10:30').waitFor();
    assert.equal((await eventOn(name, 'Board')).version, 1);
  });
  await notice(page, 'Moved: Board, Thu 4 Mar, 09:30 – 10:30.');
  assert.equal((await eventOn(name, 'Board')).version, 2);
  await drawn(page);
  assert.match(await focused(page), /^Board, 09:30 – 10:30, Thu 4 Mar/);
  await page.keyboard.press('u');
  await notice(page, 'Moved back: Board, Wed 3 Mar, 09:00 – 10:00.');
  await page.locator('.fc-timegrid-col[data-date="2027-03-03"]').getByText('09:00 – 10:00').waitFor();
  await drawn(page);
  await reach(page, shown(page, 'Board'));
  await carry(page, ['Shift+ArrowDown', 'Shift+ArrowDown']);
  await notice(page, 'Changed: Board, Wed 3 Mar, 09:00 – 10:30.');
  assert.equal((await eventOn(name, 'Board')).duration, 5400);
  assert.deepEqual(await violations(page), []);
  await leave();
});

test('Escape puts back what is carried, and what may not be moved stays', async () => {
  const name = await calendar();
  await book({ calendars: [name], event_name: 'Board', date: '2027-03-03', start_time: '09:00', duration: 3600 });
  await book({ calendars: [name], event_name: 'Press', date: '2027-03-01', start_time: '09:00', duration: 3600, allow_past: true });
  const { page, leave } = await visit(week(name));
  await drawn(page);
  await reach(page, shown(page, 'Press'));
  await carry(page, ['ArrowRight'], () => heard(page, 'This cannot be moved.'));
  await reach(page, shown(page, 'Board'));
  await carry(page, ['ArrowRight'], async () => {
    await heard(page, 'Board, Thu 4 Mar, 09:00 – 10:00');
    await page.keyboard.press('Escape');
    await heard(page, 'Put back.');
  });
  await page.locator('.fc-timegrid-col[data-date="2027-03-03"]').getByText('09:00 – 10:00').first().waitFor();
  assert.deepEqual([await page.locator('.notice').count(), (await eventOn(name, 'Board')).version], [0, 1]);
  assert.match(await focused(page), /^Board, /);
  await leave();
});

test('what is carried onto another is refused as a drag is, and an alternative is taken by keys', async () => {
  const name = await calendar();
  await book({ calendars: [name], event_name: 'Board', date: '2027-03-03', start_time: '13:00', duration: 3600 });
  await book({ calendars: [name], event_name: 'Press', date: '2027-03-04', start_time: '13:00', duration: 3600 });
  const { page, leave } = await visit(week(name), { expected: [/409/] });
  await drawn(page);
  await reach(page, shown(page, 'Board'));
  await carry(page, ['ArrowRight']);
  const dialog = page.getByRole('dialog', { name: 'Move Board?' });
  await dialog.getByText('In the way: Press.').waitFor();
  await press(page, dialog.getByRole('button', { name: 'Thu 4 Mar, 14:00 – 15:00' }));
  await notice(page, 'Moved: Board, Thu 4 Mar, 14:00 – 15:00.');
  await leave();
});

test('a cursor in the grid goes by arrows, says what is there, and an event is made at it', async () => {
  const name = await calendar();
  await book({ calendars: [name], event_name: 'Board', date: '2027-03-03', start_time: '09:00', duration: 3600 });
  const { page, leave } = await visit(week(name), { who: 'secretary' });
  await drawn(page);
  await reach(page, page.locator('.fc-timegrid-col[data-date="2027-03-01"]'));
  await heard(page, 'Mon 1 Mar, 09:00 – 09:30: nothing');
  assert.ok(await page.locator('.cursor').isVisible());
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await heard(page, 'Wed 3 Mar, 09:00 – 09:30: Board');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await heard(page, 'Wed 3 Mar, 10:00 – 10:30: nothing');
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Shift+ArrowDown');
  await heard(page, 'Wed 3 Mar, 10:00 – 11:30: nothing');
  assert.deepEqual(await violations(page), []);
  await page.keyboard.press('Enter');
  const form = page.getByRole('dialog', { name: 'New event' });
  await form.waitFor();
  assert.deepEqual([await form.getByLabel('Start').inputValue(), await form.getByLabel('Length').inputValue()], ['10:00', '90']);
  await page.keyboard.type('Call');
  await page.keyboard.press('Enter');
  await notice(page, 'Booked: Call, Wed 3 Mar, 10:00 – 11:30.');
  await dialogClosed(page);
  // Beyond the last day lies the next week.
  for (let steps = 0; steps < 5; ++steps) await page.keyboard.press('ArrowRight');
  await page.getByRole('heading', { level: 1, name: '8 – 14 March 2027' }).waitFor();
  await heard(page, 'Mon 8 Mar, 10:00 – 11:30: nothing');
  await leave();
});

test('a viewer looks about by keys, and makes and moves nothing', async () => {
  const name = await calendar();
  await book({ calendars: [name], event_name: 'Board', date: '2027-03-03', start_time: '09:00', duration: 3600 });
  const { page, leave } = await visit(week(name), { who: 'viewer' });
  await drawn(page);
  await reach(page, page.locator('.fc-timegrid-col[data-date="2027-03-01"]'));
  await page.keyboard.press('ArrowDown');
  await heard(page, 'Mon 1 Mar, 09:30 – 10:00: nothing');
  await page.keyboard.press('Enter');
  await reach(page, shown(page, 'Board'));
  await carry(page, ['ArrowRight'], () => heard(page, 'This cannot be moved.'));
  assert.equal(await page.getByRole('dialog').count(), 0);
  await page.keyboard.press('?');
  const keys = page.getByRole('dialog', { name: 'Keys' });
  await keys.getByText('a longer or a shorter one').waitFor();
  assert.equal(await keys.getByText('carry an event').count(), 0);
  await leave();
});

test('a secretary’s day is done by keys: a series, its change, a search, a copy, a cancellation and its undo, a month', async () => {
  const name = await calendar(), guest = await calendar();
  await book({ calendars: [guest], event_name: 'Dentist', date: '2027-03-04', start_time: '10:00', duration: 3600 });
  const { page, leave } = await visit(week(name), { who: 'secretary' });
  await drawn(page);
  const dialog = page.getByRole('dialog');
  // A series, whose guest is busy at first: told while it is typed.
  await askAt(page, '2027-03-04', '10:00');
  await write(page, 'What', 'Class');
  await reach(page, dialog.getByLabel('Repeats'));
  await page.keyboard.type('every week');
  await write(page, 'Who', guest);
  await dialog.getByText(/Dentist/).first().waitFor();
  await press(page, dialog.getByText('When are all free?'));
  await press(page, dialog.getByRole('button', { name: /^Thu 4 Mar, 12:00/ }));
  await press(page, dialog.getByRole('button', { name: 'Book', exact: true }));
  await press(page, dialog.getByRole('button', { name: 'Book it' }));
  await notice(page, 'Booked a series: Class');
  await drawn(page);
  // One of it goes elsewhere, and the question how far it goes is answered.
  await reach(page, shown(page, 'Class'));
  await carry(page, ['ArrowDown']);
  await dialog.getByText('this and the following').waitFor();
  await press(page, dialog.getByRole('button', { name: 'Do it' }));
  await notice(page, 'Moved: Class, Thu 4 Mar, 12:15');
  await dialogClosed(page);
  // Found, copied to a time at which all are free, cancelled, and back again.
  await page.keyboard.press('/');
  await page.keyboard.type('class');
  await press(page, dialog.getByRole('button', { name: /Class/ }));
  await press(page, dialog.getByRole('button', { name: 'Copy…' }));
  await write(page, 'What', 'Talk');
  await press(page, dialog.getByText('When are all free?'));
  await press(page, dialog.getByRole('group', { name: 'Free times' }).getByRole('button'));
  await press(page, dialog.getByRole('button', { name: 'Book', exact: true }));
  await notice(page, 'Booked: Talk');
  await dialogClosed(page);
  await page.keyboard.press('w');
  await drawn(page);
  await press(page, shown(page, 'Talk'));
  await press(page, dialog.getByRole('button', { name: 'Cancel event' }));
  await page.keyboard.press('Enter');
  await notice(page, 'Cancelled: Talk.');
  await dialogClosed(page);
  await page.keyboard.press('u');
  await notice(page, 'Booked again: Talk');
  // An absence of whole days, found in the month.
  await drawn(page);
  await askAt(page, '2027-03-05', '10:00');
  await write(page, 'What', 'Away');
  await press(page, dialog.getByLabel('All day'), ' ');
  await page.keyboard.press('Enter');
  await notice(page, 'Booked: Away, Fri 5 Mar, all day.');
  await dialogClosed(page);
  await page.keyboard.press('m');
  await drawn(page);
  await reach(page, page.locator('[data-date="2027-03-01"] .fc-daygrid-day-number'));
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Tuesday 2 March 2027' }).waitFor();
  await leave();
});

test('who looks after calendars makes one, sets its hours and its rights, and takes a file in, by keys', async () => {
  const name = `test:keys-${process.pid}`;
  const { page, leave } = await visit(week(await calendar()));
  await drawn(page);
  const dialog = page.getByRole('dialog');
  await press(page, page.locator('.pick summary'));
  await page.getByLabel('Find a calendar').and(page.locator(':focus')).waitFor();
  await page.keyboard.type(name);
  await press(page, page.getByRole('button', { name: 'New calendar…' }));
  await reach(page, dialog.getByRole('button', { name: 'Make' }));
  await page.keyboard.press('Enter');
  await notice(page, `Made the calendar ${name}.`);
  await drawn(page);
  await press(page, page.getByRole('button', { name: `Hours… ${name}` }));
  await reach(page, dialog.locator('.days td').first());
  await page.keyboard.press('Space');
  await page.keyboard.press('Shift+ArrowDown');
  await press(page, dialog.getByRole('button', { name: 'Save' }));
  await notice(page, `Saved the hours of ${name}.`);
  await dialogClosed(page);
  await press(page, page.getByRole('button', { name: `Who may… ${name}` }));
  await press(page, dialog.getByRole('button', { name: 'Add somebody' }));
  await page.keyboard.type('anna');
  await press(page, dialog.getByLabel('manage'), ' ');
  await press(page, dialog.getByRole('button', { name: 'Save' }));
  await notice(page, `Saved who may use ${name}.`);
  await dialogClosed(page);
  assert.equal((await call('GET', `/calendars/${encodeURIComponent(name)}/grants`))[0], 200);
  await press(page, page.getByRole('button', { name: `Import… ${name}` }));
  await reach(page, dialog.getByLabel('File'));
  await leave();
});

// A secretary's daily work is done twice: with a mouse and typing in fields only, and with the keyboard alone. It could
// break if one of the two cannot reach something, or if a task leaves the page so that the next one cannot begin.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { carry, press, reach, write } from './keys.mjs';
import { book, calendar, call, dialogClosed, drag, drawn, eventsOn, notice, place, shown, spot, violations, visit, week } from './stage.mjs';

/** Gives a file to the chooser that the action opens. */
async function give(page, ask, file) {
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), ask()]);
  await chooser.setFiles(file);
}

const byMouse = (page) => ({
  press: (wanted) => wanted.first().click(),
  /** The browser itself draws the list of a choice, which tests cannot reach. */
  choose: (field, option) => field.selectOption(option),
  async write(label, text, room = page.getByRole('dialog')) {
    await room.getByLabel(label, { exact: true }).click({ position: { x: 14, y: 14 } }); // in a time, its hour
    await page.keyboard.press('Control+a');
    await page.keyboard.type(text);
  },
  give: (field, file) => give(page, () => field.click(), file),
  async askAt(date, time) {
    const { x, y } = await spot(page, date, `${time}:00`);
    await page.mouse.click(x, y);
  },
  /** Half an hour later. */
  async later(event) {
    const { x, y, width } = await place(page, event.first()), { height } = await page.locator('.fc-timegrid-slot-lane').first().boundingBox();
    await drag(page, { x: x + width / 2, y: y + 10 }, { x: x + width / 2, y: y + 10 + height });
  },
  async close(dialog, from, to) {
    const middle = async (label) => {
      const box = await dialog.getByRole('gridcell', { name: label }).boundingBox();
      return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    };
    await dialog.getByLabel('Closed', { exact: true }).click();
    await dialog.getByRole('gridcell', { name: to }).scrollIntoViewIfNeeded();
    await drag(page, await middle(from), await middle(to));
  },
  search: () => page.getByRole('button', { name: 'Search…' }).click(),
  undo: () => page.locator('.notice').getByRole('button', { name: 'Undo' }).click(),
  show: (view) => page.getByRole('button', { name: view, exact: true }).click(),
  day: () => page.locator('[data-date="2027-03-02"] .fc-daygrid-day-number').click(),
});

const byKeys = (page) => ({
  async press(wanted) {
    await reach(page, wanted);
    await page.keyboard.press(await wanted.first().evaluate((one) => (one.type === 'checkbox' || one.type === 'radio' ? 'Space' : 'Enter')));
  },
  async choose(field, option) {
    await reach(page, field);
    await page.keyboard.type(option);
  },
  write: (label, text, room) => write(page, label, text, room),
  give: (field, file) => give(page, () => press(page, field, 'Space'), file),
  /** By the grid's cursor. */
  async askAt(date, time) {
    await reach(page, page.locator('.fc-timegrid-col[tabindex="0"]'));
    const stands = () => page.evaluate(() => document.querySelector('.cursor').closest('[data-date]').dataset.date);
    for (let now = await stands(); now !== date; now = await stands()) await page.keyboard.press(now < date ? 'ArrowRight' : 'ArrowLeft');
    for (let steps = 0; steps < 48 && !(await page.locator('.heard').textContent()).includes(`, ${time} –`); ++steps) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
  },
  async later(event) {
    await reach(page, event);
    await carry(page, ['ArrowDown', 'ArrowDown']);
  },
  async close(dialog, from, to) {
    await reach(page, dialog.getByLabel('Open', { exact: true }));
    await page.keyboard.press('ArrowRight'); // to Closed
    await reach(page, dialog.locator('[role=gridcell][tabindex="0"]'));
    const at = () => page.evaluate(() => document.activeElement.getAttribute('aria-label'));
    for (let now = await at(); !from.test(now); now = await at()) await page.keyboard.press(now.startsWith('Mon') || now.startsWith('Tue') ? 'ArrowRight' : 'ArrowDown');
    await page.keyboard.press('Space');
    for (let now = await at(); !to.test(now); now = await at()) await page.keyboard.press('Shift+ArrowDown');
  },
  search: () => page.keyboard.press('/'),
  undo: () => page.keyboard.press('u'),
  show: (view) => page.keyboard.press(view[0].toLowerCase()),
  async day() {
    await reach(page, page.locator('[data-date="2027-03-01"] .fc-daygrid-day-number'));
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
  },
});

const talks = { name: 'talks.ics', mimeType: 'text/calendar', buffer: Buffer.from(['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//test//test//EN', 'BEGIN:VEVENT', 'UID:a',
  'DTSTAMP:20270201T090000Z', 'DTSTART;TZID=Europe/Berlin:20270303T150000', 'DURATION:PT1H', 'SUMMARY:Lecture', 'END:VEVENT', 'END:VCALENDAR', ''].join('\r\n')) };

for (const [words, hand] of [['with the mouse', byMouse], ['with the keys alone', byKeys]]) {
  test(`a calendar is made, named, given its hours and its people, and a file comes in, ${words}`, async () => {
    const name = `${await calendar()}-day`;
    const { page, leave } = await visit(week(await calendar()));
    const by = hand(page), dialog = page.getByRole('dialog');
    await drawn(page);
    await by.press(page.locator('.pick summary'));
    await by.write('Find a calendar', name, page);
    await by.press(page.getByRole('button', { name: 'New calendar…' }));
    await by.write('Display name', `Hall ${name}`);
    await by.choose(dialog.getByLabel('Colour'), 'teal');
    await by.press(dialog.getByRole('button', { name: 'Make' }));
    await page.getByRole('region', { name: `Calendar Hall ${name}` }).waitFor();
    await dialogClosed(page);
    await drawn(page);
    // Hours of every week, and a day that ends early.
    await by.press(page.getByRole('button', { name: `Hours… Hall ${name}` }));
    await dialog.getByRole('gridcell', { name: /^Wed 3 Mar, 08:00/ }).waitFor();
    await by.close(dialog, /^Wed 3 Mar, 15:00/, /^Wed 3 Mar, 16:30/);
    await dialog.getByRole('gridcell', { name: 'Wed 3 Mar, 16:30 – 17:00: closed' }).waitFor();
    await by.press(dialog.getByRole('button', { name: 'Save' }));
    await notice(page, 'Saved the hours');
    await dialogClosed(page);
    assert.deepEqual((await call('GET', `/calendars/${name}/availability/2027-03-03`))[1].spans, [{ start: '08:00:00', end: '15:00:00' }]);
    // Its name and colour have changed meanwhile.
    await by.press(page.getByRole('button', { name: `Settings… Hall ${name}` }));
    await by.write('Display name', `Saal ${name}`);
    await by.choose(dialog.getByLabel('Colour'), 'crimson');
    await by.press(dialog.getByRole('button', { name: 'Save' }));
    await page.getByRole('region', { name: `Calendar Saal ${name}` }).waitFor();
    await dialogClosed(page);
    const { display_name, color } = (await call('GET', `/calendars/${name}`))[1];
    assert.deepEqual([display_name, color], [`Saal ${name}`, 'crimson']);
    await by.press(page.getByRole('button', { name: `Who may… Saal ${name}` }));
    await by.press(dialog.getByRole('button', { name: 'Add somebody' }));
    await by.write('Name', 'anna', dialog.locator('.grantee').last());
    await by.press(dialog.locator('.grantee').last().getByLabel('manage', { exact: true }));
    await by.press(dialog.getByRole('button', { name: 'Save' }));
    await notice(page, 'Saved who may use');
    await dialogClosed(page);
    assert.deepEqual((await call('GET', `/calendars/${name}/grants`))[1].map(({ grantee }) => grantee), ['principal:anna']);
    // A file is tried out, and then imported.
    await by.press(page.getByRole('button', { name: `Import… Saal ${name}` }));
    await by.give(dialog.getByLabel('File', { exact: true }), talks);
    await by.press(dialog.getByRole('button', { name: 'Try it out' }));
    await dialog.getByRole('row', { name: /Lecture Wed 3 Mar, 15:00 – 16:00 placed/ }).waitFor();
    assert.deepEqual(await violations(page), []);
    await by.press(dialog.getByRole('button', { name: 'Import one event' }));
    await notice(page, 'Imported into');
    await dialogClosed(page);
    await shown(page, 'Lecture').waitFor();
    await leave();
  });

  test(`a series is made for whom it suits, moved, given another rule and a file, ${words}`, async () => {
    const name = await calendar(), guest = await calendar();
    await book({ calendars: [guest], event_name: 'Dentist', date: '2027-03-04', start_time: '10:00', duration: 3600 });
    const { page, leave } = await visit(week(name), { who: 'secretary' });
    const by = hand(page), dialog = page.getByRole('dialog');
    await drawn(page);
    await by.askAt('2027-03-04', '10:00');
    await by.write('What', 'Class');
    await by.write('End', '10:45');
    assert.equal(await dialog.getByLabel('Length').inputValue(), '45');
    await by.choose(dialog.getByLabel('Repeats'), 'Every week');
    await by.write('Who', guest);
    await dialog.getByText(/Dentist/).first().waitFor(); // shown during typing
    await by.press(dialog.getByText('When are all free?'));
    await by.press(dialog.getByRole('button', { name: /^Thu 4 Mar, 12:00/ }));
    await by.press(dialog.getByRole('button', { name: 'Book', exact: true }));
    await by.press(dialog.getByRole('button', { name: 'Book it' }));
    await notice(page, 'Booked a series: Class');
    await dialogClosed(page);
    // One occurrence is moved, and the question about the scope is answered.
    await drawn(page);
    await by.later(shown(page, 'Class'));
    await dialog.getByText('this and the following').waitFor();
    await by.press(dialog.getByRole('button', { name: 'Do it' }));
    await notice(page, 'Moved: Class, Thu 4 Mar, 12:30 – 13:15.');
    await dialogClosed(page);
    // From there on every two weeks, three times; and a document for the first one.
    await drawn(page);
    await by.press(shown(page, 'Class'));
    await by.press(dialog.getByRole('button', { name: 'Change…' }));
    await by.choose(dialog.getByLabel('Repeats'), 'Every two weeks');
    await by.write('How often', '3');
    await by.press(dialog.getByRole('button', { name: 'Change', exact: true }));
    await dialog.getByText('and so every 2 weeks, 3 times.').waitFor();
    await by.press(dialog.getByRole('button', { name: 'Change it' }));
    await notice(page, 'Changed: Class');
    await dialogClosed(page);
    const standing = (await eventsOn(name, 'Class')).filter(({ status }) => status === 'pending');
    assert.deepEqual(standing.map(({ start_timestamp }) => start_timestamp.slice(5, 16)), ['03-04T12:30', '03-18T12:30', '04-01T12:30']);
    await drawn(page);
    await by.press(shown(page, 'Class'));
    await by.press(dialog.getByText('Attached', { exact: true }));
    await by.give(dialog.getByLabel('Attach a file'), { name: 'agenda.txt', mimeType: 'text/plain', buffer: Buffer.from('coffee') });
    await notice(page, 'Attached: agenda.txt.');
    assert.equal((await call('GET', `/events/${standing[0].id}`))[1].attachments.length, 1);
    assert.deepEqual(await violations(page), []);
    await leave();
  });

  test(`an event is found, copied to a free hour, cancelled and taken back, and an absence stands in the month, ${words}`, async () => {
    const name = await calendar();
    await book({ calendars: [name], event_name: 'Class', date: '2027-03-04', start_time: '10:00', duration: 3600 });
    const { page, leave } = await visit(week(name), { who: 'secretary' });
    const by = hand(page), dialog = page.getByRole('dialog');
    await drawn(page);
    await by.search();
    await by.write('Words', 'class');
    await page.waitForFunction(() => document.querySelectorAll('.search li').length === 1); // fewer letters may find a calendar, too
    await by.press(dialog.getByRole('button', { name: /Class/ }));
    await by.press(dialog.getByRole('button', { name: 'Copy…' }));
    await by.write('What', 'Talk');
    await by.press(dialog.getByText('When are all free?'));
    await by.press(dialog.getByRole('group', { name: 'Free times' }).getByRole('button'));
    await by.press(dialog.getByRole('button', { name: 'Book', exact: true }));
    await notice(page, 'Booked: Talk');
    await dialogClosed(page);
    await by.show('Week');
    await drawn(page);
    await by.press(shown(page, 'Talk'));
    await by.press(dialog.getByRole('button', { name: 'Cancel event' }));
    await by.press(dialog.getByRole('button', { name: 'Really cancel?' }));
    await notice(page, 'Cancelled: Talk.');
    await dialogClosed(page);
    await by.undo();
    await notice(page, 'Booked again: Talk');
    await drawn(page);
    await by.askAt('2027-03-05', '10:00');
    await by.write('What', 'Away');
    await by.press(dialog.getByLabel('All day'));
    await by.press(dialog.getByRole('button', { name: 'Book', exact: true }));
    await notice(page, 'Booked: Away, Fri 5 Mar, all day.');
    await dialogClosed(page);
    await by.show('Month');
    await drawn(page);
    await shown(page, 'Away').first().waitFor();
    await by.day();
    await page.getByRole('heading', { level: 1, name: 'Tuesday 2 March 2027' }).waitFor();
    await leave();
  });
}

// Without a mouse events are moved and made in the grid: this test uses the keyboard alone. It could break wherever
// something reacts only to a mouse press, or if the focus is lost.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { carry, press, reach } from './keys.mjs';
import { call, dialogClosed, drawn, eventOn, hold, notice, ownWeek, shown, violations, week } from './stage.mjs';

const heard = (page, words) => page.locator('.heard').getByText(words, { exact: true }).waitFor({ state: 'attached' });
const focused = (page) => page.evaluate(() => document.activeElement.getAttribute('aria-label') ?? document.activeElement.tagName);

test('an event is carried by Alt and the arrows, put down when Alt is let go, and taken back', async () => {
  const { name, page } = await ownWeek({ who: 'secretary' }, { event_name: 'Board', date: '2027-03-03', start_time: '09:00', duration: 3600 });
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
  await carry(page, ['Shift+ArrowDown', 'Shift+ArrowDown'], async () => assert.match(await focused(page), /^Board, 09:00 – 10:30, Wed 3 Mar/));
  await notice(page, 'Changed: Board, Wed 3 Mar, 09:00 – 10:30.');
  assert.equal((await eventOn(name, 'Board')).duration, 5400);
  assert.deepEqual(await violations(page), []);
});

test('an event of ten minutes is carried like any other, but not made shorter', async () => {
  const { name, page } = await ownWeek({}, { event_name: 'Call', date: '2027-03-03', start_time: '09:00', duration: 600 });
  await reach(page, shown(page, 'Call'));
  await carry(page, ['ArrowDown', 'Shift+ArrowUp'], () => heard(page, 'Call, Wed 3 Mar, 09:15 – 09:25'));
  await notice(page, 'Moved: Call, Wed 3 Mar, 09:15 – 09:25.');
  assert.equal((await eventOn(name, 'Call')).duration, 600);
});

test('Escape puts back what is carried, and what may not be moved stays', async () => {
  const { name, page } = await ownWeek({},
    { event_name: 'Board', date: '2027-03-03', start_time: '09:00', duration: 3600 },
    { event_name: 'Press', date: '2027-03-01', start_time: '09:00', duration: 3600, allow_past: true });
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
});

test('an event that is deleted while it is put down is told as one that is gone', async () => {
  const { name, page, context } = await ownWeek({ expected: [/404/] }, { event_name: 'Board', date: '2027-03-03', start_time: '09:00', duration: 3600 });
  const { id } = await eventOn(name, 'Board'), go = await hold(context, `**/events/${id}`, (request) => request.method() === 'PATCH');
  await reach(page, shown(page, 'Board'));
  await carry(page, ['ArrowRight']);
  assert.equal((await call('DELETE', `/events/${id}`))[0], 204);
  await shown(page, 'Board').waitFor({ state: 'detached' });
  go();
  await notice(page, `event ${id} does not exist`);
  await drawn(page);
});

test('what is carried onto another is refused as a drag is, and an alternative is taken by keys', async () => {
  const { page } = await ownWeek({ expected: [/409/] },
    { event_name: 'Board', date: '2027-03-03', start_time: '13:00', duration: 3600 },
    { event_name: 'Press', date: '2027-03-04', start_time: '13:00', duration: 3600 });
  await reach(page, shown(page, 'Board'));
  await carry(page, ['ArrowRight']);
  const dialog = page.getByRole('dialog', { name: 'Move Board?' });
  await dialog.getByText('In the way: Press.').waitFor();
  await press(page, dialog.getByRole('button', { name: 'Thu 4 Mar, 14:00 – 15:00' }));
  await notice(page, 'Moved: Board, Thu 4 Mar, 14:00 – 15:00.');
});

test('a cursor in the grid goes by arrows, says what is there, and an event is made at it', async () => {
  const { page } = await ownWeek({ who: 'secretary' }, { event_name: 'Board', date: '2027-03-03', start_time: '09:00', duration: 3600 });
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
  // Beyond the last day is the next week.
  for (let steps = 0; steps < 5; ++steps) await page.keyboard.press('ArrowRight');
  await page.getByRole('heading', { level: 1, name: '8 – 14 March 2027' }).waitFor();
  await heard(page, 'Mon 8 Mar, 10:00 – 11:30: nothing');
});

test('a viewer looks about by keys, and makes and moves nothing', async () => {
  const { page } = await ownWeek({ who: 'viewer' }, { event_name: 'Board', date: '2027-03-03', start_time: '09:00', duration: 3600 });
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
});

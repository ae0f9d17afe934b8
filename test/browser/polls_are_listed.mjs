// A user who opens polls finds them again without their links: open ones first, with their answers and results.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { calendar, call, publicUrl, violations, week, visitDrawn } from './stage.mjs';

test('polls are listed with their people and their event, and deleted', async () => {
  const name = await calendar();
  await call('PUT', `/calendars/${name}`, { display_name: 'Großer Saal', color: 'teal' });
  const poll = async (title) => (await call('POST', '/polls', { title, from: '2027-03-08T09:00:00+01:00', to: '2027-03-08T18:00:00+01:00', duration: 3600, calendars: [name], public: false }))[1].id;
  const asked = await poll(`Asked on ${name}`), booked = await poll(`Booked on ${name}`);
  const [, { token }] = await call('POST', `/polls/${asked}/participants`, { name: 'Anna' });
  await call('POST', `/polls/${asked}/participants`, { name: 'Ben' });
  await call('PUT', `/polls/${asked}/schedules/Anna`, [{ start: '2027-03-08T10:00:00+01:00', end: '2027-03-08T12:00:00+01:00', preference: 'yes' }], 'manager', { Authorization: `Bearer ${token}` });
  assert.equal((await call('POST', `/polls/${booked}/book`, { start_timestamp: '2027-03-08T10:00:00+01:00' }))[0], 201);
  const { page } = await visitDrawn(week(name), { who: 'secretary' });
  await page.getByRole('button', { name: 'New poll' }).click();
  await page.getByRole('button', { name: 'All polls…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Polls' }), one = dialog.locator(`[data-poll="${asked}"]`), other = dialog.locator(`[data-poll="${booked}"]`);
  await one.getByText('open; 1 of 2 have answered; made by manager').waitFor();
  await one.getByText('Großer Saal').waitFor();
  await one.getByText('Participants').click();
  await one.getByText('Ben has not answered yet').waitFor();
  assert.deepEqual(await violations(page), []);
  // An organiser who has lost the link continues with the certificate.
  const opened = page.waitForEvent('popup');
  await one.getByRole('link', { name: `Open Asked on ${name}` }).click();
  const organiser = await opened;
  await organiser.getByRole('heading', { name: 'The best times' }).waitFor();
  await organiser.getByLabel('Name').fill('Eve');
  await organiser.getByRole('button', { name: 'Invite' }).click();
  await organiser.getByText('1 of 3 have answered.').waitFor();
  // Guests have no certificate, and get links that they can open.
  await organiser.getByRole('button', { name: 'Open to everybody' }).click();
  assert.equal(await organiser.getByLabel('Link of everybody').inputValue(), `${publicUrl}/polls/${asked}`);
  assert.ok((await organiser.getByLabel('Link of Eve', { exact: true }).inputValue()).startsWith(`${publicUrl}/polls/${asked}#jbp_`));
  await organiser.getByRole('button', { name: 'Book… Mon 8 Mar, 10:00' }).or(organiser.getByRole('button', { name: /^Book…/ })).first().waitFor();
  await organiser.close();
  await one.getByRole('button', { name: `Delete Asked on ${name}` }).click();
  await one.getByRole('button', { name: 'Delete this poll and all its answers?' }).click();
  await one.waitFor({ state: 'detached' });
  assert.equal((await call('GET', `/polls/${asked}`))[0], 404);
  await other.getByText(/booked; 0 of 0 have answered/).waitFor();
  await other.getByRole('button', { name: `Show the event of Booked on ${name}` }).click();
  await page.getByRole('dialog', { name: `Booked on ${name}` }).getByText('Großer Saal').waitFor();
});

test('polls of calendars in several zones name the zone of their times', async () => {
  const zones = ['Europe/Berlin', 'America/New_York'], names = [];
  for (const time_zone of zones) {
    const name = await calendar({ time_zone });
    names.push(name);
    await call('POST', '/polls', { title: `Frame of ${name}`, from: '2027-03-08T14:00:00Z', to: '2027-03-08T20:00:00Z', duration: 1800, calendars: [name] });
  }
  const { page } = await visitDrawn(week(names.join()));
  await page.getByRole('button', { name: 'New poll' }).click();
  await page.getByRole('button', { name: 'All polls…' }).click();
  for (const [index, times] of ['15:00 – 21:00', '09:00 – 15:00'].entries()) {
    const one = page.locator('[data-poll]', { hasText: `Frame of ${names[index]}` });
    await one.getByText(`${names[index]}, ${zones[index]}`, { exact: true }).waitFor();
    await one.getByText(`Mon 8 Mar, ${times}; open`).waitFor();
  }
});

// A week that is open when the session ends says so, and goes on, with what was typed, once its reader has signed in again in another tab.
import { createRequire } from 'node:module';
import assert from 'node:assert/strict';

const { chromium } = createRequire(new URL('../../web/package.json', import.meta.url))('playwright-core');
const { JB_SIGNED_IN_URL: address, JB_PORTAL: portal } = process.env;
const browser = await chromium.launch({
  executablePath: process.env.JB_CHROMIUM ?? '/usr/bin/chromium-headless-shell', args: ['--no-sandbox', '--host-resolver-rules=MAP *.example.com 127.0.0.1'],
});
const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: 'en-GB', viewport: { width: 1360, height: 900 } });
context.setDefaultTimeout(30_000);

async function signIn(page, user = 'dwho') {
  await page.goto(address + '/?calendars=ceo');
  await page.locator('[name=user]').fill(user);
  await page.locator('[name=password]').fill(user);
  await page.locator('[name=password]').press('Enter');
  await page.getByText(user === 'dwho' ? 'You are the doctor, secretary.' : 'You are the companion, secretary.').waitFor();
}

const page = await context.newPage();
await signIn(page);
await page.getByRole('button', { name: 'New event' }).click();
await page.getByLabel('What').fill('Dalek');

const other = await context.newPage();
await other.goto(portal + '?logout=1');
await page.getByText('You are no longer signed in.').first().waitFor({ timeout: 90_000 }); // a request that waits for news is answered first
assert.equal(await page.getByLabel('What').inputValue(), 'Dalek');

await signIn(other, 'rtyler');
await page.getByText('Somebody else has signed in.').first().waitFor();
await other.goto(portal + '?logout=1');
await signIn(other);
await page.getByText('Somebody else has signed in.').first().waitFor({ state: 'hidden' });
await page.getByText('You are no longer signed in.').first().waitFor({ state: 'hidden' });
assert.equal(await page.getByLabel('What').inputValue(), 'Dalek');

// So does a poll that its organiser opens without a token: it goes on for nobody else.
const poll = await page.evaluate(async () => (await fetch('/polls', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({
  title: 'Skaro', duration: 1800, from: new Date(Date.now() + 864e5).toISOString(), to: new Date(Date.now() + 2592e5).toISOString(), calendars: ['ceo'] }) })).json());
assert.ok(poll.id, JSON.stringify(poll));
await page.goto(`${address}/polls/${poll.id}#organise`);
await page.getByRole('heading', { name: 'Skaro' }).waitFor();
await other.goto(portal + '?logout=1');
await signIn(other, 'rtyler');
await page.getByRole('button', { name: 'Delete the poll' }).click();
await page.getByRole('button', { name: 'Delete this poll and all its answers?' }).click();
await page.getByText('Somebody else has signed in.').first().waitFor();
assert.equal(await other.evaluate(async (id) => (await fetch(`/polls/${id}`, { headers: { Accept: 'application/json' } })).status, poll.id), 200);
await browser.close();

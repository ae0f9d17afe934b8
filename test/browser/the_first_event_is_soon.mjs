// The week shows its first event soon, even if it is full and there are many calendars. Times mean little on a busy
// machine, so the test counts what they depend on: the requests before the first event, and their bytes.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { desktop, fill, fullWeek, measure, phone } from './first_event.mjs';

const patience = 6; // times longer than promised, for a busy machine

for (const [name, device, promised] of [['a desktop', desktop, 1000], ['a slow phone', phone, 3000]])
  test(`on ${name} each thing is asked for once before the first event, and no more than is shown`, async () => {
    fill();
    const { milliseconds, requests, bytes } = await measure(device);
    const asked = requests.map(({ path }) => path).filter((path) => path.startsWith('/'));
    assert.equal(new Set(asked).size, asked.length, `twice: ${asked.join(' ')}`);
    for (const path of ['/whoami', '/health', `/calendars/${fullWeek}`]) assert.ok(asked.includes(path), path);
    assert.equal(asked.filter((path) => path.startsWith('/events?')).length, 2, 'the events, and those that wait');
    assert.ok(bytes < 220_000, `${bytes} bytes`);
    assert.ok(asked.length <= 22, asked.join(' '));
    // Requests that need no answer of the server are sent together.
    const at = (path) => requests.find((one) => one.path === path).at;
    assert.ok(Math.abs(at('/whoami') - at('/health')) < 100, 'one after the other');
    assert.ok(milliseconds < patience * promised, `${milliseconds} ms`);
  });

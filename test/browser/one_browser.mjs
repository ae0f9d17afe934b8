// One browser for all promises, from the first to the last. What a test leaves open is left after it, and fails it where a page has done
// what it may not.
import { after, afterEach, before } from 'node:test';
import { close, leaveAll, open, setClock, NOW } from './stage.mjs';

before(async () => {
  setClock(NOW);
  await open();
});
afterEach(leaveAll);
after(close);

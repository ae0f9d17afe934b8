// One browser for all tests. Pages that a test leaves open are closed after it, and fail it if one has done something
// forbidden.
import { after, afterEach, before } from 'node:test';
import { close, leaveAll, open, setClock, NOW } from './stage.mjs';

before(async () => {
  setClock(NOW);
  await open();
});
afterEach(leaveAll);
after(close);

// One browser for all promises, from the first to the last.
import { after, before } from 'node:test';
import { close, open, setClock, NOW } from './stage.mjs';

before(async () => {
  setClock(NOW);
  await open();
});
after(close);

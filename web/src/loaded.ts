// Runs `act` with the parts that open on demand (later.ts), once they are loaded.
import { say } from './language';
import { notice } from './notice';

/** `failed` is called if they could not be loaded. */
export function later(act: (parts: typeof import('./later')) => void, failed: () => void = () => notice(say('A part of the page could not be loaded. Try again, or load the page anew.'), 'bad')): void {
  void import('./later').then(act, failed);
}

// What opens when it is asked for (later.ts), once it is loaded.
import { say } from './language';
import { notice } from './notice';

/** `failed` is called where it could not be loaded. */
export function later(act: (parts: typeof import('./later')) => void, failed: () => void = () => notice(say('A part of the page could not be loaded. Try again, or load the page anew.'), 'bad')): void {
  void import('./later').then(act, failed);
}

// A hold whose deadline has passed, but not its time. It can still be confirmed if its time is free (rule 3.11).
import { answer, client, once, type Event } from './api';
import { h } from './dom';
import { unpressed } from './form';
import { say } from './language';
import type { Page } from './page';
import { notice } from './notice';
import { isStale } from './placing';
import { errorText } from './refusals';
import { titleOf } from './words';

export const isLate = ({ status, start_timestamp: start }: Pick<Event, 'status' | 'start_timestamp'>, now: number): boolean => status === 'expired' && start !== null && Date.parse(start) > now;

/** The button that confirms an expired event in the version shown. `done` is called on success. */
export function lateConfirm(event: Event, page: Page, done: () => void): HTMLButtonElement {
  const who = titleOf(event)!;
  const send = once((key) => answer(client.POST('/events/{id}/confirm', { params: { path: { id: event.id }, header: { 'If-Match': `"${event.version}"`, 'Idempotency-Key': key } }, body: { if_still_free: true } })));
  const confirmed = () => {
    notice(say('Confirmed: {name}.', { name: who }));
    done();
    page.refresh();
  };
  const refused = (error: unknown) => {
    notice(errorText(error, event.time_zone), 'bad');
    if (isStale(error)) page.look(event);
  };
  const words = say('Confirm if it is still free');
  const button: HTMLButtonElement = h('button', { class: 'main', 'aria-label': `${words}: ${who}`, click: () => void unpressed([button], () => send().then(confirmed, refused)) }, words);
  return button;
}

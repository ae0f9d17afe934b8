// A hold whose deadline has passed, and whose time has not: it is confirmed all the same, if its time is free (rule 3.11).
import { answer, client, once, type Event } from './api';
import { h } from './dom';
import { unpressed } from './form';
import { say } from './language';
import type { Page } from './main';
import { notice } from './notice';
import { errorText } from './refusals';

export const isLate = ({ status, start_timestamp: start }: Pick<Event, 'status' | 'start_timestamp'>, now: number): boolean => status === 'expired' && start !== null && Date.parse(start) > now;

/** The button that confirms an expired event, of `who`; `done` is called when it is. A refusal has its times in `zone`. */
export function lateConfirm(id: number, who: string, zone: string, page: Page, done: () => void): HTMLButtonElement {
  const send = once((key) => answer(client.POST('/events/{id}/confirm', { params: { path: { id }, header: { 'Idempotency-Key': key } }, body: { if_still_free: true } })));
  const confirmed = () => {
    notice(say('Confirmed: {name}.', { name: who }));
    done();
    page.refresh();
  };
  const words = say('Confirm if it is still free');
  const button: HTMLButtonElement = h('button', { class: 'main', 'aria-label': `${words}: ${who}`, click: () => void unpressed([button], () => send().then(confirmed, (error: unknown) => notice(errorText(error, zone), 'bad'))) }, words);
  return button;
}

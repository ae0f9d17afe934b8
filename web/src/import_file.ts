// A file of another calendar program, placed on a calendar. First the server says what would become of each event; then the same
// file is taken, or left.
import { answer, client, once, Refused } from './api';
import type { components } from '../generated/api';
import { called } from './called';
import { openDialog } from './dialog';
import { h } from './dom';
import { alone, check, field, input, ticked } from './form';
import { say } from './language';
import { notice } from './notice';
import { reasonText } from './refusals';
import { Result } from './result';
import { rangeText } from './zone';

type Imported = components['schemas']['Imported'];
const largest = 1024 * 1024;

const outcomes: Record<Imported['outcome'], string> = {
  placed: say('placed'), held: say('held'), updated: say('changed'), cancelled: say('cancelled'), rejected: say('not possible'), unchanged: say('stays as it is'), skipped: say('left out'),
  ignored: say('takes no time'), invalid: say('cannot be read'),
};
const takes: Imported['outcome'][] = ['placed', 'held', 'updated', 'cancelled'];

/** "3 placed, 1 not possible". */
function counted(rows: Imported[]): string {
  const counts = new Map<string, number>();
  for (const { outcome } of rows) counts.set(outcomes[outcome], (counts.get(outcomes[outcome]) ?? 0) + 1);
  return [...counts].map(([words, count]) => `${count} ${words}`).join(', ') || say('The file has no event');
}

function why({ reason, detail, facts }: Imported, zone: string): string {
  try {
    return reason ? reasonText(reason as Parameters<typeof reasonText>[0], facts ?? {}, zone) : detail ?? '';
  } catch {
    return detail ?? ''; // a reason that this page does not know
  }
}

function table(rows: Imported[], zone: string): HTMLElement {
  const when = ({ start_timestamp: from, end_timestamp: to }: Imported) => (from && to ? rangeText(Date.parse(from), Date.parse(to), zone) : '');
  return h('div', { class: 'trial', tabindex: 0, role: 'region', 'aria-label': say('What would become of it') }, h('table', {},
    h('thead', {}, h('tr', {}, ...[say('Line'), say('What'), say('When'), say('Becomes')].map((head) => h('th', { scope: 'col' }, head)))),
    h('tbody', {}, ...rows.map((row) => h('tr', { class: takes.includes(row.outcome) || row.outcome === 'unchanged' ? null : 'not' },
      h('td', {}, row.line === null ? '' : String(row.line)), h('td', { dir: 'auto' }, row.event_name), h('td', {}, when(row) + (row.events.length > 1 ? ', ' + say('{n} times', { n: row.events.length }) : '')),
      h('td', {}, h('b', {}, outcomes[row.outcome]), why(row, zone) && `: ${why(row, zone)}`))))));
}

export function openImport(name: string, zone: string, changed: () => void): void {
  const result = new Result(), file = input('file', 'file', '', { accept: '.ics,text/calendar', required: true });
  const submit = h('button', { type: 'submit', class: 'main' }, say('Try it out'));
  let tried: (() => Promise<Imported[]>) | null = null; // what was shown
  const send = async (body: string, dry: boolean, key?: string) => await answer(client.POST('/calendars/{name}/import', {
    params: { path: { name }, query: { ...(dry ? { dry_run: 'true' as const } : {}), ...(ticked(form, 'sync') ? { sync: 'true' as const } : {}) }, ...(key ? { header: { 'Idempotency-Key': key } } : {}) },
    body, bodySerializer: (text: string) => text, headers: { 'Content-Type': 'text/calendar' },
  })) as Imported[];
  const again = () => {
    tried = null;
    result.tell('');
    submit.textContent = say('Try it out');
  };
  const go = async () => {
    if (tried) {
      const rows = await tried();
      dialog.close();
      notice(say('Imported into {name}: {counts}.', { name: called(name), counts: counted(rows) }));
      return changed();
    }
    const [chosen] = file.files ?? [];
    if (!chosen) return;
    if (chosen.size > largest) return result.tell(say('{name} is larger than 1 MiB, which is what can be taken at once.', { name: chosen.name }));
    const text = await chosen.text(), rows = await send(text, true), taken = rows.filter(({ outcome }) => takes.includes(outcome)).length;
    result.element.replaceChildren(h('p', {}, `${counted(rows)}. ${say('Nothing has been done yet.')}`), table(rows, zone));
    if (taken === 0) return;
    tried = once((key) => send(text, false, key));
    submit.textContent = say('Import {n} events', { n: taken });
  };
  const failed = (error: unknown) => {
    if (error instanceof Refused) again(); // another try is another request
    result.failed(error);
  };
  const form: HTMLFormElement = h('form', { change: again, submit: (event: SubmitEvent) => { event.preventDefault(); void alone(form, () => go().catch(failed)); } },
    field(say('File'), file, say('iCalendar, .ics; its events become fixed ones, and what was imported before is known again')),
    check('sync', say('Change what was imported before to what the file says now'), false), result.element,
    h('footer', {}, h('button', { type: 'button', click: () => dialog.close() }, say('Close')), submit));
  const dialog = openDialog(say('Import into {name}', { name: called(name) }), 'import', () => {}, () => tried !== null);
  dialog.body.append(form);
}

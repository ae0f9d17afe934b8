// Imports a file of another calendar program. First the server shows what would become of each event. Then the person imports the same
// file, or not.
import { answer, client, once, Refused, unlessRefused, type Imported, type Once } from './api';
import { called } from './calendars';
import { h } from './dom';
import { check, field, input, stillSo, ticked } from './form';
import { formDialog, type FormDialog } from './form_dialog';
import { say } from './language';
import type { Page } from './page';
import { notice } from './notice';
import { moveList } from './placing';
import { isKnown, reasonText } from './refusals';
import { rangeText } from './zone';

const largest = 1024 * 1024;
/** The most events that a call takes. */
const most = 1000;

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

const why = ({ reason, detail, facts }: Imported, zone: string): string => (reason && isKnown(reason) ? reasonText(reason, facts ?? {}, zone) : detail ?? '');

/** The outcome for an event of the file, with the events that move for it. */
async function becomes(row: Imported, zone: string): Promise<HTMLElement> {
  const because = why(row, zone), { moves } = row;
  return h('td', {}, h('b', {}, outcomes[row.outcome]), because && `: ${because}`,
    moves.length > 0 && h('p', {}, say('{n} events would move:', { n: moves.length })), moves.length > 0 && await moveList(moves, zone));
}

async function table(rows: Imported[], zone: string): Promise<HTMLElement> {
  const when = ({ start_timestamp: from, end_timestamp: to }: Imported) => (from && to ? rangeText(from, to, zone) : '');
  return h('div', { class: 'trial', tabindex: 0, role: 'region', 'aria-label': say('What would become of it') }, h('table', {},
    h('thead', {}, h('tr', {}, ...[say('Line'), say('What'), say('When'), say('Becomes')].map((head) => h('th', { scope: 'col' }, head)))),
    h('tbody', {}, ...await Promise.all(rows.map(async (row) => h('tr', { class: takes.includes(row.outcome) || row.outcome === 'unchanged' ? null : 'not' },
      h('td', {}, row.line === null ? '' : String(row.line)), h('td', { dir: 'auto' }, row.event_name), h('td', {}, when(row) + (row.events.length > 1 ? ', ' + say('{n} times', { n: row.events.length }) : '')),
      await becomes(row, zone)))))));
}

export function openImport(name: string, zone: string, page: Page): void {
  const file = input('file', 'file', '', { accept: '.ics,text/calendar', required: true });
  /** The trial on display, which the next press carries out. */
  let tried: { shown: HTMLElement; look: () => Promise<HTMLElement>; show: (now: HTMLElement, told: string) => void; make: Once<Imported[]> } | null = null;
  // Send bytes: the server decides about a file that is not UTF-8 or is folded within a character.
  const send = async (body: Blob, sync: boolean, dry: boolean, key?: string) => {
    const rows: Imported[] = [];
    for (;;) {
      const query = { after: rows.length, limit: most, ...(dry ? { dry_run: 'true' as const } : {}), ...(sync ? { sync: 'true' as const } : {}) };
      const part = await answer(client.POST('/calendars/{name}/import', {
        params: { path: { name }, query, ...(key ? { header: { 'Idempotency-Key': `${key}-${rows.length}` } } : {}) },
        body: body as never, bodySerializer: (bytes: unknown) => bytes as Blob, headers: { 'Content-Type': 'text/calendar' },
      })) as Imported[];
      rows.push(...part);
      if (part.length < most) return rows;
    }
  };
  const again = () => {
    tried = null;
    dialog.tell('');
    dialog.submit.textContent = say('Try it out');
  };
  const dialog: FormDialog = formDialog({
    title: say('Import into {name}', { name: called(name) }), name: 'import', submit: say('Try it out'), keep: () => tried !== null, fields: [
      field(say('File'), file, say('iCalendar, .ics; its events become fixed ones, and what was imported before is known again')),
      check('sync', say('Change what was imported before to what the file says now'), false),
    ],
  }, async () => {
    if (tried) {
      const asked = tried, { shown, look, show, make } = asked;
      try {
        if (!make.unanswered && !(await stillSo(shown, look, show) && tried === asked)) return;
        const rows = await make();
        dialog.close();
        notice(say('Imported into {name}: {counts}.', { name: called(name), counts: counted(rows) }));
        return page.refresh();
      } catch (error) {
        if (error instanceof Refused) again(); // the next try must be a new request
        throw error;
      }
    }
    const [chosen] = file.files ?? [];
    if (!chosen) return;
    if (chosen.size === 0) return dialog.tell(say('{name} is empty.', { name: chosen.name }));
    if (chosen.size > largest) return dialog.tell(say('{name} is larger than 1 MiB, which is what can be taken at once.', { name: chosen.name }));
    // Import exactly what was tried, even if the file or the box changes meanwhile.
    const sync = ticked(dialog.form, 'sync'), bytes = new Blob([await chosen.arrayBuffer()]), make = once((key) => send(bytes, sync, false, key));
    const look = async () => {
      const rows = await send(bytes, sync, true), taken = rows.filter(({ outcome }) => takes.includes(outcome)).length;
      return h('div', { 'data-taken': taken }, h('p', {}, `${counted(rows)}. ${say('Nothing has been done yet.')} ${say('Times are those of {zone}.', { zone })} ${rows.length > most ? say('The file is tried in parts of 1,000 events, so events that overlap others of the file may still be refused.') : ''}`), await table(rows, zone));
    };
    const show = (now: HTMLElement, told = '') => {
      if (ticked(dialog.form, 'sync') !== sync || file.files?.[0] !== chosen) return; // the file or the box has changed
      const taken = Number(now.dataset['taken']);
      tried = taken === 0 ? null : { shown: now, look, show, make };
      dialog.submit.textContent = taken === 0 ? say('Try it out') : say('Import {n} events', { n: taken });
      dialog.result.replaceChildren(...(told ? [h('p', { role: 'alert' }, told)] : []), now);
    };
    const trial = await unlessRefused(look(), ({ type }) => type === '/problems/unparsable-value'); // whose message is meant for a program
    if (!trial) return dialog.tell(say('{name} is not written in UTF-8. Have the program that made it write it anew, or save it as UTF-8.', { name: chosen.name }));
    show(trial);
  });
  dialog.form.addEventListener('change', again);
}

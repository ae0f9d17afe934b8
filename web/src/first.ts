// The beginning of the page: it asks for what the first view needs, and then loads the page, which finds the answers there or on
// their way. On a telephone the page takes about as long to load as the server to answer.
import { askAhead } from './ahead';
import { readHealth, readLast, readSettings, readShown, readWho, type Shown } from './reading';
import { readState } from './state';
import { addDays, dateOf, weekOf } from './zone';

const { calendars, view, date } = readState();
void askAhead('who', readWho);
const health = askAhead('health', readHealth);

/** A calendar's first view, as the column asks for it: its changes are known before its events, so no change is missed. */
for (const name of calendars) {
  const known = Promise.all([askAhead(`settings of ${name}`, () => readSettings(name)), health, askAhead(`changes of ${name}`, () => readLast(name, null))]);
  void askAhead(`view of ${name}`, async (): Promise<Shown | null> => {
    const [settings, { now }] = await known;
    if (view === 'month') return null; // whose first and last day the grid knows
    const day = date || dateOf(now, settings.time_zone), from = view === 'day' ? day : weekOf(day);
    return readShown(settings, `${from}T00:00:00`, `${addDays(from, view === 'day' ? 1 : 7)}T00:00:00`, null);
  });
}

void import('./main');

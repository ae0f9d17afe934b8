// The entry point of the page. It requests the data for the first view before it loads the page, which then finds the answers ready or
// under way. On a phone, loading the page takes about as long as the server needs to answer.
import { askAhead, readHealth, readLast, readSettings, readShown, readWho, type Shown } from './reading';
import { readState } from './state';
import { addDays, dateOf, weekOf } from './zone';

const { calendars, view, date } = readState();
void askAhead('who', readWho);
const health = askAhead('health', readHealth);

/** A calendar's first view, requested in the column's order: the last change before the events, so that no change is missed. */
for (const name of calendars) {
  const known = Promise.all([askAhead(`settings of ${name}`, () => readSettings(name)), health, askAhead(`changes of ${name}`, () => readLast(name, null))]);
  void askAhead(`view of ${name}`, async (): Promise<Shown | null> => {
    const [settings, { now }] = await known;
    if (view === 'month') return null; // only the grid knows its first and last day
    const day = date || dateOf(now, settings.time_zone), from = view === 'day' ? day : weekOf(day);
    return readShown(settings, `${from}T00:00:00`, `${addDays(from, view === 'day' ? 1 : 7)}T00:00:00`, null);
  });
}

void import('./main');

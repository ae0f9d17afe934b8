// The beginning of the page: it asks for what the first view needs, and then loads the page, which finds the answers there or on
// their way. On a telephone the page takes about as long to load as the server to answer.
import { begins } from './ahead';
import { early } from './api';
import { readLast, readSettings, readShown } from './reading';
import { readState, type State } from './state';
import { addDays, wallOf, weekOf } from './zone';

/** A calendar's first view, as the column asks for it: its changes are known before its events, so no change is missed. */
async function calendarAhead({ view, date }: State, name: string, clock: Promise<number>): Promise<void> {
  const [settings, now] = await Promise.all([readSettings(name, early), clock, readLast(name, null, early)]);
  if (view === 'month') return; // whose first and last day the grid knows
  const day = date || wallOf(now, settings.time_zone).slice(0, 10), first = view === 'day' ? day : weekOf(day);
  void readShown(settings, `${first}T00:00:00`, `${addDays(first, view === 'day' ? 1 : 7)}T00:00:00`, null, early).catch(() => {});
}

const state = readState();
void early.GET('/whoami').catch(() => {}); // whoever takes the answer hears of the error
const clock = early.GET('/health').then(({ data }) => Date.parse(data!.now));
clock.catch(() => {});
for (const name of state.calendars) begins(name, calendarAhead(state, name, clock));

void import('./main');

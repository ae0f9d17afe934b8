// The state of the page is in its address, so that a link or a reload shows the same.

import { goTo } from './back';
import { keep, kept } from './kept';
import { isZone } from './zone';

export type View = 'week' | 'day' | 'month' | 'list';

export interface State {
  /** Empty if none was ever chosen. */
  calendars: string[];
  view: View;
  /** A date in the view, YYYY-MM-DD; empty for today. */
  date: string;
  /** The event whose details are open. */
  event: number | null;
  /** Whether the list of unanswered requests is open. */
  inbox: boolean;
  /** The zone whose times are shown beside the calendar's; empty for none. */
  zone: string;
  /** Whether single keys act. */
  keys: boolean;
}

/** Matches a window too narrow for seven columns. */
const narrow = matchMedia('(max-width: 44rem)');

const lastKey = 'jb.calendars';

/** Makes the next visit begin with these calendars, if its address names none. */
export const remember = (calendars: string[]): void => keep(lastKey, calendars);

export function readState(): State {
  const query = new URLSearchParams(location.search);
  const views: View[] = ['week', 'day', 'month', 'list'];
  const view = views.find((name) => name === query.get('view')) ?? (narrow.matches ? 'day' : 'week');
  const date = query.get('date') ?? '';
  const event = Number(query.get('event'));
  const asked = query.get('calendars')?.split(',').filter((name) => name !== '') ?? [], last = kept<string[]>(lastKey);
  return {
    calendars: [...new Set(asked.length === 0 && Array.isArray(last) ? last : asked)].slice(0, 4),
    view,
    date: /^\d{4}-\d\d-\d\d$/.test(date) && !Number.isNaN(Date.parse(date)) ? date : '',
    event: Number.isSafeInteger(event) && event > 0 ? event : null,
    inbox: query.get('inbox') === 'on',
    zone: isZone(query.get('zone') ?? '') ? query.get('zone')! : '',
    keys: query.get('keys') !== 'off',
  };
}

export function addressOf({ calendars, view, date, zone, keys, inbox, event }: State): string {
  const parts = { calendars: calendars.join(','), view, date, zone, keys: keys ? '' : 'off', inbox: inbox ? 'on' : '', event: String(event ?? '') };
  const query = new URLSearchParams(Object.entries(parts).filter(([, value]) => value !== ''));
  return '/?' + query.toString().replaceAll('%2C', ',').replaceAll('%3A', ':').replaceAll('%2F', '/');
}

export function writeState(state: State): void {
  const target = addressOf(state);
  if (target !== location.pathname + location.search) goTo(target);
}

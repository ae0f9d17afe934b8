// Lists of calendars of which an event needs some, beside those that it needs all of (rule 2.18): their fields in the form of an event, and
// their words.
import type { Event, EventRequest, OneOf } from './api';
import { called, calledAll, naming } from './calendars';
import { h } from './dom';
import { check, choice, controlOf, field, input, listOf, text, ticked, touched } from './form';
import { listed, say, whole } from './language';

type Wish = Partial<Pick<Event | EventRequest, 'calendars' | 'one_of'>>;

const candidatesOf = ({ one_of }: Wish): string[] => (one_of ?? []).flatMap(({ calendars }) => calendars);

/** The calendars of which it needs all: an event is also on those that were chosen from its lists. */
export function namedOf(wish: Wish): string[] {
  const candidates = candidatesOf(wish);
  return (wish.calendars ?? []).filter((name) => !candidates.includes(name));
}

/** All calendars that it names. The first gives the clock. */
export const allOf = (wish: Wish): string[] => [...namedOf(wish), ...candidatesOf(wish)];

/** What was chosen from the lists of an event. */
export const chosenOf = ({ one_of }: Wish): string[] => (one_of ?? []).flatMap(({ chosen }) => chosen ?? []);

// ---- the fields ----

const indexes = [0, 1, 2, 3];
const nameOf = (index: number, member: string) => `one_of_${index}_${member}`;
const weightsOf = ({ weights }: Partial<OneOf>) => (weights?.some((one) => one !== 1) ? weights : []);

function listFields(list: Partial<OneOf>, index: number, textsOf: (names: string[]) => string, changed: () => void): HTMLElement {
  const { calendars = [], count, choose, per, same } = list, name = (member: string) => nameOf(index, member);
  return h('div', { class: 'list' },
    h('div', { class: 'row' }, field(say('Some of'), input(name('calendars'), 'text', textsOf(calendars), { list: 'calendar-names' }), say('calendars of which any will do')),
      field(say('How many of them'), input(name('count'), 'number', String(count ?? 1), { min: 1, max: 100, required: true }))),
    choice(name('choose'), say('Takes'), [['first', say('the first that is open')], ['least_busy', say('whoever has the least booked')]], choose ?? 'first', changed),
    h('details', { class: 'more', open: weightsOf(list).length > 0 }, h('summary', {}, say('Shares')),
      choice(name('per'), say('Booked in the same'), [['day', say('day')], ['week', say('week')], ['month', say('month')]], per ?? 'week', () => {}),
      field(say('Weights'), input(name('weights'), 'text', weightsOf(list).join(', '), { pattern: ' *[0-9]+( *, *[0-9]+)* *' }), say('one for each: of 2, 1 the first gets twice as much'))),
    check(name('same'), say('The same in the whole series'), Boolean(same)));
}

export const oneOfFields = ({ one_of }: Wish, textsOf: (names: string[]) => string, changed: () => void): HTMLElement =>
  h('details', { class: 'more one-of' }, h('summary', {}, say('Any of several')), ...indexes.map((index) => listFields(one_of?.[index] ?? {}, index, textsOf, changed)));

/** The fields that name calendars: those that it needs, and the candidates of each list. */
export const calendarFields = (form: HTMLFormElement) => ['calendars', ...indexes.map((index) => nameOf(index, 'calendars'))].map((name) => controlOf(form, name));

/** All calendars in the form, as they are typed. The first gives the clock. */
export const calendarsIn = (form: HTMLFormElement): string[] => calendarFields(form).flatMap(({ value }) => listOf(value));

/** Shows the lists that are filled in and one more. With a list, the event need not name a calendar. */
export function showLists(form: HTMLFormElement): void {
  const room = form.querySelector<HTMLDetailsElement>('.one-of')!, [needed, ...candidates] = calendarFields(form), filled = candidates.map(({ value }) => value.trim() !== '');
  for (const [index, list] of [...room.querySelectorAll<HTMLElement>('.list')].entries()) {
    list.hidden = index > 0 && !filled[index] && !filled[index - 1];
    for (const part of [...list.querySelectorAll<HTMLElement>(':scope > :not(.row)')]) part.hidden = !filled[index];
    list.querySelector('details')!.hidden ||= text(form, nameOf(index, 'choose')) === 'first';
  }
  needed!.required = !filled.includes(true);
  room.open ||= filled.includes(true);
}

export const areListsTouched = (form: HTMLFormElement): boolean => touched(form.querySelector<HTMLElement>('.one-of')!);

/** The lists in the form, or null for none. `meant` returns the names of typed calendars. */
export function listsIn(form: HTMLFormElement, meant: (texts: string[]) => string[]): OneOf[] | null {
  const lists = indexes.map((index) => {
    const of = (member: string) => text(form, nameOf(index, member)), weights = of('choose') === 'first' ? [] : listOf(of('weights')).map(Number);
    return {
      calendars: meant(listOf(of('calendars'))), count: Number(of('count')), choose: of('choose'), per: of('per'), weights: weights.length > 0 ? weights : null,
      same: ticked(form, nameOf(index, 'same')),
    } as OneOf;
  }).filter(({ calendars }) => calendars.length > 0);
  return lists.length > 0 ? lists : null;
}

// ---- the words ----

/** "2 of Anna, Ben and Carl". */
export const someText = ({ calendars, count }: OneOf): string => say('{count} of {names}', { count: count ?? 1, names: listed(calendars.map((name) => whole(called(name)))) });

function listText(list: OneOf): string {
  const weights = weightsOf(list), least = { day: say('whoever has the least booked that day'), week: say('whoever has the least booked that week'), month: say('whoever has the least booked that month') };
  const how = list.choose === 'least_busy' ? least[list.per ?? 'week'] : say('the first that is open');
  return [someText(list), how, ...(weights.length > 0 ? [say('weights {weights}', { weights: weights.join(', ') })] : []), ...(list.same ? [say('the same in the whole series')] : [])].join(', ');
}

export const listsText = (lists: OneOf[] | null | undefined): string => (lists ?? []).map(listText).join('; ');

/** "Chosen: Room 2."; empty without lists. */
export const chosenText = (names: string[] | undefined): string => (names && names.length > 0 ? say('Chosen: {names}.', { names: calledAll(names) }) : '');

/** The lists of an event, with what was chosen, by display names. */
export const listsShown = (event: Event): HTMLElement =>
  naming(allOf(event), () => [[listsText(event.one_of), chosenText(chosenOf(event))].filter((part) => part).join('. ')]);

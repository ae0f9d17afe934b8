// What people call a calendar: its display name, with its colour beside it, or its name.
import type { Calendar } from './api';
import { known } from './calendars';
import { spot } from './colors';
import { h } from './dom';

/** What the calendar of this name is called, as far as the page has heard of it. */
export const called = (name: string): string => known.of(name)?.display_name ?? name;

export const calledAll = (names: string[]): string => names.map(called).join(', ');

/** The parts that show a calendar: colour and what it is called. */
export const shown = ({ name, display_name: title, color }: Pick<Calendar, 'name' | 'display_name' | 'color'>): HTMLElement[] =>
  [spot(color), h('bdi', { title: name }, title ?? name)];

/** The calendars of these names, as a text with their colours. Those of which the page has not heard are asked for. */
export function callings(names: string[]): HTMLElement {
  const element = h('span', { class: 'called' });
  const draw = () => element.replaceChildren(...names.flatMap((name, index) =>
    [...shown(known.of(name) ?? { name, display_name: null, color: null }), ...(index < names.length - 1 ? [', '] : [])]));
  draw();
  void known.learn(names).then(draw, () => {}); // a name does without
  return element;
}

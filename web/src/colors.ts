// The color of a calendar: a CSS color name, the only kind that the calendar's feed can carry (RFC 7986, 5.9). It is shown beside a
// name, never alone, and outlined, so that it can be seen on light and dark backgrounds.
import { h } from './dom';
import { field } from './form';
import { say } from './language';

/** Colors with a contrast of at least 3:1 to both the light and the dark background. */
const palette = ['crimson', 'chocolate', 'sienna', 'darkgoldenrod', 'olivedrab', 'seagreen', 'teal', 'steelblue', 'royalblue', 'slateblue', 'mediumorchid', 'mediumvioletred', 'slategray'];

/** All color names of extension/colors.def. */
declare const CSS_COLORS: string[];

/** A spot of the color, hidden from screen readers. */
export function spot(color: string | null): HTMLElement {
  const element = h('span', { class: 'spot', 'aria-hidden': 'true', hidden: color === null });
  if (color !== null) element.style.backgroundColor = color;
  return element;
}

/** A field to choose a color, with the legible ones of the palette first. */
export function colorField(chosen: string | null): HTMLElement {
  const option = (value: string, text = value) => h('option', { value, selected: value === (chosen ?? '') }, text);
  const select = h('select', { name: 'color' }, option('', say('none')),
    h('optgroup', { label: say('Seen well on light and dark') }, ...palette.map((name) => option(name))),
    h('optgroup', { label: say('All others') }, ...CSS_COLORS.filter((name) => !palette.includes(name)).map((name) => option(name))));
  const room = h('div', { class: 'colored' }, spot(chosen), select);
  select.addEventListener('change', () => room.firstElementChild!.replaceWith(spot(select.value || null)));
  return field(say('Colour'), select, say('stands beside the name, here and in calendars that follow this one'), room);
}

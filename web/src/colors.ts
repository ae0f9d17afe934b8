// The colour of a calendar: a name of CSS, since the calendar's feed can say no other (RFC 7986, 5.9). The colour stands beside a
// name and never alone, with a line around it, so that it is seen on light and on dark paper.
import { h } from './dom';
import { field } from './form';
import { say } from './language';

/** These have a contrast of 3:1 or more to the paper, be it light or dark. */
const palette = ['crimson', 'chocolate', 'sienna', 'darkgoldenrod', 'olivedrab', 'seagreen', 'teal', 'steelblue', 'royalblue', 'slateblue', 'mediumorchid', 'mediumvioletred', 'slategray'];

/** All names, of extension/colors.def. */
declare const CSS_COLORS: string[];

/** A spot of the colour, which has no words of its own. */
export function spot(color: string | null): HTMLElement {
  const element = h('span', { class: 'spot', 'aria-hidden': 'true', hidden: color === null });
  if (color !== null) element.style.backgroundColor = color;
  return element;
}

/** A field in which a colour is chosen: one that is read well everywhere, or any. */
export function colorField(chosen: string | null): HTMLElement {
  const option = (value: string, text = value) => h('option', { value, selected: value === (chosen ?? '') }, text);
  const select = h('select', { name: 'color' }, option('', say('none')),
    h('optgroup', { label: say('Seen well on light and dark') }, ...palette.map((name) => option(name))),
    h('optgroup', { label: say('All others') }, ...CSS_COLORS.filter((name) => !palette.includes(name)).map((name) => option(name))));
  const room = h('div', { class: 'colored' }, spot(chosen), select);
  select.addEventListener('change', () => room.firstElementChild!.replaceWith(spot(select.value || null)));
  return field(say('Colour'), select, say('stands beside the name, here and in calendars that follow this one'), room);
}

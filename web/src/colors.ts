// The colour of a calendar: a name of CSS, since the calendar's feed can say no other (RFC 7986, 5.9). The colour stands beside a
// name and never alone, with a line around it, so that it is seen on light and on dark paper.
import { h } from './dom';
import { field } from './form';
import { say } from './language';

/** These have a contrast of 3:1 or more to the paper, be it light or dark. */
const palette = ['crimson', 'chocolate', 'sienna', 'darkgoldenrod', 'olivedrab', 'seagreen', 'teal', 'steelblue', 'royalblue', 'slateblue', 'mediumorchid', 'mediumvioletred', 'slategray'];

/** All names (Color Module Level 3, 4.3). */
const all = ('aliceblue antiquewhite aqua aquamarine azure beige bisque black blanchedalmond blue blueviolet brown burlywood cadetblue chartreuse chocolate coral cornflowerblue cornsilk crimson cyan darkblue darkcyan darkgoldenrod darkgray darkgreen darkgrey darkkhaki darkmagenta darkolivegreen darkorange darkorchid darkred darksalmon darkseagreen darkslateblue darkslategray darkslategrey darkturquoise darkviolet deeppink deepskyblue dimgray dimgrey dodgerblue firebrick floralwhite forestgreen fuchsia gainsboro ghostwhite gold goldenrod gray green greenyellow grey honeydew hotpink indianred indigo ivory khaki lavender lavenderblush lawngreen lemonchiffon lightblue lightcoral lightcyan lightgoldenrodyellow lightgray lightgreen lightgrey lightpink lightsalmon lightseagreen lightskyblue lightslategray lightslategrey lightsteelblue lightyellow lime limegreen linen magenta maroon mediumaquamarine mediumblue mediumorchid mediumpurple mediumseagreen mediumslateblue mediumspringgreen mediumturquoise mediumvioletred midnightblue mintcream mistyrose moccasin navajowhite navy oldlace olive olivedrab orange orangered orchid palegoldenrod palegreen paleturquoise palevioletred papayawhip peachpuff peru pink plum powderblue purple red rosybrown royalblue saddlebrown salmon sandybrown seagreen seashell sienna silver skyblue slateblue slategray slategrey snow springgreen steelblue tan teal thistle tomato turquoise violet wheat white whitesmoke yellow yellowgreen').split(' ');

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
    h('optgroup', { label: say('All others') }, ...all.filter((name) => !palette.includes(name)).map((name) => option(name))));
  const element = field(say('Colour'), select, say('stands beside the name, here and in calendars that follow this one'));
  const room = h('div', { class: 'colored' });
  const show = () => room.replaceChildren(spot(select.value || null), select);
  select.replaceWith(room);
  select.addEventListener('change', () => room.firstElementChild!.replaceWith(spot(select.value || null)));
  show();
  return element;
}

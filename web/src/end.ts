// The end of a fixed event, beside its start and its length: who fills in one of the last two sees the other one follow. The
// request has the length alone.
import { field, input } from './form';
import { say } from './language';
import { lengthOf, written } from './length';
import { addDays, dayText, instantOf, shortTime, wallOf } from './zone';

export function endField(): HTMLElement {
  return field(say('End'), input('end', 'time', '', { step: 'any' }), ' ');
}

const seconds = (time: string) => (time.length === 5 ? `${time}:00` : time);

/** Keeps end and length together, in the zone that `zone` tells. Result: the function that reads the end anew. */
export function joinEnd(form: HTMLFormElement, zone: () => string): () => void {
  const [date, start, end, length] = ['date', 'start', 'end', 'duration'].map((name) => form.elements.namedItem(name) as HTMLInputElement) as
    [HTMLInputElement, HTMLInputElement, HTMLInputElement, HTMLInputElement];
  const told = form.querySelector('#end-field-hint')!;
  const from = () => (date.value && start.value ? instantOf(`${date.value}T${seconds(start.value)}`, zone()) : null);
  const tell = (wall: string) => { told.textContent = wall.slice(0, 10) === date.value ? '' : say('on {day}', { day: dayText(wall) }); };
  const follow = () => {
    const began = from(), long = lengthOf(length.value);
    if (began === null || Number.isNaN(began) || long === null) return;
    const wall = wallOf(began + long * 1000, zone());
    end.value = shortTime(wall.slice(11));
    end.defaultValue = end.value; // the length says whether anything was changed
    tell(wall);
  };
  // An end that is not later than the start is one of the next day.
  const lead = () => {
    const began = from();
    if (began === null || !end.value) return;
    const on = (day: string) => instantOf(`${day}T${seconds(end.value)}`, zone());
    const day = on(date.value) > began ? date.value : addDays(date.value, 1);
    length.value = written((on(day) - began) / 1000);
    length.dispatchEvent(new Event('input', { bubbles: true }));
  };
  for (const one of [date, start, length]) one.addEventListener('input', follow);
  end.addEventListener('input', lead);
  return follow;
}

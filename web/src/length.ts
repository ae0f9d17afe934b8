// A length as people write it. What fits no form here is refused at its field: a part of it would be another length.
import { field, input } from './form';
import { say } from './language';
import { lengthText } from './words';

const most = 366 * 86_400;
// In each of the page's languages, as lengthText writes them too.
const hours = '(?:h(?:ours?|eures?)?|std\\.?|stunden?|час(?:а|ов)?|ч\\.?)', minutes = '(?:m(?:in(?:ut(?:es?|en))?)?\\.?|мин(?:ут[аы]?)?\\.?)';

/** Each form with what its parts count, in seconds. */
const forms: [RegExp, ...number[]][] = [
  [RegExp(`^(\\d+) ?(?:${minutes})?$`, 'i'), 60], // 90, 90 min
  [RegExp(`^(\\d+(?:[.,]\\d+)?) ?${hours}$`, 'i'), 3600], // 2 h, 1.5 h, 1,5 hours
  [RegExp(`^(\\d+) ?${hours} ?([0-5]\\d)$`, 'i'), 3600, 60], // 1h30
  [RegExp(`^(\\d+) ?${hours} ?([0-5]?\\d) ?${minutes}$`, 'i'), 3600, 60], // 1 h 5 min
  [/^(\d+):([0-5]\d)$/, 3600, 60], // 1:30
  [/^PT(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$/i, 3600, 60, 1], // ISO 8601, 4.4.3.2: PT1H30M
];

/** The length in seconds; null where the text is no length, or a length that no event may have. */
export function lengthOf(written: string): number | null {
  const text = written.trim().replace(/\s+/g, ' ');
  for (const [form, ...units] of forms) {
    const parts = form.exec(text)?.slice(1);
    if (!parts) continue;
    const seconds = Math.round(parts.reduce((sum, part, index) => sum + Number((part ?? '0').replace(',', '.')) * units[index]!, 0));
    return seconds > 0 && seconds <= most ? seconds : null;
  }
  return null;
}

/** So that lengthOf reads it: in minutes, where they are whole. */
export const written = (seconds: number) => (seconds % 60 === 0 ? String(seconds / 60) : `PT${Math.floor(seconds / 60)}M${seconds % 60}S`);

/** A field for a length, which tells below what it reads. */
export function lengthField(label: string, name: string, seconds: number | null, hint: string, required: boolean): HTMLElement {
  const control = input(name, 'text', seconds === null ? '' : written(seconds), { required });
  const element = field(label, control, hint), told = element.querySelector('small')!;
  const read = () => {
    const { value } = control, length = lengthOf(value), wrong = value.trim() !== '' && length === null;
    control.setCustomValidity(wrong ? say('“{value}” is no length: write 90, 90 min, 1h30, 1:30, 1.5 h or PT1H30M, at most 366 days.', { value }) : '');
    control.setAttribute('aria-invalid', String(wrong));
    told.textContent = wrong ? control.validationMessage : length === null ? hint : lengthText(length);
  };
  control.addEventListener('input', read);
  read();
  return element;
}

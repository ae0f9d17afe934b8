// Translates the server's messages about a field into the reader's language. The server writes English, and a sentence not listed here is
// shown as it is. The list has those that the page can cause; the others are about malformed requests of programs.
import { english, say } from './language';
import { dayText } from './zone';

type Words = (...parts: string[]) => string;

const sentences: [told: RegExp, words: Words][] = [
  [/^(?:it must not be empty|it must have a character that is seen|it is required)$/, () => say('it must not be empty')],
  [/^it must (?:be|have) (\d+) to (\d+) characters(?: long)?(?:, and not blanks alone)?$/, (least, most) => say('it must have {least} to {most} characters', { least: least!, most: most! })],
  [/^it must be at most (\d+) characters long$/, (most) => say('it must have at most {most} characters', { most: most! })],
  [/^it must have no control characters$/, () => say('it must have no control characters')],
  [/^it must have no control characters and none that are invisible$/, () => say('it must have no control characters and none that are invisible')],
  [/^it must have no control characters but line breaks and tabs/, () => say('it must have no control characters but line breaks')],
  [/^(?:there must be at most|the event's max_attendees is) (\d+)$/, (most) => say('there must be at most {most}', { most: most! })],
  [/^it is named twice$/, () => say('it is named twice')],
  [/^it must be from 1 to the number of candidates$/, () => say('no more are needed than there are candidates')],
  [/^there must be (\d+) to (\d+)$/, (least, most) => say('there must be {least} to {most}', { least: least!, most: most! })],
  [/^there must be one for each candidate$/, () => say('there must be one weight for each candidate')],
  [/^calendars names it, too$/, () => say('one of them is among the calendars, too')],
  [/^it goes with a series$/, () => say('only a series can have the same')],
  [/^it is in another zone than the first, /, () => say('name a calendar that gives the time zone: those of the first list are in several')],
  [/^an event with one_of does not pre-empt$/, () => say('nothing gives way to an event with any of several')],
  [/^it must be from (.+) to (.+)$/, (least, most) => say('it must be from {least} to {most}', { least: least!, most: most! })],
  [/^it must be at least 1$/, () => say('it must be at least 1')],
  [/^it must not be negative$/, () => say('it must not be negative')],
  [/^there is no such calendar$/, () => say('there is no such calendar')],
  [/^a calendar's name is /, () => say('a calendar’s name has letters of English, digits and . _ : @ + -, at most 200 in all')],
  [/^there is no such time zone/, () => say('there is no such time zone')],
  [/^it must lie in the years 0001 to 9999$/, () => say('it must lie in the years 1 to 9999')],
  [/^its end must be after its start$/, () => say('its end must be after its start')],
  [/^it must be after (?:not_before|start|from|daily_from)$/, () => say('it must be after the begin')],
  [/^it must not be the same time as from$/, () => say('it must not be the same time as the begin')],
  [/^there is no such day$/, () => say('there is no such day')],
  [/^the event lasts longer, /, () => say('the event lasts longer')],
  [/^a window narrows automatic events only$/, () => say('only an event for which a slot is to be found can have it')],
  [/^the frame must be at most 366 days long$/, () => say('it must be at most 366 days long')],
  [/^it must lie in the frame of the poll, /, () => say('it must lie in the frame of the poll')],
  [/^who was not invited leaves at most (\d+) intervals$/, (most) => say('without an invitation you can mark at most {most} separate times', { most: most! })],
  [/^the poll has one of this name$/, () => say('somebody has this name already')],
  [/^it must be a mail address, or a telephone number/, () => say('it must be a mail address or a telephone number')],
  [/^.*the start \S+ is none of its occurrences: the first one after it is (\d{4}-\d\d-\d\d)\S*$/s, (day) => say('the rule does not name the first day; the next one that it names is {day}', { day: dayText(day!) })],
  [/^.*a series holds at most (\d+) occurrences$/s, (most) => say('a series has at most {most} occurrences', { most: most! })],
];

/** The server's message about a field, translated if it is in the list. */
export function faultText(told: string): string {
  for (const [pattern, words] of sentences) {
    const found = pattern.exec(told);
    if (found) return words(...found.slice(1));
  }
  return english(told);
}

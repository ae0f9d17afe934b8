// The language of the page. The code has its texts in English. A message file has their translations into another language (web/messages),
// and the build embeds the file of a page's language in the page.
import { h } from './dom';

type Forms = Partial<Record<Intl.LDMLPluralRule, string>>;

const written = document.getElementById('messages')?.textContent;
const messages: Record<string, string | Forms> = written ? JSON.parse(written) : {};

/** The language of the page's texts, as a BCP 47 tag: "de". */
export const language = document.documentElement.lang || 'en';

/** The locale for dates and times: the browser's own, if it is of the page's language ("en-US"). */
export const locale = navigator.languages.find((one) => one.split('-')[0] === language) ?? (language === 'en' ? 'en-GB' : language);

const plural = new Intl.PluralRules(language);

function formOf(text: string, n: unknown): string {
  const found = messages[text] ?? text;
  return typeof found === 'string' ? found : found[plural.select(Number(n))] ?? found.other ?? text;
}

/** Isolates a text with right-to-left characters (UAX #9, 2.7), so that it does not reorder the text beside it. */
const isolated = (text: string) => (/[\u0590-\u08ff\u200f\u202b\u202e\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u.test(text) ? `\u2068${text}\u2069` : text);

/**
 * A text in the page's language: `say('Move {name}?', { name })`. Its key is the English text. The plural forms of a text with a count are
 * in the message file, by the CLDR category of `n`, in English too: `say('{n} minutes', { n: 1 })` is "1 minute".
 */
export function say(text: string, facts: Record<string, string | number> = {}): string {
  return formOf(text, facts['n']).replace(/\{(\w+)\}/g, (place, name: string) => isolated(String(facts[name] ?? place)));
}

/** A text with elements for some of its placeholders, as parts in the order of the page's language. */
export function sayAround(text: string, facts: Record<string, string | number | Node>): (string | Node)[] {
  return formOf(text, facts['n']).split(/(?=\{\w+\})|(?<=\{\w+\})/).map((part) => {
    const fact = /^\{\w+\}$/.test(part) ? facts[part.slice(1, -1)] : part;
    return fact instanceof Node ? fact : String(fact ?? part);
  });
}

/** A text of the server, always English, between isolates (UAX #9, 2.4.2) if the page is in another language. h() marks it by them. */
export const english = (text: string) => (language === 'en' ? text : `\u2066${text}\u2069`);

/** Quotes a name that contains a comma, which in a list would read as several names. */
export const whole = (name: string) => (name.includes(',') ? `“${name}”` : name);

const lists = new Intl.ListFormat(language === 'en' ? 'en-GB' : locale, { type: 'conjunction' });

/** "ceo, anna and room:a". */
export const listed = (items: string[]) => lists.format(items.map(isolated));

/** Joins texts that differ in author, and perhaps in direction, into one line. */
export const joined = (texts: string[], by: string) => texts.map(isolated).join(by);

// ---- the choice of the language: a cookie by which nginx selects the file of a page (nginx/site.conf.in), so the next page arrives in it ----

const names: [language: string, name: string][] = [['en', 'English'], ['de', 'Deutsch'], ['fr', 'Français'], ['ru', 'Русский']];
const year = 365 * 86_400;

export function languageChoice(): HTMLElement {
  const select: HTMLSelectElement = h('select', {
    change: () => {
      const stays = document.querySelector('[data-once] li') && !confirm(say('The links on this page are shown only once, and would be gone. Change the language all the same?'));
      if (stays) {
        select.value = language;
        return;
      }
      document.cookie = `jb_language=${select.value}; Path=/; Max-Age=${year}; SameSite=Lax; Secure`;
      location.reload();
    },
  }, ...names.map(([value, name]) => h('option', { value, lang: value, selected: value === language }, name)));
  return h('label', { class: 'language' }, say('Language'), ' ', select);
}

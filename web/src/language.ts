// The language of the page. Its texts stand in the code in English; a message file has them in another language (web/messages),
// and the build writes the file of a page's language into the page.

type Forms = Partial<Record<Intl.LDMLPluralRule, string>>;

const written = document.getElementById('messages')?.textContent;
const messages: Record<string, string | Forms> = written ? JSON.parse(written) : {};

/** The language of the page's texts, as BCP 47 tells it: "de". */
export const language = document.documentElement.lang || 'en';

/** How dates and times are written: as the browser's own locale does, if it is of the page's language ("en-US"). */
export const locale = navigator.languages.find((one) => one.split('-')[0] === language) ?? (language === 'en' ? 'en-GB' : language);

const plural = new Intl.PluralRules(language);

function formOf(text: string, n: unknown): string {
  const found = messages[text] ?? text;
  return typeof found === 'string' ? found : found[plural.select(Number(n))] ?? found.other ?? text;
}

/** A name in a right-to-left script keeps its direction to itself (UAX #9, 2.7), and neither moves nor turns what stands beside it. */
const isolated = (text: string) => (/[\u0590-\u08ff\u200f\u202b\u202e\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u.test(text) ? `\u2068${text}\u2069` : text);

/**
 * A text in the page's language: `say('Move {name}?', { name })`. Its key is the English text. A text that counts has its plural
 * forms in the message file, by the category of `n` (CLDR), in English too: `say('{n} minutes', { n: 1 })` is "1 minute".
 */
export function say(text: string, facts: Record<string, string | number> = {}): string {
  return formOf(text, facts['n']).replace(/\{(\w+)\}/g, (place, name: string) => isolated(String(facts[name] ?? place)));
}

/** A text with elements in some of its places: its parts, in the order of the page's language. */
export function sayAround(text: string, facts: Record<string, string | number | Node>): (string | Node)[] {
  return formOf(text, facts['n']).split(/(?=\{\w+\})|(?<=\{\w+\})/).map((part) => {
    const fact = /^\{\w+\}$/.test(part) ? facts[part.slice(1, -1)] : part;
    return fact instanceof Node ? fact : String(fact ?? part);
  });
}

/** What the server says by itself, which is English in every language of the page: between isolates (UAX #9, 2.4.2), for h() to mark. */
export const english = (text: string) => (language === 'en' ? text : `\u2066${text}\u2069`);

/** A name that holds a comma, which beside others would be taken for several. */
export const whole = (name: string) => (name.includes(',') ? `“${name}”` : name);

const lists = new Intl.ListFormat(language === 'en' ? 'en-GB' : locale, { type: 'conjunction' });

/** "ceo, anna and room:a". */
export const listed = (items: string[]) => lists.format(items.map(isolated));

/** Texts of different people in one line. */
export const joined = (texts: string[], by: string) => texts.map(isolated).join(by);

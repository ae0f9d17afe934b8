// The texts of the pages in their languages. A text stands in the code in English, as the literal that say() is given, or as @{…} in a
// page; messages/LANGUAGE.json has it in another language, and where it counts also in English, by plural category (CLDR).
// node messages.mjs says what is missing, left over or does not fit.
import fs from 'node:fs';
import path from 'node:path';

const here = path.dirname(new URL(import.meta.url).pathname);
export const languages = ['en', 'de', 'fr', 'ru'];
export const messagesOf = (language) => JSON.parse(fs.readFileSync(path.join(here, `messages/${language}.json`), 'utf8'));

const unescaped = (literal) => literal.replace(/\\(.)/g, (_, letter) => (letter === 'n' ? '\n' : letter));

/** The texts that a source has. */
export function keysOf(file) {
  const source = fs.readFileSync(file, 'utf8');
  if (file.endsWith('.html')) return [...source.matchAll(/@\{([^}]*)\}/g)].map(([, text]) => text.replace(/\s+/g, ' '));
  return [...source.matchAll(/\b(?:say|sayAround)\('((?:[^'\\]|\\.)*)'/g)].map(([, literal]) => unescaped(literal));
}

function sources() {
  return fs.readdirSync(path.join(here, 'src')).filter((name) => /\.(ts|html)$/.test(name)).map((name) => path.join(here, 'src', name));
}

const places = (text) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort().join();

/** Texts of buttons that undo each other. */
const opposites = [['Undo', 'Cancel it'], ['Undo', 'Cancel event']];

function* faults() {
  const used = new Set();
  for (const file of sources()) {
    for (const key of keysOf(file)) used.add(key);
    if (file.endsWith('language.ts')) continue;
    const source = fs.readFileSync(file, 'utf8');
    for (const [call] of source.matchAll(/\b(?:say|sayAround)\((?!').{0,40}/g)) yield `${path.basename(file)}: ${call}: the text is no literal, so nobody can translate it`;
  }
  for (const language of languages) {
    const messages = messagesOf(language), categories = new Intl.PluralRules(language).resolvedOptions().pluralCategories.filter((one) => one !== 'many' || language === 'ru');
    for (const key of used) {
      const message = messages[key], counts = key.includes('{n}') || key in messagesOf('en');
      if (message === undefined && (language !== 'en' || counts)) yield `${language}: “${key}” is missing`;
      else if (counts && typeof message === 'string') yield `${language}: “${key}” counts, and has no plural forms`;
    }
    for (const [one, other] of opposites) if (language !== 'en' && messages[one] === messages[other]) yield `${language}: “${one}” and “${other}” are the same words`;
    // Russian has a small letter for those who are addressed, but in a letter to one of them.
    for (const text of language === 'ru' ? Object.values(messages).flatMap((one) => Object.values(Object(one) === one ? one : { one })) : [])
      if (/[^.!?\s(«]\s[«(]?В(ы|ас|ам|ами|аш[а-я]*)(?![а-я])/u.test(text)) yield `ru: “${text}” addresses people with a capital letter`;
    // Who says aloud what stands on a button is heard by its longer name (WCAG 2.5.3).
    for (const key of used) {
      const [, label] = /^([A-Z][^{}]*?)(?: for| of)? \{\w+\}$/.exec(key) ?? [], [long, short] = [messages[key], messages[label]];
      if (/ of \{/.test(key) && !label?.includes(' ')) continue; // a title
      if (typeof long === 'string' && typeof short === 'string' && !long.toLowerCase().includes(short.toLowerCase())) yield `${language}: “${long}” does not hold “${short}”, as “${key}” does`;
    }
    for (const [key, message] of Object.entries(messages)) {
      if (!used.has(key)) yield `${language}: “${key}” is used nowhere`;
      if (typeof message === 'string') {
        if (places(message) !== places(key)) yield `${language}: “${key}” has other places than “${message}”`;
        continue;
      }
      for (const category of categories) if (!message[category]) yield `${language}: “${key}” has no form “${category}”`;
      for (const form of Object.values(message)) // “one” may say its number in words
        if (places(form) !== places(key) && places(`${form}{n}`) !== places(key)) yield `${language}: “${key}” has other places than “${form}”`;
    }
  }
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const found = [...faults()];
  for (const fault of found) console.error(`web/messages: ${fault}`);
  process.exitCode = found.length > 0 ? 1 : 0;
}

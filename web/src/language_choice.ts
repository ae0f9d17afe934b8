// The choice of the page's language. It is stored in a cookie by which nginx selects the file of a page (nginx/site.conf.in), so the next
// page arrives in that language.
import { h } from './dom';
import { language, say } from './language';

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

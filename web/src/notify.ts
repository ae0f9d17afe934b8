// Notifications of the browser, for a reader who has asked for them: while the page is hidden they tell that something could not be
// placed, or that somebody asks for an appointment, with no more than the event's name, since others may see the screen. The wish
// is kept in this browser alone.
import { h } from './dom';
import { keep, kept } from './kept';
import { say } from './language';

const key = 'jb.notify';

let on = 'Notification' in globalThis && Notification.permission === 'granted' && kept(key) === true;

/** Whether the reader is to hear of news while the page is hidden. */
export const notifies = (): boolean => on;

/** Shows a notification while nobody looks at the page; a press on it shows the page and calls `open`. */
export function notify(title: string, body: string, tag: string, open: () => void): void {
  if (!on || !document.hidden) return;
  try {
    const shown = new Notification(title, { body, tag, icon: '/web/icon.svg' });
    shown.addEventListener('click', () => {
      shown.close();
      window.focus();
      open();
    });
  } catch { /* some telephones show notifications of installed pages only */ }
}

/** The button that asks the browser for leave, and takes the wish back; nothing in a browser that has no notifications. */
export function notifyButton(): HTMLElement | null {
  if (!('Notification' in globalThis)) return null;
  const told = h('p', { class: 'none', role: 'status' });
  const button = h('button', { click: () => void press() }, say('Notify me'));
  const show = () => button.setAttribute('aria-pressed', String(on));
  const press = async () => {
    if (!on && (await Notification.requestPermission()) !== 'granted') {
      told.textContent = say('This browser does not let the page notify you. Its settings for this page can.');
      return;
    }
    on = !on;
    keep(key, on);
    told.textContent = on ? say('While you look at something else, this browser tells you what could not be placed and who asks for an appointment.') : '';
    show();
  };
  show();
  return h('div', { class: 'notify' }, button, told);
}

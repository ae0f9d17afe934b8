// Browser notifications, for a reader who has opted in. While the page is hidden, they announce rejections and requests for appointments.
// They show no more than the event's name, because others may see the screen. The choice is stored in this browser only.
import { h } from './dom';
import { keep, kept } from './kept';
import { say } from './language';

const key = 'jb.notify';

let on = 'Notification' in globalThis && Notification.permission === 'granted' && kept(key) === true;

/** Whether the reader wants notifications while the page is hidden. */
export const notifies = (): boolean => on;

/** Shows a notification if the page is hidden. A click on it shows the page and calls `open`. */
export function notify(title: string, body: string, tag: string, open: () => void): void {
  if (!on || !document.hidden) return;
  try {
    const shown = new Notification(title, { body, tag, icon: '/web/icon.svg' });
    shown.addEventListener('click', () => {
      shown.close();
      window.focus();
      open();
    });
  } catch { /* some phones show notifications only for installed pages */ }
}

/** The button that asks the browser for permission, and opts out again. Null in a browser without notifications. */
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

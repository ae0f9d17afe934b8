// The client of an appointment and the contact that the client left. Both are shown with the appointment to every reader who may read it.
import type { Event, EventRequest } from './api';
import { h } from './dom';

type Known = Partial<Pick<Event | EventRequest, 'calendars' | 'metadata'>>;

export const isAppointment = ({ calendars }: Known): boolean => calendars?.[0]?.startsWith('provider:') === true;

const left = (of: Known, name: string): string => {
  const value = isAppointment(of) ? of.metadata?.[name] : null;
  return typeof value === 'string' ? value : '';
};

/** A mail address or a telephone number; empty if none was left. */
export const contactOf = (of: Known): string => left(of, 'contact');

/** The provider's reply; empty if there is none. */
export const replyOf = (of: Known): string => left(of, 'reply');

/** The contact as a mailto: or tel: link. */
export function contactLink(contact: string): HTMLElement {
  if (!contact.includes('@') && /\p{L}/u.test(contact)) return h('span', { class: 'contact', dir: 'auto' }, contact); // neither address nor number
  const href = contact.includes('@') ? `mailto:${encodeURIComponent(contact).replace('%40', '@')}` : `tel:${contact.replace(/[^\d+]/g, '')}`;
  return h('a', { class: 'contact', dir: 'auto', href }, contact);
}

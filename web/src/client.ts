// Whose an appointment is, and how to reach that person: what the client left stands wherever an appointment is shown, for whoever
// may read it.
import type { Event, EventRequest } from './api';
import { h } from './dom';

type Known = Partial<Pick<Event | EventRequest, 'calendars' | 'metadata'>>;

export const isAppointment = ({ calendars }: Known): boolean => calendars?.[0]?.startsWith('provider:') === true;

const left = (of: Known, name: string): string => {
  const value = isAppointment(of) ? of.metadata?.[name] : null;
  return typeof value === 'string' ? value : '';
};

/** A mail address or a telephone number; empty where none was left. */
export const contactOf = (of: Known): string => left(of, 'contact');

/** What the provider has answered; empty where nothing was said. */
export const replyOf = (of: Known): string => left(of, 'reply');

/** The contact, to write or to call. */
export function contactLink(contact: string): HTMLElement {
  const href = contact.includes('@') ? `mailto:${encodeURIComponent(contact).replace('%40', '@')}` : `tel:${contact.replace(/[^\d+]/g, '')}`;
  return h('a', { class: 'contact', dir: 'auto', href }, contact);
}

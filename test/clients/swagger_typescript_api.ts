import { Api, type EventRequest } from '../../build/clients/swagger-typescript-api/api';
import { baseUrl } from './fetch';
import { wish, type Told } from './told';

export async function book(): Promise<Told> {
  const { events } = new Api({ baseUrl });
  const body: EventRequest = wish;
  // @ts-expect-error a field that the API does not know
  const wrong: EventRequest = { event_name: 'Wrong', begins: '09:00' };
  // @ts-expect-error attendees are texts
  const untrue: EventRequest = { event_name: 'Untrue', attendees: [1] };
  const { data: tried } = await events.createEvent({ ...body, dry_run: true });
  const { data: booked } = await events.createEvent(body);
  if (!('outcome' in tried) || 'outcome' in booked) throw new Error('not told apart');
  const { data: read } = await events.getEvent(booked.id);
  const { data: cancelled } = await events.cancelEvent(read.id, {}, { dry_run: true });
  if (!('outcome' in cancelled)) throw new Error('not told apart');
  return { tried: tried.outcome, booked: read.id, metadata: read.metadata, cancelled: cancelled.outcome };
}

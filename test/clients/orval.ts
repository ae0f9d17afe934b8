import { cancelEvent, createEvent, getEvent, type EventRequest } from '../../build/clients/orval/api';
import './fetch';
import { wish, type Told } from './told';

export async function book(): Promise<Told> {
  const body: EventRequest = wish;
  // @ts-expect-error a field that the API does not know
  const wrong: EventRequest = { event_name: 'Wrong', begins: '09:00' };
  // @ts-expect-error attendees are texts
  const untrue: EventRequest = { event_name: 'Untrue', attendees: [1] };
  const tried = await createEvent({ ...body, dry_run: true });
  const booked = await createEvent(body);
  if (tried.status !== 200 || !('outcome' in tried.data) || booked.status !== 201) throw new Error('not told apart');
  const { id } = booked.data;
  const read = await getEvent(id);
  const cancelled = await cancelEvent(id, { dry_run: true });
  if (read.status !== 200 || cancelled.status !== 200 || !('outcome' in cancelled.data)) throw new Error('not told apart');
  return { tried: tried.data.outcome, booked: read.data.id, metadata: read.data.metadata, cancelled: cancelled.data.outcome };
}

import { cancelEvent, createEvent, getEvent } from '../../build/clients/hey-api';
import { client } from '../../build/clients/hey-api/client.gen';
import type { EventRequest } from '../../build/clients/hey-api';
import { baseUrl } from './fetch';
import { wish, type Told } from './told';

export async function book(): Promise<Told> {
  client.setConfig({ baseUrl });
  const body: EventRequest = wish;
  // @ts-expect-error a field that the API does not know
  const wrong: EventRequest = { event_name: 'Wrong', begins: '09:00' };
  // @ts-expect-error attendees are texts
  const untrue: EventRequest = { event_name: 'Untrue', attendees: [1] };
  const tried = await createEvent({ body: { ...body, dry_run: true } });
  const booked = await createEvent({ body });
  if (!tried.data || !('outcome' in tried.data) || !booked.data || 'outcome' in booked.data) throw new Error('not told apart');
  const path = { id: booked.data.id };
  const read = await getEvent({ path });
  const cancelled = await cancelEvent({ path, body: { dry_run: true } });
  if (!read.data || !cancelled.data || !('outcome' in cancelled.data)) throw new Error('not told apart');
  return { tried: tried.data.outcome, booked: read.data.id, metadata: read.data.metadata, cancelled: cancelled.data.outcome };
}

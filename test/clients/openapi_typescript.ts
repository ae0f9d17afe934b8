import createClient from 'openapi-fetch';
import type { components, paths } from '../../build/clients/openapi-typescript/api';
import { baseUrl } from './fetch';
import { wish, type Told } from './told';

export async function book(): Promise<Told> {
  const client = createClient<paths>({ baseUrl });
  const body: components['schemas']['EventRequest'] = wish;
  // @ts-expect-error a field that the API does not know
  const wrong: components['schemas']['EventRequest'] = { event_name: 'Wrong', begins: '09:00' };
  // @ts-expect-error attendees are texts
  const untrue: components['schemas']['EventRequest'] = { event_name: 'Untrue', attendees: [1] };
  const tried = await client.POST('/events', { body: { ...body, dry_run: true } });
  const booked = await client.POST('/events', { body });
  if (!tried.data || !('outcome' in tried.data) || !booked.data || 'outcome' in booked.data) throw new Error('not told apart');
  const params = { path: { id: booked.data.id } };
  const read = await client.GET('/events/{id}', { params });
  const cancelled = await client.POST('/events/{id}/cancel', { params, body: { dry_run: true } });
  if (!read.data || !cancelled.data || !('outcome' in cancelled.data)) throw new Error('not told apart');
  return { tried: tried.data.outcome, booked: read.data.id, metadata: read.data.metadata, cancelled: cancelled.data.outcome };
}

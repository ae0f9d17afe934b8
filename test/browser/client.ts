// A client as a user writes it, with types generated from /openapi.json. Half of the test is that this file compiles.
import createClient from 'openapi-fetch';
import type { components, paths } from '../../web/generated/api';

type Fetch = (request: Request) => Promise<Response>;

/** Books an event, reads it, moves it, meets a refusal, and cancels. Result: the answers, in order. */
export async function bookAndCancel(baseUrl: string, fetch: Fetch, calendar: string) {
  const client = createClient<paths>({ baseUrl, fetch });
  const request: components['schemas']['EventRequest'] = {
    event_name: 'Generated', date: '2027-03-03', start_time: '09:00', duration: 3600, calendars: [calendar],
  };
  // @ts-expect-error a field that the API does not know
  const wrong: components['schemas']['EventRequest'] = { event_name: 'Wrong', begins: '09:00' };

  const booked = await client.POST('/events', { body: request, params: { header: { 'Idempotency-Key': `generated on ${calendar}` } } });
  if (!booked.data || !('version' in booked.data) || !('id' in booked.data)) throw new Error(JSON.stringify(booked.error));
  const path = { id: booked.data.id };
  const moved = await client.PATCH('/events/{id}', { params: { path, header: { 'If-Match': `"${booked.data.version}"` } }, body: { start_time: '10:00' } });
  const read = await client.GET('/events/{id}', { params: { path } });
  const refused = await client.POST('/events', { body: { ...request, start_time: '10:30' } });
  const cancelled = await client.POST('/events/{id}/cancel', { params: { path } });
  const invalid = await client.POST('/events', { body: wrong });
  return {
    booked: booked.response.status, moved: moved.response.status, start: read.data?.start_timestamp,
    refused: refused.error?.reason, alternatives: refused.error?.alternatives?.length, cancelled: cancelled.response.status,
    invalid: invalid.error?.status,
  };
}

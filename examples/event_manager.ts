/// <reference types="node" />
// SPDX-License-Identifier: PostgreSQL
// Books each request of a file exactly once, as event_manager.py does. The types are made of docs/openapi.json.
import { readFileSync } from 'node:fs';
import { Agent, request, type RequestOptions } from 'node:https';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventRequest, paths } from '../web/generated/api';

type Booking = paths['/events']['post']['responses'];
type Event = Booking[201]['content']['application/json'];
type Problem = Booking[409]['content']['application/problem+json'];
type Answer = { status: 201 | 202; body: Event } | { status: 409; body: Problem };

const { JB_URL = '', JB_CA = '', JB_CERT = '', JB_KEY = '' } = process.env;
const agent = new Agent({ keepAlive: true, ca: readFileSync(JB_CA), cert: readFileSync(JB_CERT), key: readFileSync(JB_KEY) });

/** A change: send('PATCH', `/events/${id}`, change, { 'Idempotency-Key': key, 'If-Match': `"${version}"` }) */
function send(method: string, path: string, body: unknown, headers: Record<string, string>) {
  return new Promise<{ status: number; body: string; wait: number }>((resolve, reject) => {
    const options: RequestOptions = { agent, method, headers: { 'Content-Type': 'application/json', ...headers }, timeout: 60_000 };
    const sent = request(JB_URL + path, options, answer => {
      const { statusCode: status = 0, headers: { 'retry-after': wait } } = answer;
      text(answer).then(body => resolve({ status, body, wait: Number(wait ?? 0) }), reject);
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer'))).on('error', reject).end(JSON.stringify(body));
  });
}

/** Asks ten times until there is an answer: under a key nothing is done twice. */
async function book(body: EventRequest, key: string): Promise<Answer> {
  for (let attempt = 0; attempt < 10; attempt++) {
    const answer = await send('POST', '/events', body, { 'Idempotency-Key': key }).catch(() => null); // null: whether the request was done is unknown
    if (answer && ![408, 429, 502, 503, 504].includes(answer.status)) return { status: answer.status, body: JSON.parse(answer.body) } as Answer;
    await sleep(1000 * Math.max(answer?.wait ?? 0, Math.min(30, 0.2 * 2 ** attempt) * (1 + Math.random()) / 2));
  }
  throw new Error(`${key}: no answer; start me again later`);
}

for (const line of readFileSync(process.argv[2] ?? '', 'utf8').trim().split('\n')) {
  const { key, ...wish } = JSON.parse(line) as EventRequest & { key: string };
  const { status, body } = await book(wish, key);
  console.log(`${key}: ${status}`, status === 201 ? body.start_timestamp : 'detail' in body ? body.detail : body.status);
}
agent.destroy();

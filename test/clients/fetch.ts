// fetch with a client certificate, which Node's own fetch does not accept.
import { readFileSync } from 'node:fs';
import { request as send } from 'node:https';
import { text } from 'node:stream/consumers';

const { JB_URL = '', JB_CA = '', JB_CERT = '', JB_KEY = '' } = process.env;
const files = { ca: readFileSync(JB_CA), cert: readFileSync(JB_CERT), key: readFileSync(JB_KEY) };

globalThis.fetch = async (target, init) => {
  const request = new Request(target instanceof Request ? target : new URL(target, JB_URL), init);
  const body = await request.text();
  return new Promise<Response>((resolve, reject) => {
    const options = { ...files, method: request.method, headers: Object.fromEntries(request.headers) };
    const sent = send(request.url, options, answer => {
      const headers = Object.entries(answer.headersDistinct).flatMap(([name, values = []]) => values.map((value): [string, string] => [name, value]));
      text(answer).then(content => resolve(new Response(content, { status: answer.statusCode, headers })), reject);
    });
    sent.on('error', reject).end(body);
  });
};

export const baseUrl = JB_URL;

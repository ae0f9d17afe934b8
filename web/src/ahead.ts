// Requests that are sent before anything is there to take their answers. Each answer is given once, to whoever asks for the same
// address: what is asked for later is asked of the server.

const sent = new Map<string, Promise<Response>>();
const beginnings = new Map<string, Promise<void>>();

/** Keeps until when the requests for a calendar's first view are on their way. */
export function begins(name: string, until: Promise<void>): void { beginnings.set(name, until.catch(() => {})); }

/** Waits until they are: whoever asked sooner would ask twice. */
export const begun = async (name: string): Promise<void> => beginnings.get(name);

/** Sends a request, and keeps its answer for whoever asks next. Result: a copy of the answer. */
export async function sendAhead(request: Request): Promise<Response> {
  const answer = fetch(request);
  sent.set(request.url, answer);
  return (await answer).clone();
}

/** The answer that was asked for ahead, or one that is asked for now. */
export function takeOrSend(request: Request): Promise<Response> {
  const answer = request.method === 'GET' ? sent.get(request.url) : undefined;
  sent.delete(request.url);
  return answer ?? fetch(request);
}

/** From now on nothing is kept: the page has what it began with. */
export function forgetAhead(): void {
  sent.clear();
  beginnings.clear();
}

// Requests sent before the code that needs their answers has loaded. Each answer is handed out once, to the first caller with the same
// question. Later calls ask the server.

const asked = new Map<string, Promise<unknown>>();

/** Asks now, and keeps the answer for the next caller with the same question. */
export function askAhead<Answer>(question: string, ask: () => Promise<Answer>): Promise<Answer> {
  const answer = ask();
  answer.catch(() => {}); // the caller of takeOrAsk() gets the error
  asked.set(question, answer);
  return answer;
}

/** The answer requested ahead of time, or else that of a request sent now. */
export function takeOrAsk<Answer>(question: string, ask: () => Promise<Answer>): Promise<Answer> {
  const answer = asked.get(question) as Promise<Answer> | undefined;
  asked.delete(question);
  return answer ?? ask();
}

/** Drops the remaining answers, once the page has its first view. */
export const forgetAhead = (): void => asked.clear();

// Questions that are asked before anything is there to take their answers. Each answer is given once, to whoever asks the same: what is
// asked for later is asked of the server.

const asked = new Map<string, Promise<unknown>>();

/** Asks now, and keeps the answer for whoever asks the same question next. */
export function askAhead<Answer>(question: string, ask: () => Promise<Answer>): Promise<Answer> {
  const answer = ask();
  answer.catch(() => {}); // whoever takes the answer hears of the error
  asked.set(question, answer);
  return answer;
}

/** The answer that was asked for ahead, or one that is asked for now. */
export function takeOrAsk<Answer>(question: string, ask: () => Promise<Answer>): Promise<Answer> {
  const answer = asked.get(question) as Promise<Answer> | undefined;
  asked.delete(question);
  return answer ?? ask();
}

/** From now on nothing is kept: the page has what it began with. */
export const forgetAhead = (): void => asked.clear();

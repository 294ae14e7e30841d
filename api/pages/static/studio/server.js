// Questions to the server: a newer one of the same kind takes the place of an older one; a busy server is asked again.

import { call, Problem } from '../api.js';

export { Problem };

const running = new Map();
const RETRIES = 5;

/** The answer to a question about rules; null if a newer question of that kind has been asked meanwhile. Throws Problem. */
export async function ask(question, body, kind = question) {
  running.get(kind)?.abort();
  const control = new AbortController();
  running.set(kind, control);
  try {
    return await patient(() => call('POST', `/v1/studio/${question}`, body, { signal: control.signal }), control.signal);
  } catch (error) {
    if (control.signal.aborted) return null;
    throw error;
  }
}

async function patient(send, signal) {
  for (let time = 0; ; time += 1) {
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 503 || time === RETRIES || signal.aborted) throw error;
      await new Promise((done) => { setTimeout(done, 500 * (time + 1)); });
    }
  }
}

/** Other answers of the server, as JSON. Throws Problem. */
export const fetched = (path) => call('GET', path);
export const posted = (path, body) => call('POST', path, body);

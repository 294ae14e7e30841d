// Calls to the API in the name of whoever is signed in: the cookie is asked for by a header that only own pages can send.

const HEADERS = { Authorization: 'Session' };

/** A call that was refused; `body` is the problem as the server told it. */
export class Problem extends Error {
  constructor(status, body) {
    super(body?.detail ?? `The server answered ${status}.`);
    this.status = status;
    this.body = body;
  }
}

/** The JSON answer to a call. Throws Problem. */
export async function call(method, path, body, options = {}) {
  const headers = body === undefined ? HEADERS : { ...HEADERS, 'Content-Type': 'application/json' };
  const answer = await fetch(path, { ...options, method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  const told = await answer.json().catch(() => null);
  if (!answer.ok) throw new Problem(answer.status, told);
  return told;
}

/**
 * Follow a stream of server-sent events until `signal` ends it; a broken line is taken up where it broke.
 * `told` gets {event, data, id} of each; refusals (4xx) end it, and are thrown.
 */
export async function follow(path, told, { signal, headers = HEADERS, wait = 1000, longest = 30000 } = {}) {
  let last = null;
  let pause = wait;
  while (!signal?.aborted) {
    try {
      const resume = last === null ? {} : { 'Last-Event-ID': last };
      const answer = await fetch(path, { headers: { ...headers, ...resume, Accept: 'text/event-stream' }, signal });
      if (answer.status >= 400 && answer.status < 500 && answer.status !== 429) throw new Problem(answer.status, await answer.json().catch(() => null));
      if (answer.ok) {
        for await (const each of eventsOf(answer.body)) {
          if (each.id !== undefined) last = each.id;
          pause = wait;
          if (each.data !== null) told(each);
        }
      }
    } catch (error) {
      if (error instanceof Problem) throw error;
    }
    await rest(pause, signal);
    pause = Math.min(pause * 2, longest);
  }
}

async function* eventsOf(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    text += value.replaceAll('\r\n', '\n');
    let end;
    while ((end = text.indexOf('\n\n')) >= 0) {
      yield parsed(text.slice(0, end));
      text = text.slice(end + 2);
    }
  }
}

function parsed(block) {
  const found = { event: 'message', data: [] };
  for (const line of block.split('\n')) {
    const [, field, value] = /^(\w+): ?(.*)$/.exec(line) ?? [];
    if (field === 'data') found.data.push(value);
    else if (field === 'event' || field === 'id') found[field] = value;
  }
  return { ...found, data: found.data.length ? JSON.parse(found.data.join('\n')) : null };
}

/** Wait so long, or until the signal. */
export function rest(milliseconds, signal) {
  return new Promise((done) => {
    const timer = setTimeout(done, milliseconds);
    signal?.addEventListener('abort', () => { clearTimeout(timer); done(); }, { once: true });
  });
}

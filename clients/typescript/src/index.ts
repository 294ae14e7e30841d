/** A typed client of the badge rules engine. What it sends again has the same id, and so counts once. */

import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "./schema.js";

export type { components, paths } from "./schema.js";
export type Award = components["schemas"]["Award"];
export type Progress = components["schemas"]["Progress"];
export type Receipt = components["schemas"]["Receipt"];
export type Problem = components["schemas"]["Problem"];
export type CloudEvent = components["schemas"]["Event"];

/** How often a call is tried, and how long it rests in between, in milliseconds. */
export interface Retries {
  attempts: number;
  /** Of rest at most after the first attempt; twice as long after each later one. */
  first: number;
  /** Of rest at most; where a server asks for more, its answer is given to the caller. */
  longest: number;
  sleep: (milliseconds: number) => Promise<void>;
}

export interface Options {
  /** Where the server is. */
  url: string;
  /** A key, or a user's own token. */
  credential?: string;
  retries?: Partial<Retries>;
  /** Milliseconds after which an attempt is given up. */
  timeout?: number;
  fetch?: (request: Request) => Promise<Response>;
}

const AGAIN = new Set([408, 429, 502, 503, 504]);
const USUAL: Retries = {
  attempts: 5,
  first: 200,
  longest: 30_000,
  sleep: (milliseconds) => new Promise((done) => setTimeout(done, milliseconds)),
};

/**
 * A client of every route, by its path: `badges.GET("/v1/users/{user}/badges", {params: {path: {user: "ada"}}})`.
 *
 * Calls are tried again when no answer comes or the server is busy: all of them may be, for events and actions carry an
 * id that is the same every time.
 */
export function createBadges(options: Options): Client<paths> {
  const retries = { ...USUAL, ...options.retries };
  const send = options.fetch ?? ((request: Request) => fetch(request));
  const headers = options.credential ? { Authorization: `Bearer ${options.credential}` } : {};
  return createClient<paths>({
    baseUrl: options.url,
    headers,
    fetch: (request) => persistently(named(request), send, retries, options.timeout ?? 30_000),
  });
}

/** Something that happened to a user. Without an id it gets a new one: sent again, it is the same event. */
export function event(
  user: string,
  type: string,
  data: Record<string, unknown>,
  about: { source: string; id?: string; time?: Date },
): CloudEvent {
  const { source, id = crypto.randomUUID(), time } = about;
  const when = time ? { time: time.toISOString() } : {};
  return { specversion: "1.0", id, source, type, subject: user, data, ...when };
}

/** A request whose action has a name of its own, so that it is done once. */
function named(request: Request): Request {
  const path = new URL(request.url).pathname;
  const acts = request.method === "POST" && (path.endsWith("/v1/actions") || path.includes("/functions/v1/"));
  if (acts && !request.headers.has("Idempotency-Key")) request.headers.set("Idempotency-Key", crypto.randomUUID());
  return request;
}

async function persistently(
  request: Request,
  send: (request: Request) => Promise<Response>,
  retries: Retries,
  timeout: number,
): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    const rest = Math.random() * Math.min(retries.longest, retries.first * 2 ** (attempt - 1));
    const isLast = attempt >= retries.attempts;
    let asked = 0;
    try {
      const signal = AbortSignal.any([request.signal, AbortSignal.timeout(timeout)]);
      const response = await send(new Request(request.clone(), { signal }));
      asked = askedRest(response);
      if (!AGAIN.has(response.status) || isLast || asked > retries.longest) return response;
      await response.body?.cancel();
    } catch (error) {
      if (isLast || request.signal.aborted) throw error;
    }
    await retries.sleep(Math.max(rest, asked));
  }
}

/** The milliseconds that `Retry-After` asks for, as a number or as a date. */
function askedRest(response: Response): number {
  const text = response.headers.get("Retry-After")?.trim() ?? "";
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const until = Date.parse(text);
  return Number.isNaN(until) ? 0 : Math.max(0, until - Date.now());
}

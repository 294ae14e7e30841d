/** The client against a real server, whose address stands in BADGES_URL. */

import assert from "node:assert/strict";
import test from "node:test";
import { createBadges, event, type Award } from "../src/index.js";

const url = process.env["BADGES_URL"];
assert(url, "BADGES_URL says where the server is");
const user = `ts-${crypto.randomUUID()}`;
const quiz = { score: 9, totalQuestions: 10 };

test("an event earns a badge, and a broken line counts nothing twice", async () => {
  const sent: string[] = [];
  const badges = createBadges({
    url,
    retries: { sleep: async () => {} },
    fetch: async (request) => {
      sent.push(await request.clone().text());
      const response = await fetch(request);
      if (sent.length === 1) throw new TypeError("the line broke after the server had answered");
      return response;
    },
  });
  const { data } = await badges.POST("/v1/events", {
    body: event(user, "quiz_completed", quiz, { source: "ts", time: new Date("2026-03-02T10:00:00Z") }),
  });
  assert.equal(sent.length, 2);
  assert.equal(sent[0], sent[1]);
  assert.equal(data?.results[0]?.status, "duplicate");
  const held = await badges.GET("/v1/users/{user}/badges", { params: { path: { user } } });
  const names: string[] = held.data?.badges.map((award: Award) => award.badge) ?? [];
  assert.deepEqual(names, ["accuracy_expert", "first_quiz"]);
});

test("Retry-After is kept to, and an action has the same name every time", async () => {
  const rests: number[] = [];
  const names = new Set<string | null>();
  const badges = createBadges({
    url,
    retries: { first: 0, sleep: async (milliseconds) => void rests.push(milliseconds) },
    fetch: async (request) => {
      names.add(request.headers.get("Idempotency-Key"));
      if (names.size === 1 && rests.length < 2) {
        return new Response("{}", { status: 503, headers: { "Retry-After": "7" } });
      }
      return fetch(request);
    },
  });
  const { data, response } = await badges.POST("/v1/actions", { body: { action: "list", user_id: user } });
  assert.deepEqual([response.status, rests, names.size], [200, [7000, 7000], 1]);
  assert.equal(data?.success, true);
});

test("a refusal is a typed problem, and is not tried again", async () => {
  let calls = 0;
  const badges = createBadges({ url, fetch: (request) => (calls++, fetch(request)) });
  const { error } = await badges.POST("/v1/events", { body: event(user, "quiz_complete", {}, { source: "ts" }) });
  assert.deepEqual([calls, error?.type, error?.status], [1, "/problems/unknown-event", 422]);
});

test("a server that asks for too long a rest, or never answers, is given up", async () => {
  const busy = new Response("{}", { status: 429, headers: { "Retry-After": "3600" } });
  const patient = createBadges({ url, fetch: async () => busy });
  assert.equal((await patient.GET("/healthz")).response.status, 429);
  const lost = createBadges({ url, retries: { attempts: 2, sleep: async () => {} }, fetch: () => Promise.reject(new TypeError("gone")) });
  await assert.rejects(async () => lost.GET("/healthz"), /gone/);
});

/** Calls the API as the page's own user: JSON in and out, one key per wish, retried when the network fails. */

/** How often at least; and the longest (ms) between two tries. */
const TRIES = 4;
const PAUSE = 3000;
/** How long (ms) one try may take, its answer's body included. */
const PATIENCE = 8000;

/** A refusal: `code` for the program, `message` for people, in the page's language. */
export class Refusal extends Error {
  constructor(problem) {
    super(problem.detail);
    this.code = problem.code;
    this.status = problem.status;
    /** What is wrong with which field, by name. */
    this.fields = problem.fields ?? {};
    /** What to say beside each field, by name, in the page's language. */
    this.said = problem.said ?? {};
    this.problem = problem;
  }
}

/** Where a page holds its token against forged requests, and the header that carries it. */
const TOKEN = 'meta[name="csrf-token"]';
const FORGERY = "X-CSRFToken";

/** Where a page holds which version of the settings it shows, and the headers that tell it. */
const READ = 'meta[name="read-at"]';
const READ_AT = "Antrean-Read";
const MADE = "Antrean-Version";
/** Addresses to which this page has sent a setting by now, and the version each made of it. */
const sent = new Map();

/** The server could not be reached. */
export class Unreachable extends Error {}

/** Return a key that no other wish has; works on plain HTTP, where randomUUID does not exist. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (each) => each.toString(16).padStart(2, "0")).join("");
}

/**
 * Send a change and return the answer. Raises Refusal or Unreachable.
 *
 * The same `key` is sent with every retry, so nothing is done twice. It is tried for `patience`
 * milliseconds at least. `read` is the version that what is sent was read at, where it is not the
 * page's own: settings that are newer are not undone.
 */
export function send(path, body = {}, { key = newKey(), method = "POST", patience = 0, read } = {}) {
  const shown = read ?? sent.get(path) ?? document.querySelector(READ)?.content;
  const request = {
    method,
    headers: {
      "Content-Type": "application/json",
      "Idempotency-Key": key,
      [FORGERY]: document.querySelector(TOKEN)?.content ?? "",
      ...(shown ? { [READ_AT]: String(shown) } : {}),
    },
    body: JSON.stringify(body),
  };
  return insist(path, request, patience);
}

/** Read and return the answer. Raises Refusal or Unreachable. */
export function read(path) {
  return insist(path, { method: "GET", headers: {} });
}

/** Return the token that stands in this page now: one that was open for days may have an old one. */
export async function freshToken() {
  const text = await (await fetch(window.location.href)).text();
  const token = new DOMParser().parseFromString(text, "text/html").querySelector(TOKEN)?.content;
  document.querySelector(TOKEN).content = token ?? "";
  return token ?? "";
}

/** Try until the server has answered in full, or too often in vain. */
async function insist(path, request, patience = 0) {
  const began = performance.now();
  request.headers["Accept-Language"] = document.documentElement.lang;
  request.headers.Accept = "application/json";
  for (let turn = 1; ; turn += 1) {
    const last = turn >= TRIES && performance.now() - began >= patience;
    const ending = new AbortController();
    const timer = setTimeout(() => ending.abort(), PATIENCE);
    try {
      const answer = await fetch(`/api/v1${path}`, { ...request, signal: ending.signal });
      const text = await answer.text();
      if (answer.ok) {
        if (answer.headers.has(MADE)) sent.set(path, answer.headers.get(MADE));
        return text ? JSON.parse(text) : null;
      }
      // Not a problem document: something on the way answered in place of the server.
      const problem = JSON.parse(text);
      if (problem.code === "csrf_failed" && turn === 1) {
        request.headers[FORGERY] = await freshToken();
        continue;
      }
      if (![503, 504].includes(answer.status) || last) throw new Refusal({ status: answer.status, ...problem });
    } catch (error) {
      if (error instanceof Refusal) throw error;
      if (last) throw new Unreachable(String(error));
    } finally {
      clearTimeout(timer);
    }
    await new Promise((wake) => setTimeout(wake, Math.min(300 * 2 ** turn, PAUSE)));
  }
}

/** Calls the API as the page's own user: JSON in and out, one key per wish, retried when the network fails. */

const TRIES = 4;

/** A refusal: `code` for the program, `message` for people, in the page's language. */
export class Refusal extends Error {
  constructor(problem) {
    super(problem.detail);
    this.code = problem.code;
    this.status = problem.status;
    this.problem = problem;
  }
}

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
 * The same `key` is sent with every retry, so nothing is done twice.
 */
export async function send(path, body = {}, { key = newKey() } = {}) {
  const csrf = document.querySelector('meta[name="csrf-token"]')?.content ?? "";
  for (let turn = 1; ; turn += 1) {
    let answer;
    try {
      answer = await fetch(`/api/v1${path}`, {
        method: "POST",
        headers: {
          "Content-Type": "application/json",
          "Idempotency-Key": key,
          "X-CSRFToken": csrf,
          "Accept-Language": document.documentElement.lang,
        },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(8000),
      });
    } catch (error) {
      if (turn >= TRIES) throw new Unreachable(String(error));
      await new Promise((wake) => setTimeout(wake, 300 * 2 ** turn));
      continue;
    }
    if (answer.status === 503 && turn < TRIES) {
      await new Promise((wake) => setTimeout(wake, 300 * 2 ** turn));
      continue;
    }
    const told = await answer.json().catch(() => ({ code: "server_error", detail: "" }));
    if (!answer.ok) throw new Refusal({ status: answer.status, ...told });
    return told;
  }
}

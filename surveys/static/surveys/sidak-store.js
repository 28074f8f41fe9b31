/** What the inspector's phone keeps: checks as last told, drafts, and what is still to be sent. */

import { Refusal, Unreachable, newKey, send } from "/static/web/api.js";
import { settled } from "./sidak-check.js";

const KEPT = "kept";
const OUTBOX = "outbox";
/** Codes and statuses after which the same thing may be accepted later: it stays in the outbox. */
const LATER = new Set(["credentials_missing", "credentials_invalid", "not_allowed", "csrf_failed"]);

/** Return what an IndexedDB request results in. */
function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** The store of one account on this phone; its tabs tell one another of changes. */
export class Store {
  constructor(database, name) {
    this.database = database;
    this.name = name;
    this.channel = new BroadcastChannel(name);
    this.sending = null;
  }

  static async open(account) {
    const name = `sidak-${account}`;
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(KEPT);
      request.result.createObjectStore(OUTBOX, { keyPath: "place", autoIncrement: true });
    };
    return new Store(await done(request), name);
  }

  /** Call `hear` when another tab has changed something. */
  onChange(hear) {
    this.channel.onmessage = hear;
  }

  get(name) {
    return done(this.database.transaction(KEPT).objectStore(KEPT).get(name));
  }

  names() {
    return done(this.database.transaction(KEPT).objectStore(KEPT).getAllKeys());
  }

  async put(name, value) {
    await this.write(KEPT, (store) => store.put(value, name));
  }

  async drop(name) {
    await this.write(KEPT, (store) => store.delete(name));
  }

  /**
   * Return what is typed of something and not kept yet. A page that goes away breaks off what it
   * writes into the database, but not this.
   */
  draft(check, label) {
    return JSON.parse(localStorage.getItem(`${this.name}/${check}/${label}`) ?? "null");
  }

  keepDraft(check, label, said) {
    localStorage.setItem(`${this.name}/${check}/${label}`, JSON.stringify(said));
  }

  dropDraft(check, label) {
    localStorage.removeItem(`${this.name}/${check}/${label}`);
  }

  /** Drop from the phone all that belongs to checks other than those in `kept`. */
  async forget(kept) {
    for (const name of await this.names()) {
      const [, check] = name.split("/");
      if (check && !kept.has(check)) await this.drop(name);
    }
    for (const name of Object.keys(localStorage)) {
      const [owner, check] = name.split("/");
      if (owner === this.name && !kept.has(check)) localStorage.removeItem(name);
    }
  }

  /** Return what is to be sent, in its order. */
  outbox() {
    return done(this.database.transaction(OUTBOX).objectStore(OUTBOX).getAll());
  }

  /** Keep something to be sent to `path` of a check; a `blob` is its body, else `body` is. */
  async add(check, kind, path, body, blob = null) {
    const key = newKey();
    const noted = Date.now();
    await this.write(OUTBOX, (store) =>
      store.add({ key, check, kind, path, noted, blob, body: { ...body, key } }),
    );
    this.channel.postMessage("changed");
    return key;
  }

  async discard(place) {
    await this.write(OUTBOX, (store) => store.delete(place));
    this.channel.postMessage("changed");
  }

  /**
   * Send what there is to send, once at a time; return how much was sent, how much was not
   * accepted, and what stopped it.
   */
  flush() {
    this.sending ??= this.deliver().finally(() => {
      this.sending = null;
    });
    return this.sending;
  }

  async deliver() {
    let sent = 0;
    let refused = 0;
    for (const item of await this.outbox()) {
      if (item.refused) continue;
      try {
        await deliver(item);
        const state = await this.get(`state/${item.check}`);
        if (state) await this.put(`state/${item.check}`, settled(state, item));
        await this.write(OUTBOX, (store) => store.delete(item.place));
        sent += 1;
      } catch (error) {
        if (!(error instanceof Refusal)) return { sent, refused, stopped: "network" };
        if (LATER.has(error.code)) return { sent, refused, stopped: "signed-out" };
        if (error.status === 429 || error.status >= 500) return { sent, refused, stopped: "network" };
        await this.write(OUTBOX, (store) => store.put({ ...item, refused: error.message }));
        refused += 1;
      }
    }
    if (sent) this.channel.postMessage("changed");
    return { sent, refused, stopped: null };
  }

  /** Change one of the two stores, and wait until it is written. */
  write(name, act) {
    return new Promise((resolve, reject) => {
      const transaction = this.database.transaction(name, "readwrite");
      transaction.oncomplete = resolve;
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
      act(transaction.objectStore(name));
    });
  }
}

/** Send one thing, saying how long ago it was noted: the phone's clock may be wrong. */
function deliver({ key, path, body, blob, noted }) {
  const said = { ...body, ago_s: Math.max(0, Math.round((Date.now() - noted) / 1000)) };
  return blob ? upload(path, said, blob) : send(path, said, { key });
}

async function upload(path, said, blob) {
  let answer;
  try {
    answer = await fetch(`/api/v1${path}?${new URLSearchParams(said)}`, {
      method: "POST",
      headers: {
        "Content-Type": "image/jpeg",
        Accept: "application/json",
        "Accept-Language": document.documentElement.lang,
        "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content,
      },
      body: blob,
    });
  } catch (error) {
    throw new Unreachable(String(error));
  }
  if (answer.ok) return answer.json();
  throw new Refusal({ status: answer.status, ...(await answer.json().catch(() => ({}))) });
}

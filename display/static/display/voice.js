/**
 * Announces calls aloud: a chime, then the spoken call, one at a time, in order, never cut short.
 *
 * Sound goes through one AudioContext: sounds are decoded before their turn and follow one another
 * without a gap. Browsers keep it silent until somebody touches the page, unless started with
 * --autoplay-policy=no-user-gesture-required, as a waiting room's screen should be; until then
 * nothing is queued up to be blurted out later, and the page is told so that it can show it.
 */

/** A call older than this (milliseconds) is seen but not spoken: it comes from catching up. */
const STALE = 30_000;
/** How long (milliseconds) an announcement waits for its clip after its turn has come. */
const PATIENCE = 4_000;
/** How long (milliseconds) the browser may take to let sound out before it counts as refused. */
const WAKING = 1_000;
/** How much longer (milliseconds) than its length a sound may take: a screen's sound may stall. */
const STALL = 3_000;

const GESTURES = ["pointerdown", "keydown", "touchend"];

/**
 * @typedef {object} Announcement
 * @property {string} label       the ticket called, "A012"
 * @property {number} counter     where to
 * @property {string} [locale]    the visitor's language; "en" is spoken after Indonesian
 * @property {boolean} [repeat]   whether this is a recall
 * @property {string|number} [at] when the call was made: ISO 8601, or milliseconds since 1970
 * @property {boolean} [late]     whether it only came to be known by catching up
 */

export class Announcer {
  #clipUrl;
  #chimeUrl;
  #onStart;
  #onEnd;
  #onBlocked;
  #onReady;
  #clock;
  #context = new AudioContext();
  #chime = null;
  #queue = [];
  #speaking = false;
  /** Whether sound goes out; unknown until the browser has been asked. */
  #audible = null;

  /**
   * @param {object} options
   * @param {(label: string, counter: number, locale: string) => string} options.clipUrl
   * @param {string} options.chimeUrl
   * @param {(announcement: Announcement) => void} [options.onStart] its chime begins
   * @param {(announcement: Announcement, spoken: boolean) => void} [options.onEnd] it is over;
   *   `spoken` is false when the voice was not to be had and the chime alone was heard
   * @param {() => void} [options.onBlocked] the browser lets no sound out; touching the page will
   * @param {() => void} [options.onReady] sound goes out
   * @param {() => number} [options.clock] milliseconds since 1970, by the server's clock
   */
  constructor({
    clipUrl,
    chimeUrl,
    onStart = () => {},
    onEnd = () => {},
    onBlocked = () => {},
    onReady = () => {},
    clock = Date.now,
  }) {
    this.#clipUrl = clipUrl;
    this.#chimeUrl = chimeUrl;
    this.#onStart = onStart;
    this.#onEnd = onEnd;
    this.#onBlocked = onBlocked;
    this.#onReady = onReady;
    this.#clock = clock;
    this.#context.addEventListener("statechange", () => this.#check());
    for (const gesture of GESTURES) {
      document.addEventListener(gesture, () => this.#touched(), { capture: true, passive: true });
    }
    this.#loadChime();
    this.#check();
  }

  /** Whether the browser lets no sound out. */
  get blocked() {
    return this.#audible === false;
  }

  /** How many announcements are waiting for their turn. */
  get waiting() {
    return this.#queue.length;
  }

  /**
   * Speak a call when its turn comes; first calls go before recalls. A newer call of a ticket takes
   * the place of one to another counter that is still waiting.
   * @param {Announcement} announcement
   * @returns {boolean} whether it will be spoken; not when it is late, stale or said already
   */
  announce(announcement) {
    const { label, counter, locale = "id", repeat = false } = announcement;
    const at = announcement.at === undefined ? this.#clock() : new Date(announcement.at).getTime();
    if (announcement.late || this.#isStale({ at })) return false;
    const same = this.#queue.find((each) => each.announcement.label === label);
    if (same && same.announcement.counter === counter && (repeat || !same.repeat)) return false;
    this.drop(label);
    if (this.blocked) this.#forgetStale();
    const locales = locale === "en" ? ["id", "en"] : ["id"];
    const clips = locales.map((each) => this.#load(this.#clipUrl(label, counter, each)));
    this.#queue.push({ announcement, at, repeat, clips });
    this.#next();
    return true;
  }

  /**
   * Leave a ticket's call unspoken if its turn has not come: it was undone, started or cancelled.
   * @param {string} label
   */
  drop(label) {
    this.#queue = this.#queue.filter((each) => each.announcement.label !== label);
  }

  async #next() {
    if (this.#speaking || this.#queue.length === 0) return;
    this.#speaking = true;
    try {
      if (await this.#wake()) {
        this.#unblock();
        const turn = this.#take();
        if (turn) await this.#speak(turn);
      } else {
        this.#block();
      }
    } finally {
      this.#speaking = false;
    }
    if (!this.blocked) this.#next();
  }

  #take() {
    const first = this.#queue.findIndex((each) => !each.repeat);
    return this.#queue.splice(Math.max(first, 0), 1)[0];
  }

  async #speak({ announcement, clips }) {
    let spoken = false;
    this.#tell(() => this.#onStart(announcement));
    const ready = Promise.all(clips.map((each) => within(PATIENCE, each)));
    const chime = await within(STALL, this.#chime);
    if (chime) await this.#play(chime);
    else this.#loadChime();
    for (const clip of await ready) {
      if (clip) {
        await this.#play(clip);
        spoken = true;
      }
    }
    this.#tell(() => this.#onEnd(announcement, spoken));
  }

  /** Play a sound to its end, or until it has certainly stalled. */
  #play(sound) {
    return new Promise((resolve) => {
      const source = this.#context.createBufferSource();
      const over = () => {
        clearTimeout(stalled);
        source.disconnect();
        resolve();
      };
      const stalled = setTimeout(over, sound.duration * 1000 + STALL);
      source.buffer = sound;
      source.connect(this.#context.destination);
      source.addEventListener("ended", over, { once: true });
      source.start();
    });
  }

  /** Fetch and decode a sound; null when it is not to be had. */
  async #load(url) {
    try {
      const answer = await fetch(url, { credentials: "same-origin" });
      if (!answer.ok) return null;
      return await this.#context.decodeAudioData(await answer.arrayBuffer());
    } catch {
      return null;
    }
  }

  #loadChime() {
    this.#chime = this.#load(this.#chimeUrl);
  }

  /** Ask the browser to let sound out; say whether it does. */
  async #wake() {
    if (this.#context.state === "running") return true;
    const resumed = this.#context.resume().catch(() => {});
    await within(WAKING, resumed);
    return this.#context.state === "running";
  }

  #touched() {
    if (this.#context.state !== "running") this.#context.resume().catch(() => {});
  }

  /** Find out whether sound goes out, and tell the page when that has changed. */
  async #check() {
    if (await this.#wake()) this.#unblock();
    else this.#block();
  }

  #block() {
    if (this.#audible === false) return;
    this.#audible = false;
    this.#tell(this.#onBlocked);
  }

  #unblock() {
    if (this.#audible === true) return;
    // What was called while nobody could hear it is old by now.
    this.#forgetStale();
    this.#audible = true;
    this.#tell(this.#onReady);
    this.#next();
  }

  #forgetStale() {
    this.#queue = this.#queue.filter((each) => !this.#isStale(each));
  }

  #isStale({ at }) {
    return this.#clock() - at > STALE;
  }

  /** Tell the page; its mistakes must not stop the announcements. */
  #tell(callback) {
    try {
      callback();
    } catch (error) {
      console.error(error);
    }
  }
}

/** Resolve as `promise` does, or to null after `milliseconds`. */
function within(milliseconds, promise) {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(null), milliseconds);
    const settle = (value) => {
      clearTimeout(timer);
      resolve(value);
    };
    promise.then(settle, () => settle(null));
  });
}

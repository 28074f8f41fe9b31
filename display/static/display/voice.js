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
/** How often an announcement comes to its turn while the network keeps its clip back. */
const TRIES = 2;
/** Shortest and longest pause (milliseconds) before a clip that could not be fetched is asked for again. */
const AGAIN = 300;
const LATER = 2_000;
/** How long (milliseconds) the browser may take to let sound out before it counts as refused. */
const WAKING = 1_000;
/** How much longer (milliseconds) than its length a sound may take: a screen's sound may stall. */
const STALL = 3_000;
/** Answers of a proxy whose server is away. */
const ABSENT = [502, 504];

/** What (milliseconds) an announcement is taken to last while its sounds are not there yet. */
const USUAL = 6_000;
/** How long (milliseconds) is left between a call and its repetition. */
const BREATH = 700;
/** Calls remembered as announced, so that none is said twice. */
const REMEMBERED = 200;

const GESTURES = ["pointerdown", "keydown", "touchend"];

/**
 * @typedef {object} Announcement
 * @property {string} label       the ticket called, "A012"
 * @property {number} counter     where to
 * @property {string} [locale]    the visitor's language; "en" is spoken after Indonesian
 * @property {number} [call]      the version of the call in the office's journal
 * @property {boolean} [repeat]   whether this is a recall
 * @property {string|number} [at] when the call was made: ISO 8601, or milliseconds since 1970
 * @property {string} [clip]      what is said in place of a call: the address of its sounds, up to the language
 * @property {boolean} [late]     whether it only came to be known by catching up
 */

/**
 * @typedef {object} Manner      how an office wants to be heard
 * @property {boolean} enabled
 * @property {number} repeats    how often each call is said
 * @property {boolean} english   whether every call is said in English too
 * @property {(now: number) => {volume: number, speech: boolean}} loudness  by the hour; 0 to 1
 */

/** @type {Manner} */
const PLAIN = {
  enabled: true,
  repeats: 1,
  english: false,
  loudness: () => ({ volume: 1, speech: true }),
};

export class Announcer {
  #clipUrl;
  #chimeUrl;
  #onStart;
  #onQueue;
  #manner = PLAIN;
  /** Whether this screen is the one that speaks; the others keep the same queue in silence. */
  #speaks = true;
  /** When (by the clock) somebody was last known to speak. */
  #spokenFor = 0;
  /** The announcement being said here. */
  #current = null;
  /** The announcement said last, so that its repetition right after needs no chime. */
  #last = null;
  /** Calls known to be over, by their versions. */
  #over = new Set();
  /** Calls that came late, by their versions: not said here unless another screen still meant to. */
  #unsaid = new Map();
  #stalled = false;
  #voiceless = false;
  #gain;
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
   * @param {string | (() => string)} options.chimeUrl
   * @param {(announcement: Announcement) => void} [options.onStart] its chime begins
   * @param {(announcement: Announcement, spoken: boolean, over: boolean) => void} [options.onEnd] it is over;
   *   `spoken` is false when the voice was not to be had and the chime alone was heard; `over` is
   *   false when it will be said again
   * @param {() => void} [options.onBlocked] the browser lets no sound out; touching the page will
   * @param {() => void} [options.onReady] sound goes out
   * @param {() => void} [options.onQueue] what waits or is said has changed
   * @param {() => number} [options.clock] milliseconds since 1970, by the server's clock
   */
  constructor({
    clipUrl,
    chimeUrl,
    onStart = () => {},
    onEnd = () => {},
    onBlocked = () => {},
    onReady = () => {},
    onQueue = () => {},
    clock = Date.now,
  }) {
    this.#clipUrl = clipUrl;
    this.#chimeUrl = typeof chimeUrl === "string" ? () => chimeUrl : chimeUrl;
    this.#onStart = onStart;
    this.#onEnd = onEnd;
    this.#onBlocked = onBlocked;
    this.#onReady = onReady;
    this.#onQueue = onQueue;
    this.#gain = this.#context.createGain();
    this.#gain.connect(this.#context.destination);
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

  /** What can be said of the sound: unknown, ready, refused, no_device or no_voice. */
  get state() {
    if (this.#audible === null) return "unknown";
    if (!this.#audible) return "refused";
    if (this.#stalled) return "no_device";
    return this.#voiceless ? "no_voice" : "ready";
  }

  /** @param {Manner} manner  how to speak from now on */
  speakBy(manner) {
    this.#manner = manner;
    if (!manner.enabled) this.#queue = [];
    this.#loadChime();
  }

  /**
   * Say whether this screen speaks. Who takes over says what the former one left, unless nobody
   * spoke for so long that it would be old.
   * @param {boolean} speaks
   */
  set speaks(speaks) {
    if (speaks === this.#speaks) return;
    this.#speaks = speaks;
    if (!speaks) return;
    if (this.#clock() - this.#spokenFor > STALE) this.#forgetStale();
    for (const each of this.#queue) this.#fetch(each);
    this.#next();
  }

  get speaks() {
    return this.#speaks;
  }

  /** Note that somebody speaks in this zone. */
  spokenFor() {
    this.#spokenFor = this.#clock();
  }

  /**
   * Take what the zone's speaker, another screen, tells of its calls.
   * @param {{call: number, state: string, left: number}[]} calls
   */
  follow(calls) {
    this.spokenFor();
    for (const { call, state, left } of calls) {
      if (state === "ended") this.forget([call]);
      else {
        const same = this.#queue.find((each) => each.announcement.call === call);
        // Said once and due again: what is left of it yields to first calls.
        if (same && left < same.left) Object.assign(same, { left, yields: true });
      }
    }
  }

  /**
   * Leave calls unsaid that were said elsewhere.
   * @param {number[]} calls  their versions
   */
  forget(calls) {
    for (const each of calls) this.#remember(each);
    this.#queue = this.#queue.filter((each) => !calls.includes(each.announcement.call));
  }

  /** Return what is said, waits or just ended, in order, with times in milliseconds from now. */
  queued() {
    const told = [];
    let at = 0;
    const tell = (entry, state, lasts) => {
      if (entry.announcement.call !== undefined) {
        const { call } = entry.announcement;
        const span = { starts_in: Math.round(at), ends_in: Math.round(at + lasts) };
        told.push({ call, state, left: entry.left, ...span });
      }
      at += lasts;
    };
    if (this.#current) {
      const { entry, began } = this.#current;
      at = began - performance.now();
      tell(entry, "speaking", Math.max(this.#lasts(entry), 200 - at));
    }
    const firsts = this.#queue.filter((each) => !each.yields);
    const others = this.#queue.filter((each) => each.yields);
    for (const each of [...firsts, ...others]) tell(each, "waiting", this.#lasts(each));
    return told;
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
    if (announcement.late && !this.#isStale({ at })) this.#keep(announcement);
    if (announcement.late || this.#isStale({ at }) || !this.#manner.enabled) return false;
    if (this.#over.has(announcement.call)) return false;
    const same = this.#queue.find((each) => each.announcement.label === label);
    if (same && same.announcement.counter === counter && (repeat || !same.repeat)) {
      // The waiting call does for both.
      if (announcement.call !== undefined) same.announcement.call = announcement.call;
      this.#tell(this.#onQueue);
      return false;
    }
    this.drop(label);
    if (this.blocked) this.#forgetStale();
    const locales = locale === "en" || this.#manner.english ? ["id", "en"] : ["id"];
    const entry = {
      announcement: { ...announcement },
      at,
      repeat,
      yields: repeat,
      left: repeat ? 1 : this.#manner.repeats,
      locales,
      clips: null,
      length: null,
      tries: 0,
      refused: false,
    };
    if (this.#speaks) this.#fetch(entry);
    this.#queue.push(entry);
    this.#tell(this.#onQueue);
    this.#next();
    return true;
  }

  /**
   * Take what another screen of the zone had in its queue when this one became the speaker: calls
   * that came late here, but that the room had not missed.
   * @param {number[]} calls  their versions
   */
  adopt(calls) {
    for (const call of calls) {
      const announcement = this.#unsaid.get(call);
      this.#unsaid.delete(call);
      if (announcement) this.announce({ ...announcement, late: false });
    }
  }

  /** The versions of calls that wait here, said or unsaid: whoever speaks knows which are over. */
  get known() {
    const waiting = this.#queue.map(({ announcement }) => announcement.call);
    return [...waiting, ...this.#unsaid.keys()].filter((call) => call !== undefined);
  }

  #keep(announcement) {
    if (announcement.call === undefined) return;
    this.#unsaid.set(announcement.call, announcement);
    if (this.#unsaid.size > REMEMBERED) this.#unsaid.delete(this.#unsaid.keys().next().value);
  }

  #fetch(entry) {
    const { label, counter, clip } = entry.announcement;
    entry.clips ??= entry.locales.map((each) =>
      this.#loadFor(entry, clip ? `${clip}/${each}.wav` : this.#clipUrl(label, counter, each)),
    );
    Promise.all(entry.clips).then((clips) => {
      entry.length = clips.reduce((sum, clip) => sum + (clip?.duration ?? 0) * 1000, 1000);
    });
  }

  /** Load a clip, again and again while the network fails and its announcement is still due. */
  async #loadFor(entry, url) {
    for (let rest = AGAIN; ; rest = Math.min(2 * rest, LATER)) {
      const sound = await this.#load(url);
      if (sound === null) entry.refused = true;
      if (sound !== undefined || !this.#isDue(entry)) return sound ?? null;
      await pause(rest);
    }
  }

  #isDue(entry) {
    return this.#queue.includes(entry) || this.#current?.entry === entry;
  }

  #lasts({ length }) {
    return length ?? USUAL;
  }

  #remember(call) {
    if (call === undefined) return;
    this.#unsaid.delete(call);
    this.#over.add(call);
    if (this.#over.size > REMEMBERED) this.#over.delete(this.#over.values().next().value);
  }

  /**
   * Leave a ticket's call unspoken if its turn has not come: it was undone, started or cancelled.
   * @param {string} label
   */
  drop(label) {
    const before = this.#queue.length;
    this.#queue = this.#queue.filter((each) => each.announcement.label !== label);
    for (const [call, each] of this.#unsaid) if (each.label === label) this.#unsaid.delete(call);
    if (this.#current?.entry.announcement.label === label) this.#current.entry.left = 1;
    if (this.#queue.length !== before) this.#tell(this.#onQueue);
  }

  async #next() {
    if (this.#speaking || !this.#speaks || this.#queue.length === 0) return;
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
    if (!this.#speaks) return null;
    const first = this.#queue.findIndex((each) => !each.yields);
    return this.#queue.splice(Math.max(first, 0), 1)[0];
  }

  async #speak(entry) {
    const { announcement } = entry;
    const again = entry === this.#last;
    let spoken = false;
    let whole = false;
    this.#fetch(entry);
    this.#current = { entry, began: performance.now() };
    this.#tell(() => this.#onStart(announcement));
    this.#tell(this.#onQueue);
    const { volume, speech } = this.#manner.loudness(this.#clock());
    this.#gain.gain.value = volume;
    if (volume > 0) {
      const ready = Promise.all(entry.clips.map((each) => within(PATIENCE, each)));
      // Whose words were waited for after a chime gets the next chime with its words.
      if (entry.tries) await ready;
      if (again) await pause(BREATH);
      else if (!entry.tries || (await ready).every(Boolean)) await this.#sound();
      const clips = speech ? await ready : [];
      whole = clips.every(Boolean);
      if (!whole && this.#putBack(entry)) return;
      spoken = await this.#say(clips);
    }
    // In a quiet hour silence is what was wanted, not a lack of voice.
    const wanted = volume > 0 && speech;
    if (wanted) this.#voiceless = !whole;
    this.#current = null;
    this.#last = entry;
    entry.left -= 1;
    const over = entry.left <= 0;
    if (over) this.#remember(announcement.call);
    else this.#queue.push(Object.assign(entry, { yields: true }));
    this.spokenFor();
    this.#tell(() => this.#onEnd(announcement, spoken || !wanted, over));
    this.#tell(this.#onQueue);
  }

  /** Let a call whose words the network kept back wait whole; say whether it does. */
  #putBack(entry) {
    if (entry.refused || this.#isStale(entry)) return false;
    if (this.#speaks && entry.tries + 1 >= TRIES) return false;
    entry.tries += 1;
    this.#current = null;
    this.#queue.unshift(entry);
    this.#tell(() => this.#onEnd(entry.announcement, true, false));
    this.#tell(this.#onQueue);
    return true;
  }

  async #sound() {
    const chime = await within(STALL, this.#chime);
    if (chime) await this.#play(chime);
    else this.#loadChime();
  }

  async #say(clips) {
    let spoken = false;
    for (const clip of clips) {
      if (clip) {
        await this.#play(clip);
        spoken = true;
      }
    }
    return spoken;
  }

  /** Play a sound to its end, or until it has certainly stalled. */
  #play(sound) {
    return new Promise((resolve) => {
      const source = this.#context.createBufferSource();
      const over = (stalled) => {
        clearTimeout(timer);
        source.disconnect();
        // A sound that never ends goes to no loudspeaker: there is none, or it was unplugged.
        this.#stalled = stalled;
        resolve();
      };
      const timer = setTimeout(() => over(true), sound.duration * 1000 + STALL);
      source.buffer = sound;
      source.connect(this.#gain);
      source.addEventListener("ended", () => over(false), { once: true });
      source.start();
    });
  }

  /** Fetch and decode a sound; null when there is none, undefined when the network gave no answer. */
  async #load(url) {
    const hung = new AbortController();
    const timer = setTimeout(() => hung.abort(), PATIENCE);
    let bytes;
    try {
      const answer = await fetch(url, { credentials: "same-origin", signal: hung.signal });
      if (ABSENT.includes(answer.status)) return undefined;
      if (!answer.ok) return null;
      bytes = await answer.arrayBuffer();
    } catch {
      return undefined;
    } finally {
      clearTimeout(timer);
    }
    return this.#context.decodeAudioData(bytes).catch(() => null);
  }

  #loadChime() {
    this.#chime = this.#load(this.#chimeUrl());
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

function pause(milliseconds) {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}

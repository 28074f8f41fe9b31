/**
 * One speaker per zone: tells the server of this screen's sound and of what it announces, and hears
 * which screen speaks.
 */

import { newKey } from "/static/web/api.js";

/** How often (ms) a screen speaks up for its sound. */
const REPORT = 3_000;
/** How long (ms) after the server's last word a speaker goes on; less than the server's patience. */
const TRUST = 8_000;
/** Announcements of one moment are told together (ms). */
const TOGETHER = 30;

export class Speaking {
  #live;
  #announcer;
  #onChange;
  /** Who speaks in this screen's zone, as the server told it last. */
  #seat = null;
  /** This page's own seat, the same through every reconnection. */
  #mine = newKey();
  #zone = 0;
  #confirmed = -Infinity;
  #told = new Map();
  #telling = null;
  /** Whether others may have said what waits here, unheard: this screen was cut off. */
  #unsure = false;

  /**
   * @param {{tell: (name: string, value: object) => void}} live
   * @param {import("./voice.js").Announcer} announcer
   * @param {() => void} onChange  who speaks has changed
   */
  constructor(live, announcer, onChange = () => {}) {
    this.#live = live;
    this.#announcer = announcer;
    this.#onChange = onChange;
    announcer.speaks = false;
    setInterval(() => this.report(), REPORT);
  }

  /** Whether some screen speaks in this zone. */
  get spoken() {
    return this.#seat !== null;
  }

  /** Tell the server of this screen's sound; once it was cut off, ask what is over meanwhile. */
  report() {
    this.#decide();
    const told = { seat: this.#mine, state: this.#announcer.state };
    if (this.#unsure) told.waiting = this.#announcer.known;
    this.#live.tell("sound", told);
  }

  /** Hear who speaks, and which of the calls asked about were said. */
  speaker({ zone, seat, yours = false, over }) {
    if (yours) this.#zone = zone;
    else if (zone !== this.#zone) return;
    if (over) {
      this.#unsure = false;
      this.#announcer.forget(over);
    }
    // Whoever is to speak first hears what was said already, even when everybody else knows sooner.
    if (this.#unsure) return;
    this.#seat = seat;
    if (seat === this.#mine) this.#confirmed = performance.now();
    if (seat !== null) this.#announcer.spokenFor();
    this.#decide();
    this.#onChange();
    if (seat === null && !yours) this.report();
    if (seat !== null && seat !== this.#mine) this.#handOver();
  }

  /** Tell whoever speaks what waits here: it may have been cut off while that was called. */
  #handOver() {
    const calls = this.#announcer.queued().map(({ call }) => call);
    if (calls.length) this.#live.tell("waiting", { seat: this.#mine, calls });
  }

  /** Hear what waits at another screen. */
  waiting({ zone, calls }) {
    if (zone === this.#zone && this.#announcer.speaks) this.#announcer.adopt(calls);
  }

  /** Hear what another screen announces. */
  announcing({ zone, seat, calls }) {
    if (zone !== this.#zone || seat === this.#mine) return;
    this.#announcer.follow(calls);
  }

  /** The connection is gone: another screen will speak, so this one must not. */
  part() {
    this.#unsure = true;
    this.#seat = null;
    this.#confirmed = -Infinity;
    this.#decide();
  }

  /** Tell everybody what this screen says now, what waits, and what is over. */
  changed() {
    if (!this.#announcer.speaks) return;
    this.#telling ??= setTimeout(() => {
      this.#telling = null;
      this.#tell();
    }, TOGETHER);
  }

  #tell() {
    const queued = this.#announcer.queued();
    const calls = [...queued];
    for (const [call] of this.#told) {
      if (!queued.some((each) => each.call === call)) {
        calls.push({ call, state: "ended", left: 0, starts_in: 0, ends_in: 0 });
      }
    }
    this.#told = new Map(queued.map((each) => [each.call, each]));
    if (calls.length) this.#live.tell("announcing", { seat: this.#mine, calls });
  }

  #decide() {
    const fresh = performance.now() - this.#confirmed < TRUST;
    this.#announcer.speaks = fresh && this.#seat === this.#mine;
  }
}

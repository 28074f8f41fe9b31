/**
 * Applies numbered changes strictly in order, once each.
 *
 * Several server processes may publish out of order, so a change that comes too early is kept and a
 * gap is only called a gap after `wait` milliseconds; then `askMissing(version)` is called.
 */

/** How many applied changes are remembered, for a snapshot that is older than what is shown. */
const REMEMBERED = 200;

export class Sequence {
  #apply;
  #askMissing;
  #wait;
  /** What came too early, or before the first snapshot: version -> {change, late}. */
  #early = new Map();
  /** What was applied last: version -> change. */
  #recent = new Map();
  #timer = null;

  /**
   * @param {object} options
   * @param {(change: {version: number}, how: {late: boolean}) => void} options.apply
   * @param {(after: number) => void} options.askMissing
   * @param {number} [options.wait] milliseconds
   */
  constructor({ apply, askMissing, wait = 400 }) {
    /** The version of what is shown; null before the first snapshot. */
    this.version = null;
    this.#apply = apply;
    this.#askMissing = askMissing;
    this.#wait = wait;
  }

  /**
   * Start anew from a snapshot's version. Changes it already holds are dropped; those it is too old
   * to hold, though they were applied before, are applied to it once more, as late.
   */
  reset(version) {
    for (const known of this.#early.keys()) {
      if (known <= version) this.#early.delete(known);
    }
    for (const [known, change] of this.#recent) {
      if (known > version && !this.#early.has(known)) {
        this.#early.set(known, { change, late: true });
      }
    }
    this.#recent.clear();
    this.version = version;
    this.#relax();
    this.#drain();
  }

  /** Take a change; `late` marks one that happened while the page was cut off. */
  offer(change, { late = false } = {}) {
    if (this.version !== null && change.version <= this.version) return;
    if (this.#early.has(change.version)) return;
    this.#early.set(change.version, { change, late });
    this.#drain();
  }

  /** Take the word of the server that it stands at `version`. */
  behind(version) {
    if (this.version !== null && version > this.version) this.#expect();
  }

  /** Forget what the connection that just ended left; the next one may tell another history. */
  part() {
    this.#early.clear();
    this.#recent.clear();
    this.#relax();
  }

  #drain() {
    if (this.version === null) return;
    for (;;) {
      const next = this.#early.get(this.version + 1);
      if (!next) break;
      this.version += 1;
      this.#early.delete(this.version);
      this.#remember(next.change);
      try {
        this.#apply(next.change, { late: next.late });
      } catch (error) {
        // One change that cannot be shown must not keep back those after it.
        console.error(error);
      }
    }
    if (this.#early.size) this.#expect();
    else this.#relax();
  }

  #remember(change) {
    this.#recent.set(change.version, change);
    if (this.#recent.size > REMEMBERED) {
      this.#recent.delete(this.#recent.keys().next().value);
    }
  }

  #expect() {
    if (this.#timer !== null) return;
    const at = this.version;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (this.version === at) this.#askMissing(at);
      else if (this.#early.size) this.#expect();
    }, this.#wait);
  }

  #relax() {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}

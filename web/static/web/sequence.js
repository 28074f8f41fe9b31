/**
 * Applies numbered changes strictly in order, once each.
 *
 * Several server processes may publish out of order, so a change that comes too early is kept and a
 * gap is only called a gap after `wait` milliseconds; then `askMissing(version)` is called.
 */
export class Sequence {
  constructor({ apply, askMissing, wait = 400 }) {
    this.version = null;
    this.apply = apply;
    this.askMissing = askMissing;
    this.wait = wait;
    this.early = new Map();
    this.timer = null;
  }

  /** Start anew from a snapshot's version; what it already holds is dropped. */
  reset(version) {
    this.version = version;
    for (const known of this.early.keys()) {
      if (known <= version) this.early.delete(known);
    }
    this.#drain();
  }

  /** Take a change; `late` marks one that was missed and caught up. */
  offer(change, { late = false } = {}) {
    if (this.version === null || change.version <= this.version) return;
    this.early.set(change.version, { change, late });
    this.#drain();
  }

  /** Take the word of the server that it stands at `version`. */
  behind(version) {
    if (this.version !== null && version > this.version) this.#expect();
  }

  #drain() {
    for (;;) {
      const next = this.early.get(this.version + 1);
      if (!next) break;
      this.early.delete(this.version + 1);
      this.version += 1;
      this.apply(next.change, { late: next.late });
    }
    if (this.early.size) this.#expect();
    else this.#relax();
  }

  #expect() {
    if (this.timer !== null) return;
    const at = this.version;
    this.timer = setTimeout(() => {
      this.timer = null;
      if (this.version === at) this.askMissing(at);
      else if (this.early.size) this.#expect();
    }, this.wait);
  }

  #relax() {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }
}

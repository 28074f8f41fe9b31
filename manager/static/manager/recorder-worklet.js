/** Hands the microphone's samples over, some twenty times a second. */
class Taker extends AudioWorkletProcessor {
  #kept = new Float32Array(2048);
  #filled = 0;

  process([input]) {
    const [samples] = input;
    if (!samples) return true;
    this.#kept.set(samples, this.#filled);
    this.#filled += samples.length;
    if (this.#filled + samples.length > this.#kept.length) {
      this.port.postMessage(this.#kept.slice(0, this.#filled));
      this.#filled = 0;
    }
    return true;
  }
}
registerProcessor("taker", Taker);

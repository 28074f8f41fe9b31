/** A microphone's samples, taken by a worklet, and any sound as the WAV file the server keeps. */

/** What the server takes: 16-bit mono samples at this rate. */
const HERTZ = 22_050;

export const canRecord = () =>
  Boolean(navigator.mediaDevices?.getUserMedia && globalThis.AudioWorkletNode);

/** Listens to the microphone until stopped. */
export class Recorder {
  #context = null;
  #stream = null;
  #parts = [];

  /** @param {(level: number) => void} onLevel told how loud it is, 0 to 1, some times a second */
  constructor(onLevel = () => {}) {
    this.onLevel = onLevel;
  }

  /** Begin. Rejects when the browser gives no microphone. */
  async start() {
    this.#stream = await navigator.mediaDevices.getUserMedia({
      audio: { channelCount: 1, echoCancellation: false, noiseSuppression: true },
    });
    this.#context = new AudioContext();
    await this.#context.audioWorklet.addModule("/static/manager/recorder-worklet.js");
    const source = this.#context.createMediaStreamSource(this.#stream);
    const taker = new AudioWorkletNode(this.#context, "taker", { numberOfOutputs: 0 });
    taker.port.onmessage = ({ data }) => {
      this.#parts.push(data);
      this.onLevel(data.reduce((most, each) => Math.max(most, Math.abs(each)), 0));
    };
    source.connect(taker);
  }

  /** End and return what was heard as a WAV file. */
  async stop() {
    const hertz = this.#context.sampleRate;
    for (const track of this.#stream.getTracks()) track.stop();
    await this.#context.close();
    const length = this.#parts.reduce((sum, part) => sum + part.length, 0);
    const buffer = new AudioBuffer({ length: Math.max(length, 1), sampleRate: hertz });
    let at = 0;
    for (const part of this.#parts) {
      buffer.copyToChannel(part, 0, at);
      at += part.length;
    }
    return asWav(buffer);
  }
}

/** Return the sound of a file of any kind this browser plays as a WAV file. Rejects otherwise. */
export async function fileAsWav(file) {
  const decoder = new OfflineAudioContext(1, 1, HERTZ);
  return asWav(await decoder.decodeAudioData(await file.arrayBuffer()));
}

async function asWav(buffer) {
  const length = Math.max(1, Math.round(buffer.duration * HERTZ));
  const context = new OfflineAudioContext(1, length, HERTZ);
  const source = context.createBufferSource();
  source.buffer = buffer;
  source.connect(context.destination);
  source.start();
  const samples = (await context.startRendering()).getChannelData(0);
  const bytes = new DataView(new ArrayBuffer(44 + 2 * samples.length));
  const text = (at, value) =>
    [...value].forEach((letter, place) => bytes.setUint8(at + place, letter.charCodeAt(0)));
  text(0, "RIFF");
  bytes.setUint32(4, 36 + 2 * samples.length, true);
  text(8, "WAVEfmt ");
  bytes.setUint32(16, 16, true);
  bytes.setUint16(20, 1, true);
  bytes.setUint16(22, 1, true);
  bytes.setUint32(24, HERTZ, true);
  bytes.setUint32(28, 2 * HERTZ, true);
  bytes.setUint16(32, 2, true);
  bytes.setUint16(34, 16, true);
  text(36, "data");
  bytes.setUint32(40, 2 * samples.length, true);
  samples.forEach((each, place) =>
    bytes.setInt16(44 + 2 * place, Math.max(-1, Math.min(1, each)) * 32_767, true),
  );
  return new Blob([bytes], { type: "audio/wav" });
}

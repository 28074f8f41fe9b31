/** The bell: it rings when somebody waits and the counter has been idle for a while. */
import { colleagues, desk, find, page } from "./desk.js";

/** How long (ms) until the bell rings again. */
const RING_AGAIN = 20_000;

/** Ring when somebody waits and the counter has been idle for a while; papers silence it. */
let idleSince = null;
let rungAt = 0;
let sound = null;
export function ring() {
  const { open, paused, desk_work: papers } = desk.state?.counter ?? {};
  const idle = open && !paused && !papers && !colleagues() && !desk.state.ticket && desk.state.next;
  const now = performance.now();
  idleSince = idle ? (idleSince ?? now) : null;
  const rings = idleSince !== null && now - idleSince >= page.bellAfter * 1000;
  find("visitor").classList.toggle("visitor-ringing", rings);
  if (!rings || now - rungAt < RING_AGAIN) return;
  rungAt = now;
  sound ??= new AudioContext();
  const [tone, volume] = [sound.createOscillator(), sound.createGain()];
  tone.frequency.value = 880;
  volume.gain.setValueAtTime(0.15, sound.currentTime);
  volume.gain.exponentialRampToValueAtTime(0.001, sound.currentTime + 0.6);
  tone.connect(volume).connect(sound.destination);
  tone.start();
  tone.stop(sound.currentTime + 0.6);
}

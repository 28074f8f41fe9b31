/**
 * Watches that the page is alive, and loads it anew when it is not.
 *
 * What it cannot do is end a script that never yields: nothing in a page can. It catches a page
 * that no longer draws, whose painting fails, or that finds no way back to a server that answers.
 */

const OFTEN = 10_000;
/** How long (ms) nothing may be drawn while the page can be seen. */
const UNDRAWN = 60_000;
/** How long (ms) the page may fail to paint, or to connect though the server answers. */
const PATIENCE = 180_000;
/** How long (ms) the watch itself may sleep; after a longer sleep it begins to count anew. */
const SLEPT = 30_000;

/**
 * @param {object} page
 * @param {() => number} page.painted     how often the page was painted without a fault
 * @param {() => boolean} page.connected  whether it follows the server
 */
export function watch({ painted, connected }) {
  let drawn = performance.now();
  let looked = drawn;
  let well = drawn;
  let failing = null;

  const draw = () => {
    drawn = performance.now();
    setTimeout(() => requestAnimationFrame(draw), 1000);
  };
  requestAnimationFrame(draw);
  // An error that nobody caught: if nothing is painted after it, painting is what fails.
  window.addEventListener("error", () => {
    failing ??= { since: performance.now(), painted: painted() };
  });

  setInterval(async () => {
    const now = performance.now();
    if (now - looked > SLEPT || document.hidden) drawn = well = now;
    looked = now;
    if (failing && painted() > failing.painted) failing = null;
    if (connected()) well = now;
    const dead = now - drawn > UNDRAWN || (failing && now - failing.since > PATIENCE);
    if ((dead || now - well > PATIENCE) && (await answers())) window.location.reload();
  }, OFTEN);
}

/** Say whether the server answers: a page loaded anew without it would be an error page. */
async function answers() {
  try {
    return (await fetch("/healthz", { cache: "no-store" })).ok;
  } catch {
    return false;
  }
}

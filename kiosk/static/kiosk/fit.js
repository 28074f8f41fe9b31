/** Writes a screen a little smaller where it would not fit, so that nobody has to scroll. */

const STEP = 0.03;
/** The least of the usual size; whoever wants larger text rather scrolls. */
const LEAST = 0.75;
const LEAST_LARGE = 0.9;

const page = document.documentElement;

/** Fit what stands there now, as large as may be. */
export function fit() {
  const least = page.classList.contains("ease-large") ? LEAST_LARGE : LEAST;
  for (let size = 1; size >= least; size -= STEP) {
    page.style.setProperty("--fit", size);
    if (page.scrollHeight <= window.innerHeight) return;
  }
}

// What comes up later on the same screen, such as a refusal, may need room as well.
new ResizeObserver(() => {
  if (page.scrollHeight > window.innerHeight) fit();
}).observe(document.body);
window.addEventListener("resize", fit);

/** A tablet that nobody touches any more goes back to its beginning: the next finds no answers. */
const thanked = document.querySelector("[data-thanked]");
const PATIENCE = thanked ? 8000 : 120000;

let timer = null;
function wait() {
  clearTimeout(timer);
  timer = setTimeout(() => window.location.replace("/exit"), PATIENCE);
}
for (const event of ["pointerdown", "keydown", "scroll"]) {
  document.addEventListener(event, wait, { passive: true });
}
wait();

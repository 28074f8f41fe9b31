/** Keys on the kiosk's screen for a code or a number: one for each character, and one that erases. */
import { icon, make } from "/static/web/page.js";

/** Fill `place` with keys that call `add(character)` and `erase()`. */
export function keypad(place, characters, words, add, erase) {
  const key = (more, act, ...inside) => {
    const made = make("button", { type: "button", class: `button button-touch ${more}` }, ...inside);
    made.addEventListener("click", act);
    return made;
  };
  place.replaceChildren(
    ...[...characters].map((each) => key("code-key", () => add(each), each)),
    key("code-erase", erase, icon("back"), words.erase),
  );
}

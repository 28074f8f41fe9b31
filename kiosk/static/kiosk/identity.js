/** The kiosk's screen for the applicant's identity number: typed unseen, kept nowhere. */
import { newKey, Refusal, send } from "/static/web/api.js";
import { fill } from "/static/web/page.js";
import { keypad } from "./keypad.js";

const find = (name) => document.querySelector(`[data-${name}]`);
const LENGTH = 16;
/** Digits that stay readable, so that a slip of the finger is seen. */
const SEEN = 2;

/** Offer the screen. `show(name)` goes to a screen, `back()` from it; `admitted()` goes on. */
export function identityScreen({ words, show, back, admitted }) {
  let typed = "";
  let pass = null;
  let busy = false;

  keypad(find("identity-keys"), "1234567890", words, add, () => put(typed.slice(0, -1)));

  function put(digits) {
    if (busy) return;
    typed = digits;
    refuse(null);
    const hidden = "•".repeat(Math.max(0, typed.length - SEEN));
    find("identity-told").setAttribute("aria-label", fill(words.digits_typed, { count: typed.length }));
    find("identity-told").textContent = typed ? hidden + typed.slice(-SEEN) : words.code_empty;
    find("identity-take").disabled = typed.length < LENGTH;
  }

  function add(digit) {
    if (typed.length < LENGTH) put(typed + digit);
  }

  function refuse(text) {
    find("identity-refused").hidden = text === null;
    find("identity-refused-text").textContent = text ?? "";
  }

  async function take() {
    if (busy || typed.length < LENGTH) return;
    busy = true;
    find("identity-take").disabled = true;
    refuse(null);
    let refused = null;
    try {
      ({ identity: pass } = await send("/identities", { nik: typed }, { key: newKey() }));
    } catch (error) {
      refused = error instanceof Refusal ? error.message : words.unreachable;
    }
    busy = false;
    if (refused === null) {
      put("");
      admitted();
      return;
    }
    put(typed);
    refuse(refused);
    find("identity-take").focus();
  }

  /** Take a key of a keyboard or keypad; say whether it was one of the number. */
  function pressed(key) {
    if (["Backspace", ".", ","].includes(key)) put(typed.slice(0, -1));
    else if (/^[0-9]$/.test(key)) add(key);
    else if (key === "Enter") take();
    else return false;
    return true;
  }

  function open() {
    put("");
    show("identity");
  }

  function clear() {
    pass = null;
    put("");
  }

  find("identity-take").addEventListener("click", take);
  find("identity-back").addEventListener("click", () => {
    put("");
    back();
  });
  put("");
  return { open, pressed, clear, pass: () => pass, isBusy: () => busy };
}

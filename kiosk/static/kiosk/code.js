/** The kiosk's screen for a return slip: its code by touch, keyboard or scanner, for a number. */
import { newKey, Refusal, send } from "/static/web/api.js";
import { keypad } from "./keypad.js";

const find = (name) => document.querySelector(`[data-${name}]`);

/** What codes are made of. */
const LETTERS = "ACEFHJKLMNPRTUVWXY347";
const LENGTH = 10;

/**
 * Offer the screen. `show(name)` goes to a screen, `home()` to the start; `given(ticket)` shows
 * the number taken.
 */
export function codeScreen({ words, locale, show, home, given }) {
  let typed = "";
  let key = null;
  let busy = false;

  keypad(find("code-keys"), LETTERS, words, add, () => put(typed.slice(0, -1)));

  function put(code) {
    if (busy) return;
    typed = code;
    key = null;
    refuse(null);
    find("code-told").textContent = typed
      ? [typed.slice(0, 5), typed.slice(5)].filter(Boolean).join("-")
      : words.code_empty;
    find("code-take").disabled = typed.length < LENGTH;
  }

  function add(letter) {
    if (typed.length < LENGTH) put(typed + letter);
  }

  function refuse(text) {
    find("code-refused").hidden = text === null;
    find("code-refused-text").textContent = text ?? "";
  }

  /** Take the number; asked again for want of an answer, it is not taken twice. */
  async function take() {
    if (busy || typed.length < LENGTH) return;
    busy = true;
    key ??= newKey();
    find("code-take").disabled = true;
    refuse(null);
    try {
      const ticket = await send("/tickets", { return_code: typed, locale }, { key });
      busy = false;
      given(ticket);
      put("");
    } catch (error) {
      busy = false;
      if (error instanceof Refusal) key = null;
      refuse(error instanceof Refusal ? error.message : words.unreachable);
      find("code-take").disabled = false;
      find("code-take").focus();
    }
  }

  /** Take a key of a keyboard or a scanner; say whether it was one of a code. */
  function pressed(key) {
    if (["Backspace", ".", ","].includes(key)) put(typed.slice(0, -1));
    else if (key === "Enter") take();
    else if (LETTERS.includes(key.toUpperCase())) add(key.toUpperCase());
    else return false;
    return true;
  }

  function open() {
    put("");
    show("code");
  }

  find("code-begin").addEventListener("click", open);
  find("code-take").addEventListener("click", take);
  find("code-back").addEventListener("click", home);
  return { open, pressed, clear: () => put(""), isBusy: () => busy };
}

/** Headphone mode: the screen read aloud, and worked with the keys of a keypad. */
import { fill } from "/static/web/page.js";

const find = (name) => document.querySelector(`[data-${name}]`);
const SPOKEN = "h1, h2, p, li, legend, summary, button, a[href], label, output";
/** Whether headphones are still in use after the page was loaded anew in another language. */
const ON = "listening";

/** How loud it is, in steps; each visitor begins in the middle. */
const LOUDEST = 5;
const USUAL = 3;
const LOUDER = { 2: 1, 8: -1, "+": 1, "-": -1 };

const KEYS = { 4: -1, ArrowLeft: -1, ArrowUp: -1, 6: 1, ArrowRight: 1, ArrowDown: 1 };

/**
 * Offer headphone mode. `words` are its own; `typing()` says that digits are typed on this screen;
 * `touched()` is told that somebody still listens.
 */
export function listening({ words, typing, touched }) {
  const button = find("listen");
  const audio = new Audio();
  let on = false;
  let place = -1;
  let queue = [];
  let level = USUAL;

  const screen = () => document.querySelector("[data-screen]:not([hidden])");
  const seen = (element) =>
    element.checkVisibility() && !element.closest("[hidden], [inert], dialog:not([open])");

  /** All that can be heard now, in order: what stands inside another part is part of that. */
  function parts() {
    const cut = document.querySelector("dialog[open]");
    const roots = cut
      ? [cut]
      : [screen(), ...document.querySelectorAll(".top-languages")];
    return roots.flatMap((root) =>
      [...root.querySelectorAll(SPOKEN)].filter(
        (each) => seen(each) && inTongue(each) && said(each) && !each.parentElement.closest("button, label, summary, a[href]") && !each.querySelector("label"),
      ),
    );
  }

  /** Whether it is to be read: what stands there in another language as well is not. */
  function inTongue(element) {
    return element.matches("a[href]") || element.closest("[lang]").lang === document.documentElement.lang;
  }

  function said(element) {
    const text = element.getAttribute("aria-label") || element.innerText.replaceAll(/\s*\n\s*/g, ". ").trim();
    const box = element.matches("label") ? element.querySelector("input") : null;
    if (box) return `${text}. ${box.checked ? words.chosen : words.not_chosen}`;
    if (!element.matches("button, a[href], summary")) return text;
    if (element.disabled) return `${text}. ${words.off}`;
    const pressed = element.getAttribute("aria-pressed") ?? element.getAttribute("aria-current");
    return `${text}. ${pressed === "true" ? words.pressed : words.press}`;
  }

  function say(...texts) {
    queue = texts.filter(Boolean);
    next();
  }

  function next() {
    const text = queue.shift();
    if (!text || !on) return;
    touched();
    find("heard").textContent = text;
    audio.src = `/voice/${document.documentElement.lang}.wav?${new URLSearchParams({ text: text.slice(0, 400) })}`;
    audio.play().catch(() => {});
  }
  audio.addEventListener("ended", () => {
    touched();
    next();
  });
  audio.addEventListener("error", () => {
    if (audio.getAttribute("src")) find("heard").textContent = words.silent;
  });

  function go(by) {
    const all = parts();
    if (!all.length) return;
    place = Math.min(Math.max(place + by, 0), all.length - 1);
    const there = all[place];
    const control = there.matches("label") ? there.querySelector("input") : there;
    control.focus({ preventScroll: false });
    there.scrollIntoView({ block: "nearest" });
    say(said(there));
  }

  /** Do what the part in question does, and say how it stands then. */
  function press() {
    const there = parts()[place];
    if (!there) return;
    const former = screen();
    there.click();
    requestAnimationFrame(() => {
      if (former.hidden || !on) return;
      const now = parts()[place];
      const files = now?.closest(".matter-files");
      if (seen(there)) say(said(there));
      else if (there.dataset.key && files) {
        say(`${files.getAttribute("aria-label")}: ${files.querySelector("output").value}`, said(now));
      } else arrived();
    });
  }

  function loud(by) {
    level = Math.min(Math.max(level + by, 1), LOUDEST);
    audio.volume = level / LOUDEST;
    if (by) say(fill(words.volume, { level, most: LOUDEST }));
  }

  function turn(wanted) {
    on = wanted;
    level = USUAL;
    loud(0);
    button.setAttribute("aria-pressed", String(on));
    find("heard-box").hidden = !on;
    sessionStorage.setItem(ON, on ? "yes" : "");
    if (!on) {
      queue = [];
      audio.pause();
      audio.removeAttribute("src");
    }
  }

  /** A screen has come up: all of a ticket is read, of others what they ask. */
  function arrived() {
    place = -1;
    if (!on) return;
    const name = document.querySelector("dialog[open]") ? "cut" : screen().dataset.screen;
    const all = parts();
    const told = all.filter((each) => !each.matches("button, label, a[href], summary"));
    const asks = told.filter((each) => each.closest("h1, .lead, .notice")).map(said);
    if (name === "home") say(words.how, ...asks);
    else if (typing()) say(...asks, words.typing);
    else if (name === "confirm") say(...asks);
    else say(...told.map(said), words.again);
  }

  button.addEventListener("click", () => {
    turn(!on);
    if (on) arrived();
  });
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "*" || event.key === "/") {
        event.preventDefault();
        button.click();
        return;
      }
      if (!on || (typing() && /^[0-9]$/.test(event.key))) return;
      if (event.key in LOUDER) loud(LOUDER[event.key]);
      else if (event.key in KEYS) go(KEYS[event.key]);
      else if (event.key === "5" || (event.key === "Enter" && place >= 0)) press();
      else if (event.key === "0") arrived();
      else return;
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    true,
  );
  for (const each of document.querySelectorAll('[role="alert"]')) {
    new MutationObserver(() => {
      if (on && !each.hidden) say(said(each));
    }).observe(each, { attributeFilter: ["hidden"] });
  }
  for (const each of document.querySelectorAll(".code-told[role]")) {
    let former = "";
    new MutationObserver(() => {
      const typed = each.getAttribute("aria-label") || each.textContent;
      if (on && seen(each) && typed !== former) say(said(each));
      former = typed;
    }).observe(each, { childList: true });
  }
  turn(sessionStorage.getItem(ON) === "yes");
  return { arrived, end: () => turn(false), isOn: () => on };
}

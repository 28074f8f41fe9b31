/** Headphone mode: the screen read aloud, and worked with four keys of a keypad. */

const find = (name) => document.querySelector(`[data-${name}]`);
const SPOKEN = "h1, h2, p, li, legend, summary, button, a[href], label, output";
/** Whether headphones are still in use after the page was loaded anew in another language. */
const ON = "listening";

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

  const seen = (element) =>
    element.checkVisibility() && !element.closest("[hidden], [inert], dialog:not([open])");

  /** All that can be heard now, in order: what stands inside another part is part of that. */
  function parts() {
    const cut = document.querySelector("dialog[open]");
    const roots = cut
      ? [cut]
      : [document.querySelector("[data-screen]:not([hidden])"), ...document.querySelectorAll(".top-languages")];
    return roots.flatMap((root) =>
      [...root.querySelectorAll(SPOKEN)].filter(
        (each) => seen(each) && said(each) && !each.parentElement.closest("button, label, summary, a[href]") && !each.querySelector("label"),
      ),
    );
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
    const former = document.querySelector("[data-screen]:not([hidden])");
    there.click();
    requestAnimationFrame(() => {
      const same = former === document.querySelector("[data-screen]:not([hidden])");
      if (same && there.isConnected && there.matches("label, button, summary")) say(said(there));
    });
  }

  function turn(wanted) {
    on = wanted;
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
  function arrived(name) {
    place = -1;
    if (!on) return;
    const all = parts();
    const texts = all.filter((each) => !each.matches("button, label, a[href], summary")).map(said);
    if (name === "home") say(words.how, ...texts.slice(0, 2));
    else if (name === "ticket" || name === "mine") say(...texts, words.again);
    else say(...texts.slice(0, 2));
  }

  button.addEventListener("click", () => {
    turn(!on);
    if (on) arrived("home");
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
      if (event.key in KEYS) go(KEYS[event.key]);
      else if (event.key === "5" || (event.key === "Enter" && place >= 0)) press();
      else if (event.key === "0") arrived(document.querySelector("[data-screen]:not([hidden])").dataset.screen);
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
  turn(sessionStorage.getItem(ON) === "yes");
  return { arrived, end: () => turn(false), isOn: () => on };
}

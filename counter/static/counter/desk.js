/** What every part of the console knows: the office's words and services, and how the counter stands. */
import { fill, icon, inWords, make, readData } from "/static/web/page.js";

export const page = readData("console");
export const words = readData("words");
export const services = new Map(page.services.map((each) => [each.code, each]));
export const classes = new Map(page.classes.map((each) => [each.code, each]));
export const counters = new Map(page.counters.map((each) => [each.number, each.name]));
export const find = (name) => document.querySelector(`[data-${name}]`);

/** How the counter stands (`state`, the newest snapshot) and why its visitor was called. */
export const desk = { state: null, /** {label, text} */ calledFor: null };

/** Say whether a colleague is signed on here. */
export function colleagues() {
  return desk.state.counter.open && desk.state.counter.account_id !== page.account;
}

/** Say whether a colleague is signed on here and this person may not act in their place. */
export function taken() {
  return colleagues() && !page.anywhere;
}

/**
 * Put `children` into `element`, unless the same stand there already, so that nothing is read out
 * or loses its focus for nothing. A focused button stays focused where it comes again.
 */
const standing = new Map();
export function redraw(element, ...children) {
  const fresh = make("div", {}, ...children);
  if (fresh.isEqualNode(standing.get(element) ?? null)) return;
  standing.set(element, fresh.cloneNode(true));
  const focused = element.contains(document.activeElement) ? document.activeElement : null;
  element.replaceChildren(...fresh.childNodes);
  if (!focused) return;
  const same = focused.dataset.is && element.querySelector(`[data-is="${focused.dataset.is}"]`);
  const stays = same || element.querySelector("button:not(:disabled)");
  (stays || find("verbs").querySelector("button:not(:disabled)") || find("line").parentElement).focus();
}

export function mark(code) {
  if (code === "ordinary") return null;
  const name = classes.get(code)?.name ?? code;
  return make("span", { class: "badge badge-priority" }, icon("priority"), name);
}

/** What is to be done for a visitor today, each with its sign. */
export function toDo(needs) {
  return (needs ?? []).map((code) =>
    make("span", { class: "badge badge-need" }, icon("help"), page.needs[code] ?? code),
  );
}

export function waited(seconds) {
  return make("span", { class: "badge" }, fill(words.waited, { time: inWords(seconds) }));
}

export function firstOf(line) {
  return line.find((each) => each.label === desk.state.next?.label);
}

/** Say in words why a waiting ticket stands where it does among those of this counter. */
export function because(each) {
  const said = [];
  const rate = classes.get(each.priority)?.rate ?? 1;
  const longer = desk.state.line.filter(
    (other) => other.mine && other.reason.waited_min > each.reason.waited_min,
  ).length;
  if (each.only_here) said.push(words.why_only);
  if (each.reason.policy === "ratio") said.push(words.why_ratio);
  else if (each.reason.policy === "accumulating" && rate !== 1) {
    const name = classes.get(each.priority)?.name ?? each.priority;
    const shown = new Intl.NumberFormat(document.documentElement.lang).format(rate);
    said.push(fill(words.why_rate, { name, rate: shown }));
  }
  if (longer) said.push(fill(words.why_before, { count: longer }));
  else said.push(words.why_longest);
  if (each.reason.waited_min < Math.floor(each.waited_s / 60)) {
    said.push(fill(words.why_counts, { time: inWords(each.reason.waited_min * 60) }));
  }
  return said.join(" ");
}

/** The staff console: the visitor at the counter, every verb with its key, and the line beside. */
import { endings } from "./endings.js";
import { ring } from "./bell.js";
import {
  because,
  colleagues,
  desk,
  find,
  page,
  redraw,
  taken,
  words,
} from "./desk.js";
import { lists } from "./line.js";
import { byHand } from "./numbers.js";
import { takingOver } from "./takeover.js";
import { transferring } from "./transfer.js";
import { inField } from "./visitor.js";
import { Refusal, send } from "/static/web/api.js";
import { follow, liveBanner } from "/static/web/live.js";
import { elapsed, fill, icon, inLanguage, make, toast } from "/static/web/page.js";

const visitor = find("visitor");
const verbs = find("verbs");
const transferBox = find("transfer");
const reasonBox = find("reason");
const helpBox = find("help");
const pauseBox = find("pause");
const moveBox = find("move");

/** A second press of the same within this time (ms) is a finger's, not a wish. */
const DOUBLE = 700;
/** Longest (ms) that a key pressed while another verb was under way is still meant. */
const MEANT = 2000;
/** Changes of the office after which somebody may do more or less. */
const RIGHTS = new Set(["rights_changed", "account_changed"]);
/** After this long (ms) a verb that is under way says so. */
const SLOW = 600;
/** After this long (ms) it says that it goes out by itself. */
const STUCK = 5000;
/** How long (ms) a verb is tried, so that a network that drops for a minute loses no key. */
const INSISTENCE = 90_000;
/** How long (ms) to show what was done and how to take it back. */
const READING = 6000;

let busy = false;
/** Whether a verb was done and what may follow it has not been told yet. */
let awaited = false;

const takeOver = takingOver();
takeOver.tell();

const live = follow({
  namespace: "/counter",
  auth: { counter: page.number },
  onSnapshot(snapshot) {
    desk.state = snapshot;
    awaited = false;
    takeOver.notice();
    show();
    goOn();
  },
  onChange(change) {
    if (RIGHTS.has(change.kind)) renewRights();
    else if (change.kind !== "rating_given") refreshSoon();
  },
  onState: liveBanner(() => window.location.assign(page.choose)),
  // What the waiting room's speaker says has moved; the snapshot knows when it is this call's turn.
  // What a visitor needs today stands in no journal, and so in no change.
  events: { announcing: refreshSoon, needs: refreshSoon },
});

/** Take what this person may do now from the page as the server tells it, amid a visit as well. */
async function renewRights() {
  const text = await fetch(window.location.href)
    .then((answer) => answer.text())
    .catch(() => "");
  const fresh = new DOMParser().parseFromString(text, "text/html");
  const told = fresh.getElementById("console");
  if (!told) return;
  Object.assign(page, JSON.parse(told.textContent));
  find("key-list").replaceWith(fresh.querySelector("[data-key-list]"));
  live.refresh();
}

/** Ask for the line anew, at most twice a second however many changes come. */
let refreshing = null;
function refreshSoon() {
  if (refreshing !== null) return;
  refreshing = setTimeout(() => {
    refreshing = null;
    live.refresh();
  }, 500);
}

const VERBS = {
  open: { path: "open", icon: "counter", word: "open" },
  next: { path: "next", icon: "call", word: "next", key: "n" },
  recall: { path: "recall", icon: "recall", word: "recall", key: "r" },
  start: { path: "start", icon: "start", word: "start", key: "s" },
  finish: { path: "finish", icon: "finish", word: "finish", key: "f", told: "done" },
  finishNext: { path: "finish-and-next", icon: "call", word: "finish_next", key: "n" },
  noShow: { path: "no-show", icon: "no-show", word: "no_show", key: "a", told: "missed" },
  hold: { path: "hold", icon: "hold", word: "hold", key: "h", told: "held" },
  transfer: { icon: "transfer", word: "transfer", key: "t" },
  back: { path: "back", icon: "start", word: "back_again" },
  outcome: { icon: "document", word: "outcome", key: "e" },
  note: { key: "m" },
  walkIn: { key: "w" },
  admit: { key: "c" },
  cancel: { key: "x" },
  reprint: { key: "l" },
  needs: { key: "k" },
  undo: { path: "undo", key: "z", told: "undone" },
  pause: { key: "p" },
  papers: { path: "desk-work", key: "d" },
  callHelp: { path: "help", key: "!", told: "help_called" },
  takeOver: { key: "g" },
  putBack: { path: "put-back", icon: "back", word: "put_back", key: "b", told: "back" },
};

/** What is offered only some seconds after the call was heard. */
const LATER = ["recall", "noShow"];

/** Return the large button's verb and the others, as the visitor stands. */
function offered() {
  if (taken()) return [null, []];
  if (!desk.state.counter.open) return ["open", []];
  if (desk.state.counter.paused) return ["back", []];
  const status = desk.state.ticket?.status;
  const on = page.transfer ? ["transfer"] : [];
  if (status === "called") {
    return ["start", ["recall", "noShow", "finishNext", "hold", ...on, "putBack"]];
  }
  if (status === "serving") return ["finishNext", ["finish", "outcome", "hold", ...on]];
  return ["next", []];
}

function show() {
  const name = inLanguage(desk.state.counter.names) || desk.state.counter.name;
  document.title = desk.state.waiting.mine ? `(${desk.state.waiting.mine}) ${name}` : name;
  find("rehearsal").hidden = !desk.state.rehearsal;
  showVisitor();
  showVerbs();
  line.showLine();
  line.showAside("held", desk.state.held, "resume", "resumed");
  line.showAside("missed", desk.state.missed, "rejoin", "rejoined");
  find("close-counter").hidden = !desk.state.counter.open || taken();
  showSide();
}

/** Show the quiet buttons under the verbs that mean something now. */
function showSide() {
  const { open, paused } = desk.state.counter;
  const papers = desk.state.counter.desk_work;
  find("undo").hidden = taken() || !undoable();
  find("undo-label").textContent = desk.state.undo?.label ?? "";
  find("pause-begin").hidden = taken() || !open || paused || desk.state.ticket !== null;
  find("papers").hidden = taken() || !open || paused;
  find("papers").setAttribute("aria-pressed", String(papers));
  find("call-help").hidden = taken();
  find("note-add").hidden = taken() || !desk.state.ticket;
  find("admit-begin").hidden = taken();
  find("cancel-begin").hidden = taken() || !page.cancel;
  find("reprint-begin").hidden = taken() || !page.reprint;
  find("needs-begin").hidden = taken() || !desk.state.ticket;
  find("walk-in-begin").hidden = taken() || !page.walkIn || !open || paused || desk.state.ticket !== null;
}

function undoable() {
  return desk.state.undo && live.now() < Date.parse(desk.state.undo.until);
}

function showVisitor() {
  const ticket = desk.state.ticket;
  visitor.className = `visitor card ${ticket ? `visitor-${ticket.status}` : ""}`;
  redraw(find("told"), ...inField());
  tick();
}

/** Say when the call is heard, and from when on it may be repeated; empty where nobody says it. */
function heard() {
  const told = desk.state.ticket?.status === "called" ? desk.state.announcement : null;
  if (!told) return "";
  const seconds = (at) => Math.ceil((Date.parse(at) - live.now()) / 1000);
  if (told.state === "waiting") {
    return fill(words.announced_in, { count: Math.max(1, seconds(told.starts_at)) });
  }
  if (told.state === "speaking") return words.announcing;
  return tooSoon() ? fill(words.again_in, { count: seconds(told.again_at) }) : "";
}

/** Say whether the visitor may still be on the way, so that nobody is called again or missed. */
function tooSoon() {
  const again = desk.state.ticket?.status === "called" && desk.state.announcement?.again_at;
  return Boolean(again) && Date.parse(again) > live.now();
}

/** Whether the verbs as shown leave out what is offered later. */
let waitingForIt = false;
function showVerbs() {
  waitingForIt = tooSoon();
  const [main, others] = offered();
  verbs.dataset.kind = desk.state.ticket?.status ?? "none";
  redraw(
    verbs,
    main ? button(main, "button button-primary button-large verb-main", "Enter", true) : null,
    ...others.map((name) => button(name, "button verb", VERBS[name].key.toUpperCase())),
  );
}

function button(name, classes, key, main = false) {
  const verb = VERBS[name];
  const made = make(
    "button",
    {
      type: "button",
      class: classes,
      disabled: (name === "next" && !desk.state.next) || (LATER.includes(name) && tooSoon()),
      "data-verb": name,
      "data-is": main ? "main" : name,
      "aria-keyshortcuts": key,
    },
    icon(verb.icon),
    make("span", {}, words[verb.word]),
    make("kbd", { "aria-hidden": "true" }, key),
  );
  made.addEventListener("click", () => perform(name, main ? "main" : name));
  return made;
}

/** Do a verb once, however often its button or key (`source`) is pressed in a row. */
let pressed = { source: null, at: -DOUBLE };
function perform(name, source) {
  const at = performance.now();
  if (busy || !desk.state || (source === pressed.source && at - pressed.at < DOUBLE)) return;
  pressed = { source, at };
  if (name === "transfer") {
    transfer.open();
    return;
  }
  if (name === "finish" || (name === "finishNext" && desk.state.ticket)) {
    ending.finish(VERBS[name].path, VERBS[name].told);
    return;
  }
  if (name === "outcome") return ending.choose();
  if (name === "note") return ending.note();
  if (name === "walkIn") return ending.walkIn();
  if (["admit", "cancel", "reprint", "needs"].includes(name)) return numbers[name]();
  if (name === "takeOver") return takeOver.open();
  if (name === "pause") {
    pauseBox.returnValue = "";
    pauseBox.showModal();
    return;
  }
  const verb = VERBS[name];
  const body = name === "papers" ? { on: !desk.state.counter.desk_work } : {};
  const label = name === "undo" ? desk.state.undo?.label : undefined;
  ask(verb.path, body, { told: verb.told, label });
}

/** Send a verb; show its answer at once, then the line anew. */
async function ask(path, body, { told, label, because: chosen, ...more } = {}) {
  if (busy) return;
  busy = true;
  verbs.setAttribute("aria-busy", "true");
  const saying = [
    [SLOW, words.sending],
    [STUCK, words.stuck],
  ].map(([after, said]) => setTimeout(() => void (find("sending").textContent = said), after));
  const before = desk.state.ticket?.label;
  const lined = desk.state.line;
  try {
    const answer = await send(`/counters/${page.number}/${path}`, body, { patience: INSISTENCE });
    accept(answer.ticket, path, lined, chosen);
    const facts = {
      label: label ?? before,
      answered: answer.ticket?.label,
      places: desk.state.reentry_places,
      ...more,
    };
    // What was done before is old news, and would hide the number.
    if (told) document.querySelector(".toasts").replaceChildren();
    if (told) toast(fill(words[told], facts), "good", READING);
    if (answer.return_right) ending.tellReturn(answer.return_right);
  } catch (error) {
    if (error.problem?.code === "counter_elsewhere") moving(error.problem);
    else toast(error instanceof Refusal ? error.message : words.unreachable, "bad");
  } finally {
    saying.forEach(clearTimeout);
    find("sending").textContent = "";
    busy = false;
    awaited = true;
    verbs.removeAttribute("aria-busy");
    showVisitor();
    showVerbs();
    showSide();
    live.refresh();
    goOn();
  }
}

/** Ask whoever is still at another counter whether they move here, or send them to their visitor. */
function moving({ counter: former, label }) {
  const facts = { former, label, number: page.number };
  find("move-title").textContent = fill(words.move_title, facts);
  find("move-told").textContent = fill(label ? words.move_visitor : words.move_told, facts);
  find("move-here").hidden = Boolean(label);
  find("move-there").hidden = !label;
  find("move-there").textContent = fill(words.move_back, facts);
  find("move-there").href = `${page.choose}/${former}`;
  moveBox.returnValue = "";
  moveBox.showModal();
  find(label ? "move-there" : "move-here").focus();
}

/** Take what a verb answered: the visitor now here, if any, and why that one was called. */
function accept(ticket, path, lined, chosen) {
  const here = ticket && ["called", "serving"].includes(ticket.status);
  // What concerns a ticket of the lists beside, or none, leaves the visitor alone.
  if (!ASIDE.has(path)) {
    const came = here && lined.find((each) => each.label === ticket.label);
    if (!here || came) desk.state.needs = came?.needs ?? [];
    desk.state.ticket = here ? ticket : null;
  }
  desk.state.undo = null;
  if (path === "pause") desk.state.counter.paused = true;
  if (path === "back") desk.state.counter.paused = false;
  if (path === "desk-work") desk.state.counter.desk_work = !desk.state.counter.desk_work;
  if (!["return", "cancel", "needs"].includes(path)) desk.state.counter.open = path !== "close";
  if (desk.state.counter.open) desk.state.counter.account_id ??= page.account;
  if (!here || !ticket.reason) return;
  const called = lined.find((each) => each.label === ticket.label);
  const text = chosen ?? (called ? because(called) : null);
  desk.calledFor = text ? { label: ticket.label, text } : null;
}

const ASIDE = new Set([
  ...["resume", "rejoin", "undo", "pause", "back", "desk-work", "help", "priority", "return", "cancel"],
  "needs",
]);
const line = lists({ ask, now: live.now });
const transfer = transferring(ask);
const numbers = byHand(ask);
const ending = endings({ page, words, ask, visitor: () => desk.state.ticket });

for (const made of document.querySelectorAll("[data-dismiss]")) {
  made.addEventListener("click", () => made.closest("dialog").close("cancel"));
}

moveBox.addEventListener("close", () => {
  if (moveBox.returnValue === "move") ask("open", { move: true });
});
pauseBox.addEventListener("close", () => {
  const reason = pauseBox.returnValue;
  if (!page.pauses[reason]) return;
  const minutes = Number(find("pause-minutes").value) || null;
  ask("pause", { reason, minutes }, {});
});
for (const [name, verb] of Object.entries({
  undo: "undo",
  "pause-begin": "pause",
  papers: "papers",
  "call-help": "callHelp",
  "note-add": "note",
  "walk-in-begin": "walkIn",
  "admit-begin": "admit",
  "cancel-begin": "cancel",
  "reprint-begin": "reprint",
  "needs-begin": "needs",
})) {
  find(name).addEventListener("click", () => perform(verb, verb));
}

find("show-keys").addEventListener("click", () => helpBox.showModal());
find("close-counter").addEventListener("click", async () => {
  if (await closed()) window.location.assign(page.choose);
});
// Who goes home leaves no counter open behind.
find("sign-out").addEventListener("submit", async (event) => {
  if (!desk.state?.counter.open || colleagues()) return;
  event.preventDefault();
  if (await closed()) event.target.submit();
});

/** Close the counter; say why if that is refused. */
async function closed() {
  try {
    await send(`/counters/${page.number}/close`);
    return true;
  } catch (error) {
    toast(error instanceof Refusal ? error.message : words.unreachable, "bad");
    return false;
  }
}

document.addEventListener("keydown", (event) => {
  if (!desk.state || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
  const key = event.key.toLowerCase();
  const list = [reasonBox, pauseBox].find((box) => box.open);
  if (list) {
    if (event.target.closest?.("select")) return;
    if (/^[1-9]$/.test(key)) list.querySelectorAll(".options button")[key - 1]?.click();
    return;
  }
  if (transferBox.open) {
    if (!event.target.closest?.("select, input")) transfer.chooseByKey(key);
    return;
  }
  if (numbers.digit(key) || ending.digit(key, event)) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.target.closest?.("input, select, textarea, summary")) return;
  if (event.key === "Enter") {
    if (event.target.closest?.("button, a")) return;
    event.preventDefault();
    press(offered()[0], "main");
  } else if (event.key === "?") {
    helpBox.showModal();
  } else if (event.key === "/") {
    event.preventDefault();
    find("filter").focus();
  } else {
    // A letter that opens a dialog is not its first field's first letter.
    if (Object.values(VERBS).some((verb) => verb.key === key)) event.preventDefault();
    type(key);
  }
});

/**
 * Do what a letter stands for as things are; while a verb is under way, or what follows it is not
 * told yet, as soon as it can be done.
 */
let typedAhead = null;
function type(key, at = performance.now()) {
  const source = `key ${key}`;
  if (busy) {
    if (source !== pressed.source) typedAhead = { key, at };
    return;
  }
  const [main, others] = offered();
  const done = press(
    [main, ...others, ...Object.keys(SIDE)].find((name) => name && VERBS[name].key === key),
    source,
  );
  if (!done && awaited) typedAhead = { key, at };
}

/** Do what was typed ahead, if it is still meant. */
function goOn() {
  const next = typedAhead;
  typedAhead = null;
  if (next && performance.now() - next.at < MEANT) type(next.key, next.at);
}

/** The verbs of the quiet buttons. */
const SIDE = {
  undo: "undo",
  pause: "pause-begin",
  papers: "papers",
  callHelp: "call-help",
  note: "note-add",
  walkIn: "walk-in-begin",
  admit: "admit-begin",
  cancel: "cancel-begin",
  takeOver: "take-over-begin",
  reprint: "reprint-begin",
  needs: "needs-begin",
};

/** Press the button of a verb, if it can be; say whether it could. */
function press(name, source) {
  const made = name && (SIDE[name] ? find(SIDE[name]) : verbs.querySelector(`[data-verb="${name}"]`));
  if (!made || made.disabled || made.hidden) return false;
  perform(name, source);
  return true;
}

/** Keep the running time beside the visitor right. */
function tick() {
  const ticket = desk.state && !taken() ? desk.state.ticket : null;
  const since = ticket && (ticket.started_at ?? ticket.called_at);
  find("time").textContent = since
    ? fill(words.since, { time: elapsed((live.now() - Date.parse(since)) / 1000) })
    : "";
  find("heard").textContent = desk.state && !taken() ? heard() : "";
  if (desk.state && waitingForIt !== tooSoon()) showVerbs();
}

setInterval(() => {
  tick();
  ring();
  if (desk.state && !find("undo").hidden) showSide();
}, 1000);

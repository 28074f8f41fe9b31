/** The staff console: the visitor at the counter, every verb with its key, and the line beside. */
import { endings } from "./endings.js";
import { read, Refusal, send } from "/static/web/api.js";
import { follow, liveBanner } from "/static/web/live.js";
import {
  elapsed,
  fill,
  icon,
  inLanguage,
  inWords,
  make,
  readData,
  toast,
} from "/static/web/page.js";

const page = readData("console");
const words = readData("words");
const services = new Map(page.services.map((each) => [each.code, each]));
const classes = new Map(page.classes.map((each) => [each.code, each]));
const counters = new Map(page.counters.map((each) => [each.number, each.name]));
const find = (name) => document.querySelector(`[data-${name}]`);

const visitor = find("visitor");
const verbs = find("verbs");
const transferBox = find("transfer");
const reasonBox = find("reason");
const helpBox = find("help");
const pauseBox = find("pause");

/** A second press of the same within this time (ms) is a finger's, not a wish. */
const DOUBLE = 700;
/** Longest (ms) that a key pressed while another verb was under way is still meant. */
const MEANT = 2000;
/** After this long (ms) a verb that is under way says so. */
const SLOW = 600;
/** How long (ms) until the bell rings again. */
const RING_AGAIN = 20_000;
/** How long (ms) to show what was done and how to take it back. */
const READING = 6000;

let state = null;
let busy = false;
/** Whether a verb was done and what may follow it has not been told yet. */
let awaited = false;
/** Why the present visitor was called: {label, text}. */
let calledFor = null;

const live = follow({
  namespace: "/counter",
  auth: { counter: page.number },
  onSnapshot(snapshot) {
    state = snapshot;
    awaited = false;
    show();
    goOn();
  },
  onChange(change) {
    if (change.kind !== "rating_given") refreshSoon();
  },
  onState: liveBanner(() => window.location.assign(page.choose)),
  // What the waiting room's speaker says has moved; the snapshot knows when it is this call's turn.
  events: { announcing: refreshSoon },
});

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
  undo: { path: "undo", key: "z", told: "undone" },
  pause: { key: "p" },
  papers: { path: "desk-work", key: "d" },
  callHelp: { path: "help", key: "!", told: "help_called" },
  putBack: { path: "put-back", icon: "back", word: "put_back", key: "b", told: "back" },
};

/** What is offered only some seconds after the call was heard. */
const LATER = ["recall", "noShow"];

/** Say whether a colleague is signed on here. */
function colleagues() {
  return state.counter.open && state.counter.account_id !== page.account;
}

/** Say whether a colleague is signed on here and this person may not act in their place. */
function taken() {
  return colleagues() && !page.anywhere;
}

/** Return the large button's verb and the others, as the visitor stands. */
function offered() {
  if (taken()) return [null, []];
  if (!state.counter.open) return ["open", []];
  if (state.counter.paused) return ["back", []];
  const status = state.ticket?.status;
  if (status === "called") {
    return ["start", ["recall", "noShow", "finishNext", "hold", "transfer", "putBack"]];
  }
  if (status === "serving") return ["finishNext", ["finish", "outcome", "hold", "transfer"]];
  return ["next", []];
}

/**
 * Put `children` into `element`, unless the same stand there already, so that nothing is read out
 * or loses its focus for nothing. A focused button stays focused where it comes again.
 */
const standing = new Map();
function redraw(element, ...children) {
  const fresh = make("div", {}, ...children);
  if (fresh.isEqualNode(standing.get(element) ?? null)) return;
  standing.set(element, fresh.cloneNode(true));
  const focused = element.contains(document.activeElement) ? document.activeElement : null;
  element.replaceChildren(...fresh.childNodes);
  if (!focused) return;
  const same = focused.dataset.is && element.querySelector(`[data-is="${focused.dataset.is}"]`);
  const stays = same || element.querySelector("button:not(:disabled)");
  (stays || verbs.querySelector("button:not(:disabled)") || find("line").parentElement).focus();
}

function show() {
  const name = inLanguage(state.counter.names) || state.counter.name;
  document.title = state.waiting.mine ? `(${state.waiting.mine}) ${name}` : name;
  showVisitor();
  showVerbs();
  showLine();
  showAside("held", state.held, "resume", "resumed");
  showAside("missed", state.missed, "rejoin", "rejoined");
  find("close-counter").hidden = !state.counter.open || taken();
  showSide();
}

/** Show the quiet buttons under the verbs that mean something now. */
function showSide() {
  const { open, paused } = state.counter;
  const papers = state.counter.desk_work;
  find("undo").hidden = taken() || !undoable();
  find("undo-label").textContent = state.undo?.label ?? "";
  find("pause-begin").hidden = taken() || !open || paused || state.ticket !== null;
  find("papers").hidden = taken() || !open || paused;
  find("papers").setAttribute("aria-pressed", String(papers));
  find("call-help").hidden = taken();
  find("note-add").hidden = taken() || !state.ticket;
  find("walk-in-begin").hidden = taken() || !page.walkIn || paused || state.ticket !== null;
}

function undoable() {
  return state.undo && live.now() < Date.parse(state.undo.until);
}

function showVisitor() {
  const ticket = state.ticket;
  visitor.className = `visitor card ${ticket ? `visitor-${ticket.status}` : ""}`;
  redraw(find("told"), ...(taken() ? lookingOn() : ticket ? present(ticket) : nobody()));
  tick();
}

/** What stands in the large field at a colleague's counter. */
function lookingOn() {
  return [
    make("p", { class: "visitor-quiet" }, fill(words.taken, { clerk: state.counter.clerk ?? "" })),
    state.ticket ? make("p", { class: "label visitor-theirs" }, state.ticket.label) : null,
    make("p", { class: "muted" }, words.taken_hint),
    make("a", { class: "button button-primary", href: page.choose }, icon("back"), words.choose),
  ];
}

/** What stands there without a visitor. */
function nobody() {
  const next = firstOf(state.line);
  if (!state.counter.open) {
    const count = state.waiting.mine;
    return [
      make("p", { class: "visitor-quiet" }, words.closed),
      make("p", { class: "muted" }, words.closed_hint),
      count ? make("p", {}, make("strong", {}, fill(words.closed_waiting, { count }))) : null,
    ];
  }
  if (state.counter.paused) {
    const back = state.counter.back_at;
    return [
      make("p", { class: "visitor-quiet" }, words.paused),
      make("p", {}, page.pauses[state.counter.pause_reason] ?? ""),
      back ? make("p", {}, fill(words.back_at, { time: clock(back) })) : null,
      standsIn(),
    ];
  }
  if (!next) {
    return [
      make("p", { class: "visitor-quiet" }, words.empty),
      make("p", { class: "muted" }, words.empty_hint),
      standsIn(),
    ];
  }
  return [
    make(
      "p",
      { class: "visitor-quiet" },
      words.ready,
      make("span", { class: "label" }, next.label),
    ),
    make("p", { class: "visitor-service" }, services.get(next.service)?.name ?? next.service),
    make("p", { class: "row" }, mark(next.priority), waited(next.waited_s)),
    make("p", { class: "visitor-why" }, `${words.why} ${because(next)}`),
    standsIn(),
  ];
}

/** What stands there with one. */
function present(ticket) {
  const called = ticket.status === "called";
  return [
    make(
      "p",
      { class: "visitor-state" },
      icon(called ? "call" : "person"),
      called ? words.called : words.serving,
    ),
    make("p", { class: "label visitor-label" }, ticket.label),
    make("p", { class: "visitor-service" }, inLanguage(ticket.service.names)),
    make(
      "p",
      { class: "row" },
      mark(ticket.priority),
      waited(ticket.waited_s),
      ticket.recalls
        ? make("span", { class: "badge" }, fill(words.recalls, { count: ticket.recalls + 1 }))
        : null,
      ticket.visit_steps > 1
        ? make("span", { class: "badge" }, fill(words.step, { count: ticket.visit_steps }))
        : null,
      ...ticket.further.map((code) =>
        make("span", { class: "badge" }, fill(words.then, { service: services.get(code)?.name ?? code })),
      ),
      ticket.locale === "en" ? make("span", { class: "badge" }, words.speaks_en) : null,
    ),
    calledFor?.label === ticket.label
      ? make("p", { class: "visitor-why" }, `${words.why} ${calledFor.text}`)
      : null,
    ...ticket.notes.map((each) =>
      make("p", { class: "visitor-note" }, icon("edit"), `${each.text} (${each.by ?? ""})`),
    ),
    standsIn(),
  ];
}

function clock(moment) {
  const how = { hour: "2-digit", minute: "2-digit" };
  return new Date(moment).toLocaleTimeString(document.documentElement.lang, how);
}

/** Say when the call is heard, and from when on it may be repeated; empty where nobody says it. */
function heard() {
  const told = state.ticket?.status === "called" ? state.announcement : null;
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
  const again = state.ticket?.status === "called" && state.announcement?.again_at;
  return Boolean(again) && Date.parse(again) > live.now();
}

function standsIn() {
  if (!colleagues()) return null;
  return make("p", { class: "muted" }, fill(words.stands_in, { clerk: state.counter.clerk ?? "" }));
}

function mark(code) {
  if (code === "ordinary") return null;
  const name = classes.get(code)?.name ?? code;
  return make("span", { class: "badge badge-priority" }, icon("priority"), name);
}

function waited(seconds) {
  return make("span", { class: "badge" }, fill(words.waited, { time: inWords(seconds) }));
}

function firstOf(line) {
  return line.find((each) => each.label === state.next?.label);
}

/** Say in words why a waiting ticket stands where it does among those of this counter. */
function because(each) {
  const said = [];
  const rate = classes.get(each.priority)?.rate ?? 1;
  const longer = state.line.filter(
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

/** Whether the verbs as shown leave out what is offered later. */
let waitingForIt = false;
function showVerbs() {
  waitingForIt = tooSoon();
  const [main, others] = offered();
  verbs.dataset.kind = state.ticket?.status ?? "none";
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
      disabled: (name === "next" && !state.next) || (LATER.includes(name) && tooSoon()),
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

function showLine() {
  const all = find("all").checked;
  const chosen = state.line.filter((each) => all || each.mine);
  const entries = chosen.filter(wanted);
  const more = (all ? state.waiting.all : state.waiting.mine) - chosen.length;
  find("count").textContent = state.waiting.mine;
  find("count-all").textContent = state.waiting.all;
  redraw(
    find("line"),
    ...entries.map((each) => inLine(each, chosen.indexOf(each))),
    entries.length
      ? null
      : make("li", { class: "nobody" }, chosen.length ? words.none_wanted : words.empty),
    more > 0 ? make("li", { class: "nobody" }, fill(words.more, { count: more })) : null,
  );
}

/** Say whether a ticket is among those the filter asks for: by number, service or class. */
function wanted(each) {
  const asked = find("filter").value.trim().toLowerCase();
  const said = [each.label, services.get(each.service)?.name, classes.get(each.priority)?.name];
  return said.some((text) => text?.toLowerCase().includes(asked));
}

function inLine(each, place) {
  const first = place === 0 && each.mine;
  return entry(each, {
    place: each.mine ? place + 1 : null,
    classes: first ? "first" : each.mine ? "" : "foreign",
    told: fill(words.waited, { time: inWords(each.waited_s) }),
    why: first && state.ticket && !taken() ? `${words.why} ${because(each)}` : null,
    action: first ? priorityButton(each) : (callButton(each) ?? priorityButton(each)),
  });
}

function entry(each, { place = null, classes: more = "", told, why = null, action }) {
  return make(
    "li",
    { class: more },
    make("span", { class: "place number" }, place === null ? "" : String(place)),
    make("span", { class: "label" }, each.label),
    make(
      "span",
      { class: "entry" },
      make(
        "span",
        { class: "entry-service", title: services.get(each.service)?.name },
        services.get(each.service)?.name ?? each.service,
      ),
      make(
        "span",
        { class: "entry-facts" },
        make("span", { class: "muted" }, told),
        mark(each.priority),
        each.only_here ? make("span", { class: "badge badge-good" }, words.only_here) : null,
      ),
      why ? make("span", { class: "muted entry-why" }, why) : null,
    ),
    action,
  );
}

function act(word, each, does) {
  const made = make(
    "button",
    {
      type: "button",
      class: "button",
      "aria-label": `${word} ${each.label}`,
      "data-is": each.label,
    },
    word,
  );
  made.addEventListener("click", does);
  return made;
}

function callButton(each) {
  if (!page.outOfOrder || state.ticket || taken() || !state.counter.open || !each.mine) return null;
  return act(words.call, each, () => {
    find("reason-label").textContent = each.label;
    reasonBox.returnValue = "";
    reasonBox.showModal();
    reasonBox.onclose = () => {
      const reason = reasonBox.returnValue;
      if (!page.reasons[reason]) return;
      const chosen = fill(words.why_chosen, { reason: page.reasons[reason] });
      ask("call", { label: each.label, reason }, { because: chosen });
    };
  });
}

/** Offer to mark or unmark priority, to whoever has that right. */
function priorityButton(each) {
  if (!page.changePriority || taken() || classes.size < 2) return null;
  const ordinary = page.classes[0].code;
  const other = each.priority === ordinary ? page.classes[1].code : ordinary;
  const word = each.priority === ordinary ? words.mark : words.unmark;
  const body = { label: each.label, priority: other };
  return act(word, each, () => ask("priority", body, { told: "marked", label: each.label }));
}

function showAside(name, entries, verb, told) {
  const own = (each) => (state.counter.services.includes(each.service) ? 0 : 1);
  find(`${name}-count`).textContent = entries.length;
  find(`${name}-box`).hidden = entries.length === 0;
  redraw(
    find(name),
    ...[...entries]
      .sort((one, other) => own(one) - own(other))
      .map((each) =>
        entry(each, {
          classes: own(each) ? "foreign" : "",
          told: fill(words[`${name}_since`], {
            time: inWords((live.now() - Date.parse(each.since)) / 1000),
            places: state.reentry_places,
          }),
          action: taken()
            ? null
            : act(words[verb], each, () =>
                ask(verb, { label: each.label }, { told, label: each.label }),
              ),
        }),
      ),
  );
}

/** Do a verb once, however often its button or key (`source`) is pressed in a row. */
let pressed = { source: null, at: -DOUBLE };
function perform(name, source) {
  const at = performance.now();
  if (busy || !state || (source === pressed.source && at - pressed.at < DOUBLE)) return;
  pressed = { source, at };
  if (name === "transfer") {
    openTransfer();
    return;
  }
  if (name === "finish" || (name === "finishNext" && state.ticket)) {
    ending.finish(VERBS[name].path, VERBS[name].told);
    return;
  }
  if (name === "outcome") return ending.choose();
  if (name === "note") return ending.note();
  if (name === "walkIn") return ending.walkIn();
  if (name === "pause") {
    pauseBox.returnValue = "";
    pauseBox.showModal();
    return;
  }
  const verb = VERBS[name];
  const body = name === "papers" ? { on: !state.counter.desk_work } : {};
  const label = name === "undo" ? state.undo?.label : undefined;
  ask(verb.path, body, { told: verb.told, label });
}

/** Send a verb; show its answer at once, then the line anew. */
async function ask(path, body, { told, label, because: chosen, ...more } = {}) {
  if (busy) return;
  busy = true;
  verbs.setAttribute("aria-busy", "true");
  const slow = setTimeout(() => {
    find("sending").textContent = words.sending;
  }, SLOW);
  const before = state.ticket?.label;
  const line = state.line;
  try {
    const answer = await send(`/counters/${page.number}/${path}`, body);
    accept(answer.ticket, path, line, chosen);
    const facts = { label: label ?? before, places: state.reentry_places, ...more };
    // What was done before is old news, and would hide the number.
    if (told) document.querySelector(".toasts").replaceChildren();
    if (told) toast(fill(words[told], facts), "good", READING);
    if (answer.return_right) ending.tellReturn(answer.return_right);
  } catch (error) {
    toast(error instanceof Refusal ? error.message : words.unreachable, "bad");
  } finally {
    clearTimeout(slow);
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

/** Take what a verb answered: the visitor now here, if any, and why that one was called. */
function accept(ticket, path, line, chosen) {
  const here = ticket && ["called", "serving"].includes(ticket.status);
  // What concerns a ticket of the lists beside, or none, leaves the visitor alone.
  if (!ASIDE.has(path)) state.ticket = here ? ticket : null;
  state.undo = null;
  if (path === "pause") state.counter.paused = true;
  if (path === "back") state.counter.paused = false;
  if (path === "desk-work") state.counter.desk_work = !state.counter.desk_work;
  state.counter.open = path !== "close";
  state.counter.account_id ??= page.account;
  if (!here || !ticket.reason) return;
  const called = line.find((each) => each.label === ticket.label);
  const text = chosen ?? (called ? because(called) : null);
  calledFor = text ? { label: ticket.label, text } : null;
}

const ASIDE = new Set([
  ...["resume", "rejoin", "undo", "pause", "back", "desk-work", "help", "priority"],
]);
const ending = endings({ page, words, ask, visitor: () => state.ticket });

let chosen = null;
async function openTransfer() {
  chosen = null;
  const options = page.services
    .filter((each) => each.code !== state.ticket.service.code)
    .map((each, place) => {
      const made = make(
        "button",
        { type: "button", class: "button", "aria-pressed": "false", "data-code": each.code },
        place < 9 ? make("kbd", { "aria-hidden": "true" }, String(place + 1)) : null,
        make("span", { class: "label" }, each.letter),
        make("span", {}, each.name, make("span", { class: "option-note" })),
      );
      made.addEventListener("click", () => choose(chosen === each.code ? null : each.code));
      return made;
    });
  find("transfer-services").replaceChildren(...options);
  offerCounters();
  transferBox.returnValue = "";
  transferBox.showModal();
  const told = await read("/counters").catch(() => null);
  if (!told || !transferBox.open) return;
  for (const option of options) {
    const open = told.counters.some(
      (each) => each.open && each.services.includes(option.dataset.code),
    );
    option.querySelector(".option-note").textContent = open ? "" : words.no_counter;
  }
  offerCounters(new Map(told.counters.map((each) => [each.number, each])));
}

/** List the other counters, with who sits there once that is known. */
function offerCounters(known = new Map()) {
  const list = find("transfer-counter");
  const kept = list.value;
  list.replaceChildren(
    make("option", { value: "" }, words.any_counter),
    ...page.counters
      .filter((each) => each.number !== page.number)
      .map((each) => {
        const desk = known.get(each.number);
        const who = desk && (desk.open ? desk.clerk : words.counter_closed);
        return make("option", { value: each.number }, who ? `${each.name} (${who})` : each.name);
      }),
  );
  list.value = kept && known.size ? kept : "";
}

function choose(code) {
  chosen = code;
  for (const option of find("transfer-services").children) {
    option.setAttribute("aria-pressed", String(option.dataset.code === code));
  }
  if (code) find("transfer-send").focus();
}

transferBox.addEventListener("close", () => {
  const added = transferBox.returnValue === "add";
  if (added && chosen) {
    const place = services.get(chosen)?.name;
    ask("further", { service: chosen }, { told: "added", place });
    return;
  }
  if (transferBox.returnValue !== "send") return;
  const counter = Number(find("transfer-counter").value) || null;
  if (!chosen && !counter) return;
  const body = {};
  if (chosen) body.service = chosen;
  if (counter) body.counter = counter;
  const place = [chosen && services.get(chosen)?.name, counter && counters.get(counter)]
    .filter(Boolean)
    .join(", ");
  ask("transfer", body, { told: "sent_on", place });
});
transferBox.querySelector("form").addEventListener("submit", (event) => {
  const counter = event.submitter?.value === "send" && find("transfer-counter").value;
  if (["send", "add"].includes(event.submitter?.value) && !chosen && !counter) {
    event.preventDefault();
    find("transfer-services").querySelector("button")?.focus();
  }
});
for (const made of document.querySelectorAll("[data-dismiss]")) {
  made.addEventListener("click", () => made.closest("dialog").close("cancel"));
}

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
})) {
  find(name).addEventListener("click", () => perform(verb, verb));
}

find("all").addEventListener("change", showLine);
find("filter").addEventListener("input", showLine);
find("show-keys").addEventListener("click", () => helpBox.showModal());
find("close-counter").addEventListener("click", async () => {
  if (await closed()) window.location.assign(page.choose);
});
// Who goes home leaves no counter open behind.
find("sign-out").addEventListener("submit", async (event) => {
  if (!state?.counter.open || colleagues()) return;
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
  if (!state || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
  const key = event.key.toLowerCase();
  const list = [reasonBox, pauseBox].find((box) => box.open);
  if (list) {
    if (event.target.closest?.("select")) return;
    if (/^[1-9]$/.test(key)) list.querySelectorAll(".options button")[key - 1]?.click();
    return;
  }
  if (transferBox.open) {
    if (!event.target.closest?.("select, input")) chooseByKey(key);
    return;
  }
  if (ending.digit(key, event)) return;
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
};

function chooseByKey(key) {
  const options = [...find("transfer-services").children];
  const option = /^[1-9]$/.test(key)
    ? options[key - 1]
    : options.find((each) => services.get(each.dataset.code).letter.toLowerCase() === key);
  if (option) choose(option.dataset.code);
}

/** Press the button of a verb, if it can be; say whether it could. */
function press(name, source) {
  const made = name && (SIDE[name] ? find(SIDE[name]) : verbs.querySelector(`[data-verb="${name}"]`));
  if (!made || made.disabled || made.hidden) return false;
  perform(name, source);
  return true;
}

/** Keep the running time beside the visitor right. */
function tick() {
  const ticket = state && !taken() ? state.ticket : null;
  const since = ticket && (ticket.started_at ?? ticket.called_at);
  find("time").textContent = since
    ? fill(words.since, { time: elapsed((live.now() - Date.parse(since)) / 1000) })
    : "";
  find("heard").textContent = state && !taken() ? heard() : "";
  if (state && waitingForIt !== tooSoon()) showVerbs();
}

/** Ring when somebody waits and the counter has been idle for a while; papers silence it. */
let idleSince = null;
let rungAt = 0;
let sound = null;
function ring() {
  const { open, paused, desk_work: papers } = state?.counter ?? {};
  const idle = open && !paused && !papers && !colleagues() && !state.ticket && state.next;
  const now = performance.now();
  idleSince = idle ? (idleSince ?? now) : null;
  const rings = idleSince !== null && now - idleSince >= page.bellAfter * 1000;
  visitor.classList.toggle("visitor-ringing", rings);
  if (!rings || now - rungAt < RING_AGAIN) return;
  rungAt = now;
  sound ??= new AudioContext();
  const [tone, volume] = [sound.createOscillator(), sound.createGain()];
  tone.frequency.value = 880;
  volume.gain.setValueAtTime(0.15, sound.currentTime);
  volume.gain.exponentialRampToValueAtTime(0.001, sound.currentTime + 0.6);
  tone.connect(volume).connect(sound.destination);
  tone.start();
  tone.stop(sound.currentTime + 0.6);
}

setInterval(() => {
  tick();
  ring();
  if (state && !find("undo").hidden) showSide();
}, 1000);

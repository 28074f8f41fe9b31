/** The staff console: the visitor at the counter, every verb with its key, and the line beside. */
import { Refusal, send } from "/static/web/api.js";
import { follow, liveBanner } from "/static/web/live.js";
import { fill, icon, inLanguage, make, minutes, readData } from "/static/web/page.js";

const page = readData("console");
const words = readData("words");
const services = new Map(page.services.map((each) => [each.code, each.name]));
const find = (name) => document.querySelector(`[data-${name}]`);

const visitor = find("visitor");
const verbs = find("verbs");
const toasts = find("toasts");
const transferBox = find("transfer");
const reasonBox = find("reason");
const helpBox = find("help");

let state = null;
let busy = false;

const live = follow({
  namespace: "/counter",
  auth: { counter: page.number },
  onSnapshot(snapshot) {
    state = snapshot;
    show();
  },
  onChange(change) {
    if (change.kind !== "rating_given") refreshSoon();
  },
  onState: liveBanner(() => window.location.assign(page.choose)),
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
  putBack: { path: "put-back", icon: "back", word: "put_back", key: "b", told: "back" },
};

/** Say whether a colleague is signed on here and this person may not act in their place. */
function taken() {
  return state.counter.open && !page.anywhere && state.counter.account_id !== page.account;
}

/** Return the large button's verb and the others, as the visitor stands. */
function offered() {
  if (taken()) return [null, []];
  if (!state.counter.open) return ["open", []];
  const status = state.ticket?.status;
  if (status === "called") {
    return ["start", ["recall", "noShow", "finishNext", "hold", "transfer", "putBack"]];
  }
  if (status === "serving") return ["finishNext", ["finish", "hold", "transfer"]];
  return ["next", []];
}

function show() {
  document.title = state.waiting.mine
    ? `(${state.waiting.mine}) ${inLanguage(state.counter.names) || state.counter.name}`
    : inLanguage(state.counter.names) || state.counter.name;
  showVisitor();
  showVerbs();
  showLine();
  showAside("held", state.held, "resume", words.resume);
  showAside("missed", state.missed, "rejoin", words.rejoin);
  find("close-counter").hidden = !state.counter.open || taken();
}

function showVisitor() {
  const ticket = state.ticket;
  visitor.className = `visitor card ${ticket ? `visitor-${ticket.status}` : ""}`;
  if (!ticket) {
    if (taken()) {
      visitor.replaceChildren(
        make("p", { class: "visitor-quiet" }, fill(words.taken, { clerk: state.counter.clerk ?? "" })),
      );
      return;
    }
    const closed = !state.counter.open;
    const next = closed ? null : state.line.find((each) => each.label === state.next?.label);
    const hint = next
      ? `${services.get(next.service)}, ${fill(words.waited, { minutes: minutes(next.waited_s) })}`
      : closed
        ? words.closed_hint
        : words.empty_hint;
    visitor.replaceChildren(
      make(
        "p",
        { class: "visitor-quiet" },
        closed ? words.closed : next ? words.ready : words.empty,
        next ? make("span", { class: "label" }, next.label) : null,
      ),
      make("p", { class: "muted" }, hint),
    );
    return;
  }
  const called = ticket.status === "called";
  visitor.replaceChildren(
    make(
      "p",
      { class: "visitor-state" },
      icon(called ? "call" : "person"),
      called ? words.called : words.serving,
      make("span", { class: "number", "data-since": ticket.started_at ?? ticket.called_at }),
    ),
    make("p", { class: "label visitor-label" }, ticket.label),
    make("p", { class: "visitor-service" }, inLanguage(ticket.service.names)),
    make(
      "p",
      { class: "row" },
      ticket.priority !== "ordinary"
        ? make("span", { class: "badge badge-priority" }, icon("priority"), words.priority)
        : null,
      make("span", { class: "badge" }, fill(words.waited, { minutes: minutes(ticket.waited_s) })),
      ticket.recalls
        ? make("span", { class: "badge" }, fill(words.recalls, { count: ticket.recalls + 1 }))
        : null,
      ticket.visit_steps > 1
        ? make("span", { class: "badge" }, fill(words.step, { count: ticket.visit_steps }))
        : null,
      ticket.locale === "en" ? make("span", { class: "badge" }, words.speaks_en) : null,
    ),
  );
  tick();
}

function showVerbs() {
  const [main, others] = offered();
  verbs.dataset.kind = state.ticket?.status ?? "none";
  const focused = verbs.contains(document.activeElement);
  if (!main) {
    verbs.replaceChildren();
    return;
  }
  verbs.replaceChildren(
    button(main, "button button-primary button-large verb-main", "Enter"),
    ...others.map((name) => button(name, "button verb", VERBS[name].key.toUpperCase())),
  );
  if (focused) verbs.firstElementChild.focus();
}

function button(name, classes, key) {
  const verb = VERBS[name];
  const idle = busy || (name === "next" && !state.next);
  const made = make(
    "button",
    { type: "button", class: classes, disabled: idle, "data-verb": name },
    icon(verb.icon),
    make("span", {}, words[verb.word]),
    make("kbd", { "aria-hidden": "true" }, key),
  );
  made.addEventListener("click", () => perform(name));
  return made;
}

function showLine() {
  const all = find("all").checked;
  const entries = state.line.filter((each) => all || each.mine);
  find("count").textContent = state.waiting.mine;
  find("count-all").textContent = state.waiting.all;
  find("line").replaceChildren(
    ...(entries.length
      ? entries.map((each, place) =>
          entry(
            each,
            place === 0 && each.mine,
            fill(words.waited, { minutes: minutes(each.waited_s) }),
            place === 0 && each.mine ? null : callButton(each),
          ),
        )
      : [make("li", { class: "nobody" }, words.empty)]),
  );
}

function entry(each, first, told, action) {
  return make(
    "li",
    { class: [first ? "first" : "", each.mine === false ? "foreign" : ""].join(" ").trim() },
    make("span", { class: "label" }, each.label),
    make(
      "span",
      { class: "entry" },
      make("span", { class: "entry-service" }, services.get(each.service) ?? each.service),
      make(
        "span",
        { class: "row" },
        told ? make("span", { class: "muted" }, told) : null,
        each.priority !== "ordinary"
          ? make("span", { class: "badge badge-priority" }, icon("priority"), words.priority)
          : null,
        each.only_here ? make("span", { class: "badge badge-good" }, words.only_here) : null,
      ),
    ),
    action,
  );
}

function callButton(each) {
  if (!page.outOfOrder || state.ticket || !each.mine) return null;
  const made = make(
    "button",
    { type: "button", class: "button", "aria-label": `${words.call} ${each.label}` },
    words.call,
  );
  made.addEventListener("click", () => {
    reasonBox.returnValue = "";
    reasonBox.showModal();
    reasonBox.onclose = () => {
      const reason = reasonBox.returnValue;
      if (reason && reason !== "cancel") ask("call", { label: each.label, reason });
    };
  });
  return made;
}

function showAside(name, entries, verb, word) {
  find(`${name}-count`).textContent = entries.length;
  find(`${name}-box`).hidden = entries.length === 0;
  find(name).replaceChildren(
    ...entries.map((each) => {
      const made = make(
        "button",
        { type: "button", class: "button", "aria-label": `${word} ${each.label}` },
        word,
      );
      made.addEventListener("click", () => ask(verb, { label: each.label }));
      const told =
        name === "missed" ? fill(words.rejoin_hint, { places: state.reentry_places }) : "";
      return entry(each, false, told, made);
    }),
  );
}

function perform(name) {
  if (busy || !state) return;
  if (name === "transfer") {
    openTransfer();
    return;
  }
  const verb = VERBS[name];
  ask(verb.path, {}, verb.told);
}

/** Send a verb; show its answer at once, then the line anew. */
async function ask(path, body, told) {
  if (busy) return;
  busy = true;
  const before = state.ticket?.label;
  for (const each of verbs.querySelectorAll("button")) each.disabled = true;
  try {
    const answer = await send(`/counters/${page.number}/${path}`, body);
    const at = answer.ticket && ["called", "serving"].includes(answer.ticket.status);
    state.ticket = at ? answer.ticket : null;
    state.counter.open = path !== "close";
    if (told) toast(fill(words[told], { label: before }), "good");
  } catch (error) {
    toast(error instanceof Refusal ? error.message : words.unreachable, "bad");
  } finally {
    busy = false;
    showVisitor();
    showVerbs();
    live.refresh();
  }
}

function toast(text, kind) {
  const made = make(
    "p",
    { class: `notice notice-${kind}` },
    icon(kind === "bad" ? "close" : "check"),
    make("span", {}, text),
  );
  toasts.append(made);
  setTimeout(() => made.remove(), kind === "bad" ? 8000 : 3000);
}

let chosen = null;
function openTransfer() {
  chosen = null;
  const options = page.services
    .filter((each) => each.code !== state.ticket.service.code)
    .map((each) => {
      const made = make(
        "button",
        { type: "button", class: "button", "aria-pressed": "false" },
        make("span", { class: "label" }, each.letter),
        each.name,
      );
      made.addEventListener("click", () => {
        chosen = chosen === each.code ? null : each.code;
        for (const other of options) {
          other.setAttribute("aria-pressed", String(other === made && chosen !== null));
        }
      });
      return made;
    });
  find("transfer-services").replaceChildren(...options);
  find("transfer-counter").value = "";
  transferBox.returnValue = "";
  transferBox.showModal();
}
transferBox.addEventListener("close", () => {
  if (transferBox.returnValue !== "send") return;
  const counter = Number(find("transfer-counter").value) || null;
  if (!chosen && !counter) return;
  const body = {};
  if (chosen) body.service = chosen;
  if (counter) body.counter = counter;
  ask("transfer", body, "sent_on");
});
transferBox.querySelector("form").addEventListener("submit", (event) => {
  if (event.submitter?.value === "send" && !chosen && !find("transfer-counter").value) {
    event.preventDefault();
    find("transfer-services").querySelector("button")?.focus();
  }
});

find("all").addEventListener("change", showLine);
find("close-counter").addEventListener("click", async () => {
  try {
    await send(`/counters/${page.number}/close`);
    window.location.assign(page.choose);
  } catch (error) {
    toast(error instanceof Refusal ? error.message : words.unreachable, "bad");
  }
});

document.addEventListener("keydown", (event) => {
  if (!state || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
  if (reasonBox.open && /^[1-9]$/.test(event.key)) {
    reasonBox.querySelectorAll(".options button")[Number(event.key) - 1]?.click();
    return;
  }
  if (document.querySelector("dialog[open]")) return;
  if (event.target.closest?.("input, select, textarea, summary")) return;
  const [main, others] = offered();
  if (event.key === "Enter") {
    if (event.target.closest?.("button, a")) return;
    event.preventDefault();
    press(main);
  } else if (event.key === "?") {
    helpBox.showModal();
  } else {
    const wanted = [main, ...others].find((name) => name && VERBS[name].key === event.key.toLowerCase());
    if (wanted) {
      event.preventDefault();
      press(wanted);
    }
  }
});

function press(name) {
  const made = verbs.querySelector(`[data-verb="${name}"]`);
  if (made && !made.disabled) made.click();
}

/** Keep the running time beside the visitor right. */
function tick() {
  const shown = visitor.querySelector("[data-since]");
  if (!shown) return;
  const seconds = Math.max(0, Math.floor((live.now() - Date.parse(shown.dataset.since)) / 1000));
  const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  shown.textContent = fill(words.since, { time });
}
setInterval(tick, 1000);

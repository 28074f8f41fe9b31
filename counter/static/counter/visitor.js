/** What stands in the console's large field: the visitor, who comes next, or why nobody does. */
import {
  because,
  colleagues,
  desk,
  firstOf,
  mark,
  page,
  services,
  taken,
  toDo,
  waited,
  words,
} from "./desk.js";
import { fill, icon, inLanguage, make } from "/static/web/page.js";

/** Return what the field shows as things stand. */
export function inField() {
  if (taken()) return lookingOn();
  return desk.state.ticket ? present(desk.state.ticket) : nobody();
}

/** What stands in the large field at a colleague's counter. */
function lookingOn() {
  return [
    make("p", { class: "visitor-quiet" }, fill(words.taken, { clerk: desk.state.counter.clerk ?? "" })),
    desk.state.ticket ? make("p", { class: "label visitor-theirs" }, desk.state.ticket.label) : null,
    make("p", { class: "muted" }, words.taken_hint),
    make(
      "p",
      { class: "row" },
      make(
        "button",
        { type: "button", class: "button button-primary", "data-take-over-here": true },
        icon("people"),
        words.take_over,
      ),
      make("a", { class: "button", href: page.choose }, icon("back"), words.choose),
    ),
  ];
}

/** What stands there without a visitor. */
function nobody() {
  const next = firstOf(desk.state.line);
  if (!desk.state.counter.open) {
    const count = desk.state.waiting.mine;
    return [
      make("p", { class: "visitor-quiet" }, words.closed),
      make("p", { class: "muted" }, words.closed_hint),
      count ? make("p", {}, make("strong", {}, fill(words.closed_waiting, { count }))) : null,
    ];
  }
  if (desk.state.counter.paused) {
    const back = desk.state.counter.back_at;
    return [
      make("p", { class: "visitor-quiet" }, words.paused),
      make("p", {}, page.pauses[desk.state.counter.pause_reason] ?? ""),
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
    needed(next.needs),
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
    needed(desk.state.needs),
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
      ticket.files > 1
        ? make("span", { class: "badge" }, fill(words.files, { count: ticket.files }))
        : null,
      ...ticket.further.map((code) =>
        make("span", { class: "badge" }, fill(words.then, { service: services.get(code)?.name ?? code })),
      ),
      ticket.locale === "en" ? make("span", { class: "badge" }, words.speaks_en) : null,
    ),
    desk.calledFor?.label === ticket.label
      ? make("p", { class: "visitor-why" }, `${words.why} ${desk.calledFor.text}`)
      : null,
    ...ticket.notes.map((each) =>
      make("p", { class: "visitor-note" }, icon("edit"), `${each.text} (${each.by ?? ""})`),
    ),
    standsIn(),
  ];
}

/** What is to be done for the visitor: as large as it is to be noticed. */
function needed(needs) {
  return needs?.length ? make("p", { class: "row visitor-needs" }, ...toDo(needs)) : null;
}

function clock(moment) {
  const how = { hour: "2-digit", minute: "2-digit" };
  return new Date(moment).toLocaleTimeString(document.documentElement.lang, how);
}

function standsIn() {
  if (!colleagues()) return null;
  return make("p", { class: "muted" }, fill(words.stands_in, { clerk: desk.state.counter.clerk ?? "" }));
}

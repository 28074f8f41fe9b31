/** The waiting room's board: who is called where, who is served, how many wait; and it speaks. */
import { Announcer } from "/static/display/voice.js";
import { follow } from "/static/web/live.js";
import { clockTime, fill, icon, longDay, make, readData } from "/static/web/page.js";

const words = readData("words");
const find = (name) => document.querySelector(`[data-${name}]`);
const first = document.documentElement.lang === "en" ? "en" : "id";
const second = first === "en" ? "id" : "en";

/** Calls kept, and shown as room allows. */
const KEPT = 12;
const SHOWN = 7;
/** How long (ms) a notice at the foot stays. */
const NOTICE = 12_000;
/** How long (ms) a call stays the call of the moment when nothing newer comes. */
const MOMENT = 90_000;

let board = null;
let offline = false;
/** The call being announced; else the newest one is the call of the moment. */
let announced = null;

const announcer = new Announcer({
  clipUrl: (label, counter, locale) => `/display/voice/${locale}/${label}/${counter}.wav`,
  chimeUrl: "/display/chime.wav",
  clock: () => live.now(),
  onStart(call) {
    announced = call;
    showNow(true);
  },
  onEnd(_call, spoken) {
    announced = null;
    find("chime-only").hidden = spoken;
    showNow(false);
  },
  onBlocked() {
    find("sound").hidden = false;
  },
  onReady() {
    find("sound").hidden = true;
  },
});

const live = follow({
  namespace: "/display",
  onSnapshot(snapshot) {
    board = snapshot;
    showAll();
  },
  onChange: apply,
  onState(state) {
    showConnection(state);
  },
});

/** Take one change of the office into the board; what came late is shown but not announced. */
function apply(change, { late }) {
  if (!board) return;
  const { kind, label, counter } = change;
  count(change);
  if (kind === "ticket_called" || kind === "ticket_recalled") {
    const call = { label, counter, service: change.service, at: change.at, kind };
    board.serving = board.serving.filter((each) => each.counter !== counter);
    board.serving.push({ label, counter, status: "called", service: change.service });
    board.recent = [call, ...board.recent.filter((each) => each.label !== label)].slice(0, KEPT);
    announcer.announce({
      label,
      counter,
      locale: change.locale,
      repeat: kind === "ticket_recalled",
      at: change.at,
      late,
    });
  } else if (kind === "ticket_started") {
    announcer.drop(label);
    for (const each of board.serving) if (each.label === label) each.status = "serving";
  } else if (kind.startsWith("ticket_") && kind !== "ticket_taken") {
    announcer.drop(label);
    board.serving = board.serving.filter((each) => each.label !== label);
    board.missed = board.missed.filter((each) => each !== label);
    if (kind === "ticket_no_show") board.missed.unshift(label);
    if (kind === "ticket_put_back") {
      board.recent = board.recent.filter((each) => each.label !== label);
    }
  } else if (kind === "counter_opened" || kind === "counter_closed") {
    for (const each of board.counters) {
      if (each.number === counter) each.open = kind === "counter_opened";
    }
  } else if (!kind.startsWith("ticket_") && kind !== "rating_given") {
    live.refresh();
  }
  showAll();
}

function count({ from, to, service, from_service: former }) {
  if (from === to) return;
  if (from === "waiting") board.waiting[former ?? service] -= 1;
  if (to === "waiting") board.waiting[service] += 1;
}

/** Return both languages, the page's own first and large. */
function both(texts) {
  return [
    make("span", { class: "first", lang: first }, texts[first] ?? texts.id ?? ""),
    " ",
    make("span", { class: "second", lang: second }, texts[second] ?? ""),
  ];
}

function deskName(number) {
  const found = board.counters.find((each) => each.number === number);
  return found?.names?.[first] ?? found?.name ?? `${words.counter[first]} ${number}`;
}

function showAll() {
  find("office").textContent = board.office.names[first] ?? board.office.name;
  find("office-second").textContent = board.office.names[second] ?? "";
  find("rehearsal").hidden = !board.office.rehearsal;
  showNow(false);
  showRecent();
  showDesks();
  showServices();
  tick();
}

let shown = "";
function showNow(starting) {
  if (!board) return;
  const newest = board.recent[0];
  const call = announced ?? newest;
  find("now-call").hidden = !call;
  find("now-empty").hidden = Boolean(call);
  const fresh = Boolean(announced) || (call && live.now() - Date.parse(call.at) < MOMENT);
  find("now").classList.toggle("now-live", Boolean(call && fresh));
  if (!call) return;
  const key = `${call.label} ${call.counter} ${call.at}`;
  if (key !== shown || starting) {
    find("now").classList.remove("now-new");
    void find("now").offsetWidth;
    find("now").classList.add("now-new");
  }
  if (key === shown) return;
  shown = key;
  find("now-label").textContent = call.label;
  find("now-label").classList.toggle("now-label-long", call.label.length > 5);
  find("now-to").replaceChildren(...both(words.to));
  find("now-desk").textContent = deskName(call.counter);
}

function showRecent() {
  find("recent").replaceChildren(
    ...board.recent.slice(0, SHOWN).map((each, place) =>
      make(
        "li",
        { class: place === 0 ? "call call-newest" : "call", "data-call": each.label },
        make("span", { class: "label call-label" }, each.label),
        make("span", { class: "call-desk" }, deskName(each.counter)),
        make(
          "time",
          { class: "number call-time", datetime: each.at },
          clockTime(each.at, board.office.timezone),
        ),
      ),
    ),
  );
  find("missed-box").hidden = board.missed.length === 0;
  find("missed").textContent = board.missed.slice(0, 8).join("  ");
}

function showDesks() {
  const serving = new Map(board.serving.map((each) => [each.counter, each]));
  find("desks").replaceChildren(
    ...board.counters.map((each) => {
      const visitor = serving.get(each.number);
      const idle = each.open ? words.free[first] : words.closed[first];
      const long = visitor && visitor.label.length > 5 ? " desk-label-long" : "";
      return make(
        "li",
        { class: `desk ${visitor?.status === "called" ? "desk-called" : ""}` },
        make("span", { class: "desk-name" }, deskName(each.number)),
        visitor
          ? make("span", { class: `label desk-label${long}` }, visitor.label)
          : make("span", { class: "desk-idle" }, idle),
      );
    }),
  );
}

function serviceName(name) {
  const long = name.length > 32 ? "service-name-long" : "";
  return make("span", { class: `service-name ${long}` }, name);
}

function showServices() {
  find("services").replaceChildren(
    ...board.services.map((each) =>
      make(
        "li",
        { class: "service" },
        icon(each.icon),
        make("span", { class: "service-letter" }, each.letter),
        serviceName(each.names[first] ?? each.names.id),
        make("span", { class: "service-count number" }, String(board.waiting[each.code] ?? 0)),
      ),
    ),
  );
}

let heardAt = null;
let gone = null;
function showConnection(state) {
  const banner = document.querySelector("[data-live-banner]");
  clearTimeout(gone);
  if (state === "live") {
    offline = false;
    banner.hidden = true;
    return;
  }
  if (state === "refused") {
    window.location.assign("/link");
    return;
  }
  gone = setTimeout(() => {
    offline = true;
    const time = heardAt ? clockTime(new Date(heardAt), board.office.timezone) : "-";
    banner.replaceChildren(
      fill(words.stale[first], { time }),
      " · ",
      make("span", { lang: second }, fill(words.stale[second], { time })),
    );
    banner.hidden = false;
  }, 1500);
}

function tick() {
  if (!board) return;
  const now = new Date(live.now());
  if (!offline) heardAt = live.now();
  find("clock").textContent = clockTime(now, board.office.timezone);
  find("date").textContent = longDay(now, board.office.timezone);
}

let notice = 0;
function turnNotice() {
  if (!board) return;
  const texts = [board.running_text[first], board.running_text[second]].filter(Boolean);
  find("text").textContent = texts.length ? texts[notice % texts.length] : "";
  find("text").lang = notice % 2 ? second : first;
  notice += 1;
}

setInterval(tick, 1000);
setInterval(() => showNow(false), 5000);
setInterval(turnNotice, NOTICE);
setTimeout(turnNotice, 500);

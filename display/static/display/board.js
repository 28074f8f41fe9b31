/** The waiting room's board: who is called where, who is served, how many wait; and it speaks. */
import { Announcer } from "/static/display/voice.js";
import { follow } from "/static/web/live.js";
import { clockTime, fill, icon, longDay, make, readData, shutSentence, usualWait } from "/static/web/page.js";
import { Between } from "./between.js";
import { loudnessOf } from "./loudness.js";
import { Notices } from "./notices.js";
import { Speaking } from "./speaking.js";
import { watch } from "./watch.js";

const words = readData("words");
const { build, look, layout: served } = readData("page");
/** Layouts that this page can show; the others have a page of their own. */
const LAYOUTS = ["standard", "big", "list"];
const find = (name) => document.querySelector(`[data-${name}]`);
const banner = document.querySelector("[data-live-banner]");
const first = document.documentElement.lang === "en" ? "en" : "id";
const second = first === "en" ? "id" : "en";

/** Calls kept, and of these shown. */
const KEPT = 12;
const SHOWN = 6;
/** Counters and services shown at once; where there are more, they take turns. */
const ON_A_PAGE = 12;
/** How long (ms) a call that is not spoken stays the call of the moment. */
const MOMENT = 30_000;
/** How long (ms) a page of services or counters, and a language of their names, stays. */
const PAGE = 10_000;
/** How often (ms) the server is told how this screen is doing. */
const REPORT = 30_000;
/** How long (ms) a screen shows its name when asked who it is. */
const NAMED = 10_000;
/** How long (ms) a broken connection goes unmentioned. */
const BLINK = 1500;

/** What the server told, kept up to date by its changes; null before the first snapshot. */
let board = null;
/** The call being announced; else the newest one is the call of the moment. */
let announced = null;
/** When (ms, the server's clock) the board was last known to be right. */
let heardAt = null;
let stale = false;
let painting = false;
/** The version that is shown: a snapshot may hold a call whose own message is still on its way. */
let shownUpTo = 0;
/** How often the whole board was painted without a fault. */
let painted = 0;
/** Counts the pages of services and counters. */
let turn = 0;

const live = follow({
  namespace: "/display",
  auth: look ? { look } : {},
  onSnapshot(snapshot) {
    if (isAnother(snapshot.screen)) {
      window.location.reload();
      return;
    }
    const shown = board ? shownUpTo : null;
    const known = shown ?? Infinity;
    board = { ...snapshot, recent: eachOnce(snapshot.recent) };
    shownUpTo = snapshot.version;
    speakBy(board.voice);
    if (!stale) for (const call of [...board.recent].reverse()) if (call.version > known) say(call);
    // one that was on its way while newer changes came knows less than is known
    if (shown === null || snapshot.version >= shown) knowEarly(snapshot, stale || shown === null);
    paint();
    report();
  },
  onChange(change, { late }) {
    // What a break too short to be shown kept back is as good as live: nobody was told to wonder.
    shownUpTo = change.version;
    apply(change, late && stale);
    paint();
  },
  onState: showConnection,
  events: {
    waits({ waits, doors }) {
      if (!board) return;
      board.waits = waits;
      Object.assign(board.office, doors);
      showNow();
      showServices();
      notices.show();
    },
    reload: () => window.location.reload(),
    identify: ({ name }) => identify(name),
    speaker: (told) => speaking.speaker(told),
    announcing: (told) => speaking.announcing(told),
    waiting: (told) => speaking.waiting(told),
  },
});

/** Sounds are fetched anew when the office sounds different: its stamp is part of their address. */
let stamp = "";
let heardBy = false;
let ownChime = false;

const announcer = new Announcer({
  clipUrl: (label, counter, locale) =>
    `/display/voice/${locale}/${encodeURIComponent(label)}/${counter}.wav${stamp}`,
  chimeUrl: () => (ownChime ? `/display/chime.wav${stamp}&own=1` : "/display/chime.wav"),
  clock: live.now,
  onStart(call) {
    announced = call.clip ? null : call;
    paint();
  },
  onEnd(_call, spoken) {
    announced = null;
    find("chime-only").hidden = spoken;
    paint();
  },
  onBlocked: soundChanged,
  onReady: soundChanged,
  onQueue: () => speaking.changed(),
});

const speaking = new Speaking(live, announcer, showSound);

function soundChanged() {
  showSound();
  speaking.report();
  report();
}

/** An early close, and what takes it back. */
const EARLY = ["closed_early", "open_again"];

/** Say that sound is off, unless another screen of the room speaks. */
function showSound() {
  find("sound").hidden = !announcer.blocked || speaking.spoken;
}

/** Speak as the office wants to be heard. */
function speakBy(voice) {
  const fresh = voice.stamp ? `?s=${voice.stamp}` : "";
  if (fresh === stamp && heardBy) return;
  heardBy = true;
  stamp = fresh;
  ownChime = voice.own_chime;
  announcer.speakBy({
    enabled: voice.enabled,
    repeats: voice.repeats,
    english: voice.english === "always",
    loudness: loudnessOf(voice, board.office.timezone),
  });
}

const notices = new Notices(find("text"), () => {
  if (!board) return [];
  return [first, second].map((lang) => ({
    lang,
    text: [shut(lang) || early(lang), ...stillOnes(lang), board.running_text[lang] ?? ""].filter(Boolean).join("\n"),
  }));
});

/** Whether the office is known to close early today. */
let closesEarly = false;

/** Return that no numbers are given now, and when they are next; nothing while they are. */
function shut(lang) {
  return shutSentence(board.office, board.closed_early, live.now(), words[lang], lang);
}

/** Return why the office closes early today and what follows, or nothing. */
function early(lang) {
  return text(board.closed_early ?? {}, lang);
}

/** Return a sentence for each service of this board that stands still: its name and why. */
function stillOnes(lang) {
  return board.services
    .filter(({ code }) => board.waits?.[code]?.suspended)
    .map(({ code, names }) => {
      const why = text(board.waits[code].suspended, lang) || words[lang].suspended;
      return `${text(names, lang)}: ${why}`;
    });
}

const between = new Between(find("between"), {
  languages: [first, second],
  clock: live.now,
  onBroken: (medium) => live.tell("broken", { medium }),
});

/** Show pictures and notices while nobody is called and the board is known to be right. */
function showBetween(called) {
  between.show(stale || called ? null : board.media, board.office.timezone);
}

/** Show the office's logo, if it has one. */
function showLogo() {
  const logo = find("logo");
  logo.hidden = !board.logo;
  if (board.logo && logo.getAttribute("src") !== board.logo) logo.src = board.logo;
}

/** Say whether this screen should be another page: its layout has one, or its files have changed. */
function isAnother(screen) {
  return !LAYOUTS.includes(screen.layout) || (screen.build !== build && !look);
}

let naming = null;

/** Show the screen's name for a while, so that the manager sees which one it is. */
function identify(name) {
  find("identify").textContent = name;
  find("identify").hidden = false;
  clearTimeout(naming);
  naming = setTimeout(() => {
    find("identify").hidden = true;
  }, NAMED);
}

/** Keep the newest call of each ticket. */
function eachOnce(calls) {
  const known = new Set();
  return calls.filter(({ label }) => !known.has(label) && known.add(label));
}

/** Take one change of the office into the board; what came late is shown but not announced. */
function apply(change, late) {
  if (!board) return;
  const { kind, label } = change;
  if (elsewhere(change)) return;
  if (kind === "ticket_called" || kind === "ticket_recalled") take(change, late);
  else if (kind === "ticket_started") start(label);
  else if (kind === "counter_opened" || kind === "counter_closed") {
    const desk = board.counters.find((each) => each.number === change.counter);
    if (desk) desk.open = kind === "counter_opened";
  } else if (kind === "ticket_undone") undo(change);
  else if (kind.startsWith("ticket_")) leave(kind, label);
  else if (kind !== "rating_given") live.refresh();
  if (EARLY.includes(kind)) sayEarly(change, late);
  count(change);
}

/** Say whether a change happened at a counter of another zone, and so is not to be shown here. */
function elsewhere({ kind, label, counter, service, from, to, from_service: former }) {
  if (typeof counter !== "number") return false;
  if (board.counters.some((each) => each.number === counter)) return false;
  // A visitor known here may be called there; and whoever waits may wait for counters of both.
  if (kind.startsWith("ticket_")) {
    leave(kind === "ticket_no_show" ? "" : kind, label);
    if (kind === "ticket_called") forget(label);
    count({ from, to, service, from_service: former });
  }
  return true;
}

/** Take a ticket out of the last calls: it was called away to another zone. */
function forget(label) {
  board.recent = board.recent.filter((each) => each.label !== label);
}

function take(change, late) {
  const { kind, label, counter, service, at } = change;
  board.serving = board.serving.filter(
    (each) => each.counter !== counter && each.label !== label,
  );
  board.serving.push({ label, counter, service, since: at, status: "called" });
  board.recent = eachOnce([{ label, counter, service, at, kind }, ...board.recent]).slice(0, KEPT);
  board.missed = board.missed.filter((each) => each !== label);
  say(change, late);
}

function say({ version, kind, label, counter, locale, at }, late = false) {
  const repeat = kind === "ticket_recalled";
  announcer.announce({ call: version, label, counter, locale, repeat, at, late });
}

/** Say once, after the calls that wait, that the office closes early; not any more once it is taken back. */
function sayEarly({ version, kind }, late) {
  closesEarly = kind === EARLY[0];
  announcer.drop(EARLY[0]);
  if (!closesEarly) return;
  const clip = `/display/voice/early/${version}`;
  announcer.announce({ call: version, label: EARLY[0], counter: 0, clip, repeat: true, late });
}

/** Take an early close, or its end, that a snapshot tells before its own message, which then tells nothing new. */
function knowEarly({ version, closed_early: told }, quietly) {
  const closes = Object.keys(told ?? {}).length > 0;
  if (closes === closesEarly) return;
  if (quietly && closes) closesEarly = true;
  else sayEarly({ version, kind: EARLY[closes ? 0 : 1] }, false);
}

function start(label) {
  announcer.drop(label);
  for (const each of board.serving) if (each.label === label) each.status = "serving";
}

/** A ticket is not, or no longer, at a counter. */
function leave(kind, label) {
  announcer.drop(label);
  board.serving = board.serving.filter((each) => each.label !== label);
  board.missed = board.missed.filter((each) => each !== label);
  if (kind === "ticket_no_show") board.missed = [label, ...board.missed].slice(0, KEPT);
  if (kind === "ticket_put_back") {
    board.recent = board.recent.filter((each) => each.label !== label);
    if (announced?.label === label) announced = null;
  }
}

/** The last action at a counter was taken back; what stood there before is asked for. */
function undo({ label, undone }) {
  if (undone === "ticket_called") leave("ticket_put_back", label);
  else announcer.drop(label);
  live.refresh();
}

function count({ from, to, service, from_service: former }) {
  if (from === to) return;
  const left = former ?? service;
  if (from === "waiting" && left in board.waiting) board.waiting[left] -= 1;
  if (to === "waiting" && service in board.waiting) board.waiting[service] += 1;
}

/** Tell the server how this screen is doing. */
function report() {
  live.tell("report", { version: live.version() ?? board?.version, build, sound: announcer.state });
}

/** Show the board as it is now, once for all that came together. */
function paint() {
  if (painting) return;
  painting = true;
  queueMicrotask(() => {
    painting = false;
    if (!board) return;
    arrange();
    find("office").textContent = text(board.office.names, first);
    find("office-second").textContent = board.office.names[second] ?? "";
    showLogo();
    find("rehearsal").hidden = !board.office.rehearsal;
    showNow();
    showRecent();
    showMissed();
    showDesks();
    showServices();
    notices.show();
    tick();
    painted += 1;
  });
}

let laidOut = served;

/** Take the layout and the zone that the manager has chosen. */
function arrange() {
  const { layout } = board.screen;
  if (layout !== laidOut) {
    document.documentElement.classList.replace(`board-${laidOut}`, `board-${layout}`);
    laidOut = layout;
    shown = "";
  }
  find("zone").hidden = !board.zone;
  if (board.zone) find("zone").replaceChildren(...way(board.zone));
}

/** Return the way to a zone: its arrow, if it has one, and its name. */
function way({ names, arrow }) {
  return [arrow ? icon("forward", `way-${arrow}`) : null, " ", text(names, first)].filter(
    (each) => each !== null,
  );
}

/** Return the zone to go to for a counter: told unless this screen hangs there without an arrow. */
function zoneOf(number) {
  const zone = board.counters.find((each) => each.number === number)?.zone;
  if (!zone || (board.zone?.id === zone.id && !zone.arrow)) return null;
  return zone;
}

function text(texts, lang) {
  return texts[lang] ?? texts[first] ?? texts.id ?? Object.values(texts)[0] ?? "";
}

/** Return a word in both languages, the page's own first and large. */
function both(name, values = {}) {
  return [
    make("span", { class: "first" }, fill(words[first][name], values)),
    " ",
    make("span", { class: "second", lang: second }, fill(words[second][name], values)),
  ];
}

/** Return what a counter is, without its number: "Loket", or its own name. */
function deskName(number) {
  const own = board.counters.find((each) => each.number === number)?.names;
  const plain = (lang) => `${words[lang].counter} ${number}`;
  if (!own || text(own, first) === plain(first)) return both("counter");
  return [make("span", { class: "first" }, text(own, first))];
}

/** Return a counter's number in its sign: a frame no ticket's number ever has. */
function sign(number) {
  return make(
    "span",
    { class: "sign number" },
    make("span", { class: "hidden-visually" }, `${words[first].counter} `),
    String(number),
  );
}

const canvas = document.createElement("canvas").getContext("2d");

/** Put a ticket's number into an element and tell the style sheet how wide it is, in ems. */
function fitted(element, label) {
  canvas.font = `700 100px ${getComputedStyle(document.documentElement).fontFamily}`;
  // All digits are drawn as wide as the widest.
  const ems = canvas.measureText(label.replace(/\d/g, "0")).width / 100;
  element.style.setProperty("--ems", Math.max(ems, 2.5).toFixed(2));
  element.textContent = label;
  return element;
}

/** What the call of the moment looks like; told apart so that nothing blinks without need. */
let shown = "";

function showNow() {
  const over = !board.office.open && !announced && !board.serving.length && !anybodyWaits();
  const call = announced ?? (over ? undefined : board.recent[0]);
  find("now-call").hidden = !call;
  find("now-empty").hidden = over || Boolean(call);
  find("now-shut").hidden = !over;
  if (over) showShut();
  const fresh = Boolean(call && (announced || live.now() - Date.parse(call.at) < MOMENT));
  showBetween(fresh);
  const key = call ? `${call.label} ${call.counter} ${call.at}` : "";
  const now = find("now");
  if (key === shown && now.classList.contains("now-live") === fresh) return;
  now.classList.toggle("now-live", fresh);
  if (key !== shown && fresh) {
    // Taken off and put on again, the animation runs for each new call.
    now.classList.remove("now-new");
    void now.offsetWidth;
    now.classList.add("now-new");
  }
  shown = key;
  if (!call) return;
  const again = call.repeat || call.kind === "ticket_recalled";
  find("now-word").replaceChildren(
    icon(fresh ? "bell" : "clock"),
    " ",
    ...both(!fresh ? "last" : again ? "again" : "calling"),
  );
  find("now-of").replaceChildren(...deskName(call.counter));
  fitted(find("now-label"), call.label);
  find("now-desk").textContent = call.counter;
  const zone = zoneOf(call.counter);
  find("now-way").hidden = !zone;
  if (zone) find("now-way").replaceChildren(...way(zone));
  find("now-desk").classList.toggle("now-desk-long", call.counter > 9);
}

const anybodyWaits = () => Object.values(board.waiting).some((count) => count > 0);

/** Say in both languages that the office is closed, and until when. */
function showShut() {
  const said = [first, second].map((lang) => shut(lang));
  const places = document.querySelectorAll("[data-now-shut] p");
  for (const [at, place] of places.entries()) {
    if (place.textContent !== said[at]) place.textContent = said[at];
  }
}

function showRecent() {
  find("recent").replaceChildren(
    ...board.recent.slice(0, SHOWN).map(({ label, counter, at, kind }, place) => {
      const newest = place === 0;
      return make(
        "li",
        { class: newest ? "call call-newest" : "call", "data-call": label },
        fitted(make("span", { class: "label call-label" }), label),
        make(
          "span",
          { class: "call-mark" },
          newest ? make("span", { class: "call-new" }, ...both("latest")) : null,
          kind === "ticket_recalled" ? icon("recall") : null,
        ),
        icon("forward", `way-${zoneOf(counter)?.arrow ?? "right"}`),
        sign(counter),
        make(
          "time",
          { class: "number call-time", datetime: at },
          clockTime(at, board.office.timezone),
        ),
      );
    }),
  );
}

function showMissed() {
  find("missed-box").hidden = board.missed.length === 0;
  find("missed").replaceChildren(
    ...board.missed.map((each) => make("li", { class: "label" }, each)),
  );
}

/** Return the page of `all` whose turn it is. */
function onPage(all) {
  const pages = Math.max(1, Math.ceil(all.length / ON_A_PAGE));
  const size = Math.ceil(all.length / pages);
  const page = turn % pages;
  return all.slice(page * size, (page + 1) * size);
}

/** Tell the style sheet into how many columns to lay `number` cells. */
function columns(element, number, most, tall) {
  element.style.setProperty("--wide", number <= most ? Math.max(number, 1) : Math.ceil(number / 2));
  element.style.setProperty("--tall", number <= tall ? Math.max(number, 1) : tall);
}

function showDesks() {
  const visitors = new Map(board.serving.map((each) => [each.counter, each]));
  const desks = onPage(board.counters);
  columns(find("desks"), desks.length, 5, 2);
  find("desks").replaceChildren(
    ...desks.map(({ number, open }) => {
      const visitor = visitors.get(number);
      const called = visitor?.status === "called";
      const state = called ? "desk-called" : visitor || open ? "" : "desk-closed";
      return make(
        "li",
        { class: `desk ${state}`, "data-desk": number },
        sign(number),
        visitor
          ? fitted(make("span", { class: "label desk-label" }), visitor.label)
          : make("span", { class: "desk-idle" }, ...both(open ? "open" : "closed")),
        called ? icon("bell") : null,
      );
    }),
  );
}

function showServices() {
  const services = onPage(board.services);
  const round = Math.floor(turn / Math.ceil(board.services.length / ON_A_PAGE));
  const lang = round % 2 ? second : first;
  const long = round % 4 > 1;
  columns(find("services"), services.length, 6, 3);
  find("services").replaceChildren(
    ...services.map(({ code, letter, names, icon: picture }) => {
      const name = text(names, lang);
      return make(
        "li",
        { class: "service", "data-service": code },
        make("span", { class: "service-letter" }, letter),
        icon(picture),
        make(
          "span",
          { class: name.length > 24 ? "service-name service-name-long" : "service-name", lang },
          name,
        ),
        make("span", { class: "service-wait", lang }, waitOf(code, lang, long)),
        make("span", { class: "service-count number" }, String(board.waiting[code] ?? 0)),
      );
    }),
  );
}

/** Return in words what somebody who comes now has to expect: usually, or nine times in ten. */
function waitOf(code, lang, long) {
  if (!board.office.open) return words[lang][board.waiting[code] ? "no_new" : "closed"];
  const wait = board.waits?.[code];
  if (wait?.suspended) return words[lang].suspended;
  if (!wait || wait.median_s === null) return words[lang].wait_unknown;
  const { median, p90 } = usualWait(wait, lang);
  return fill(words[lang][long ? "nine_in_ten" : "usually"], { time: long ? p90 : median });
}

let breaking = null;

function showConnection(state) {
  if (state === "live") {
    speaking.report();
    clearTimeout(breaking);
    breaking = null;
    stale = false;
    heardAt = live.now();
    showStale();
    return;
  }
  speaking.part();
  if (state === "refused") comeIn();
  breaking ??= setTimeout(() => {
    stale = true;
    showStale();
  }, BLINK);
}

/** Say since when the board may be wrong, in words and by a greyed clock. */
function showStale() {
  document.documentElement.classList.toggle("stale", stale);
  if (board) showNow();
  banner.hidden = !stale;
  if (!stale) return;
  const time = board && heardAt ? clockTime(new Date(heardAt), board.office.timezone) : "";
  banner.replaceChildren(
    icon("offline"),
    " ",
    ...(time ? both("stale", { time }) : both("connecting")),
  );
}

/** Go where a screen is sent that is linked no more. */
async function comeIn() {
  try {
    const answer = await fetch(window.location.href);
    if (answer.redirected) window.location.assign(answer.url);
  } catch {
    // The server is away; the connection will tell when it is back.
  }
}

function tick() {
  if (!board) return;
  const now = live.now();
  if (breaking === null) heardAt = now;
  const zone = board.office.timezone;
  find("clock").textContent = clockTime(new Date(now), zone);
  find("date").textContent = longDay(new Date(now), zone);
  showNow();
}

// What was measured before the letters had come is measured anew.
document.fonts.ready.then(() => {
  shown = "";
  paint();
});
setInterval(tick, 1000);
// What an error left undone is done at the next painting, and the watch sees that it was.
setInterval(paint, REPORT);
watch({ painted: () => painted, connected: () => breaking === null });
setInterval(report, REPORT);
setInterval(() => {
  turn += 1;
  if (board) {
    showServices();
    if (board.counters.length > ON_A_PAGE) showDesks();
  }
}, PAGE);

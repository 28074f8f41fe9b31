/** The kiosk: choose a service, confirm, see the number; live, and back to the start by itself. */
import { newKey, Refusal, send } from "/static/web/api.js";
import { follow } from "/static/web/live.js";
import {
  clockTime,
  fill,
  icon,
  inLanguage,
  longDay,
  make,
  readData,
  usualWait,
} from "/static/web/page.js";

const words = readData("words");
const find = (name) => document.querySelector(`[data-${name}]`);

/** Seconds without a touch after which an inner screen returns to the start. */
const IDLE = { home: 60, confirm: 40, ticket: 25 };
/** The countdown is shown for the last seconds only. */
const WARNING = 15;
/** A connection gone for this long (ms) is told to people. */
const GONE = 2500;

let offers = null;
let screen = "home";
let chosen = null;
/** The key of the present wish: a second tap is the same wish. */
let wish = null;
let touched = Date.now();

const live = follow({
  namespace: "/kiosk",
  onSnapshot(snapshot) {
    offers = snapshot;
    showHome();
  },
  onChange(change) {
    count(change);
    refreshSoon();
  },
  onState(state) {
    clearTimeout(cutTimer);
    if (state === "live") find("cut").hidden = true;
    else if (state === "refused") window.location.assign("/link");
    else cutTimer = setTimeout(() => (find("cut").hidden = false), GONE);
  },
});
let cutTimer = null;

/** Keep the numbers waiting right at once; waits follow with the next snapshot. */
function count({ from, to, service, from_service: former }) {
  if (!offers || from === to) return;
  const move = (code, by) => {
    const found = offers.services.find((each) => each.code === code);
    if (found) found.waiting = Math.max(0, found.waiting + by);
  };
  if (from === "waiting") move(former ?? service, -1);
  if (to === "waiting") move(service, 1);
  showHome();
}

let refreshing = null;
function refreshSoon() {
  if (refreshing !== null) return;
  refreshing = setTimeout(() => {
    refreshing = null;
    live.refresh();
  }, 2000);
}
setInterval(() => live.refresh(), 30_000);


function shortNote(each) {
  if (!each.open) return words[each.reason] ?? each.reason_text ?? "";
  const waiting = each.waiting ? fill(words.waiting, { count: each.waiting }) : words.nobody;
  if (each.wait.median_s === null) return `${waiting}, ${words.no_counter}`;
  return `${waiting}, ${fill(words.usual, usualWait(each.wait))}`;
}

function longNote(each) {
  if (!each.open) {
    const told = inLanguage(each.reason_texts) || words[`${each.reason}_long`] || "";
    const opens = offers.office.opens;
    return each.reason === "office_closed" && opens
      ? `${told} ${fill(words.opens, { time: opens })}`
      : told;
  }
  const left = each.quota_left === null ? "" : fill(words.quota_left, { count: each.quota_left });
  const wait =
    each.wait.median_s === null ? words.no_counter_long : fill(words.usual_long, usualWait(each.wait));
  return `${wait} ${left}`.trim();
}

function showHome() {
  find("office").textContent = inLanguage(offers.office.names);
  find("rehearsal").hidden = !offers.office.rehearsal;
  find("closed").hidden = offers.office.open;
  if (!offers.office.open) {
    const opens = offers.office.opens;
    find("closed-text").textContent = `${words.office_closed_long} ${opens ? fill(words.opens, { time: opens }) : ""}`;
  }
  const focused = document.activeElement?.dataset?.code;
  find("services").replaceChildren(
    ...offers.services.map((each) => {
      const tile = make(
        "button",
        { type: "button", class: "tile", "data-code": each.code, "aria-disabled": each.open ? null : "true" },
        icon(each.icon, "icon-service"),
        make("span", { class: "tile-name" }, inLanguage(each.names)),
        make("span", { class: "tile-note" }, shortNote(each)),
      );
      tile.addEventListener("click", () => confirm(each.code));
      return make("li", {}, tile);
    }),
  );
  if (focused) find("services").querySelector(`[data-code="${CSS.escape(focused)}"]`)?.focus();
  tick();
}

function show(name) {
  screen = name;
  touched = Date.now();
  for (const each of document.querySelectorAll("[data-screen]")) {
    each.hidden = each.dataset.screen !== name;
  }
  document.querySelector(`[data-screen="${name}"] h1`).focus({ preventScroll: true });
  window.scrollTo(0, 0);
  find("countdown").hidden = true;
}

function confirm(code) {
  chosen = offers.services.find((each) => each.code === code);
  wish = newKey();
  find("confirm-icon").replaceChildren(icon(chosen.icon, "icon-service"));
  find("confirm-name").textContent = inLanguage(chosen.names);
  find("confirm-wait").textContent = longNote(chosen);
  const bring = inLanguage(chosen.requirements) || [];
  find("bring-box").hidden = !bring.length;
  find("bring").replaceChildren(...bring.map((each) => make("li", {}, each)));
  const classes = offers.priority_classes;
  find("classes-box").hidden = classes.length < 2 || !chosen.open;
  find("classes").replaceChildren(
    ...classes.map((each, place) =>
      make(
        "label",
        { class: "class" },
        make("input", { type: "radio", name: "class", value: each.code, checked: place === 0 }),
        make("span", { class: "class-name" }, inLanguage(each.names)),
        make("span", {}, place === 0 ? words.ordinary_hint : words.priority_hint),
      ),
    ),
  );
  find("take").hidden = !chosen.open;
  refuse(null);
  busy(false);
  show("confirm");
}

function busy(on) {
  find("take").disabled = on;
  find("back").disabled = on;
  find("take-word").textContent = on ? words.taking : words.take;
}

function refuse(text) {
  find("refused").hidden = text === null;
  find("refused").textContent = text ?? "";
}

async function take() {
  if (find("take").disabled) return;
  busy(true);
  refuse(null);
  const body = {
    service: chosen.code,
    priority: document.querySelector('input[name="class"]:checked')?.value ?? null,
    locale: document.documentElement.lang,
  };
  try {
    showTicket(await send("/tickets", body, { key: wish }));
  } catch (error) {
    touched = Date.now();
    refuse(error instanceof Refusal ? error.message : words.unreachable);
    if (error instanceof Refusal) live.refresh();
    busy(false);
  }
}

function showTicket(ticket) {
  const ahead = ticket.position - 1;
  const trouble = offers.printer?.trouble;
  find("label").textContent = ticket.label;
  find("ticket-service").textContent = inLanguage(ticket.service.names);
  const given = offers.priority_classes.find((each) => each.code === ticket.priority);
  find("ticket-priority").hidden = given === offers.priority_classes[0];
  find("ticket-class").textContent = given ? inLanguage(given.names) : "";
  find("ticket-place").textContent =
    ahead === 0 ? words.ahead_none : ahead === 1 ? words.ahead_one : fill(words.ahead, { count: ahead });
  find("ticket-wait").textContent =
    ticket.wait.median_s === null ? words.no_counter_long : fill(words.usual_long, usualWait(ticket.wait));
  find("ticket-print").textContent =
    ticket.print === "none" ? words.no_print : trouble ? words.printer_trouble : words.printing;
  find("ticket-print").classList.toggle("notice-warn", ticket.print === "none" || Boolean(trouble));
  find("qr").src = `/t/${ticket.token}/qr.svg`;
  show("ticket");
}

function home() {
  if (document.documentElement.lang !== "id" && screen !== "home") {
    window.location.assign("?lang=id");
    return;
  }
  show("home");
}

find("take").addEventListener("click", take);
find("back").addEventListener("click", () => show("home"));
find("done").addEventListener("click", home);
for (const event of ["pointerdown", "keydown"]) {
  document.addEventListener(event, () => (touched = Date.now()), { passive: true });
}
document.addEventListener("contextmenu", (event) => event.preventDefault());
document.addEventListener("dragstart", (event) => event.preventDefault());
document.addEventListener(
  "touchmove",
  (event) => {
    if (event.touches.length > 1) event.preventDefault();
  },
  { passive: false },
);
document.addEventListener(
  "wheel",
  (event) => {
    if (event.ctrlKey) event.preventDefault();
  },
  { passive: false },
);

/** The clock, and the way back to the start when nobody touches the screen. */
function tick() {
  if (!offers) return;
  const now = new Date(live.now());
  find("clock").textContent = clockTime(now, offers.office.timezone);
  find("date").textContent = longDay(now, offers.office.timezone);
  const left = IDLE[screen] - Math.floor((Date.now() - touched) / 1000);
  if (screen === "home") {
    if (left <= 0 && document.documentElement.lang !== "id") window.location.assign("?lang=id");
    return;
  }
  const countdown = find("countdown");
  countdown.hidden = left > WARNING;
  countdown.textContent = fill(words.home_in, { seconds: Math.max(left, 0) });
  if (left <= 0) home();
}
setInterval(tick, 1000);

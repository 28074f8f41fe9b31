/** A visitor's ticket on the phone: the place in line, the call, giving it back, and one tap after. */
import { read, Refusal, send } from "/static/web/api.js";
import { follow, liveBanner } from "/static/web/live.js";
import { aheadInWords, clockTime, dayLocale, fill, inLanguage, longDay, make, readData, usualWait } from "/static/web/page.js";

const words = readData("words");
const { token } = readData("page");
const find = (name) => document.querySelector(`[data-${name}]`);
const page = document.documentElement;

/** A call is told this often, this many milliseconds apart, unless the visitor touches the phone. */
const RINGS = 6;
const BETWEEN = 5000;
const AMBER = "#ffb81c";
const INK = "#083642";

let ticket = readData("ticket");
/** The call that was told last: a recall is another. */
let told = callOf(ticket);
let near = ticket.near;
let sound = null;
let wanted = false;
let ringing = null;

follow({
  namespace: "/ticket",
  auth: { token },
  hears: false,
  onSnapshot(state) {
    ticket = state;
    show();
  },
  onState: liveBanner((code) => {
    if (["ticket_unknown", "ticket_reprinted", "rehearsal_over"].includes(code)) window.location.reload();
  }),
});

function callOf({ status, called_at: at, counter, recalls }) {
  return status === "called" ? `${at} ${counter} ${recalls}` : null;
}

function withFiles(names, files) {
  const service = inLanguage(names);
  return files > 1 ? fill(words.with_files, { service, count: files }) : service;
}

function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function show() {
  const { status } = ticket;
  page.className = `phone is-${status}`;
  document.querySelector('meta[name="theme-color"]').content = status === "called" ? AMBER : INK;
  put(find("service"), withFiles(ticket.service.names, ticket.files));
  const further = ticket.further.map(({ names, files }) => withFiles(names, files)).join(", ");
  find("further").hidden = !further;
  put(find("further"), further && fill(words.then, { services: further }));
  put(find("state"), ticket.near ? words.waiting_soon : words[status]);
  find("way").hidden = status !== "called";
  find("counter").hidden = ticket.counter === null;
  const counter = ticket.counter_names ? inLanguage(ticket.counter_names) : "";
  put(find("counter"), counter);
  put(find("hint"), comingBack() || (words[`${status}_hint`] ?? ""));
  const early = inLanguage(ticket.closed_early) || "";
  find("early").hidden = !early;
  put(find("early-text"), early);
  find("code-box").hidden = !ticket.coming_back || ticket.coming_back.by_itself;
  find("facts").hidden = status !== "waiting";
  if (status === "waiting") showFacts();
  showRequirements();
  find("cancel").hidden = !ticket.can_cancel;
  find("step-back").hidden = !ticket.can_step_back;
  find("rejoin").hidden = !ticket.can_rejoin;
  find("leave").hidden = !ticket.can_leave;
  find("change").hidden = !ticket.can_change;
  find("needs").hidden = !["waiting", "held", "called", "no_show"].includes(status);
  showNeeds();
  find("rate").hidden = !ticket.can_rate;
  find("thanks").hidden = !ticket.rated;
  find("comment").hidden = !ticket.can_comment;
  find("talk").hidden = !ticket.can_talk;
  find("survey").hidden = !ticket.can_survey;
  find("drawn").hidden = !ticket.drawn;
  find("alarm-box").hidden = !["waiting", "held", "no_show"].includes(status);
  document.title =
    status === "called"
      ? `${words.called} ${counter} · ${ticket.label}`
      : `${ticket.label} · Antrean`;
  attend();
}

/** Say how an ended ticket still holds, or nothing. */
function comingBack() {
  const right = ticket.coming_back;
  if (!right) return "";
  return fill(right.by_itself ? words.expired_carried : words.expired_return, {
    day: longDay(new Date(right.first_day), "UTC"),
    until: right.until ? longDay(new Date(right.until), "UTC") : "",
  });
}

function showFacts() {
  put(find("ahead"), ticket.position === null ? "" : aheadInWords(words, ticket.position));
  put(find("wait"), waitInWords());
  put(find("at"), fill(words.at, { time: clockTime(ticket.at, ticket.timezone) }));
}

/** Say how long it takes, or why nobody knows; that the service stands still is said below. */
function waitInWords() {
  if (ticket.can_leave) return "";
  if (ticket.wait.median_s === null) return words.no_counter;
  return fill(ticket.unserved ? words.unserved : words.usual, usualWait(ticket.wait));
}

function showRequirements() {
  const bring = inLanguage(ticket.requirements) || [];
  find("bring-box").hidden = !bring.length || !["waiting", "held"].includes(ticket.status);
  const list = find("bring");
  if ([...list.children].map((each) => each.textContent).join("\n") !== bring.join("\n")) {
    list.replaceChildren(...bring.map((each) => make("li", {}, each)));
  }
}

/** Tell a new call, or that it is near; stop when it is over. */
function attend() {
  const call = callOf(ticket);
  if (call && call !== told) ring();
  if (!call) hush();
  if (ticket.near && !near) shake(300);
  told = call;
  near = ticket.near;
  stayAwake();
}

/** Make the call unmistakable: to the top, shake, and sound if the visitor asked for it. */
function ring() {
  hush();
  document.querySelector("dialog[open]")?.close("keep");
  window.scrollTo(0, 0);
  let left = RINGS;
  const once = () => {
    shake([600, 200, 600, 200, 600]);
    if (wanted) chime();
    left -= 1;
    if (left > 0) ringing = setTimeout(once, BETWEEN);
  };
  once();
}

/** Shake the phone, where it can and since its holder has touched the page. */
function shake(pattern) {
  if (navigator.userActivation?.hasBeenActive ?? true) navigator.vibrate?.(pattern);
}

function hush() {
  clearTimeout(ringing);
  ringing = null;
}
document.addEventListener("pointerdown", () => {
  if (ringing !== null) shake(0);
  hush();
});

function chime(tones = [880, 660, 880, 660]) {
  sound.resume();
  for (const [place, tone] of tones.entries()) {
    const start = sound.currentTime + place * 0.35;
    const wave = sound.createOscillator();
    const volume = sound.createGain();
    wave.frequency.value = tone;
    volume.gain.setValueAtTime(0.0001, start);
    volume.gain.exponentialRampToValueAtTime(0.5, start + 0.03);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.32);
    wave.connect(volume).connect(sound.destination);
    wave.start(start);
    wave.stop(start + 0.34);
  }
}

find("alarm").addEventListener("click", () => {
  wanted = !wanted;
  find("alarm").setAttribute("aria-pressed", String(wanted));
  put(find("alarm-word"), wanted ? words.alarm_on : words.alarm_off);
  if (!wanted) return;
  // A browser lets a page sound only after a tap; a short tone shows that it does.
  sound ??= new AudioContext();
  chime([880]);
  shake(80);
  stayAwake();
});

/** Keep the screen on while somebody waits here; browsers allow it over HTTPS only. */
let awake = null;
async function stayAwake() {
  const open = ["waiting", "held", "called"].includes(ticket.status);
  if (!open) {
    awake?.release();
    awake = null;
    return;
  }
  if (document.hidden || !("wakeLock" in navigator) || (awake && !awake.released)) return;
  awake = await navigator.wakeLock.request("screen").catch(() => null);
}
document.addEventListener("visibilitychange", stayAwake);

/** Do something to the ticket; a refusal is told, and returns nothing. */
async function act(path, body) {
  find("refused").hidden = true;
  try {
    return await send(`/tickets/${token}/${path}`, body);
  } catch (error) {
    put(find("refused-text"), error instanceof Refusal ? error.message : words.unreachable);
    find("refused").hidden = false;
    return null;
  }
}

/** Keep what is pressed from being pressed twice while it acts. */
async function once(buttons, doing) {
  for (const each of buttons) each.disabled = true;
  const done = await doing();
  for (const each of buttons) each.disabled = false;
  return done;
}

for (const verb of ["step-back", "rejoin"]) {
  find(`${verb}-act`).addEventListener("click", async () => {
    const state = await once([find(`${verb}-act`)], () => act(verb, {}));
    if (!state) return;
    ticket = { ...ticket, ...state };
    show();
    find("state").focus();
  });
}

find("code-act").addEventListener("click", async () => {
  const left = await once([find("code-act")], () => act("leave", {}));
  if (left) put(find("code"), left.return_right.code);
});

const needBoxes = [...document.querySelectorAll('[name="need"]')];
const needed = () => needBoxes.flatMap((each) => (each.checked ? [each.value] : []));

/** Tick what the counter has been told. */
let telling = false;
function showNeeds() {
  if (telling) return;
  for (const each of needBoxes) each.checked = ticket.needs.includes(each.value);
}

find("needs").addEventListener("change", async () => {
  telling = true;
  const needs = needed();
  const state = await once(needBoxes, () => act("needs", { needs }));
  telling = false;
  if (state) ticket = { ...ticket, ...state, needs };
  show();
});

find("change").addEventListener("toggle", async () => {
  if (!find("change").open) return;
  const told = await read("/services").catch(() => null);
  if (!told) return;
  find("change-service").replaceChildren(
    ...told.services
      .filter((each) => each.open && each.code !== ticket.service.code)
      .map((each) => make("option", { value: each.code }, inLanguage(each.names))),
  );
});
find("change-act").addEventListener("click", async () => {
  const service = find("change-service").value;
  if (!service) return;
  const state = await once([find("change-act")], () => act("service", { service }));
  if (!state) return;
  find("change").open = false;
  ticket = { ...ticket, ...state };
  show();
  find("state").focus();
});

/** The code to come back with is told once, and so is kept on this phone. */
const RIGHT = `right ${token}`;
const leaving = find("leave-dialog");
find("leave-act").addEventListener("click", () => {
  leaving.returnValue = "";
  leaving.showModal();
});
leaving.addEventListener("close", async () => {
  if (leaving.returnValue !== "leave") return;
  const answer = await once([find("leave-act")], () => act("leave", {}));
  if (!answer) return;
  localStorage.setItem(RIGHT, JSON.stringify(answer.return_right));
  showRight();
  find("right").focus();
});
function showRight() {
  const right = JSON.parse(localStorage.getItem(RIGHT) ?? "null");
  find("right").hidden = right === null;
  if (!right) return;
  const how = { day: "numeric", month: "long", year: "numeric" };
  const said = (day) => new Date(`${day}T12:00:00`).toLocaleDateString(dayLocale(page.lang), how);
  put(find("right-code"), right.code);
  const facts = { first: said(right.first_day), until: said(right.until) };
  put(find("right-until"), fill(words.right_until, facts));
}

const dialog = find("cancel-dialog");
find("cancel").addEventListener("click", () => {
  dialog.returnValue = "";
  dialog.showModal();
});
dialog.addEventListener("close", async () => {
  if (dialog.returnValue !== "cancel") return;
  const state = await once([find("cancel")], () => act("cancel", {}));
  if (!state) return;
  ticket = { ...ticket, ...state };
  show();
  find("state").focus();
});

const faces = document.querySelectorAll("[data-score]");
for (const face of faces) {
  face.addEventListener("click", async () => {
    const kept = await once(faces, () => act("rating", { score: Number(face.dataset.score) }));
    if (!kept) return;
    ticket = { ...ticket, can_rate: false, rated: true, can_comment: true, can_talk: true };
    show();
    find("thanks").focus();
  });
}

/** Sixteen digits in a row, however they are spaced: an Indonesian identity number. */
const NUMBER = /(?:\d[ .-]?){16}/;
const text = find("comment-text");
text.addEventListener("input", () => {
  find("comment-digits").hidden = !NUMBER.test(text.value);
});
const tags = document.querySelectorAll("[data-reason]");
for (const each of tags) {
  each.addEventListener("click", () => {
    each.setAttribute("aria-pressed", String(each.getAttribute("aria-pressed") !== "true"));
  });
}
find("comment").addEventListener("submit", async (event) => {
  event.preventDefault();
  const comment = text.value.trim();
  const reasons = [...tags]
    .filter((each) => each.getAttribute("aria-pressed") === "true")
    .map((each) => each.dataset.reason);
  if (!comment && !reasons.length) return;
  const kept = await once([event.submitter ?? text], () =>
    act("rating/details", { reasons, comment: comment || null }),
  );
  if (!kept) return;
  ticket = { ...ticket, can_comment: false };
  show();
  find("thanks").focus();
});

find("talk-act").addEventListener("click", async () => {
  if (!(await once([find("talk-act")], () => act("rating/talk", {})))) return;
  ticket = { ...ticket, can_talk: false };
  show();
  find("talk-told").hidden = false;
  find("talk-told").focus();
});

show();
showRight();

/** The tablet at the exit: a face, the slip it belongs to, and what to do better; then the next. */
import { newKey, Refusal, send } from "/static/web/api.js";
import { icon, make, readData } from "/static/web/page.js";

const words = readData("words");
const find = (name) => document.querySelector(`[data-${name}]`);
const fields = { label: document.getElementById("label"), code: document.getElementById("code") };
const comment = document.getElementById("comment");

const KEYS = "1234567890ABCDEFGHIJKLMNOPQRSTUVWXYZ";
/** How long (ms) a step waits for somebody who may have gone. */
const IDLE = { slip: 45_000, more: 90_000, thanks: 6_000 };
/** What a slip's QR code leads to. */
const SCANNED = /\/t\/([\w-]{20,64})/;

let step = "faces";
let score = null;
let slip = null;
/** Kept over a retry, so that nothing counts twice. */
let key = newKey();
let busy = false;
let timer = null;

function show(name) {
  step = name;
  for (const each of document.querySelectorAll("[data-step]")) {
    each.hidden = each.dataset.step !== name;
  }
  find("refused").hidden = true;
  find("more-refused").hidden = true;
  key = newKey();
  wait();
  if (name === "slip") fields.label.focus();
  else document.querySelector(`[data-step="${name}"] h1`).focus();
}

function wait() {
  clearTimeout(timer);
  if (IDLE[step]) timer = setTimeout(leave, IDLE[step]);
}
document.addEventListener("pointerdown", wait);
document.addEventListener("keydown", wait);

/** Whoever goes without typing a slip has tapped a face all the same. */
function leave() {
  if (step === "slip" && score !== null) send("/exit/taps", { score }).catch(() => {});
  begin();
}

function begin() {
  score = null;
  slip = null;
  for (const each of [...Object.values(fields), comment]) each.value = "";
  for (const each of document.querySelectorAll("[data-reason]")) {
    each.setAttribute("aria-pressed", "false");
  }
  find("talk-told").hidden = true;
  if (new URLSearchParams(window.location.search).has("lang")) window.location.replace("/exit");
  else show("faces");
}

/** Send once at a time; a refusal is told beside `box`, and returns nothing. */
async function act(path, body, box) {
  if (busy) return null;
  busy = true;
  find(box).hidden = true;
  try {
    return await send(path, body, { key });
  } catch (error) {
    if (error instanceof Refusal) key = newKey();
    find(`${box}-text`).textContent =
      error instanceof Refusal ? error.message : words.unreachable;
    find(box).hidden = false;
    return null;
  } finally {
    busy = false;
  }
}

for (const face of document.querySelectorAll("[data-score]")) {
  face.addEventListener("click", () => {
    if (step !== "faces") return;
    score = Number(face.dataset.score);
    show("slip");
    if (slip) rate();
  });
}

async function rate() {
  if (!(await act("/exit/rating", { score, ...slip }, "refused"))) {
    if (!slip?.label) slip = null;
    return;
  }
  show("more");
}

find("slip-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const scanned = scannedIn(`${fields.label.value} ${fields.code.value}`);
  if (scanned) return take(scanned);
  slip = { label: fields.label.value.trim(), code: fields.code.value.trim() };
  return rate();
});

function scannedIn(text) {
  const found = SCANNED.exec(text);
  return found ? { token: found[1] } : null;
}

/** Take a slip that was scanned: before the face it waits for it. */
function take(scanned) {
  for (const each of Object.values(fields)) each.value = "";
  slip = scanned;
  if (score !== null) rate();
}

/** A scanner types what it reads; before the face nothing else listens. */
let read = "";
document.addEventListener("keydown", (event) => {
  if (step !== "faces") return;
  if (event.key === "Enter") {
    const scanned = scannedIn(read);
    read = "";
    if (scanned) take(scanned);
  } else if (event.key.length === 1) {
    read = (read + event.key).slice(-200);
  }
});

let field = fields.label;
for (const each of Object.values(fields)) {
  each.addEventListener("focus", () => {
    field = each;
  });
}
find("keys").replaceChildren(
  ...[...KEYS].map((letter) => {
    const made = make("button", { type: "button", class: "key" }, letter);
    made.addEventListener("click", () => {
      field.value += letter;
    });
    return made;
  }),
  (() => {
    const made = make("button", { type: "button", class: "key key-erase" }, icon("back"), words.erase);
    made.addEventListener("click", () => {
      if (!field.value && field === fields.code) field = fields.label;
      field.value = field.value.slice(0, -1);
    });
    return made;
  })(),
);
/** A number is a letter or two and three digits or more: the code follows. */
find("keys").addEventListener("click", () => {
  if (field === fields.label && /^[A-Z]{1,2}\d{3}$/.test(field.value)) fields.code.focus();
});

find("no-slip").addEventListener("click", async () => {
  if (await act("/exit/taps", { score }, "refused")) show("thanks");
});

for (const each of document.querySelectorAll("[data-reason]")) {
  each.addEventListener("click", () => {
    each.setAttribute("aria-pressed", String(each.getAttribute("aria-pressed") !== "true"));
  });
}

async function tellMore() {
  const reasons = [...document.querySelectorAll('[data-reason][aria-pressed="true"]')].map(
    (each) => each.dataset.reason,
  );
  const said = comment.value.trim();
  if (!reasons.length && !said) return true;
  return act("/exit/rating/details", { ...slip, reasons, comment: said || null }, "more-refused");
}

find("more-send").addEventListener("click", async () => {
  if (await tellMore()) show("thanks");
});
find("nothing").addEventListener("click", () => show("thanks"));
find("talk").addEventListener("click", async () => {
  if (!(await tellMore())) return;
  key = newKey();
  if (!(await act("/exit/rating/talk", { ...slip }, "more-refused"))) return;
  find("talk-told").hidden = false;
  show("thanks");
});

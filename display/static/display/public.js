/** The public board: looks every few seconds, shows the last calls and the waits; read only. */
import { clockTime, fill, icon, inLanguage, make, readData, shutSentence, usualWait } from "/static/web/page.js";

const OFTEN = 5000;
const SHOWN = 6;
const lang = document.documentElement.lang;
const words = readData("words")[lang];
const find = (name) => document.querySelector(`[data-${name}]`);
const url = find("state-url").dataset.stateUrl;
let tag = "";
let misses = 0;

async function look() {
  try {
    const answer = await fetch(url, { credentials: "omit", headers: tag ? { "If-None-Match": tag } : {} });
    if (answer.status === 304) {
      well();
      return;
    }
    if (!answer.ok) throw new Error(String(answer.status));
    tag = answer.headers.get("ETag") ?? "";
    show(await answer.json());
    well();
  } catch {
    misses += 1;
    find("away").hidden = misses < 2;
  }
}

function well() {
  misses = 0;
  find("away").hidden = true;
}

function show(board) {
  const logo = find("logo");
  logo.hidden = !board.logo;
  if (board.logo && logo.getAttribute("src") !== board.logo) logo.src = board.logo;
  find("office").textContent = inLanguage(board.office.names);
  find("clock").textContent = fill(words.updated, {
    time: clockTime(new Date(), board.office.timezone),
  });
  const early =
    shutSentence(board.office, board.closed_early, Date.now(), words) ||
    inLanguage(board.closed_early ?? {});
  find("early").hidden = !early;
  find("early-text").textContent = early;
  find("empty").hidden = board.recent.length > 0;
  const seen = new Set();
  const calls = board.recent.filter(({ label }) => !seen.has(label) && seen.add(label));
  find("calls").replaceChildren(
    ...calls.slice(0, SHOWN).map(({ label, counter, at }, place) =>
      make(
        "li",
        { class: place === 0 ? "public-call public-newest" : "public-call" },
        make("span", { class: "label" }, label),
        place === 0 ? make("span", { class: "badge badge-called" }, words.latest) : null,
        make("span", { class: "public-desk" }, `${words.counter} ${counter}`),
        make("time", { class: "number muted", datetime: at }, clockTime(at, board.office.timezone)),
      ),
    ),
  );
  find("missed-box").hidden = board.missed.length === 0;
  find("missed").textContent = board.missed.join(", ");
  find("services").replaceChildren(
    ...board.services.map(({ code, letter, names, icon: picture }) => {
      return make(
        "li",
        { class: "public-service" },
        icon(picture),
        make("span", { class: "public-name" }, `${letter} · ${inLanguage(names)}`),
        make("span", { class: "public-count number" }, String(board.waiting[code] ?? 0)),
        make("span", { class: "muted public-wait" }, waitOf(board, code)),
      );
    }),
  );
}

/** Return in words what somebody who comes now has to expect, or why nobody is to come. */
function waitOf(board, code) {
  if (!board.office.open) return board.waiting[code] ? words.no_new : words.closed;
  const wait = board.waits[code];
  if (wait?.suspended) {
    const why = inLanguage(wait.suspended);
    return why ? `${words.suspended}: ${why}` : words.suspended;
  }
  if (!wait || wait.median_s === null) return words.wait_unknown;
  const { median, p90 } = usualWait(wait);
  return `${fill(words.usually, { time: median })}, ${fill(words.nine_in_ten, { time: p90 })}`;
}

look();
setInterval(() => {
  if (!document.hidden) look();
}, OFTEN);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) look();
});

/** The kiosk: choose a service, confirm, see the number; live, and back to the start by itself. */
import { codeScreen } from "./code.js";
import { fit } from "./fit.js";
import { identityScreen } from "./identity.js";
import { listening } from "./listen.js";
import { mineScreen } from "./mine.js";
import { newKey, Refusal, send } from "/static/web/api.js";
import { follow } from "/static/web/live.js";
import {
  aheadInWords,
  clockTime,
  fill,
  icon,
  inLanguage,
  longDay,
  make,
  readData,
  shutSentence,
  usualWait,
} from "/static/web/page.js";

const words = readData("words");
/** What is said in every language where no number is given. */
const shut = readData("shut");
const find = (name) => document.querySelector(`[data-${name}]`);
const language = document.documentElement.lang;

/** The language of whoever comes next. */
const FIRST = "id";
/** Seconds without a touch after which the next visitor finds the start, in Indonesian. */
const IDLE = { home: 30, confirm: 30, code: 45, identity: 60, mine: 45, ticket: 25 };
/** The last seconds of the countdown, which are told louder. */
const SOON = 10;
/** A connection gone for this long (ms) is told to people. */
const GONE = 2500;
/** A new screen takes no touch for this long (ms): the second tap of two was meant for the old. */
const SETTLING = 400;
/** Waits are asked for at most this often (ms) while things change, and this often when not. */
const REFRESH = 2000;
const STILL = 30_000;
/** A scanner's letters follow one another within this time (ms). */
const AT_ONCE = 400;
/** A service's name longer than this is written smaller. */
const LONG = 50;
/** Where the screen stood before it was loaded anew in another language. */
const PLACE = "place";
/** What this visitor switched on to see or reach better, until the next one comes. */
const EASE = "ease";
/** Seconds more for whoever asks for time. */
const MORE = 120;

let offers = null;
let screen = "home";
/** What the number will be for: [{ code, files }], the newest service last. */
let matters = [];
/** The group whose services are shown at the start, by its id. */
let group = null;
let given = null;
let touched = performance.now();
/** Wishes that have had no answer: the request's body -> its key. The same wish has the same key. */
const wishes = new Map();

let cutTimer = null;
let cut = false;

const live = follow({
  namespace: "/kiosk",
  onSnapshot(snapshot) {
    const first = offers === null;
    offers = snapshot;
    if (first) resume();
    render();
  },
  onChange(change) {
    count(change);
    render();
    refreshSoon();
  },
  // Which printer and what of it is in the snapshot.
  events: { printer: () => live.refresh() },
  onState(state, code) {
    if (state === "live") {
      clearTimeout(cutTimer);
      cutTimer = null;
      cut = false;
      showCut();
    } else if (state === "refused" && code?.startsWith("credentials_")) {
      window.location.replace("/link");
    } else {
      cutTimer ??= setTimeout(() => {
        cut = true;
        showCut();
      }, GONE);
    }
  },
});

/** Keep the numbers waiting right at once; waits follow with the next snapshot. */
function count({ from, to, service, from_service: former }) {
  const move = (code, by) => {
    const found = offers.services.find((each) => each.code === code);
    if (found) found.waiting = Math.max(0, found.waiting + by);
  };
  if (from === "waiting") move(former ?? service, -1);
  if (to === "waiting") move(service, 1);
}

let refreshing = null;
function refreshSoon() {
  refreshing ??= setTimeout(() => {
    refreshing = null;
    live.refresh();
  }, REFRESH);
}
setInterval(() => live.refresh(), STILL);

/** Over everything but a number just given: that holds, and has to be read. */
function showCut() {
  const dialog = find("cut");
  const rests = resting();
  const wanted = (cut || rests !== null) && screen !== "ticket";
  if (wanted) {
    find("cut-icon").hidden = !cut;
    find("rests-icon").hidden = cut;
    for (const each of document.querySelectorAll("[data-cut-said]")) {
      const told = shut[each.lang];
      const [title, text] = each.children;
      const time = cut ? "" : clockTime(rests, offers.office.timezone, {}, each.lang);
      put(title, cut ? told.cut_title : told.rests_title);
      put(text, cut ? told.cut_text : fill(told.rests_text, { time }));
    }
  }
  if (wanted && !dialog.open) {
    dialog.showModal();
    ears.arrived();
  }
  if (!wanted && dialog.open) dialog.close();
}
find("cut").addEventListener("cancel", (event) => event.preventDefault());
// Pressed twice, Escape closes a dialog whatever is said.
find("cut").addEventListener("close", showCut);

/** When this machine goes on, if too many numbers were taken here at once. */
function resting() {
  const until = offers?.resting_until && new Date(offers.resting_until);
  return until && until > live.now() ? until : null;
}

/** Numbers stay with their unit on one line. */
const whole = (text) => text.replaceAll(" ", "\u00a0");

function usual(phrase, wait) {
  const { median, p90 } = usualWait(wait);
  return fill(phrase, { median: whole(median), p90: whole(p90) });
}

/** Say that no numbers are given out, why if the office closed early today, and until when. */
function closedNow(lang = language) {
  const { office } = offers;
  return shutSentence(office, office.closed_early, live.now(), shut[lang], lang);
}

function crowd(each) {
  return each.waiting ? fill(words.waiting, { count: each.waiting }) : words.nobody;
}

/** What a tile says of its service: a line or two. */
function notes(each) {
  if (!each.open) return [words[each.reason] ?? each.reason_text ?? ""];
  return [
    crowd(each),
    each.wait.median_s === null ? words.no_counter : usual(words.usual, each.wait),
  ];
}

/** Say when numbers of a suspended service are given again, where that is known and today. */
function whenAgain(each) {
  const { timezone } = offers.office;
  const until = each.until ? new Date(each.until) : null;
  if (!until || longDay(until, timezone) !== longDay(live.now(), timezone)) return "";
  return fill(words.open_again, { time: clockTime(each.until, timezone) });
}

function whyNot(each) {
  const told = inLanguage(each.reason_texts) || words[`${each.reason}_long`] || "";
  if (each.reason === "office_closed") return closedNow();
  const again = whenAgain(each);
  return again ? `${told.replace(/[.\s]+$/, "")}. ${again}` : told;
}

function longWait(wait) {
  return wait.median_s === null ? words.no_counter_long : usual(words.usual_long, wait);
}

function render() {
  const { office } = offers;
  find("office").textContent = inLanguage(office.names);
  find("rehearsal").hidden = !office.rehearsal;
  find("closed").hidden = office.open;
  for (const each of document.querySelectorAll("[data-closed-text]")) put(each, closedNow(each.lang));
  find("empty").hidden = offers.services.length > 0;
  renderTiles();
  renderAsk();
  if (screen === "confirm") renderConfirm();
  if (screen === "ticket") renderPrint();
  if (screen === "mine") mine.refresh();
  tick();
}

const tiles = new Map();

/** What stands at the start: services, and groups where their first service would. */
function shown() {
  const { services, groups } = offers;
  if (group !== null) return services.filter((each) => each.group === group);
  const firsts = groups.map(({ id }) => services.find((each) => each.group === id));
  return services
    .filter((each) => each.group === null || firsts.includes(each))
    .map((each) => (each.group === null ? each : grouped(each)));
}

/** A group as a tile: it can be had if any of its services can. */
function grouped(first) {
  const { id, names } = offers.groups.find((each) => each.id === first.group);
  const inside = offers.services.filter((each) => each.group === id);
  const said = fill(words.in_group, { count: inside.length });
  const open = inside.some((each) => each.open);
  return { code: `group ${id}`, opens: id, names, icon: first.icon, open, said: open ? [said] : notes(first) };
}

/** Change the tiles in place: one replaced under a finger would lose its touch. */
function renderTiles() {
  if (!offers.groups.some(({ id }) => id === group)) group = null;
  const listed = shown();
  const codes = listed.map((each) => each.code);
  if (codes.join() !== [...tiles.keys()].join()) {
    tiles.clear();
    for (const { code, opens } of listed) tiles.set(code, newTile(code, opens));
    find("services").replaceChildren(...[...tiles.values()].map((tile) => make("li", {}, tile)));
  }
  for (const each of listed) {
    const tile = tiles.get(each.code);
    const [drawn, name, note] = tile.children;
    if (drawn.dataset.icon !== each.icon) {
      drawn.replaceWith(icon(each.icon, "icon-service"));
      tile.children[0].dataset.icon = each.icon;
    }
    put(name, inLanguage(each.names));
    name.classList.toggle("tile-name-long", name.textContent.length > LONG);
    const lines = each.said ?? notes(each);
    put(note.children[0], lines[0]);
    put(note.children[1], lines[1] ?? "");
    tile.classList.toggle("tile-shut", !each.open);
  }
}

function newTile(code, opens = null) {
  const tile = make(
    "button",
    { type: "button", class: "tile", "data-code": code },
    icon("document", "icon-service"),
    make("span", { class: "tile-name" }),
    make("span", { class: "tile-note" }, make("span"), make("span")),
  );
  tile.addEventListener("click", () => (opens === null ? choose(code) : openGroup(opens)));
  return tile;
}

function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Go to a screen; the focus goes with it, to its heading or to `place`. */
function show(name, place = null) {
  screen = name;
  touch();
  for (const each of document.querySelectorAll("[data-screen]")) {
    each.hidden = each.dataset.screen !== name;
  }
  const shown = document.querySelector(`[data-screen="${name}"]`);
  shown.classList.add("settling");
  setTimeout(() => shown.classList.remove("settling"), SETTLING);
  (place ?? shown.querySelector("h1")).focus({ preventScroll: place === null });
  if (place === null) window.scrollTo(0, 0);
  showCut();
  tick();
  fit();
  // once what called this has written what stands on the screen
  requestAnimationFrame(ears.arrived);
}

const named = (code) => offers.services.find((each) => each.code === code);

/** What a service is called, with its files where there are several. */
function withFiles({ names }, files) {
  const service = inLanguage(names);
  return files > 1 ? fill(words.with_files, { service, count: files }) : service;
}

/** What follows on the same number. */
function thenWhat(further) {
  const services = further.map((each) => withFiles(each, each.files)).join(", ");
  return services && fill(words.then, { services });
}

/** The start asks for the first matter, or for another one beside those chosen. */
function renderAsk() {
  const services = matters.map(({ code, files }) => withFiles(named(code), files)).join(", ");
  const inside = offers.groups.find(({ id }) => id === group);
  const first = offers.office.open ? words.home : words.closed_title;
  const asks = matters.length ? words.another : first;
  put(find("home-title"), inside ? inLanguage(inside.names) : asks);
  find("group-back").hidden = !inside;
  const lead = offers.office.open ? words.home_lead : words.closed_lead;
  put(find("home-lead"), matters.length ? fill(words.another_lead, { services }) : lead);
  find("keep").hidden = !matters.length || Boolean(inside);
  find("code-begin").hidden = matters.length > 0 || Boolean(inside) || !offers.office.open;
  for (const [code, tile] of tiles) {
    tile.classList.toggle("tile-chosen", matters.some((each) => each.code === code));
  }
}

/** Show the services of a group, or with null all that stands at the start. */
function openGroup(id) {
  const former = group;
  group = id;
  renderTiles();
  renderAsk();
  show("home", id === null ? tiles.get(`group ${former}`) : null);
}
find("group-back").addEventListener("click", () => openGroup(null));

function choose(code) {
  const kept = matters.length ? [asked(), needed()] : [];
  if (!matters.some((each) => each.code === code)) matters.push({ code, files: 1 });
  confirm(...kept);
}

/** Ask before a number is taken: what to bring, how long, whether with priority. */
function confirm(priority = null, needs = []) {
  find("needs-box").open = needs.length > 0;
  for (const each of needBoxes()) each.checked = needs.includes(each.value);
  const classes = offers.priority_classes;
  find("classes").replaceChildren(
    ...classes.map((each, place) =>
      make(
        "label",
        { class: "class" },
        make("input", {
          type: "radio",
          name: "class",
          value: each.code,
          checked: priority === null ? place === 0 : each.code === priority,
        }),
        make("span", { class: "class-name" }, inLanguage(each.names)),
        classes.length === 2
          ? make("span", {}, place === 0 ? words.ordinary_hint : words.priority_hint)
          : null,
      ),
    ),
  );
  refuse(null);
  busy(false);
  renderConfirm();
  show("confirm");
}

function renderConfirm() {
  const services = matters.map(({ code }) => named(code));
  if (!services.length || services.includes(undefined)) {
    goHome();
    return;
  }
  const [first] = services;
  const several = services.length > 1;
  const each = services.find(({ open }) => !open) ?? first;
  find("confirm-icon").replaceChildren(icon(first.icon, "icon-service"));
  put(
    find("confirm-name"),
    several ? fill(words.several, { count: services.length }) : inLanguage(first.names),
  );
  const left =
    each.quota_left === null || several ? "" : fill(words.quota_left, { count: each.quota_left });
  put(find("confirm-wait"), each.open ? `${longWait(first.wait)} ${left}`.trim() : "");
  find("why-not").hidden = each.open;
  const why = each.open ? "" : whyNot(each);
  put(find("why-not-text"), several && why ? `${inLanguage(each.names)}: ${why}` : why);
  if (!each.open) refuse(null);
  renderMatters(each.open);
  const bring = [...new Set(services.flatMap(({ requirements }) => inLanguage(requirements) || []))];
  find("bring-box").hidden = !bring.length;
  if (find("bring").dataset.said !== bring.join("\n")) {
    find("bring").dataset.said = bring.join("\n");
    find("bring").replaceChildren(
      ...bring.map((what) =>
        make(
          "li",
          {},
          make("label", { class: "have" }, make("input", { type: "checkbox" }), make("span", {}, what)),
        ),
      ),
    );
  }
  find("classes-box").hidden = offers.priority_classes.length < 2 || !each.open;
  find("needs-box").hidden = !each.open;
  find("take").hidden = !each.open;
}

/** The matters with their files; one alone needs no name here. */
function renderMatters(open) {
  const { matters: most, files: mostFiles } = offers.limits;
  const several = matters.length > 1;
  find("matters-box").hidden = !open && !several;
  find("add").hidden = !open || matters.length >= most;
  const key = document.activeElement?.dataset.key;
  find("matters").replaceChildren(
    ...matters.map((each) =>
      make(
        "li",
        { class: "matter" },
        several ? make("span", { class: "matter-name" }, inLanguage(named(each.code).names)) : null,
        mostFiles > 1 && open ? counted(each, mostFiles) : null,
        several ? removal(each) : null,
      ),
    ),
  );
  if (key) refocus(key);
  const capped = mostFiles > 1 && open && matters.some(({ files }) => files >= mostFiles);
  find("cap").hidden = !capped;
  fit();
  put(find("cap"), capped ? fill(words.most_files, { count: mostFiles }) : "");
}

function small(key, sign, label, onClick, off = false) {
  const made = make(
    "button",
    { type: "button", class: "button button-touch matter-act", "aria-label": label, "data-key": key },
    icon(sign),
  );
  made.disabled = off;
  made.addEventListener("click", onClick);
  return made;
}

/** How many files of a matter are brought, to be stated by touch. */
function counted(matter, most) {
  const { names, quota_left: left } = named(matter.code);
  const service = inLanguage(names);
  const step = (by) => () => {
    matter.files += by;
    renderConfirm();
  };
  return make(
    "span",
    { class: "matter-files", role: "group", "aria-label": fill(words.files_of, { service }) },
    make("span", {}, words.files),
    small(`${matter.code} less`, "minus", fill(words.fewer, { service }), step(-1), matter.files <= 1),
    make("output", { class: "number matter-count" }, String(matter.files)),
    small(
      `${matter.code} more`,
      "plus",
      fill(words.more, { service }),
      step(1),
      matter.files >= Math.min(most, left ?? most),
    ),
  );
}

function removal(matter) {
  const label = fill(words.remove, { service: inLanguage(named(matter.code).names) });
  return small(`${matter.code} out`, "close", label, () => {
    matters = matters.filter((other) => other !== matter);
    renderConfirm();
    find("confirm-name").focus();
  });
}

/** Let the keyboard stay where it was, or beside it where that can be pressed no more. */
function refocus(key) {
  const found = find("matters").querySelector(`[data-key="${CSS.escape(key)}"]`);
  const there = found?.disabled ? found.closest(".matter").querySelector("button:enabled") : found;
  there?.focus();
}

const needBoxes = () => [...document.querySelectorAll('input[name="need"]')];
const needed = () => needBoxes().flatMap((each) => (each.checked ? [each.value] : []));
const asked = () => document.querySelector('input[name="class"]:checked')?.value ?? null;

function busy(on) {
  find("take").disabled = on;
  find("back").disabled = on;
  find("matters-box").inert = on;
  for (const each of document.querySelectorAll('input[name="class"], input[name="need"]')) {
    each.disabled = on;
  }
  find("take-word").textContent = on ? words.taking : words.take;
}

function refuse(text) {
  find("refused").hidden = text === null;
  find("refused-text").textContent = text ?? "";
}

/** Take a ticket; what was asked before and had no answer is asked again, not a second time. */
async function take() {
  if (find("take").disabled) return;
  if (offers.limits.identity && !applicant.pass()) {
    applicant.open();
    return;
  }
  const [first, ...others] = matters;
  const body = {
    service: first.code,
    files: first.files,
    further: others.map(({ code: service, files }) => ({ service, files })),
    priority: asked(),
    locale: language,
    needs: needed(),
    ...(applicant.pass() ? { identity: applicant.pass() } : {}),
  };
  const wish = JSON.stringify(body);
  if (!wishes.has(wish)) wishes.set(wish, newKey());
  busy(true);
  refuse(null);
  try {
    const ticket = await send("/tickets", body, { key: wishes.get(wish) });
    wishes.clear();
    showTicket(ticket);
  } catch (error) {
    touch();
    busy(false);
    if (error instanceof Refusal) {
      wishes.delete(wish);
      applicant.clear();
      live.refresh();
    }
    refuse(error instanceof Refusal ? error.message : words.unreachable);
    find("take").focus();
  }
}

function showTicket(ticket) {
  given = ticket;
  busy(false);
  show("ticket");
  const classes = offers.priority_classes;
  const mark = classes.find((each) => each.code === ticket.priority);
  find("label").textContent = ticket.label;
  find("ticket-service").textContent = withFiles(ticket.service, ticket.files);
  find("ticket-further").hidden = !ticket.further.length;
  find("ticket-further").textContent = thenWhat(ticket.further);
  find("ticket-priority").hidden = !mark || mark === classes[0];
  find("ticket-class").textContent = mark ? inLanguage(mark.names) : "";
  find("ticket-place").textContent = aheadInWords(words, ticket.position);
  find("ticket-wait").textContent = longWait(ticket.wait);
  find("follow").hidden = false;
  find("qr").src = `/t/${ticket.token}/qr.svg`;
  renderPrint();
}
find("qr").addEventListener("error", () => (find("follow").hidden = true));

/** Say what becomes of the paper, which may go wrong while the number is on the screen. */
function renderPrint() {
  const trouble = Boolean(offers.printer?.trouble);
  const none = given.print === "none";
  put(
    find("ticket-print-text"),
    none
      ? words.no_print
      : offers.printer?.trouble === "paper_out"
        ? fill(words.needs_paper, { label: given.label })
        : trouble
          ? words.printer_trouble
          : words.printing,
  );
  find("ticket-print").classList.toggle("notice-warn", none || trouble);
}

const ears = listening({
  words: words.listen,
  typing: () => ["code", "identity"].includes(screen),
  touched: touch,
});
const code = codeScreen({
  words,
  locale: language,
  show,
  home: () => show("home"),
  given: showTicket,
});
const applicant = identityScreen({
  words,
  show,
  back: () => show("confirm"),
  admitted() {
    show("confirm");
    take();
  },
});
const mine = mineScreen({
  words,
  offers: () => offers,
  show,
  home: goHome,
  usual,
  withFiles,
  thenWhat,
});

/** What was typed in one go, as a scanner does: a number's slip leads to its page. */
let typed = { text: "", at: 0 };
const SLIP = /\/t\/([\w-]{32})$/;
document.addEventListener("keydown", (event) => {
  if (event.key.length !== 1 && event.key !== "Enter") return;
  const fresh = performance.now() - typed.at > AT_ONCE;
  const text = fresh ? "" : typed.text;
  const slip = event.key === "Enter" && SLIP.exec(text);
  typed = { text: event.key === "Enter" ? "" : `${text}${event.key}`, at: performance.now() };
  if (!slip || !offers || !["home", "code", "mine"].includes(screen) || code.isBusy()) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  code.clear();
  mine.open(slip[1]);
});
// A scanner types what it reads; at the start that is a slip, too.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.key.length > 9) return;
  const single = event.key.length === 1 && /[a-z347]/i.test(event.key);
  const onButton = event.key === "Enter" && event.target.closest?.("button");
  if (screen === "identity" && !onButton && applicant.pressed(event.key)) event.preventDefault();
  if (screen === "home" && offers && single) code.open();
  if (screen !== "code") return;
  if (onButton) return;
  if (code.pressed(event.key)) event.preventDefault();
});

/** Leave nothing of this visitor to the next. */
function goHome() {
  wishes.clear();
  given = null;
  matters = [];
  group = null;
  renderTiles();
  code.clear();
  applicant.clear();
  mine.clear();
  find("label").textContent = "";
  find("qr").removeAttribute("src");
  for (const each of document.querySelectorAll(".have input")) each.checked = false;
  renderAsk();
  ease([]);
  ears.end();
  show("home");
  if (language !== FIRST) speak(FIRST);
}

/** Load the page in another language, unless it could not be loaded. */
let loading = false;
async function speak(wanted) {
  if (loading || cut) return;
  loading = true;
  try {
    const answer = await fetch("/healthz", { signal: AbortSignal.timeout(4000) });
    if (answer.ok) window.location.replace(`?lang=${wanted}`);
  } catch {
    // The connection's own message is on its way.
  }
  loading = false;
}

/** Stand where the visitor stood before changing the language. */
function resume() {
  const kept = JSON.parse(sessionStorage.getItem(PLACE) ?? "null");
  sessionStorage.removeItem(PLACE);
  if (!kept || Math.abs(Date.now() - kept.at) > 10_000) return;
  if (kept.given) showTicket(kept.given);
  else {
    matters = kept.matters.filter(({ code }) => named(code));
    if (matters.length) confirm(kept.priority, kept.needs);
    else group = kept.group;
  }
}

for (const link of document.querySelectorAll("[data-language]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    if (link.dataset.language === language || find("take").disabled) return;
    const place =
      screen === "ticket"
        ? { given }
        : matters.length || group !== null
          ? { matters, group, priority: asked(), needs: needed() }
          : null;
    if (place) sessionStorage.setItem(PLACE, JSON.stringify({ ...place, at: Date.now() }));
    speak(link.dataset.language);
  });
}
/** Switch on what makes the screen easier for this visitor, and nothing else. */
function ease(names) {
  for (const button of document.querySelectorAll("[data-ease]")) {
    const on = names.includes(button.dataset.ease);
    button.setAttribute("aria-pressed", String(on));
    document.documentElement.classList.toggle(`ease-${button.dataset.ease}`, on);
  }
  fit();
  sessionStorage.setItem(EASE, names.join());
}
const eased = () => (sessionStorage.getItem(EASE) ?? "").split(",").filter(Boolean);
for (const button of document.querySelectorAll("[data-ease]")) {
  button.addEventListener("click", () => {
    const name = button.dataset.ease;
    const on = eased();
    ease(on.includes(name) ? on.filter((each) => each !== name) : [...on, name]);
    button.scrollIntoView({ block: "nearest" });
  });
}
ease(eased());

find("more").addEventListener("click", () => {
  touched = performance.now() + MORE * 1000 - IDLE[screen] * 1000;
  tick();
  document.querySelector(`[data-screen="${screen}"] h1`).focus({ preventScroll: true });
});
find("take").addEventListener("click", take);
find("back").addEventListener("click", () => {
  const [{ code }] = matters.splice(-1);
  renderAsk();
  show("home", tiles.get(code));
});
find("add").addEventListener("click", () => {
  group = null;
  renderTiles();
  renderAsk();
  show("home");
});
find("keep").addEventListener("click", () => confirm(asked(), needed()));
find("done").addEventListener("click", goHome);

function touch() {
  touched = performance.now();
}
for (const event of ["pointerdown", "keydown", "wheel", "scroll"]) {
  document.addEventListener(event, touch, { passive: true });
}
// What a finger may do to a page, and must not do to a machine.
for (const event of ["contextmenu", "dragstart", "selectstart"]) {
  document.addEventListener(event, (which) => which.preventDefault());
}
for (const [event, zooms] of [
  ["touchmove", ({ touches }) => touches.length > 1],
  ["wheel", ({ ctrlKey }) => ctrlKey],
]) {
  document.addEventListener(
    event,
    (which) => {
      if (zooms(which)) which.preventDefault();
    },
    { passive: false },
  );
}

/** The clock, and the way back to the start when nobody touches the screen. */
function tick() {
  if (!offers) return;
  const now = new Date(live.now());
  put(find("clock"), clockTime(now, offers.office.timezone));
  put(find("date"), longDay(now, offers.office.timezone));
  const taking =
    (screen === "confirm" && find("take").disabled) ||
    (screen === "code" && code.isBusy()) ||
    (screen === "identity" && applicant.isBusy()) ||
    (screen === "mine" && mine.isBusy());
  const left = Math.ceil(IDLE[screen] - (performance.now() - touched) / 1000);
  find("stay").hidden = (screen === "home" && !matters.length && group === null) || taking;
  find("more").hidden = left > SOON;
  find("countdown").classList.toggle("countdown-soon", left <= SOON);
  put(
    find("countdown"),
    fill(left <= SOON ? words.home_soon : words.home_in, { seconds: Math.max(left, 0) }),
  );
  showCut();
  if (left > 0 || taking) return;
  if (screen !== "home" || matters.length || group !== null) goHome();
  else if (language !== FIRST) {
    ease([]);
    speak(FIRST);
  } else if (ears.isOn()) ears.end();
  else if (eased().length) ease([]);
  else if (window.scrollY > 0) window.scrollTo(0, 0);
}
setInterval(tick, 500);

/** The supervisor's floor: counters, lines and alerts, live, and what can be done about them. */
import { send } from "/static/web/api.js";
import { clear, complain } from "/static/web/forms.js";
import { follow, liveBanner } from "/static/web/live.js";
import { clockTime, fill, icon, inLanguage, make, readData, shutSentence, toast } from "/static/web/page.js";

const words = readData("words");
const find = (name) => document.querySelector(`[data-${name}]`);
/** Minutes after which a counter can be set to help out. */
const HELP_AFTER = [5, 10, 15, 20, 30];
const NEEDS = ["national_database", "network", "blank_cards", "ink"];

let floor = null;
let refreshing = null;
const live = follow({
  namespace: "/floor",
  onSnapshot: show,
  onChange: refreshSoon,
  onState: liveBanner(() => window.location.assign("/sign-in")),
});
setInterval(() => live.refresh(), 10_000);

function refreshSoon() {
  if (refreshing !== null) return;
  refreshing = setTimeout(() => {
    refreshing = null;
    live.refresh();
  }, 700);
}

const since = (when) => Math.max(0, Math.floor((new Date(floor.at) - new Date(when)) / 60000));
const inMinutes = (count) => fill(words.minutes, { count });
const time = (when) => clockTime(when, floor.office.timezone);
const serviceName = (code) =>
  inLanguage(floor.services.find((each) => each.code === code)?.names ?? { id: code });

const letter = (code) => floor.services.find((each) => each.code === code)?.letter ?? code;

/** Do it to the floor as it stood at version `read`; return what was wrong, if anything. */
async function act(path, body, read = floor.version) {
  let wrong = null;
  try {
    await send(path, body, { read });
    toast(words.saved);
  } catch (problem) {
    toast(problem.message, "bad");
    wrong = problem;
  }
  live.refresh();
  return wrong;
}

function show(told) {
  floor = told;
  find("office").textContent = inLanguage(told.office.names);
  find("at").textContent = clockTime(told.at, told.office.timezone, { second: "2-digit" });
  find("rehearsal").hidden = !told.office.rehearsal;
  const shut = shutSentence(told.office, told.closed_early, live.now(), readData("shut"));
  find("shut").hidden = !shut;
  if (find("shut-text").textContent !== shut) find("shut-text").textContent = shut;
  keepFocus(() => {
    find("alerts").replaceChildren(...told.outages.map(outage), ...told.alerts.map(alert));
    find("posts").replaceChildren(...told.counters.map(post));
    find("services").replaceChildren(...told.services.map(row));
  });
}

/** Redraw without taking the keyboard away from where it is. */
function keepFocus(draw) {
  const key = document.activeElement?.dataset.key;
  draw();
  if (key) document.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
}

function button(key, text, onClick, extra = {}) {
  const made = make("button", { type: "button", class: "button", "data-key": key, ...extra }, text);
  made.addEventListener("click", onClick);
  return made;
}

function outage(each) {
  const services = each.services.map(serviceName).join(", ");
  const text = fill(words.outage, { need: words[each.need], time: time(each.since), services });
  return make(
    "div",
    { class: "notice notice-bad", "data-outage-of": each.need },
    icon("warning"),
    make("span", {}, text),
    button(`over:${each.need}`, words.outage_over, () => act("/outages/end", { need: each.need })),
  );
}

function alert(each) {
  const why = each.reasons.length ? "_why" : "";
  const text = fill(words[`alert_${each.sort}${why}`], {
    ...each,
    reasons: each.reasons.map((code) => words[code]).join(", "),
    service: each.service ? serviceName(each.service) : "",
    trouble: words[each.trouble] ?? each.trouble ?? "",
  });
  const seen = each.seen
    ? make("span", { class: "muted" }, fill(words.seen_by, { name: each.seen.by ?? "", time: time(each.seen.at) }))
    : button(`seen:${each.key}`, words.seen, () => act("/floor/alerts/seen", { alert: each.key }), {
        "aria-label": `${words.seen}: ${text}`,
      });
  const letGo = each.device_id
    ? button(`go-on:${each.device_id}`, words.go_on, () => act(`/floor/kiosks/${each.device_id}/go-on`), {
        "aria-label": fill(words.go_on_of, { device: each.device }),
      })
    : null;
  const urgent = ["help", "talk", "unserved"].includes(each.sort) && !each.seen;
  return make(
    "div",
    { class: `notice notice-${urgent ? "bad" : "warn"}`, "data-sort": each.sort },
    icon(["help", "talk"].includes(each.sort) ? "help" : "bell"),
    make("span", {}, text),
    letGo,
    seen,
  );
}

function late(each) {
  if (!each.since) return false;
  if (each.label) return since(each.since) >= each.target_serve;
  return each.status === "idle" && each.can_call > 0 && since(each.since) >= floor.targets.idle;
}

function post(each) {
  const bad = late(each);
  const serves = each.services.map((terms) =>
    terms.helps_after_min === null
      ? letter(terms.code)
      : fill(words.helps, { code: letter(terms.code), count: terms.helps_after_min }),
  );
  const minutes = each.since ? ` · ${inMinutes(since(each.since))}` : "";
  return make(
    "li",
    { class: `post post-${each.status} ${bad ? "post-late" : ""}`, "data-post": each.number },
    make(
      "span",
      { class: "post-head" },
      make("span", { class: "post-number" }, String(each.number)),
      named(each) ? make("span", { class: "post-name" }, named(each)) : null,
      each.label ? make("span", { class: "label post-label" }, each.label) : null,
    ),
    make("span", {}, `${words[each.status]}${minutes}${bad ? ` · ${words.too_long}` : ""}`),
    make("span", { class: "post-clerk muted" }, each.clerk ?? "–"),
    make(
      "span",
      { class: "post-foot" },
      make("span", {}, serves.join(", ") || words.serves_nothing),
      button(`plan:${each.number}`, words.change, () => changePlan(each.number), {
        "aria-label": fill(words.change_of, { counter: each.number }),
      }),
    ),
  );
}

/** What the counter is called beside its number, where that says more than the number itself. */
function named(each) {
  const name = inLanguage(each.names) ?? "";
  return [String(each.number), fill(words.counter, { counter: each.number })].includes(name)
    ? ""
    : name;
}

function row(each) {
  const waited = each.oldest_since ? since(each.oldest_since) : null;
  const state = each.stopped_for
    ? fill(words.stands_still, { need: words[each.stopped_for] })
    : !each.suspended
      ? floor.office.open
        ? words.open
        : words.closed
      : each.until
        ? fill(words.suspended_until, { time: time(each.until) })
        : words.suspended;
  const name = inLanguage(each.names);
  const verb = each.suspended
    ? button(`resume:${each.code}`, words.resume, () => act(`/services/${each.code}/resume`), {
        "aria-label": `${words.resume}: ${name}`,
      })
    : button(`suspend:${each.code}`, words.suspend, () => suspend(each), {
        "aria-label": `${words.suspend}: ${name}`,
      });
  return make(
    "tr",
    { "data-service": each.code },
    make("th", { scope: "row" }, `${each.letter} · ${name}`),
    make("td", { class: "number" }, String(each.waiting)),
    make(
      "td",
      { class: `number ${waited !== null && waited >= each.target_wait ? "late" : ""}` },
      waited === null ? "" : inMinutes(waited),
    ),
    make("td", { class: "number" }, String(each.counters_open)),
    make("td", {}, make("span", { class: "row row-apart" }, make("span", {}, state), verb)),
  );
}

/** Show a dialog; return what was chosen. */
function ask(name) {
  const box = find(name);
  box.returnValue = "";
  box.showModal();
  return new Promise((done) => {
    box.addEventListener("close", () => done(box.returnValue), { once: true });
  });
}

async function changePlan(number) {
  const known = new Map(
    floor.counters.find((each) => each.number === number).services.map((each) => [each.code, each]),
  );
  find("plan-name").textContent = fill(words.counter, { counter: number });
  find("plan-rows").replaceChildren(
    ...floor.services.map((service) => planRow(service, known.get(service.code))),
  );
  find("plan-said").replaceChildren();
  let read = floor.version;
  while ((await ask("plan-box")) === "save") {
    const wrong = await act(`/counters/${number}/services`, { services: planned() }, read);
    if (wrong?.code !== "changed_meanwhile") return;
    // what is chosen stays in the box, and saving it over what was changed is a choice of its own
    read = wrong.problem.version;
    const said = [wrong.message, ...wrong.problem.changes, words.again];
    find("plan-said").replaceChildren(...said.map((each) => make("p", {}, each)));
  }
}

function planned() {
  const services = [];
  for (const each of find("plan-rows").querySelectorAll("tr")) {
    const how = each.querySelector("select").value;
    if (how === "no") continue;
    services.push({
      code: each.dataset.code,
      preference: Number(each.querySelector("input").value) || 0,
      helps_after_min: how === "yes" ? null : Number(how),
    });
  }
  return services;
}

function planRow(service, terms) {
  const name = inLanguage(service.names);
  const chosen = !terms ? "no" : terms.helps_after_min === null ? "yes" : String(terms.helps_after_min);
  const waits = new Set([...HELP_AFTER, ...(terms?.helps_after_min != null ? [terms.helps_after_min] : [])]);
  const option = (value, text) =>
    make("option", { value, ...(value === chosen ? { selected: "" } : {}) }, text);
  return make(
    "tr",
    { "data-code": service.code },
    make("th", { scope: "row" }, `${service.letter} · ${name}`),
    make(
      "td",
      {},
      make(
        "select",
        { "aria-label": fill(words.serves_service, { service: name }) },
        option("no", words.no),
        option("yes", words.yes),
        ...[...waits].sort((a, b) => a - b).map((count) =>
          option(String(count), fill(words.help_after, { count })),
        ),
      ),
    ),
    make(
      "td",
      {},
      make("input", {
        type: "number",
        min: "0",
        max: "9",
        value: String(terms?.preference ?? 0),
        "aria-label": fill(words.order_of, { service: name }),
      }),
    ),
  );
}

async function suspend(service) {
  const form = find("suspend-form");
  form.reset();
  find("suspend-name").textContent = inLanguage(service.names);
  clear(form);
  // The box stays open, with what was typed, until the office took it.
  form.onsubmit = async (event) => {
    if (event.submitter?.value !== "save") return;
    event.preventDefault();
    const message = { id: form.elements.id.value, en: form.elements.en.value };
    const until = form.elements.until.value || null;
    try {
      await send(`/services/${service.code}/suspend`, { message, until });
    } catch (problem) {
      complain(form, problem.said ?? {}, problem.message, { submitter: event.submitter });
      return;
    }
    toast(words.saved);
    find("suspend-box").close();
    live.refresh();
  };
  find("suspend-box").showModal();
}

find("outage").addEventListener("click", async () => {
  const standing = new Set(floor.outages.map((each) => each.need));
  find("needs").replaceChildren(
    ...NEEDS.filter((each) => !standing.has(each)).map((each) =>
      make("button", { class: "button button-danger", value: each }, words[each]),
    ),
  );
  const need = await ask("outage-box");
  if (need) await act("/outages", { need });
});

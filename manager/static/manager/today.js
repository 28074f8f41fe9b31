/** The manager's day: figures, services, counters and ratings, anew as things happen. */
import { follow, liveBanner } from "/static/web/live.js";
import { clockTime, fill, icon, inLanguage, longDay, make, minutes, readData, shutSentence } from "/static/web/page.js";

const words = readData("words");
const find = (name) => document.querySelector(`[data-${name}]`);

/** A wait this long (s) is bad news. */
const LONG = 3600;
/** How many stranded services are named before the rest is counted. */
const NAMED = 3;

/** Newest calls first need no hurry here: at most one look a second. */
let refreshing = null;
const live = follow({
  namespace: "/manager",
  onSnapshot: show,
  onChange: refreshSoon,
  onState: liveBanner(() => window.location.assign("/sign-in")),
  // One printer's news; the snapshot knows of all.
  events: { printer: refreshSoon, sound: refreshSoon },
});
setInterval(() => live.refresh(), 30_000);

function refreshSoon() {
  if (refreshing !== null) return;
  refreshing = setTimeout(() => {
    refreshing = null;
    live.refresh();
  }, 1000);
}

/** Return a span in minutes, or nothing. */
function inMinutes(seconds) {
  if (seconds === null || seconds === undefined) return null;
  if (seconds < 60) return words.under_a_minute;
  return fill(words.minutes, { count: minutes(seconds) });
}

function show(day) {
  find("office").textContent = inLanguage(day.office.names);
  find("day").textContent = longDay(new Date(day.at), day.office.timezone);
  find("at").textContent = clockTime(day.at, day.office.timezone, { second: "2-digit" });
  find("rehearsal").hidden = !day.office.rehearsal;
  showShut(day);
  showAlerts(day);
  showFigures(day);
  showServices(day);
  find("desks").replaceChildren(...day.counters.map(desk));
  showRatings(day.ratings);
}

/** Say that no numbers are given now, and until when. */
let open = true;
function showShut(day) {
  open = day.office.open;
  const said = shutSentence(day.office, day.closed_early, live.now(), readData("shut"));
  find("shut").hidden = !said;
  if (find("shut-text").textContent !== said) find("shut-text").textContent = said;
}

/** Show the alerts; they are read out when one changed, not at every look. */
let told = "";
function showAlerts(day) {
  const alerts = alertsOf(day);
  const text = alerts.map((each) => each.textContent).join("\n");
  if (text === told) return;
  told = text;
  find("alerts").replaceChildren(...alerts);
}

const stranded = (each) => each.waiting > 0 && each.counters_open === 0 && !each.suspended && !each.stopped_for;

function alertsOf(day) {
  const alerts = (day.outages ?? []).map((each) => outage(each, day));
  const left = day.services.filter(stranded);
  if (day.counters_open === 0 && day.waiting > 0) {
    alerts.push(alert("bad", "bell", fill(words.none_open, { count: day.waiting })));
  } else if (left.length) {
    const named = left
      .slice(0, NAMED)
      .map((each) =>
        fill(words.stranded_service, { service: inLanguage(each.names), count: each.waiting }),
      );
    if (left.length > NAMED) named.push(fill(words.more, { count: left.length - NAMED }));
    alerts.push(alert("bad", "bell", `${words.stranded} ${named.join(", ")}`));
  }
  const code = day.printer?.trouble;
  if (code) {
    const trouble = words[code] ?? fill(words.printer_trouble, { code });
    alerts.push(alert("warn", "printer", `${words.printer} ${trouble}`));
  }
  for (const each of day.silences ?? []) {
    const time = clockTime(each.since, day.office.timezone);
    const place = each.names ? inLanguage(each.names) : words.hall;
    const reason = words[`sound_${each.reason}`] ?? words.sound_gone;
    alerts.push(alert("bad", "sound-off", fill(words.sound, { place, reason, time })));
  }
  return alerts;
}

/** Say what is lacking since when, and what stands still for it. */
function outage({ need, since }, day) {
  const services = day.services
    .filter((each) => each.stopped_for === need)
    .map((each) => inLanguage(each.names))
    .join(", ");
  const time = clockTime(since, day.office.timezone);
  return alert("bad", "warning", fill(words.outage, { need: words[need], time, services }));
}

function alert(kind, sign, text) {
  return make("p", { class: `notice notice-${kind}` }, icon(sign), make("span", {}, text));
}

function showFigures(day) {
  const report = day.report;
  const unanswered = report.left_out.waits.missed_call;
  const open = fill(words.of, { open: day.counters_open, all: day.counters.length });
  const figures = [
    [words.waiting, day.waiting, day.held ? fill(words.held, { count: day.held }) : ""],
    [
      words.longest,
      day.longest ? inMinutes(day.longest.waited_s) : words.nobody,
      day.longest ? fill(words.ticket, day.longest) : "",
      day.longest && day.longest.waited_s > LONG,
    ],
    [
      words.serving,
      day.serving + day.called,
      day.called ? fill(words.serving_hint, { called: day.called, serving: day.serving }) : "",
    ],
    [words.open, open, "", day.counters_open === 0 && day.waiting > 0],
    [words.finished, report.finished, fill(words.tickets, { count: report.tickets })],
    [
      words.usual,
      inMinutes(report.wait.median_s) ?? words.none,
      report.wait.p90_s === null ? "" : fill(words.usual_hint, { p90: inMinutes(report.wait.p90_s + 60) }),
    ],
    [
      words.no_shows,
      report.no_shows,
      unanswered ? fill(words.unanswered, { count: unanswered }) : "",
    ],
  ];
  find("figures").replaceChildren(
    ...figures.map(([name, value, hint, watch]) =>
      make(
        "div",
        { class: `figure ${watch ? "figure-watch" : ""}` },
        make("dt", {}, name),
        make(
          "dd",
          { class: `figure-value ${typeof value === "number" ? "" : "figure-words"}` },
          watch ? icon("warning") : null,
          String(value),
        ),
        hint ? make("dd", { class: "figure-hint" }, hint) : null,
      ),
    ),
  );
}

function showServices(day) {
  const longest = Math.max(-1, ...day.services.map((each) => each.longest_s ?? -1));
  find("services").replaceChildren(...day.services.map((each) => serviceRow(each, longest)));
  const waiting = day.services.reduce((sum, each) => sum + each.waiting, 0);
  find("sum").replaceChildren(
    make(
      "tr",
      {},
      make("th", { scope: "row" }, words.sum),
      make("td", { class: "number" }, String(waiting)),
      make("td", { class: "number" }, (longest >= 0 && inMinutes(longest)) || ""),
      make("td", { class: "number" }, String(day.counters_open)),
      make("td", {}),
    ),
  );
}

function serviceRow(each, longest) {
  const left = stranded(each);
  const wait = each.stopped_for
    ? fill(words.stands_still, { need: words[each.stopped_for] })
    : each.suspended
      ? words.suspended
      : (!open && !each.waiting) || each.wait.median_s === null
        ? each.waiting
          ? words.no_counter
          : words.free
        : each.wait.median_s < 60
          ? words.at_once
          : inMinutes(each.wait.median_s);
  const worst = each.longest_s !== null && each.longest_s === longest && longest >= 60;
  return make(
    "tr",
    { class: left ? "line-stranded" : each.counters_open || each.waiting ? "" : "line-quiet" },
    make(
      "th",
      { scope: "row" },
      make(
        "span",
        { class: "service-name" },
        make("span", { class: "label" }, each.letter),
        make("span", { class: "service-words", title: inLanguage(each.names) }, inLanguage(each.names)),
      ),
    ),
    make("td", { class: "number" }, String(each.waiting)),
    make(
      "td",
      { class: "number" },
      worst
        ? make("strong", { class: "worst" }, inMinutes(each.longest_s))
        : (inMinutes(each.longest_s) ?? ""),
    ),
    make("td", { class: "number" }, String(each.counters_open)),
    make("td", { class: "number" }, left ? make("strong", {}, wait) : wait),
  );
}

function desk(each) {
  const status = !each.open ? "closed" : (each.ticket?.status ?? "idle");
  const told = { closed: words.free, idle: words.idle, called: words.called, serving: words.at };
  return make(
    "li",
    { class: `desk desk-${status}`, "data-desk": each.number },
    make(
      "span",
      { class: "desk-head" },
      make("span", {}, String(each.number)),
      each.ticket ? make("span", { class: "label" }, each.ticket.label) : null,
    ),
    make("span", {}, told[status]),
    each.clerk ? make("span", { class: "desk-clerk" }, each.clerk) : null,
  );
}

function showRatings(ratings) {
  if (!ratings?.count) {
    const said = ratings?.answered ? words.few : words.none;
    find("ratings").replaceChildren(make("p", { class: "muted" }, said));
    return;
  }
  const share = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" }).format(
    (ratings.scores[3] + ratings.scores[4]) / ratings.count,
  );
  find("ratings").replaceChildren(
    make("p", {}, fill(words.pleased, { share, count: ratings.count })),
    make(
      "ul",
      { class: "faces" },
      ...["4", "3", "2", "1"].map((score) =>
        make(
          "li",
          { class: `faces-${score}` },
          icon(`face-${score}`),
          make("span", {}, words[`face${score}`]),
          make("meter", {
            min: 0,
            max: ratings.count,
            value: ratings.scores[score],
            "aria-label": words[`face${score}`],
          }),
          make("span", { class: "number", "data-score": score }, String(ratings.scores[score])),
        ),
      ),
    ),
  );
}

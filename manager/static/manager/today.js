/** The manager's day: figures, services, counters and ratings, anew as things happen. */
import { follow, liveBanner } from "/static/web/live.js";
import { clockTime, fill, icon, inLanguage, longDay, make, minutes, readData } from "/static/web/page.js";

const words = readData("words");
const find = (name) => document.querySelector(`[data-${name}]`);

/** Newest calls first need no hurry here: at most one look a second. */
let refreshing = null;
const live = follow({
  namespace: "/manager",
  onSnapshot: show,
  onChange() {
    if (refreshing !== null) return;
    refreshing = setTimeout(() => {
      refreshing = null;
      live.refresh();
    }, 1000);
  },
  onState: liveBanner(() => window.location.assign("/sign-in")),
});
setInterval(() => live.refresh(), 30_000);

const inMinutes = (seconds) =>
  seconds === null || seconds === undefined ? null : fill(words.minutes, { count: minutes(seconds) });

function show(day) {
  find("office").textContent = inLanguage(day.office.names);
  find("day").textContent = longDay(new Date(day.at), day.office.timezone);
  find("at").textContent = clockTime(day.at, day.office.timezone, { second: "2-digit" });
  showAlerts(day);
  showFigures(day);
  find("services").replaceChildren(...day.services.map(serviceRow));
  find("desks").replaceChildren(...day.counters.map(desk));
  showRatings(day.ratings);
}

function showAlerts(day) {
  const stranded = day.services.filter((each) => each.waiting > 0 && each.counters_open === 0);
  const alerts = stranded.map((each) =>
    make(
      "p",
      { class: "notice notice-bad" },
      icon("bell"),
      make(
        "span",
        {},
        fill(words.stranded, { service: inLanguage(each.names), count: each.waiting }),
      ),
    ),
  );
  if (day.office.rehearsal) {
    alerts.push(
      make("p", { class: "notice notice-warn" }, icon("clock"), make("span", {}, words.rehearsal)),
    );
  }
  find("alerts").replaceChildren(...alerts);
}

function showFigures(day) {
  const report = day.report;
  const called = report.finished + report.no_shows;
  const open = fill(words.of, { open: day.counters_open, all: day.counters.length });
  const figures = [
    [words.waiting, day.waiting, day.held ? fill(words.held, { count: day.held }) : ""],
    [
      words.longest,
      day.longest ? inMinutes(day.longest.waited_s) : words.nobody,
      day.longest ? fill(words.ticket, day.longest) : "",
      day.longest && day.longest.waited_s > 3600,
    ],
    [words.serving, day.serving + day.called, ""],
    [words.open, open, "", day.counters_open === 0 && day.waiting > 0],
    [words.finished, report.finished, fill(words.tickets, { count: report.tickets })],
    [
      words.usual,
      inMinutes(report.wait.median_s) ?? words.none,
      report.wait.p90_s === null ? "" : fill(words.usual_hint, { p90: inMinutes(report.wait.p90_s + 59) }),
    ],
    [words.no_shows, report.no_shows, called ? fill(words.no_shows_hint, { count: called }) : ""],
  ];
  find("figures").replaceChildren(
    ...figures.map(([name, value, hint, watch]) =>
      make(
        "div",
        { class: `figure ${watch ? "figure-watch" : ""}` },
        make("dt", {}, name),
        make("dd", { class: "figure-value" }, String(value)),
        hint ? make("dd", { class: "figure-hint" }, hint) : null,
      ),
    ),
  );
}

function serviceRow(each) {
  const wait = each.suspended
    ? words.suspended
    : each.wait.median_s === null
      ? words.no_counter
      : inMinutes(each.wait.median_s);
  return make(
    "tr",
    {},
    make(
      "th",
      { scope: "row" },
      make(
        "span",
        { class: "service-name" },
        make("span", { class: "label" }, each.letter),
        make("span", {}, inLanguage(each.names)),
      ),
    ),
    make("td", { class: "number" }, String(each.waiting)),
    make("td", { class: "number" }, String(each.counters_open)),
    make("td", { class: "number" }, wait),
  );
}

function desk(each) {
  const status = !each.open ? "closed" : (each.ticket?.status ?? "idle");
  const told = { closed: words.free, idle: words.idle, called: words.called, serving: words.at };
  return make(
    "li",
    { class: `desk desk-${status}` },
    make(
      "span",
      { class: "desk-head" },
      make("span", {}, String(each.number)),
      each.ticket ? make("span", { class: "label" }, each.ticket.label) : null,
    ),
    make("span", {}, told[status]),
    make("span", { class: "desk-clerk" }, each.clerk ?? "\u00a0"),
  );
}

function showRatings(ratings) {
  if (!ratings?.count) {
    find("ratings").replaceChildren(make("p", { class: "muted" }, words.none));
    return;
  }
  find("ratings").replaceChildren(
    make(
      "ul",
      { class: "faces" },
      ...["4", "3", "2", "1"].map((score) =>
        make(
          "li",
          {},
          icon(`face-${score}`),
          make("span", {}, words[`face${score}`]),
          make("meter", {
            min: 0,
            max: ratings.count,
            value: ratings.scores[score],
            "aria-label": words[`face${score}`],
          }),
          make("span", { class: "number" }, String(ratings.scores[score])),
        ),
      ),
    ),
    make("p", { class: "muted" }, fill(words.ratings, { count: ratings.count })),
  );
}

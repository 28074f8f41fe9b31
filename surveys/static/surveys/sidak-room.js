/** The queue as it was, and the room as it is: the service standard and the counters. */

import { fill, icon, inLanguage, make } from "/static/web/page.js";
import { sure } from "./sidak-check.js";

export class Room {
  constructor(desk) {
    this.desk = desk;
    this.drawn = null;
  }

  show(view, tab) {
    if (view !== "check") {
      this.drawn = null;
      return;
    }
    if (tab === "queue") this.queue();
    if (tab === "room") this.room();
  }

  panel(name) {
    return document.querySelector(`[data-panel="${name}"]`);
  }

  queue() {
    const { desk } = this;
    const { words } = desk;
    const { snapshot } = desk.check;
    const head = [words.service, words.waiting, words.longest, words.counters_open];
    const shown = [
      make("h2", {}, fill(words.queue_at, { time: desk.time(snapshot.at) })),
      make(
        "table",
        { class: "table" },
        make(
          "thead",
          {},
          make(
            "tr",
            {},
            ...head.map((each, at) => make("th", { scope: "col", class: at ? "number" : "" }, each)),
          ),
        ),
        make(
          "tbody",
          {},
          ...snapshot.waiting.map((each) =>
            make(
              "tr",
              {},
              make("th", { scope: "row" }, `${each.letter} ${inLanguage(each.names)}`),
              ...[each.waiting, each.longest_min ?? "–", each.counters_open].map((value) =>
                make("td", { class: "number" }, String(value)),
              ),
            ),
          ),
        ),
      ),
      make("h2", {}, words.counters),
      ...(snapshot.counters.length ? [] : [make("p", { class: "muted" }, words.no_counters)]),
      make(
        "ul",
        { class: "plain" },
        ...snapshot.counters.map(({ number, clerk, services, status }) =>
          make(
            "li",
            {},
            fill(words.counter_line, {
              counter: number,
              clerk: clerk ?? words.nobody_signed_on,
              services: services.join(" "),
              status: words.statuses[status] ?? status,
            }),
          ),
        ),
      ),
      snapshot.closed_counters.length
        ? make(
            "p",
            { class: "muted" },
            fill(words.closed_counters, { counters: snapshot.closed_counters.join(", ") }),
          )
        : null,
      make("p", {}, fill(words.ratings, { count: snapshot.ratings.count })),
    ];
    this.panel("queue").replaceChildren(...shown.filter(Boolean));
  }

  /** Draw the checklist once for each check; later only say how it stands, so that nothing typed is lost. */
  room() {
    const { words, check, told } = this.desk;
    if (this.drawn !== check.key) {
      this.drawn = check.key;
      const counters = check.snapshot.counters.map(({ number, clerk }) =>
        this.item(
          `counter:${number}`,
          fill(words.staffed, { counter: number, clerk: clerk ?? words.nobody_signed_on }),
        ),
      );
      this.panel("room").replaceChildren(
        make(
          "section",
          { class: "card" },
          make("h2", {}, words.counters),
          ...(counters.length ? counters : [make("p", { class: "muted" }, words.no_counters)]),
        ),
        make(
          "section",
          { class: "card" },
          make("h2", {}, words.standard),
          ...told.items.map(({ item, name }) => this.item(item, name)),
        ),
      );
    }
    for (const row of this.panel("room").querySelectorAll("[data-item]")) this.stand(row);
  }

  item(item, name) {
    const { words, told } = this.desk;
    const note = make("input", {
      maxlength: "300",
      autocomplete: "off",
      placeholder: words.note,
      "aria-label": fill(words.note_on, { name }),
    });
    const row = make(
      "div",
      { class: "sidak-item", "data-item": item, role: "group", "aria-label": name },
      make("p", {}, name),
      make(
        "div",
        { class: "sidak-answers" },
        ...told.answers.map(([answer, called]) => {
          const button = make(
            "button",
            { class: "button", type: "button", "data-answer": answer, "aria-pressed": "false" },
            called,
          );
          button.addEventListener("click", () => this.answer(row, answer));
          return button;
        }),
      ),
      make("div", { class: "field" }, note),
      make(
        "p",
        { class: "notice notice-warn", role: "alert", "data-digits": true, hidden: true },
        icon("warning"),
        make("span", {}, words.digits),
      ),
      make("span", { class: "badge badge-warn", "data-not-sent": true, hidden: true }, words.not_sent),
    );
    note.addEventListener("change", () => {
      const pressed = row.querySelector('[aria-pressed="true"]');
      if (pressed) this.answer(row, pressed.dataset.answer);
    });
    note.value = this.desk.check.entries.observation[item]?.note ?? "";
    return row;
  }

  answer(row, answer) {
    const note = row.querySelector("input").value.trim();
    const meant = sure(row, [note]);
    if (!meant.kept) return undefined;
    // shown at once: whoever goes on typing before it is kept adds to this answer
    press(row, answer);
    const body = { item: row.dataset.item, answer, note, sure: meant.sure };
    return this.desk.note("observation", "observations", body);
  }

  stand(row) {
    const entry = this.desk.check.entries.observation[row.dataset.item];
    press(row, entry?.answer);
    row.querySelector("[data-not-sent]").hidden = !entry?.unsent;
  }
}

/** Show which answer is given. */
function press(row, answer) {
  for (const button of row.querySelectorAll("[data-answer]")) {
    button.setAttribute("aria-pressed", String(button.dataset.answer === answer));
  }
}

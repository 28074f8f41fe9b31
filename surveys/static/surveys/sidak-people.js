/** Whom to ask, and the interview. */

import { newKey } from "/static/web/api.js";
import { fill, icon, inLanguage, make } from "/static/web/page.js";
import { sure } from "./sidak-check.js";

const GROUPS = ["served", "waiting"];
const FIELDS = ["wait", "mend", "more"];

export class People {
  constructor(desk) {
    this.desk = desk;
    this.form = desk.find("interview");
    this.asked = null;
    this.drawing = newKey();
    desk.find("draw").addEventListener("submit", (event) => this.draw(event));
    this.form.addEventListener("submit", (event) => this.keep(event));
    this.form.addEventListener("click", (event) => this.touch(event));
    this.form.addEventListener("input", () => this.draft());
    desk.find("back").addEventListener("click", () => this.leave());
  }

  show(view, tab, label) {
    if (view === "interview" && label !== this.asked) this.open(label);
    if (view !== "interview") this.asked = null;
    if (view === "check" && tab === "people") this.list();
  }

  /** Return everybody drawn last, by group, with the next who was not looked for. */
  next(group) {
    const { draws, entries } = this.desk.check;
    const drawn = draws.at(-1)?.[group] ?? [];
    const place = drawn.findIndex((each) => !entries.person[each.label]);
    return { count: drawn.length, place, one: drawn[place] };
  }

  list() {
    const { desk } = this;
    const { words, check } = desk;
    const cards = check.draws.length
      ? GROUPS.map((group) => this.card(group))
      : [make("p", { class: "muted" }, words.no_draw)];
    desk.find("people").replaceChildren(...cards);
    const found = Object.entries(check.entries.person);
    desk.find("looked-for").replaceChildren(
      ...(found.length ? [make("h2", {}, words.looked_for), this.lookedFor(found)] : []),
    );
  }

  card(group) {
    const { words, check } = this.desk;
    const { count, place, one } = this.next(group);
    const head = make("h2", {}, words[group]);
    if (!one) return make("section", { class: "card stack" }, head, make("p", {}, words.nobody));
    const mark = (outcome, name) => {
      const button = make("button", { class: "button", type: "button" }, name);
      button.addEventListener("click", () => this.note(one.label, outcome));
      return button;
    };
    return make(
      "section",
      { class: "card stack sidak-next", "data-group": group },
      make(
        "div",
        { class: "row row-apart" },
        head,
        make("span", { class: "muted" }, fill(words.drawn_from, { place: place + 1, count })),
      ),
      make("p", {}, make("span", { class: "label" }, one.label), ` ${inLanguage(one.names)}`),
      make("p", {}, this.where(check.where[one.label] ?? one.where)),
      make(
        "div",
        { class: "row" },
        make(
          "a",
          { class: "button button-primary", href: `#${check.key}/ask/${one.label}` },
          icon("people"),
          words.ask,
        ),
        mark("refused", words.refused_to_answer),
        mark("not_found", words.not_found),
      ),
    );
  }

  lookedFor(found) {
    const { words, check } = this.desk;
    return make(
      "ul",
      { class: "plain" },
      ...found.map(([label, each]) =>
        make(
          "li",
          {},
          make("span", {}, make("b", { class: "label" }, label), ` ${words[`outcome_${each.outcome}`]}`),
          each.unsent ? make("span", { class: "badge badge-warn" }, words.not_sent) : null,
          make(
            "a",
            { class: "button", href: `#${check.key}/ask/${label}`, "aria-label": `${words.change}: ${label}` },
            words.change,
          ),
        ),
      ),
    );
  }

  where({ place, counter, at }) {
    const { words } = this.desk;
    return fill(words[`where_${place}`], { counter, time: at ? this.desk.time(at) : "" });
  }

  async draw(event) {
    event.preventDefault();
    const { desk } = this;
    // Whoever was looked for is not drawn again, so the server has to know of them first.
    await desk.send();
    const within = Number(document.getElementById("within").value);
    const path = `/spot-checks/${desk.check.key}/draws`;
    if (await desk.ask(path, { key: this.drawing, within_min: within })) this.drawing = newKey();
    await desk.show();
  }

  note(label, outcome, said = {}) {
    return this.desk.note("person", "people", { label, outcome, ...said });
  }

  /** Begin, or go on with, the interview of whoever has this number. */
  open(label) {
    const { desk, form } = this;
    const { words, check } = desk;
    this.asked = label;
    const served = check.draws.some((each) => each.served.some((one) => one.label === label));
    desk.find("who").textContent = label;
    desk.find("question").textContent = served ? words.served_question : words.waiting_question;
    form.reset();
    for (const name of ["digits", "no-face"]) desk.find(name, form).hidden = true;
    const kept = check.entries.person[label] ?? {};
    const said = desk.store.draft(check.key, label) ?? {
      score: kept.score,
      reasons: kept.reasons,
      wait: kept.wait_min,
      mend: kept.mend,
      more: kept.more,
    };
    this.press(said.score, said.reasons ?? []);
    for (const name of FIELDS) document.getElementById(name).value = said[name] ?? "";
    desk.find("who").focus();
  }

  press(score, reasons) {
    for (const face of this.form.querySelectorAll("[data-score]")) {
      face.setAttribute("aria-pressed", String(Number(face.dataset.score) === score));
    }
    for (const tag of this.form.querySelectorAll("[data-reason]")) {
      tag.setAttribute("aria-pressed", String(reasons.includes(tag.dataset.reason)));
    }
  }

  touch(event) {
    const face = event.target.closest("[data-score]");
    const tag = event.target.closest("[data-reason]");
    if (!face && !tag) return;
    if (tag) tag.setAttribute("aria-pressed", String(tag.getAttribute("aria-pressed") !== "true"));
    if (face) this.press(Number(face.dataset.score), this.said().reasons);
    this.draft();
  }

  said() {
    const pressed = (name) => [...this.form.querySelectorAll(`[data-${name}][aria-pressed="true"]`)];
    const [face] = pressed("score");
    return {
      score: face ? Number(face.dataset.score) : null,
      reasons: pressed("reason").map((each) => each.dataset.reason),
      ...Object.fromEntries(FIELDS.map((name) => [name, document.getElementById(name).value])),
    };
  }

  /** Keep what is typed so far, so that a page loaded again has lost nothing. */
  draft() {
    this.desk.store.keepDraft(this.desk.check.key, this.asked, this.said());
  }

  async keep(event) {
    event.preventDefault();
    const { desk, form } = this;
    const { wait, ...said } = this.said();
    desk.find("no-face", form).hidden = said.score !== null;
    if (said.score === null) {
      form.querySelector("[data-score]").focus();
      return;
    }
    const meant = sure(form, [said.mend, said.more]);
    if (!meant.kept) return;
    const label = this.asked;
    desk.store.dropDraft(desk.check.key, label);
    this.leave();
    const wait_min = wait === "" ? null : Number(wait);
    await this.note(label, "asked", { ...said, wait_min, sure: meant.sure });
  }

  leave() {
    this.desk.go(this.desk.check.key, "people");
  }
}

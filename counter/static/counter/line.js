/** The line beside the visitor, those on hold and those who missed their call. */
import {
  because,
  classes,
  desk,
  find,
  mark,
  page,
  redraw,
  services,
  taken,
  toDo,
  words,
} from "./desk.js";
import { fill, inWords, make } from "/static/web/page.js";

const reasonBox = find("reason");

/** Show the lists. `ask` sends a verb about one of them; `now()` is the server's time (ms). */
export function lists({ ask, now }) {
  function showLine() {
    const all = find("all").checked;
    const chosen = desk.state.line.filter((each) => all || each.mine);
    const entries = chosen.filter(wanted);
    const more = (all ? desk.state.waiting.all : desk.state.waiting.mine) - chosen.length;
    find("count").textContent = desk.state.waiting.mine;
    find("count-all").textContent = desk.state.waiting.all;
    redraw(
      find("line"),
      ...entries.map((each) => inLine(each, chosen.indexOf(each))),
      entries.length
        ? null
        : make("li", { class: "nobody" }, chosen.length ? words.none_wanted : words.empty),
      more > 0 ? make("li", { class: "nobody" }, fill(words.more, { count: more })) : null,
    );
  }

  /** Say whether a ticket is among those the filter asks for: by number, service or class. */
  function wanted(each) {
    const asked = find("filter").value.trim().toLowerCase();
    const said = [each.label, services.get(each.service)?.name, classes.get(each.priority)?.name];
    return said.some((text) => text?.toLowerCase().includes(asked));
  }

  function inLine(each, place) {
    const first = place === 0 && each.mine;
    return entry(each, {
      place: each.mine ? place + 1 : null,
      classes: first ? "first" : each.mine ? "" : "foreign",
      told: fill(words.waited, { time: inWords(each.waited_s) }),
      why: first && desk.state.ticket && !taken() ? `${words.why} ${because(each)}` : null,
      action: first ? priorityButton(each) : (callButton(each) ?? priorityButton(each)),
    });
  }

  function entry(each, { place = null, classes: more = "", told, why = null, action }) {
    return make(
      "li",
      { class: more },
      make("span", { class: "place number" }, place === null ? "" : String(place)),
      make("span", { class: "label" }, each.label),
      make(
        "span",
        { class: "entry" },
        make(
          "span",
          { class: "entry-service", title: services.get(each.service)?.name },
          services.get(each.service)?.name ?? each.service,
        ),
        make(
          "span",
          { class: "entry-facts" },
          make("span", { class: "muted" }, told),
          mark(each.priority),
          ...toDo(each.needs),
          each.only_here ? make("span", { class: "badge badge-good" }, words.only_here) : null,
        ),
        why ? make("span", { class: "muted entry-why" }, why) : null,
      ),
      action,
    );
  }

  function act(word, each, does) {
    const made = make(
      "button",
      {
        type: "button",
        class: "button",
        "aria-label": `${word} ${each.label}`,
        "data-is": each.label,
      },
      word,
    );
    made.addEventListener("click", does);
    return made;
  }

  function callButton(each) {
    if (!page.outOfOrder || desk.state.ticket || taken() || !desk.state.counter.open || !each.mine) return null;
    return act(words.call, each, () => {
      find("reason-label").textContent = each.label;
      reasonBox.returnValue = "";
      reasonBox.showModal();
      reasonBox.onclose = () => {
        const reason = reasonBox.returnValue;
        if (!page.reasons[reason]) return;
        const chosen = fill(words.why_chosen, { reason: page.reasons[reason] });
        ask("call", { label: each.label, reason }, { because: chosen });
      };
    });
  }

  /** Offer to mark or unmark priority, to whoever has that right. */
  function priorityButton(each) {
    if (!page.changePriority || taken() || classes.size < 2) return null;
    const ordinary = page.classes[0].code;
    const other = each.priority === ordinary ? page.classes[1].code : ordinary;
    const word = each.priority === ordinary ? words.mark : words.unmark;
    const body = { label: each.label, priority: other };
    return act(word, each, () => ask("priority", body, { told: "marked", label: each.label }));
  }

  function showAside(name, entries, verb, told) {
    const own = (each) => (each.ours ? 0 : 1);
    const theirs = (each) => verb === "resume" && !each.ours && !page.anywhere;
    find(`${name}-count`).textContent = entries.length;
    find(`${name}-box`).hidden = entries.length === 0;
    redraw(
      find(name),
      ...[...entries]
        .sort((one, other) => own(one) - own(other))
        .map((each) =>
          entry(each, {
            classes: own(each) ? "foreign" : "",
            told: fill(theirs(each) ? words.resume_theirs : words[`${name}_since`], {
              time: inWords((now() - Date.parse(each.since)) / 1000),
              places: desk.state.reentry_places,
            }),
            action: taken() || theirs(each)
              ? null
              : act(words[verb], each, () =>
                  ask(verb, { label: each.label }, { told, label: each.label }),
                ),
          }),
        ),
    );
  }

  find("all").addEventListener("change", showLine);
  find("filter").addEventListener("input", showLine);
  return { showLine, showAside };
}

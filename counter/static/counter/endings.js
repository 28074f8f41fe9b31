/** How a visit ends or goes on: outcomes, what is missing, the next step, notes, walk-ins. */
import { desk, find } from "./desk.js";
import { dayLocale, fill, inLanguage, make } from "/static/web/page.js";

const outcomeBox = find("outcome");
const nextBox = find("next-step");
const returnBox = find("return");
const noteBox = find("note");
const walkInBox = find("walk-in");

/** Return the dialog, emptied of its last answer and open. */
function shown(box) {
  box.returnValue = "";
  box.showModal();
  return box;
}

/**
 * Offer the ways to end. `ask(path, body, told)` sends a verb and answers whether it was done;
 * `visitor()` is the ticket here.
 */
export function endings({ page, words, ask, visitor }) {
  const services = new Map(page.services.map((each) => [each.code, each]));
  let path = "finish";
  let outcome = null;

  function service() {
    return services.get(visitor().service.code);
  }

  /** End the visit by the shortest way that the office and the service allow. */
  function finish(by, told) {
    path = by;
    outcome = null;
    if (visitor() && service()?.next) askNext();
    else if (visitor() && desk.state.outcome_mandatory) choose(by);
    else ask(by, {}, { told });
  }

  /** Let the clerk choose how the visit ended. */
  function choose(by = "finish") {
    path = by;
    find("papers-missing").hidden = true;
    find("outcomes").hidden = false;
    find("outcomes").replaceChildren(...desk.state.outcomes.map(wayToEnd));
    shown(outcomeBox);
  }

  function askNext() {
    const { next } = service();
    find("next-condition").textContent = next.condition;
    find("next-ready-name").textContent = fill(words.next_ready, { service: next.name });
    shown(nextBox);
  }

  function end(body) {
    const told = path === "finish" ? "done" : undefined;
    ask(path, { ...(outcome ? { outcome } : {}), ...body }, { told });
  }

  /** Return the button of a way to end, as the office has them at this moment. */
  function wayToEnd(way, place) {
    const button = make(
      "button",
      { class: "button", type: "button", value: way.code },
      make("kbd", { "aria-hidden": "true" }, String(place + 1)),
      ` ${inLanguage(way.names)}`,
    );
    button.addEventListener("click", () => {
      outcome = way.code;
      const bring = service()?.requirements ?? [];
      if (way.follow === "papers" && bring.length) {
        askMissing(bring);
        return;
      }
      outcomeBox.close();
      if (way.default && service()?.next) askNext();
      else end({});
    });
    return button;
  }

  function askMissing(bring) {
    find("outcomes").hidden = true;
    find("papers-missing").hidden = false;
    find("papers-list").replaceChildren(
      ...bring.map((text, place) =>
        make(
          "label",
          { class: "row paper" },
          make("input", { type: "checkbox", value: String(place) }),
          make("kbd", { "aria-hidden": "true" }, String(place + 1)),
          make("span", {}, text),
        ),
      ),
    );
    find("papers-list").querySelector("input").focus();
  }

  outcomeBox.querySelector("form").addEventListener("submit", (event) => {
    if (find("papers-missing").hidden) event.preventDefault();
  });
  outcomeBox.addEventListener("close", () => {
    if (outcomeBox.returnValue !== "missing") return;
    const ticked = [...find("papers-list").querySelectorAll("input:checked")];
    end({ missing: ticked.map((each) => Number(each.value)) });
  });

  nextBox.addEventListener("close", () => {
    if (["ready", "later"].includes(nextBox.returnValue)) {
      end({ next_ready: nextBox.returnValue === "ready" });
    }
  });

  /** Tell the code with which a visitor may come back. */
  function tellReturn(right) {
    const bring = services.get(right.service.code)?.requirements ?? [];
    const day = right.until && new Date(`${right.until}T12:00:00`);
    const how = { day: "numeric", month: "long", year: "numeric" };
    const lang = document.documentElement.lang;
    find("return-code").textContent = right.code;
    find("return-service").textContent = right.service.name;
    find("return-until").textContent = day
      ? fill(words.return_until, { day: day.toLocaleDateString(dayLocale(lang), how) })
      : words.return_told;
    find("return-bring").replaceChildren(
      ...right.missing.map((place) => make("li", {}, bring[place] ?? "")),
    );
    find("return-paper").textContent =
      right.print === "queued" ? words.return_paper : words.return_no_paper;
    shown(returnBox);
  }

  let noted = null;
  function note() {
    noted = visitor()?.label ?? null;
    if (!noted) return;
    find("note-text").value = "";
    find("note-sure").checked = false;
    warn();
    shown(noteBox);
  }

  /** Sixteen digits in a row look like an identity number, which notes do not hold. */
  function warn() {
    find("note-warning").hidden = !/(?:\d[ .-]?){16}/.test(find("note-text").value);
  }
  find("note-text").addEventListener("input", warn);
  noteBox.querySelector("form").addEventListener("submit", (event) => {
    if (event.submitter?.value !== "keep") return;
    const unsure = !find("note-warning").hidden && !find("note-sure").checked;
    if (unsure || !find("note-text").value.trim()) event.preventDefault();
    if (unsure) find("note-sure").focus();
  });
  noteBox.addEventListener("close", () => {
    if (noteBox.returnValue !== "keep") return;
    const body = { label: noted, text: find("note-text").value.trim() };
    ask("note", { ...body, sure: find("note-sure").checked }, { told: "noted" });
  });

  walkInBox.addEventListener("close", () => {
    const reason = walkInBox.returnValue;
    if (!page.reasons[reason]) return;
    const chosen = fill(words.why_chosen, { reason: page.reasons[reason] });
    ask("walk-in", { service: find("walk-in-service").value, reason }, { because: chosen });
  });

  /** Do what a digit stands for in the open dialog of an ending; say whether there is one. */
  function digit(key, event) {
    const box = [outcomeBox, nextBox, returnBox, noteBox, walkInBox].find((each) => each.open);
    if (!box) return false;
    if (!/^[1-9]$/.test(key) || event.target.closest?.("select, textarea")) return true;
    const asks = box === outcomeBox && !find("papers-missing").hidden ? "papers-list" : null;
    const list = asks
      ? find(asks).querySelectorAll("input")
      : box.querySelectorAll(".options button");
    list[key - 1]?.click();
    return true;
  }

  return { finish, choose, tellReturn, note, walkIn: () => shown(walkInBox), digit };
}

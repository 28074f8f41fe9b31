/** Sending the visitor on: to a service, a counter, or to what follows after this. */
import { counters, desk, find, page, services, words } from "./desk.js";
import { read } from "/static/web/api.js";
import { fill, make } from "/static/web/page.js";

const transferBox = find("transfer");

/** Offer to send on; `ask` sends the verb. */
export function transferring(ask) {
  let chosen = null;
  /** Ask where to. */
  async function open() {
    chosen = null;
    const options = page.services
      .filter((each) => each.code !== desk.state.ticket.service.code)
      .map((each, place) => {
        const made = make(
          "button",
          { type: "button", class: "button", "aria-pressed": "false", "data-code": each.code },
          place < 9 ? make("kbd", { "aria-hidden": "true" }, String(place + 1)) : null,
          make("span", { class: "label" }, each.letter),
          make("span", {}, each.name, make("span", { class: "option-note" })),
        );
        made.addEventListener("click", () => choose(chosen === each.code ? null : each.code));
        return made;
      });
    find("transfer-services").replaceChildren(...options);
    offerCounters();
    offerClerks();
    transferBox.returnValue = "";
    transferBox.showModal();
    const told = await read("/counters").catch(() => null);
    if (!told || !transferBox.open) return;
    for (const option of options) {
      const open = told.counters.some(
        (each) => each.open && each.services.includes(option.dataset.code),
      );
      option.querySelector(".option-note").textContent = open ? "" : words.no_counter;
    }
    offerCounters(new Map(told.counters.map((each) => [each.number, each])));
    offerClerks(told.counters);
  }

  /** List the colleagues who are signed on somewhere, with where. */
  function offerClerks(seats = []) {
    const list = find("transfer-clerk");
    list.replaceChildren(
      make("option", { value: "" }, words.any_clerk),
      ...page.clerks.flatMap((each) => {
        const seat = seats.find((one) => one.open && one.account_id === each.id);
        if (!seat || seat.number === page.number) return [];
        const where = { clerk: each.name, counter: counters.get(seat.number) };
        const facts = { value: each.username, "data-counter": seat.number };
        return [make("option", facts, fill(words.clerk_at, where))];
      }),
    );
    list.closest(".field").hidden = list.children.length < 2;
  }

  /** List the other counters, with who sits there once that is known. */
  function offerCounters(known = new Map()) {
    const list = find("transfer-counter");
    const kept = list.value;
    list.replaceChildren(
      make("option", { value: "" }, words.any_counter),
      ...page.counters
        .filter((each) => each.number !== page.number)
        .map((each) => {
          const desk = known.get(each.number);
          const who = desk && (desk.open ? desk.clerk : words.counter_closed);
          return make("option", { value: each.number }, who ? `${each.name} (${who})` : each.name);
        }),
    );
    list.value = kept && known.size ? kept : "";
  }

  function choose(code) {
    chosen = code;
    for (const option of find("transfer-services").children) {
      option.setAttribute("aria-pressed", String(option.dataset.code === code));
    }
    if (code) find("transfer-send").focus();
  }

  transferBox.addEventListener("close", () => {
    const added = transferBox.returnValue === "add";
    if (added && chosen) {
      const place = services.get(chosen)?.name;
      ask("further", { service: chosen }, { told: "added", place });
      return;
    }
    if (transferBox.returnValue !== "send") return;
    const counter = Number(find("transfer-counter").value) || null;
    const clerk = find("transfer-clerk").value;
    if (clerk) {
      const place = page.clerks.find((each) => each.username === clerk)?.name;
      const { counter: seat } = find("transfer-clerk").selectedOptions[0].dataset;
      const body = chosen ? { service: chosen, counter: Number(seat) } : { clerk };
      ask("transfer", body, { told: "sent_on", place });
      return;
    }
    if (!chosen && !counter) return;
    const body = {};
    if (chosen) body.service = chosen;
    if (counter) body.counter = counter;
    const place = [chosen && services.get(chosen)?.name, counter && counters.get(counter)]
      .filter(Boolean)
      .join(", ");
    ask("transfer", body, { told: "sent_on", place });
  });
  transferBox.querySelector("form").addEventListener("submit", (event) => {
    const there = find("transfer-counter").value || find("transfer-clerk").value;
    const place = event.submitter?.value === "send" && there;
    if (["send", "add"].includes(event.submitter?.value) && !chosen && !place) {
      event.preventDefault();
      find("transfer-services").querySelector("button")?.focus();
    }
  });

  /** Choose a service by its digit or letter. */
  function chooseByKey(key) {
    const options = [...find("transfer-services").children];
    const option = /^[1-9]$/.test(key)
      ? options[key - 1]
      : options.find((each) => services.get(each.dataset.code).letter.toLowerCase() === key);
    if (option) choose(option.dataset.code);
  }

  return { open, chooseByKey };
}

/** The numbers of today at the reception: found by service and time, and set right. */
import { newKey, read, Refusal, send } from "/static/web/api.js";
import { clockTime, dayLocale, fill, inLanguage, make, toast } from "/static/web/page.js";

const find = (name) => document.querySelector(`[data-${name}]`);
const box = find("ticket");

/** What can be done to a number, by where it stands. */
const POSSIBLE = {
  reprint: ["waiting", "called", "serving", "held", "no_show"],
  rejoin: ["no_show"],
  service: ["waiting"],
  cancel: ["waiting", "held"],
  needs: ["waiting", "called", "serving", "held", "no_show"],
};

/** Offer it. `offers()` are the services; `given(told)` shows a slip or a code made anew. */
export function finding({ words, language, offers, given }) {
  let tickets = [];
  /** The label of the number in the dialog. */
  let chosen = null;
  let busy = false;

  function begin() {
    const options = (first) => [
      ...first,
      ...offers().services.map((each) => make("option", { value: each.code }, inLanguage(each.names))),
    ];
    find("look-service").replaceChildren(...options([...find("look-service").children]));
    find("change-service").replaceChildren(...options([]));
    refresh();
  }

  async function refresh() {
    const asked = new URLSearchParams();
    const label = find("look-label").value.trim();
    if (label) asked.set("label", label);
    for (const name of ["service", "since", "until"]) {
      const value = find(`look-${name}`).value;
      if (value && !label) asked.set(name, value);
    }
    try {
      ({ tickets } = await read(`/reception/tickets?${asked}`));
      refuse("look", null);
    } catch (error) {
      if (!(error instanceof Refusal)) return;
      tickets = [];
      refuse("look", error.code === "ticket_unknown" ? null : error.message);
    }
    show();
  }

  function time(ticket) {
    return clockTime(ticket.taken_at, offers().office.timezone);
  }

  function show() {
    const focused = document.activeElement?.dataset?.label;
    find("found").replaceChildren(
      ...tickets.map((each) => {
        const row = make(
          "button",
          { type: "button", class: "found-row", "data-label": each.label },
          make("span", { class: "label" }, each.label),
          make("span", { class: "number" }, time(each)),
          make("span", { class: "found-service" }, inLanguage(each.service.names)),
          make("span", { class: "badge" }, words.status[each.status]),
        );
        row.addEventListener("click", () => open(each.label));
        return make("li", {}, row);
      }),
      ...(tickets.length ? [] : [make("li", { class: "found-none" }, words.none)]),
    );
    if (focused) find("found").querySelector(`[data-label="${focused}"]`)?.focus();
    if (box.open) fillIn();
  }

  function open(label) {
    chosen = label;
    refuse("ticket", null);
    const ticket = fillIn();
    for (const each of box.querySelectorAll('[name="ticket-needs"]')) {
      each.checked = ticket.needs.includes(each.value);
    }
    const other = offers().services.find((each) => each.open && each.code !== ticket.service.code);
    find("change-service").value = other?.code ?? "";
    box.showModal();
  }

  function fillIn() {
    const ticket = tickets.find((each) => each.label === chosen);
    if (!ticket) return null;
    find("ticket-label").textContent = ticket.label;
    find("ticket-status").textContent = words.status[ticket.status];
    find("ticket-told").textContent = fill(words.taken, {
      service: inLanguage(ticket.service.names),
      time: time(ticket),
    });
    for (const each of box.querySelectorAll("[data-do], [data-for]")) {
      const verb = each.dataset.do ?? each.dataset.for;
      each.hidden = verb === "leave" ? !ticket.can_leave : !POSSIBLE[verb].includes(ticket.status);
    }
    return ticket;
  }

  function refuse(where, text) {
    find(`${where}-refused`).hidden = text === null;
    find(`${where}-refused-text`).textContent = text ?? "";
  }

  /** Do something to the number in the dialog; return the answer, or nothing if it is refused. */
  async function act(verb, body = {}) {
    if (busy) return null;
    busy = true;
    refuse("ticket", null);
    try {
      return await send(`/reception/tickets/${chosen}/${verb}`, body, { key: newKey() });
    } catch (error) {
      refuse("ticket", error instanceof Refusal ? error.message : words.unreachable);
      return null;
    } finally {
      busy = false;
      refresh();
    }
  }

  const done = {
    reprint(answer) {
      given({
        title: words.reprinted,
        label: answer.ticket.label,
        service: inLanguage(answer.ticket.service.names),
        told: "",
        print: answer.print === "none" ? words.no_print : words.printing,
        token: answer.token,
      });
    },
    leave({ return_right: right }) {
      const how = { day: "numeric", month: "long", year: "numeric" };
      const day = new Date(`${right.until}T12:00:00`).toLocaleDateString(dayLocale(language), how);
      given({
        title: words.right,
        label: right.code,
        service: inLanguage(right.service.names),
        told: fill(words.right_until, { day }),
        print: right.print === "none" ? words.no_print_code : words.printing,
      });
    },
    rejoin: ({ ticket }) => toast(fill(words.rejoined, ticket)),
    service: ({ ticket }) =>
      toast(fill(words.changed, { label: ticket.label, service: inLanguage(ticket.service.names) })),
    cancel: ({ ticket }) => toast(fill(words.given_back, ticket)),
  };

  const bodies = {
    service: () => ({ service: find("change-service").value }),
    cancel: () => ({ reason: find("cancel-reason").value }),
  };

  for (const button of box.querySelectorAll("[data-do]")) {
    button.addEventListener("click", async () => {
      const verb = button.dataset.do;
      const answer = await act(verb, bodies[verb]?.());
      if (!answer) return;
      box.close();
      done[verb](answer);
    });
  }

  const needs = () => [...box.querySelectorAll('[name="ticket-needs"]:checked')].map(({ value }) => value);
  box.addEventListener("change", async (event) => {
    if (event.target.name !== "ticket-needs") return;
    const label = chosen;
    if (await act("needs", { needs: needs() })) toast(fill(words.needs_kept, { label }));
    else event.target.checked = !event.target.checked;
  });

  find("search").addEventListener("submit", (event) => {
    event.preventDefault();
    refresh();
  });
  for (const name of ["service", "since", "until"]) find(`look-${name}`).addEventListener("change", refresh);
  return { begin, refresh };
}

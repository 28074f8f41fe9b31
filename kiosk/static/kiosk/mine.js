/** The kiosk's screen for a number's slip: what the phone offers, for whoever has none. */
import { newKey, read, Refusal, send } from "/static/web/api.js";
import { aheadInWords, dayLocale, fill, icon, inLanguage, make } from "/static/web/page.js";

const find = (name) => document.querySelector(`[data-${name}]`);

/** What the ticket's state allows, by the verb. */
const ALLOWED = {
  "step-back": "can_step_back",
  rejoin: "can_rejoin",
  leave: "can_leave",
  change: "can_change",
  cancel: "can_cancel",
};
const ASKED = ["leave", "cancel"];

/**
 * Offer the screen. `show(name)` goes to a screen, `home()` to the start; `offers()` is what can
 * be had, `usual(phrase, wait)` says a wait, `withFiles` and `thenWhat` what the number is for.
 */
export function mineScreen({ words, offers, show, home, usual, withFiles, thenWhat }) {
  let token = null;
  let state = null;
  let busy = false;
  /** The verb that is asked about once more. */
  let unsure = null;

  const acts = [...document.querySelectorAll("[data-mine]")];
  const parts = ["mine-acts", "mine-services", "mine-ask"];

  async function open(secret) {
    clear();
    token = secret;
    try {
      state = await read(`/tickets/${token}`);
    } catch (error) {
      refuse(error instanceof Refusal ? error.message : words.unreachable);
    }
    render();
    only("mine-acts");
    show("mine");
  }

  /** Ask again how it stands, since something in the office has changed. */
  async function refresh() {
    const asked = token;
    if (!asked || busy) return;
    const told = await read(`/tickets/${asked}`).catch(() => null);
    if (!told || token !== asked || busy) return;
    state = told;
    render();
  }

  function render() {
    const put = (name, text) => {
      if (find(name).textContent !== text) find(name).textContent = text;
    };
    put("mine-label", state?.label ?? "");
    put("mine-service", state ? withFiles(state.service, state.files) : "");
    put("mine-further", state ? thenWhat(state.further) : "");
    find("mine-further").hidden = !state?.further.length;
    const counter = state?.counter_names ? ` ${inLanguage(state.counter_names)}` : "";
    put("mine-state", state ? `${words.mine[state.status]}${counter}` : "");
    const waits = state?.status === "waiting";
    put("mine-wait", waits ? [place(), wait()].filter(Boolean).join(" ") : "");
    for (const each of acts) each.hidden = !state?.[ALLOWED[each.dataset.mine]];
    for (const [verb, phrase] of [["step-back", words.mine_step_back], ["rejoin", words.mine_rejoin]]) {
      const said = find("mine-acts").querySelector(`[data-mine="${verb}"] span`);
      said.textContent = fill(phrase, { count: state?.places_back ?? "" });
    }
  }

  function place() {
    return state.position === null ? "" : aheadInWords(words, state.position);
  }

  function wait() {
    if (state.can_leave) return words.service_suspended_long;
    return state.wait.median_s === null ? words.no_counter_long : usual(words.usual_long, state.wait);
  }

  function only(part) {
    for (const each of parts) find(each).hidden = each !== part;
  }

  function refuse(text) {
    find("mine-refused").hidden = text === null;
    find("mine-refused-text").textContent = text ?? "";
  }

  async function act(verb, body = {}) {
    if (busy) return;
    busy = true;
    refuse(null);
    try {
      const answer = await send(`/tickets/${token}/${verb}`, body, { key: newKey() });
      if (answer.return_right) tell(answer.return_right);
      state = answer.return_right ? await read(`/tickets/${token}`) : { ...state, ...answer };
    } catch (error) {
      refuse(error instanceof Refusal ? error.message : words.unreachable);
    }
    busy = false;
    render();
    stay();
  }

  /** Show again what can be done. */
  function stay() {
    only("mine-acts");
    document.querySelector("#mine-title").focus();
  }

  /** Show the code to come back with. */
  function tell(right) {
    const how = { day: "numeric", month: "long", year: "numeric" };
    const lang = document.documentElement.lang;
    const said = (day) => new Date(`${day}T12:00:00`).toLocaleDateString(dayLocale(lang), how);
    const facts = { first: said(right.first_day), until: said(right.until) };
    const paper = right.print === "queued" ? words.mine_printing : words.mine_no_paper;
    find("mine-code").textContent = right.code;
    find("mine-until").textContent = `${fill(words.mine_until, facts)} ${paper}`;
    find("mine-right").hidden = false;
  }

  function choose() {
    find("mine-services").replaceChildren(
      make("p", { class: "lead", id: "mine-which" }, words.mine_which),
      ...offers()
        .services.filter((each) => each.open && each.code !== state.service.code)
        .map((each) => {
          const made = make(
            "button",
            { type: "button", class: "button button-touch" },
            icon(each.icon),
            make("span", {}, inLanguage(each.names)),
          );
          made.addEventListener("click", () => act("service", { service: each.code }));
          return made;
        }),
      kept(),
    );
    only("mine-services");
    find("mine-services").querySelector("button")?.focus();
  }

  /** A way back from the services. */
  function kept() {
    const made = make(
      "button",
      { type: "button", class: "button button-touch" },
      icon("back"),
      make("span", {}, words.mine_stay),
    );
    made.addEventListener("click", stay);
    return made;
  }

  for (const each of acts) {
    each.addEventListener("click", () => {
      const verb = each.dataset.mine;
      if (verb === "change") return choose();
      if (!ASKED.includes(verb)) return act(verb);
      unsure = verb;
      find("mine-sure").textContent = words[`mine_sure_${verb}`];
      only("mine-ask");
      find("mine-no").focus();
    });
  }
  find("mine-no").addEventListener("click", stay);
  find("mine-yes").addEventListener("click", () => act(unsure));
  find("mine-done").addEventListener("click", home);

  /** Leave nothing of this visitor to the next. */
  function clear() {
    token = state = unsure = null;
    refuse(null);
    find("mine-right").hidden = true;
    find("mine-code").textContent = "";
    find("mine-services").replaceChildren();
    render();
  }

  return { open, refresh, clear, isBusy: () => busy };
}

/** Taking the counter over: a colleague's name and PIN, and this browser is theirs. */
import { colleagues, desk, find, page, words } from "./desk.js";
import { Refusal, send } from "/static/web/api.js";
import { fill, toast } from "/static/web/page.js";

const box = find("take-over");
const pin = find("take-over-pin");
const who = find("take-over-who");

/** Where it is kept, over the loading of the page anew, that the counter was taken over. */
const DONE = "taken-over";
/** How long (ms) that is told. */
const READING = 8000;

/** Offer it. */
export function takingOver() {
  let busy = false;

  function open() {
    find("take-over-form").reset();
    refuse(null);
    // At a colleague's counter it is the person signed in here who goes on, mostly.
    const own = colleagues() ? page.clerks.find((each) => each.id === page.account) : null;
    who.value = own?.username ?? "";
    box.showModal();
    (own ? pin : who).focus();
  }

  /** Say why not; whoever is expected at another counter is told whom they left there. */
  function inWords(error) {
    if (!(error instanceof Refusal)) return words.unreachable;
    const { code, counter, label } = error.problem;
    if (code !== "counter_busy" || counter === page.number) return error.said.pin ?? error.message;
    return fill(words.visitor_there, { label, number: counter });
  }

  function refuse(text) {
    find("take-over-refused").hidden = text === null;
    find("take-over-refused-text").textContent = text ?? "";
  }

  find("take-over-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    find("take-over-send").disabled = true;
    refuse(null);
    try {
      const body = { account: who.value, pin: pin.value };
      const { ticket } = await send(`/counters/${page.number}/take-over`, body);
      const clerk = who.selectedOptions[0].textContent;
      sessionStorage.setItem(DONE, JSON.stringify({ clerk, label: ticket?.label }));
      window.location.reload();
    } catch (error) {
      busy = false;
      find("take-over-send").disabled = false;
      refuse(inWords(error));
      pin.value = "";
      pin.focus();
    }
  });

  /** Say, once, that it was done: the page is loaded anew for the new clerk. */
  function tell() {
    const kept = JSON.parse(sessionStorage.getItem(DONE) ?? "null");
    sessionStorage.removeItem(DONE);
    if (!kept) return;
    toast(fill(kept.label ? words.taken_over_with : words.taken_over, kept), "good", READING);
  }

  /** Say at the former clerk's other screens that somebody took the counter over. */
  let mine = false;
  function notice() {
    const lost = mine && colleagues();
    mine = desk.state.counter.open && !colleagues();
    if (lost) toast(fill(words.lost, { clerk: desk.state.counter.clerk ?? "" }), "warn");
  }

  find("take-over-begin").addEventListener("click", open);
  find("told").addEventListener("click", (event) => {
    if (event.target.closest("[data-take-over-here]")) open();
  });
  return { open, tell, notice };
}

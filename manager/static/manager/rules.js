/** The queue's rules: what they would mean for the longest wait is told before they are saved. */
import { readData } from "/static/web/page.js";
import { setting } from "/static/web/setting.js";

const words = readData("words");
const turn = document.querySelector("[data-turn]");
const aims = document.querySelector("[data-aims]");
const number = (field) => (field.value === "" ? null : Number(field.value));

function rates() {
  const fields = [...turn.querySelectorAll("[data-rates] input")];
  return Object.fromEntries(fields.map((each) => [each.name.slice("rates.".length), number(each)]));
}

function turnRules() {
  return {
    policy: turn.elements.policy.value,
    rates: rates(),
    reentry_places: number(turn.elements.reentry_places),
    recalls_before_no_show: number(turn.elements.recalls_before_no_show),
    carries_over: turn.elements.carries_over.checked,
  };
}

let asked = 0;
async function tellBound() {
  const query = new URLSearchParams({
    policy: turn.elements.policy.value,
    highest: Math.max(1, ...Object.values(rates())),
    minutes: aims.elements.wait_min.value,
  });
  asked += 1;
  const mine = asked;
  const answer = await fetch(`/api/v1/rules/turn/bound?${query}`, {
    headers: { "Accept-Language": document.documentElement.lang },
  }).catch(() => null);
  if (mine !== asked || !answer?.ok) return;
  turn.querySelector("[data-bound]").textContent = (await answer.json()).sentence;
}
turn.addEventListener("input", tellBound);
aims.elements.wait_min.addEventListener("input", tellBound);

setting(turn, "/rules/turn", turnRules, words);
setting(
  aims,
  "/rules/aims",
  () => ({
    ...Object.fromEntries(
      ["wait_min", "wait_percent", "serve_min", "idle_min"].map((name) => [
        name,
        number(aims.elements[name]),
      ]),
    ),
    services: Object.fromEntries(
      [...aims.querySelectorAll("[data-service]")].map((row) => [
        row.dataset.service,
        Object.fromEntries(
          [...row.querySelectorAll("input")].map((each) => [each.dataset.part, number(each)]),
        ),
      ]),
    ),
  }),
  words,
);

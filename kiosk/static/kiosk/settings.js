/** How kiosks give out numbers, set by a manager. */
import { readData } from "/static/web/page.js";
import { setting } from "/static/web/setting.js";

const words = readData("words");
const rules = document.querySelector("[data-rules]");
const numbers = [...rules.querySelectorAll('input[type="number"]')];

setting(
  rules,
  "/rules/kiosk",
  () => Object.fromEntries(numbers.map(({ name, value }) => [name, Number(value)])),
  words,
);

const groups = document.querySelector("[data-groups]");

/** The groups that have services, in their order. */
function wanted() {
  const selects = [...groups.querySelectorAll("[data-service]")];
  return [...groups.querySelectorAll("[data-group]")]
    .map((row) => ({
      names: Object.fromEntries(
        [...row.querySelectorAll("[data-name]")].map(({ dataset, value }) => [dataset.name, value]),
      ),
      services: selects
        .filter(({ value }) => value === row.dataset.group)
        .map(({ dataset }) => dataset.service),
    }))
    .filter(({ services }) => services.length);
}

setting(groups, "/rules/groups", () => ({ groups: wanted() }), words);

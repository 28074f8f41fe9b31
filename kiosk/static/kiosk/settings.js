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

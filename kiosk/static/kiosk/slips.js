/** The slip's text, and beside it how it comes out of the printer while it is being written. */
import { Refusal, send } from "/static/web/api.js";
import { readData } from "/static/web/page.js";
import { setting } from "/static/web/setting.js";

/** How long (ms) the writer has paused before the picture is made anew. */
const PAUSE = 400;

const form = document.querySelector("[data-slip]");
const look = document.querySelector("[data-look]");
const paper = document.querySelector("[data-paper]");
const text = document.querySelector("[data-text]");
const fields = [...form.querySelectorAll("textarea")];
const shipped = readData("shipped");

const texts = () => Object.fromEntries(fields.map((each) => [each.name, each.value]));

let asked = 0;
async function show() {
  const locale = look.elements.locale.value;
  const chosen = look.elements.width.value;
  const problem = document.querySelector(`[data-problem="${locale}"]`);
  asked += 1;
  const mine = asked;
  try {
    const draft = { text: texts()[locale], locale, width: chosen === "58" ? 58 : 80 };
    const slip = await send("/slip/preview", draft);
    if (mine !== asked) return;
    problem.hidden = true;
    paper.src = slip.png;
    text.srcdoc = slip.html;
    paper.hidden = chosen === "text";
    text.hidden = chosen !== "text";
  } catch (error) {
    // the last picture that could be made stays; a server away is told when saving
    if (mine !== asked || !(error instanceof Refusal)) return;
    problem.textContent = error.message;
    problem.hidden = false;
  }
}

let waiting;
function soon() {
  clearTimeout(waiting);
  waiting = setTimeout(show, PAUSE);
}

for (const field of fields) {
  const choose = () => {
    look.elements.locale.value = field.name;
    soon();
  };
  field.addEventListener("focus", choose);
  field.addEventListener("input", choose);
}
for (const button of form.querySelectorAll("[data-shipped]")) {
  button.addEventListener("click", () => {
    const field = form.elements.namedItem(button.dataset.shipped);
    field.value = shipped[field.name];
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
}
look.addEventListener("change", show);
setting(form, "/slip", () => ({ texts: texts() }), readData("words"));
show();

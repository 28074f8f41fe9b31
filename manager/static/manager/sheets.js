/** Emergency sheets: printed, and entered when the box is back. */
import { newKey, Refusal, send } from "/static/web/api.js";
import { fill, readData } from "/static/web/page.js";

document.querySelector("[data-print]")?.addEventListener("click", () => window.print());

const form = document.querySelector("[data-entry]");
if (form) entering(readData("words"));

function entering(words) {
  const state = form.querySelector("[data-state]");
  let key = newKey();
  form.addEventListener("input", () => {
    key = newKey();
    state.textContent = words.unsaved;
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const rows = [...form.querySelectorAll("[data-number]")].map(written).filter((row) => row?.came);
    if (!rows.length) {
      state.textContent = words.nothing;
      return;
    }
    try {
      await send("/sheets", { service: form.dataset.service, day: form.dataset.day, rows }, { key });
      state.textContent = words.saved;
      window.location.reload();
    } catch (error) {
      state.textContent =
        error instanceof Refusal ? fill(words.wrong, { reason: error.message }) : words.unreachable;
    }
  });
}

/** What stands in a row that has not been entered before. */
function written(row) {
  const fields = [...row.querySelectorAll("[data-part]")];
  if (!fields.length) return null;
  const said = Object.fromEntries(fields.map(({ dataset, value }) => [dataset.part, value || null]));
  return { number: Number(row.dataset.number), ...said };
}

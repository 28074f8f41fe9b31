/** A form of settings: sent whole, refused beside what is wrong, and told when it is kept. */
import { Refusal, send } from "./api.js";
import { fill, toast } from "./page.js";

/** Let `form` send `said()` to `path`, and say with `words` what became of it. */
export function setting(form, path, said, words) {
  const state = form.querySelector("[data-state]");
  form.addEventListener("input", () => {
    state.textContent = words.unsaved;
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    for (const each of form.querySelectorAll("[aria-invalid]")) each.removeAttribute("aria-invalid");
    try {
      await send(path, said());
      state.textContent = words.saved;
      toast(words.saved);
    } catch (error) {
      if (!(error instanceof Refusal)) {
        toast(words.unreachable, "bad");
        return;
      }
      state.textContent = fill(words.wrong, { reason: error.message });
      const wrong = Object.keys(error.fields).map((name) => form.elements.namedItem(name));
      for (const field of wrong.filter(Boolean)) field.setAttribute("aria-invalid", "true");
      wrong.find(Boolean)?.focus();
    }
  });
}

/** A form of settings: sent whole, refused beside what is wrong, and told when it is kept. */
import { Refusal, send } from "./api.js";
import { clear, complain, isLacking, keeps, kept, overtaken } from "./forms.js";
import { fill, toast } from "./page.js";

/** Let `form` send `said()` to `path`, and say with `words` what became of it. */
export function setting(form, path, said, words) {
  const state = form.querySelector("[data-state]");
  const tell = (text) => {
    if (state) state.textContent = text;
  };
  form.addEventListener("input", () => tell(words.unsaved));

  async function save(read) {
    if (isLacking(form)) return false;
    clear(form);
    try {
      await send(path, said(), { read });
    } catch (error) {
      if (!(error instanceof Refusal)) {
        toast(words.unreachable, "bad");
        return false;
      }
      tell(fill(words.wrong, { reason: error.message }));
      if (error.code === "changed_meanwhile") overtaken(form, error.problem, () => save(error.problem.version));
      else complain(form, error.said, error.message);
      return false;
    }
    kept(form);
    tell(words.saved);
    toast(words.saved);
    return true;
  }
  keeps(form, () => save());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save();
  });
}

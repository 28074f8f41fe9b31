/** How visits end: a row for each way, in the clerks' order; taken off instead of deleted. */
import { fill, readData } from "/static/web/page.js";
import { setting } from "/static/web/setting.js";

const words = readData("words");
const given = readData("endings");
const form = document.querySelector("[data-endings]");
const rows = form.querySelector("[data-rows]");
const model = document.querySelector("template[data-row]");
const lang = document.documentElement.lang;
const part = (row, name) => row.querySelector(`[data-part="${name}"]`);
let made = 0;

/** Add a row; a way that is kept already keeps its code. */
function add({ code = "", names = {}, follow = "none", default: usual = false, retired = false }) {
  const row = model.content.firstElementChild.cloneNode(true);
  made += 1;
  for (const [place, field] of row.querySelectorAll(".field").entries()) {
    const input = field.querySelector("input, select");
    input.id = `ending-${made}-${place}`;
    field.querySelector("label").htmlFor = input.id;
  }
  part(row, "code").value = code;
  part(row, "code").readOnly = code !== "";
  for (const each of row.querySelectorAll("[data-name]")) each.value = names[each.dataset.name] ?? "";
  part(row, "follow").value = follow;
  row.querySelector("[name=usual]").checked = usual;
  part(row, "offered").checked = !retired;
  row.querySelector("[data-up]").addEventListener("click", () => {
    row.previousElementSibling?.before(row);
    form.dispatchEvent(new Event("input"));
    row.querySelector("[data-up]").focus();
  });
  rows.append(row);
  mark(row);
  return row;
}

/** Show what is taken off, and what moving up would move. */
function mark(row) {
  row.classList.toggle("ending-off", !part(row, "offered").checked);
  const name = row.querySelector(`[data-name="${lang}"]`) ?? row.querySelector("[data-name]");
  row.querySelector("[data-up-words]").textContent = fill(words.up, { name: name.value });
}

given.outcomes.forEach(add);
rows.addEventListener("input", (event) => mark(event.target.closest("li")));
form.querySelector("[data-add]").addEventListener("click", () => {
  part(add({}), "code").focus();
});

setting(
  form,
  "/outcomes",
  () => ({
    outcomes: [...rows.children].map((row) => ({
      code: part(row, "code").value.trim(),
      names: Object.fromEntries(
        [...row.querySelectorAll("[data-name]")].map((each) => [each.dataset.name, each.value]),
      ),
      follow: part(row, "follow").value,
      default: row.querySelector("[name=usual]").checked,
      retired: !part(row, "offered").checked,
    })),
    mandatory: form.elements.mandatory.checked,
    return_days: Number(form.elements.return_days.value),
    return_places: Number(form.elements.return_places.value),
  }),
  words,
);

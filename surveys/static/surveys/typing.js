/** Typing paper forms in by keys alone: a digit leads on, Enter passes by, the last (or Ctrl+Enter) sends. */
const form = document.querySelector("[data-typing]");
const fields = [...form.querySelectorAll("select, input:not([type=hidden])")];
const number = document.getElementById("form_number");

function onFrom(field) {
  const next = fields[fields.indexOf(field) + 1];
  next?.focus();
  next?.select?.();
}

for (const field of fields) {
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      if (event.ctrlKey || field === fields.at(-1)) form.requestSubmit();
      else onFrom(field);
    } else if (event.key === "Backspace" && field.classList.contains("digit") && !field.value) {
      event.preventDefault();
      fields[fields.indexOf(field) - 1].focus();
    }
  });
  if (field.classList.contains("digit")) {
    field.addEventListener("focus", () => field.select());
    field.addEventListener("input", () => {
      if (field.value && field.checkValidity() && field !== fields.at(-1)) onFrom(field);
      else field.reportValidity();
    });
  }
}
if (document.activeElement === number) number.select();

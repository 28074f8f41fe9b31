/** The devices: nothing is removed by one slip of the finger. */
const box = document.querySelector("[data-remove-box]");
let asked = null;
let sure = false;

for (const form of document.querySelectorAll("[data-remove]")) {
  form.addEventListener("submit", (event) => {
    if (sure) return;
    event.preventDefault();
    asked = form;
    document.querySelector("[data-remove-name]").textContent = form.dataset.remove;
    box.returnValue = "";
    box.showModal();
  });
}
box.addEventListener("close", () => {
  sure = box.returnValue === "remove";
  if (sure) asked?.requestSubmit();
  sure = false;
});

/** Numbers by hand: one given for a return slip, and one given back. */
import { find } from "./desk.js";

/** Offer both; `ask` sends the verb. */
export function byHand(ask) {
  const boxes = { admit: find("admit"), cancel: find("cancel") };

  function open(name) {
    const box = boxes[name];
    box.querySelector("form").reset();
    box.returnValue = "";
    box.showModal();
    box.querySelector("input").focus();
  }

  boxes.admit.addEventListener("close", () => {
    if (boxes.admit.returnValue !== "admit") return;
    ask("return", { code: find("admit-code").value.trim() }, { told: "admitted" });
  });
  boxes.cancel.addEventListener("close", () => {
    if (boxes.cancel.returnValue !== "cancel") return;
    const label = find("cancel-label").value.trim().toUpperCase();
    const reason = find("cancel-reason").value;
    ask("cancel", { label, reason }, { told: "given_back", label });
  });
  return { admit: () => open("admit"), cancel: () => open("cancel") };
}

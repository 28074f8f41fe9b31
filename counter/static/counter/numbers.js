/** Numbers by hand: one for a return slip, one given back, a slip made anew, what a visitor needs. */
import { desk, find, words } from "./desk.js";
import { Refusal, send } from "/static/web/api.js";
import { fill, toast } from "/static/web/page.js";

/** Offer them; `ask` sends a verb. */
export function byHand(ask) {
  const boxes = {
    admit: find("admit"),
    cancel: find("cancel"),
    reprint: find("reprint"),
    needs: find("needs"),
  };

  function open(name) {
    const box = boxes[name];
    box.querySelector("form").reset();
    box.returnValue = "";
    box.showModal();
    box.querySelector("input").focus();
    return box;
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

  boxes.reprint.addEventListener("close", async () => {
    if (boxes.reprint.returnValue !== "reprint") return;
    const label = find("reprint-label").value.trim().toUpperCase();
    try {
      const answer = await send(`/reception/tickets/${encodeURIComponent(label)}/reprint`);
      const printed = answer.print === "queued";
      toast(fill(printed ? words.reprinted : words.reprinted_no_paper, { label }), printed ? "good" : "warn");
    } catch (error) {
      toast(error instanceof Refusal ? error.message : words.unreachable, "bad");
    }
  });

  let needing = null;
  boxes.needs.addEventListener("close", () => {
    if (boxes.needs.returnValue !== "keep") return;
    const needs = [...boxes.needs.querySelectorAll("input:checked")].map(({ value }) => value);
    ask("needs", { label: needing, needs }, { told: "needs_kept", label: needing });
  });

  return {
    admit: () => open("admit"),
    cancel: () => open("cancel"),
    reprint() {
      open("reprint");
      find("reprint-label").value = desk.state.ticket?.label ?? "";
      find("reprint-label").select();
    },
    needs() {
      needing = desk.state.ticket?.label ?? null;
      if (!needing) return;
      for (const each of open("needs").querySelectorAll("input")) {
        each.checked = desk.state.needs.includes(each.value);
      }
    },
    /** Tick what a digit stands for in the list of needs; say whether that is open. */
    digit(key) {
      if (!boxes.needs.open) return false;
      if (/^[1-9]$/.test(key)) boxes.needs.querySelectorAll("input")[key - 1]?.click();
      return true;
    },
  };
}

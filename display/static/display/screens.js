/** How the screens are doing, kept fresh without a reload; what is being typed stays untouched. */

const OFTEN = 10_000;

async function look() {
  try {
    const answer = await fetch(window.location.pathname, { redirect: "error" });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const state of document.querySelectorAll("[data-state]")) {
      const newer = fresh.querySelector(`[data-state="${state.dataset.state}"]`);
      if (newer) state.replaceWith(document.adoptNode(newer));
    }
  } catch {
    // The server is away; the next look will tell.
  }
}

setInterval(() => {
  if (!document.hidden) look();
}, OFTEN);

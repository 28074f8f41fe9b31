/** The code at the entrance: fetched anew before it is over, and gone where it cannot be had. */

const EVERY = 10_000;
const code = document.querySelector("[data-code]");
const none = document.querySelector("[data-none]");

function show(there) {
  code.hidden = !there;
  none.hidden = there;
  for (const each of document.querySelectorAll("[data-said]")) each.hidden = !there;
}

async function renew() {
  try {
    const answer = await fetch("/entrance/code.svg", { signal: AbortSignal.timeout(EVERY / 2) });
    if (answer.status === 401) window.location.replace("/link?next=/entrance");
    if (!answer.ok) throw new Error(String(answer.status));
    code.src = `data:image/svg+xml,${encodeURIComponent(await answer.text())}`;
    show(true);
  } catch {
    show(false);
  }
}

renew();
setInterval(renew, EVERY);

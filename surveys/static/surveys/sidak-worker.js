/* Keeps the inspector's page for when there is no network; answers nothing else from what is kept. */

const KEPT = "sidak";
/** How long (ms) the network may take before what is kept is shown instead. */
const PATIENCE = 4000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname !== "/sidak/" && !url.pathname.startsWith("/static/")) return;
  event.respondWith(fresh(request));
});

/** Return the answer of the network, or the one kept where there is none in time. */
async function fresh(request) {
  const cache = await caches.open(KEPT);
  const kept = () => cache.match(request, { ignoreSearch: true });
  try {
    const answer = await Promise.race([
      fetch(request),
      new Promise((_resolve, reject) => setTimeout(reject, PATIENCE, new Error("slow"))),
    ]);
    // A door in place of the page (signed out) is shown, but not kept as the page.
    if (answer.ok && !answer.redirected) await cache.put(request, answer.clone());
    return answer;
  } catch (error) {
    const answer = await kept();
    if (answer) return answer;
    throw error;
  }
}

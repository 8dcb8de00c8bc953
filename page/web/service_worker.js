// The service worker of static files: what it keeps needs no network. See offline.js, and KEPT,
// which page/site.py writes in front of this.

const worker = /** @type {any} */ (self);

// Other pages may lie under other paths of the same host.
const PREFIX = `${worker.registration.scope} `;
/** @type {(part: "page" | "weights") => string} */ const cacheOf = (part) =>
  PREFIX + KEPT[part].version;
const addressOf = (/** @type {string} */ file) => new URL(file, worker.registration.scope).href;

// Addresses change with what they hold, but for that of the page itself.
async function keep() {
  for (const part of /** @type {const} */ (["page", "weights"])) {
    const cache = await caches.open(cacheOf(part));
    const kept = (await cache.keys()).map(({ url }) => url);
    const missing = Object.entries(KEPT[part].files)
      .map(([file, integrity]) => ({ url: addressOf(file), integrity }))
      .filter(({ url }) => !kept.includes(url));
    await cache.addAll(
      missing.map(
        ({ url, integrity }) =>
          new Request(url, { integrity, cache: url.endsWith("/") ? "reload" : "default" }),
      ),
    );
  }
  const current = [cacheOf("page"), cacheOf("weights")];
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX) && !current.includes(name)) await caches.delete(name);
  }
}

worker.addEventListener("activate", (/** @type {any} */ event) =>
  event.waitUntil(worker.clients.claim()),
);
worker.addEventListener("message", (/** @type {any} */ event) => event.waitUntil(keep()));

/** What is kept, under any query, which the engine reads. @param {Request} request */
async function kept(request) {
  const found = await caches.match(request, { ignoreSearch: true });
  return found && new Response(found.body, { headers: found.headers });
}

/** What is kept of it is damaged. @param {Request} request */
async function anew(request) {
  await (await caches.open(cacheOf("weights"))).delete(request, { ignoreSearch: true });
  return fetch(request);
}

/** Few ask for these files; whoever does has them from then on. @param {Request} request */
async function fetched(request) {
  const files = Object.entries(KEPT.weights.later ?? {});
  const integrity = files.find(([file]) => request.url === addressOf(file))?.[1];
  const response = await fetch(request, { integrity: integrity ?? "" });
  if (integrity && response.ok)
    await (await caches.open(cacheOf("weights"))).put(request, response.clone());
  return response;
}

worker.addEventListener("fetch", (/** @type {any} */ event) => {
  /** @type {Request} */ const request = event.request;
  // The page may be a newer one.
  const [first, then] =
    request.mode === "navigate"
      ? [fetch, kept]
      : request.cache === "reload"
        ? [anew, fetched]
        : [kept, fetched];
  event.respondWith(
    first(request)
      .catch(() => undefined)
      .then(async (found) => found ?? (await then(request)) ?? Response.error()),
  );
});

// Static files (page/site.py): the page works without a network after the first visit.

let asked = false;

// Keeps all of it, all networks, too. Called when what answers has arrived, which comes first.
export async function keep() {
  if (asked) return;
  asked = true;
  try {
    await navigator.serviceWorker.register("service_worker.js");
    const { active } = await navigator.serviceWorker.ready;
    active?.postMessage("keep");
  } catch {} // no https, say
}

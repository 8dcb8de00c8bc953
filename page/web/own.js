// The network that somebody has trained, kept in this browser from one visit to the next.

const NAME = "own network";

/** @type {(mode: IDBTransactionMode) => Promise<IDBObjectStore>} */
function open(mode) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(NAME);
    request.onsuccess = () => resolve(request.result.transaction(NAME, mode).objectStore(NAME));
    request.onerror = () => reject(request.error);
  });
}

/** Where the browser forbids it, it is gone with the page. @param {OwnNetwork} network */
export async function keep(network) {
  const store = await open("readwrite").catch(() => null);
  store?.put(network, NAME);
}

/** @returns {Promise<OwnNetwork | undefined>} */
export async function kept() {
  const store = await open("readonly").catch(() => null);
  return new Promise((resolve) => {
    const request = store?.get(NAME);
    if (!request) return resolve(undefined);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => resolve(undefined);
  });
}

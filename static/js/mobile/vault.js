/*
 * What makes this browser a phone: its key pair and whom it belongs to, kept in IndexedDB because that is the one
 * store that can hold a key without ever revealing it.
 *
 * The record: { device_id, name, platform, storage, user, server_keys: [JWK with kid], keys: CryptoKeyPair }
 */

const DATABASE = "astrow-mobile";
const STORE = "phone";
const ONLY = "this";

const settled = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

async function use(mode, act) {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  const database = await settled(opening);
  try {
    const transaction = database.transaction(STORE, mode);
    const done = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
    const result = await settled(act(transaction.objectStore(STORE)));
    await done; // a key that is not yet on the disk must not be told to the server as paired
    return result;
  } finally {
    database.close();
  }
}

/** The record, or undefined on a browser that was never paired. */
export const load = () => use("readonly", (store) => store.get(ONLY));

export const save = (record) => use("readwrite", (store) => store.put(record, ONLY));

export const forget = () => use("readwrite", (store) => store.delete(ONLY));

/** Ask the browser not to erase the key when space runs short: "persisted" or "best-effort". */
export async function persist() {
  try {
    return (await navigator.storage.persist()) ? "persisted" : "best-effort";
  } catch {
    return "best-effort"; // not offered by this browser
  }
}

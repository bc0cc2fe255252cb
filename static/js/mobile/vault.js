/*
 * What makes this browser a phone: a key pair for each account it answers for, kept in IndexedDB because that is the
 * one store that can hold a key without ever revealing it. The page and the worker share it.
 *
 * A record: { device_id, name, platform, storage, user, server_keys: [JWK with kid], push_key, keys: CryptoKeyPair,
 * paired_at: unix milliseconds, endpoint: the push service's address that the server was told, lost: whether the server
 * has none now, seen: the ids of the user's phones, arrived: [{ id, name, paired_at }] (arrivals.js) }, found by its
 * device_id.
 */

const DATABASE = "astrow-mobile";
const STORE = "phone";
const ONLY = "this"; // the one record of version 1, when a phone had one account

const settled = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** Version 2 finds records by their device id, so that there can be several. */
function upgrade({ target: { result, transaction }, oldVersion }) {
  if (oldVersion < 1) return result.createObjectStore(STORE);
  const store = transaction.objectStore(STORE);
  store.get(ONLY).onsuccess = ({ target: { result: record } }) => {
    if (record) store.put({ paired_at: Date.now(), push_key: "", ...record }, record.device_id);
    store.delete(ONLY);
  };
}

async function use(mode, act) {
  const opening = indexedDB.open(DATABASE, 2);
  opening.onupgradeneeded = upgrade;
  const database = await settled(opening);
  database.onversionchange = () => database.close();
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

/** Every record, the first paired first; none on a browser that was never paired. */
export const all = async () =>
  (await use("readonly", (store) => store.getAll())).sort((a, b) => a.paired_at - b.paired_at);

export const save = (record) => use("readwrite", (store) => store.put(record, record.device_id));

/** Take over what changed in a record that is still there: one removed meanwhile must not come back. */
export async function update(record, changes) {
  Object.assign(record, changes);
  await revise(record, () => changes);
}

/** The same for changes that `changesOf` makes of what is kept now: other windows, and the worker, change it too. */
export async function revise(record, changesOf) {
  let changes;
  await use("readwrite", (store) => {
    const found = store.get(record.device_id);
    found.addEventListener("success", () => {
      if (!found.result) return;
      changes = changesOf(found.result);
      store.put({ ...found.result, ...changes }, record.device_id);
    });
    return found;
  });
  Object.assign(record, changes);
}

export const forget = (record) => use("readwrite", (store) => store.delete(record.device_id));

/** Ask the browser not to erase the keys when space runs short: "persisted" or "best-effort". */
export async function persist() {
  try {
    return (await navigator.storage.persist()) ? "persisted" : "best-effort";
  } catch {
    return "best-effort"; // not offered by this browser
  }
}

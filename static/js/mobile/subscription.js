/* The phone's address at a push service, and telling the server of it. Used by the page and by the worker. */

import { call } from "./api.js";
import { decode, encode } from "./jws.js";
import * as vault from "./vault.js";

/** Whether it is of no use any more: made for another key, or the push service told the server that it is gone. */
function isDead(subscription, key, phones) {
  const used = subscription.options?.applicationServerKey;
  if (used && encode(used) !== key) return true;
  return phones.some(({ endpoint, lost }) => lost && endpoint === subscription.endpoint);
}

async function tell(phone, subscription) {
  await call(phone, "PUT", "/push-subscription", subscription.toJSON());
  await vault.update(phone, { endpoint: subscription.endpoint, lost: false });
}

/**
 * Subscribe, if that is not done yet for the server's key of today, and tell the server for each of `phones`. The user
 * has to have allowed notifications. Answers `[phone, refusal]` for those it was not taken for; throws what the
 * browser throws when its push service does not answer.
 */
export async function subscribe(registration, phones) {
  const key = phones.find(({ push_key }) => push_key)?.push_key;
  let subscription = await registration.pushManager.getSubscription();
  if (subscription && isDead(subscription, key, phones)) {
    await subscription.unsubscribe();
    subscription = null;
  }
  subscription ??= await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: decode(key),
  });
  const told = await Promise.all(
    phones.map((phone) =>
      tell(phone, subscription).then(
        () => null,
        (refusal) => [phone, refusal],
      ),
    ),
  );
  return told.filter(Boolean);
}

/** Take the address away, from the browser and from the server. */
export async function unsubscribe(registration, phones) {
  const subscription = await registration.pushManager.getSubscription();
  await subscription?.unsubscribe();
  await Promise.all(phones.map((phone) => call(phone, "DELETE", "/push-subscription").catch(() => {})));
}

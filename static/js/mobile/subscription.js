/* The phone's address at a push service, and telling the server of it. Used by the page and by the worker. */

import { call } from "./api.js";
import { decode, encode } from "./jws.js";

const sameKey = (subscription, key) => {
  const used = subscription.options?.applicationServerKey;
  return !used || encode(used) === key;
};

/**
 * Subscribe, if that is not done yet for the server's key of today, and tell the server for each of `phones`. The user
 * has to have allowed notifications. Answers `[phone, refusal]` for those it was not taken for; throws what the
 * browser throws when its push service does not answer.
 */
export async function subscribe(registration, phones) {
  const key = phones.find(({ push_key }) => push_key)?.push_key;
  let subscription = await registration.pushManager.getSubscription();
  if (subscription && !sameKey(subscription, key)) {
    await subscription.unsubscribe();
    subscription = null;
  }
  subscription ??= await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: decode(key),
  });
  const told = await Promise.all(
    phones.map((phone) =>
      call(phone, "PUT", "/push-subscription", subscription.toJSON()).then(
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

/* What the worker puts on the locked screen: who asks and from where. Never a number, and nothing that says OK. */

import { facts } from "../facts.js";
import { alone } from "../notice_lock.js";
import { t } from "../texts.js";

const ICON = "/static/mobile/icon-192.png";
const BADGE = "/static/mobile/badge-96.png";
const PASSING = 4_000; // milliseconds that a note stays which needs nobody to do anything

const post = (title, options) =>
  alone(() => self.registration.showNotification(title, { icon: ICON, badge: BADGE, ...options }));

/** The open windows of the app; the origin has other pages too. */
export async function windows() {
  const all = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  return all.filter(({ url }) => new URL(url).pathname === "/mobile/");
}

/** The notifications on the screen now, under this tag. */
export const shown = (tag) => alone(() => self.registration.getNotifications(tag ? { tag } : {}));

/** One request. Does not ring when the app is open before the user's eyes, where it rings by itself. */
export async function ask(entry) {
  const { title, user, browser, known, place, ip, time } = facts(entry);
  const silent = (await windows()).some(({ visibilityState }) => visibilityState === "visible");
  await post(title, {
    tag: entry.id,
    body: t("notice.body", { user, place, ip: ip ?? "", browser, known, time }),
    timestamp: entry.claims.iat * 1000,
    requireInteraction: true,
    renotify: !silent,
    silent,
    ...(silent ? {} : { vibrate: [60, 40, 60] }),
    actions: [
      { action: "cancel", title: t("notice.cancel") },
      { action: "open", title: t("notice.open") },
    ],
    data: { id: entry.id, device: entry.phone.device_id, text: entry.text },
  });
}

/** Something to know; pressing it leads to `data`. */
export const tell = (kind, { tag = kind, ...options } = {}) =>
  post(t(`notice.${kind}.title`), { tag, body: t(`notice.${kind}.text`), silent: true, ...options });

/** The number on the app's icon: how many wait, as far as it is known, else how many requests are on the screen. */
export async function badge(waiting) {
  const count = waiting ?? (await shown()).filter(({ data }) => data?.text).length;
  try {
    await (count ? self.navigator.setAppBadge?.(count) : self.navigator.clearAppBadge?.());
  } catch {
    // no icon to put it on
  }
}

/**
 * A push must leave something to see, or the browser takes the permission away; when there is nothing to do about it,
 * it goes away by itself. Not waited for: a note that outlives the worker is still true.
 */
export async function tellInPassing(kind, tag = kind) {
  await tell(kind, { tag, data: {} });
  setTimeout(async () => {
    for (const note of await shown(tag)) if (note.title === t(`notice.${kind}.title`)) note.close();
  }, PASSING);
}

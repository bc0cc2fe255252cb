/* What the phone shows outside the page: notifications of requests, and the number on the app's icon. */

import { alone } from "./notice_lock.js";

const registration = () => navigator.serviceWorker?.getRegistration("/mobile/");

/** Take the notification under this tag away: of a request, its id. */
export async function dismiss(tag) {
  const worker = await registration();
  const found = (await alone(() => worker?.getNotifications?.({ tag }))) ?? [];
  for (const notification of found) notification.close();
}

/** Show on the app's icon how many requests wait. Only installed apps have such an icon, and not every system. */
export function count(waiting) {
  const shown = waiting ? navigator.setAppBadge?.(waiting) : navigator.clearAppBadge?.();
  shown?.catch(() => {});
}

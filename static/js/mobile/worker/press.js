/* A notification was pressed. Cancel is answered here and now; everything else leads into the opened app. */

import { decide } from "../answer.js";
import { writeTarget } from "../links.js";
import * as vault from "../vault.js";
import { badge, tell, windows } from "./notices.js";

const SETTLED = new Set(["already_settled", "expired", "unknown_confirmation"]);

export async function pressed({ notification, action }) {
  notification.close();
  const { id, device, text, kind } = notification.data ?? {};
  if (action === "cancel" && text) return refuse({ id, device, text });
  return open(id ? { kind: "open", id } : { kind });
}

/** Bring the app to the front, at the right place. */
async function open(target) {
  const [app] = await windows();
  if (!app) return self.clients.openWindow(target.kind ? writeTarget(target) : "/mobile/");
  if (target.kind) app.postMessage(target);
  return app.focus();
}

/** Say no, signed by the phone of that account, over the request that was shown. */
async function refuse({ id, device, text }) {
  const phone = (await vault.all()).find(({ device_id }) => device_id === device);
  if (!phone) return undefined; // removed since: it is not asked any more
  try {
    const state = await decide(phone, null, { id, text }, "deny");
    await badge();
    if (state !== "denied") return await tell("closed", { tag: id, data: {} });
    return await tell("refused", { tag: id, data: { kind: "security" } });
  } catch ({ code }) {
    if (SETTLED.has(code)) return tell("closed", { tag: id, data: {} }).then(() => badge());
    return tell("not_sent", { tag: id, silent: false, data: { id, device, text } });
  }
}

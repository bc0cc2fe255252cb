/* A push woke the worker. It only says that there is something; what it is comes from the server, signed. */

import { call, seen } from "../api.js";
import { arrived, compare } from "../arrivals.js";
import { Inbox } from "../inbox.js";
import { subscribe } from "../subscription.js";
import * as vault from "../vault.js";
import { ask, badge, shown, tell, tellInPassing } from "./notices.js";

/** `{kind, id}` of a wake-up. One that cannot be read, or is newer than this app, is looked after like any other. */
function read(data) {
  try {
    const { v, kind, id } = data.json();
    if (v === 1 && typeof kind === "string") return { kind, id };
  } catch {
    // nothing in it, or not ours
  }
  return { kind: "confirmation", id: null };
}

/** Do what a push is for; it always leaves something true to see. */
export async function woken(data) {
  const { kind, id } = read(data);
  if (kind === "test") return tell("test", { data: { kind: "security" } });
  if (kind === "silence") return tell("silence", { requireInteraction: true, data: { kind: "security" } });
  if (kind === "paired") return added();
  if (kind === "closed") return close(id);
  return look(id);
}

/**
 * A phone was added. The server is asked which: when it was this very one, paired anew, or one that the user has put
 * away already, that is said in passing. When it cannot be asked, the push has said enough.
 */
async function added() {
  const phones = await vault.all();
  const news = await Promise.all(
    phones.map(async (phone) => {
      if (!phone.seen) return true; // nothing to compare with
      try {
        await compare(phone, (await call(phone, "GET", "/me")).phones);
        return arrived(phone).length > 0;
      } catch {
        return true;
      }
    }),
  );
  if (!news.includes(true)) return tellInPassing("paired");
  return tell("paired", { requireInteraction: true, data: { kind: "phones" } });
}

async function close(id) {
  await tellInPassing("closed", id ?? "closed");
  await badge();
}

/** What waits for each account. A phone that is refused or out of reach has `failed`. */
async function fetchAll() {
  const phones = await vault.all();
  const gathered = await Promise.all(
    phones.map(async (phone) => {
      const inbox = new Inbox(phone);
      try {
        await inbox.refresh();
        return { waiting: inbox.waiting() };
      } catch {
        return { waiting: [], failed: true };
      }
    }),
  );
  const entries = gathered.flatMap(({ waiting }) => waiting);
  return { entries, failed: gathered.some(({ failed }) => failed) };
}

async function look(id) {
  const { entries, failed } = await fetchAll();
  const ringing = entries.filter(({ quiet }) => !quiet);
  for (const { phone, id: fetched } of ringing) seen(phone, fetched, "fetched");
  const before = await shown();
  const texts = new Set(before.map(({ data }) => data?.text));
  // Delivered twice is shown once; the one this push is about is shown again, so that the push leaves something to see.
  for (const entry of ringing.filter((one) => one.id === id || !texts.has(one.text))) {
    await ask(entry);
    await seen(entry.phone, entry.id, "shown");
  }
  if (!failed) {
    const waits = new Set(entries.map((entry) => entry.id));
    for (const note of before) if (note.data?.text && !waits.has(note.data.id)) note.close();
  }
  await badge(entries.length);
  if (ringing.some((entry) => entry.id === id) || (ringing.length && !id)) return undefined;
  // The network may be gone although a push came through, and it may be urgent: say what is known.
  if (failed) return tell("unreachable", { silent: false, data: { id } });
  return tellInPassing("nothing");
}

/** The push service gave the phone another address. When the server cannot be told, the app does it at its next start. */
export async function renewed() {
  const phones = await vault.all();
  if (phones.length) await subscribe(self.registration, phones);
}

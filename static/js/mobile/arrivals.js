/*
 * Phones that were added to a user's account beside this one: which of them this phone has seen, and of which nobody
 * has said yet that it was right. Both are kept in the record of the user (vault.js), for the page and the worker.
 */

import * as vault from "./vault.js";

const brief = ({ id, name, paired_at }) => ({ id, name, paired_at });

/** What is still to be told of them: the phones that came. */
export const arrived = ({ arrived: phones = [] }) => phones;

/**
 * Take over `phones` of GET /me. Those that this phone has not seen came meanwhile; at its first look, when it has just
 * been paired, only those that are newer than it. A record without `seen` is from before this was kept: what is there
 * then is taken as seen. Answers those that came.
 */
export async function compare(phone, phones) {
  const since = phones.find((one) => one.this)?.paired_at ?? 0;
  let fresh = [];
  await vault.revise(phone, ({ seen, arrived: before = [] }) => {
    const told = new Set([...(seen ?? []), ...before.map(({ id }) => id)]);
    const isNew = (one) => !one.this && !told.has(one.id) && (seen.length > 0 || one.paired_at > since);
    fresh = seen ? phones.filter(isNew).map(brief) : [];
    const ids = phones.map(({ id }) => id);
    return { seen: [...new Set([...(seen ?? []), ...ids])], arrived: [...before, ...fresh] };
  });
  return fresh;
}

/** One was told of by the server, at the moment it came. Answers whether that was news. */
export async function meet(phone, one) {
  let news = false;
  await vault.revise(phone, ({ seen, arrived: before = [] }) => {
    news = !seen?.includes(one.id) && !before.some(({ id }) => id === one.id);
    if (!news) return {};
    const arrived = [...before, brief(one)];
    return seen?.length ? { seen: [...seen, one.id], arrived } : { arrived }; // the first look is still to come
  });
  return news;
}

/** The user knows of that one. */
export const putAway = (phone, id) =>
  vault.revise(phone, ({ arrived: before = [] }) => ({ arrived: before.filter((one) => one.id !== id) }));

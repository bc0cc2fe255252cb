/*
 * What this phone believes of the server: only what a pinned key signed, for this user, at this address, in its time.
 * Nothing else is ever shown, because a forged request has its effect by being seen.
 */

import { namesOtherKey, verify } from "./jws.js";

const CONFIRMATION = "astrow2fa-confirmation+jwt";
const SERVER_KEYS = "astrow2fa-server-keys+jwt";
const PURPOSES = new Set(["sign_in", "confirm", "pair"]);

const isText = (value) => typeof value === "string" && value !== "";
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** Whether only newer keys of the server could tell if this request is genuine. */
export const needsNewKeys = (jws, keys) => namesOtherKey(jws, CONFIRMATION, keys);

/**
 * The claims of a request that may be shown. `keys` are the pinned JWKs, `issuer` the public URL, `now` unix seconds
 * by the server's clock. Throws with the reason otherwise.
 */
export async function readConfirmation(jws, { keys, issuer, username, now }) {
  const claims = await verify(jws, CONFIRMATION, keys);
  if (claims.iss !== issuer) throw new Error("from another server");
  if (!isText(claims.jti) || !Number.isInteger(claims.iat) || !Number.isInteger(claims.exp)) throw new Error("incomplete");
  if (claims.username !== username) throw new Error("for another user");
  if (!PURPOSES.has(claims.purpose)) throw new Error("for a purpose that this app cannot explain");
  if (!isText(claims.app) || !isObject(claims.browser)) throw new Error("without saying who asks");
  if (typeof claims.number_required !== "boolean") throw new Error("without saying whether a number is needed");
  if (claims.exp <= now) throw new Error("expired");
  return claims;
}

/** The server's keys of today, as JWKs, from a list that a key already pinned has signed: so trust is handed on. */
export async function readServerKeys(jws, { keys, issuer }) {
  const claims = await verify(jws, SERVER_KEYS, keys);
  if (claims.iss !== issuer) throw new Error("the keys of another server");
  if (!Array.isArray(claims.keys) || claims.keys.length === 0 || !claims.keys.every(isObject)) throw new Error("no keys");
  return claims.keys;
}

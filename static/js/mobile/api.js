/* The phone's HTTP: every call proves itself with a signature made for this one request (docs/protocol.md). */

import { correct, now, observe } from "./clock.js";
import { encode, sha256, sign } from "./jws.js";
import { settings } from "./texts.js";

const BASE = "/mobile/api/v1";
const PATIENCE = 15_000; // milliseconds for one answer

/** What the server (or the network) said instead of doing it. `code` is the protocol's, or "offline". */
export class Refusal extends Error {
  constructor(code, detail = {}) {
    super(code);
    this.code = code;
    this.reasons = detail.reasons ?? [];
    this.serverTime = detail.server_time;
    this.wait = detail.wait;
  }
}

/** A `jti` nobody can guess. */
export const nonce = () => encode(crypto.getRandomValues(new Uint8Array(16)));

/** A JWS by this phone with the claims that all of them share. */
export const signed = (phone, typ, claims) =>
  sign(typ, phone.device_id, { aud: settings.public_url, iat: now(), jti: nonce(), ...claims }, phone.keys.privateKey);

async function exchange(method, path, body, headers) {
  let response;
  try {
    response = await fetch(BASE + path, {
      method,
      body,
      headers,
      cache: "no-store",
      credentials: "omit", // the phone is its key; a browser session beside it must never help or hinder
      signal: AbortSignal.timeout(PATIENCE),
    });
  } catch {
    throw new Refusal("offline");
  }
  observe(response);
  const text = await response.text().catch(() => "");
  let answer = text;
  if (/json\b/.test(response.headers.get("Content-Type") ?? "")) {
    try {
      answer = JSON.parse(text);
    } catch {
      throw new Refusal("offline"); // cut off on the way
    }
  }
  if (response.ok) return answer;
  const wait = Number(response.headers.get("Retry-After")) || undefined;
  throw new Refusal(answer.code ?? "unavailable", { ...answer, wait });
}

/** Run `attempt`; when the server calls it stale, set the clock by the server's and run it once more. */
export async function withClock(attempt) {
  try {
    return await attempt();
  } catch (refusal) {
    if (refusal.code !== "stale" || refusal.serverTime === undefined) throw refusal;
    correct(refusal.serverTime);
    return attempt();
  }
}

/** A call without a proof: pairing, where there is no key the server knows yet. */
export const open = (path, body) =>
  exchange("POST", path, JSON.stringify(body), { "Content-Type": "application/json" });

/** A decision is its own proof. Answers `{state}`. */
export const postDecision = (id, decision) =>
  exchange("POST", `/confirmations/${encodeURIComponent(id)}/decision`, decision, {
    "Content-Type": "application/jose",
  });

/** A call with a proof by `phone`. Answers the JSON, or the text of anything else. */
export function call(phone, method, path, content) {
  const body = content === undefined ? undefined : JSON.stringify(content);
  return withClock(async () => {
    const claims = { htm: method, htu: BASE + path };
    if (body !== undefined) claims.bsha = await sha256(body);
    const headers = { Authorization: `Bearer ${await signed(phone, "astrow2fa-proof+jwt", claims)}` };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    return exchange(method, path, body, headers);
  });
}

/** Tell how far a request came, "fetched" or "shown". Nobody waits for it, and it may get lost. */
export const seen = (phone, id, what) =>
  call(phone, "POST", `/confirmations/${encodeURIComponent(id)}/seen`, { what }).catch(() => {});

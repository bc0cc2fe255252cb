/* Saying OK or Cancel: a decision signed over exactly the text that was shown. */

import { postDecision, Refusal, signed, withClock } from "./api.js";
import { sha256 } from "./jws.js";

/**
 * Send `approve` or `deny` for `entry`, by the socket or, when that brings no answer, by HTTP. Sending the same twice
 * does no harm: the server answers what stands. Answers the state it has now; throws Refusal.
 */
export function decide(phone, link, entry, decision, number) {
  return withClock(async () => {
    const claims = { jti: entry.id, decision, confirmation_sha256: await sha256(entry.text) };
    if (number) claims.number = number;
    const jws = await signed(phone, "astrow2fa-decision+jwt", claims);
    const told = await link?.answer(decision, jws);
    if (!told) return (await postDecision(entry.id, jws)).state;
    if (told.ok) return told.state;
    throw new Refusal(told.code, told);
  });
}

const FINAL = {
  already_settled: "elsewhere",
  unknown_confirmation: "gone",
  expired: "expired",
  wrong_number: "wrong_number",
};

/** The result screen for a state that the server answered after this phone's `decision`. */
export function outcomeOf(decision, state) {
  if (state === "expired" || state === "cancelled") return state === "expired" ? "expired" : "withdrawn";
  if (decision === "approve") return state === "denied" ? "elsewhere" : "approved";
  return "refused";
}

/** The result screen for a refusal that ends the request for this phone, or undefined when it may try again. */
export const endOf = (refusal) => FINAL[refusal.code];

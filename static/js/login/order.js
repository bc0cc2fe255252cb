/** Which `state` message may be shown after which: pure, so that tests need no page. */

const RANK = { pending: 0, approved: 1, denied: 2, expired: 2, cancelled: 2, collected: 2 };

/** Whether nothing can come after `state`. */
export const isFinal = (state) => RANK[state] === 2;

/**
 * What to show when `next` arrives while `shown` is on the screen.
 *
 * @returns "ignore" an older word, a foreign shape, or another end after an end · "show" it ·
 *   "reload" it belongs to another confirmation of this browser (begun in a second tab), whose page this is not
 * @param {{state: string, number: string|null}} shown
 * @param {{state: string, number: string|null, expires_in: number}} next
 * @param {number} left seconds the shown one still has
 */
export function judge(shown, next, left) {
  if (!(next?.state in RANK)) return "ignore";
  if (RANK[next.state] < RANK[shown.state]) return "ignore";
  if (isFinal(shown.state)) return "ignore";
  if (shown.state === "pending" && next.state === "pending") {
    const otherNumber = shown.number && next.number && shown.number !== next.number;
    // Time only runs down: more of it than was left, beyond what rounding explains, is somebody else's time.
    if (otherNumber || next.expires_in > left + 5) return "reload";
  }
  return "show";
}

/** `next` completed by what never goes away again: a required number, and what is known of the phones. */
export function merged(shown, next) {
  const pending = next.state === "pending";
  return {
    ...next,
    number: next.number ?? (pending ? shown.number : null),
    reached: next.reached ?? (pending ? (shown.reached ?? null) : null),
  };
}

/** The face of the screen for a state: pending without any phone is a face of its own. */
export function face(state) {
  return state.state === "pending" && state.phones === 0 ? "stranded" : state.state;
}

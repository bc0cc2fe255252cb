/*
 * The server's time, as far as this phone can tell. A phone's own clock may be minutes off; the deadline of a
 * sign-in and the 60 seconds of a proof are the server's, so every answer of the server corrects the difference.
 */

let ahead = 0; // seconds that the server is ahead of this phone

const own = () => Date.now() / 1000;

/** Unix time in whole seconds by the server's clock. */
export const now = () => Math.floor(own() + ahead);

/** Take over a `server_time` (unix seconds). */
export function correct(serverTime) {
  if (Number.isFinite(serverTime)) ahead = serverTime - own();
}

/** Learn from the Date header of an answer; it counts whole seconds, so small differences mean nothing. */
export function observe(response) {
  const date = Date.parse(response.headers.get("Date") ?? "") / 1000;
  if (Number.isFinite(date) && Math.abs(date - own() - ahead) > 3) ahead = date - own();
}

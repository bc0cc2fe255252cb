/*
 * The live connection: Socket.IO namespace /mobile, where requests arrive and answers leave within a moment.
 * Whatever it brings is a hint; it may be gone at any time, and HTTP does the same more slowly.
 */

import { io } from "/static/vendor/socket.io.esm.min.js";
import { signed } from "./api.js";
import { correct } from "./clock.js";

const ANSWER_PATIENCE = 6_000; // milliseconds until an answer goes over HTTP instead
const FATAL = new Set(["device_revoked", "not_permitted", "bad_signature"]);

const between = (least, most) => least + Math.random() * (most - least);

/**
 * Connect `phone` and stay connected. Calls `on.state("online"|"offline")`, `on.confirmation(envelope)`,
 * `on.closed({id, state})`, `on.silence({until})`, `on.paired({id, name, platform, paired_at})` of another phone of the user,
 * and `on.refused(code)` when trying again is pointless.
 */
export function openLink(phone, on) {
  let timer;
  let closed = false;
  let refusals = 0;

  const socket = io("/mobile", {
    transports: ["websocket", "polling"],
    tryAllTransports: true, // where a proxy lets no WebSocket through, polling still does
    reconnectionDelayMax: 15_000,
    randomizationFactor: 0.5, // after a restart of the server the phones must not come back in one wave
    // A function: an assertion holds for a minute and for one connect, so each attempt signs its own.
    auth: (give) => signed(phone, "astrow2fa-connect+jwt", {}).then((assertion) => give({ assertion })),
  });

  const again = (delay) => {
    clearTimeout(timer);
    timer = setTimeout(() => closed || socket.connected || socket.connect(), delay);
  };

  socket.on("connect", () => {
    refusals = 0;
    on.state("online");
  });
  socket.on("disconnect", (reason) => {
    on.state("offline");
    // The library comes back by itself from everything but a server that asked us to go (it drains, or was replaced).
    if (reason === "io server disconnect") again(between(500, 2500));
  });
  socket.on("connect_error", (error) => {
    on.state("offline");
    if (socket.active) return; // network trouble: the library tries again
    const code = error.message;
    if (FATAL.has(code)) return on.refused(code);
    if (code === "stale") correct(error.data?.server_time ?? error.server_time);
    refusals += 1;
    again(Math.min(30_000, between(500, 1500) * 2 ** refusals));
  });
  socket.on("confirmation", on.confirmation);
  socket.on("confirmation_closed", on.closed);
  socket.on("silence", on.silence);
  socket.on("phone_paired", on.paired);

  return {
    /** Send a decision; the server's acknowledgement, or null when the socket cannot bring one. */
    async answer(decision, jws) {
      if (!socket.connected) return null;
      try {
        return await socket.timeout(ANSWER_PATIENCE).emitWithAck(decision, { decision: jws });
      } catch {
        return null;
      }
    },
    /** The phone woke up or is online again: do not sit out the rest of a long pause. */
    hurry() {
      if (closed || socket.connected) return;
      socket.disconnect();
      socket.connect();
    },
    close() {
      closed = true;
      clearTimeout(timer);
      socket.off();
      socket.disconnect();
    },
  };
}

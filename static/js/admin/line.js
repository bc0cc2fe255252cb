/** The line to the server of a page that is left open: Socket.IO on /admin. The server says how it stands, each time all
 *  of it; a lost message costs nothing. */

import { io } from "../../vendor/socket.io.esm.min.js";

const PATIENCE = 2000; // ms without a connection before a person hears of it: a restart is often shorter
let complaint = null;

function live(yes) {
  clearTimeout(complaint);
  complaint = null;
  const told = document.getElementById("live");
  told.hidden = false;
  for (const tag of told.querySelectorAll("[data-live]")) {
    tag.hidden = (tag.dataset.live === "yes") !== yes;
  }
}

const lost = () => (complaint ??= setTimeout(() => live(false), PATIENCE));

/** Calls `show` with how `page` stands: now, after each change, and after each time the line was away. */
export function listen(page, show) {
  const socket = io("/admin", {
    transports: ["websocket", "polling"],
    tryAllTransports: true,
    reconnectionDelay: 700,
    reconnectionDelayMax: 8000,
    auth: { page },
  });
  socket.on(page, show);
  socket.on("connect", () => live(true));
  socket.on("disconnect", () => {
    lost();
    // Sent away: by a restart, which takes it back, or because its user may look no longer, and then it is refused.
    if (!socket.active) setTimeout(() => socket.connect(), 500 + Math.random() * 1000);
  });
  socket.on("connect_error", () => (socket.active ? lost() : live(false)));
}

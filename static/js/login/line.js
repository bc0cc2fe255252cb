/** The line to the server: Socket.IO on /login, kept alive through restarts, lost networks and refusals. */

import { io } from "../../vendor/socket.io.esm.min.js";

const RELOADED = "astrow2fa.reloaded";
const PATIENCE = 2000; // ms without a connection before a person hears of it: a restart is often shorter
const SILENT = 15000; // ms between looks at a transport that is open without being connected

/** Between 0.5 and 1.5 times `milliseconds`, so that many browsers do not come back in one second. */
const around = (milliseconds) => milliseconds * (0.5 + Math.random());

/** Reload, but never twice in a row: a server that refuses again after a reload means it. */
function reloadOnce() {
  try {
    if (sessionStorage.getItem(RELOADED)) return false;
    sessionStorage.setItem(RELOADED, "yes");
  } catch {
    return false; // storage is closed to this page: without a memory it could reload for ever
  }
  location.reload();
  return true;
}

function forgetReload() {
  try {
    sessionStorage.removeItem(RELOADED);
  } catch {
    // nothing was kept
  }
}

/**
 * @param {{onState: (state: object) => void, onLost: () => void, onFound: () => void}} heard
 * @returns {{close: () => void, connected: () => boolean}}
 */
export function openLine({ onState, onLost, onFound }) {
  let complaint = null;
  let closed = false;
  const socket = io("/login", {
    transports: ["websocket", "polling"],
    tryAllTransports: true, // without it polling is never tried where WebSockets are blocked
    reconnectionDelay: 700,
    reconnectionDelayMax: 8000,
    randomizationFactor: 0.5,
    timeout: 10000,
  });

  function complainSoon() {
    if (!closed) complaint ??= setTimeout(onLost, PATIENCE);
  }

  function comeBackIn(milliseconds) {
    setTimeout(() => !closed && !socket.active && socket.connect(), around(milliseconds));
  }

  socket.on("state", (state) => {
    forgetReload();
    onState(state);
  });
  socket.on("connect", () => {
    clearTimeout(complaint);
    complaint = null;
    onFound();
  });
  socket.on("disconnect", () => {
    complainSoon();
    // Told to go (a restart): socket.io leaves coming back to us. Every other loss it repairs itself.
    if (!socket.active) comeBackIn(1000);
  });
  socket.on("connect_error", (error) => {
    complainSoon();
    if (socket.active) return; // transport trouble: socket.io tries again
    if (error.message === "limited" || !reloadOnce()) comeBackIn(10000);
  });

  function startAfresh() {
    if (closed || socket.connected) return;
    socket.disconnect();
    comeBackIn(200);
  }
  addEventListener("online", startAfresh);
  // An open transport on which the server says neither yes nor no: socket.io would wait for ever.
  const watch = setInterval(() => socket.io.engine?.readyState === "open" && startAfresh(), SILENT);

  complainSoon();
  return {
    connected: () => socket.connected,
    close() {
      closed = true;
      clearTimeout(complaint);
      clearInterval(watch);
      socket.disconnect();
    },
  };
}

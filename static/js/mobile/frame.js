/* What surrounds the page: the keyboard over it, and its place on the home screen. */

import { $ } from "./view.js";

/** Offer to install the app where the browser lets a page do so. iOS does not: there pairing begins with it. */
export function offerInstalling() {
  const button = $("#install-app");
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    button.hidden = false;
    button.onclick = () => {
      button.hidden = true;
      event.prompt();
    };
  });
  addEventListener("appinstalled", () => (button.hidden = true));
}

/** iOS lays its keyboard over the page; this keeps OK and Cancel above it. Others resize the page themselves. */
export function followKeyboard() {
  const room = globalThis.visualViewport;
  const fit = () => document.documentElement.style.setProperty("--room", `${Math.round(room.height)}px`);
  room?.addEventListener("resize", fit);
}

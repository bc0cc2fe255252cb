/*
 * The worker of Astrow Mobile: it lives while the app is closed. templates/mobile/sw.js starts it with the words, the
 * version and the files of the app. Listeners have to stand when the script has run once, so nothing here waits.
 */

import { speak } from "../texts.js";
import { pressed } from "./press.js";
import { Shell } from "./shell.js";
import { renewed, woken } from "./wake.js";

/** `files` is `{path: its SHA-256 in base64, or "" where it is not known}`, `offline` the page for when there are none. */
export function serve({ version, files, offline, ...words }) {
  speak(words);
  const shell = new Shell(version, files, { offline, language: words.language });
  self.addEventListener("install", (event) => event.waitUntil(shell.keep()));
  self.addEventListener("activate", (event) => event.waitUntil(shell.dropOthers().then(() => self.clients.claim())));
  self.addEventListener("fetch", (event) => shell.answer(event));
  self.addEventListener("message", (event) => event.data?.kind === "take-over" && self.skipWaiting());
  self.addEventListener("push", (event) => event.waitUntil(woken(event.data)));
  self.addEventListener("notificationclick", (event) => event.waitUntil(pressed(event)));
  self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renewed()));
}

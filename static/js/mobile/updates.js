/* The worker beside the page, and newer versions of both: taken over when nothing would be lost by it. */

import { $ } from "./view.js";

const OFTEN = 3_600_000; // milliseconds between two looks for a newer version

let accepted = false;
let registration;
let offerNow; // what a newer worker is told or offered, once the page looks after it

/** A worker for each language: browsers fetch its script without cookies. A module, to share code with the page. */
const register = (language) =>
  navigator.serviceWorker.register(`/mobile/sw.js?language=${language}`, {
    scope: "/mobile/",
    type: "module",
    updateViaCache: "none",
  });

/** Load the page in this language, with its worker. Rejects without a network. */
export async function loadIn(language) {
  if (!registration || !navigator.serviceWorker.controller) return location.reload();
  await register(language);
  accepted = true; // the worker takes over once it has everything, and the page follows
  offerNow();
  return undefined;
}

/**
 * Register the worker. When a newer one is ready, the page is loaded anew by itself while `desk.isIdle`; until then a
 * line offers it. A request on the screen is never taken away.
 */
export async function keepUpToDate(desk) {
  const container = navigator.serviceWorker;
  if (!container) return;
  const bar = $("#update");
  let first = !container.controller; // the first worker of a page is just as new as the page
  let stale = false; // another window let a newer worker take over, and this page is of the version before

  const takeOver = () => registration.waiting?.postMessage({ kind: "take-over" });
  const offer = () => {
    if (stale) return desk.isIdle && location.reload();
    if (!registration?.waiting || !container.controller) return;
    bar.hidden = false;
    if (desk.isIdle || accepted) takeOver();
  };
  container.addEventListener("controllerchange", () => {
    if (first) return (first = false);
    if (accepted) return location.reload();
    stale = true;
    bar.hidden = false;
    return offer();
  });
  bar.onclick = () => {
    accepted = true;
    if (stale) location.reload();
    else takeOver();
  };
  document.addEventListener("screen", offer);
  offerNow = offer;

  try {
    registration = await register(document.documentElement.lang);
  } catch (error) {
    return console.warn("no worker:", error.message);
  }
  registration.addEventListener("updatefound", () => {
    const coming = registration.installing;
    coming?.addEventListener("statechange", () => coming.state === "installed" && offer());
  });
  offer();

  let looked = Date.now();
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible" || Date.now() - looked < OFTEN) return;
    looked = Date.now();
    registration.update().catch(() => {}); // offline: next time
  });
}

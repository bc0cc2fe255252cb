/* Putting requests on the screen: the single one with OK and Cancel, and the cards of several. */

import { now } from "./clock.js";
import { facts } from "./facts.js";
import { minutes, t } from "./texts.js";
import { $, announce, complain, current, fill, show, stamp } from "./view.js";

const ICONS = { sign_in: "#icon-door", confirm: "#icon-shield", pair: "#icon-phone" };
const SETTLE_IN = 400; // milliseconds before the buttons work
const SPOKEN = new Set([60, 30, 10]); // seconds left that are said aloud

function paint(root, entry) {
  fill(root, facts(entry));
  const badge = $('[data-slot="known"]', root);
  badge.dataset.tone = entry.claims.browser.known ? "ok" : "warn";
  root.dataset.confirmation = entry.id;
  root.dataset.purpose = entry.claims.purpose;
  tick(root, entry);
}

/** Bring the remaining time in `root` up to date. */
export function tick(root, { claims }) {
  const left = Math.max(0, claims.exp - now());
  fill(root, { remaining: minutes(left) });
  const box = $("[data-remaining]", root);
  box.toggleAttribute("data-soon", left <= 30);
  $(".left", box).setAttribute("stroke-dashoffset", String(100 - (100 * left) / Math.max(1, claims.exp - claims.iat)));
  if (current() === "request" && root.id === "screen-request" && SPOKEN.has(left)) {
    announce(t("remaining.soon", { seconds: left }));
  }
}

/** Six digits and nothing else, however they were typed or pasted ("482 913"). */
const digits = () => $("#number").value.replace(/\D/g, "").slice(0, 6);

function gate() {
  const required = !$("#number-row").hidden;
  $("#ok").disabled = $("#screen-request").hasAttribute("data-settling") || (required && digits().length !== 6);
}

let settling;

function settle(screen) {
  clearTimeout(settling);
  screen.setAttribute("data-settling", "");
  $("#cancel").disabled = true;
  settling = setTimeout(() => {
    screen.removeAttribute("data-settling");
    $("#cancel").disabled = false;
    gate();
  }, SETTLE_IN);
}

/**
 * Show one request. Both buttons wake a moment later: the screen may come up by itself just as a finger is on its
 * way to something else, and a touch not meant for it must not answer.
 */
export function showRequest(entry) {
  const screen = $("#screen-request");
  const again = current() === "request" && screen.dataset.confirmation === entry.id;
  paint(screen, entry);
  fill(screen, {
    app: entry.claims.app,
    explain: t(`purpose.${entry.claims.purpose}.explain`, { username: entry.claims.username }),
  });
  $("#request-icon").setAttribute("href", ICONS[entry.claims.purpose]);
  $("#number-row").hidden = !entry.claims.number_required;
  if (!again) $("#number").value = "";
  complain($("#request-error"), again && entry.claims.number_required ? t("number.now") : "", "note");
  if (!again) settle(screen);
  gate();
  if (!again) show("request");
}

/**
 * Put in a number that was scanned, as if it were typed; OK is still for the user to say, and wakes a moment later:
 * the link may have come from a page that asks for a touch at just this place.
 */
export function fillNumber(number) {
  $("#number").value = number;
  settle($("#screen-request"));
  gate();
  complain($("#request-error"), t("scan.filled"), "note");
  $("#screen-request h1").focus();
}

/** What lay over the page is gone: the second touch of a double one that was meant for that must not answer. */
export function uncovered() {
  const screen = $("#screen-request");
  if (current() !== "request" || screen.hasAttribute("data-sending")) return;
  const held = document.activeElement;
  settle(screen);
  gate();
  if (held?.disabled) $("h1", screen).focus(); // a button that sleeps would lose the place of whoever uses keys
}

/** The way to the other requests, while there are any. */
export function showOthers(others) {
  $("#to-list").hidden = !others;
}

/** Call `answer(decision, number|null)` when OK or Cancel is pressed. */
export function onAnswer(answer) {
  const input = $("#number");
  input.addEventListener("input", () => {
    if (input.value !== digits()) input.value = digits();
    gate();
  });
  $("#request-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const required = !$("#number-row").hidden;
    if (required && digits().length !== 6) return complain($("#request-error"), t("number.needed"));
    if (!$("#ok").disabled) answer("approve", required ? digits() : null);
  });
  $("#cancel").addEventListener("click", () => answer("deny", null));
}

/** While an answer is on its way neither button works, and the one that was pressed says so. */
export function sending(decision) {
  const screen = $("#screen-request");
  screen.toggleAttribute("data-sending", decision !== null);
  $("#number").readOnly = decision !== null;
  for (const [id, name] of [["ok", "approve"], ["cancel", "deny"]]) {
    $(`#${id}`).disabled = decision !== null;
    $(`#${id}`).setAttribute("aria-busy", String(decision === name));
  }
  if (decision === null) gate();
  else complain($("#request-error"));
}

/** Cards for `entries` inside `box`; pressing one calls `open(id)`. Cards that stay keep their place and the focus. */
export function paintCards(box, entries, open) {
  const ids = new Set(entries.map(({ id }) => id));
  for (const card of [...box.children]) if (!ids.has(card.dataset.confirmation)) card.remove();
  for (const entry of entries) {
    let card = [...box.children].find(({ dataset }) => dataset.confirmation === entry.id);
    if (!card) {
      card = stamp("card");
      $(".card-link", card).addEventListener("click", () => open(entry.id));
      box.append(card);
    }
    paint(card, entry);
  }
}

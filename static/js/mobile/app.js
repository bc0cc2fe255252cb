/* Astrow Mobile, the beginning of everything: what this browser is, the connection, and the frame of the page. */

import { Desk } from "./desk.js";
import { openLink } from "./socket.js";
import { takeLink, writeLink } from "./links.js";
import { showOutcome } from "./outcome.js";
import { start as startPairing } from "./pairing.js";
import { openPassword } from "./password.js";
import { onAnswer } from "./request.js";
import { Security } from "./security.js";
import { settings, t } from "./texts.js";
import { $, ask, current, fill } from "./view.js";
import * as vault from "./vault.js";

const FATAL = { device_revoked: "revoked", not_permitted: "not_permitted", bad_signature: "unrecognised" };

let phone; // the record of vault.js
let desk = null; // and these three live while the phone works
let link = null;
let security = null;

function connection(state) {
  document.body.dataset.connection = state;
  const mark = $("#connection");
  mark.hidden = false;
  if (mark.textContent !== t(`connection.${state}`)) mark.textContent = t(`connection.${state}`);
  $("#idle-text").textContent = t(`idle.${state}`);
}

function stop() {
  link?.close();
  desk = link = security = null;
  delete document.body.dataset.connection;
  $("#connection").hidden = $("#back").hidden = $("#banner").hidden = true;
  if ($("#ask").open) $("#ask").close();
}

/** A refusal that ends the work of this phone; answers whether `code` is one. */
function fatal(code) {
  const kind = FATAL[code];
  if (!kind) return false;
  if (!desk) return true; // already said
  stop();
  const anew = [t("pair_again"), () => forget(kind !== "revoked")];
  showOutcome(kind, kind === "revoked" ? { first: anew } : { first: [t("retry"), run], second: anew });
  return true;
}

async function forget(asked) {
  const words = { title: t("ask.forget.title"), text: t("ask.forget.text"), button: t("ask.forget.button") };
  if (asked && !(await ask(words, vault.forget))) return;
  if (!asked) await vault.forget();
  unpaired();
}

function unpaired() {
  stop();
  phone = undefined;
  pairBy(null);
}

function openSecurity() {
  security.open();
  desk.mark();
}

function changePassword() {
  const changed = () => {
    const done = [t("done"), () => desk.present()];
    showOutcome("password_changed", { first: done, second: [t("to_security"), openSecurity] });
    desk.mark();
  };
  openPassword(phone, { fatal, changed, asked: () => desk?.mark() });
  desk.mark();
}

/** Work as `phone`: connect, and show what waits. */
function run() {
  stop();
  const here = new Desk(phone, { fatal, security: openSecurity, changePassword, disown: (...who) => security.notMe(...who) });
  desk = here;
  security = new Security(phone, {
    fatal,
    removed: async () => {
      await vault.forget();
      unpaired();
    },
    disowned: async () => {
      here.finish("ended");
      await here.sync();
    },
  });
  connection("offline");
  link = openLink(phone, {
    state: (state) => {
      connection(state);
      if (state === "online") here.reconnected();
    },
    confirmation: (envelope) => here.deliver(envelope),
    closed: ({ id, state }) => here.closed(id, state),
    refused: fatal,
  });
  here.link = link;
  here.present();
  here.sync();
}

function pairBy(invitation) {
  startPairing(invitation, phone, {
    kept: () => (desk ? desk.present() : run()),
    otherKey: (name) => showOutcome("other_key", { values: { name }, first: [t("done"), () => (phone ? run() : pairBy(null))] }),
    paired: (record) => {
      phone = record;
      run();
      const name = phone.user.display_name || phone.user.username;
      const kind = phone.storage === "persisted" ? "paired" : "paired_best_effort";
      showOutcome(kind, { values: { name }, first: [t("done"), () => desk.present()] });
    },
  });
}

function back() {
  if (current() === "security" || current() === "keep") desk.present();
  else openSecurity();
}

/** Offer to install the app where the browser lets a page do so. */
function offerInstalling() {
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
function followKeyboard() {
  const room = globalThis.visualViewport;
  const fit = () => document.documentElement.style.setProperty("--room", `${Math.round(room.height)}px`);
  room?.addEventListener("resize", fit);
}

function wire() {
  onAnswer((decision, number) => desk?.answer(decision, number));
  $("#to-security").onclick = openSecurity;
  $("#to-password").onclick = changePassword;
  $("#to-list").onclick = $("#banner").onclick = () => desk.present();
  $("#none-mine").onclick = () => desk.disownAll();
  $("#back").onclick = back;
  fill($("#banner"), { text: t("banner") });
  setInterval(() => desk?.tick(), 1000);
  const wake = () => {
    if (document.visibilityState !== "visible" || !desk) return;
    link.hurry();
    desk.sync(); // a socket that slept looks alive for a while, so ask
  };
  document.addEventListener("visibilitychange", wake);
  addEventListener("online", wake);
  addEventListener("pageshow", (event) => event.persisted && wake());
  addEventListener("hashchange", () => {
    const invitation = takeLink();
    if (invitation && (invitation.key || !phone)) pairBy(invitation);
  });
  offerInstalling();
  followKeyboard();
}

async function begin() {
  const invitation = takeLink();
  if (!globalThis.isSecureContext || !globalThis.crypto?.subtle) return showOutcome("unsupported");
  const { origin, host } = new URL(settings.public_url);
  if (location.origin !== origin) {
    const same = invitation?.key ? writeLink({ ...invitation, url: origin }) : `${origin}/mobile/`;
    const there = () => location.assign(same);
    return showOutcome("other_address", { values: { host }, first: [t("outcome.other_address.first", { host }), there] });
  }
  try {
    phone = await vault.load();
  } catch {
    return showOutcome("unsupported");
  }
  wire();
  if (phone && (!invitation || invitation.kind === "broken")) run();
  else pairBy(invitation);
}

begin();

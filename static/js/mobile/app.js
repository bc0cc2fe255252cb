/* Astrow Mobile, the beginning of everything: what this browser is, its accounts, and the frame of the page. */

import { Crew } from "./crew.js";
import { Desk } from "./desk.js";
import { nameOf } from "./facts.js";
import { followKeyboard, offerInstalling } from "./frame.js";
import { offerLanguages } from "./language.js";
import { takeLink, writeLink } from "./links.js";
import { Notifications } from "./notifications.js";
import { showOutcome } from "./outcome.js";
import { start as startPairing } from "./pairing.js";
import { openPassword } from "./password.js";
import { onAnswer, uncovered } from "./request.js";
import { closeScanner, openScanner } from "./scan.js";
import { Security } from "./security.js";
import { settings, t } from "./texts.js";
import { keepUpToDate } from "./updates.js";
import { $, ask, complain, current, fill } from "./view.js";
import * as vault from "./vault.js";

const desk = new Desk({
  fatal: (code, phone) => crew.fatal(code, phone),
  changePassword,
  disown: (entry) => security(entry.phone).notMe(entry.id, entry.claims.browser),
});
const crew = new Crew(desk, { refused, known: () => notifications.renew(), look: openPhones });
const notifications = new Notifications(crew);
let listed; // the first look at what waits
let chosen = null; // the account whose security page was opened last

/** A refusal ended the work for one account; the others go on. */
function refused(kind, phone) {
  if ($("#ask").open) $("#ask").close();
  const more = crew.phones.length > 0;
  const forget = async () => {
    await vault.forget(phone);
    if (more) desk.present();
    else unpaired();
  };
  const words = { title: t("ask.forget.title"), text: t("ask.forget.text"), button: t("ask.forget.button") };
  const retry = () => {
    crew.add(phone);
    desk.present();
  };
  const anew = [t(more ? "ask.forget.button" : "pair_again"), kind === "revoked" ? forget : () => ask(words, forget)];
  const buttons = kind === "revoked" ? { first: more ? [t("done"), forget] : anew } : { first: [t("retry"), retry], second: anew };
  showOutcome(kind, { values: { name: nameOf(phone) }, ...buttons });
}

function unpaired() {
  crew.stop();
  pairBy(null);
}

const security = (phone) =>
  new Security(phone, {
    fatal: (code) => crew.fatal(code, phone),
    phones: crew.phones,
    choose: openSecurity,
    heard: (me) => crew.heard(phone, me),
    without: (id) => crew.newcomers.known(phone, id),
    removed: async () => {
      crew.drop(phone);
      await vault.forget(phone);
      if (crew.phones.length) desk.present();
      else unpaired();
    },
    disowned: async () => {
      desk.finish("ended", { phone });
      await desk.sync();
    },
  });

function openSecurity(phone) {
  if (phone) chosen = phone;
  if (!crew.phones.includes(chosen)) chosen = crew.phones[0];
  return security(chosen).open();
}

/** Where to see which phones there are, and to remove one. */
async function openPhones(phone) {
  await openSecurity(phone);
  if (current() === "security") $("#group-phones-title").focus();
}

function changePassword(phone = chosen ?? crew.phones[0]) {
  chosen = phone;
  const changed = () => {
    const done = [t("done"), () => desk.present()];
    showOutcome("password_changed", { first: done, second: [t("to_security"), () => openSecurity(phone)] });
  };
  openPassword(phone, { fatal: (code) => crew.fatal(code, phone), changed });
}

/** Work for every account: connect, and show what waits. */
function run() {
  crew.start();
  desk.present();
  listed = desk.sync();
  notifications.paint();
}

function pairBy(invitation) {
  startPairing(invitation, crew.phones, {
    kept: () => desk.present(),
    otherKey: (name) => {
      const on = () => (crew.phones.length ? desk.present() : pairBy(null));
      showOutcome("other_key", { values: { name }, first: [t("done"), on] });
    },
    paired: (phone, former) => {
      const replaced = crew.phones.find(({ device_id }) => device_id === former);
      if (replaced) crew.drop(replaced);
      crew.add(phone);
      const kind = phone.storage === "persisted" ? "paired" : "paired_best_effort";
      showOutcome(kind, { values: { name: nameOf(phone) }, first: [t("done"), () => desk.present()] });
    },
    scan: () => scan("pair"),
  });
}

/** What a QR code says is put where it belongs; answers the words of a complaint when it belongs nowhere. */
async function scanned(link) {
  if (link?.kind === "number") return take(link);
  if (!link?.key) return t("scan.foreign");
  if (link.url !== settings.public_url) return t("error.link_elsewhere", { host: new URL(link.url).host });
  pairBy(link);
  return null;
}

async function take({ id, number }) {
  await listed; // a link opened from outside starts the app, whose list is not there at once
  return desk.fill({ id, number }) ? null : t("scan.not_listed");
}

function scan(purpose) {
  const before = { pair: () => $("#to-typed").click(), number: () => desk.present() }[purpose];
  openScanner({ hint: t(`scan.hint.${purpose}`), otherwise: t(`scan.type.${purpose}`), take: scanned, type: before });
}

function back() {
  closeScanner();
  if (current() === "password") openSecurity();
  else if (current() === "typed" || (current() === "scan" && !crew.phones.length)) pairBy(null);
  else desk.present();
}

/** Where a link or a notification leads, once the accounts work. */
async function follow(target) {
  if (target.kind === "open") return desk.look(target.id);
  if (target.kind === "security") return openSecurity();
  if (target.kind === "phones") return openPhones(crew.newcomers.of);
  const complaint = await take(target);
  if (!complaint) return undefined;
  desk.present();
  return complain($(current() === "request" ? "#request-error" : "#idle-error"), complaint);
}

function arrived() {
  const link = takeLink();
  if (!link) return undefined;
  if (link.kind === "pair" || link.kind === "invite") return pairBy(link);
  if (crew.phones.length && link.kind !== "broken") return follow(link);
  return crew.phones.length ? undefined : pairBy(link.kind === "broken" ? link : null);
}

function wire() {
  onAnswer((decision, number) => desk.answer(decision, number));
  $("#to-security").onclick = () => openSecurity();
  $("#to-password").onclick = $("#silence-password").onclick = () => changePassword();
  $("#to-scan").onclick = () => scan("pair");
  $("#number-scan").onclick = () => scan("number");
  $("#add-account").onclick = () => pairBy(null);
  $("#to-list").onclick = $("#banner").onclick = () => {
    closeScanner();
    desk.present();
  };
  $("#none-mine").onclick = () => desk.disownAll();
  $("#back").onclick = back;
  fill($("#banner"), { text: t("banner") });
  setInterval(() => {
    desk.tick();
    crew.tick();
  }, 1000);
  const wake = () => {
    uncovered();
    if (document.visibilityState === "visible" && crew.phones.length) desk.wake();
  };
  document.addEventListener("visibilitychange", wake);
  document.addEventListener("screen", () => crew.phones.length && desk.mark());
  addEventListener("focus", uncovered);
  addEventListener("online", wake);
  addEventListener("pageshow", (event) => event.persisted && wake());
  addEventListener("hashchange", arrived);
  navigator.serviceWorker?.addEventListener("message", ({ data }) => data?.kind && crew.phones.length && follow(data));
  notifications.wire({ done: () => desk.present() });
  offerInstalling();
  offerLanguages();
  followKeyboard();
}

async function begin() {
  let link = takeLink();
  if (!globalThis.isSecureContext || !globalThis.crypto?.subtle) return showOutcome("unsupported");
  const { origin, host } = new URL(settings.public_url);
  if (location.origin !== origin) {
    const same = link?.key ? writeLink({ ...link, url: origin }) : `${origin}/mobile/`;
    const there = () => location.assign(same);
    return showOutcome("other_address", { values: { host }, first: [t("outcome.other_address.first", { host }), there] });
  }
  try {
    crew.phones = await vault.all();
  } catch {
    return showOutcome("unsupported");
  }
  wire();
  link ??= takeLink(); // one that came before anybody listened
  if (crew.phones.length) run();
  if (link?.kind === "pair" || link?.kind === "invite" || !crew.phones.length) pairBy(link?.key || link?.kind === "broken" ? link : null);
  else if (link && link.kind !== "broken") await follow(link);
  return keepUpToDate(desk);
}

begin();

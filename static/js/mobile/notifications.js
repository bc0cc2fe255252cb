/* Whether sign-ins reach this phone while the app is closed: asked for by a tap, said when it is not so. */

import { Refusal } from "./api.js";
import { mustInstall, platform } from "./device.js";
import { subscribe, unsubscribe } from "./subscription.js";
import { has, t, word } from "./texts.js";
import { $, announce, busy, complain, current, explain, fill, show } from "./view.js";

const REFUSED = "astrow-mobile.notifications"; // "off" once the user switched them off here
const LATER = "astrow-mobile.notifications-later"; // set when the offer was put aside
const GUIDED = { Android: "android", iPhone: "ios", iPad: "ios" };

const supported = () => "PushManager" in globalThis && "Notification" in globalThis && "serviceWorker" in navigator;

export class Notifications {
  #crew;
  #failure = null; // why the last attempt did not succeed: a Refusal, or what the browser threw
  #subscribed = false;
  #told = new Set(); // the accounts whose server knows this phone's address since this page was opened
  #running = null;

  constructor(crew) {
    this.#crew = crew;
  }

  /** Give the buttons their work. */
  wire({ done }) {
    $("#notify-open").onclick = () => this.open();
    $("#notify-go").onclick = () => busy($("#notify-go"), () => this.#turnOn(done));
    $("#notify-later").onclick = () => {
      localStorage.setItem(LATER, "1");
      this.paint();
      done();
    };
    $("#notify-switch").onclick = () =>
      this.state === "on" ? busy($("#notify-switch"), () => this.#turnOff()) : this.open();
  }

  /** "on", or the reason why not: "off", "blocked", "install", "unsupported", "unavailable", "failed". */
  get state() {
    if (mustInstall()) return "install";
    if (!supported()) return "unsupported";
    if (!this.#crew.phones.some(({ push_key }) => push_key)) return "unavailable";
    if (Notification.permission === "denied") return "blocked";
    if (Notification.permission !== "granted" || localStorage.getItem(REFUSED)) return "off";
    if (this.#failure) return "failed";
    return this.#subscribed ? "on" : "starting";
  }

  /** The card on the first screen, and the row of My Info – Security. */
  paint() {
    const { state } = this;
    const card = $("#notify-card");
    const quiet = ["on", "starting"].includes(state) || (state === "off" && localStorage.getItem(LATER));
    card.hidden = quiet || !this.#crew.phones.length;
    card.dataset.state = $("#notify-row").dataset.state = state;
    fill(card, { notify: t(`notify.${state}`) });
    fill($("#notify-row"), { notify: t(`notify.${state}`) });
    $("#notify-open").textContent = t(state === "off" ? "notify.how" : "notify.why");
    $("#notify-open").hidden = state === "unavailable";
    const button = $("#notify-switch");
    button.textContent = t({ on: "notify.turn_off", off: "notify.turn_on" }[state] ?? "notify.why");
    button.hidden = state === "unavailable" || state === "starting";
    if (current() === "notify") this.#explain();
  }

  /** Say what they are before the browser asks, or what stands in the way. */
  open() {
    this.#explain();
    show("notify");
  }

  #explain() {
    const { state } = this;
    const guide = `notify.guide.${state}.${GUIDED[platform()] ?? "other"}`;
    const about = ["off", "on", "starting"].includes(state);
    fill($("#screen-notify"), { reason: about ? null : t(`notify.${state}`), guide: has(guide) ? t(guide) : null });
    $("#notify-about").hidden = !about;
    $("#notify-go").hidden = !["off", "failed"].includes(state);
    $("#notify-go").textContent = t(state === "failed" ? "retry" : "notify.turn_on");
    const why = this.#failure instanceof Refusal ? word("error", this.#failure.code) : t("notify.no_service");
    complain($("#notify-error"), state === "failed" ? why : "");
  }

  async #turnOn(done) {
    complain($("#notify-error"));
    if ((await Notification.requestPermission()) === "granted") {
      localStorage.removeItem(REFUSED);
      await this.renew();
    }
    this.paint();
    if (this.state !== "on") return;
    announce(t("notify.on"));
    done();
  }

  async #turnOff() {
    localStorage.setItem(REFUSED, "off");
    try {
      await unsubscribe(await navigator.serviceWorker.ready, this.#crew.phones);
    } catch (error) {
      complain($("#security-error"), explain(error));
    }
    this.#subscribed = false;
    this.#told.clear();
    this.paint();
  }

  /** Where the user allowed it: subscribe anew if need be, and tell the server. At each start, for each account. */
  renew() {
    this.paint();
    const told = this.#crew.phones.every((phone) => this.#told.has(phone));
    if (told || !["on", "starting", "failed"].includes(this.state)) return Promise.resolve();
    this.#running ??= this.#renew().finally(() => {
      this.#running = null;
      this.paint();
      if (!this.#failure) this.renew(); // an account may have been added meanwhile
    });
    return this.#running;
  }

  async #renew() {
    try {
      const { phones } = this.#crew;
      const refused = await subscribe(await navigator.serviceWorker.ready, phones);
      const failed = new Set(refused.map(([phone]) => phone));
      for (const phone of phones) if (!failed.has(phone)) this.#told.add(phone);
      const counts = refused.filter(([phone, { code }]) => !this.#crew.fatal(code, phone));
      this.#failure = counts[0]?.[1] ?? null;
      this.#subscribed = !this.#failure;
    } catch (error) {
      console.warn("no notifications:", error.message);
      this.#failure = error;
    }
  }
}

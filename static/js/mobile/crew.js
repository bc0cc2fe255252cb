/* The accounts that this phone answers for, each with a live connection of its own. */

import { call } from "./api.js";
import { now } from "./clock.js";
import { Newcomers } from "./newcomers.js";
import { openLink } from "./socket.js";
import { moment, t } from "./texts.js";
import { $, announce, fill } from "./view.js";
import * as vault from "./vault.js";

/** Refusals after which the phone is of no use to an account, and the screen that says so. */
const FATAL = { device_revoked: "revoked", not_permitted: "not_permitted", bad_signature: "unrecognised" };

export class Crew {
  /** The records of vault.js that work or are about to. */
  phones = [];
  #links = new Map(); // by device id
  #online = new Set();
  #silences = new Map(); // by device id: unix seconds until which the user is not rung
  #desk;
  #away;

  /**
   * `away.refused(kind, phone)` shows why an account no longer works; `away.known()` is called when news came;
   * `away.look(phone)` shows the user's phones.
   */
  constructor(desk, away) {
    this.#desk = desk;
    this.#away = away;
    this.newcomers = new Newcomers(() => this.phones, away.look);
  }

  start() {
    this.newcomers.paint();
    for (const phone of this.phones) this.#connect(phone);
  }

  add(phone) {
    if (!this.phones.includes(phone)) this.phones = [...this.phones, phone];
    this.#connect(phone);
  }

  #connect(phone) {
    const id = phone.device_id;
    const link = openLink(phone, {
      state: (state) => {
        this.#online[state === "online" ? "add" : "delete"](id);
        this.#paint();
        if (state !== "online") return;
        this.#desk.reconnected(phone);
        this.refresh(phone); // what was said meanwhile was not heard
      },
      confirmation: (envelope) => this.#desk.deliver(phone, envelope),
      closed: ({ id: closed, state }) => this.#desk.closed(closed, state),
      silence: ({ until }) => this.#fellSilent(phone, until),
      paired: (newcomer) => this.newcomers.told(phone, newcomer),
      refused: (code) => this.fatal(code, phone),
    });
    this.#links.set(id, link);
    this.#desk.add(phone, link);
    this.#paint();
    this.refresh(phone);
  }

  /** What the server says of the user now: names, phones, the key for notifications, whether it stopped ringing. */
  async refresh(phone) {
    try {
      await this.heard(phone, await call(phone, "GET", "/me"));
    } catch (refusal) {
      this.fatal(refusal.code, phone);
    }
  }

  /** Take over an answer of GET /me. */
  async heard(phone, me) {
    const { user, phones, push_key = phone.push_key, silence = null } = me;
    this.#setSilence(phone, silence?.until);
    await vault.update(phone, { user, push_key, lost: me.push?.subscribed === false });
    this.#away.known();
    if (phones) await this.newcomers.found(phone, phones);
  }

  #setSilence(phone, until) {
    if (until) this.#silences.set(phone.device_id, until);
    else this.#silences.delete(phone.device_id);
    this.#paintSilence();
  }

  /** Said by the server at the moment it begins: the one time that it is worth an alert. */
  #fellSilent(phone, until) {
    this.#setSilence(phone, until);
    if (!until) return;
    if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.([60, 40, 60]);
    announce(t("silence", { when: moment(until) }));
  }

  /** Once a second: silence is over when its time is. */
  tick() {
    for (const [id, until] of this.#silences) {
      if (until > now()) continue;
      this.#silences.delete(id);
      this.#paintSilence();
    }
  }

  #paintSilence() {
    const until = Math.max(...this.#silences.values());
    fill($("#silence"), { silence: Number.isFinite(until) ? t("silence", { when: moment(until) }) : null });
    $("#silence").hidden = !Number.isFinite(until);
  }

  #paint() {
    if (!this.#links.size) return;
    const state = this.#online.size === this.#links.size ? "online" : "offline";
    document.body.dataset.connection = state;
    const mark = $("#connection");
    mark.hidden = false;
    if (mark.textContent !== t(`connection.${state}`)) mark.textContent = t(`connection.${state}`);
    $("#idle-text").textContent = t(`idle.${state}`);
  }

  /** An account is worked for no longer. */
  drop(phone) {
    const id = phone.device_id;
    this.#links.get(id)?.close();
    this.#links.delete(id);
    this.#online.delete(id);
    this.#silences.delete(id);
    this.phones = this.phones.filter((other) => other !== phone);
    this.#desk.remove(phone);
    this.#paintSilence();
    this.newcomers.paint();
    if (!this.phones.length) this.#hide();
    else this.#paint();
  }

  /** Work for nobody. */
  stop() {
    for (const phone of this.phones) this.drop(phone);
    this.#hide();
  }

  #hide() {
    delete document.body.dataset.connection;
    $("#connection").hidden = $("#back").hidden = $("#banner").hidden = true;
  }

  /** Answers whether `code` ended the work for `phone`; then the user has been told. */
  fatal(code, phone) {
    const kind = FATAL[code];
    if (!kind) return false;
    if (!this.#links.has(phone.device_id)) return true; // already said
    this.drop(phone);
    this.#away.refused(kind, phone);
    return true;
  }
}

/* Requests on their way through the app: arriving, shown, answered, settled elsewhere; and the screen that follows. */

import { decide, endOf, outcomeOf } from "./answer.js";
import { seen } from "./api.js";
import { nameOf, summary } from "./facts.js";
import { Inbox } from "./inbox.js";
import { count, dismiss } from "./notices.js";
import { showOutcome } from "./outcome.js";
import { fillNumber, paintCards, sending, showOthers, showRequest, tick } from "./request.js";
import { t } from "./texts.js";
import { $, announce, complain, current, explain, fill, show } from "./view.js";

const ASIDE = new Set(["security", "password", "keep", "scan", "notify", "welcome", "typed", "pair", "invite"]);
/** Outcomes that ask for something urgent; a new request must not push them off the screen. */
const STICKY = new Set(["refused", "ended", "wrong_number"]);
const CLOSED = { approved: "elsewhere", denied: "elsewhere", expired: "expired", cancelled: "withdrawn" };

/**
 * `away` has `fatal(code, phone)` (answers whether it ended the work for that account), `changePassword(phone)` and
 * `disown(entry)`.
 */
export class Desk {
  #lines = new Map(); // by device id: {phone, inbox, link}, one for each account
  #away;
  #shown = null; // the entry on the request screen, exactly as it was painted: this is what an answer signs
  #answering = false;
  #tried = null; // `[id, decision, number]` of an answer whose fate is unknown, because the network went away
  #told = new Set(); // ids that the server was told are on the screen

  constructor(away) {
    this.#away = away;
  }

  /** Work for an account; `link` is its live connection. */
  add(phone, link) {
    this.#lines.set(phone.device_id, { phone, link, inbox: new Inbox(phone) });
  }

  /** Work for it no longer. Its requests leave the screen without a word: the caller says what happened. */
  remove(phone) {
    const ids = this.#lines.get(phone.device_id)?.inbox.waiting().map(({ id }) => id) ?? [];
    this.#lines.delete(phone.device_id);
    for (const id of ids) dismiss(id);
    this.#cards();
  }

  #waiting() {
    return [...this.#lines.values()].flatMap(({ inbox }) => inbox.waiting()).sort((a, b) => a.claims.iat - b.claims.iat);
  }

  #get(id) {
    return this.#waiting().find((entry) => entry.id === id);
  }

  #settle({ id, phone }) {
    dismiss(id);
    return this.#lines.get(phone.device_id)?.inbox.settle(id) ?? false;
  }

  #isShown(id) {
    return current() === "request" && this.#shown?.id === id;
  }

  /** The right screen for what is waiting now. */
  present() {
    const entries = this.#waiting();
    if (entries.length === 1 && !entries[0].quiet) return this.open(entries[0].id);
    this.#cards();
    fill($("#screen-idle"), { user: [...this.#lines.values()].map(({ phone }) => nameOf(phone)).join(", ") });
    show(entries.some((entry) => !entry.quiet) ? "list" : "idle");
    this.mark();
  }

  /** Show one request; what waits, when it is not among that. */
  open(id) {
    const entry = this.#get(id);
    if (!entry) return this.present();
    this.#shown = entry;
    showRequest(entry);
    this.#say(entry);
    this.mark();
  }

  /** Tell the server, once, that the user has it before their eyes. */
  #say({ id, phone }) {
    if (this.#told.has(id) || document.visibilityState !== "visible") return;
    this.#told.add(id);
    seen(phone, id, "shown");
  }

  /** A notification was pressed, or a link opened: the request may not have arrived here yet. */
  async look(id) {
    if (!this.#get(id)) await this.sync();
    this.open(id);
  }

  /** A scanned number only fills in what is listed here already. Answers whether its request is; if not, nobody is asked. */
  fill({ id, number }) {
    const entry = this.#get(id);
    if (!entry) return false;
    this.open(id);
    if (entry.claims.number_required) fillNumber(number);
    return true;
  }

  #cards() {
    const open = (id) => this.open(id);
    const entries = this.#waiting();
    const quiet = entries.filter((entry) => entry.quiet);
    paintCards($("#cards"), entries, open);
    paintCards($("#quiet-cards"), quiet, open);
    $("#quiet").hidden = quiet.length === 0;
    count(entries.length);
  }

  /** Where a request may not simply come up, because something half done would be lost. */
  #isAside() {
    const screen = current();
    return ASIDE.has(screen) || (screen === "outcome" && STICKY.has($("#screen-outcome").dataset.outcome));
  }

  /** What the frame around every screen says: the way back, the banner, the other requests. */
  mark() {
    const entries = this.#waiting();
    $("#back").hidden = !ASIDE.has(current()) || this.#lines.size === 0;
    $("#banner").hidden = !this.#isAside() || !entries.some((entry) => !entry.quiet);
    showOthers(entries.length > 1);
    if (current() === "list") for (const entry of entries) this.#say(entry);
  }

  /** Whether nothing would be lost if the page were loaded anew now. */
  get isIdle() {
    return current() === "idle" && !this.#answering && !$("#ask").open && this.#waiting().length === 0;
  }

  /** The server delivered something over the socket of `phone`. */
  async deliver(phone, envelope) {
    const entry = await this.#lines.get(phone.device_id)?.inbox.accept(envelope);
    if (entry) this.#arrived(entry);
  }

  #arrived(entry) {
    this.#cards();
    // A newer version of what is on the screen: only this one can be approved from now on.
    if (this.#isShown(entry.id)) return this.#answering ? undefined : this.open(entry.id);
    if (entry.quiet) return this.mark();
    if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.([60, 40, 60]); // browsers refuse it before
    const calm = ["starting", "idle", "outcome"].includes(current()) && !this.#isAside() && !$("#ask").open;
    if (calm) this.present();
    else this.mark();
    if (calm) announce(summary(entry));
    else announce(t(this.#isAside() ? "banner" : "another"));
  }

  /** It was answered, withdrawn or ran out somewhere else. */
  closed(id, state) {
    dismiss(id);
    const entry = this.#get(id);
    const here = this.#isShown(id);
    if (here && this.#answering) return; // the answer on its way will say what became of it
    // Perhaps by an answer of ours that was thought lost: saying it again tells (a repeat changes nothing).
    if (here && this.#tried?.[0] === id && state !== "expired") return this.answer(...this.#tried.slice(1));
    const waited = entry ? this.#settle(entry) : false;
    this.#cards();
    const emptied = waited && current() === "list" && this.#waiting().length === 0;
    if (here || emptied) this.finish(CLOSED[state] ?? "gone", entry ?? this.#shown);
    else this.mark();
  }

  /** The result of a request, and the next step. */
  finish(kind, entry) {
    const go = [t(this.#waiting().length ? "next" : "done"), () => this.present()];
    const later = (key) => [t(key), () => this.present()];
    const change = [t("change_password"), () => this.#away.changePassword(entry?.phone)];
    // Whatever became of it, whoever did not begin it says so here.
    const calm = { first: go, second: [t("not_me"), () => this.#away.disown(entry)] };
    const buttons = {
      refused: { first: change, second: later("outcome.refused.second") },
      ended: { first: change, second: later("outcome.ended.second") },
      wrong_number: { first: go, second: change },
    };
    showOutcome(kind, buttons[kind] ?? calm);
    this.mark();
  }

  async answer(decision, number) {
    const entry = this.#shown;
    if (this.#answering || !entry) return;
    this.#answering = true;
    this.#tried = null;
    sending(decision);
    announce(t("sending"));
    let end;
    let refusal;
    try {
      end = outcomeOf(decision, await decide(entry.phone, this.#lines.get(entry.phone.device_id)?.link, entry, decision, number));
    } catch (error) {
      refusal = error;
      end = endOf(error);
    }
    this.#answering = false;
    sending(null);
    if (end) {
      this.#settle(entry);
      this.#cards();
      return this.finish(end, entry);
    }
    if (this.#away.fatal(refusal.code, entry.phone)) return;
    // Not answered: perhaps the number became necessary meanwhile, or the network is gone.
    if (refusal.code === "offline") this.#tried = [entry.id, decision, number];
    await this.sync();
    if (this.#isShown(entry.id)) complain($("#request-error"), explain(refusal));
  }

  /** "None of these is mine": disowning one refuses all that wait for the same user, so one of each user. */
  async disownAll() {
    const firsts = new Map(this.#waiting().reverse().map((entry) => [entry.phone.device_id, entry]));
    for (const entry of firsts.values()) await this.#away.disown(entry);
  }

  /** Ask the server what waits. Hints over the socket can be lost; this cannot. */
  async sync() {
    await Promise.all([...this.#lines.values()].map((line) => this.#refresh(line)));
  }

  async #refresh({ phone, inbox }) {
    try {
      const { fresh, gone } = await inbox.refresh();
      for (const entry of fresh) this.#arrived(entry);
      for (const id of gone) this.closed(id, null);
    } catch (refusal) {
      if (!this.#away.fatal(refusal.code, phone) && refusal.code === undefined) console.error(refusal);
    }
  }

  /** A socket is back. What waits it brings by itself; only what no longer waits has to be asked for. */
  reconnected(phone) {
    const line = this.#lines.get(phone.device_id);
    if (line?.inbox.waiting().length) this.#refresh(line);
  }

  /** The phone woke up: no pause is sat out, and a socket that slept looks alive for a while, so ask too. */
  wake() {
    for (const { link } of this.#lines.values()) link.hurry();
    if (this.#shown && current() === "request") this.#say(this.#shown);
    this.sync();
  }

  /** Once a second: the countdowns, and what has run out. */
  tick() {
    const expired = [...this.#lines.values()].flatMap(({ inbox }) => inbox.expired());
    for (const id of this.#answering ? [] : expired) this.closed(id, "expired");
    if (current() === "request") tick($("#screen-request"), this.#shown);
    for (const card of document.querySelectorAll("#cards > *, #quiet-cards > *")) {
      const entry = this.#get(card.dataset.confirmation);
      if (entry) tick(card, entry);
    }
  }
}

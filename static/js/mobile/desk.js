/* Requests on their way through the app: arriving, shown, answered, settled elsewhere; and the screen that follows. */

import { decide, endOf, outcomeOf } from "./answer.js";
import { Inbox } from "./inbox.js";
import { showOutcome } from "./outcome.js";
import { paintCards, sending, showOthers, showRequest, summary, tick } from "./request.js";
import { t } from "./texts.js";
import { $, announce, complain, current, explain, fill, show } from "./view.js";

const ASIDE = new Set(["security", "password", "keep"]);
/** Outcomes that ask for something urgent; a new request must not push them off the screen. */
const STICKY = new Set(["refused", "ended", "wrong_number"]);
const CLOSED = { approved: "elsewhere", denied: "elsewhere", expired: "expired", cancelled: "withdrawn" };

/**
 * `away` has `fatal(code)` (answers whether it ended the phone's work), `security()`, `changePassword()` and
 * `disown(id, browser)`.
 */
export class Desk {
  link = null;
  #phone;
  #away;
  #inbox;
  #shown = null; // the entry on the request screen, exactly as it was painted: this is what an answer signs
  #answering = false;
  #tried = null; // `[id, decision, number]` of an answer whose fate is unknown, because the network went away

  constructor(phone, away) {
    this.#phone = phone;
    this.#away = away;
    this.#inbox = new Inbox(phone);
  }

  #isShown(id) {
    return current() === "request" && this.#shown?.id === id;
  }

  /** The right screen for what is waiting now. */
  present() {
    const entries = this.#inbox.waiting();
    if (entries.length === 1 && !entries[0].quiet) return this.#open(entries[0].id);
    this.#cards();
    fill($("#screen-idle"), { user: this.#phone.user.display_name || this.#phone.user.username });
    show(entries.some((entry) => !entry.quiet) ? "list" : "idle");
    this.mark();
  }

  #open(id) {
    const entry = this.#inbox.get(id);
    if (!entry) return this.present();
    this.#shown = entry;
    showRequest(entry, this.#phone.user);
    this.mark();
  }

  #cards() {
    const open = (id) => this.#open(id);
    const entries = this.#inbox.waiting();
    const quiet = entries.filter((entry) => entry.quiet);
    paintCards($("#cards"), entries, this.#phone.user, open);
    paintCards($("#quiet-cards"), quiet, this.#phone.user, open);
    $("#quiet").hidden = quiet.length === 0;
  }

  /** Where a request may not simply come up, because something half done would be lost. */
  #isAside() {
    const screen = current();
    return ASIDE.has(screen) || (screen === "outcome" && STICKY.has($("#screen-outcome").dataset.outcome));
  }

  /** What the frame around every screen says: the way back, the banner, the other requests. */
  mark() {
    const entries = this.#inbox.waiting();
    $("#back").hidden = !ASIDE.has(current());
    $("#banner").hidden = !this.#isAside() || !entries.some((entry) => !entry.quiet);
    showOthers(entries.length > 1);
  }

  /** The server delivered something over the socket. */
  async deliver(envelope) {
    const entry = await this.#inbox.accept(envelope);
    if (entry) this.#arrived(entry);
  }

  #arrived(entry) {
    this.#cards();
    // A newer version of what is on the screen: only this one can be approved from now on.
    if (this.#isShown(entry.id)) return this.#answering ? undefined : this.#open(entry.id);
    if (entry.quiet) return this.mark();
    if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.([60, 40, 60]); // browsers refuse it before
    const calm = ["starting", "idle", "outcome"].includes(current()) && !this.#isAside() && !$("#ask").open;
    if (calm) this.present();
    else this.mark();
    if (calm) announce(summary(entry, this.#phone.user));
    else announce(t(this.#isAside() ? "banner" : "another"));
  }

  /** It was answered, withdrawn or ran out somewhere else. */
  closed(id, state) {
    const here = this.#isShown(id);
    if (here && this.#answering) return; // the answer on its way will say what became of it
    // Perhaps by an answer of ours that was thought lost: saying it again tells (a repeat changes nothing).
    if (here && this.#tried?.[0] === id && state !== "expired") return this.answer(...this.#tried.slice(1));
    const waited = this.#inbox.settle(id);
    this.#cards();
    const emptied = waited && current() === "list" && this.#inbox.waiting().length === 0;
    if (here || emptied) this.finish(CLOSED[state] ?? "gone");
    else this.mark();
  }

  /** The result of a request, and the next step. */
  finish(kind, entry) {
    const go = [t(this.#inbox.waiting().length ? "next" : "done"), () => this.present()];
    const later = (key) => [t(key), () => this.present()];
    const change = [t("change_password"), () => this.#away.changePassword()];
    const buttons = {
      approved: { first: go, second: [t("outcome.approved.second"), () => this.#disown(entry)] },
      refused: { first: change, second: later("outcome.refused.second") },
      ended: { first: change, second: later("outcome.ended.second") },
      wrong_number: { first: go, second: change },
      elsewhere: { first: go, second: [t("to_security"), () => this.#away.security()] },
    };
    showOutcome(kind, buttons[kind] ?? { first: go });
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
      end = outcomeOf(decision, await decide(this.#phone, this.link, entry, decision, number));
    } catch (error) {
      refusal = error;
      end = endOf(error);
    }
    this.#answering = false;
    sending(null);
    if (end) {
      this.#inbox.settle(entry.id);
      this.#cards();
      return this.finish(end, entry);
    }
    if (this.#away.fatal(refusal.code)) return;
    // Not answered: perhaps the number became necessary meanwhile, or the network is gone.
    if (refusal.code === "offline") this.#tried = [entry.id, decision, number];
    await this.sync();
    if (this.#isShown(entry.id)) complain($("#request-error"), explain(refusal));
  }

  #disown({ id, claims }) {
    return this.#away.disown(id, claims.browser);
  }

  /** "None of these is mine": disowning one refuses all that wait. */
  disownAll() {
    const [first] = this.#inbox.waiting();
    return first && this.#disown(first);
  }

  /** Ask the server what waits. Hints over the socket can be lost; this cannot. */
  async sync() {
    try {
      const { fresh, gone } = await this.#inbox.refresh();
      for (const entry of fresh) this.#arrived(entry);
      for (const id of gone) this.closed(id, null);
    } catch (refusal) {
      if (!this.#away.fatal(refusal.code) && refusal.code === undefined) console.error(refusal);
    }
  }

  /** The socket is back. What waits it brings by itself; only what no longer waits has to be asked for. */
  reconnected() {
    if (this.#inbox.waiting().length) this.sync();
  }

  /** Once a second: the countdowns, and what has run out. */
  tick() {
    const late = this.#answering ? [] : this.#inbox.expired();
    for (const id of late) this.closed(id, "expired");
    if (current() === "request") tick($("#screen-request"), this.#shown);
    for (const card of document.querySelectorAll("#cards > *, #quiet-cards > *")) {
      const entry = this.#inbox.get(card.dataset.confirmation);
      if (entry) tick(card, entry);
    }
  }
}

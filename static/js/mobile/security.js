/* My Info – Security: who can say OK for this user, who is signed in, and what happened lately. */

import { call } from "./api.js";
import { nameOf } from "./facts.js";
import { browserWords, has, moment, t, word } from "./texts.js";
import { $, announce, ask, busy, complain, explain, fill, show, stamp } from "./view.js";

const ENDED_WELL = new Set(["collected", "approved", "pending"]);
const joined = (...parts) => parts.filter(Boolean).join(" · ");

const BUTTONS = ["rename", "test", "disown", "action"];

/** One line of a list; `acts` has `[words, what to do with the button]` for each of its BUTTONS. */
function row(values, acts = {}, attributes = {}) {
  const words = Object.fromEntries(BUTTONS.map((slot) => [slot, acts[slot]?.[0]]));
  const line = stamp("row", { more: null, badge: null, risk: null, ...values, ...words });
  Object.assign(line.dataset, attributes);
  for (const [slot, [label, act]] of Object.entries(acts)) {
    const button = $(`[data-slot=${slot}]`, line);
    button.setAttribute("aria-label", `${label}: ${values.name}`);
    button.addEventListener("click", () => act(button));
  }
  return line;
}

function list(id, lines, none) {
  const box = document.getElementById(id);
  box.replaceChildren(...lines);
  if (!lines.length) box.append(row({ name: null, detail: none }));
}

/** Where and when a phone was paired, in words. */
export const phoneWords = (phone) => ({
  name: phone.name,
  detail: joined(phone.platform !== phone.name && phone.platform, t("phones.paired", { when: moment(phone.paired_at) })),
  more: joined(phone.seen_at && t("phones.seen", { when: moment(phone.seen_at) }), word("phones.source", String(phone.source).split(" ")[0])),
});

const outcomeOf = ({ purpose, outcome }) => (purpose !== "sign_in" && outcome === "collected" ? "confirmed" : outcome);

const signInWords = (signIn) => ({
  name: joined(moment(signIn.at), word("sign_ins.outcome", outcomeOf(signIn))),
  detail: joined(signIn.purpose !== "sign_in" && word("purpose", `${signIn.purpose}.short`), browserWords(signIn)),
  more: joined(signIn.place || t("place_unknown"), signIn.ip, has(`sign_ins.reason.${signIn.reason}`) && t(`sign_ins.reason.${signIn.reason}`)),
});

/**
 * The screen of the account of `phone`. `away` has `removed()` after this phone removed itself, `disowned()` after a
 * sign-in was said not to be the user's, `heard(me)`, `fatal(code)`, which answers whether the code ends the pairing,
 * the `phones` of all accounts, and `choose(phone)` for another of them.
 */
export class Security {
  #phone;
  #away;

  constructor(phone, away) {
    this.#phone = phone;
    this.#away = away;
    $("#security-again").onclick = () => this.load();
  }

  async open() {
    this.#paintAccounts();
    show("security");
    await this.load();
  }

  #paintAccounts() {
    const { phones } = this.#away;
    const buttons = phones.map((phone) => {
      const button = stamp("account", { account: nameOf(phone) });
      button.setAttribute("aria-pressed", String(phone === this.#phone));
      button.addEventListener("click", () => this.#away.choose(phone));
      return button;
    });
    $("#accounts").replaceChildren(...buttons);
    $("#accounts").hidden = phones.length < 2;
  }

  async load() {
    complain($("#security-error"));
    $("#security-again").hidden = true;
    try {
      const me = await call(this.#phone, "GET", "/me");
      this.#paint(me);
      $("#security-groups").hidden = false;
      await this.#away.heard(me);
    } catch (refusal) {
      if (this.#away.fatal(refusal.code)) return;
      complain($("#security-error"), explain(refusal));
      $("#security-again").hidden = false;
    }
    $("#security-loading").hidden = true;
  }

  #paint(me) {
    const { changed_at, strength } = me.password;
    fill($("#screen-security"), {
      password: joined(
        changed_at && t("password.changed_at", { when: moment(changed_at) }),
        strength && t("password.strength", { strength: word("strength", strength) }),
      ) || "•••••••",
    });
    const others = me.phones.filter((phone) => !phone.this);
    list("phones", [...me.phones.filter((phone) => phone.this), ...others].map((phone) => this.#phoneRow(phone)));
    if (!others.length) $("#phones").append(row({ name: null, detail: t("phones.none") }));
    list("sign-ins", me.sign_ins.map((signIn) => this.#signInRow(signIn)), t("sign_ins.none"));
    list("sessions", me.sessions.map((session) => this.#sessionRow(session)), t("sessions.none"));
    const all = $("#end-all");
    all.hidden = me.sessions.length < 2;
    all.onclick = () => this.#endAll(me.sessions);
    list("browsers", me.browsers.map((browser) => this.#browserRow(browser)), t("browsers.none"));
  }

  /** Ask first, then do `method path`, then show what is left. */
  async #after(question, method, path, content) {
    const done = await ask(question, async (password) => {
      await call(this.#phone, method, path, content?.(password));
    });
    if (done) await this.load();
    return done;
  }

  #phoneRow(phone) {
    const risk = phone.storage === "best-effort" && t(phone.this ? "storage.risk_here" : "storage.risk");
    const words = { ...phoneWords(phone), badge: phone.this && t("phones.this"), risk: risk || null };
    const question = { button: t("remove"), password: true, title: t("ask.remove_phone.title", { name: phone.name }), text: t("ask.remove_phone.text") };
    const removeThat = async () => {
      const content = (current_password) => ({ current_password });
      if (await this.#after(question, "DELETE", `/phones/${phone.id}`, content)) await this.#away.without(phone.id);
    };
    const acts = {
      rename: [t("rename"), () => this.#rename(phone)],
      test: [t("test"), (button) => this.#ping(phone, button)],
      action: [t("remove"), phone.this ? () => this.removeThis() : removeThat],
    };
    return row(words, acts, { phone: phone.id, this: String(Boolean(phone.this)), storage: phone.storage });
  }

  #rename(phone) {
    const question = { title: t("ask.rename.title"), text: t("ask.rename.text"), button: t("ask.rename.button"), name: phone.name };
    return this.#after(question, "PUT", `/phones/${phone.id}`, (name) => ({ name: name.trim() }));
  }

  /** Send a test notification to one of the user's phones, to see that it would be reached. */
  #ping(phone, button) {
    complain($("#security-error"));
    return busy(button, async () => {
      try {
        await call(this.#phone, "POST", `/phones/${phone.id}/test`);
        announce(t("test.sent"));
        complain($("#security-error"), t("test.sent"), "note");
      } catch (refusal) {
        if (this.#away.fatal(refusal.code)) return;
        complain($("#security-error"), refusal.code === "not_found" ? t("test.none") : explain(refusal));
      }
    });
  }

  async removeThis() {
    const question = { title: t("ask.remove_this.title"), text: t("ask.remove_this.text"), button: t("remove_this") };
    if (await ask(question, () => call(this.#phone, "DELETE", "/device"))) this.#away.removed();
  }

  #signInRow(signIn) {
    const acts = { disown: this.#disown("sign-ins", signIn.id, signIn) };
    const line = row(signInWords(signIn), acts, { signIn: signIn.id, outcome: signIn.outcome });
    line.toggleAttribute("data-odd", !ENDED_WELL.has(signIn.outcome));
    return line;
  }

  #disown(list, id, who) {
    return [t("not_me"), () => this.#notMe(list, id, who)];
  }

  /** "This was not me", for a request just answered. */
  notMe(id, browser) {
    return this.#notMe("sign-ins", id, browser);
  }

  /** The same for a row of one of the lists; `who` has `name` or `browser`, `os`, and what is known of the place. */
  async #notMe(list, id, who) {
    const question = {
      title: t("ask.not_me.title"),
      text: t("ask.not_me.text", { who: joined(browserWords(who), who.place || who.ip) }),
      button: t("ask.not_me.button"),
    };
    if (await ask(question, () => call(this.#phone, "POST", `/${list}/${encodeURIComponent(id)}/not-me`))) this.#away.disowned();
  }

  #sessionRow(session) {
    const words = {
      name: browserWords(session),
      detail: joined(session.place || t("place_unknown"), session.ip),
      more: t("sessions.since", { when: moment(session.started_at) }),
      badge: session.confirmed ? null : t("sessions.unconfirmed"),
    };
    const question = { title: t("ask.end.title"), text: t("ask.end.text", { browser: words.name }), button: t("sessions.end") };
    const acts = {
      disown: this.#disown("sessions", session.id, session),
      action: [t("sessions.end"), () => this.#after(question, "DELETE", `/sessions/${session.id}`)],
    };
    return row(words, acts, { session: session.id });
  }

  async #endAll(sessions) {
    const question = { title: t("ask.end_all.title"), text: t("ask.end_all.text"), button: t("ask.end_all.button") };
    const done = await ask(question, async () => {
      for (const { id } of sessions) {
        try {
          await call(this.#phone, "DELETE", `/sessions/${id}`);
        } catch (refusal) {
          if (refusal.code !== "not_found") throw refusal; // one that has ended meanwhile
        }
      }
    });
    if (done) await this.load();
  }

  #browserRow(browser) {
    const words = {
      name: browserWords(browser),
      detail: t("browsers.confirmed", { when: moment(browser.confirmed_at) }),
      badge: browser.known ? null : t("new"),
    };
    const question = {
      title: t("ask.forget_browser.title"),
      text: t("ask.forget_browser.text", { browser: words.name }),
      button: t("browsers.forget"),
    };
    const acts = {
      disown: this.#disown("browsers", browser.id, browser),
      action: [t("browsers.forget"), () => this.#after(question, "DELETE", `/browsers/${browser.id}`)],
    };
    return row(words, acts, { browser: browser.id });
  }
}

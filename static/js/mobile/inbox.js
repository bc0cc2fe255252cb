/* The requests that wait for an answer of one account. What is in here was signed by the server (trust.js). */

import { call } from "./api.js";
import { now } from "./clock.js";
import { settings } from "./texts.js";
import { needsNewKeys, readConfirmation, readServerKeys } from "./trust.js";
import * as vault from "./vault.js";

/** Fetch and pin the keys the server has today. */
async function renewKeys(phone) {
  const answer = await call(phone, "GET", "/server-keys");
  const server_keys = await readServerKeys(answer.trim(), { keys: phone.server_keys, issuer: settings.public_url });
  await vault.update(phone, { server_keys });
}

export class Inbox {
  #entries = new Map();
  #settled = new Set();
  #phone;
  #renewing = null;

  constructor(phone) {
    this.#phone = phone;
  }

  /** Entries `{id, phone, text, claims, quiet}`, oldest first: a newcomer never moves what is on the screen. */
  waiting() {
    return [...this.#entries.values()].sort((a, b) => a.claims.iat - b.claims.iat);
  }

  get(id) {
    return this.#entries.get(id);
  }

  /** Take in what the server delivered. Answers the entry if it is new or changed, else null. */
  async accept(envelope) {
    try {
      const text = envelope.confirmation;
      const claims = await this.#verified(text);
      return this.#keep({
        id: claims.jti,
        phone: this.#phone,
        text,
        claims,
        quiet: envelope.quiet === true,
      });
    } catch (error) {
      // For the console of whoever runs the server, and for nobody else.
      console.warn("request not shown:", error.message);
      return null;
    }
  }

  #keep(entry) {
    if (this.#settled.has(entry.id)) return null;
    const before = this.#entries.get(entry.id);
    if (before) {
      // Delivered again, or an older version that was overtaken: the version that asks for the number is the later one.
      const older = entry.claims.iat < before.claims.iat;
      const weaker = before.claims.number_required && !entry.claims.number_required;
      if (entry.text === before.text || older || weaker) return null;
    }
    this.#entries.set(entry.id, entry);
    return entry;
  }

  async #verified(text) {
    if (await needsNewKeys(text, this.#phone.server_keys)) {
      this.#renewing ??= renewKeys(this.#phone).finally(() => (this.#renewing = null));
      await this.#renewing;
    }
    const { server_keys: keys, user } = this.#phone;
    return readConfirmation(text, { keys, issuer: settings.public_url, username: user.username, now: now() });
  }

  /** It needs no answer any more. Answers whether it was waiting. */
  settle(id) {
    this.#settled.add(id);
    return this.#entries.delete(id);
  }

  /** The ids whose time is up. */
  expired() {
    return this.waiting().flatMap(({ id, claims }) => (claims.exp <= now() ? [id] : []));
  }

  /** Ask the server for the whole list. Answers `{fresh: entries new or changed, gone: ids that wait no longer}`. */
  async refresh() {
    // What arrives or is replaced over the socket meanwhile is not judged by this answer.
    const before = new Map(this.waiting().map(({ id, text }) => [id, text]));
    const { confirmations } = await call(this.#phone, "GET", "/confirmations");
    const accepted = await Promise.all(confirmations.map((envelope) => this.accept(envelope)));
    const fresh = accepted.filter(Boolean);
    const texts = new Set(confirmations.map(({ confirmation }) => confirmation));
    const listed = ({ id, text }) => !before.has(id) || texts.has(before.get(id)) || texts.has(text);
    const gone = this.waiting().filter((entry) => !listed(entry));
    return { fresh, gone: gone.map(({ id }) => id) };
  }
}

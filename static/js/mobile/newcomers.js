/* The notice that a phone was added to an account: on the first screen, until its user says that it was right. */

import { arrived, compare, meet, putAway } from "./arrivals.js";
import { nameOf } from "./facts.js";
import { dismiss } from "./notices.js";
import { settled } from "./pairing.js";
import { moment, t } from "./texts.js";
import { $, announce, fill, stamp } from "./view.js";

const words = ({ name, paired_at }) => t("newcomer", { name, when: moment(paired_at) });

export class Newcomers {
  #phones;
  #look;
  #painted = "";

  /** `phones()` are the accounts of this phone, `look(phone)` shows the phones of one. */
  constructor(phones, look) {
    this.#phones = phones;
    this.#look = look;
  }

  /** The server said so, at the moment it happened. */
  async told(phone, one) {
    await settled();
    this.#say((await meet(phone, one)) ? [one] : []);
  }

  /** The phones of the user, of GET /me: some may have come while the app was closed. */
  async found(phone, phones) {
    await settled();
    this.#say(await compare(phone, phones));
  }

  #say(fresh) {
    this.paint();
    if (fresh.length) announce(fresh.map(words).join(" "));
  }

  /** An account that has one to be told of. */
  get of() {
    return this.#phones().find((phone) => arrived(phone).length);
  }

  paint() {
    const phones = this.#phones();
    const told = phones.flatMap((phone) => arrived(phone).map((one) => ({ phone, one })));
    const now = JSON.stringify(told.map(({ phone, one }) => [phone.device_id, one, phones.length > 1]));
    if (now === this.#painted) return; // nobody's finger or focus is on what is replaced for nothing
    this.#painted = now;
    $("#newcomers").replaceChildren(...told.map(({ phone, one }) => this.#card(phone, one)));
    $("#newcomers").hidden = !told.length;
  }

  #card(phone, one) {
    const card = stamp("newcomer", { account: this.#phones().length > 1 ? nameOf(phone) : null });
    fill(card, { newcomer: words(one) });
    card.dataset.phone = one.id;
    $("[data-act=look]", card).onclick = () => this.#look(phone);
    $("[data-act=known]", card).onclick = async () => {
      await this.known(phone, one.id);
      $("#screen-idle h1").focus({ preventScroll: true });
    };
    return card;
  }

  /** Its user knows of that one, or has removed it. */
  async known(phone, id) {
    await putAway(phone, id);
    this.paint();
    if (!this.of) await dismiss("paired");
  }
}

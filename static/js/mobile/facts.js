/* What is known about who asks, in words: the same ones on the screen and in a notification. */

import { browserWords, clockTime, t } from "./texts.js";

/** How a user is called. */
export const nameOf = ({ user }) => user.display_name || user.username;

/** The words for an entry of the inbox, keyed by slot. */
export function facts({ claims, phone }) {
  const { browser, purpose, iat } = claims;
  return {
    short: t(`purpose.${purpose}.short`),
    title: t(`purpose.${purpose}.title`),
    user: nameOf(phone),
    place: browser.place || t("place_unknown"),
    ip: browser.ip,
    browser: browserWords(browser),
    known: t(browser.known ? "known" : "new"),
    time: clockTime(iat),
  };
}

/** The words that announce a request to whoever does not look. */
export function summary(entry) {
  const { title, browser, place } = facts(entry);
  return t("arrived", { title, browser, place });
}

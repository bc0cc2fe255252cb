/* The page's words and settings, rendered by the server in the user's language. */

const read = (id) => JSON.parse(document.getElementById(id).textContent);

export const settings = read("settings");
const texts = read("texts");
// English here is that of Europe: the day before the month.
const language = document.documentElement.lang.replace(/^(en)?$/, "en-GB");

/** Whether there are words for `key`. */
export const has = (key) => Object.hasOwn(texts, key);

/** The words for `key`, with `{name}` replaced from `values`. */
export function t(key, values = {}) {
  if (!has(key)) console.error(`no text for ${key}`);
  return (texts[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** The words for `prefix` + `code`, or the general ones of that prefix when the code is new to this page. */
export const word = (prefix, code) => t(has(`${prefix}.${code}`) ? `${prefix}.${code}` : `${prefix}.other`);

const clockFormat = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const dayFormat = { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const recentFormat = new Intl.DateTimeFormat(language, dayFormat);
const olderFormat = new Intl.DateTimeFormat(language, { ...dayFormat, year: "numeric" });
const HALF_A_YEAR = 182 * 86_400_000; // milliseconds; nearer than that a date needs no year

/** "14:05" of unix seconds. */
export const clockTime = (seconds) => clockFormat.format(seconds * 1000);

/** "24 Nov, 14:05" of unix seconds; the word for never when there are none. */
export function moment(seconds) {
  if (!seconds) return t("never");
  const at = seconds * 1000;
  return (Math.abs(Date.now() - at) < HALF_A_YEAR ? recentFormat : olderFormat).format(at);
}

/** "1:05" of a number of seconds. */
export const minutes = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

/** "Firefox on Debian" from what the browser says of itself, in words also when it says nothing. */
export function browserWords({ name, browser, os }) {
  const values = { browser: name ?? browser, os };
  if (values.browser && os) return t("browser_on_os", values);
  return values.browser || os || t("browser_unknown");
}

/* The words and settings that the server rendered in the user's language: into the page, and into the worker. */

export let settings = {};
let texts = {};
let clockFormat;
let recentFormat;
let olderFormat;

/** Take the words over. A page finds its own; the worker, which has no page, is handed them (worker/main.js). */
export function speak(given) {
  ({ settings, texts } = given);
  const language = given.language.replace(/^(en)?$/, "en-GB"); // English here is that of Europe: the day before the month
  const day = { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  clockFormat = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  recentFormat = new Intl.DateTimeFormat(language, day);
  olderFormat = new Intl.DateTimeFormat(language, { ...day, year: "numeric" });
}

if (globalThis.document) {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  speak({ settings: read("settings"), texts: read("texts"), language: document.documentElement.lang });
}

/** Whether there are words for `key`. */
export const has = (key) => Object.hasOwn(texts, key);

/** The words for `key`, with `{name}` replaced from `values`. */
export function t(key, values = {}) {
  if (!has(key)) console.error(`no text for ${key}`);
  return (texts[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** The words for `prefix` + `code`, or the general ones of that prefix when the code is new to this page. */
export const word = (prefix, code) => t(has(`${prefix}.${code}`) ? `${prefix}.${code}` : `${prefix}.other`);

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

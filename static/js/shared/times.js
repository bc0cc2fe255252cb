/** Times in the reader's own zone and language; the server writes them in its own, with the zone named. */

const options = { dateStyle: "medium", timeStyle: "short" };
const page = document.documentElement.lang.replace(/^en$/, "en-GB"); // English here is that of Europe
// The page's language, in the reader's own habit of writing it (en-GB, de-CH) where that is the same language.
const own = navigator.languages.find((each) => each.split("-")[0] === page.split("-")[0]);
const format = new Intl.DateTimeFormat(own ?? page, options);

export function inOwnWords(time) {
  const at = new Date(time.dateTime);
  if (!Number.isNaN(at.getTime())) time.textContent = format.format(at);
}

document.querySelectorAll("time[datetime]").forEach(inOwnWords);

/** The overview while it is open: its figures and what needs attention. Only a new alert is read aloud. */

import { inOwnWords } from "../shared/times.js";
import { listen } from "./line.js";

const byId = (id) => document.getElementById(id);
const words = JSON.parse(byId("live-words").textContent);
const list = byId("alerts");
const number = new Intl.NumberFormat(document.documentElement.lang);
let shown = [];

const rowOf = (alert) => [...list.children].find((row) => row.dataset.key === alert.key);
const sentence = ({ kind, who, times }) =>
  words.alerts[kind].replace(/\{(who|times)\}/g, (_, blank) => (blank === "who" ? who : times));

function made({ key, kind, link }) {
  const row = byId("alert").content.firstElementChild.cloneNode(true);
  row.dataset.alert = kind;
  row.dataset.key = key;
  row.classList.toggle("notice-danger", words.grave.includes(kind));
  row.classList.toggle("notice-warn", !words.grave.includes(kind));
  row.querySelector("a").href = link;
  return row;
}

function fill(row, alert) {
  const text = sentence(alert);
  for (const place of row.querySelectorAll('[data-is="text"]')) {
    if (place.textContent !== text) place.textContent = text;
  }
  const time = row.querySelector("time");
  time.dateTime = new Date(alert.at * 1000).toISOString();
  inOwnWords(time);
}

/** What is over goes, but never from under the keyboard: it waits until the focus has moved on. */
function goes() {
  for (const row of [...list.children]) {
    const over = !shown.some((alert) => rowOf(alert) === row);
    if (over && !row.contains(document.activeElement)) row.remove();
  }
  byId("no-alerts").hidden = list.childElementCount > 0;
}

function alerts(found) {
  shown = found;
  const fresh = [];
  let place = list.firstElementChild;
  for (const alert of found) {
    const known = rowOf(alert);
    const row = known ?? made(alert);
    fill(row, alert);
    if (!known) fresh.push(row);
    if (row === place) place = place.nextElementSibling;
    else if (!row.contains(document.activeElement)) list.insertBefore(row, place);
  }
  goes();
  if (fresh.length) byId("alert-said").textContent = fresh.map((row) => row.querySelector("p").innerText).join(" ");
}

function show({ waiting, more, alerts: found, ...counts }) {
  for (const [name, many] of Object.entries({ waiting, ...counts })) {
    const text = number.format(many) + (name === "waiting" && more ? "+" : "");
    const place = document.querySelector(`[data-now="${name}"]`);
    if (place.textContent !== text) place.textContent = text;
  }
  alerts(found);
  const whole = byId("log-whole");
  if (whole) whole.hidden = found.some(({ kind }) => kind === "log");
}

list.addEventListener("focusout", () => setTimeout(goes));
listen("overview", show);

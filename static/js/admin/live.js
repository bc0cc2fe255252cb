/** The sign-ins that wait now, as they come and go. */

import { inOwnWords } from "../shared/times.js";
import { listen } from "./line.js";

const LINGER = 5000; // ms in which a row says what became of it before it goes

const byId = (id) => document.getElementById(id);
const words = JSON.parse(byId("live-words").textContent);
const rows = byId("waiting-rows");
const leaving = new Map();
let said = byId("waiting-count").textContent.trim();

const rowOf = (id) => rows.querySelector(`[data-waiting="${CSS.escape(id)}"]`);

function browserName({ browser, os }) {
  if (!browser || !os) return browser || os || words.unknown;
  return words.browser.replace("{browser}", browser).replace("{system}", os);
}

function made(one) {
  const row = byId("waiting-row").content.firstElementChild.cloneNode(true);
  row.dataset.waiting = one.id;
  const fill = (what, text) => (row.querySelector(`[data-is="${what}"]`).textContent = text);
  fill("user", one.user);
  fill("name", one.user);
  fill("browser", browserName(one));
  fill("where", [one.ip, one.place].filter(Boolean).join(" · "));
  row.querySelector("time").dateTime = new Date(one.at * 1000).toISOString();
  inOwnWords(row.querySelector("time"));
  row.querySelector("a").href += encodeURIComponent(one.id);
  return row;
}

/** It waits no more: its row says why for a while, and whoever stands on it with the keyboard keeps it as long. */
function leaves(row, outcome) {
  const tag = row.querySelector('[data-is="outcome"]');
  const found = words.outcomes[outcome];
  if (found) {
    tag.textContent = found.text;
    tag.className = `tag ${found.tone}`;
    tag.hidden = false;
  }
  row.dataset.left = outcome ?? "";
  byId("newer").hidden = false;
  clearTimeout(leaving.get(row));
  leaving.set(row, setTimeout(() => goes(row), LINGER));
}

function goes(row) {
  if (row.contains(document.activeElement)) {
    leaving.set(row, setTimeout(() => goes(row), LINGER));
    return;
  }
  leaving.delete(row);
  row.remove();
  byId("nobody-waits").hidden = rows.childElementCount > 0;
}

function show({ waiting, more, left }) {
  const ids = new Set(waiting.map((one) => one.id));
  for (const { id, outcome } of left) {
    const row = rowOf(id);
    if (row) leaves(row, outcome);
  }
  for (const row of rows.children) {
    if (!ids.has(row.dataset.waiting) && !("left" in row.dataset)) leaves(row);
  }
  // Newest first: each that is new goes on top, the oldest of them first.
  for (const one of waiting.toReversed()) {
    if (!rowOf(one.id)) rows.prepend(made(one));
  }
  byId("nobody-waits").hidden = rows.childElementCount > 0;
  byId("more-wait").hidden = !more;
  const count = `${waiting.length}${more ? "+" : ""}`;
  byId("waiting-count").textContent = count;
  if (count !== said) byId("waiting-said").textContent = words.count.replace("{num}", count);
  said = count;
}

listen("sign_ins", show);

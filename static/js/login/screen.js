/** The waiting screen's document: shows a state, the time left and the state of the connection. Decides nothing. */

import { face, isFinal } from "./order.js";

const byId = (id) => document.getElementById(id);
const root = byId("waiting");
const words = JSON.parse(byId("words").textContent);
const moments = Object.keys(words.moments).map(Number);
let lastLeft = Infinity;

/** Say it to a screen reader, politely. */
function announce(text) {
  byId("announce").textContent = text;
}

/** 482913 as it should be read out: 4 8 2, 9 1 3. */
const spelled = (number) => `${[...number.slice(0, 3)].join(" ")}, ${[...number.slice(3)].join(" ")}`;

/** The number as a QR code: the server draws it for this session, at an address that says nothing of it. */
function showTwin(there = true) {
  byId("qr").hidden = byId("twin-words").hidden = !there;
  if (there) byId("qr").src = "/login/waiting/qr";
}

// Without the picture the digits do.
byId("qr").addEventListener("error", () => showTwin(false));
if (byId("qr").getAttribute("src") && byId("qr").complete && !byId("qr").naturalWidth) showTwin(false);

function showNumber(number) {
  const came = number && byId("number-box").hidden;
  root.toggleAttribute("data-number", Boolean(number));
  byId("number-box").hidden = !number;
  for (const part of root.querySelectorAll("[data-when]")) {
    part.hidden = (part.dataset.when === "number") !== Boolean(number);
  }
  if (!number) return;
  const [first, second] = byId("number").querySelectorAll("[aria-hidden]");
  first.textContent = number.slice(0, 3);
  second.textContent = number.slice(3);
  byId("number-spelled").textContent = spelled(number);
  if (came) showTwin();
  if (came) announce(`${words.number} ${spelled(number)}`);
}

function showPhones(count, before) {
  byId("phones").hidden = count === 0;
  if (count === before) return; // keep the names the server wrote
  byId("phones").textContent = count === 1 ? words.phones.one : words.phones.other.replace("COUNT", String(count));
}

/** Whether a phone is known to have the request; nothing while nobody knows. */
function showReached(reached) {
  const line = byId("reached");
  line.hidden = reached === null;
  const text = words.reached[String(reached)] ?? "";
  if (line.textContent !== text) line.textContent = text;
}

function showReason(section, reason) {
  const all = [...section.querySelectorAll("[data-reason]")];
  const told = all.some((each) => each.dataset.reason === reason) ? reason : "";
  for (const each of all) each.hidden = each.dataset.reason !== told;
}

/** Show `state`; `before` is what was shown until now. */
export function show(state, before) {
  const name = face(state);
  root.dataset.state = state.state;
  let section;
  for (const each of root.querySelectorAll("[data-face]")) {
    each.hidden = each.dataset.face !== name;
    if (!each.hidden) section = each;
  }
  for (const each of root.querySelectorAll("[data-picture]")) each.hidden = each.dataset.picture !== name;
  const pending = state.state === "pending";
  byId("strip").hidden = name !== "pending";
  byId("cancel").hidden = !pending;
  byId("exemption")?.toggleAttribute("hidden", !pending);
  for (const each of root.querySelectorAll("[data-asked]")) each.hidden = (each.dataset.asked === "yes") !== state.phones > 0;
  showReason(section, state.reason ?? "");
  if (pending) {
    showNumber(state.number);
    showPhones(state.phones, before.phones);
    showReached(state.reached);
  }
  const headline = section.dataset.headline;
  document.title = `${headline} · ${words.brand}`;
  byId("headline").textContent = headline;
  if (state.state === before.state) return;
  // An end is what the person waits for: move there, so that it is read and Tab leads to the next step.
  if (isFinal(state.state)) {
    byId("headline").focus();
    announce(""); // how much time was left
  } else announce(headline);
}

/** Show `left` whole seconds of `lifetime`; at zero the server has the word. */
export function showTime(left, lifetime) {
  const clock = byId("clock");
  const minutes = Math.floor(left / 60);
  const text = left > 0 ? `${minutes}:${String(left % 60).padStart(2, "0")}` : words.checking;
  byId("ring").setAttribute("stroke-dashoffset", String(100 - (100 * left) / lifetime));
  if (clock.textContent === text) return;
  clock.textContent = text;
  byId("clock-label").hidden = left <= 0;
  clock.toggleAttribute("data-soon", left > 0 && left <= 10);
  const passed = moments.filter((moment) => left <= moment && lastLeft > moment);
  if (passed.length > 0 && lastLeft !== Infinity && left > 0) announce(words.moments[Math.min(...passed)]);
  lastLeft = left;
}

/** The button that goes on by hand: there from the start, taken away while the page can go on by itself. */
export function offerContinue(offered) {
  byId("collect").hidden = !offered;
  byId("collect").classList.remove("late");
}

/** The ready form, with its CSRF token. */
export function submit() {
  byId("collect").submit();
}

let fading;

/** Say calmly that the connection is "lost" or "found" again; "none" when it no longer matters. */
export function showConnection(which) {
  const line = byId("connection");
  clearTimeout(fading);
  if (which === "found" && line.textContent === "") return;
  line.textContent = words[which] ?? "";
  line.classList.toggle("notice-warn", which === "lost");
  line.classList.toggle("notice-ok", which === "found");
  if (which === "found") fading = setTimeout(() => (line.textContent = ""), 4000);
}

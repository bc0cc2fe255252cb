/** The waiting screen: hears of the confirmation's state and goes on by itself when the phone says OK. */

import { openLine } from "./line.js";
import { isFinal, judge, merged } from "./order.js";
import { offerContinue, show, showConnection, showTime, submit } from "./screen.js";

const SLOW = 5000; // ms after which going on by itself has evidently not worked
const SILENCE = 15000; // ms past the deadline without a word from the server

let shown = JSON.parse(document.getElementById("confirmation").textContent);
const lifetime = Math.max(shown.lifetime, shown.expires_in, 1);
let deadline = performance.now() + shown.expires_in * 1000;
let collecting = false;
let line = null;

/** Ask the server for the screen as it is now: not by a reload, which could send a wrong code once more. */
const look = () => location.replace("/login/waiting");

const left = () => Math.max(0, Math.ceil((deadline - performance.now()) / 1000));

function collect() {
  if (collecting) return;
  collecting = true;
  setTimeout(() => offerContinue(true), SLOW);
  submit();
}

function settle() {
  offerContinue(false);
  if (isFinal(shown.state)) {
    clearInterval(ticking);
    line?.close();
    showConnection("none");
  }
  if (shown.state === "approved") collect();
}

function hear(next) {
  const verdict = judge(shown, next, left());
  if (verdict === "reload") look();
  if (verdict !== "show") return;
  const before = shown;
  shown = merged(before, next);
  deadline = performance.now() + shown.expires_in * 1000;
  show(shown, before);
  settle();
}

function tick() {
  if (shown.state !== "pending") return;
  showTime(left(), lifetime);
  // The server's clock decides and its word is on the way; if it got lost, the page asks for the truth.
  if (performance.now() > deadline + SILENCE && line?.connected()) look();
}

const ticking = setInterval(tick, 250);

// Back and Forward bring the page as it was left, perhaps long ago.
addEventListener("pageshow", (event) => event.persisted && look());

tick();
settle();
if (!isFinal(shown.state)) {
  line = openLine({
    onState: hear,
    onFound: () => {
      showConnection("found");
      if (!collecting) offerContinue(false);
    },
    onLost: () => {
      showConnection("lost");
      offerContinue(true);
    },
  });
}

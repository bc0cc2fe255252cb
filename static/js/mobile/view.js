/* The one page and its screens: which is shown, where the focus is, what is said aloud. */

import { t, word } from "./texts.js";

export const $ = (selector, root = document) => root.querySelector(selector);

const title = document.title;

/** The name of the screen that is shown. */
export const current = () => document.body.dataset.screen;

/** Show a screen and put the focus on its heading, where reading begins. The document hears of it as `screen`. */
export function show(name) {
  for (const screen of document.querySelectorAll("main > [id^=screen-]")) screen.hidden = screen.id !== `screen-${name}`;
  document.body.dataset.screen = name;
  scrollTo(0, 0);
  const heading = $(`#screen-${name} h1`);
  heading.focus({ preventScroll: true });
  document.title = `${heading.textContent} – ${title}`;
  document.dispatchEvent(new Event("screen"));
}

let clearing;

/** Say something to those who listen to the page. Emptied first, so that the same words are spoken again. */
export function announce(words) {
  const live = $("#live");
  live.textContent = "";
  setTimeout(() => (live.textContent = words), 60);
  clearTimeout(clearing);
  clearing = setTimeout(() => (live.textContent = ""), 5000); // not to be found there later as if it were news
}

/** Put words into the elements of `root` that carry `data-slot`; what has no words is hidden. */
export function fill(root, values) {
  for (const [slot, words] of Object.entries(values)) {
    for (const element of root.querySelectorAll(`[data-slot="${slot}"]`)) {
      element.textContent = words || "";
      (element.closest("[data-row]") ?? element).hidden = !words;
    }
  }
}

/** A copy of a <template>'s only element, filled. */
export function stamp(id, values = {}) {
  const copy = document.getElementById(id).content.firstElementChild.cloneNode(true);
  fill(copy, values);
  return copy;
}

/** Show or clear the message of a form or a group of buttons; tone "note" for one that is no error. */
export function complain(element, words, tone = "error") {
  element.dataset.tone = tone;
  element.textContent = words ?? "";
  element.hidden = !words;
}

/** Run `act` while `button` is busy; a second press meanwhile does nothing. */
export async function busy(button, act) {
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  try {
    await act();
  } finally {
    button.removeAttribute("aria-busy");
  }
}

/** The words for a Refusal; anything else that was thrown is a fault of ours and goes to the console too. */
export function explain(refusal) {
  if (refusal.code === undefined) console.error(refusal);
  if (refusal.code === "limited" && refusal.wait) {
    return t("error.limited_for", { minutes: Math.ceil(refusal.wait / 60) });
  }
  return word("error", refusal.code);
}

/**
 * A question before something that cannot be taken back. `act(password)` runs while the dialog stays open and may
 * throw a Refusal, whose words it then shows. Answers whether it was done.
 */
export function ask({ title: heading, text, button, password = false, name = null }, act) {
  const dialog = $("#ask");
  const input = $(name === null ? "#ask-password" : "#ask-name");
  fill(dialog, { title: heading, text, button });
  $("#ask-password-row").hidden = !password;
  $("#ask-name-row").hidden = name === null;
  $("#ask-yes").classList.toggle("button-danger", name === null);
  $("#ask-yes").classList.toggle("button-primary", name !== null);
  $("#ask-password").required = password;
  $("#ask-name").required = name !== null;
  input.value = name ?? "";
  complain($("#ask-error"));
  let done = false;
  $("#ask-form").onsubmit = (event) => {
    event.preventDefault();
    busy($("#ask-yes"), async () => {
      try {
        await act(input.value);
        done = true;
        dialog.close();
      } catch (refusal) {
        complain($("#ask-error"), explain(refusal));
      }
    });
  };
  $("#ask-no").onclick = () => dialog.close();
  return new Promise((resolve) => {
    dialog.onclose = () => {
      input.value = ""; // a password stays no longer than it is needed
      resolve(done);
    };
    dialog.showModal();
  });
}

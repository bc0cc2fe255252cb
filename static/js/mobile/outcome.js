/* The result screen: what happened, and the one thing to do next. */

import { has, t } from "./texts.js";
import { $, busy, complain, explain, fill, show } from "./view.js";

const LOOKS = {
  good: { icon: "#icon-check", kinds: ["approved", "paired", "paired_best_effort", "password_changed"] },
  stop: { icon: "#icon-cross", kinds: ["refused", "ended", "wrong_number"] },
  late: { icon: "#icon-clock", kinds: ["expired"] },
  warn: {
    icon: "#icon-warn",
    kinds: ["revoked", "unrecognised", "not_permitted", "unsupported", "other_address", "other_key"],
  },
};
const PLAIN = ["calm", { icon: "#icon-phone" }];

function wire(button, words, act) {
  button.hidden = !act;
  button.textContent = words ?? "";
  button.onclick =
    act &&
    (() =>
      busy(button, async () => {
        complain($("#outcome-error"));
        try {
          await act();
        } catch (refusal) {
          complain($("#outcome-error"), explain(refusal));
        }
      }));
}

/**
 * Show the outcome `kind`; `first` and `second` are `[words, act]`, `values` fill the words.
 * `document.body.dataset.outcome` names the kind for styles and tests.
 */
export function showOutcome(kind, { first, second, values = {} } = {}) {
  const [tone, { icon }] = Object.entries(LOOKS).find(([, look]) => look.kinds.includes(kind)) ?? PLAIN;
  const screen = $("#screen-outcome");
  screen.dataset.outcome = kind;
  screen.dataset.tone = tone;
  $("#seal-icon").setAttribute("href", icon);
  fill(screen, {
    title: t(`outcome.${kind}.title`, values),
    text: has(`outcome.${kind}.text`) ? t(`outcome.${kind}.text`, values) : null,
  });
  complain($("#outcome-error"));
  wire($("#outcome-first"), ...(first ?? [null, null]));
  wire($("#outcome-second"), ...(second ?? [null, null]));
  show("outcome");
}

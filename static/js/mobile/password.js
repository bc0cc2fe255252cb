/* Changing the password on the phone, and afterwards the question whether each other phone stays. */

import { check } from "/static/js/shared/strength.js";
import { call } from "./api.js";
import { phoneWords } from "./security.js";
import { t, word } from "./texts.js";
import { $, busy, complain, current, explain, fill, show, stamp } from "./view.js";

const field = (id) => document.getElementById(id);

/** Colour, word and what is missing, while typing. */
function meter(minimum, ownWords) {
  const typed = field("new-password").value;
  const { level, missing } = check(typed, minimum, ownWords);
  field("meter").dataset.level = typed ? level : "empty";
  field("strength").textContent = typed ? t("password.strength", { strength: word("strength", level) }) : "";
  const items = (typed ? missing : []).map((code) => {
    const item = document.createElement("li");
    item.textContent = word("missing", code);
    item.dataset.code = code;
    return item;
  });
  field("missing").replaceChildren(...items);
}

function weak(reasons) {
  const box = field("password-error");
  const heading = document.createElement("p");
  heading.textContent = t("error.weak_password");
  const list = document.createElement("ul");
  for (const code of reasons) {
    const item = document.createElement("li");
    item.textContent = word("reason", code);
    item.dataset.reason = code;
    list.append(item);
  }
  box.replaceChildren(heading, list);
  box.hidden = false;
}

function reveal(shown) {
  field("reveal").checked = shown;
  for (const id of ["current-password", "new-password"]) field(id).type = shown ? "text" : "password";
}

/** Open the form. `away` has `changed()` when everything is done, `asked()` when the phones are shown, and `fatal(code)`. */
export function openPassword(phone, away) {
  const form = field("password-form");
  let minimum = null;
  const ownWords = [phone.user.username, ...(phone.user.display_name ?? "").split(/\s+/)];
  form.reset();
  reveal(false);
  field("password-user").value = phone.user.username;
  complain(field("password-error"));
  meter(minimum, ownWords);
  // Which strength is asked is only needed for the hints; without an answer the server's own words will do.
  call(phone, "GET", "/me").then(
    (me) => {
      minimum = me.password.strength ?? null;
      meter(minimum, ownWords);
    },
    (refusal) => away.fatal(refusal.code),
  );
  field("new-password").oninput = () => {
    complain(field("password-error"));
    meter(minimum, ownWords);
  };
  field("reveal").onchange = (event) => reveal(event.target.checked);
  form.onsubmit = (event) => {
    event.preventDefault();
    complain(field("password-error"));
    reveal(false); // password managers offer to keep password fields only
    busy(field("password-go"), async () => {
      const new_password = field("new-password").value;
      try {
        await call(phone, "POST", "/password", { current_password: field("current-password").value, new_password });
        form.reset();
      } catch (refusal) {
        if (away.fatal(refusal.code)) return;
        if (refusal.code === "weak_password") weak(refusal.reasons);
        else complain(field("password-error"), refusal.code === "limited" ? t("error.password_closed") : explain(refusal));
        return;
      }
      await askToKeep(phone, new_password, away).catch(() => away.changed());
    });
  };
  show("password");
}

/** The password may have been used by somebody else to pair a phone, so each other phone is asked for. */
async function askToKeep(phone, password, away) {
  const me = await call(phone, "GET", "/me");
  const others = me.phones.filter((other) => !other.this);
  if (!others.length || current() !== "password") return away.changed();
  const done = field("keep-done");
  let open = others.length;
  done.disabled = true;
  done.onclick = () => {
    field("keep-cards").replaceChildren(); // and with them the password they hold
    away.changed();
  };
  complain(field("keep-error"));
  const answered = (card, words) => {
    $(".pair", card).remove();
    complain($("[data-verdict]", card), words);
    open -= 1;
    done.disabled = open > 0;
    ($("#keep-cards button") ?? done).focus(); // the button just pressed is gone
  };
  const cards = others.map((other) => {
    const card = stamp("keep-card", phoneWords(other));
    card.dataset.phone = other.id;
    $("[data-do=keep]", card).onclick = () => answered(card, t("kept"));
    $("[data-do=remove]", card).onclick = (event) =>
      busy(event.currentTarget, async () => {
        try {
          await call(phone, "DELETE", `/phones/${other.id}`, { current_password: password });
          answered(card, t("removed"));
        } catch (refusal) {
          if (!away.fatal(refusal.code)) complain(field("keep-error"), explain(refusal));
        }
      });
    return card;
  });
  field("keep-cards").replaceChildren(...cards);
  show("keep");
  away.asked();
}

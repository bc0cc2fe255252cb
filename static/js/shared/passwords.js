/** Password fields: the button that shows what was typed, and the strength meter. Without scripts both stay away. */

import { check } from "./strength.js";

function makeReveal(box) {
  const input = box.querySelector("input");
  const button = box.querySelector("button");
  button.hidden = false;
  const show = (shown) => {
    input.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
    button.textContent = shown ? button.dataset.hide : button.dataset.show;
  };
  button.addEventListener("click", () => {
    show(input.type === "password");
    input.focus();
  });
  // A password manager stores and fills password fields only, and history keeps what text fields held.
  input.form?.addEventListener("submit", () => show(false));
}

function makeMeter(meter) {
  const input = document.getElementById(meter.dataset.meter);
  const word = meter.querySelector("[data-word]");
  const rules = [...input.form.querySelectorAll("[data-code]")];
  const ownWords = JSON.parse(meter.dataset.ownWords);
  const minimum = meter.dataset.minimum || null;
  const read = () => {
    const typed = input.value !== "";
    const { level, missing } = check(input.value, minimum, ownWords);
    meter.dataset.level = level;
    meter.toggleAttribute("data-typed", typed);
    const said = typed ? word.dataset[level] : "";
    if (word.textContent !== said) word.textContent = said;
    for (const rule of rules) {
      const met = typed && !rule.dataset.code.split(" ").some((code) => missing.includes(code));
      rule.dataset.met = met ? "yes" : "no";
    }
  };
  input.addEventListener("input", read);
  read();
}

document.querySelectorAll("[data-reveal]").forEach(makeReveal);
document.querySelectorAll("[data-meter]").forEach(makeMeter);

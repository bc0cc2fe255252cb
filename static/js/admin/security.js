/** Tab Security: the rate is shown only with Random. What is wrong with it stays in sight, and it is sent all the same. */

const form = document.getElementById("security-form");
const rate = form?.querySelector('[data-field="random_percent"]');
const mode = form?.querySelectorAll('input[name="two_factor"]');

function show() {
  const random = [...mode].some((one) => one.checked && one.value === "random");
  rate.hidden = !random && !rate.querySelector(".field-error");
}

if (rate) {
  for (const one of mode) one.addEventListener("change", show);
  show();
}

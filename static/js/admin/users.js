/** The list of users: one tick for all on the page, how many are ticked, and nothing to press for none of them. */

const all = document.getElementById("tick-all");
const ticks = [...document.querySelectorAll('#many input[name="user"]')];
const shown = document.getElementById("ticked");
const scopes = [...document.querySelectorAll('.many input[name="scope"]')];
const acts = document.querySelectorAll(".many-acts button");

function count() {
  const ticked = ticks.filter((tick) => tick.checked).length;
  if (shown) shown.textContent = `(${ticked})`;
  if (all) {
    all.checked = ticked > 0 && ticked === ticks.length;
    all.indeterminate = ticked > 0 && ticked < ticks.length;
  }
  const none = ticked === 0 && scopes.find((scope) => scope.checked)?.value === "ticked";
  for (const act of acts) act.disabled = none;
}

if (all) {
  all.hidden = false;
  all.addEventListener("change", () => {
    for (const tick of ticks) tick.checked = all.checked;
    count();
  });
}

for (const each of [...ticks, ...scopes]) each.addEventListener("change", count);
// Back and Forward bring the ticks as they were left.
addEventListener("pageshow", count);
count();

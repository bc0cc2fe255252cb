/** The list of users: one tick for all on the page, and how many are ticked. */

const all = document.getElementById("tick-all");
const ticks = [...document.querySelectorAll('#many input[name="user"]')];
const shown = document.getElementById("ticked");

function count() {
  const ticked = ticks.filter((tick) => tick.checked).length;
  if (shown) shown.textContent = `(${ticked})`;
  if (all) {
    all.checked = ticked > 0 && ticked === ticks.length;
    all.indeterminate = ticked > 0 && ticked < ticks.length;
  }
}

if (all) {
  all.hidden = false;
  all.addEventListener("change", () => {
    for (const tick of ticks) tick.checked = all.checked;
    count();
  });
}

for (const tick of ticks) tick.addEventListener("change", count);
count();

/** The pairing page: the time its code has left, whether it has done its work, and a button that copies the link. */

const LOOK_MS = 3000;

const byId = (id) => document.getElementById(id);
const pairing = byId("pairing");

let timer;
let looking;

/** The code is worth nothing any more. */
function putAway() {
  clearInterval(timer);
  clearInterval(looking);
  for (const part of pairing.querySelectorAll("#pairing-codes, #pairing-time, #pairing-by-link, .here")) part.hidden = true;
}

function runOut() {
  putAway();
  byId("pairing-over").hidden = false;
}

/** While somebody looks: what the phone has done is not said to this page otherwise. */
async function look() {
  if (document.hidden) return;
  const answer = await fetch(`/my-info/phones/pair/since/${pairing.dataset.since}`, { redirect: "error" }).catch(() => null);
  const { name } = answer?.ok ? await answer.json() : {};
  if (!name) return;
  putAway();
  byId("pairing-done").querySelector("strong").textContent = name;
  byId("pairing-done").querySelector("p").hidden = false;
}

function countDown(seconds) {
  const deadline = performance.now() + seconds * 1000;
  timer = setInterval(() => {
    const left = Math.max(0, Math.ceil((deadline - performance.now()) / 1000));
    byId("pairing-clock").textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    if (left > 0) return;
    runOut();
  }, 500);
}

function offerCopy(button) {
  if (!navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(byId("pairing-link").textContent.trim());
    button.textContent = button.dataset.done;
  });
}

if (pairing) {
  countDown(Number(pairing.dataset.expiresIn));
  looking = setInterval(look, LOOK_MS);
  offerCopy(byId("copy-link"));
  addEventListener("pageshow", (event) => event.persisted && location.reload());
}

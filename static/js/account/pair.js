/** The pairing page: the time its code has left, and a button that copies the link. */

const byId = (id) => document.getElementById(id);
const pairing = byId("pairing");

function runOut() {
  byId("pairing-codes").hidden = true;
  byId("pairing-time").hidden = true;
  byId("pairing-by-link").hidden = true;
  byId("pairing-over").hidden = false;
}

function countDown(seconds) {
  const deadline = performance.now() + seconds * 1000;
  const timer = setInterval(() => {
    const left = Math.max(0, Math.ceil((deadline - performance.now()) / 1000));
    byId("pairing-clock").textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    if (left > 0) return;
    clearInterval(timer);
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
  offerCopy(byId("copy-link"));
  addEventListener("pageshow", (event) => event.persisted && location.reload());
}

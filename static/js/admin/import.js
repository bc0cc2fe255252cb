/** An import: the dry run piece by piece with its progress, and a sign of life while the file is imported. */

const look = document.getElementById("look");
const progress = document.getElementById("progress");
const run = document.getElementById("run");
const running = document.getElementById("running");

async function check() {
  const body = new URLSearchParams(new FormData(look));
  const headers = { Accept: "application/json" };
  for (;;) {
    const answer = await fetch(look.action, { method: "POST", body, headers, redirect: "error" });
    if (!answer.ok) return;
    const { checked, total } = await answer.json();
    progress.value = checked;
    if (checked >= total) break;
  }
  location.reload();
}

if (look) {
  look.hidden = true;
  // What goes wrong on the way leaves the button, which does the same without a script.
  check().finally(() => {
    look.hidden = false;
  });
}

if (run) {
  run.addEventListener("submit", () => {
    running.hidden = false;
    for (const button of document.querySelectorAll("#ready button")) {
      setTimeout(() => {
        button.disabled = true;
      });
    }
  });
}

/** The sheet of invitations: a button that prints it, for browsers that can. */

const button = document.getElementById("print");

if (button && typeof print === "function") {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// A short word at the bottom, gone after 10 s, with the way to undo or to try again.
import { announce, text } from "./texts.js";

const SECONDS = 10;
const box = () => document.getElementById("wx-toasts");

export function toast({ text: words, level = "ok", undo = "", reference = "", retry = null }) {
  const shape = document.getElementById("wx-toast-shape")?.content.firstElementChild;
  if (!shape || !box()) return;
  const made = shape.cloneNode(true);
  made.classList.toggle("ok", level === "ok");
  made.classList.toggle("danger", level !== "ok");
  made.querySelector(".icon").replaceWith(symbol(level));
  made.querySelector("p").textContent = reference ? `${words} (${text("number", { number: reference })})` : words;
  const button = made.querySelector("[data-undo]");
  if (undo) button.dataset.undo = undo;
  else if (retry) asRetry(button, made, retry);
  else button.remove();
  box().append(made);
  announce(words);
  watch(made, level === "ok" ? SECONDS : SECONDS * 2);
}

function symbol(level) {
  const kept = document.getElementById("wx-toast-icons").content;
  return kept.querySelector(`[data-level="${level === "ok" ? "ok" : "danger"}"] svg`).cloneNode(true);
}

function asRetry(button, made, retry) {
  button.removeAttribute("data-undo");
  button.removeAttribute("data-key");
  button.textContent = text("retry");
  button.addEventListener("click", () => { made.remove(); retry(); });
}

// The clock stands still while the pointer or the focus is on the toast.
function watch(made, seconds) {
  let left = seconds;
  const timer = setInterval(() => {
    if (!made.isConnected) return clearInterval(timer);
    if (made.matches(":hover, :focus-within")) return;
    left -= 1;
    if (left <= 0) made.remove();
  }, 1000);
}

document.addEventListener("click", (event) => {
  const closing = event.target.closest("[data-closes-toast]");
  if (closing) closing.closest("[data-toast]").remove();
  const undo = event.target.closest("[data-undo]");
  if (undo) {
    undo.closest("[data-toast]").remove();
    window.htmx.ajax("POST", undo.dataset.undo, { source: document.body, swap: "none" });
  }
});

document.body.addEventListener("wx:toast", (event) => toast(event.detail));
box()?.querySelectorAll("[data-toast]").forEach((made) => { announce(made.querySelector("p").textContent); watch(made, SECONDS); });

// Today's list: the row after the one that was done takes its place; digits choose in a dialog.
import { choose } from "./keys.js";

const rows = () => [...document.querySelectorAll("#today-list [data-row]")];
const panel = document.getElementById("panel");
let place = 0;
let wanted = "";

// ── What was done leaves the list; the focus goes to the row in its place ──

document.body.addEventListener("tasks:changed", (event) => {
  const all = rows();
  place = Math.max(0, all.findIndex((row) => row.getAttribute("aria-current") === "true"));
  wanted = String(event.detail?.focus ?? "");
});

document.body.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.elt.id !== "today-list") return;
  const all = rows();
  const row = all.find((one) => one.dataset.task === wanted) ?? all[Math.min(place, all.length - 1)];
  if (row) choose(row);
  else {
    panel?.replaceChildren();
    document.getElementById("queue-title")?.closest("section")?.querySelector("h3")?.setAttribute("tabindex", "-1");
    document.querySelector("#today-list h3")?.focus();
  }
});

// The panel is not fetched where it is not shown (phones).
document.body.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.target?.id === "panel" && !panel?.checkVisibility()) event.preventDefault();
});

// ── Dialogs ──

const releasing = (dialog) => dialog?.querySelector("[data-releases]")?.dataset.releases;

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-releases]");
  if (button) release(button.dataset.releases);
});
document.addEventListener("cancel", (event) => {
  if (event.target.matches?.("dialog[data-dialog]")) release(releasing(event.target));
}, true);

function release(address) {
  if (address) window.htmx.ajax("POST", address, { source: document.body, swap: "none" });
}

document.addEventListener("close", (event) => {
  if (!event.target.matches?.("dialog[data-dialog]")) return;
  event.target.remove();
  const row = document.querySelector('#today-list [data-row][aria-current="true"]');
  if (row && document.activeElement === document.body) row.focus({ preventScroll: true });
}, true);

// 1, 2, 3 … choose; Enter sends (also from the note with Ctrl). Ignored while an input method composes.
document.addEventListener("keydown", (event) => {
  const dialog = document.querySelector("dialog[data-picks][open]");
  if (!dialog || event.isComposing || event.keyCode === 229) return;
  const typing = event.target.matches?.("textarea, input:not([type=radio])");
  if (event.key === "Enter" && (event.ctrlKey || (event.target.matches?.("input[type=radio]")))) {
    event.preventDefault();
    dialog.querySelector("form").requestSubmit();
    return;
  }
  if (typing || event.ctrlKey || event.altKey || event.metaKey || !/^[1-9]$/.test(event.key)) return;
  const choice = dialog.querySelectorAll(`input[type=radio][name="${dialog.dataset.picks}"]`)[Number(event.key) - 1];
  if (!choice) return;
  event.preventDefault();
  choice.checked = true;
  choice.focus();
});

// The chosen outcome has the focus when the dialog opens, so that Enter alone records it.
document.body.addEventListener("htmx:afterSettle", () => {
  const dialog = document.querySelector("dialog[data-picks][open]");
  if (!dialog || dialog.contains(document.activeElement) && document.activeElement.matches("input[type=radio], [data-takes-focus]")) return;
  const picks = [...dialog.querySelectorAll(`input[type=radio][name="${dialog.dataset.picks}"]`)];
  if (!dialog.querySelector("[data-takes-focus]")) (picks.find((one) => one.checked) ?? picks[0])?.focus();
});

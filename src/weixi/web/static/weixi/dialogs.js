// <dialog> by data-attributes: data-opens="id", data-closes. The browser traps and returns focus.
// A dialog whose content was fetched: <dialog data-dialog> opens itself after the swap.

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) {
    opener.closest("[popover]")?.hidePopover();
    document.getElementById(opener.dataset.opens)?.showModal();
  }
  const closer = event.target.closest("[data-closes]");
  if (closer) closer.closest("dialog")?.close();
  if (event.target.matches("dialog")) closeOutside(event);
});

// A press on the backdrop closes, unless something was typed.
function closeOutside(event) {
  const dialog = event.target;
  const typed = [...dialog.querySelectorAll("input, textarea")].some((field) => field.value !== field.defaultValue);
  const box = dialog.getBoundingClientRect();
  const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
  if (!inside && !typed) dialog.close();
}

const FIRST_FIELD = "form :is(input:not([type=hidden]), select, textarea)";

document.body.addEventListener("htmx:afterSettle", (event) => {
  const swapped = event.detail.elt;
  const dialog = swapped.matches?.("dialog[data-dialog]") ? swapped : swapped.querySelector?.("dialog[data-dialog]:not([open])");
  if (!dialog || dialog.open) return;
  dialog.showModal();
  (dialog.querySelector("[data-takes-focus], [autofocus]") ?? dialog.querySelector(FIRST_FIELD))?.focus();
});

// A button with data-fills="text" writes it into the first text field of its form.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fills]");
  const field = button?.closest("form")?.querySelector("input[type=text]");
  if (!field) return;
  field.value = button.dataset.fills;
  field.focus();
});

document.body.addEventListener("wx:close", () => document.querySelectorAll("dialog[open]").forEach((d) => d.close()));

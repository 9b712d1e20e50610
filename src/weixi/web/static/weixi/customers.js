// Customer list and page: choosing rows, columns, filters without empty values, quick reasons.

const chosen = () => [...document.querySelectorAll("#chosen input[name=id]:checked")];

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-pick-all]")) {
    document.querySelectorAll("#chosen input[name=id]").forEach((box) => { box.checked = event.target.checked; });
  }
  if (event.target.closest("#chosen")) bulk();
  if (event.target.closest("[data-columns]")) columns(event.target.closest("[data-columns]"));
});

function bulk() {
  const bar = document.querySelector("[data-bulk]");
  if (!bar) return;
  const count = chosen().length;
  bar.hidden = !count;
  bar.querySelector("[data-bulk-count]").textContent = bar.querySelector("[name=all]")?.checked ? "" : `✓ ${count}`;
}

function columns(form) {
  form.querySelector("[name=columns]").value = [...form.querySelectorAll("input[type=checkbox]:checked")].map((box) => box.value).join(",");
}

// Addresses stay short: empty fields are not sent.
document.addEventListener("submit", (event) => {
  if (event.target.matches(".wx-filters")) {
    for (const field of event.target.elements) if (field.name && !field.value) field.disabled = true;
  }
  if (event.target.matches("[data-download]")) {
    const dialog = event.target.closest("dialog");
    setTimeout(() => { delete event.target.dataset.sent; dialog?.close(); }, 500);
  }
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll(".wx-filters :disabled").forEach((field) => { field.disabled = false; });
  bulk();
});

// What was done on the customer's page changes the page: load it anew, at the same place.
document.body.addEventListener("tasks:changed", () => {
  if (document.querySelector(".wx-head")) setTimeout(() => location.reload(), 1200);
});

document.addEventListener("close", (event) => {
  if (event.target.matches?.("dialog[data-dialog]")) event.target.remove();
}, true);

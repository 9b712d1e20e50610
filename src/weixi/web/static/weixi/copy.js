// <button data-copies="id of a table" data-copied="words">: the table as tab-separated text, as a
// spreadsheet takes it. Hidden texts are left out; nothing is kept.

const cell = (one) => (one.querySelector("a") ?? one.querySelector("span:not(.visually-hidden)") ?? one).textContent.trim().replace(/\s+/g, " ");
const lines = (table) => [...table.rows].map((row) => [...row.cells].map(cell).join("\t")).join("\n");

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copies]");
  const table = button && document.getElementById(button.dataset.copies);
  if (!table) return;
  await navigator.clipboard.writeText(lines(table));
  document.body.dispatchEvent(new CustomEvent("wx:toast", { detail: { text: button.dataset.copied } }));
});

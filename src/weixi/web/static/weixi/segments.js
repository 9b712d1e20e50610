// Cells chosen together: how many customers they hold; Space chooses the cell under the focus.
const form = () => document.querySelector("[data-brush]");

function count() {
  const chosen = [...document.querySelectorAll(".seg-brush:checked")];
  const told = form()?.querySelector("[data-brush-count]");
  if (!told) return;
  const customers = chosen.reduce((sum, box) => sum + Number(box.dataset.n), 0);
  told.textContent = chosen.length
    ? told.dataset.some.replace("{cells}", chosen.length).replace("{customers}", customers.toLocaleString())
    : told.dataset.none;
  for (const box of document.querySelectorAll(".seg-brush")) {
    box.closest(".wx-cell")?.classList.toggle("sel", box.checked);
  }
}

document.addEventListener("change", (event) => {
  if (event.target.matches?.(".seg-brush")) count();
});
document.addEventListener("keydown", (event) => {
  const cell = event.target.closest?.(".wx-cell");
  const box = cell?.querySelector(".seg-brush");
  if (event.key !== " " || !box || event.target === box) return;
  event.preventDefault();
  box.checked = !box.checked;
  count();
});
document.body.addEventListener("htmx:afterSettle", count);

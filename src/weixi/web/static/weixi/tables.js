// A table of class wx-fold becomes cards on a phone: each cell is told the heading of its column.

function label(root) {
  for (const table of root.querySelectorAll(".wx-fold")) {
    const heads = [...table.querySelectorAll("thead th")].map((head) => (head.querySelector(".visually-hidden") ? "" : head.textContent.trim()));
    for (const row of table.tBodies[0].rows)
      for (const cell of row.querySelectorAll("td:not([data-label])"))
        if (heads[cell.cellIndex]) cell.dataset.label = heads[cell.cellIndex];
  }
}

label(document);
document.body.addEventListener("htmx:afterSettle", (event) => label(event.detail.elt.parentNode ?? document));

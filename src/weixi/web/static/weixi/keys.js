// Keys. Lists: <ol data-list> with [data-row] children; the current row has aria-current="true".
// J K or arrows move, Enter opens the row's [data-open] link; other letters press the button with
// data-key="e" in the current row, else on the page. Letters are ignored in fields, while an input
// method is composing, with modifiers, in dialogs, and when the person switched them off.

const areOn = () => document.body.dataset.keys !== "off";
const TYPING = "input:not([type=checkbox]):not([type=radio]):not([type=button]), textarea, select, [contenteditable=true]";
const list = () => document.querySelector("[data-list]");
const rows = () => [...(list()?.querySelectorAll("[data-row]") ?? [])];
const current = () => list()?.querySelector('[data-row][aria-current="true"]');

export function choose(row, { focus = true } = {}) {
  if (!row) return;
  for (const other of rows()) {
    const is = other === row;
    if (is) other.setAttribute("aria-current", "true");
    else other.removeAttribute("aria-current");
    other.tabIndex = is ? 0 : -1;
  }
  if (focus) { row.focus({ preventScroll: true }); row.scrollIntoView({ block: "nearest" }); }
  row.dispatchEvent(new CustomEvent("wx:row", { bubbles: true }));
}

function move(step) {
  const all = rows();
  if (!all.length) return false;
  const at = all.indexOf(current());
  choose(all[Math.min(Math.max(at + step, 0), all.length - 1)]);
  return true;
}

function press(key) {
  const name = `[data-key="${CSS.escape(key)}"]`;
  const here = current()?.querySelector(name);
  const found = here ?? [...document.querySelectorAll(name)].filter((b) => b.checkVisibility()).pop();
  if (!found || found.disabled) return false;
  found.click();
  return true;
}

function grid(event) {
  const cell = event.target.closest?.('[role="grid"] a');
  if (!cell) return false;
  const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  if (!step) return false;
  const lines = [...cell.closest('[role="grid"]').querySelectorAll("tr")].map((tr) => [...tr.querySelectorAll("a")]).filter((l) => l.length);
  const y = lines.findIndex((line) => line.includes(cell));
  const x = lines[y].indexOf(cell);
  const to = lines[y + step[1]]?.[x + step[0]];
  to?.focus();
  return Boolean(to);
}

function single(key) {
  if (key === "j") return move(1);
  if (key === "k") return move(-1);
  if (key === "?") return open("wx-keys-help");
  if (key === "/") return search();
  return press(key);
}

function open(id) { document.getElementById(id)?.showModal(); return true; }
function search() {
  const button = document.getElementById("wx-search");
  button?.click();
  return Boolean(button);
}

function handle(event) {
  if (event.isComposing || event.keyCode === 229) return false;
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") return search();
  if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) return press(event.key === "ArrowUp" ? "alt-up" : "alt-down");
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  if (event.target.closest?.(TYPING) || document.querySelector("dialog[open]")) return false;
  if (grid(event)) return true;
  const inList = event.target === document.body || event.target.closest?.("[data-list]");
  if (inList && event.key === "ArrowDown") return move(1);
  if (inList && event.key === "ArrowUp") return move(-1);
  if (event.key === "Enter" && event.target.matches?.("[data-row]")) {
    event.target.querySelector("[data-open]")?.click();
    return true;
  }
  return areOn() && event.key.length === 1 ? single(event.key.toLowerCase()) : false;
}

document.addEventListener("keydown", (event) => { if (handle(event)) event.preventDefault(); });

// ── Back to the list: the row that was opened is the current one again ──
// The browser keeps the place; which row it was, stands in the entry of its history (an address
// without what was asked for, nothing of the customer).

const opened = (link) => link && new URL(link.href).pathname;

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-list] [data-row] a[href]")?.closest("[data-row]").querySelector("[data-open]");
  if (link) history.replaceState({ ...history.state, row: opened(link) }, "");
});

const known = location.hash.match(/^#customer-(\d+)$/); // from the link "back to the list"
const wanted = history.state?.row ?? (known && `/customers/${known[1]}`);
if (wanted) choose(rows().find((row) => opened(row.querySelector("[data-open]")) === wanted));

// A press on a row makes it the current one; its links and buttons keep their own meaning.
document.addEventListener("click", (event) => {
  const row = event.target.closest?.("[data-list] [data-row]");
  if (row && row !== current()) choose(row, { focus: !event.target.closest("a, button, input") });
});
document.addEventListener("focusin", (event) => {
  const row = event.target.closest?.("[data-list] [data-row]");
  if (row && row !== current()) choose(row, { focus: false });
});

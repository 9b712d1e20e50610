// The search palette: Ctrl+K, / or the button. Fetched once; searches on the server, never while
// an input method is composing; results are links with the roles of a listbox.
import { announce } from "./texts.js";

const WAIT = 120; // ms after the last key
const opener = document.getElementById("wx-search");
const headers = { "HX-Request": "true" };
let palette = null;
let asked = null;
let timer = 0;

const input = () => palette.querySelector("[role=combobox]");
const list = () => palette.querySelector("[role=listbox]");
const options = () => [...palette.querySelectorAll("[role=option]")];
const current = () => palette.querySelector('[role=option][aria-selected="true"]');

opener?.addEventListener("click", open);

async function open() {
  if (!palette) {
    const answer = await fetch(`${opener.dataset.search}?part=palette`, { headers });
    if (!answer.ok) { location.assign(opener.dataset.search); return; }
    document.body.insertAdjacentHTML("beforeend", await answer.text());
    palette = document.getElementById("wx-palette");
    listen();
  }
  if (!palette.open) palette.showModal();
  input().focus();
  input().select();
  mark(options()[0]);
}

function listen() {
  input().addEventListener("input", (event) => { if (!event.isComposing) later(); });
  input().addEventListener("compositionend", later);
  input().addEventListener("keydown", keys);
  palette.querySelector("form").addEventListener("submit", (event) => { event.preventDefault(); event.stopPropagation(); });
  list().addEventListener("pointermove", (event) => mark(event.target.closest("[role=option]") ?? current()));
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(search, WAIT);
}

async function search() {
  asked?.abort();
  asked = new AbortController();
  list().setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(`${opener.dataset.search}?q=${encodeURIComponent(input().value)}`, { headers, signal: asked.signal });
    if (!answer.ok) throw new Error(String(answer.status));
    list().innerHTML = await answer.text();
    mark(options()[0]);
    announce(list().querySelector("[data-count]")?.textContent ?? "");
  } catch (error) {
    if (error.name !== "AbortError") document.body.dispatchEvent(new CustomEvent("wx:toast", { detail: { text: document.getElementById("wx-texts").content.querySelector('[data-text="failed"]').textContent, level: "danger" } }));
  } finally {
    list().removeAttribute("aria-busy");
  }
}

function keys(event) {
  if (event.isComposing || event.keyCode === 229) return;
  const all = options();
  const at = all.indexOf(current());
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && all.length) {
    event.preventDefault();
    mark(all[(at + step + all.length) % all.length]);
  } else if (event.key === "Enter") {
    event.preventDefault();
    current()?.click();
  }
}

function mark(option) {
  for (const other of options()) other.setAttribute("aria-selected", String(other === option));
  if (option) {
    input().setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else input().removeAttribute("aria-activedescendant");
}

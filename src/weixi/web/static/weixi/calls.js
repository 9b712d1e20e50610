// The card of a caller. Word of a call comes as a number only; the card itself is fetched.
// What is typed goes to the server; nothing is kept in the browser's storage.
const place = document.getElementById("calls");
const PAUSE = 400;
let timer = 0;

const card = () => document.getElementById("call-card");

function draft(folded) {
  const open = card();
  if (!open) return;
  const body = new URLSearchParams({ note: open.querySelector("#call-note")?.value ?? "" });
  if (folded !== undefined) body.set("small", folded ? "1" : "0");
  const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  fetch(open.dataset.draft, { method: "POST", body, keepalive: true, headers: { "X-CSRFToken": token, "HX-Request": "true", "WX-Quiet": "1" } });
}

function fold(small) {
  const open = card();
  if (!open) return;
  open.classList.toggle("small", small);
  open.querySelector("[data-call-fold]").setAttribute("aria-expanded", String(!small));
  draft(small);
}

// Before the next page is asked for: its card must find what was typed last.
function leave() {
  if (!timer) return;
  settle();
  draft();
}
function settle() {
  clearTimeout(timer);
  timer = 0;
  removeEventListener("beforeunload", leave);
}

place.addEventListener("input", (event) => {
  if (event.target.id !== "call-note") return;
  settle();
  timer = setTimeout(leave, PAUSE);
  addEventListener("beforeunload", leave);
});
place.addEventListener("click", (event) => {
  if (event.target.closest("[data-call-fold]")) fold(!card().classList.contains("small"));
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing || !card() || card().classList.contains("small")) return;
  if (document.querySelector("dialog[open]")) return;
  fold(true);
});
addEventListener("pagehide", leave);

const seen = new Set();
const events = new EventSource(place.dataset.events);
events.addEventListener("call", (event) => {
  if (seen.has(event.data)) return;
  seen.add(event.data);
  if (card()) htmx.trigger(document.getElementById("calls-waiting"), "calls:count");
  else htmx.trigger(place, "calls:look");
});
addEventListener("pagehide", () => events.close());

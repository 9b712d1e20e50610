// Manners of requests: one at a time per form, busy shown after 300 ms, typed text never lost.
import { toast } from "./toasts.js";
import { announce, text } from "./texts.js";

const line = document.getElementById("wx-loading");
const offline = document.getElementById("wx-offline");
let running = 0;
let shown = 0;

function busy(change) {
  running = Math.max(0, running + change);
  clearTimeout(shown);
  if (running) shown = setTimeout(() => line?.classList.add("on"), 300);
  else line?.classList.remove("on");
}

const sender = (element) => element?.closest("form")?.querySelector("button:not([type=button])") ?? element;
// What a person pressed is never quiet, wherever it stands, unless it says so itself.
const isQuiet = (element) => {
  if (element?.matches?.("form[method=post], a, button")) return element.matches("[data-quiet]");
  return Boolean(element?.closest?.("[data-quiet]"));
};

const pressed = "button, a";

// Asked before htmx would put the second press in its queue, to send it after the first.
document.body.addEventListener("htmx:confirm", (event) => {
  const button = sender(event.detail.elt);
  if (button?.matches(pressed) && button.getAttribute("aria-busy") === "true") event.preventDefault();
});

document.body.addEventListener("htmx:beforeRequest", (event) => {
  const { elt } = event.detail;
  if (isQuiet(elt)) return;
  const button = sender(elt);
  if (button?.matches(pressed)) button.setAttribute("aria-busy", "true"); // not disabled: that would take the focus away
  busy(1);
  event.detail.target?.setAttribute("aria-busy", "true");
});

document.body.addEventListener("htmx:afterRequest", (event) => {
  const { elt } = event.detail;
  if (isQuiet(elt)) return;
  busy(-1);
  event.detail.target?.removeAttribute("aria-busy");
  const button = sender(elt);
  if (button?.matches(pressed)) button.removeAttribute("aria-busy");
});

// After a swap: errors take the focus, then [data-takes-focus], then what htmx kept.
document.body.addEventListener("htmx:afterSettle", (event) => {
  const elt = event.detail.elt;
  const wanted = elt.querySelector?.("[data-takes-focus], [autofocus]");
  if (wanted) wanted.focus();
  if (!isQuiet(elt)) announce(elt.dataset?.said ?? elt.querySelector?.("[data-said]")?.dataset.said ?? text("loaded"));
});

function failed(event) {
  const { elt, requestConfig, xhr } = event.detail;
  if (isQuiet(elt)) return;
  const fresh = xhr?.getResponseHeader?.("X-CSRF-Fresh");
  if (fresh) return withToken(fresh, requestConfig);
  if (xhr?.getResponseHeader?.("HX-Trigger")) return; // the server's own words are shown already
  toast({ text: text("failed"), level: "danger", retry: () => again(requestConfig) });
}

function again(config) {
  window.htmx.ajax(config.verb, config.path, { source: config.elt, target: config.target });
}

// Signed in again in another tab: the page's token is old; the server sent a new one. Once.
function withToken(token, config) {
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
  if (config.elt.dataset.again === "yes") return;
  config.elt.dataset.again = "yes";
  again(config);
}

for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.body.addEventListener(name, failed);
}

// Plain forms: the second press of the button does nothing; coming back makes it live again. Where
// something was typed, the server is asked first whether it is there: the browser's own page about
// a lost connection would take the text with it.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[hx-post], [hx-get]") || form.method !== "post") return;
  if (form.dataset.sent === "yes") return event.preventDefault();
  if (isTyped(form) && form.dataset.sent !== "go") {
    event.preventDefault();
    askFirst(form, event.submitter);
    return;
  }
  form.dataset.sent = "yes";
  setTimeout(() => event.submitter?.setAttribute("aria-busy", "true"), 0);
});

const isTyped = (form) => [...form.querySelectorAll("textarea, input:not([type]), input[type=text]")]
  .some((field) => field.value !== field.defaultValue);

async function askFirst(form, submitter) {
  form.dataset.sent = "yes"; // no second press meanwhile
  busy(1);
  const isThere = await fetch("/healthz", { method: "HEAD", cache: "no-store" }).then((answer) => answer.status < 502, () => false);
  busy(-1);
  if (isThere) {
    form.dataset.sent = "go";
    form.requestSubmit(submitter);
  } else {
    delete form.dataset.sent;
    toast({ text: text("failed"), level: "danger", retry: () => form.requestSubmit(submitter) });
  }
}
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; });
  document.querySelectorAll("button[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
});

const connection = () => { if (offline) offline.hidden = navigator.onLine; };
window.addEventListener("offline", connection);
window.addEventListener("online", () => { connection(); announce(text("online")); });
connection();

// Pages of failures: back to the form, which the browser shows as it was left.
document.querySelectorAll("[data-back]").forEach((button) => {
  button.hidden = history.length < 2;
  button.addEventListener("click", () => history.back());
});
document.querySelector("[data-takes-focus]:not([data-sample] *)")?.focus();

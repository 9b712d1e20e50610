// Light and dark without a reload; the server keeps the choice. Without script the form does it.
const root = document.documentElement;
const isDark = () => root.dataset.bsTheme === "dark" || (!root.dataset.bsTheme && matchMedia("(prefers-color-scheme: dark)").matches);

document.querySelectorAll('form[action$="/theme"]').forEach((form) => {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    const chosen = isDark() ? "light" : "dark";
    root.dataset.bsTheme = chosen;
    document.dispatchEvent(new CustomEvent("wx:theme", { detail: chosen }));
    const sent = new FormData(form);
    sent.set("theme", chosen);
    fetch(form.action, { method: "POST", body: sent, headers: { "HX-Request": "true" } });
  });
});

// Words come from the page (template #wx-texts), so they are in its language.
export function text(name, values = {}) {
  const found = document.getElementById("wx-texts")?.content.querySelector(`[data-text="${name}"]`);
  return Object.entries(values).reduce((t, [k, v]) => t.replace(`{${k}}`, v), found?.textContent ?? "");
}

// Said to screen readers; emptied first so that the same words are said again.
export function announce(words) {
  const live = document.getElementById("wx-live");
  if (!live) return;
  live.textContent = "";
  setTimeout(() => { live.textContent = words; }, 50);
}

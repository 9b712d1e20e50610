// htmx notes the page's address in the browser's storage; an address may hold a name that was
// searched for. With its page cache off it has no use for the note: take it away at once.
const forget = () => sessionStorage.clear();
for (const name of ["htmx:pushedIntoHistory", "htmx:replacedInHistory", "htmx:historyRestore", "htmx:afterSettle"]) {
  document.body.addEventListener(name, forget);
}
forget();

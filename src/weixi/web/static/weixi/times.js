// "3 minutes ago" stays true while the page is open.
const STEPS = [[86400, "day"], [3600, "hour"], [60, "minute"]];
const words = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "always" });

function told(moment) {
  const seconds = (Date.now() - Date.parse(moment)) / 1000;
  const step = STEPS.find(([size]) => seconds >= size);
  if (!step || seconds > 30 * 86400) return "";
  return words.format(-Math.floor(seconds / step[0]), step[1]).replace(/(\d+)(\p{Script=Han})/u, "$1 $2");
}

setInterval(() => {
  for (const time of document.querySelectorAll("time[data-ago]")) {
    const now = told(time.dateTime);
    if (now && now !== time.textContent) time.textContent = now;
  }
}, 30000);

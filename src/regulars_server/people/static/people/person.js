// Through an audience by the keyboard: J or the right arrow to the next customer, K or the left one
// to the one before. Nothing while somebody types, or holds another key.
const KEYS = { j: "next", ArrowRight: "next", k: "prev", ArrowLeft: "prev" };

document.addEventListener("keydown", (event) => {
  const way = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  const busy = event.target.closest("input, textarea, select, [contenteditable], dialog, [tabindex='0']");
  if (!way || busy || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const link = document.querySelector(`.around a[rel='${way}']`);
  if (link) {
    event.preventDefault();
    link.click();
  }
});

// The keyboard palette: Ctrl K (⌘ K) anywhere, or "/" where nothing is being typed.

const dialog = document.getElementById("palette");
const typed = document.getElementById("palette-words");
const apple = /Mac|iPhone|iPad/.test(navigator.platform);

function open() {
  if (!dialog || dialog.open) return;
  dialog.showModal();
  typed.select();
  window.htmx.trigger(typed, "palette");
}

const links = () => [...dialog.querySelectorAll("#palette-hits a")];

function mark(number) {
  const all = links();
  all.forEach((link, at) => link.toggleAttribute("data-chosen", at === number));
  all[number]?.scrollIntoView({ block: "nearest" });
}

// The words that the hits beneath are of. Who types and presses Enter at once means what follows.
let shownFor = null;
let awaited = false;

function go() { links()[Math.max(chosen(), 0)]?.click(); }

function chosen() { return links().findIndex((link) => link.hasAttribute("data-chosen")); }

for (const shown of document.querySelectorAll("[data-shortcut]")) {
  shown.textContent = apple ? "⌘ K" : "Ctrl K";
}
for (const link of document.querySelectorAll("[data-palette]")) {
  link.addEventListener("click", (event) => { event.preventDefault(); open(); });
}

document.addEventListener("keydown", (event) => {
  const writing = event.target.closest?.("input, textarea, select, [contenteditable]");
  const shortcut = event.key.toLowerCase() === "k" && (apple ? event.metaKey : event.ctrlKey);
  if (shortcut || (event.key === "/" && !writing && !event.ctrlKey && !event.metaKey)) {
    event.preventDefault();
    open();
  }
});

dialog?.addEventListener("keydown", (event) => {
  // Keys of an input method choose among its own words.
  if (event.isComposing || event.keyCode === 229) return;
  // A search field keeps the first Escape to itself, to empty it.
  if (event.key === "Escape") { event.preventDefault(); dialog.close(); return; }
  if (event.key === "Enter" && event.target === typed) {
    event.preventDefault();
    if (typed.value === shownFor) go();
    else awaited = true;
    return;
  }
  const most = links().length;
  if (!most) return;
  if (event.key === "ArrowDown") { event.preventDefault(); mark((chosen() + 1) % most); }
  if (event.key === "ArrowUp") { event.preventDefault(); mark((chosen() - 1 + most) % most); }
});
typed?.addEventListener("input", () => { awaited = false; });
dialog?.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id !== "palette-hits") return;
  shownFor = new URL(event.detail.xhr.responseURL).searchParams.get("q");
  mark(0);
  if (awaited && typed.value === shownFor) { awaited = false; go(); }
});

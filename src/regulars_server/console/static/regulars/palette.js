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
  const most = links().length;
  if (!most) return;
  if (event.key === "ArrowDown") { event.preventDefault(); mark((chosen() + 1) % most); }
  if (event.key === "ArrowUp") { event.preventDefault(); mark((chosen() - 1 + most) % most); }
  if (event.key === "Enter" && event.target === typed) {
    event.preventDefault();
    links()[Math.max(chosen(), 0)].click();
  }
});
dialog?.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id === "palette-hits") mark(0);
});

// Cells that are moved through by keyboard, pasted into from a spreadsheet, taken back and done
// again; after each change the server calculates anew. Without it the form is sent as any other.

const form = document.querySelector("[data-grid]");
const past = [];
const future = [];
const WAIT = 90;
let waiting;
let begun = new Map(); // what stood in a cell when somebody went into it

const cells = () => [...form.querySelectorAll("table.cells input")];
const named = (name) => form.elements.namedItem(name);

function place(input) {
  const row = input.closest("tr");
  const rows = [...form.querySelectorAll("table.cells tbody tr:not(.group)")];
  return { rows, row: rows.indexOf(row), column: [...row.children].indexOf(input.closest("td")) };
}

function at(rows, row, column) {
  return rows[row]?.children[column]?.querySelector("input") ?? null;
}

function go(input, down, right) {
  const { rows, row, column } = place(input);
  for (let n = 1; n < 200; n += 1) {
    const to = at(rows, row + down * n, column + right * n);
    const over = row + down * n < 0 || row + down * n >= rows.length
      || column + right * n < 1 || column + right * n >= rows[row].children.length;
    if (over) return false;
    if (to && to.offsetParent !== null) { to.focus(); to.select(); return true; }
  }
  return false;
}

function show() {
  form.querySelector("[data-undo]")?.toggleAttribute("disabled", past.length === 0);
  form.querySelector("[data-redo]")?.toggleAttribute("disabled", future.length === 0);
  for (const input of cells()) {
    const twin = input.name.startsWith("plan.") && named(`now.${input.name.slice(5)}`);
    if (twin) input.classList.toggle("changed", twin.value.trim() !== input.value.trim());
  }
}

function recalculate() {
  show();
  clearTimeout(waiting);
  waiting = setTimeout(() => window.htmx.trigger(form, "recalculate"), WAIT);
}

function keep(changes) {
  const real = changes.filter(([, before, after]) => before !== after);
  if (!real.length) return;
  past.push(real);
  if (past.length > 500) past.shift();
  future.length = 0;
  show();
}

function settle(input) {
  if (!begun.has(input.name)) return;
  keep([[input.name, begun.get(input.name), input.value]]);
  begun.delete(input.name);
}

function step(from, to, which) {
  if (document.activeElement?.closest?.("table.cells")) settle(document.activeElement);
  const changes = from.pop();
  if (!changes) return;
  to.push(changes);
  let first = null;
  for (const [name, before, after] of changes) {
    const input = named(name);
    if (!input) continue;
    input.value = which === "undo" ? before : after;
    if (input.type !== "hidden") first ??= input;
  }
  begun = new Map();
  first?.focus();
  first?.select?.();
  recalculate();
}

function paste(event, input) {
  const text = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n").replace(/\n$/, "");
  if (!/[\t\n]/.test(text)) return; // one figure goes in as it does anywhere
  event.preventDefault();
  const { rows, row, column } = place(input);
  const changes = [];
  const shown = [...rows[row].children].map((cell, n) => ({ cell, n })).filter(({ cell }) => cell.offsetParent !== null);
  const begins = shown.findIndex(({ n }) => n === column);
  text.split("\n").forEach((line, down) => {
    line.split("\t").forEach((said, right) => {
      const target = at(rows, row + down, shown[begins + right]?.n ?? -1);
      if (!target) return;
      changes.push([target.name, target.value, said.trim()]);
      target.value = said.trim();
    });
  });
  begun = new Map();
  keep(changes);
  recalculate();
}

function onKey(event) {
  const input = event.target;
  const control = event.ctrlKey || event.metaKey;
  const key = event.key.toLowerCase();
  if (control && key === "z" && !event.shiftKey) { event.preventDefault(); step(past, future, "undo"); return; }
  if (control && (key === "y" || (key === "z" && event.shiftKey))) {
    event.preventDefault();
    step(future, past, "redo");
    return;
  }
  if (control || event.altKey || event.isComposing || !input.matches("table.cells input")) return;
  const whole = input.selectionStart === 0 && input.selectionEnd === input.value.length;
  const atBegin = whole || (input.selectionStart === 0 && input.selectionEnd === 0);
  const atEnd = whole || input.selectionStart === input.value.length;
  const moves = {
    ArrowUp: () => go(input, -1, 0),
    ArrowDown: () => go(input, 1, 0),
    Enter: () => go(input, event.shiftKey ? -1 : 1, 0) || true,
    ArrowLeft: () => atBegin && go(input, 0, -1),
    ArrowRight: () => atEnd && go(input, 0, 1),
    Escape: () => {
      if (!begun.has(input.name)) return false;
      input.value = begun.get(input.name);
      recalculate();
      return true;
    },
  };
  if (moves[event.key]?.()) event.preventDefault();
}

function markFaults() {
  const wrong = new Set();
  for (const one of form.querySelectorAll("[data-cells]")) {
    for (const name of one.dataset.cells.split(" ")) if (name) wrong.add(name);
  }
  for (const input of cells()) {
    if (wrong.has(input.name)) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }
}

if (form) {
  form.addEventListener("focusin", (event) => {
    if (!event.target.matches("table.cells input")) return;
    begun.set(event.target.name, event.target.value);
    if (event.target.matches(":focus-visible")) event.target.select();
  });
  form.addEventListener("focusout", (event) => {
    if (event.target.matches("table.cells input")) settle(event.target);
  });
  form.addEventListener("input", (event) => {
    if (event.target.matches("table.cells input, #settings input, #plan-title")) recalculate();
  });
  form.addEventListener("change", (event) => {
    if (event.target.matches("#settings select")) recalculate();
  });
  form.addEventListener("keydown", onKey);
  form.addEventListener("paste", (event) => {
    if (event.target.matches("table.cells input")) paste(event, event.target);
  });
  form.addEventListener("click", (event) => {
    if (event.target.matches("[data-undo]")) step(past, future, "undo");
    if (event.target.matches("[data-redo]")) step(future, past, "redo");
  });
  // A file comes and the page stays: the form may be sent again.
  form.addEventListener("submit", (event) => {
    if (event.submitter?.matches("[data-file]")) setTimeout(() => { delete form.dataset.sent; }, 500);
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id === "analysis" || event.target.closest?.("#analysis")) return;
    markFaults();
    show();
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt.id === "analysis" || !event.detail.successful) return;
    markFaults();
    show();
    window.htmx.trigger("#analysis", "deepen");
  });
  show();
}

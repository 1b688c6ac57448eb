// A file in pieces, each acknowledged: after a lost connection or a reload the rest is sent.
// Without this script the form sends the file in one.

const PIECE = 4 * 1024 * 1024;
const LONGEST_WAIT = 30000;
const pause = (ms) => new Promise((resume) => setTimeout(resume, ms));

class Refused extends Error {}

async function asked(address, options) {
  const response = await fetch(address, { credentials: "same-origin", ...options });
  // 409: the server has other bytes than we thought, and says how many.
  if (response.ok || response.status === 409) {
    if ((response.headers.get("Content-Type") || "").startsWith("application/json")) return response.json();
    throw new Refused("");
  }
  if (response.status >= 500 && response.status !== 503) throw new TypeError("server");
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const said = page.querySelector("main p, main h1");
  throw new Refused(said ? said.textContent.trim() : "");
}

async function digestOf(bytes) {
  if (!window.crypto || !crypto.subtle) return "";
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash, (b) => b.toString(16).padStart(2, "0")).join("");
}

async function patiently(work, waiting) {
  for (let wait = 1000; ; wait = Math.min(wait * 2, LONGEST_WAIT)) {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Refused) throw error;
      waiting();
      await pause(wait);
    }
  }
}

async function send(form, file, token, show) {
  const headers = { "X-CSRFToken": token };
  const waiting = () => show(null, form.dataset.waiting);
  let state;
  if ("resume" in form.dataset) {
    state = await patiently(() => asked(form.action), waiting);
    if (state.size !== file.size) throw new Refused(form.dataset.other);
  } else {
    const said = new FormData(form);
    said.delete("file");
    said.set("file_name", file.name);
    said.set("size", file.size);
    state = await asked(form.action, { method: "POST", body: said, headers });
  }
  while (state.received < state.size) {
    show((100 * state.received) / state.size, form.dataset.going);
    const bytes = await file.slice(state.received, state.received + PIECE).arrayBuffer();
    const more = { ...headers, "Content-Type": "application/octet-stream",
      "X-Offset": String(state.received), "X-Chunk-SHA256": await digestOf(bytes) };
    const piece = state.piece;
    try {
      state = await asked(piece, { method: "POST", body: bytes, headers: more });
    } catch (error) {
      if (error instanceof Refused) throw error;
      waiting();
      // It may have arrived although the answer did not.
      state = await patiently(() => asked(piece), waiting);
    }
  }
  show(100, form.dataset.going);
  location.assign(state.page);
}

for (const form of document.querySelectorAll("form[data-upload]")) {
  const box = form.querySelector(".upload");
  const bar = box.querySelector("progress");
  const words = box.querySelector(".said");
  const show = (percent, said) => {
    box.hidden = false;
    if (percent !== null) bar.value = percent;
    words.textContent = percent === null ? said : `${said} ${Math.floor(percent)}%`;
  };
  form.addEventListener("submit", async (event) => {
    const file = form.querySelector("input[type=file]").files[0];
    if (!file || !file.size) return;
    event.preventDefault();
    if (form.dataset.under) return;
    form.dataset.under = "way";
    const token = form.querySelector("input[name=csrfmiddlewaretoken]").value;
    try {
      await send(form, file, token, show);
    } catch (error) {
      words.textContent = error.message || form.dataset.failed;
      box.hidden = false;
    }
    delete form.dataset.under;
    delete form.dataset.sent;
  });
}

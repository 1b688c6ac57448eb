// What the pages need beside htmx. Without it everything still works, with a little more typing.

const wide = window.matchMedia("(min-width: 900px)");
const menu = document.getElementById("menu");
if (menu) {
  // A wide page has its navigation open beside the content; so has every page without scripts.
  const settle = () => { menu.open = wide.matches; };
  wide.addEventListener("change", settle);
  settle();
}

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent);
    button.classList.add("done");
  });
}

// A form that is on its way is not sent twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if ("again" in form.dataset) return; // a download leaves the page where it is
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
  window.addEventListener("pageshow", () => { delete form.dataset.sent; }, { once: true });
});

document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector("input[name=csrfmiddlewaretoken]");
  if (token) event.detail.headers["X-CSRFToken"] = token.value;
});

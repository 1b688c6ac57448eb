// Pictures come as finished SVG. Once one is in view it is drawn anew from its own specification,
// so that it answers the pointer. The drawing that came stays wherever that does not work.

const source = import.meta.url;
const address = document.querySelector("script[data-vega]")?.dataset.vega;
const OPTIONS = {
  ast: true, actions: false, defaultStyle: false, renderer: "svg",
  tooltip: { disableDefaultStyle: true },
};
let loading;

async function enliven(place) {
  if (!address) return;
  loading ??= import(new URL(address, source).href);
  await loading;
  const spec = JSON.parse(place.querySelector("script[type='application/json']").textContent);
  const drawn = document.createElement("div");
  // What it shows is said by the label of the picture, and by the table beneath.
  drawn.setAttribute("aria-hidden", "true");
  await window.vegaEmbed(drawn, spec, OPTIONS);
  const svg = drawn.querySelector("svg");
  if (!svg) return;
  svg.setAttribute("class", "live");
  place.querySelector("svg")?.remove();
  place.append(drawn);
}

const seen = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    seen.unobserve(entry.target);
    enliven(entry.target).catch((error) => console.warn("a picture stays as it came", error));
  }
});

let drawnLast = Promise.resolve();

function watch(root) {
  for (const place of root.querySelectorAll("[data-drawing]:not([data-watched])")) {
    place.dataset.watched = "yes";
    // Where no drawing came, it is made whether seen or not: the page may be printed.
    if (place.querySelector("svg") || !place.checkVisibility()) seen.observe(place);
    else drawnLast = drawnLast.then(() => enliven(place)).catch((error) => console.warn(error));
  }
}

watch(document);
document.addEventListener("htmx:afterSettle", () => watch(document));

// A mark of a drawing that came opens the customers behind it; the table beside has the same links.
document.addEventListener("click", (event) => {
  const mark = event.target.closest?.("[data-drawing] [data-opens]");
  if (mark) window.location.assign(mark.dataset.opens);
});

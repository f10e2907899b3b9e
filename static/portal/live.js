// A part of a page that asks for itself again. Whoever is in it by keyboard keeps the place; when the session is over the
// figures stay as they were, and the page says how old they are.
let kept = "";

document.addEventListener("htmx:beforeSwap", (event) => {
  const { elt, xhr } = event.detail;
  if (elt.dataset.unattended === undefined) { return; }
  if (new URL(xhr.responseURL).pathname !== location.pathname) { event.detail.shouldSwap = false; }
  kept = elt.contains(document.activeElement) ? document.activeElement.getAttribute("href") || "" : "";
});

// a page that nobody looks at asks for nothing; looked at again it asks at once
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt.dataset.unattended !== undefined && document.hidden) { event.preventDefault(); }
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden) { return; }
  document.querySelectorAll("[data-unattended]").forEach((part) => window.htmx.trigger(part, "live:again"));
});

document.addEventListener("htmx:afterSettle", () => {
  const link = kept && document.querySelector(`[data-unattended] a[href="${CSS.escape(kept)}"]`);
  kept = "";
  if (link) { link.focus({ preventScroll: true }); }
});

// Small behaviors of every page. All of them hang on data attributes and also work on parts that htmx brings later.

const texts = document.body.dataset;
const root = document.documentElement;

function announce(text) {
  const live = document.getElementById("live");
  if (live) live.textContent = text;
}

// Menu drawer: Escape and the shade close it; while it is open Tab stays in it and its button.
function setMenu(open) {
  const button = document.querySelector("[data-menu-toggle]");
  const menu = document.getElementById("menu");
  if (!button || !menu) return;
  document.body.classList.toggle("menu-open", open);
  button.setAttribute("aria-expanded", String(open));
  document.querySelectorAll("[data-menu-shade]").forEach((shade) => { shade.hidden = !open; });
  document.querySelectorAll(".page-column").forEach((part) => { part.inert = open; });
  if (open) menu.querySelector("a")?.focus();
  else if (menu.contains(document.activeElement)) button.focus();
}

// Drop-downs are <details>: only one is open, and it closes when a person looks elsewhere.
function closeDrops(except) {
  document.querySelectorAll("[data-drop][open]").forEach((drop) => {
    if (drop !== except && !drop.contains(except)) drop.open = false;
  });
}

function onEscape() {
  const open = document.querySelector("[data-drop][open]");
  if (open) {
    open.open = false;
    open.querySelector("summary").focus();
  } else if (document.body.classList.contains("menu-open")) {
    setMenu(false);
  }
}

// Copying: the clipboard needs a secure page, hospital intranets often have none, so the old way stays as a second.
function copyBySelection(text) {
  const area = document.createElement("textarea");
  area.value = text;
  area.setAttribute("readonly", "");
  area.className = "visually-hidden";
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  return copied;
}

async function copy(button) {
  const text = button.dataset.copyText ?? button.closest(".reminder").querySelector("textarea").value;
  let copied = false;
  try {
    await navigator.clipboard.writeText(text);
    copied = true;
  } catch {
    copied = copyBySelection(text);
    button.focus();
  }
  announce("");
  const message = copied ? texts.textCopied : texts.textNotCopied;
  button.dataset.label ??= button.innerHTML;
  button.textContent = message;
  announce(message);
  setTimeout(() => { button.innerHTML = button.dataset.label; }, 2500);
}

// Reading comfort, kept on this device.
function setComfort(button) {
  const name = button.dataset.comfort;
  const on = root.classList.toggle(name);
  try {
    localStorage.setItem(`comfort:${name}`, on ? "on" : "off");
  } catch {
    // storage may be forbidden; the choice then lasts as long as the page
  }
  showComfort();
}

function showComfort() {
  document.querySelectorAll("[data-comfort]").forEach((button) => {
    button.setAttribute("aria-pressed", String(root.classList.contains(button.dataset.comfort)));
  });
}

// Unsaved input: the browser asks before the page is left.
const dirty = new Set();

function markDirty(event) {
  const form = event.target.closest?.("form[data-dirty]");
  if (form) dirty.add(form);
}

function warnUnsaved(event) {
  for (const form of dirty) if (!form.isConnected) dirty.delete(form);
  if (!dirty.size) return;
  event.preventDefault();
  event.returnValue = texts.textUnsaved;
}

// Sending twice is a doubled record for somebody with a slow line.
function onSubmit(event) {
  const form = event.target;
  dirty.delete(form);
  if (event.defaultPrevented || form.method !== "post" || form.matches("[hx-post]")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  setTimeout(() => { delete form.dataset.sent; }, 4000);
}

function showDialog(id) {
  const dialog = document.getElementById(id);
  if (dialog && !dialog.open) dialog.showModal();
}

const clicks = [
  ["[data-menu-toggle]", () => setMenu(!document.body.classList.contains("menu-open"))],
  ["[data-menu-close]", () => setMenu(false)],
  ["[data-dialog]", (button) => showDialog(button.dataset.dialog)],
  ["[data-dialog-close]", (button) => button.closest("dialog").close()],
  ["[data-copy], [data-copy-text]", copy],
  ["[data-comfort]", setComfort],
  ["[data-print]", () => window.print()],
  ["[data-back]", () => history.back()],
];

function onClick(event) {
  if (!(event.target instanceof Element)) return;
  closeDrops(event.target);
  for (const [selector, act] of clicks) {
    const hit = event.target.closest(selector);
    if (hit) act(hit);
  }
}

// A link of the error summary leads into the field itself, with its label in sight.
function onSummaryLink(event) {
  const link = event.target instanceof Element && event.target.closest("[data-error-summary] a[href^='#']");
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  (field.closest(".field") ?? field).scrollIntoView({ block: "start" });
  field.focus({ preventScroll: true });
}

// A table that fits its box lets the page scroll, so that its heading can stay on top; only one that does not is a stop for Tab.
function fitTables() {
  document.querySelectorAll(".table-box:not(.table-wide)").forEach((box) => {
    box.classList.remove("table-fits");
    const fits = box.scrollWidth <= box.clientWidth;
    box.classList.toggle("table-fits", fits);
    if (fits) box.removeAttribute("tabindex");
    else box.tabIndex = 0;
  });
}

function onArrival(part) {
  fitTables();
  showComfort();
  part.querySelector("[data-error-summary]")?.focus();
  part.querySelectorAll("[data-announce]").forEach((one) => announce(one.dataset.announce));
}

document.addEventListener("click", onClick);
document.addEventListener("click", onSummaryLink);
document.addEventListener("keydown", (event) => { if (event.key === "Escape") onEscape(); });
document.addEventListener("input", markDirty);
document.addEventListener("submit", onSubmit);
document.addEventListener("focusin", (event) => closeDrops(event.target));
document.addEventListener("htmx:afterSettle", (event) => {
  const arrived = event.detail.elt?.isConnected ? event.detail.elt : document;
  if (arrived.dataset?.announce) announce(arrived.dataset.announce);
  onArrival(arrived);
});
document.addEventListener("htmx:sendError", () => announce(texts.textRequestFailed));
window.addEventListener("beforeunload", warnUnsaved);
window.addEventListener("pageshow", () => { document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; }); });
let resizing = 0;
window.addEventListener("resize", () => {
  cancelAnimationFrame(resizing);
  resizing = requestAnimationFrame(fitTables);
});
window.matchMedia("(min-width: 62em)").addEventListener?.("change", () => setMenu(false));
onArrival(document);

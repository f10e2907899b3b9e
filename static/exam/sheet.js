// The questions and the answer card: what is chosen, in which of four states each question is, flags, the filter.
import { paper, text } from "./page.js";
import { outbox } from "./outbox.js";

const articles = new Map([...document.querySelectorAll("[data-place]")].map((one) => [Number(one.dataset.place), one]));
const links = new Map([...document.querySelectorAll(".palette a")].map((one) => [Number(one.hash.slice(2)), one]));
const toggle = document.getElementById("palette-toggle");
const onlyOpen = document.getElementById("only-open");

const inputs = (place) => [...articles.get(place).querySelectorAll("input")];

export const places = [...articles.keys()];
export const isPlace = (place) => articles.has(place);
export const chosen = (place) => inputs(place).filter((one) => one.checked).map((one) => one.value).sort().join(",");

// answered is said only of the very value that the server has acknowledged
export function stateOf(place) {
  const value = chosen(place);
  const held = outbox.saved.has(place) ? outbox.saved.get(place)[0] : "";
  if (outbox.waiting.has(place) || value !== held) { return "unsaved"; }
  return value ? "answered" : "open";
}

export function paint(place) {
  const link = links.get(place);
  const kind = stateOf(place);
  link.dataset.state = kind;
  const flagged = outbox.flags.has(place) ? `, ${text("Flagged")}` : "";
  link.setAttribute("aria-label", `${text("Question")} ${place}, ${text(kind[0].toUpperCase() + kind.slice(1))}${flagged}`);
  inputs(place).forEach((input) => input.closest(".option").toggleAttribute("data-chosen", input.checked));
}

export function count() {
  const answered = places.filter((place) => chosen(place)).length;
  document.querySelectorAll(".answered").forEach((one) => { one.textContent = `${answered} / ${places.length}`; });
}

export function show(place, value) {
  const picked = new Set(value.split(","));
  inputs(place).forEach((input) => { input.checked = picked.has(input.value); });
  paint(place);
}

// what came from the server, whatever the browser has filled in again by itself
export function asLoaded(place) {
  const value = inputs(place).filter((one) => one.defaultChecked).map((one) => one.value).sort().join(",");
  show(place, value);
  return value;
}

// an answer as people say it: its letters, or right and wrong
export function words(place, value) {
  const picked = new Set(value.split(","));
  const said = inputs(place).filter((one) => picked.has(one.value)).map((one) => one.closest(".option").querySelector(".option-letter").textContent.trim()
    || one.closest(".option").querySelector(".option-text").textContent.trim());
  return said.join(" ") || text("Nothing");
}

export function goTo(place) {
  articles.get(place).hidden = false;
  articles.get(place).scrollIntoView();
  articles.get(place).focus({ preventScroll: true });
}

export function freeze(frozen) {
  const inside = document.activeElement && document.activeElement.tagName === "INPUT" && paper.contains(document.activeElement);
  if (frozen && inside) { document.activeElement.closest("[data-place]").focus({ preventScroll: true }); }
  paper.querySelectorAll("input").forEach((input) => { input.disabled = frozen; });
}

export function showFlag(place) {
  const flagged = outbox.flags.has(place);
  const button = articles.get(place).querySelector(".question-flag");
  button.setAttribute("aria-pressed", String(flagged));
  button.textContent = flagged ? text("Unflag") : text("Flag");
  links.get(place).toggleAttribute("data-flagged", flagged);
  paint(place);
}

export function placeOf(element) {
  const article = element.closest("[data-place]");
  return article ? Number(article.dataset.place) : 0;
}

// On a narrow screen the answer card is a sheet that opens over the paper.
function showPalette(open) {
  document.body.toggleAttribute("data-palette", open);
  toggle.setAttribute("aria-expanded", String(open));
  if (open) { document.getElementById("palette").focus({ preventScroll: true }); }
}

function closePalette() {
  if (!document.body.hasAttribute("data-palette")) { return; }
  const inside = document.getElementById("palette").contains(document.activeElement);
  showPalette(false);
  if (inside) { toggle.focus(); }
}

// where the answer card is on this screen
function skipToPalette(event) {
  event.preventDefault();
  const there = toggle.getClientRects().length ? toggle : document.getElementById("palette");
  there.focus();
}

// 1–9 choose within the question that has the focus, beside what the browser does by itself
function onDigit(event) {
  const place = /^[1-9]$/.test(event.key) && !event.ctrlKey && !event.altKey && !event.metaKey ? placeOf(event.target) : 0;
  const input = place ? inputs(place)[Number(event.key) - 1] : null;
  if (!input || input.disabled) { return; }
  event.preventDefault();
  input.focus();
  input.click();
}

function filter() {
  const only = onlyOpen.getAttribute("aria-pressed") !== "true";
  onlyOpen.setAttribute("aria-pressed", String(only));
  places.forEach((place) => {
    const hidden = only && Boolean(chosen(place));
    articles.get(place).hidden = hidden;
    links.get(place).parentElement.hidden = hidden;
  });
}

export function startSheet() {
  outbox.load(new Map(places.map((place) => [place, asLoaded(place)])));
  outbox.waiting.forEach(([value], place) => show(place, value));
  places.forEach((place) => showFlag(place));
  count();
  paper.addEventListener("click", (event) => {
    const button = event.target.closest(".question-flag");
    if (!button) { return; }
    outbox.flag(placeOf(button));
    showFlag(placeOf(button));
  });
  paper.addEventListener("keydown", onDigit);
  paper.addEventListener("focusin", (event) => {
    const now = placeOf(event.target);
    links.forEach((link, place) => { if (place === now) { link.setAttribute("aria-current", "true"); } else { link.removeAttribute("aria-current"); } });
  });
  onlyOpen.addEventListener("click", filter);
  document.getElementById("skip-to-palette").addEventListener("click", skipToPalette);
  toggle.addEventListener("click", () => showPalette(toggle.getAttribute("aria-expanded") !== "true"));
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") { closePalette(); } });
  document.querySelector(".palette").addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link) { return; }
    event.preventDefault();
    showPalette(false);
    goTo(Number(link.hash.slice(2)));
  });
}

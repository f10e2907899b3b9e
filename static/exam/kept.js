// Answers that never reached the server because the exam went on on another device: kept aside here, and offered. Nothing
// of them is sent unless the candidate says so, question by question.
import { outbox } from "./outbox.js";
import { data, emit, say, state, text, timeOf } from "./page.js";
import { choose } from "./saving.js";
import { chosen, goTo, isPlace, show, words } from "./sheet.js";
import { postSigned } from "./sign-in.js";
import * as store from "./store.js";

const panel = document.getElementById("kept");
const rows = document.getElementById("kept-rows");
const error = document.getElementById("kept-error");
const MINE = Number(data.generation);

// place → [value, server time] of the newest older generation of this attempt on this device
let kept = new Map();

const generationOf = (key) => {
  const found = new RegExp(`^exam-${data.attempt}-(\\d+)$`).exec(key);
  return found ? Number(found[1]) : NaN;
};

const olderKeys = () => store.keys(`exam-${data.attempt}-`).filter((key) => generationOf(key) < MINE)
  .sort((one, other) => generationOf(one) - generationOf(other));

function find() {
  const found = new Map();
  olderKeys().forEach((key) => ((store.read(key) || {}).waiting || []).forEach(([place, [value, , at]]) => found.set(place, [value, at])));
  // what the server holds already needs no decision
  return new Map([...found].filter(([place, [value]]) => isPlace(place) && value !== heldBy(place)).sort((one, other) => one[0] - other[0]));
}

const heldBy = (place) => (outbox.saved.has(place) ? outbox.saved.get(place)[0] : "");

function cell(...content) {
  const one = document.createElement("td");
  one.append(...content);
  return one;
}

// as a choice: ticked where the server holds nothing, so that no decision loses nothing
function rowOf(place, value, at, choice) {
  const row = document.createElement("tr");
  const label = document.createElement("label");
  if (choice) {
    const box = document.createElement("input");
    box.type = "checkbox";
    box.value = place;
    box.checked = !heldBy(place);
    label.append(box, " ");
  }
  label.append(`${text("Question")} ${place}`);
  row.append(cell(label), cell(words(place, value)), cell(timeOf(at)), cell(words(place, heldBy(place))));
  return row;
}

function fill(entries, choice) {
  rows.textContent = "";
  entries.forEach(([place, value, at]) => rows.append(rowOf(place, value, at, choice)));
  document.getElementById("kept-back").hidden = choice;
  document.getElementById("kept-enter").hidden = !choice;
  document.getElementById("kept-drop").hidden = !choice;
  document.getElementById("kept-why").textContent = text(choice ? "KeptHere" : "KeptStale");
  // a page that can only be read does not know what the server holds by now
  panel.toggleAttribute("data-choice", choice);
  panel.hidden = !entries.length;
}

function forget() {
  olderKeys().forEach(store.remove);
  kept = new Map();
  panel.hidden = true;
}

function enter() {
  const ticked = [...rows.querySelectorAll("input:checked")].map((box) => Number(box.value));
  ticked.forEach((place) => {
    show(place, kept.get(place)[0]);
    choose(place, chosen(place));
  });
  // only once they stand in the new outbox do they leave the old one
  forget();
  say(text("Entered", ticked.length));
  goTo(ticked.length ? ticked[0] : 1);
}

async function takeBack() {
  error.hidden = true;
  const response = await postSigned(data.takeOverUrl, {}).catch(() => null);
  if (response && response.ok) {
    emit("leaving");
    location.replace(response.url);
    return;
  }
  error.textContent = text("NoServer");
  error.hidden = false;
}

// this page has become the older device
export function offerBack() {
  const entries = [...outbox.waiting].sort((one, other) => one[0] - other[0]).map(([place, [value, , at]]) => [place, value, at]);
  if (!entries.length) {
    document.getElementById("kept-none").hidden = false;
    document.getElementById("kept-table").hidden = true;
  }
  fill(entries, false);
  panel.hidden = false;
  panel.scrollIntoView();
  if (!outbox.kept) {
    error.textContent = text("KeptMemory");
    error.hidden = !entries.length;
  }
}

export const keptCount = () => kept.size;

export function startKept() {
  kept = find();
  if (kept.size) { fill([...kept].map(([place, [value, at]]) => [place, value, at]), true); } else { forget(); }
  document.getElementById("kept-enter").addEventListener("click", () => { if (!state.readonly && !state.over) { enter(); } });
  document.getElementById("kept-drop").addEventListener("click", forget);
  document.getElementById("kept-back").addEventListener("click", takeBack);
}

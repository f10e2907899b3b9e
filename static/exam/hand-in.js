// Handing in: what is open is listed, what waits goes first however long the network takes, and the paper is left only when
// the portal has taken it.
import { clock } from "./clock.js";
import { keptCount } from "./kept.js";
import { outbox } from "./outbox.js";
import { closeDialog, data, note, on, openDialog, say, state, text } from "./page.js";
import { pulse } from "./pulse.js";
import { badge, send } from "./saving.js";
import { chosen, goTo, places, stateOf } from "./sheet.js";
import { postSigned } from "./sign-in.js";

const AGAIN = 5000; // milliseconds until the portal is tried again
const dialog = document.getElementById("hand-in-dialog");
const form = document.getElementById("hand-in-form");
const cancel = document.getElementById("hand-in-cancel");
const submit = form.querySelector("[type=submit]");

let busy = false;
let timer = 0;

// a link to each, so that the candidate sees what it is about
function list(id, name, found) {
  const line = document.getElementById(id);
  line.hidden = !found.length;
  line.textContent = found.length ? `${text(name, found.length)} ` : "";
  found.forEach((place) => {
    const link = document.createElement("a");
    link.href = `#q${place}`;
    link.textContent = place;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      closeDialog(dialog);
      goTo(place);
    });
    line.append(link, " ");
  });
}

function describe() {
  const open = places.filter((place) => !chosen(place));
  list("hand-in-open", "SomeOpen", open);
  if (!open.length) {
    document.getElementById("hand-in-open").hidden = false;
    document.getElementById("hand-in-open").textContent = text("NoneOpen");
  }
  list("hand-in-flagged", "SomeFlagged", places.filter((place) => outbox.flags.has(place)));
  list("hand-in-unsent", "SomeUnsent", places.filter((place) => stateOf(place) === "unsaved"));
  const kept = document.getElementById("hand-in-kept");
  kept.hidden = !keptCount();
  kept.textContent = text("SomeKept", keptCount());
}

function tell(words) {
  const line = document.getElementById("hand-in-doing");
  line.hidden = !words;
  if (line.textContent !== words) { line.textContent = words; }
}

function lock(locked) {
  submit.disabled = state.handing;
  cancel.disabled = locked;
}

const pastGrace = () => state.over && clock.now() > clock.until + Number(data.grace);

export function startHandIn() {
  if (state.readonly) { return; }
  state.handing = true;
  lock(false);
  step();
}

function step() {
  clearTimeout(timer);
  if (!state.handing || busy) { return; }
  if (outbox.waiting.size && !pastGrace()) {
    tell(text("Unsent", outbox.waiting.size));
    timer = setTimeout(step, AGAIN);
    send();
    return;
  }
  handOver();
}

async function handOver() {
  busy = true;
  tell(text("Handing"));
  // the last evidence goes along, and an end that was moved a moment ago is heard of
  await pulse();
  let response = null;
  let reached = true;
  if (state.handing) {
    lock(true);
    response = await postSigned(form.action, { token: data.token }).catch(() => { reached = false; return null; });
    lock(false);
  }
  busy = false;
  if (response && response.ok) { leave(response.url); } else if (state.handing) { notYet(reached && !response); }
}

function notYet(putOff) {
  if (putOff && !state.over) { stop(); return; }
  tell(text("Unreached"));
  say(text("Unreached"));
  badge();
  timer = setTimeout(step, AGAIN * (1 + Math.random() / 3));
}

function stop() {
  state.handing = false;
  clearTimeout(timer);
  tell("");
  lock(false);
}

// Answers that the server has not taken stay on the device, and the page with their file stays open.
function leave(url) {
  if (outbox.unacknowledged().length) {
    stop();
    if (dialog.open) { closeDialog(dialog); }
    note(text("HandedUnsent"), "warning", { href: url, words: text("Result") });
    state.readonly = state.readonly || "closed";
    badge();
    return;
  }
  outbox.wipe();
  state.left = true;
  location.replace(url);
}

export function startHandingIn() {
  document.getElementById("hand-in").addEventListener("click", () => {
    describe();
    openDialog(dialog);
  });
  cancel.addEventListener("click", () => closeDialog(dialog));
  // time that is up is not put off
  dialog.addEventListener("close", () => { if (!state.over && !busy) { stop(); } });
  dialog.addEventListener("cancel", (event) => { if (cancel.disabled) { event.preventDefault(); } });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    startHandIn();
  });
  on("settled", () => {
    if (dialog.open) { describe(); }
    step();
  });
  on("until", () => { if (clock.left() > 0 && state.over) { stop(); } });
}

// The exam room. An answer is "saved" only when the server has said so; until then it stands in the outbox on this device.
import { clock, startClock } from "./clock.js";
import { startEvidence } from "./evidence.js";
import { startFile } from "./file.js";
import { startHandIn, startHandingIn } from "./hand-in.js";
import { offerBack, startKept } from "./kept.js";
import { outbox } from "./outbox.js";
import { data, note, on, paper, say, state, text } from "./page.js";
import { pulse, startPulse } from "./pulse.js";
import { badge, send, sendAside, startSaving } from "./saving.js";
import { freeze, startSheet } from "./sheet.js";
import { startSignIn } from "./sign-in.js";

const HAND_IN_WITHIN = 4000; // milliseconds over which those whose time is up at once are spread

let overNote = null;

function readOnly(why) {
  if (state.readonly) { return; }
  state.readonly = why;
  state.handing = false;
  document.body.dataset.readonly = "";
  freeze(true);
  document.getElementById("hand-in").hidden = true;
  badge();
  if (why === "stale") {
    note(text("Stale"), "danger");
    offerBack();
    return;
  }
  note(text(why === "closed" ? "Closed" : "Void"), "danger", { href: data.resultUrl, words: text("Result") });
  // what this device still holds is kept apart on the server for a person to decide
  send();
}

async function timeUp() {
  if (state.readonly) { return; }
  state.over = true;
  freeze(true);
  // extra time granted a moment ago counts
  await pulse();
  if (clock.left() > 0 || state.readonly) { goOn(); return; }
  if (!overNote) { overNote = note(text("Over"), "warning"); }
  send();
  setTimeout(() => { if (state.over) { startHandIn(); } }, Math.random() * HAND_IN_WITHIN);
}

// the end was moved: there is time again
function goOn() {
  if (!state.over || state.readonly || clock.left() === 0) { return; }
  state.over = false;
  freeze(false);
  if (overNote) { overNote.remove(); }
  overNote = null;
  sendAside();
}

function heard(found) {
  if (found !== "over") { readOnly(found); } else if (!state.over) { timeUp(); }
}

on("state", heard);
on("time-up", timeUp);
on("until", (longer) => {
  const words = text(longer ? "Longer" : "Shorter", clock.ends());
  note(words, "info");
  say(words);
  goOn();
});

startSheet();
startSignIn();
startKept();
startSaving(paper);
startEvidence();
startHandingIn();
startFile();
startPulse();
startClock();
if (outbox.restored.size) { badge(); }

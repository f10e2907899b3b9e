// The last resort: answers that do not reach the server, as a file signed with the sitting's own key, for people to decide.
import { clock } from "./clock.js";
import { outbox } from "./outbox.js";
import { data, on, say, state, text } from "./page.js";
import { words } from "./sheet.js";

const AFTER = 60000; // milliseconds for which something has been waiting
const panel = document.getElementById("answer-file");
const content = document.getElementById("answer-file-text");

const canSign = () => Boolean(window.crypto && window.crypto.subtle && window.TextEncoder);

const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

async function mac(signed) {
  const encoder = new TextEncoder();
  const key = await crypto.subtle.importKey("raw", encoder.encode(data.fileKey), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return hex(await crypto.subtle.sign("HMAC", key, encoder.encode(signed)));
}

export async function answerFile() {
  const [attempt, generation, answers] = [Number(data.attempt), Number(data.generation), outbox.unacknowledged()];
  return JSON.stringify({
    format: "portal-exam-answers-1",
    token: data.token,
    attempt,
    generation,
    made_at: Math.round(clock.now()),
    answers,
    mac: await mac(JSON.stringify([attempt, generation, answers])),
  });
}

// attempt and time, no name of the person
function nameOf() {
  const time = new Date(clock.now() + 8 * 3600000).toISOString().slice(0, 19).replace(/[-:]/g, "").replace("T", "-");
  return `exam-answers-${data.attempt}-${time}.json`;
}

async function save() {
  const made = await answerFile();
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([made], { type: "application/json" }));
  link.download = nameOf();
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  content.value = made;
  document.getElementById("answer-file-else").hidden = false;
  say(text("FileMade"));
}

function copy() {
  content.focus();
  content.select();
  const done = document.execCommand("copy");
  say(text(done ? "Copied" : "NotCopied"));
}

function isDue() {
  if (!outbox.waiting.size) { return outbox.apart.size > 0 && state.over; }
  return state.over || clock.now() - outbox.oldest() > AFTER;
}

function look() {
  const due = isDue();
  if (due === panel.hidden) { say(due ? text("FileOffered") : ""); }
  panel.hidden = !due;
  if (!due) { return; }
  const lines = outbox.unacknowledged().map(([place, value]) => `${place}: ${words(place, value)}`);
  document.getElementById("answer-file-rows").textContent = lines.join("; ");
}

export function startFile() {
  document.getElementById("answer-file-save").hidden = !canSign();
  document.getElementById("answer-file-unsigned").hidden = canSign();
  document.getElementById("answer-file-save").addEventListener("click", save);
  document.getElementById("answer-file-copy").addEventListener("click", copy);
  on("settled", look);
  on("state", look);
  on("time-up", look);
  setInterval(look, 5000);
  look();
}

// Saving: one request at a time carries what waits; what comes meanwhile goes with the next. The badge says "saved" only
// when everything on this screen has been acknowledged.
import { clock } from "./clock.js";
import { post } from "./net.js";
import { outbox } from "./outbox.js";
import { data, emit, note, on, say, state, text, timeOf } from "./page.js";
import { asLoaded, chosen, count, isPlace, paint, placeOf, show } from "./sheet.js";

const MAX_BYTES = 4800; // of a request's body
const TRY_AGAIN = [1000, 2000, 4000, 8000, 15000]; // milliseconds between attempts, the last one repeated
const TROUBLE = new Set(["offline", "failed", "readonly"]);

const now = { sending: false, failures: 0, refused: false, notBefore: 0, timer: 0, savedAt: 0, told: "" };

// An older device's answers are not taken; those of a paper handed in or of a time that is over are kept apart.
const maySend = () => state.readonly !== "stale" && state.readonly !== "void";

function describe() {
  if (state.readonly) { return ["readonly", text(state.readonly[0].toUpperCase() + state.readonly.slice(1))]; }
  const n = outbox.waiting.size;
  if (!n && outbox.apart.size) { return ["failed", text("Apart", outbox.apart.size)]; }
  if (!n) { return now.savedAt ? ["saved", `${text("Saved")} ${timeOf(now.savedAt)}`] : null; }
  if (now.refused) { return ["failed", text("Failed")]; }
  if (!outbox.kept) { return ["failed", text("Memory", n)]; }
  if (now.failures || navigator.onLine === false) { return ["offline", text("Offline", n)]; }
  return ["saving", text("Saving")];
}

export function badge() {
  const found = describe();
  if (!found) { return; }
  const [kind, words] = found;
  document.querySelector(".exam-saved").dataset.state = kind;
  document.getElementById("saved").textContent = words;
  // spoken only when it turns bad and when it is good again, not at every answer
  if (kind === "saving" || kind === now.told || (kind === "saved" && !TROUBLE.has(now.told))) { return; }
  now.told = kind;
  say(words);
}

// as many of the oldest as one small request carries
function batchOf() {
  const batch = [];
  let size = data.token.length + 30;
  [...outbox.waiting].sort((one, other) => one[1][1] - other[1][1]).forEach(([place, [value, sequence]]) => {
    const row = [place, value, sequence];
    size += JSON.stringify(row).length + 1;
    if (size <= MAX_BYTES) { batch.push(row); }
  });
  return batch;
}

const bodyOf = (batch) => JSON.stringify({ token: data.token, answers: batch });

function pause() {
  if (!now.failures) { return 0; }
  const base = TRY_AGAIN[Math.min(now.failures, TRY_AGAIN.length) - 1];
  return Math.max(base * (1 + Math.random() / 3), now.notBefore - performance.now());
}

export async function send() {
  clearTimeout(now.timer);
  if (now.sending || !maySend() || !outbox.waiting.size) { return; }
  const early = now.notBefore - performance.now();
  if (early > 0) { now.timer = setTimeout(send, early); return; }
  now.sending = true;
  const batch = batchOf();
  const answer = await post(data.saveUrl, bodyOf(batch)).catch(failed);
  now.sending = false;
  if (answer) { heard(batch, answer); }
  badge();
  emit("settled");
  if (outbox.waiting.size && maySend()) { now.timer = setTimeout(send, pause()); }
}

function failed(error) {
  now.failures += 1;
  now.refused = Boolean(error.refused);
  now.notBefore = performance.now() + (error.pause || 0);
  return null;
}

function heard(batch, { reply, took }) {
  now.failures = 0;
  now.refused = false;
  now.savedAt = reply.now;
  clock.hear(reply.now, took);
  clock.move(reply.until);
  settle(batch, reply.results);
}

function settle(batch, results) {
  const values = new Map(batch.map(([place, value, sequence]) => [`${place}/${sequence}`, value]));
  const words = new Set();
  results.forEach(([place, sequence, word, held]) => {
    words.add(word);
    const value = values.get(`${place}/${sequence}`);
    if (value !== undefined) { settleOne(place, value, sequence, word, held); }
    if (isPlace(place)) { paint(place); }
  });
  if (words.has("late") && !state.lateTold) {
    state.lateTold = true;
    note(text("Late"), "warning");
  }
  if (words.has("stale")) { emit("state", "stale"); }
  if (words.has("closed")) { emit("state", "closed"); }
}

function settleOne(place, value, sequence, word, held) {
  if (word === "saved") { outbox.acknowledge(place, value, sequence); }
  if (word === "newer") { overtaken(place, value, sequence, held); }
  if (word === "late" || word === "closed" || word === "refused") { outbox.setAside(place, value, sequence); }
}

// The server holds a later answer of another window of this device. What the candidate chose on this screen goes again after
// it; what this page only found on the device gives way to what the page came with.
function overtaken(place, value, sequence, held) {
  const [latestValue, latest] = outbox.waiting.get(place) || [];
  if (latest !== sequence) { return; }
  if (outbox.restored.has(place) && held <= Number(data.sequence)) {
    outbox.acknowledge(place, asLoaded(place), held);
    count();
    return;
  }
  outbox.sequence = Math.max(outbox.sequence, held);
  outbox.put(place, latestValue, clock.now());
}

// The page is left or hidden: whatever waits goes once more in a request that outlives it.
function flush() {
  const batch = batchOf();
  if (!batch.length || !maySend()) { return; }
  post(data.saveUrl, bodyOf(batch), true).then((answer) => { heard(batch, answer); badge(); emit("settled"); }, () => {});
}

export function choose(place, value) {
  outbox.put(place, value, clock.now());
  paint(place);
  count();
  badge();
  send();
}

// there is time again: what came too late goes once more, as a new answer
export function sendAside() {
  [...outbox.apart].forEach(([place, [value]]) => { if (isPlace(place)) { outbox.put(place, value, clock.now()); paint(place); } });
  state.lateTold = false;
  badge();
  send();
}

function hurry() {
  now.failures = Math.min(now.failures, 1);
  send();
}

export function startSaving(paper) {
  paper.addEventListener("change", (event) => {
    const place = placeOf(event.target);
    if (place && !state.readonly && !state.over) { choose(place, chosen(place)); }
  });
  window.addEventListener("online", hurry);
  window.addEventListener("offline", badge);
  on("back", hurry);
  document.addEventListener("visibilitychange", () => { if (document.hidden) { flush(); } });
  window.addEventListener("pagehide", flush);
  window.addEventListener("storage", (event) => { if (event.key === null || event.key.startsWith("exam-")) { follow(); } });
  window.addEventListener("beforeunload", (event) => {
    if (!outbox.waiting.size || outbox.kept) { return; }
    event.preventDefault();
    event.returnValue = "";
  });
  badge();
  send();
}

// what another window of this device has chosen shows here as well
function follow() {
  outbox.adopt().forEach((value, place) => { if (isPlace(place)) { show(place, value); } });
  count();
  badge();
}

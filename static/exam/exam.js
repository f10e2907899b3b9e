// The exam room. An answer is "saved" only when the server has said so; until then it stands in the outbox on this device.

const paper = document.getElementById("paper");
const text = (name) => paper.dataset[`text${name}`];
const SAVE_LIMIT = 100; // answers per request
const TRY_AGAIN = [1000, 2000, 4000, 8000, 15000]; // milliseconds between attempts, the last one repeated
const WARN_AT = [15, 5, 1]; // minutes left that are announced

// Time: the server's clock, carried on by the monotonic one; the device's own clock is never asked.
const clock = {
  server: Number(paper.dataset.now),
  at: performance.now(),
  deadline: Number(paper.dataset.deadline),
  now() { return this.server + (performance.now() - this.at); },
  set(server) { this.server = server; this.at = performance.now(); },
  left() { return Math.max(0, this.deadline - this.now()); },
};

// The outbox: place → [value, sequence], written to this device before it is sent and removed when acknowledged.
const outbox = {
  key: `exam-${paper.dataset.attempt}-${paper.dataset.generation}`,
  sequence: Number(paper.dataset.sequence),
  waiting: new Map(),
  flags: new Set(),
  kept: true,
  load() {
    try {
      const stored = JSON.parse(localStorage.getItem(this.key) || "{}");
      this.sequence = Math.max(this.sequence, stored.sequence || 0);
      this.waiting = new Map(stored.waiting || []);
      this.flags = new Set(stored.flags || []);
    } catch { this.kept = false; }
  },
  keep() {
    try {
      localStorage.setItem(this.key, JSON.stringify({ sequence: this.sequence, waiting: [...this.waiting], flags: [...this.flags] }));
      this.kept = true;
    } catch { this.kept = false; }
  },
  put(place, value) {
    this.sequence += 1;
    this.waiting.set(place, [value, this.sequence]);
    this.keep();
  },
  // only the answer that was sent is done with; a later one for the same place stays
  done(place, sequence) {
    const held = this.waiting.get(place);
    if (held && held[1] <= sequence) { this.waiting.delete(place); }
    this.keep();
  },
  wipe() { try { localStorage.removeItem(this.key); } catch { /* nothing was kept */ } },
};

const state = { readonly: false, stale: false, over: false, handing: false, sending: false, failures: 0, timer: 0, warned: new Set() };

const places = new Map([...document.querySelectorAll("[data-place]")].map((one) => [Number(one.dataset.place), one]));
const links = new Map([...document.querySelectorAll(".palette a")].map((one) => [Number(one.hash.slice(2)), one]));
const acknowledged = new Set([...links].filter(([, link]) => link.dataset.state === "answered").map(([place]) => place));

const chosen = (place) => [...places.get(place).querySelectorAll("input:checked")].map((one) => one.value).sort().join(",");

function count() {
  const answered = [...places.keys()].filter((place) => chosen(place)).length;
  document.querySelectorAll(".answered").forEach((one) => { one.textContent = `${answered} / ${places.size}`; });
}

function badge(kind, words) {
  const box = document.querySelector(".exam-saved");
  box.dataset.state = kind;
  document.getElementById("saved").textContent = words;
}

function note(words, tone) {
  const box = document.createElement("p");
  box.className = "exam-note";
  box.dataset.tone = tone;
  box.textContent = words;
  document.getElementById("notes").append(box);
}

function paint(place) {
  const link = links.get(place);
  const value = chosen(place);
  const kind = outbox.waiting.has(place) ? "unsaved" : (value && acknowledged.has(place) ? "answered" : "open");
  link.dataset.state = kind;
  const flagged = "flagged" in link.dataset ? `, ${text("Flagged")}` : "";
  link.setAttribute("aria-label", `${text("Question")} ${place}, ${text(kind[0].toUpperCase() + kind.slice(1))}${flagged}`);
  places.get(place).querySelectorAll(".option").forEach((option) => {
    option.toggleAttribute("data-chosen", option.querySelector("input").checked);
  });
}

function showSaved(serverTime) {
  if (outbox.waiting.size) { badge("saving", text("Saving")); return; }
  const time = new Date(serverTime).toLocaleTimeString("zh-Hans", { hour12: false, timeZone: "Asia/Shanghai" });
  badge("saved", `${text("Saved")} ${time}`);
}

function showWaiting() {
  if (!outbox.kept) { badge("failed", text("Memory")); return; }
  badge("offline", text("Offline"));
}

function readOnly(words, kind) {
  if (state.readonly) { return; }
  state.readonly = true;
  document.body.dataset.readonly = "";
  document.querySelectorAll("#paper input").forEach((input) => { input.disabled = true; });
  badge(kind, words);
  note(words, "danger");
}

// Saving: one request at a time carries all that waits; what comes meanwhile goes with the next.
async function send() {
  clearTimeout(state.timer);
  if (state.sending || state.readonly) { return; }
  if (!outbox.waiting.size) { return; }
  state.sending = true;
  const batch = [...outbox.waiting].slice(0, SAVE_LIMIT).map(([place, [value, sequence]]) => [place, value, sequence]);
  try {
    const reply = await post(batch);
    state.failures = 0;
    clock.set(reply.now);
    settle(reply);
  } catch (error) {
    state.failures += 1;
    if (error.refused) { badge("failed", text("Failed")); } else { showWaiting(); }
  }
  state.sending = false;
  if (state.handing && !outbox.waiting.size) { handIn(); return; }
  if (outbox.waiting.size && !state.readonly) {
    const pause = state.failures ? TRY_AGAIN[Math.min(state.failures, TRY_AGAIN.length) - 1] : 0;
    state.timer = setTimeout(send, pause);
  }
}

async function post(answers) {
  // browsers of old office machines know no AbortSignal.timeout
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), 10000);
  const response = await fetch(paper.dataset.saveUrl, {
    method: "POST",
    body: JSON.stringify({ token: paper.dataset.token, answers }),
    headers: { "Content-Type": "application/json" },
    credentials: "omit",
    cache: "no-store",
    signal: limit.signal,
  }).finally(() => clearTimeout(timer));
  if (!response.ok) { throw Object.assign(new Error(response.status), { refused: response.status < 500 }); }
  return response.json();
}

function settle(reply) {
  const words = new Set();
  reply.results.forEach(([place, sequence, word, held]) => {
    words.add(word);
    if (word === "stale") { return; }
    const [value, latest] = outbox.waiting.get(place) || [];
    if (word === "newer" && latest === sequence) {
      // another window of this device has answered here: what stands on this screen goes again, after that
      outbox.sequence = Math.max(outbox.sequence, held);
      outbox.put(place, value);
      return;
    }
    outbox.done(place, sequence);
    if (word === "saved" || word === "newer") { acknowledged.add(place); }
    paint(place);
  });
  showSaved(reply.now);
  if (words.has("stale")) {
    state.stale = true;
    document.getElementById("hand-in").hidden = true;
    readOnly(text("Stale"), "readonly");
  }
  if (words.has("closed")) { readOnly(text("Closed"), "readonly"); }
  if (words.has("late")) { note(text("Late"), "warning"); }
  if (words.has("refused")) { badge("failed", text("Failed")); }
}

// The time alone: after sleep or when the page comes back.
async function askTime() {
  try { clock.set((await post([])).now); } catch { /* the next save brings it */ }
}

function tick() {
  const left = clock.left();
  const minutes = Math.floor(left / 60000);
  const seconds = Math.floor((left % 60000) / 1000);
  document.getElementById("clock").textContent = `${String(minutes).padStart(2, "0")}:${String(seconds).padStart(2, "0")}`;
  document.querySelector(".exam-clock").toggleAttribute("data-short", left < 5 * 60000);
  announce(left);
  if (left === 0 && !state.over) { timeUp(); }
}

function announce(left) {
  const due = WARN_AT.filter((minutes) => left <= minutes * 60000 && !state.warned.has(minutes));
  due.forEach((minutes) => state.warned.add(minutes));
  // a page opened late says only the latest warning
  if (due.length && left > 0) { document.getElementById("live").textContent = `${Math.min(...due)} ${text("Left")}`; }
}

function timeUp() {
  state.over = true;
  if (state.stale) { return; }
  document.querySelectorAll("#paper input").forEach((input) => { input.disabled = true; });
  note(text("Over"), "warning");
  if (outbox.waiting.size) { note(text("Unsent"), "warning"); }
  startHandIn();
}

// Handing in
const dialog = document.getElementById("hand-in-dialog");
const form = document.getElementById("hand-in-form");

// What still waits goes first, however long the network takes; only then does the page leave.
function startHandIn() {
  state.handing = true;
  if (outbox.waiting.size && !state.readonly) { send(); } else { handIn(); }
}

// Without a network the browser would put its own error page in the place of the paper.
async function handIn() {
  try { await post([]); } catch (error) {
    if (!error.refused) {
      badge("offline", text("Unreached"));
      setTimeout(() => { if (state.handing) { startHandIn(); } }, 5000);
      return;
    }
  }
  if (!state.handing) { return; }
  outbox.wipe();
  form.submit();
}

function showHandIn() {
  const open = [...places.keys()].filter((place) => !chosen(place));
  const list = document.getElementById("hand-in-open");
  list.textContent = open.length ? `${text("SomeOpen")} ` : text("NoneOpen");
  open.forEach((place) => {
    const link = document.createElement("a");
    link.href = `#q${place}`;
    link.textContent = place;
    link.addEventListener("click", () => dialog.close());
    list.append(link, " ");
  });
  showUnsent();
  dialog.showModal();
}

function showUnsent() {
  const unsent = document.getElementById("hand-in-unsent");
  unsent.hidden = !outbox.waiting.size;
  unsent.textContent = text("Unsent");
}

document.getElementById("hand-in").addEventListener("click", showHandIn);
dialog.addEventListener("close", () => { state.handing = state.over; });
document.getElementById("hand-in-cancel").addEventListener("click", () => dialog.close());
form.addEventListener("submit", (event) => {
  event.preventDefault();
  showUnsent();
  startHandIn();
});

// Answering, flags, filter
paper.addEventListener("change", (event) => {
  const article = event.target.closest("[data-place]");
  if (!article || state.readonly || state.over) { return; }
  const place = Number(article.dataset.place);
  outbox.put(place, chosen(place));
  paint(place);
  count();
  if (outbox.kept) { badge("saving", text("Saving")); } else { badge("failed", text("Memory")); }
  send();
});

paper.addEventListener("click", (event) => {
  const button = event.target.closest(".question-flag");
  if (!button) { return; }
  const place = Number(button.closest("[data-place]").dataset.place);
  if (!outbox.flags.delete(place)) { outbox.flags.add(place); }
  outbox.keep();
  showFlag(place);
});

function showFlag(place) {
  const flagged = outbox.flags.has(place);
  const button = places.get(place).querySelector(".question-flag");
  button.setAttribute("aria-pressed", String(flagged));
  button.textContent = flagged ? text("Unflag") : text("Flag");
  links.get(place).toggleAttribute("data-flagged", flagged);
  paint(place);
}

const onlyOpen = document.getElementById("only-open");
onlyOpen.addEventListener("click", () => {
  const on = onlyOpen.getAttribute("aria-pressed") !== "true";
  onlyOpen.setAttribute("aria-pressed", String(on));
  places.forEach((article, place) => { article.hidden = on && Boolean(chosen(place)); });
  links.forEach((link, place) => { link.parentElement.hidden = on && Boolean(chosen(place)); });
});

// On a narrow screen the palette is a sheet that opens over the paper.
const toggle = document.getElementById("palette-toggle");

function showPalette(open) {
  document.body.toggleAttribute("data-palette", open);
  toggle.setAttribute("aria-expanded", String(open));
}

toggle.addEventListener("click", () => showPalette(toggle.getAttribute("aria-expanded") !== "true"));
document.addEventListener("keydown", (event) => { if (event.key === "Escape") { showPalette(false); } });

// A palette link leads to a question that the filter may hide.
document.querySelector(".palette").addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link) { return; }
  places.get(Number(link.hash.slice(2))).hidden = false;
  showPalette(false);
});

window.addEventListener("online", send);
window.addEventListener("offline", () => { if (outbox.waiting.size) { showWaiting(); } });
document.addEventListener("visibilitychange", () => { if (!document.hidden) { askTime(); send(); } });
window.addEventListener("beforeunload", (event) => { if (outbox.waiting.size && !outbox.kept) { event.preventDefault(); } });

// What this device still holds comes back into the page as unsaved, and is sent.
outbox.load();
outbox.waiting.forEach(([value], place) => {
  if (!places.has(place)) { outbox.waiting.delete(place); return; }
  const picked = new Set(value.split(","));
  places.get(place).querySelectorAll("input").forEach((input) => { input.checked = picked.has(input.value); });
});
places.forEach((_, place) => paint(place));
outbox.flags.forEach((place) => { if (places.has(place)) { showFlag(place); } });
count();
if (outbox.waiting.size) { badge("saving", text("Saving")); }
send();
tick();
setInterval(tick, 500);
askTime();

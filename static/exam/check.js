// Tries on this device what the exam room needs and posts the measurements; the server words them.

const form = document.getElementById("check-form");
const KEEP = 100000; // bytes that an outbox never outgrows
const PATIENCE = 10000; // milliseconds, as long as the exam room waits for a save

function storage() {
  const key = "exam-check";
  try {
    localStorage.setItem(key, "x".repeat(KEEP));
    const kept = localStorage.getItem(key).length;
    localStorage.removeItem(key);
    return kept;
  } catch { return 0; }
}

function post(url, body, headers) {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), PATIENCE);
  return fetch(url, { method: "POST", body, headers, credentials: "same-origin", cache: "no-store", signal: limit.signal })
    .finally(() => clearTimeout(timer))
    .then((response) => { if (!response.ok) { throw new Error(response.status); } return response.json(); });
}

// One save as in the exam: through its own door, acknowledged or not.
async function save() {
  try {
    const trial = await post(form.dataset.trialUrl, new FormData(form), {});
    const began = performance.now();
    const reply = await post(trial.url, JSON.stringify({ token: trial.token, answers: trial.answers }), { "Content-Type": "application/json" });
    const took = performance.now() - began;
    const held = ["saved", "newer"].includes(reply.results[0][2]);
    return { save: held ? Math.round(took) : null, clock: Math.round(Date.now() - (reply.now + took / 2)) };
  } catch { return { save: null, clock: null }; }
}

async function measure() {
  return {
    script: typeof AbortController === "function" && typeof FormData === "function" && typeof Map === "function",
    dialog: typeof HTMLDialogElement === "function" && "showModal" in HTMLDialogElement.prototype,
    crypto: Boolean(window.crypto && window.crypto.subtle),
    storage: storage(),
    width: window.innerWidth,
    ...await save(),
  };
}

if (form) {
  const button = document.getElementById("check-run");
  button.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.disabled) { return; }
    button.disabled = true;
    const doing = document.getElementById("check-doing");
    doing.textContent = doing.dataset.text;
    form.elements.measured.value = JSON.stringify(await measure());
    form.submit();
  });
}

// Signing in again without leaving the paper. Saves need no session; handing in and taking the exam back do.
import { request } from "./net.js";
import { closeDialog, data, openDialog, text } from "./page.js";

const dialog = document.getElementById("sign-in");
const form = dialog.querySelector("form");
const codeField = document.getElementById("sign-in-code");
const FIRST = "sign-in-first";
const SECOND = "sign-in-second";

let answer = null;

const csrf = () => form.elements.csrfmiddlewaretoken.value;

function complain(words) {
  const line = document.getElementById("sign-in-error");
  line.textContent = words;
  line.hidden = !words;
}

function step(second) {
  document.getElementById(FIRST).hidden = second;
  document.getElementById(SECOND).hidden = !second;
  document.getElementById(second ? "sign-in-code" : "sign-in-password").focus();
}

// who is signed in, and the token that forms need now
async function session() {
  const response = await request(data.stateUrl, { credentials: "same-origin" });
  const found = await response.json();
  document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((field) => { field.value = found.token; });
  return found;
}

function ask(url, fields) {
  return request(url, {
    method: "POST",
    body: new URLSearchParams(fields),
    credentials: "same-origin",
    headers: { "X-CSRFToken": csrf(), "X-Requested-With": "XMLHttpRequest", Accept: "application/json" },
  });
}

async function reasonOf(response) {
  if (response.status === 429) { return text("Blocked"); }
  try { return (await response.json()).form.errors.join(" ") || text("Wrong"); } catch { return text("Wrong"); }
}

async function attempt() {
  const second = !document.getElementById(SECOND).hidden;
  if (second) {
    await ask(data.codeUrl, { code: codeField.value });
  } else {
    const response = await ask(data.loginUrl, { login: form.elements.login.value, password: form.elements.password.value });
    if (!response.ok) { complain(await reasonOf(response)); return; }
    const found = await response.json();
    if ((found.location || "").startsWith(data.codeUrl)) { step(true); return; }
  }
  const found = await session();
  if (found.user === null) { complain(text(second ? "WrongCode" : "Wrong")); return; }
  if (String(found.user) !== data.user) { complain(text("Other")); return; }
  finish(true);
}

function finish(done) {
  form.elements.password.value = "";
  codeField.value = "";
  complain("");
  const tell = answer;
  answer = null;
  if (dialog.open || dialog.hasAttribute("open")) { closeDialog(dialog); }
  if (tell) { tell(done); }
}

// true once the candidate is signed in, false when they put it off
function signIn() {
  openDialog(dialog);
  step(false);
  return new Promise((resolve) => { answer = resolve; });
}

// POST as the candidate; signs in again first where needed. The response, or null when they put it off.
export async function postSigned(url, fields) {
  const send = () => request(url, { method: "POST", body: new URLSearchParams({ ...fields, csrfmiddlewaretoken: csrf() }), credentials: "same-origin" });
  const response = await send();
  const away = new URL(response.url).pathname === data.loginUrl;
  if (!away && response.status !== 403) { return response; }
  const found = await session();
  if (found.user !== null && String(found.user) === data.user) { return send(); }
  return (await signIn()) ? send() : null;
}

export function startSignIn() {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    complain("");
    try { await attempt(); } catch { complain(text("NoServer")); }
  });
  document.getElementById("sign-in-cancel").addEventListener("click", () => finish(false));
  dialog.addEventListener("close", () => finish(false));
}

// The clock of the session: a warning two minutes before its end, and signing in again in place, with every field kept.

const place = document.getElementById("session");
const warning = document.getElementById("session-warning");
const login = document.getElementById("session-login");
const WARN_SECONDS = 120;
// a clock that was asleep is asked again, not believed
const LOOK_EVERY = 1000;

let end = Date.now() + Number(place.dataset.left) * 1000;
let asking = false;

const secondsLeft = () => Math.ceil((end - Date.now()) / 1000);

function complain(dialog, text) {
  const line = dialog.querySelector("[data-session-error]");
  line.textContent = text;
  line.hidden = !text;
}

function token() {
  return document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
}

function renewTokens(value) {
  document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((field) => { field.value = value; });
}

// asking is no sign of life, POST is
async function state(method = "GET") {
  const headers = method === "POST" ? { "X-CSRFToken": token() } : {};
  const response = await fetch(place.dataset.stateUrl, { method, headers, cache: "no-store" });
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
}

function adopt(found) {
  renewTokens(found.token);
  if (found.user === null) {
    warning.close();
    if (!login.open) login.showModal();
    login.querySelector("#session-password").focus();
    return false;
  }
  if (String(found.user) !== place.dataset.user) {
    if (!login.open) login.showModal();
    complain(login, place.dataset.textOther);
    return false;
  }
  end = Date.now() + found.left * 1000;
  if (found.left > WARN_SECONDS) warning.close();
  else if (!warning.open && !login.open) warning.showModal();
  return true;
}

async function look() {
  const left = secondsLeft();
  const minutes = Math.max(0, Math.floor(left / 60));
  warning.querySelector("[data-session-clock]").textContent = `${minutes}:${String(Math.max(0, left) % 60).padStart(2, "0")}`;
  if (asking || login.open || left > WARN_SECONDS || (warning.open && left > 0)) return;
  asking = true;
  try {
    adopt(await state());
  } catch {
    end = Date.now() + 10_000;
  } finally {
    asking = false;
  }
}

async function stay() {
  try {
    complain(warning, "");
    const found = await state("POST");
    if (adopt(found) && found.left <= WARN_SECONDS) complain(warning, place.dataset.textLongest);
  } catch {
    complain(warning, place.dataset.textUnreachable);
  }
}

function post(url, fields) {
  const headers = { "X-CSRFToken": token(), "X-Requested-With": "XMLHttpRequest", Accept: "application/json" };
  return fetch(url, { method: "POST", headers, body: new URLSearchParams(fields) });
}

function askForCode() {
  login.querySelector("[data-session-password]").hidden = true;
  login.querySelector("[data-session-code]").hidden = false;
  login.querySelector("#session-code").focus();
}

async function signIn() {
  const code = login.querySelector("#session-code");
  const password = login.querySelector("#session-password");
  const second = !login.querySelector("[data-session-code]").hidden;
  if (second) {
    await post(place.dataset.codeUrl, { code: code.value });
  } else {
    const response = await post(place.dataset.loginUrl, { login: login.querySelector("#session-name").value, password: password.value });
    if (!response.ok) {
      const blocked = response.status === 429;
      complain(login, blocked ? place.dataset.textBlocked : await reason(response));
      return;
    }
    const found = await response.json();
    if ((found.location ?? "").startsWith(place.dataset.codeUrl)) {
      askForCode();
      return;
    }
  }
  const found = await state();
  if (found.user === null) {
    complain(login, second ? place.dataset.textCode : place.dataset.textWrong);
    return;
  }
  if (!adopt(found)) return;
  password.value = code.value = "";
  login.querySelector("[data-session-password]").hidden = false;
  login.querySelector("[data-session-code]").hidden = true;
  login.close();
}

async function reason(response) {
  try {
    return (await response.json()).form.errors.join(" ") || place.dataset.textWrong;
  } catch {
    return place.dataset.textWrong;
  }
}

async function onLogin(event) {
  event.preventDefault();
  complain(login, "");
  try {
    await signIn();
  } catch {
    complain(login, place.dataset.textUnreachable);
  }
}

warning.querySelector("[data-session-stay]").addEventListener("click", stay);
warning.addEventListener("cancel", (event) => event.preventDefault());
login.addEventListener("cancel", (event) => event.preventDefault());
login.querySelector("form").addEventListener("submit", onLogin);
setInterval(look, LOOK_EVERY);
document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });

// Reading items by keyboard: [data-question] are walked with j and k, a radio or link with data-key answers to its key
// within the item in focus, data-then names what is focused next. Everything works without this module, by the mouse.

const questions = [...document.querySelectorAll("[data-question]")];
const help = document.querySelector("[data-keys]");
const toggle = document.querySelector("[data-keys-toggle]");
const form = document.querySelector("form[data-reading]");
const STORE = "reading:keys";
let on = true;

function current() {
  const within = document.activeElement?.closest?.("[data-question]");
  return within ? questions.indexOf(within) : questions.findIndex((one) => one.dataset.at !== undefined);
}

function go(place) {
  const question = questions[place];
  if (!question) return;
  questions.forEach((one) => delete one.dataset.at);
  question.dataset.at = "";
  question.focus({ preventScroll: true });
  // at once: who reads quickly must not wait for the page to glide
  question.scrollIntoView({ block: "start", behavior: "instant" });
}

function step(by) {
  const place = current();
  go(Math.min(questions.length - 1, Math.max(0, place < 0 ? 0 : place + by)));
}

function choose(key) {
  const place = Math.max(0, current());
  const target = questions[place]?.querySelector(`[data-key="${key}"]`) ?? document.querySelector(`a[data-key="${key}"]`);
  if (!target || target.disabled) return false;
  target.click();
  if (target.tagName === "A") return true;
  if (target.dataset.then) {
    const next = document.getElementById(target.dataset.then);
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest", behavior: "instant" });
  } else if (questions.length > 1) go(Math.min(questions.length - 1, place + 1));
  return true;
}

function isText(element) {
  return element.matches?.("textarea, select, input:not([type=radio]):not([type=checkbox])");
}

// In the reason only three keys mean something: Enter goes on, Ctrl+Enter saves, Escape leads back.
function inText(event) {
  const within = event.target.closest("[data-question]");
  if (event.key === "Enter" && event.target.matches("input") && within) {
    event.preventDefault();
    step(1);
  } else if (event.key === "Escape" && within) {
    within.focus();
  }
}

function onKey(event) {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && form) {
    event.preventDefault();
    form.requestSubmit();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
  if (isText(event.target)) {
    inText(event);
    return;
  }
  if ((event.key === "?" || event.key === "？") && help) {
    help.open = !help.open;
    help.querySelector("summary").focus();
  } else if (!on) {
    return;
  } else if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (!/^[a-z]$/.test(event.key) || !choose(event.key)) return;
  event.preventDefault();
}

function count() {
  const place = form?.querySelector("[data-decided]");
  if (!place) return;
  const decided = form.querySelectorAll('[data-key="a"]:checked, [data-key="r"]:checked').length;
  place.textContent = `${decided} / ${questions.length} ${form.dataset.textDecided}`;
}

function show() {
  if (!toggle) return;
  toggle.hidden = false;
  toggle.setAttribute("aria-pressed", String(on));
}

function flip() {
  on = !on;
  try {
    localStorage.setItem(STORE, on ? "on" : "off");
  } catch {
    // storage may be forbidden; the choice then lasts as long as the page
  }
  show();
}

try {
  on = localStorage.getItem(STORE) !== "off";
} catch {
  // the same
}
// writing a reason says that the item goes back
function onInput(event) {
  const reason = event.target.closest?.(".reading-reason input");
  const back = reason?.value && reason.closest("[data-question]").querySelector('[data-key="r"]');
  if (back && !back.checked) back.checked = true;
  count();
}

document.addEventListener("keydown", onKey);
document.addEventListener("change", count);
document.addEventListener("input", onInput);
toggle?.addEventListener("click", flip);
show();
count();

// Comfort while items are typed; without it every button posts back and keeps what was written.

const form = document.getElementById("entry");
const LETTER = /^\s*[(（]?[A-La-lＡ-Ｌａ-ｌ][)）.．、:：\s]\s*/;

// Options copied from a document as lines A. … B. … fall into the rows from here on.
function onPaste(event) {
  const field = event.target;
  if (!(field instanceof HTMLInputElement) || !/^option-\d+$/.test(field.name)) return;
  const text = event.clipboardData?.getData("text/plain") ?? "";
  const lines = text.split(/\r?\n/).map((line) => line.replace(LETTER, "").trim()).filter(Boolean);
  if (lines.length < 2) return;
  event.preventDefault();
  const rows = [...form.querySelectorAll("input[name^='option-']")];
  const from = rows.indexOf(field);
  lines.slice(0, rows.length - from).forEach((line, at) => { rows[from + at].value = line; });
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

// A text grows with what is written in it.
function grow(area) {
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight + 2}px`;
}

if (form) {
  form.addEventListener("paste", onPaste);
  form.addEventListener("input", (event) => { if (event.target instanceof HTMLTextAreaElement) grow(event.target); });
  form.querySelectorAll("textarea").forEach(grow);
  const wrong = form.querySelector("[aria-invalid='true']");
  const first = wrong ?? form.querySelector("textarea:not([readonly])");
  if (!location.hash && first && !document.querySelector("[data-error-summary]")) first.focus({ preventScroll: true });
}

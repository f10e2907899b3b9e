// What the modules of the exam room share: the paper's data and words, where something is said, and who is told of what.

export const paper = document.getElementById("paper");
export const data = paper.dataset;

export const text = (name, n = "") => (data[`text${name}`] || "").replace("{n}", n);

// why the paper can only be read: "", "stale", "closed" or "void"; over: the time is up; handing: being handed in
export const state = { readonly: "", over: false, handing: false };

const listeners = new Map();

export function on(name, listener) {
  listeners.set(name, [...(listeners.get(name) || []), listener]);
}

export function emit(name, ...details) {
  (listeners.get(name) || []).forEach((listener) => listener(...details));
}

// for screen readers, when they have finished what they are at
export function say(words) {
  document.getElementById("live").textContent = words;
}

export function note(words, tone, link) {
  const box = document.createElement("p");
  box.className = "exam-note";
  box.dataset.tone = tone;
  box.append(words);
  if (link) {
    const anchor = document.createElement("a");
    anchor.href = link.href;
    anchor.textContent = link.words;
    box.append(" ", anchor);
  }
  document.getElementById("notes").append(box);
  return box;
}

// China has one time, whatever the device is set to
export function timeOf(milliseconds) {
  return new Date(milliseconds).toLocaleTimeString("zh-Hans", { hour12: false, timeZone: "Asia/Shanghai" });
}

// old browsers of phones know <dialog> only as a box
export function openDialog(dialog) {
  if (dialog.open) { return; }
  if (dialog.showModal) { dialog.showModal(); } else { dialog.setAttribute("open", ""); }
}

export function closeDialog(dialog) {
  if (dialog.close) { dialog.close(); } else { dialog.removeAttribute("open"); dialog.dispatchEvent(new Event("close")); }
}

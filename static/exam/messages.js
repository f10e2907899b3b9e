// Messages of the exam office: a new one stands under the bar until it has been read, then at the head of the paper.
import { data, text, timeOf } from "./page.js";
import * as store from "./store.js";

const KEY = `exam-${data.attempt}-read`;
const strip = document.getElementById("messages");
const list = document.getElementById("messages-read");
const shown = new Set();
let read = new Set(store.read(KEY) || []);

function wordsOf([, at, words]) {
  const box = document.createElement("p");
  const time = document.createElement("strong");
  time.textContent = `${text("Message")} ${timeOf(at).slice(0, 5)} `;
  box.append(time, words);
  return box;
}

function file(message) {
  const box = wordsOf(message);
  box.className = "exam-note";
  box.dataset.tone = "info";
  list.append(box);
}

// what gets the focus is scrolled clear of the strip as well
function fit() {
  document.documentElement.style.scrollPaddingTop = strip.children.length ? `${strip.offsetHeight + strip.offsetTop + 12}px` : "";
}

function post(message) {
  const box = wordsOf(message);
  box.className = "exam-message";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn";
  button.textContent = text("Read");
  button.addEventListener("click", () => {
    read.add(message[0]);
    store.write(KEY, [...read]);
    const held = box.contains(document.activeElement);
    box.remove();
    file(message);
    fit();
    if (held) { document.getElementById("main").focus({ preventScroll: true }); }
  });
  box.append(button);
  strip.append(box);
  fit();
}

export function showMessages(messages) {
  messages.filter((message) => !shown.has(message[0])).forEach((message) => {
    shown.add(message[0]);
    if (read.has(message[0])) { file(message); } else { post(message); }
  });
}

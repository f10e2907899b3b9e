// When the exam page was left and for how long, as the rules told the candidate. It is for people to look at; here it only
// waits on the device until a pulse has carried it.
import { clock } from "./clock.js";
import { data, state } from "./page.js";
import * as store from "./store.js";

const KEY = `exam-${data.attempt}-${data.generation}-left`;
const SHORTEST = 2000; // milliseconds
const MOST = 20; // per pulse

let left = 0;
let number = Math.max(1, Math.round((clock.now() - Number(data.start)) / 1000));
let events = [];

function keep(change) {
  const found = store.read(KEY) || { number: 0, events: [], left: 0 };
  change(found);
  number = Math.max(number, found.number);
  found.number = number;
  store.write(KEY, found);
}

function add(at, milliseconds) {
  if (milliseconds <= SHORTEST) { return; }
  keep((found) => {
    number = Math.max(number, found.number) + 1;
    const event = [number, "focus", Math.round(at), Math.round(milliseconds / 1000)];
    events.push(event);
    found.events.push(event);
  });
}

function leave() {
  if (left || state.left) { return; } // after hand-in nothing stays on the device
  left = clock.now();
  keep((found) => { found.left = left; });
}

function comeBack() {
  if (!left || document.hidden || !document.hasFocus()) { return; }
  add(left, clock.now() - left);
  left = 0;
  keep((found) => { found.left = 0; });
}

export const evidence = {
  due: () => events.slice(0, MOST),
  carried(sent) {
    const numbers = new Set(sent.map((event) => event[0]));
    const waits = (event) => !numbers.has(event[0]);
    events = events.filter(waits);
    keep((found) => { found.events = found.events.filter(waits); });
  },
};

export function startEvidence() {
  keep((found) => {
    events = found.events.slice();
    left = found.left || 0;
  });
  comeBack();
  document.addEventListener("visibilitychange", () => { if (document.hidden) { leave(); } else { comeBack(); } });
  window.addEventListener("blur", leave);
  window.addEventListener("focus", comeBack);
  window.addEventListener("pagehide", leave);
  window.addEventListener("pageshow", comeBack);
}

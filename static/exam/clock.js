// The server's time, carried on by the monotonic timer; the device's own clock is never believed. When it has been asleep
// the timer may have stood still: then the server is asked again.
import { data, emit, say, text, timeOf } from "./page.js";

const WARN_AT = [15, 5, 1]; // minutes left that are announced
const SHORT = 5 * 60000;
const NAP = 3000; // milliseconds by which wall clock and timer may part

let wall = Date.now() - performance.now();
const warned = new Set();
let ended = false;

export const clock = {
  server: Number(data.now),
  at: performance.now(),
  until: Number(data.until),
  unsure: false,
  now() { return this.server + (performance.now() - this.at); },
  left() { return Math.max(0, this.until - this.now()); },
  // the server said `server` within the last `took` milliseconds: the clock is moved only as far as that proves it wrong
  hear(server, took) {
    const now = Math.min(Math.max(this.now(), server), server + took);
    this.server = now;
    this.at = performance.now();
    this.unsure = false;
  },
  // the end that the server knows, extra time included; whatever it was, the server's word counts
  move(until) {
    if (!until || until === this.until) { return; }
    const moved = until - this.until;
    this.until = until;
    if (Math.abs(moved) < 1000) { return; }
    WARN_AT.filter((minutes) => this.left() > minutes * 60000).forEach((minutes) => warned.delete(minutes));
    if (this.left() > 0) { ended = false; }
    emit("until", moved > 0);
    tick();
  },
  ends() { return timeOf(this.until); },
};

function woke() {
  const drift = Date.now() - performance.now() - wall;
  wall += drift;
  return Math.abs(drift) > NAP;
}

export function tick() {
  if (woke()) {
    clock.unsure = true;
    emit("back");
  }
  const left = clock.left();
  const seconds = Math.ceil(left / 1000);
  const shown = `${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
  document.getElementById("clock").textContent = shown;
  const box = document.querySelector(".exam-clock");
  box.toggleAttribute("data-short", left < SHORT);
  box.toggleAttribute("data-unsure", clock.unsure);
  announce(left);
  if (left === 0 && !ended) {
    ended = true;
    emit("time-up");
  }
}

function announce(left) {
  const due = WARN_AT.filter((minutes) => left <= minutes * 60000 && !warned.has(minutes));
  due.forEach((minutes) => warned.add(minutes));
  // a page opened late says only the latest warning
  if (due.length && left > 0) { say(text("Left", Math.min(...due))); }
}

export function startClock() {
  tick();
  setInterval(tick, 500);
}

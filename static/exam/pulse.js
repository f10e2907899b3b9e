// Every twenty seconds the page says that it is there and hears the time, the end, the state and the office's messages.
import { clock } from "./clock.js";
import { evidence } from "./evidence.js";
import { showMessages } from "./messages.js";
import { post } from "./net.js";
import { outbox } from "./outbox.js";
import { data, emit, on } from "./page.js";

const EVERY = 20000; // milliseconds, give or take a fifth
const AT_MOST = 2000;

let asking = null;
let timer = 0;
let last = -AT_MOST;

async function ask() {
  last = performance.now();
  const left = evidence.due();
  try {
    const { reply, took } = await post(data.pulseUrl, JSON.stringify({ token: data.token, waiting: outbox.waiting.size, evidence: left }));
    clock.hear(reply.now, took);
    clock.move(reply.until);
    evidence.carried(left);
    showMessages(reply.broadcasts || []);
    if (reply.state && reply.state !== "open") { emit("state", reply.state); }
    return reply;
  } catch { return null; } // the next one brings it
}

// what the server said, or null when it could not be asked; two at once are one
export function pulse() {
  if (!data.pulseUrl) { return Promise.resolve(null); }
  if (!asking) {
    asking = ask();
    asking.finally(() => { asking = null; });
  }
  return asking;
}

function plan() {
  clearTimeout(timer);
  timer = setTimeout(() => pulse().then(plan), EVERY * (0.8 + 0.4 * Math.random()));
}

function back() {
  if (document.hidden || performance.now() - last < AT_MOST) { return; }
  pulse();
  plan();
}

export function startPulse() {
  pulse();
  plan();
  on("back", back);
  document.addEventListener("visibilitychange", back);
  window.addEventListener("focus", back);
  window.addEventListener("pageshow", back);
  window.addEventListener("online", back);
}

// The lesson player. The browser says which parts were played (video.played, so that a skip is a gap); the server
// decides what counts. What it has not taken yet is reported again with the next beat.

const BEAT_MILLISECONDS = 15_000;
const RETRY_MILLISECONDS = 5_000;
const box = document.querySelector("[data-player]");

const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
const total = (ranges) => ranges.reduce((sum, [from, until]) => sum + until - from, 0);

// The complement of disjoint sorted ranges within [0, seconds).
function gapsOf(covered, seconds) {
  const gaps = [];
  let at = 0;
  for (const [from, until] of covered) {
    if (from > at) gaps.push([at, from]);
    at = Math.max(at, until);
  }
  if (at < seconds) gaps.push([at, seconds]);
  return gaps;
}

function overlaps(played, gaps) {
  return gaps.flatMap(([from, until]) => played
    .map(([start, end]) => [Math.max(start, from), Math.min(end, until)])
    .filter(([start, end]) => start < end));
}

class Player {
  constructor(element) {
    this.box = element;
    this.video = element.querySelector("video");
    Object.assign(this, JSON.parse(document.getElementById("player-data").textContent));
    this.token = null;
    this.sequence = 0;
    this.sending = false;
    this.listen();
    this.show();
  }

  listen() {
    const { video } = this;
    video.addEventListener("loadedmetadata", () => this.resume());
    video.addEventListener("play", () => this.open());
    for (const name of ["pause", "ended"]) video.addEventListener(name, () => this.beat());
    document.addEventListener("visibilitychange", () => { if (document.hidden) this.beat(true); });
    window.addEventListener("pagehide", () => this.beat(true));
    this.box.querySelector("[data-speed]")?.addEventListener("change", (event) => { video.playbackRate = Number(event.target.value); });
    this.box.querySelector("[data-gaps]").addEventListener("click", (event) => this.jump(event));
    this.box.querySelector("[data-reopen]").addEventListener("click", () => { this.token = null; video.play(); });
    if (video.readyState >= 1) this.resume();
  }

  // Where the trainee stopped, unless that is the end.
  resume() {
    if (this.token || this.completed || this.position >= this.seconds - 2) return;
    if (this.position > 0) this.video.currentTime = this.position;
  }

  jump(event) {
    const from = event.target.closest("button")?.dataset.from;
    if (from === undefined) return;
    this.video.currentTime = Number(from);
    this.video.focus();
  }

  // A stream is opened when somebody presses play; it ends whatever plays elsewhere.
  async open() {
    if (this.token) return;
    const form = this.box.querySelector("form");
    try {
      const response = await fetch(form.action, { method: "POST", body: new FormData(form) });
      const answer = await response.json();
      if (!response.ok) return this.stop(answer.error);
      this.token = answer.token;
      this.sequence = 0;
      this.take(answer.covered);
      this.say(this.texts.counting);
      this.tick();
    } catch {
      this.say(this.texts.offline);
      setTimeout(() => { if (!this.video.paused) this.open(); }, RETRY_MILLISECONDS);
    }
  }

  tick(wait = BEAT_MILLISECONDS) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.beat(), wait);
  }

  // What was played and is not counted yet, in whole seconds.
  pending() {
    const { played } = this.video;
    const ranges = [];
    for (let i = 0; i < played.length; i += 1) ranges.push([Math.round(played.start(i)), Math.round(played.end(i))]);
    return overlaps(ranges, gapsOf(this.covered, this.seconds));
  }

  async beat(leaving = false) {
    if (!this.token || this.sending) return;
    const ranges = this.pending().slice(0, 60);
    const busy = !this.video.paused;
    if (!ranges.length && !busy) return;
    this.sending = true;
    this.sequence += 1;
    const body = JSON.stringify({ token: this.token, sequence: this.sequence, ranges, position: Math.floor(this.video.currentTime) });
    try {
      const response = await fetch(this.beats, { method: "POST", body, keepalive: leaving, headers: { "Content-Type": "application/json" } });
      if (!response.ok) throw new Error(String(response.status));
      this.hear(await response.json());
    } catch {
      this.say(this.texts.offline);
      this.tick(RETRY_MILLISECONDS);
    } finally {
      this.sending = false;
    }
  }

  hear(answer) {
    if (answer.word === "taken_over") return this.stop(this.texts.takenOver, true);
    this.take(answer.covered);
    if (answer.word === "closed") return this.stop(this.texts.closed);
    const time = new Date(answer.now).toLocaleTimeString("zh-CN", { hour12: false, timeZone: "Asia/Shanghai" });
    this.say(`${this.texts.counted} ${time}`);
    if (answer.completed && !this.completed) this.finish();
    // parts that came faster than they may count are offered again a little later
    if (!this.video.paused) this.tick();
    else if (this.pending().length) this.tick(RETRY_MILLISECONDS);
  }

  take(covered) {
    this.covered = covered;
    this.show();
  }

  finish() {
    this.completed = true;
    this.box.querySelector("[data-finished]").hidden = false;
    this.say(this.texts.finished);
  }

  stop(text, elsewhere = false) {
    clearTimeout(this.timer);
    this.token = null;
    this.video.pause();
    this.box.querySelector("[data-reopen]").hidden = !elsewhere;
    this.say(text);
  }

  say(text) {
    const line = this.box.querySelector("[data-state]");
    if (line.textContent !== text) line.textContent = text;
  }

  show() {
    const seconds = total(this.covered);
    this.box.querySelector("[data-counted]").textContent = `${seconds} / ${this.seconds}`;
    this.box.querySelector("[data-coverage]").replaceChildren(...this.covered.map(([from, until]) => {
      const piece = document.createElement("span");
      piece.style.left = `${(from / this.seconds) * 100}%`;
      piece.style.width = `${((until - from) / this.seconds) * 100}%`;
      return piece;
    }));
    const gaps = seconds ? gapsOf(this.covered, this.seconds) : [];
    this.box.querySelector("[data-gap-part]").hidden = !gaps.length || this.completed;
    this.box.querySelector("[data-gaps]").replaceChildren(...gaps.map(([from, until]) => this.gapButton(from, until)));
  }

  gapButton(from, until) {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-small";
    button.dataset.from = String(from);
    button.textContent = `${clock(from)}–${clock(until)}`;
    item.append(button);
    return item;
  }
}

if (box) new Player(box);

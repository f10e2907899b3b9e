// What this device has chosen and the server has not acknowledged. Every change is written to the device before it is sent.
// Several windows of one device share the stored outbox: each change is made upon what is stored, not over it.
import { data } from "./page.js";
import * as store from "./store.js";

export const KEY = `exam-${data.attempt}-${data.generation}`;
const LOADED = Number(data.sequence); // the page as it came holds all answers up to here

// place → [value, sequence, server time in milliseconds]
const waiting = new Map();
// place → [value, sequence]: what the server has acknowledged
const saved = new Map();
const flags = new Set();
// place → [value, sequence]: what the server did not take, or keeps apart for a person to decide
const apart = new Map();

function stored() {
  const found = store.read(KEY) || {};
  return { sequence: found.sequence || 0, waiting: new Map(found.waiting || []), saved: new Map(found.saved || []), flags: new Set(found.flags || []) };
}

function pack(found) {
  return { sequence: found.sequence, waiting: [...found.waiting], saved: [...found.saved], flags: [...found.flags] };
}

const sequenceOf = (map, place) => (map.has(place) ? map.get(place)[1] : 0);

export const outbox = {
  waiting, saved, flags, apart,
  // without storage a request of the page before a reload may still be on its way: this page's answers count from its time on
  sequence: store.works() ? LOADED : Math.max(LOADED, Number(data.now)),
  kept: store.works(),
  restored: new Set(),

  // what the page shows of the server's answers, then what this device still holds on top
  load(places) {
    places.forEach((value, place) => saved.set(place, [value, LOADED]));
    const found = stored();
    this.sequence = Math.max(this.sequence, found.sequence);
    found.flags.forEach((place) => flags.add(place));
    found.waiting.forEach((entry, place) => {
      if (!places.has(place)) { return; }
      waiting.set(place, entry);
      this.restored.add(place);
    });
  },

  keep(change) {
    const found = stored();
    // what was wiped from the device meanwhile comes back from the page
    waiting.forEach((entry, place) => { if (entry[1] > Math.max(sequenceOf(found.waiting, place), sequenceOf(found.saved, place))) { found.waiting.set(place, entry); } });
    if (change) { change(found); }
    found.sequence = Math.max(found.sequence, this.sequence);
    this.kept = store.write(KEY, pack(found));
  },

  put(place, value, at) {
    this.sequence = Math.max(this.sequence, stored().sequence) + 1;
    waiting.set(place, [value, this.sequence, at]);
    apart.delete(place);
    this.restored.delete(place);
    this.keep();
  },

  // only the answer that was sent is done with; a later one for the same place stays
  done(place, sequence) {
    if (waiting.has(place) && sequenceOf(waiting, place) <= sequence) { waiting.delete(place); }
    return (found) => { if (found.waiting.has(place) && sequenceOf(found.waiting, place) <= sequence) { found.waiting.delete(place); } };
  },

  acknowledge(place, value, sequence) {
    if (sequence >= sequenceOf(saved, place)) { saved.set(place, [value, sequence]); }
    const forget = this.done(place, sequence);
    this.keep((found) => {
      forget(found);
      if (sequence >= sequenceOf(found.saved, place)) { found.saved.set(place, [value, sequence]); }
    });
  },

  setAside(place, value, sequence) {
    apart.set(place, [value, sequence]);
    this.keep(this.done(place, sequence));
  },

  flag(place) {
    if (!flags.delete(place)) { flags.add(place); }
    this.keep((found) => { found.flags = flags; });
  },

  // another window of this device has chosen or saved something: places whose value on this screen is to change
  adopt() {
    const found = stored();
    const changed = new Map();
    const known = (place) => Math.max(sequenceOf(saved, place), sequenceOf(waiting, place));
    found.waiting.forEach((entry, place) => {
      if (entry[1] > known(place)) { waiting.set(place, entry); changed.set(place, entry[0]); }
    });
    found.saved.forEach(([value, sequence], place) => {
      if (sequence > LOADED && sequence >= known(place)) {
        waiting.delete(place);
        saved.set(place, [value, sequence]);
        changed.set(place, value);
      }
    });
    flags.clear();
    found.flags.forEach((place) => flags.add(place));
    this.sequence = Math.max(this.sequence, found.sequence);
    return changed;
  },

  // not in the server's sheet as far as this page knows
  unacknowledged() {
    return [...waiting, ...apart].map(([place, [value, sequence]]) => [place, value, sequence]).sort((one, other) => one[0] - other[0]);
  },

  oldest() {
    return Math.min(...[...waiting.values()].map((entry) => entry[2]));
  },

  wipe() {
    store.keys(`exam-${data.attempt}-`).forEach(store.remove);
  },
};

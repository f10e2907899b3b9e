// The device's own storage. It may be full, forbidden or wiped while the page stands: every call says whether it worked.

export function read(key) {
  try { return JSON.parse(localStorage.getItem(key) || "null"); } catch { return null; }
}

export function write(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
    return true;
  } catch { return false; }
}

export function remove(key) {
  try { localStorage.removeItem(key); } catch { /* nothing was kept */ }
}

export function keys(prefix) {
  try { return Object.keys(localStorage).filter((key) => key.startsWith(prefix)); } catch { return []; }
}

export function works() {
  const key = "exam-probe";
  const kept = write(key, 1);
  remove(key);
  return kept;
}

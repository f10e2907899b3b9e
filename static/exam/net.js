// One small request with an end: what comes back is the server's reply and how long it took, or an error that says why not.

const PATIENCE = 10000; // milliseconds

// browsers of old office machines know no AbortSignal.timeout
export function request(url, options) {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), PATIENCE);
  return fetch(url, { cache: "no-store", signal: limit.signal, ...options }).finally(() => clearTimeout(timer));
}

// refused: the server understood and said no; pause: milliseconds after which it wants to be asked again
function failure(response) {
  const pause = Number(response.headers.get("Retry-After")) * 1000 || 0;
  return Object.assign(new Error(String(response.status)), { refused: response.status < 500 && response.status !== 429, pause });
}

// The body carries its own proof of who asks, so neither door sees a cookie.
export async function post(url, body, keepalive = false) {
  const began = performance.now();
  const response = await request(url, {
    method: "POST",
    body,
    headers: { "Content-Type": "application/json" },
    credentials: "omit",
    keepalive,
  });
  if (!response.ok) { throw failure(response); }
  const reply = await response.json();
  // the page of a hotel's network is no acknowledgement
  if (typeof reply.now !== "number") { throw new Error("reply"); }
  return { reply, took: performance.now() - began };
}

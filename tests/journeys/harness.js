(() => {
  const real = { fetch: window.fetch, later: window.setTimeout };
  const held = new Map(); // place → [value, sequence], as the server holds it
  const told = { failures: 0, lies: [], lost: [], acknowledged: 0 };
  let seed = 7;
  const random = () => { seed = (seed * 1103515245 + 12345) % 2147483648; return seed / 2147483648; };
  const pause = (time) => new Promise((done) => real.later.call(window, done, time));
  // but for the Retry-After below, which the page holds against the real clock
  window.setTimeout = (work, time, ...rest) => real.later.call(window, work, (time || 0) / 2000, ...rest);
  let calm = false;

  function batch(answers) {
    return answers.map(([place, value, sequence]) => {
      const now = held.get(place) || ["", -1];
      if (sequence > now[1]) { held.set(place, [value, sequence]); return [place, sequence, "saved", null]; }
      return [place, sequence, sequence === now[1] ? "saved" : "newer", now[1]];
    });
  }

  const fail = () => { told.failures += 1; throw new TypeError("Failed to fetch"); };

  window.fetch = async (address, options) => {
    if (String(address).includes("/exam-pulse/")) { throw new TypeError("Failed to fetch"); }
    if (!String(address).includes("/exam-answers/")) { return real.fetch.call(window, address, options); }
    await pause(random() * 2);
    const dice = calm ? 1 : random();
    if (dice < 0.3) { fail(); }
    if (dice < 0.4) { told.failures += 1; return new Response("{}", { status: 503, headers: { "Retry-After": "0.002" } }); }
    if (dice < 0.5) { told.failures += 1; return new Response("<html>Sign in to this network</html>", { status: 200 }); }
    const answers = JSON.parse(options.body).answers || [];
    const results = batch(answers);
    if (dice < 0.8) { await pause(random() * 2); fail(); } // the acknowledgement is lost
    told.acknowledged += answers.length;
    return new Response(JSON.stringify({ now: Date.now(), until: null, results, state: "open", broadcasts: [] }), { status: 200 });
  };

  let used = []; // the questions that are answered, with their links: looking at all would take the time
  const value = (article) => [...article.querySelectorAll("input:checked")].map((one) => one.value).sort().join(",");

  function look() {
    const badge = document.querySelector(".exam-saved").dataset.state;
    used.forEach(([article, link]) => {
      const place = Number(article.dataset.place);
      const state = link.dataset.state;
      const now = (held.get(place) || [""])[0];
      if (state === "answered" && now !== value(article)) { told.lies.push([place, state, now, value(article)]); }
      if (badge === "saved" && now !== value(article)) { told.lies.push([place, "badge", now, value(article)]); }
    });
  }

  async function run(failures) {
    const articles = [...document.querySelectorAll("[data-place]")].slice(0, 12);
    used = articles.map((article) => [article, document.querySelector(`.palette a[href='#${article.id}']`)]);
    const watch = new MutationObserver(look);
    watch.observe(document.querySelector(".exam-bar"), { subtree: true, childList: true, attributes: true });
    watch.observe(document.querySelector(".palette"), { subtree: true, attributes: true });
    while (told.failures < failures) {
      const inputs = articles[Math.floor(random() * articles.length)].querySelectorAll("input");
      inputs[Math.floor(random() * inputs.length)].click();
      await pause(random() * 4);
      if (told.lies.length > 20) { break; }
    }
    calm = true;
    for (let turn = 0; turn < 200 && document.querySelector(".palette a[data-state=unsaved]"); turn += 1) { await pause(20); }
    look();
    articles.forEach((article) => {
      const place = Number(article.dataset.place);
      if ((held.get(place) || [""])[0] !== value(article)) { told.lost.push(place); }
    });
    return told;
  }

  window.harness = { run };
})();

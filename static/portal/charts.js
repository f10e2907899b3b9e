// Draws the charts of a page; the table beside each chart says the same and stays when nothing can be drawn.

const COLORS = ["#0b5fa5", "#c05c00", "#17663a", "#7a3e9d", "#5b6b7a", "#a3306b"];
const TEXT = { color: "#1c2733", fontSize: 12 };

function loadLibrary(address) {
  if (window.echarts) return Promise.resolve(window.echarts);
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => resolve(window.echarts);
    script.onerror = reject;
    document.head.append(script);
  });
}

function series(spec) {
  const kind = spec.kind === "line" ? "line" : "bar";
  return spec.series.map((one, index) => ({
    type: kind,
    name: one.name,
    data: one.data,
    stack: spec.kind === "stacked" ? "all" : undefined,
    barMaxWidth: 28,
    // lines are told apart by their marks, not by color alone
    symbol: ["circle", "rect", "triangle", "diamond"][index % 4],
    symbolSize: 7,
    markLine: index === 0 && spec.target != null
      ? { symbol: "none", data: [{ [spec.kind === "horizontal" ? "xAxis" : "yAxis"]: spec.target }], lineStyle: { color: "#ab2219", type: "dashed" }, label: TEXT }
      : undefined,
  }));
}

function option(spec, title) {
  const horizontal = spec.kind === "horizontal";
  const names = { type: "category", data: spec.categories, inverse: horizontal, axisLabel: { ...TEXT, hideOverlap: true }, axisTick: { alignWithLabel: true } };
  const numbers = { type: "value", axisLabel: TEXT, splitLine: { lineStyle: { color: "#e3e8ee" } } };
  const many = spec.series.length > 1;
  return {
    color: COLORS,
    animation: false,
    // a second sign for each series, for those who do not see its color
    aria: { enabled: true, label: { description: title }, decal: { show: many && spec.kind !== "line" } },
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    legend: many ? { top: 0, left: 0, textStyle: TEXT } : undefined,
    grid: { top: many ? 36 : 12, right: 24, bottom: 8, left: 8, containLabel: true },
    tooltip: { trigger: "axis", confine: true, axisPointer: { type: "shadow" } },
    xAxis: horizontal ? numbers : names,
    yAxis: horizontal ? names : numbers,
    series: series(spec),
  };
}

async function draw(canvas) {
  if (canvas.dataset.drawn) return;
  canvas.dataset.drawn = "yes";
  const figure = canvas.closest("figure");
  const spec = JSON.parse(document.getElementById(canvas.dataset.chart).textContent);
  const echarts = await loadLibrary(canvas.dataset.library);
  canvas.hidden = false;
  const chart = echarts.init(canvas, null, { renderer: "svg" });
  chart.setOption(option(spec, figure.querySelector("figcaption").textContent.trim()));
  figure.querySelector("[data-chart-table]").open = false;
  new ResizeObserver(() => chart.resize()).observe(canvas);
}

function drawAll() {
  document.querySelectorAll("[data-chart]").forEach((canvas) => {
    // without the library the table is what remains, open as the server sent it
    draw(canvas).catch(() => { canvas.hidden = true; });
  });
}

// on paper the numbers stand under the drawing
window.addEventListener("beforeprint", () => document.querySelectorAll("[data-chart-table]").forEach((one) => { one.open = true; }));
document.addEventListener("htmx:afterSettle", drawAll);
drawAll();

// Draws the table of the last months as three charts. All figures and words come with the page; without this the table says the same.
"use strict";

const trend = document.getElementById("trend");
const rows = [...trend.querySelectorAll("tbody tr")];
const heads = (name) => [...trend.querySelectorAll(`thead th[data-${name}]`)].map((head) => head.dataset[name]);
const columns = (name, names) => names.map((_, at) => rows.map((row) => {
  const text = row.querySelectorAll(`td[data-${name}]`)[at].dataset[name];
  return text === "" ? null : Number(text);
}));
const months = rows.map((row) => row.dataset.month);
const kinds = heads("kind"), measures = heads("measure");
const counts = columns("n", kinds), values = columns("value", measures);

// Told apart without colour too: bars by their order, lines by their symbols.
const COLOURS = ["--brand", "--busy", "--todo", "--wait", "--alert", "--soft", "--ink"];
const SYMBOLS = ["circle", "diamond", "triangle"];

const lines = (first, colour) => measures.slice(first, first + 2).map((name, at) => ({
  name, type: "line", data: values[first + at], connectNulls: false, symbol: SYMBOLS[at], symbolSize: 8,
  lineStyle: { color: colour(COLOURS[at]), width: 2, type: at ? "dashed" : "solid" }, itemStyle: { color: colour(COLOURS[at]) },
}));

const SERIES = {
  kinds: (colour) => kinds.map((name, at) => ({ name, type: "bar", stack: "kinds", data: counts[at], itemStyle: { color: colour(COLOURS[at]) } }))
    .filter((series) => series.data.some(Boolean)),
  rates: (colour) => lines(0, colour),
  lengths: (colour) => lines(2, colour),
};

const options = (name) => {
  const style = getComputedStyle(document.documentElement);
  const colour = (variable) => style.getPropertyValue(variable).trim();
  const text = { color: colour("--soft"), fontFamily: style.fontFamily };
  const axis = { axisLine: { lineStyle: { color: colour("--line") } }, axisTick: { show: false }, axisLabel: text };
  return {
    animation: false,
    grid: { left: 8, right: 16, top: 16, bottom: 8, containLabel: true },
    xAxis: { ...axis, type: "category", data: months },
    yAxis: { ...axis, type: "value", min: 0, max: name === "rates" ? 100 : null, splitLine: { lineStyle: { color: colour("--line") } } },
    series: SERIES[name](colour),
  };
};

// What each bar and line stands for: the browser's own elements, so that they wrap and are read aloud.
const explain = (figure, series) => {
  const list = document.createElement("ul");
  list.className = "key";
  for (const { name, type } of series) {
    const item = document.createElement("li"), swatch = document.createElement("i");
    const at = (type === "bar" ? kinds : measures).indexOf(name);
    swatch.style.background = `var(${COLOURS[type === "bar" ? at : at % 2]})`;
    item.append(swatch, name);
    list.append(item);
  }
  figure.querySelector(".canvas").before(list);
};

for (const figure of document.querySelectorAll("[data-chart]")) {
  const name = figure.dataset.chart, canvas = figure.querySelector(".canvas");
  if (!SERIES[name](() => "").some((series) => series.data.some((value) => value !== null))) continue;
  figure.hidden = false;
  const chart = echarts.init(canvas);
  chart.setOption(options(name));
  explain(figure, SERIES[name](() => ""));
  new ResizeObserver(() => chart.resize()).observe(canvas);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => chart.setOption(options(name)));
}

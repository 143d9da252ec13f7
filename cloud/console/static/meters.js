// Draws the table of a meter's use as a chart. All figures and words come with the page; without this the table says the same.
"use strict";

const figure = document.getElementById("chart");
const canvas = figure.querySelector(".canvas");
const rows = [...document.querySelectorAll("#slots tbody tr")];
const HATCH_PX = 8;

const number = (text) => (text === "" ? null : Number(text));
const slots = rows.map((row) => ({
  label: row.dataset.label,
  use: number(row.dataset.use),
  register: number(row.dataset.register),
  kind: "ahead" in row.dataset ? "ahead" : row.dataset.register === "" ? "gap" : row.dataset.use === "" ? "begun" : "read",
}));

// Nothing was read there: hatched from top to bottom, so that nobody takes it for a use of 0.
const hatch = (colour) => {
  const tile = document.createElement("canvas"), pen = tile.getContext("2d"), scale = devicePixelRatio;
  tile.width = tile.height = Math.round(HATCH_PX * scale);
  pen.strokeStyle = colour;
  pen.lineWidth = 1.5 * scale;
  for (const x of [-tile.width, 0, tile.width]) {
    pen.moveTo(x, tile.width);
    pen.lineTo(x + tile.width, 0);
  }
  pen.stroke();
  return { image: tile, repeat: "repeat", scaleX: 1 / scale, scaleY: 1 / scale };
};

// A reading between two gaps has no line to lie on.
const isAlone = (at) => (slots[at - 1]?.register ?? null) === null && (slots[at + 1]?.register ?? null) === null;

// By the quarter hour each third or sixth hour has its name, else as many slots as there is room for.
const NARROW_PX = 600;
const isNamed = (_, label) => label.endsWith(":00") && Number(label.slice(0, 2)) % (canvas.clientWidth < NARROW_PX ? 6 : 3) === 0;
const interval = slots.length > 31 ? isNamed : "auto";

const options = () => {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const text = { color: colour("--soft"), fontFamily: style.fontFamily };
  const axis = { axisLine: { lineStyle: { color: colour("--line") } }, axisTick: { show: false }, axisLabel: text };
  const quiet = { show: false };
  return {
    animation: false,
    grid: { left: 8, right: 8, top: 16, bottom: 8, containLabel: true },
    xAxis: { ...axis, type: "category", data: slots.map((slot) => slot.label), axisLabel: { ...text, interval } },
    yAxis: [
      { ...axis, type: "value", splitLine: { lineStyle: { color: colour("--line") } } },
      { ...axis, type: "value", scale: true, splitLine: quiet, axisLabel: { ...text, color: colour("--wait") } },
      { type: "value", min: 0, max: 1, show: false },
    ],
    series: [
      {
        type: "bar", yAxisIndex: 2, silent: true, barWidth: "100%", barGap: "-100%", itemStyle: { color: hatch(colour("--soft")) },
        data: slots.map((slot) => (slot.kind === "gap" ? 1 : null)),
      },
      {
        type: "bar", yAxisIndex: 0, barWidth: "72%", itemStyle: { color: colour("--brand") }, emphasis: { itemStyle: { color: colour("--todo") } },
        data: slots.map((slot) => slot.use),
      },
      {
        type: "line", yAxisIndex: 1, silent: true, connectNulls: false, lineStyle: { color: colour("--wait"), width: 2 }, itemStyle: { color: colour("--wait") },
        symbol: "circle", symbolSize: (value, { dataIndex }) => (isAlone(dataIndex) ? 5 : 0),
        data: slots.map((slot) => slot.register),
      },
    ],
  };
};

figure.hidden = false;
const chart = echarts.init(canvas);
chart.setOption(options());
new ResizeObserver(() => chart.resize()).observe(canvas);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => chart.setOption(options()));

// One slot is pointed at, by hand or with the arrow keys, and told in words below the chart.
let pointed = -1;
const point = (at) => {
  pointed = Math.max(0, Math.min(slots.length - 1, at));
  const slot = slots[pointed];
  chart.dispatchAction({ type: "downplay", seriesIndex: 1 });
  chart.dispatchAction({ type: "highlight", seriesIndex: 1, dataIndex: pointed });
  for (const line of figure.querySelectorAll("[data-said]")) {
    line.hidden = line.dataset.said !== slot.kind;
    for (const part of line.querySelectorAll("[data-of]")) part.textContent = rows[pointed].dataset[part.dataset.of];
    if (!line.hidden) canvas.setAttribute("aria-valuetext", line.textContent);
  }
  canvas.setAttribute("aria-valuenow", pointed);
};

const KEYS = { ArrowLeft: () => pointed - 1, ArrowRight: () => pointed + 1, Home: () => 0, End: () => slots.length - 1 };
canvas.addEventListener("keydown", (event) => {
  if (!(event.key in KEYS) || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  point(KEYS[event.key]());
});
for (const kind of ["click", "mousemove"]) {
  chart.getZr().on(kind, ({ offsetX, offsetY }) => {
    if (chart.containPixel("grid", [offsetX, offsetY])) point(chart.convertFromPixel({ xAxisIndex: 0 }, offsetX));
  });
}

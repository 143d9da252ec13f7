// Draws the plan and what the list beside it says: each row with a place becomes a mark. No words here: they come with the page.
"use strict";

const CASE_SIZE = 30; // pixels across; a finger hits it because the mark is larger than its sign
const plan = document.getElementById("plan");

const draw = (plan) => {
  const width = Number(plan.dataset.width);
  const height = Number(plan.dataset.height);
  const bounds = [[0, 0], [height, width]];
  const at = (each) => [height * (1 - Number(each.dataset.y) / 100), width * Number(each.dataset.x) / 100];
  plan.replaceChildren();
  const map = L.map(plan, {crs: L.CRS.Simple, minZoom: -5, maxZoom: 2, zoomSnap: 0.25, attributionControl: false, maxBounds: bounds, maxBoundsViscosity: 0.8});
  L.imageOverlay(plan.dataset.picture, bounds, {alt: plan.getAttribute("aria-label")}).addTo(map);
  map.fitBounds(bounds);

  const marks = L.layerGroup().addTo(map);
  const apart = new Map(); // marks at one place stand side by side
  const beside = (key) => {
    const before = apart.get(key) ?? 0;
    apart.set(key, before + 1);
    return before;
  };
  const mark = (row) => {
    const place = beside(`${row.dataset.x} ${row.dataset.y}`);
    const sign = Object.assign(document.createElement("span"), {className: `sign ${row.dataset.tone}`, textContent: row.dataset.sign});
    const icon = L.divIcon({html: sign, className: "mark", iconSize: [CASE_SIZE, CASE_SIZE], iconAnchor: [CASE_SIZE / 2 - place * CASE_SIZE * 0.8, CASE_SIZE / 2]});
    const made = L.marker(at(row), {icon, title: row.dataset.title, alt: row.dataset.title, zIndexOffset: 1000});
    made.on("click", () => row.click());
    made.on("keypress", (event) => { if (event.originalEvent.key === "Enter") row.click(); });
    marks.addLayer(made);
  };
  const fixed = (each) => {
    const sign = Object.assign(document.createElement("span"), {className: `sign fixed ${each.dataset.fixed}`, textContent: each.dataset.sign});
    const icon = L.divIcon({html: sign, className: "mark", iconSize: [20, 20]});
    marks.addLayer(L.marker(at(each), {icon, title: each.dataset.title, alt: each.dataset.title, interactive: false, keyboard: false}));
  };
  const redraw = () => {
    marks.clearLayers();
    apart.clear();
    for (const each of document.querySelectorAll("#marks [data-fixed]")) fixed(each);
    for (const row of document.querySelectorAll("#marks a[data-x]")) mark(row);
  };
  redraw();
  document.addEventListener("htmx:afterSwap", (event) => { if (event.detail.target.id === "marks") redraw(); });
  place(map, width, height);
};

const place = (map, width, height) => {
  const [x, y] = ["place-x", "place-y"].map((id) => document.getElementById(id));
  if (x === null || y === null) return;
  const within = (part) => Math.min(100, Math.max(0, Math.round(part * 1000) / 10));
  const shown = L.circleMarker([0, 0], {radius: 9, className: "chosen"});
  const show = () => {
    if (x.value !== "" && y.value !== "") shown.setLatLng([height * (1 - y.value / 100), width * x.value / 100]).addTo(map);
  };
  map.on("click", (event) => {
    if (!document.getElementById("placing").open) return;
    x.value = within(event.latlng.lng / width);
    y.value = within(1 - event.latlng.lat / height);
    show();
  });
  for (const each of [x, y]) each.addEventListener("input", show);
};

if (plan !== null) draw(plan);

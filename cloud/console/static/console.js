// What htmx leaves to do: point out new cards, and say whether the page is live. No words here: they come with the page.
"use strict";

const cases = () => document.getElementById("cases");
const shown = () => new Set([...cases().querySelectorAll("[data-case]")].map((card) => card.dataset.case));
let before = null;

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target === cases()) before = shown();
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target !== cases() || before === null) return;
  const arrived = [...cases().querySelectorAll("[data-case]")].filter((card) => !before.has(card.dataset.case));
  before = null;
  for (const card of arrived) card.classList.add("is-new");
  const said = document.getElementById("said");
  if (arrived.length > 0 && said !== null) said.textContent = said.dataset.new.replaceAll("{n}", arrived.length);
});

const live = (on) => {
  for (const mark of document.querySelectorAll("[data-live]")) mark.dataset.live = on ? "on" : "off";
};
document.addEventListener("htmx:sseOpen", () => live(true));
document.addEventListener("htmx:sseError", () => live(false));
document.addEventListener("htmx:sseClose", () => live(false));

// What htmx leaves to do: point out new cards, keep acts before live updates, say whether the page is live. No words here: they come with the page.
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

// An act and live updates of the same case. Nothing is aborted, and no act waits: an update that was on its way when the
// act began would show what was, so it is not shown; none is asked for before the act is answered; then one is.
const theCase = () => document.getElementById("case");
const isAct = (detail) => detail.requestConfig.verb === "post";
let acting = false;
let missed = false;
let asked = null; // the update on its way; they queue, so there is one
let overtaken = null;

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.target !== theCase()) return;
  if (isAct(event.detail)) {
    acting = true;
    overtaken = asked;
  } else if (acting) {
    missed = true;
    event.preventDefault();
  } else {
    asked = event.detail.xhr;
  }
});

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target !== theCase() || event.detail.xhr !== overtaken) return;
  missed = true;
  event.detail.shouldSwap = false;
});

document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.target !== theCase()) return;
  if (isAct(event.detail)) acting = false;
  else if (event.detail.xhr === asked) asked = null;
  if (acting || !missed) return;
  missed = false;
  htmx.trigger(theCase(), "sse:case");
});

const live = (on) => {
  for (const mark of document.querySelectorAll("[data-live]")) mark.dataset.live = on ? "on" : "off";
};
document.addEventListener("htmx:sseOpen", () => live(true));
document.addEventListener("htmx:sseError", () => live(false));
document.addEventListener("htmx:sseClose", () => live(false));

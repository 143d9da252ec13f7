// What htmx leaves to do: point out new cards, keep acts before live updates, say whether the page is live. No words here: they come with the page.
"use strict";

document.documentElement.classList.add("scripted");

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
  if (isAct(event.detail)) answered(event.detail);
  else if (event.detail.xhr === asked) asked = null;
  if (acting || !missed) return;
  missed = false;
  htmx.trigger(theCase(), "sse:case");
});

// An act that never reached the server, or got no answer, is said to be so: what was written and chosen is still there.
const answered = (detail) => {
  acting = false;
  const arrived = detail.successful === true;
  document.getElementById("unsent").hidden = arrived;
  if (!arrived) document.getElementById("told").replaceChildren();
  if (detail.elt.id !== "photos") return;
  if (arrived) document.getElementById("photos")?.reset();
  document.documentElement.classList.toggle("photo-waits", !arrived);
};

// A photo goes as soon as it is taken, made as small as it will be kept: a yard's network is slow.
const EDGE = 2560;
const SMALL = 1024 * 1024;

const drawn = async (file) => {
  if (file.size <= SMALL && ["image/jpeg", "image/png"].includes(file.type)) return file;
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, EDGE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  const smaller = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.88));
  return new File([smaller], "photo.jpg", { type: "image/jpeg" });
};

document.addEventListener("change", async ({ target }) => {
  if (!target.matches("[data-photo]") || target.files.length === 0) return;
  try {
    const smaller = new DataTransfer();
    smaller.items.add(await drawn(target.files[0]));
    target.files = smaller.files;
  } catch {
    // What this browser cannot draw goes as it is: the server says what it makes of it.
  }
  target.form.requestSubmit();
});

// On a phone the lists lie side by side, wider than the screen: the one that is shown is in sight.
document.querySelector(".lists [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

const live = (on) => {
  for (const mark of document.querySelectorAll("[data-live]")) mark.dataset.live = on ? "on" : "off";
};
document.addEventListener("htmx:sseOpen", () => live(true));
document.addEventListener("htmx:sseError", () => live(false));
document.addEventListener("htmx:sseClose", () => live(false));

// The page's life: what is shown follows from the daemon's state, which is asked for once a second, from the label
// records, which come by themselves, and from what the visitor chose. Nothing is asked while nobody looks.

import { FaceCards } from "./faces.js";
import { LabelEvents } from "./events.js";
import { LiveStream } from "./stream.js";
import { Timeline, makeLegend } from "./timeline.js";
import { element, pause, setText } from "./text.js";

// In milliseconds.
const STATE_INTERVAL = 1000;
const ANSWER_TIMEOUT = 4000;
// Faces are still shown for this long after the last record; then nothing is known of them any more.
const FACES_PATIENCE = 3000;
const ANNOUNCEMENT_INTERVAL = 10000;

const stream = new LiveStream(element("screen"), element("still"));
const cards = new FaceCards();
const timeline = new Timeline(element("timeline"));

let isPaused = false;
let isConnected = false;
let isPictureThere = false;
let newest = null;
let isDrawn = true;
let lastRecordAt = 0;

// ---- The label records

const events = new LabelEvents((record) => {
  cards.notice(record);
  timeline.add(record);
  lastRecordAt = performance.now();
  newest = record;
  if (isDrawn) requestAnimationFrame(draw);
  isDrawn = false;
});

events.onNewLife = () => {
  cards.forget();
  timeline.clear();
};

function draw() {
  isDrawn = true;
  if (!isPaused) cards.show(newest, stream);
}

function forgetOldFaces() {
  if (!isPaused && newest && performance.now() - lastRecordAt > FACES_PATIENCE) {
    newest = null;
    draw();
  }
}

// ---- The state line, the facts and the notice

function showState(state, text) {
  element("state").dataset.state = state;
  setText(element("state-text"), text);
}

function showNotice(text) {
  setText(element("notice"), text ?? "");
  element("notice").hidden = !text;
}

// A panel in place of the picture; null for none.
function showAway(title, text) {
  const isAway = title !== null;
  element("away").hidden = !isAway;
  element("screen").toggleAttribute("data-away", isAway);
  setText(element("away-title"), title ?? "");
  setText(element("away-text"), text ?? "");
}

const rate = (framesPerSecond) => (framesPerSecond === null ? "–" : `${framesPerSecond.toFixed(1)} fps`);
const delay = (milliseconds) => (milliseconds === null ? "–" : `${Math.round(milliseconds)} ms`);

function showName(name) {
  element("name").hidden = !name;
  if (!name) return;
  setText(element("name-text"), name);
  document.title = `${name} – emotiond`;
}

function showFacts(state) {
  showName(state.camera_name);
  const size = state.size ? `, ${state.size.width} × ${state.size.height}` : "";
  setText(element("source"), state.camera.source ? state.camera.source + (/\d+x\d+/.test(state.camera.source) ? "" : size) : "–");
  setText(element("captured"), rate(state.fps.captured));
  setText(element("analysed"), rate(state.fps.analysed));
  setText(element("latency"), delay(state.latency_milliseconds.capture_to_labelled.median));
  setText(element("viewers"), String(state.clients.stream));
}

const sentence = (text) => {
  const trimmed = text.trim();
  return trimmed.charAt(0).toUpperCase() + trimmed.slice(1) + (/[.!?]$/.test(trimmed) ? "" : ".");
};

function showConnected(state) {
  isPictureThere = state.camera.state === "running";
  showFacts(state);
  element("screen").removeAttribute("data-stale");
  if (isPaused) {
    showState("paused", "Paused");
    showNotice(null);
    return showAway(null);
  }
  switch (state.camera.state) {
    case "running":
      showState("live", "Live");
      showAway(null);
      showNotice(stream.hasFailed ? "The picture does not come; too many may be watching. This page tries again by itself." : null);
      break;
    case "ended":
      showState("ended", "Ended");
      showAway(
        state.camera.reason ? "The source failed" : "The source came to its end",
        `${state.camera.reason ? `${sentence(state.camera.reason)} ` : ""}Start emotiond again to see more.`);
      showNotice(null);
      break;
    default:
      showState("waiting", "Waiting");
      showAway("No picture now", `${sentence(state.camera.reason ?? "The camera is away")} The picture comes back by itself.`);
      showNotice(null);
  }
}

function showGone() {
  showState("gone", "No connection");
  if (isPaused) return;
  isPictureThere = false;
  element("screen").setAttribute("data-stale", "");
  showNotice("emotiond does not answer. This page tries again by itself.");
  for (const id of ["captured", "analysed", "latency", "viewers"]) setText(element(id), "–");
}

// ---- The loop

async function fetchState() {
  const response = await fetch("state", { cache: "no-store", signal: AbortSignal.timeout(ANSWER_TIMEOUT) });
  // Whoever is not signed in, or no longer, is led to the login page.
  if (response.status === 401) location.reload();
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
}

async function whileLookedAt() {
  while (document.hidden) {
    await new Promise((resolve) => document.addEventListener("visibilitychange", resolve, { once: true }));
  }
}

async function followState() {
  for (;;) {
    await whileLookedAt();
    try {
      const state = await fetchState();
      if (!isPaused && !document.hidden) {
        events.open();
        // What is over has no picture any more, and would answer each attempt with an error.
        if (state.camera.state === "ended") stream.freeze();
        else if (isConnected) stream.keepAlive(state);
        else stream.start();
      }
      isConnected = true;
      showConnected(state);
    } catch {
      isConnected = false;
      events.close();
      showGone();
    }
    forgetOldFaces();
    cards.setWaiting(!isPictureThere);
    await pause(STATE_INTERVAL);
  }
}

// The events notice first that the daemon has gone.
events.onLost = () => {
  if (isConnected && !isPaused && !document.hidden) element("screen").setAttribute("data-stale", "");
};

document.addEventListener("visibilitychange", () => {
  if (isPaused) return;
  if (document.hidden) {
    stream.freeze();
    events.close();
  } else if (isConnected) {
    stream.start();
    events.open();
  }
});

// ---- The screen reader is told now and then, and only of what has changed

function reasonForNoPicture() {
  const ids = element("away").hidden ? ["state-text", "notice"] : ["away-title", "away-text"];
  return ids.map((id) => element(id).textContent).filter(Boolean).join(". ");
}

let announced = "";
setInterval(() => {
  timeline.describe();
  const text = isPictureThere ? cards.summary : reasonForNoPicture();
  if (document.hidden || isPaused || text === announced) return;
  announced = text;
  setText(element("announcement"), text);
}, ANNOUNCEMENT_INTERVAL);

// ---- Controls

element("pause").addEventListener("click", () => {
  isPaused = !isPaused;
  setText(element("pause-text"), isPaused ? "Resume" : "Pause");
  timeline.setPaused(isPaused);
  if (isPaused) {
    stream.freeze("The picture at the moment of the pause");
    events.close();
    showState("paused", "Paused");
  } else {
    stream.start();
    events.open();
    if (isConnected) showState("connecting", "Connecting");
  }
});

element("overlay").addEventListener("click", () => {
  const button = element("overlay");
  const hasOverlay = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(hasOverlay));
  element("snapshot").href = hasOverlay ? "snapshot.jpg" : "snapshot.jpg?overlay=0";
  stream.setOverlay(hasOverlay);
});

element("snapshot").addEventListener("click", () => {
  const time = new Date().toISOString().slice(0, 19).replaceAll(":", "-");
  element("snapshot").download = `emotiond-${time}.jpg`;
});

if (document.fullscreenEnabled) {
  element("fullscreen").addEventListener("click", () => {
    if (document.fullscreenElement) document.exitFullscreen();
    else element("screen").requestFullscreen();
  });
} else {
  element("fullscreen").hidden = true;
}

function showTheme() {
  const isDark = document.documentElement.dataset.theme === "dark";
  setText(element("theme-text"), isDark ? "Light" : "Dark");
  timeline.takeColours();
}

element("theme").addEventListener("click", () => {
  const theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem("emotiond-theme", theme);
  } catch {
    // It holds until the page is loaded again.
  }
});
new MutationObserver(showTheme).observe(document.documentElement, { attributeFilter: ["data-theme"] });

showTheme();
makeLegend(element("legend"));
stream.start();
followState();

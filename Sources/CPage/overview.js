// All cameras at a glance. Single pictures and not streams: a browser opens six connections to a server at most, and
// seven streams would leave none for anything else.

import { element, pause, setText } from "./text.js";

// In milliseconds.
const STATE_INTERVAL = 1000;
const PICTURE_INTERVAL = 700;
const ANSWER_TIMEOUT = 4000;
const PICTURE_WIDTH = 480;

const places = new Map();

function makePlace(camera) {
  const place = document.createElement("li");
  place.className = "camera";
  const picture = document.createElement("img");
  picture.alt = `Picture from ${camera.name}`;
  picture.hidden = true;
  const title = document.createElement("h3");
  const link = document.createElement("a");
  link.href = camera.path.slice(1);
  link.textContent = camera.name;
  title.append(link);
  const text = document.createElement("p");
  place.append(picture, title, text);
  element("cameras").append(place);
  const made = { item: place, picture, text, path: link.href, hasEnded: camera.state === "ended", isGone: false };
  renew(made);
  return made;
}

const faces = (count) => (count === 0 ? "nobody in view" : count === 1 ? "1 face" : `${count} faces`);

function show(camera) {
  if (!places.has(camera.name)) places.set(camera.name, makePlace(camera));
  const place = places.get(camera.name);
  place.hasEnded = camera.state === "ended";
  setText(place.text, description(camera));
}

// A daemon that was started anew may have other cameras.
function removeOthers(cameras) {
  const names = new Set(cameras.map((camera) => camera.name));
  for (const [name, place] of places) {
    if (names.has(name)) continue;
    place.isGone = true;
    place.item.remove();
    places.delete(name);
  }
}

function description({ state, reason, faces: count, fps }) {
  if (state === "running") return `${faces(count)}, ${fps.captured.toFixed(0)} fps`;
  if (state === "ended") return reason ? `failed: ${reason}` : "came to its end";
  return reason ?? state;
}

// One picture after the other, as long as the camera is there.
async function renew(place) {
  while (!place.isGone) {
    // What is over has no picture any more; the last one stays.
    if (!document.hidden && !place.hasEnded) {
      const next = place.picture.cloneNode();
      next.hidden = false;
      next.src = `${place.path}snapshot.jpg?width=${PICTURE_WIDTH}&t=${Date.now()}`;
      try {
        await next.decode();
        place.picture.replaceWith(next);
        place.picture = next;
      } catch {
        // The last picture stays; the text below says how the camera fares.
      }
    }
    await pause(PICTURE_INTERVAL);
  }
}

function showState(state, text) {
  element("state").dataset.state = state;
  setText(element("state-text"), text);
}

for (;;) {
  if (!document.hidden) {
    try {
      const response = await fetch("cameras", { cache: "no-store", signal: AbortSignal.timeout(ANSWER_TIMEOUT) });
      // Whoever is not signed in, or no longer, is led to the login page.
      if (response.status === 401) location.reload();
      if (!response.ok) throw new Error(response.statusText);
      const { cameras } = await response.json();
      removeOthers(cameras);
      cameras.forEach(show);
      const running = cameras.filter((camera) => camera.state === "running").length;
      showState(running === cameras.length ? "live" : "waiting", `${running} of ${cameras.length} cameras running`);
    } catch {
      showState("gone", "The daemon does not answer");
    }
  }
  await pause(STATE_INTERVAL);
}

// The emotions of the last minute: a lane for each face, drawn from right (now) to left.

import { EMOTIONS, capitalised, setText } from "./text.js";

const SPAN = 60000;
const LANES = 5;
// A face that was not seen for longer leaves a gap, in milliseconds.
const GAP = 1200;
const LANE_HEIGHT = 22;
const AXIS_HEIGHT = 20;
const NAME_WIDTH = 54;

export class Timeline {
  #context;
  #colours = {};
  // By id: stretches of one emotion, oldest first.
  #lanes = new Map();
  #offset = null;
  // The time of the newest record.
  #newest = -Infinity;
  #pausedAt = null;

  constructor(canvas) {
    this.#context = canvas.getContext("2d");
    this.takeColours();
    const interval = matchMedia("(prefers-reduced-motion: reduce)").matches ? 1000 : 100;
    setInterval(() => {
      if (!document.hidden) this.#draw();
    }, interval);
  }

  takeColours() {
    const style = getComputedStyle(document.documentElement);
    for (const name of [...EMOTIONS, "text", "quiet", "line"]) {
      this.#colours[name] = style.getPropertyValue(`--${name}`).trim();
    }
  }

  setPaused(isPaused) {
    this.#pausedAt = isPaused ? this.#now() : null;
  }

  add(record) {
    const time = Date.parse(record.time);
    // The daemon's clock counts; the newest record is of just now. Where it was set back, what was drawn lies ahead.
    if (time < this.#newest - GAP) this.clear();
    this.#newest = time;
    this.#offset = time - performance.now();
    for (const face of record.faces) {
      const lane = this.#lanes.get(face.id) ?? [];
      this.#lanes.set(face.id, lane);
      const last = lane.at(-1);
      if (last && time - last.end < GAP && last.emotion === face.emotion) last.end = Math.max(last.end, time);
      else lane.push({ emotion: face.emotion, start: last && time - last.end < GAP ? last.end : time, end: time });
    }
  }

  // Forgets all faces.
  clear() {
    this.#lanes.clear();
    this.#newest = -Infinity;
  }

  // The same in words, for those who do not see it.
  describe() {
    const parts = [];
    for (const [id, lane] of this.#visibleLanes()) {
      const seconds = new Map();
      for (const { emotion, start, end } of lane) {
        seconds.set(emotion, (seconds.get(emotion) ?? 0) + (end - start) / 1000);
      }
      const words = [...seconds].sort((a, b) => b[1] - a[1]).map(([emotion, time]) => `${emotion} ${Math.max(1, Math.round(time))} s`);
      parts.push(`Face ${id}: ${words.join(", ")}`);
    }
    this.#context.canvas.setAttribute("aria-label", parts.length ? `In the last minute. ${parts.join(". ")}.` : "No face was seen in the last minute.");
  }

  #now() {
    return this.#pausedAt ?? (this.#offset === null ? 0 : performance.now() + this.#offset);
  }

  #visibleLanes() {
    const start = this.#now() - SPAN;
    for (const [id, lane] of this.#lanes) {
      while (lane.length && lane[0].end < start - SPAN) lane.shift();
      if (!lane.length) this.#lanes.delete(id);
    }
    return [...this.#lanes].filter(([, lane]) => lane.at(-1).end > start).sort((a, b) => a[0] - b[0]).slice(-LANES);
  }

  #draw() {
    const context = this.#context;
    const { canvas } = context;
    const lanes = this.#visibleLanes();
    const height = Math.max(2, lanes.length) * LANE_HEIGHT + AXIS_HEIGHT;
    const width = canvas.clientWidth;
    const ratio = devicePixelRatio || 1;
    if (canvas.style.height !== `${height}px`) canvas.style.height = `${height}px`;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    context.textBaseline = "middle";
    context.font = "12px system-ui, sans-serif";
    const now = this.#now();
    const x = (time) => NAME_WIDTH + (1 - (now - time) / SPAN) * (width - NAME_WIDTH);
    this.#drawAxis(x, now, height, width);
    lanes.forEach(([id, lane], index) => this.#drawLane(id, lane, index * LANE_HEIGHT, x, now));
  }

  #drawAxis(x, now, height, width) {
    const context = this.#context;
    for (let seconds = 60; seconds >= 0; seconds -= width < 480 ? 30 : 15) {
      const place = Math.round(x(now - seconds * 1000)) - 0.5;
      context.fillStyle = this.#colours.line;
      context.fillRect(place, 0, 1, height - AXIS_HEIGHT);
      context.fillStyle = this.#colours.quiet;
      context.textAlign = seconds === 0 ? "right" : seconds === 60 ? "left" : "center";
      context.fillText(seconds ? `${seconds} s ago` : "now", place, height - AXIS_HEIGHT / 2 + 2);
    }
  }

  #drawLane(id, lane, top, x, now) {
    const context = this.#context;
    const middle = top + LANE_HEIGHT / 2;
    context.fillStyle = this.#colours.quiet;
    context.textAlign = "left";
    context.fillText(`Face ${id}`, 0, middle);
    for (const { emotion, start, end } of lane) {
      const left = Math.max(NAME_WIDTH, x(start));
      const right = x(Math.min(now, end));
      if (right <= left) continue;
      const width = Math.max(1, right - left);
      context.fillStyle = this.#colours[emotion];
      context.fillRect(left, top + 3, width, LANE_HEIGHT - 6);
      const name = capitalised(emotion);
      if (context.measureText(name).width + 10 > width) continue;
      context.fillStyle = inkOn(this.#colours[emotion]);
      context.fillText(name, left + 5, middle + 0.5);
    }
  }
}

// Black or white, whichever is easier to read on a colour written #rrggbb.
function inkOn(colour) {
  const channels = [1, 3, 5].map((place) => {
    const value = parseInt(colour.slice(place, place + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2];
  return luminance > 0.179 ? "#000000" : "#ffffff";
}

export function makeLegend(list) {
  for (const emotion of EMOTIONS) {
    const item = document.createElement("li");
    const patch = document.createElement("span");
    patch.classList.add(emotion);
    patch.setAttribute("aria-hidden", "true");
    const word = document.createElement("b");
    setText(word, capitalised(emotion));
    item.append(patch, word);
    list.append(item);
  }
}

// The page's life: it shows the stream, asks for the faces and for the daemon's health over and over, and
// says so when one of them is not there. Nothing is asked while nobody looks.
"use strict";

// In milliseconds.
const FACES_INTERVAL = 200;
const HEALTH_INTERVAL = 1000;
const ANSWER_TIMEOUT = 4000;
const START_PATIENCE = 3000;
const PICTURE_PATIENCE = 10000;

const element = (id) => document.getElementById(id);

const setText = (node, text) => {
  if (node.textContent !== text) node.textContent = text;
};

const percent = (fraction) => `${Math.round(fraction * 100)} %`;

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function fetchJSON(path) {
  const response = await fetch(path, { cache: "no-store", signal: AbortSignal.timeout(ANSWER_TIMEOUT) });
  // The health of a daemon at its end comes with an error status, and is an answer all the same.
  if (!response.ok && response.status !== 503) throw new Error(`${path}: ${response.status}`);
  return response.json();
}

// ---- The stream

const stream = {
  image: element("stream"),
  sample: document.createElement("canvas").getContext("2d", { willReadFrequently: true }),
  isOn: false,
  hasFailed: false,
  startedAt: 0,
  picture: "",
  changedAt: 0,

  start() {
    this.isOn = true;
    this.startedAt = this.changedAt = performance.now();
    // A new address each time: a browser may take the one it has for the picture that it has.
    this.image.src = `stream.mjpg?${Date.now()}`;
  },

  stop() {
    this.isOn = false;
    this.image.removeAttribute("src");
    delete this.image.dataset.shown;
  },

  // A browser does not say that a stream of pictures ended. It did where the daemon knows of no viewer, and
  // probably where the picture stands still although new ones are published; then starting it anew does no
  // harm to one that shows a picture without any change.
  keepAlive(health) {
    if (!this.isOn) return this.start();
    const now = performance.now();
    const picture = this.look();
    if (picture !== this.picture || health.fps.published < 1) this.changedAt = now;
    this.picture = picture;
    const isAbandoned = health.viewers === 0 && now - this.startedAt > START_PATIENCE;
    if (isAbandoned || now - this.changedAt > PICTURE_PATIENCE) this.start();
  },

  look() {
    const { canvas } = this.sample;
    if (!this.image.naturalWidth) return "";
    this.sample.drawImage(this.image, 0, 0, canvas.width, canvas.height);
    return this.sample.getImageData(0, 0, canvas.width, canvas.height).data.join();
  },
};

stream.sample.canvas.width = 32;
stream.sample.canvas.height = 24;

stream.image.addEventListener("load", () => {
  stream.hasFailed = false;
  stream.image.dataset.shown = "";
  // Keeps the place of the picture while there is none.
  stream.image.style.aspectRatio = `${stream.image.naturalWidth} / ${stream.image.naturalHeight}`;
});

stream.image.addEventListener("error", () => {
  if (!stream.isOn) return;
  stream.hasFailed = true;
  stream.stop();
});

// ---- The state line and the notice

function showState(state, text, notice) {
  element("state").dataset.state = state;
  setText(element("state-text"), text);
  const box = element("notice");
  setText(box, notice ?? "");
  box.hidden = !notice;
}

const rate = (framesPerSecond) => (framesPerSecond === null ? "–" : `${framesPerSecond.toFixed(1)} fps`);

function showHealth(health) {
  setText(element("source"), health.source || "–");
  setText(element("captured"), rate(health.fps.captured));
  setText(element("analysed"), rate(health.fps.analysed));
  setText(element("viewers"), String(health.viewers));
  switch (health.status) {
    case "ok":
      showState("live", "Live", stream.hasFailed ? "The picture does not come; too many may be watching." : null);
      break;
    case "waiting":
      showState("waiting", "Waiting", `No picture now: ${health.reason}. It comes back by itself.`);
      break;
    default:
      showState("ended", "Ended", "The source came to its end.");
  }
}

function showGone() {
  showState("gone", "No connection", "The daemon does not answer. This page tries again by itself.");
  for (const id of ["captured", "analysed", "viewers"]) setText(element(id), "–");
  showFaces(null);
}

// ---- The faces

const cards = new Map();

function makeCard(face) {
  const node = element("card").content.firstElementChild.cloneNode(true);
  const list = node.querySelector(".scores");
  const scores = new Map();
  for (const emotion of Object.keys(face.scores)) {
    const row = element("score").content.firstElementChild.cloneNode(true);
    setText(row.querySelector(".label"), emotion);
    scores.set(emotion, { row, fill: row.querySelector(".fill"), value: row.querySelector(".value") });
    list.append(row);
  }
  setText(node.querySelector(".name"), `Face ${face.id}`);
  return {
    node,
    scores,
    emotion: node.querySelector(".emotion"),
    confidence: node.querySelector(".confidence"),
    uncertain: node.querySelector(".uncertain"),
  };
}

function fillCard(card, face) {
  setText(card.emotion, face.emotion);
  setText(card.confidence, percent(face.confidence));
  card.uncertain.hidden = !face.uncertain;
  for (const [emotion, score] of card.scores) {
    const value = face.scores[emotion] ?? 0;
    score.row.classList.toggle("top", emotion === face.emotion);
    score.fill.style.transform = `scaleX(${value})`;
    setText(score.value, percent(value));
  }
}

// A record of null means that nothing is known.
function showFaces(record) {
  const faces = record?.faces ?? [];
  const present = new Set(faces.map((face) => face.id));
  for (const [id, card] of cards) {
    if (present.has(id)) continue;
    card.node.remove();
    cards.delete(id);
  }
  faces.forEach((face, index) => {
    let card = cards.get(face.id);
    if (!card) {
      card = makeCard(face);
      cards.set(face.id, card);
    }
    fillCard(card, face);
    const place = element("cards").children[index];
    if (place !== card.node) element("cards").insertBefore(card.node, place ?? null);
  });
  setText(element("count"), faces.length ? String(faces.length) : "");
  const isKnown = record !== null && record.frame !== null;
  setText(element("empty"), isKnown ? "Nobody is in view." : "Waiting for a picture.");
  element("empty").hidden = faces.length > 0;
}

// ---- The two loops

async function whileLookedAt() {
  while (document.hidden) {
    await new Promise((resolve) => document.addEventListener("visibilitychange", resolve, { once: true }));
  }
}

let isPictureThere = false;

async function followFaces() {
  for (;;) {
    await whileLookedAt();
    try {
      const record = isPictureThere ? await fetchJSON("faces") : null;
      showFaces(isPictureThere ? record : null);
    } catch {
      // The other loop says what is wrong.
    }
    await pause(FACES_INTERVAL);
  }
}

async function followHealth() {
  for (;;) {
    await whileLookedAt();
    try {
      const health = await fetchJSON("healthz");
      isPictureThere = health.status === "ok";
      stream.keepAlive(health);
      showHealth(health);
    } catch {
      isPictureThere = false;
      showGone();
      stream.stop();
    }
    await pause(HEALTH_INTERVAL);
  }
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) stream.stop();
});

stream.start();
followFaces();
followHealth();

// A card for each face that is in view: its picture, its emotion, seven bars, and how long it has been there.

import { EMOTIONS, capitalised, element, percent, setText } from "./text.js";

// A face that was not seen for this long begins anew, in milliseconds.
const MEMORY = 60000;

export class FaceCards {
  // One line for a screen reader.
  summary = "";

  #cards = new Map();
  // By id: when a face was first and last seen, and whether it may have been there before.
  #visits = new Map();
  #hasHistory = false;
  #isWaiting = true;

  // Takes in every record, also those that are not shown.
  notice(record) {
    const time = Date.parse(record.time);
    for (const { id } of record.faces) {
      const visit = this.#visits.get(id);
      // Where the clock was set back nobody knows for how long the face has been there.
      const isAfterSettingBack = visit !== undefined && time < visit.last;
      if (visit && !isAfterSettingBack && time - visit.last < MEMORY) visit.last = time;
      else this.#visits.set(id, { first: time, last: time, isOpen: !this.#hasHistory || isAfterSettingBack });
    }
    this.#hasHistory = true;
    for (const [id, visit] of this.#visits) if (Math.abs(time - visit.last) > MEMORY) this.#visits.delete(id);
  }

  // The daemon was started anew: its faces are others, and may have been there before it.
  forget() {
    this.#visits.clear();
    this.#hasHistory = false;
  }

  // Whether there is no picture in which faces could be.
  setWaiting(isWaiting) {
    this.#isWaiting = isWaiting;
    this.#showCount(this.#cards.size);
  }

  // Shows the faces of a record; null where nothing is known.
  show(record, stream) {
    const faces = record?.faces ?? [];
    const present = new Set(faces.map((face) => face.id));
    for (const [id, card] of this.#cards) {
      if (present.has(id)) continue;
      card.node.remove();
      this.#cards.delete(id);
    }
    faces.forEach((face, index) => {
      let card = this.#cards.get(face.id);
      if (!card) {
        card = makeCard(face);
        this.#cards.set(face.id, card);
      }
      fillCard(card, face);
      setText(card.duration, this.#duration(face.id));
      drawCrop(card.crop, face.box, record, stream.picture);
      const place = element("cards").children[index];
      if (place !== card.node) element("cards").insertBefore(card.node, place ?? null);
    });
    this.#showCount(faces.length);
    this.summary = faces.length
      ? faces.map((face) => `Face ${face.id}: ${face.emotion}${face.uncertain ? ", uncertain" : ""}`).join(". ")
      : "Nobody is in view.";
  }

  #showCount(count) {
    setText(element("count"), count ? String(count) : "");
    setText(element("empty"), this.#isWaiting ? "Waiting for a picture." : "Nobody is in view.");
    element("empty").hidden = count > 0;
  }

  #duration(id) {
    const visit = this.#visits.get(id);
    if (!visit) return "";
    const seconds = Math.floor((visit.last - visit.first) / 1000);
    const minutes = Math.floor(seconds / 60);
    const text = minutes ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
    return `${visit.isOpen ? "In view for over" : "In view for"} ${text}`;
  }
}

function makeCard(face) {
  const node = element("card").content.firstElementChild.cloneNode(true);
  const list = node.querySelector(".scores");
  const scores = new Map();
  for (const emotion of EMOTIONS) {
    const row = element("score").content.firstElementChild.cloneNode(true);
    row.classList.add(emotion);
    setText(row.querySelector(".label"), emotion);
    scores.set(emotion, { row, fill: row.querySelector(".fill"), value: row.querySelector(".value") });
    list.append(row);
  }
  list.setAttribute("aria-label", `Scores of face ${face.id}`);
  setText(node.querySelector(".name"), `Face ${face.id}`);
  return {
    node,
    scores,
    crop: node.querySelector(".crop").getContext("2d"),
    emotion: node.querySelector(".emotion"),
    confidence: node.querySelector(".confidence"),
    duration: node.querySelector(".duration"),
    uncertain: node.querySelector(".uncertain"),
  };
}

function fillCard(card, face) {
  setText(card.emotion, capitalised(face.emotion));
  setText(card.confidence, percent(face.confidence));
  card.uncertain.hidden = !face.uncertain;
  for (const [emotion, score] of card.scores) {
    const value = face.scores[emotion] ?? 0;
    score.row.classList.toggle("top", emotion === face.emotion);
    score.fill.style.transform = `scaleX(${value})`;
    setText(score.value, percent(value));
  }
}

// The square about a face, cut out of the live picture, whose size may differ from the record's.
function drawCrop(context, box, record, picture) {
  if (!picture) return;
  const scale = picture.naturalWidth / record.width;
  // A little inside the box where one is drawn, so that its line is not in the picture.
  const side = Math.min(box.width, box.height) * 0.98 * scale;
  const x = (box.x + box.width / 2) * scale - side / 2;
  const y = (box.y + box.height / 2) * scale - side / 2;
  const { width, height } = context.canvas;
  context.clearRect(0, 0, width, height);
  context.drawImage(picture, x, y, side, side, 0, 0, width, height);
}

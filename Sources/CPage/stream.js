// The live picture. A new stream is made ready behind the one that is seen and takes its place with its first
// frame, so that nothing flickers when it begins anew.

// In milliseconds.
const START_PATIENCE = 3000;
const PICTURE_PATIENCE = 10000;

export class LiveStream {
  // Whether the last attempt brought no picture.
  hasFailed = false;

  #screen;
  #still;
  #shown;
  #next = null;
  #isOn = false;
  #hasOverlay = true;
  #startedAt = 0;
  #changedAt = 0;
  #picture = "";
  #sample = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

  constructor(screen, still) {
    this.#screen = screen;
    this.#still = still;
    this.#shown = screen.querySelector("img");
    this.#sample.canvas.width = 32;
    this.#sample.canvas.height = 24;
  }

  // The picture that is seen now: an element to draw from, or null.
  get picture() {
    return this.#isOn && this.#shown.naturalWidth ? this.#shown : null;
  }

  start() {
    this.#isOn = true;
    this.#startedAt = this.#changedAt = performance.now();
    this.#discard(this.#next);
    const image = this.#shown.cloneNode();
    image.removeAttribute("id");
    image.removeAttribute("src");
    image.removeAttribute("data-shown");
    image.alt = "";
    image.dataset.waiting = "";
    this.#next = image;
    image.addEventListener("load", () => this.#show(image), { once: true });
    image.addEventListener("error", () => this.#fail(image), { once: true });
    // A new address each time: a browser may take the one it has for the picture that it has.
    image.src = `stream.mjpg?${this.#hasOverlay ? "" : "overlay=0&"}t=${Date.now()}`;
    this.#shown.after(image);
  }

  // Ends the stream; its last picture stays, under a name for those who do not see it.
  freeze(name = "The last picture from the camera") {
    this.#isOn = false;
    this.#still.setAttribute("aria-label", name);
    this.#discard(this.#next);
    this.#next = null;
    if (this.#shown.naturalWidth) {
      this.#still.width = this.#shown.naturalWidth;
      this.#still.height = this.#shown.naturalHeight;
      this.#still.getContext("2d").drawImage(this.#shown, 0, 0);
      this.#still.hidden = false;
      this.#shown.hidden = true;
    }
    this.#shown.removeAttribute("src");
  }

  setOverlay(hasOverlay) {
    this.#hasOverlay = hasOverlay;
    if (this.#isOn) this.start();
  }

  // A browser does not say that a stream of pictures ended. It did where the daemon knows of no viewer, and
  // probably where the picture stands still although new ones are published; then starting it anew does no
  // harm to one that shows a picture without any change.
  keepAlive(state) {
    if (!this.#isOn) return this.start();
    const now = performance.now();
    const picture = this.#look();
    if (picture !== this.#picture || state.fps.published < 1) this.#changedAt = now;
    this.#picture = picture;
    const isAbandoned = state.clients.stream === 0 && now - this.#startedAt > START_PATIENCE;
    if (isAbandoned || now - this.#changedAt > PICTURE_PATIENCE) this.start();
  }

  #show(image) {
    if (image !== this.#next) return;
    this.#next = null;
    this.hasFailed = false;
    const old = this.#shown;
    this.#shown = image;
    image.alt = old.alt;
    image.id = old.id;
    image.dataset.shown = "";
    image.hidden = false;
    delete image.dataset.waiting;
    // Keeps the place of the picture while there is none.
    image.style.aspectRatio = `${image.naturalWidth} / ${image.naturalHeight}`;
    this.#still.hidden = true;
    this.#screen.removeAttribute("data-stale");
    this.#discard(old);
  }

  // Tried again when the daemon's state is known next.
  #fail(image) {
    if (image !== this.#next) return;
    // What is still shown counts as a viewer: where no more are let in, it would keep its own successor out for ever.
    this.freeze();
    this.hasFailed = true;
  }

  // Taking the address away ends the connection; an element that is only removed may keep it.
  #discard(image) {
    if (!image) return;
    image.removeAttribute("src");
    image.remove();
  }

  #look() {
    const { canvas } = this.#sample;
    if (!this.#shown.naturalWidth) return "";
    this.#sample.drawImage(this.#shown, 0, 0, canvas.width, canvas.height);
    return this.#sample.getImageData(0, 0, canvas.width, canvas.height).data.join();
  }
}

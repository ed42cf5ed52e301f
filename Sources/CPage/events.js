// The label records as they come. Whoever was away gets what the daemon still has of the time between: the newest
// records come with each connection, and those that were seen before are told by their ids, `life-place`. The times
// could not tell that, for the daemon's clock may be set back.

export class LabelEvents {
  // Called when the connection is lost.
  onLost = () => {};
  // Called before the first record of a daemon that was started anew: its ids of faces mean other faces.
  onNewLife = () => {};

  #deliver;
  #source = null;
  #life = null;
  #place = 0;

  constructor(deliver) {
    this.#deliver = deliver;
  }

  // Does nothing where it is open.
  open() {
    if (this.#source) return;
    const source = new EventSource("events?recent=1800");
    this.#source = source;
    source.addEventListener("message", (event) => {
      const [life, place] = event.lastEventId.split("-");
      if (life !== this.#life) {
        if (this.#life !== null) this.onNewLife();
        this.#life = life;
        this.#place = 0;
      }
      if (Number(place) <= this.#place) return;
      this.#place = Number(place);
      this.#deliver(JSON.parse(event.data));
    });
    source.addEventListener("error", () => {
      if (source !== this.#source) return;
      // Not left to the browser, which gives up after some answers: the page opens it again when it knows that
      // the daemon is there.
      this.close();
      this.onLost();
    });
  }

  close() {
    this.#source?.close();
    this.#source = null;
  }
}

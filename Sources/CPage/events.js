// The label records as they come. Whoever was away gets what the daemon still has of the time between.

export class LabelEvents {
  // Called when the connection is lost.
  onLost = () => {};

  #deliver;
  #source = null;
  #newestTime = "";

  constructor(deliver) {
    this.#deliver = deliver;
  }

  // Does nothing where it is open.
  open() {
    if (this.#source) return;
    const source = new EventSource("events?recent=512");
    this.#source = source;
    let isNew = false;
    source.addEventListener("message", (event) => {
      const record = JSON.parse(event.data);
      // What was seen before a connection was lost comes again. What follows is new, even where the clock went back.
      if (!isNew && record.time <= this.#newestTime) return;
      isNew = true;
      this.#newestTime = record.time;
      this.#deliver(record);
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

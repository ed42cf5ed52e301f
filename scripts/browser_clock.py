"""What the page makes of a daemon whose clock is set back, or that is started anew.

Its parts are used as they are, with records that are made up here: a daemon's clock is not ours to set.
"""

# What is delivered of two lives' records, where each connection brings the newest ones again.
EVENTS = """(async () => {
  const { LabelEvents } = await import(new URL("events.js", location.href));
  const real = window.EventSource;
  let source;
  window.EventSource = class extends EventTarget {
    constructor() { super(); source = this; }
    close() {}
  };
  try {
    const seen = [];
    const events = new LabelEvents((record) => seen.push(record.time));
    events.onNewLife = () => seen.push("new life");
    const connect = (...records) => {
      events.close();
      events.open();
      for (const [lastEventId, time] of records) {
        source.dispatchEvent(new MessageEvent("message", { lastEventId, data: JSON.stringify({ time }) }));
      }
    };
    connect(["7-1", "10:00"], ["7-2", "10:01"]);
    connect(["7-1", "10:00"], ["7-2", "10:01"], ["7-3", "09:00"], ["7-4", "09:01"]);
    connect(["7-3", "09:00"], ["7-4", "09:01"], ["7-5", "09:02"]);
    connect(["8-1", "09:03"]);
    return seen.join(" ");
  } finally {
    window.EventSource = real;
  }
})()"""
SEEN = "10:00 10:01 09:00 09:01 09:02 new life 09:03"

# How long a face has been there, as its card says it: after two seconds, after the clock was set back by an hour,
# a second later, and in the daemon's next life.
VISITS = """(async () => {
  const { FaceCards } = await import(new URL("faces.js", location.href));
  const face = { id: 4711, box: { x: 0, y: 0, width: 1, height: 1 }, emotion: "neutral", confidence: 1, uncertain: false, scores: {} };
  const cards = new FaceCards();
  const said = [];
  const show = (time) => {
    const record = { time, width: 1, height: 1, faces: [face] };
    cards.notice(record);
    cards.show(record, { picture: null });
    const card = [...document.querySelectorAll(".card")].find((node) => node.textContent.includes("Face 4711"));
    said.push(card.querySelector(".duration").textContent);
  };
  cards.notice({ time: "2026-03-01T10:00:00.000Z", faces: [] });
  cards.notice({ time: "2026-03-01T10:00:01.000Z", faces: [face] });
  show("2026-03-01T10:00:03.000Z");
  show("2026-03-01T09:00:00.000Z");
  show("2026-03-01T09:00:01.000Z");
  cards.forget();
  show("2026-03-01T09:00:02.000Z");
  cards.show(null, { picture: null });
  return said.join(", ");
})()"""
SAID = "In view for 2 s, In view for over 0 s, In view for over 1 s, In view for over 0 s"


def check_clock(page, report):
    """Has the open page's parts take in records whose times go back."""
    seen = page.evaluate(EVENTS)
    report.check("clock", "records are told apart by their ids and not by their times", seen == SEEN, str(seen))
    said = page.evaluate(VISITS)
    report.check("clock", "a face's time begins anew where the clock or the daemon does", said == SAID, str(said))

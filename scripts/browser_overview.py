"""What scripts/browser-test looks at where the daemon has several cameras."""
import os

# Every camera's picture is there and is another one a little later.
PICTURES = "[...document.querySelectorAll('.camera img')].map((image) => image.naturalWidth > 0 ? image.src : '')"

# From now on the daemon names one camera less.
LESS = """(() => {
  const ask = window.fetch;
  window.fetch = async (...request) => {
    const { cameras } = await (await ask(...request)).json();
    return new Response(JSON.stringify({ cameras: cameras.filter((camera) => camera.name !== "hall") }));
  };
})()"""


def look_at_overview(page, start, show_window, windows, rules, arguments, report):
    """The page of all cameras, and the way from there to one and back."""
    # The page of a daemon that is gone still asks for its state.
    page.call("Page.navigate", url="about:blank")
    page.wait_until("location.href === 'about:blank'", arguments.timeout)
    page.events.clear()
    daemon = start(["--camera", "door=demo", "--camera", "hall=demo"])
    try:
        daemon.start(probe="healthz")
        for window, theme in (("laptop", "light"), ("phone", "dark")):
            name = f"overview {window}"
            show_window(page, window, theme, daemon.url)
            there = page.wait_until(f"{PICTURES}.filter(Boolean).length === 2", arguments.timeout)
            report.check(name, "both cameras' pictures are there", there)
            first = page.evaluate(PICTURES)
            moves = page.wait_until(
                f"{PICTURES}.every((source, at) => source && source !== {first!r}[at])", arguments.timeout)
            report.check(name, "both pictures change", moves)
            live = page.wait_until("document.querySelector('#state').dataset.state === 'live'", arguments.timeout)
            report.check(name, "the state is that of all cameras", live)
            fits = page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
            report.check(name, "nothing is wider than the window", fits)
            faults = page.evaluate(rules)
            report.check(name, "the page keeps the rules of accessibility", not faults, "; ".join(faults))
            if arguments.screenshots:
                page.screenshot(os.path.join(arguments.screenshots, f"overview-{window}-{theme}.png"))
        page.leave_by("[...document.querySelectorAll('.camera a')].find((link) => link.textContent === 'hall').click()")
        opened = page.wait_until("document.querySelector('#name-text')?.textContent === 'hall'", arguments.timeout)
        report.check("overview", "a camera's name leads to its page", opened)
        own = page.wait_until("document.querySelector('#stream')?.src.includes('/cameras/hall/')", arguments.timeout)
        report.check("overview", "its page shows its own stream", own)
        page.leave_by("document.querySelector('#name').click()")
        back = page.wait_until("!!document.querySelector('#cameras')", arguments.timeout)
        report.check("overview", "the name there leads back", back)
        page.wait_until("document.querySelectorAll('.camera').length === 2", arguments.timeout)
        page.evaluate(LESS)
        gone = page.wait_until(
            "[...document.querySelectorAll('.camera a')].map((link) => link.textContent).join() === 'door'",
            arguments.timeout)
        report.check("overview", "a camera that the daemon has no more leaves the page", gone)
        # Nothing is under way any more when the daemon is killed.
        page.call("Page.navigate", url="about:blank")
        page.wait_until("location.href === 'about:blank'", arguments.timeout)
    finally:
        daemon.kill()

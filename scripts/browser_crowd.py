"""What scripts/browser-test looks at where the daemon lets no more viewers in than the page itself."""


def keep_place(page, make_daemon, look, changes, arguments, report):
    """The page begins its stream anew although the one that it shows has the only place.

    make_daemon takes options of the program and gives one that can be started; look sets a window and colours; changes
    says whether the picture does.
    """
    name = "full house"
    daemon = make_daemon(["--set", "http.maximum_viewers=1"])
    try:
        daemon.start()
        look(page, "laptop", "light", daemon.url)
        report.check(name, "the picture changes", changes(page, arguments.timeout))
        page.evaluate("document.querySelector('#overlay').click()")
        plain = page.wait_until(
            "document.querySelector('#stream').src.includes('overlay=0') && document.querySelector('#stream').naturalWidth > 0",
            arguments.timeout)
        report.check(name, "boxes can be left out", plain)
        report.check(name, "the picture without boxes changes", changes(page, arguments.timeout))
        # Nothing is under way any more when the daemon is killed.
        page.call("Page.navigate", url="about:blank")
        page.wait_until("location.href === 'about:blank'", arguments.timeout)
        # A browser writes every answer of 400 and above to its console.
        page.events.clear()
    finally:
        daemon.kill()

"""What a visitor of a daemon with a token sees: the form, what it says of a wrong token, the page, and the way out."""

import os
import pathlib
import tempfile

TOKEN = "browser-test-token"


def use_login(page, make_daemon, look, windows, rules, arguments, report):
    """Signs in as a person does, and is asked again when the daemon was started anew.

    make_daemon takes options of the program and gives one that can be started; look sets a window and colours.
    """
    name = "login"
    with tempfile.TemporaryDirectory(prefix="browser-test-") as folder:
        token = pathlib.Path(folder, "token")
        token.touch(mode=0o600)
        token.write_text(TOKEN + "\n")
        daemon = make_daemon(["--token-file", str(token)])
        daemon.start(probe="healthz")
        try:
            for window in windows:
                for theme in ("light", "dark"):
                    look(page, window, theme, daemon.url)
                    asked = page.wait_until("location.pathname === '/login' && !!document.querySelector('#token')", arguments.timeout)
                    report.check(name, f"{window} {theme}: the page leads to the form", asked)
                    focused = page.evaluate("document.activeElement?.id === 'token'")
                    report.check(name, f"{window} {theme}: the token can be typed at once", focused)
                    fits = page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
                    report.check(name, f"{window} {theme}: nothing is wider than the window", fits)
                    faults = page.evaluate(rules)
                    report.check(name, f"{window} {theme}: the rules of accessibility", not faults, "; ".join(faults or []))
                    if arguments.screenshots:
                        page.screenshot(os.path.join(arguments.screenshots, f"login-{window}-{theme}.png"))
            send(page, "wrong-wrong-wrong-wrong")
            said = page.wait_until("document.querySelector('#problem')?.textContent.includes('not the token')", arguments.timeout)
            report.check(name, "a wrong token is said", said)
            faults = page.evaluate(rules)
            report.check(name, "so that everybody can read it", not faults, "; ".join(faults or []))
            if arguments.screenshots:
                page.screenshot(os.path.join(arguments.screenshots, "login-wrong.png"))
            send(page, TOKEN)
            check_live(page, "the right one leads to the page", name, arguments, report)
            hidden = page.evaluate("document.cookie === ''")
            report.check(name, "scripts do not see the cookie", hidden)
            daemon.kill()
            daemon.start(probe="healthz")
            asked = page.wait_until("location.pathname === '/login' && !!document.querySelector('#token')", 2 * arguments.timeout)
            report.check(name, "a daemon that was started anew asks again, by itself", asked)
            page.call("Page.navigate", url=f"{daemon.url}?token={TOKEN}")
            check_live(page, "a link with the token leads to the page", name, arguments, report)
            clean = page.evaluate("location.search === ''")
            report.check(name, "and the token leaves the address", clean)
            way_out = "document.querySelector('form[action=logout] button')"
            report.check(name, "there is a way out", page.evaluate(f"{way_out}?.checkVisibility() === true"))
            page.leave_by(f"{way_out}?.click()")
            asked = page.wait_until("location.pathname === '/login' && !!document.querySelector('#token')", arguments.timeout)
            report.check(name, "it leads to the form", asked)
            page.call("Page.navigate", url=daemon.url)
            asked = page.wait_until("location.pathname === '/login' && !!document.querySelector('#token')", arguments.timeout)
            report.check(name, "and the page asks for the token again", asked)
            # A browser writes every answer of 400 and above to its console.
            page.events.clear()
        finally:
            daemon.kill()


def send(page, token):
    page.leave_by(
        f"document.querySelector('#token').value = '{token}'; document.querySelector('form').requestSubmit(); 0")


def check_live(page, text, name, arguments, report):
    live = page.wait_until(
        "location.pathname === '/' && document.querySelector('#state')?.dataset.state === 'live'", 2 * arguments.timeout)
    report.check(name, text, live)

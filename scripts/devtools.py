"""Drives a headless Chromium over the DevTools protocol, with Python's standard library alone.

    with Browser("/usr/bin/chromium") as browser:
        page = browser.open_page()
        page.call("Page.navigate", url="http://127.0.0.1:8080/")
        print(page.evaluate("document.title"))
"""

import base64
import contextlib
import json
import os
import secrets
import shutil
import socket
import struct
import subprocess
import tempfile
import time
import urllib.parse
import urllib.request


class DevToolsError(Exception):
    """The browser does not start, does not answer, or says that something went wrong."""


class PageLeft(DevToolsError):
    """The page was left for another one before it answered."""


class WebSocket:
    """The client's side of RFC 6455, as far as the DevTools protocol needs it: text messages."""

    _TEXT, _CLOSE, _PING, _PONG = 0x1, 0x8, 0x9, 0xA

    def __init__(self, url, timeout):
        parts = urllib.parse.urlsplit(url)
        self._socket = socket.create_connection((parts.hostname, parts.port), timeout=timeout)
        self._received = b""
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        self._socket.sendall(
            (
                f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nUpgrade: websocket\r\n"
                f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
            ).encode()
        )
        while b"\r\n\r\n" not in self._received:
            self._receive_more()
        head, self._received = self._received.split(b"\r\n\r\n", 1)
        if b" 101 " not in head.split(b"\r\n", 1)[0]:
            raise DevToolsError(f"no WebSocket at {url}: {head[:100]!r}")

    def send(self, text):
        self._send_frame(self._TEXT, text.encode())

    def receive(self, timeout):
        """The next text message; raises TimeoutError where none comes in so many seconds."""
        self._socket.settimeout(timeout)
        message = b""
        while True:
            opcode, is_final, payload = self._receive_frame()
            if opcode == self._PING:
                self._send_frame(self._PONG, payload)
            elif opcode == self._CLOSE:
                raise DevToolsError("the browser closed the connection")
            elif opcode != self._PONG:
                message += payload
                if is_final:
                    return message.decode()

    def close(self):
        self._socket.close()

    def _send_frame(self, opcode, payload):
        head = bytes([0x80 | opcode])
        if len(payload) < 126:
            head += bytes([0x80 | len(payload)])
        elif len(payload) < 1 << 16:
            head += bytes([0x80 | 126]) + struct.pack(">H", len(payload))
        else:
            head += bytes([0x80 | 127]) + struct.pack(">Q", len(payload))
        mask = secrets.token_bytes(4)
        masked = bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload))
        self._socket.sendall(head + mask + masked)

    def _receive_frame(self):
        first, second = self._receive_exactly(2)
        length = second & 0x7F
        if length == 126:
            (length,) = struct.unpack(">H", self._receive_exactly(2))
        elif length == 127:
            (length,) = struct.unpack(">Q", self._receive_exactly(8))
        return first & 0x0F, bool(first & 0x80), self._receive_exactly(length)

    def _receive_exactly(self, count):
        # Nothing is taken out before all of it is there: after a timeout the frame can still be read.
        while len(self._received) < count:
            self._receive_more()
        result, self._received = self._received[:count], self._received[count:]
        return result

    def _receive_more(self):
        data = self._socket.recv(1 << 16)
        if not data:
            raise DevToolsError("the browser closed the connection")
        self._received += data


class Page:
    """One tab."""

    def __init__(self, url, timeout):
        self._timeout = timeout
        self._websocket = WebSocket(url, timeout)
        self._last_identifier = 0
        self.events = []

    def call(self, method, **parameters):
        """Calls a method of the protocol and returns its result. Events that come meanwhile are kept."""
        self._last_identifier += 1
        request = {"id": self._last_identifier, "method": method, "params": parameters}
        self._websocket.send(json.dumps(request))
        deadline = time.monotonic() + self._timeout
        while True:
            try:
                message = json.loads(self._websocket.receive(max(0.01, deadline - time.monotonic())))
            except TimeoutError:
                raise DevToolsError(f"{method} was not answered in {self._timeout} s") from None
            if message.get("id") == self._last_identifier:
                if "error" in message:
                    if "navigated or closed" in message["error"]["message"]:
                        raise PageLeft(f"{method}: {message['error']['message']}")
                    raise DevToolsError(f"{method}: {message['error']['message']}")
                return message["result"]
            self.events.append(message)

    def evaluate(self, expression):
        """The value of a JavaScript expression; promises are waited for."""
        result = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in result:
            details = result["exceptionDetails"]
            raise DevToolsError(details.get("exception", {}).get("description", details["text"]))
        return result["result"].get("value")

    def leave_by(self, expression):
        """Evaluates what leads to another page; this one may be gone before it answers."""
        with contextlib.suppress(PageLeft):
            self.evaluate(expression)

    def wait_until(self, expression, timeout):
        """Evaluates the expression until it is true; False where it is not in so many seconds. A page that is just being
        left is asked again, when it is the next one."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            with contextlib.suppress(PageLeft):
                if self.evaluate(expression):
                    return True
            time.sleep(0.1)
        return False

    def screenshot(self, path, whole=False):
        """Writes what the window shows as PNG; with `whole` the page beyond the window's edges too."""
        parameters = {}
        if whole:
            size = self.call("Page.getLayoutMetrics")["cssContentSize"]
            parameters = {"captureBeyondViewport": True, "clip": {**size, "scale": 1}}
        image = self.call("Page.captureScreenshot", format="png", **parameters)["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(image))

    def errors(self):
        """What the console calls errors, uncaught exceptions included, as text."""
        found = []
        for event in self.events:
            parameters = event.get("params", {})
            match event.get("method"):
                case "Runtime.exceptionThrown":
                    details = parameters["exceptionDetails"]
                    found.append(details.get("exception", {}).get("description", details["text"]))
                case "Runtime.consoleAPICalled" if parameters["type"] in ("error", "assert"):
                    found.append(" ".join(str(value.get("value")) for value in parameters["args"]))
                case "Log.entryAdded" if parameters["entry"]["level"] == "error":
                    entry = parameters["entry"]
                    found.append(f"{entry['text']} ({entry.get('url', '')})")
        return found


class Browser:
    """A Chromium of its own, with an empty profile, gone with the end of the `with` block."""

    def __init__(self, executable, timeout=30):
        self._executable = executable
        self._timeout = timeout
        self._process = None
        self._port = None

    def __enter__(self):
        self._profile = tempfile.mkdtemp(prefix="emotiond-browser-")
        arguments = [
            self._executable, "--headless=new", "--remote-debugging-port=0",
            f"--user-data-dir={self._profile}", "--no-first-run", "--disable-gpu", "--disable-dev-shm-usage",
            "--disable-background-networking", "--disable-component-update", "--disable-sync", "--mute-audio",
        ]
        if os.geteuid() == 0:
            # The sandbox refuses to start for root.
            arguments.append("--no-sandbox")
        try:
            self._process = subprocess.Popen(
                [*arguments, "about:blank"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            self._port = self._wait_for_port()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, *_):
        if self._process:
            self._process.terminate()
            try:
                self._process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        shutil.rmtree(self._profile, ignore_errors=True)

    def open_page(self):
        """The tab that the browser starts with."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self._port}/json/list", timeout=self._timeout) as answer:
            targets = json.load(answer)
        for target in targets:
            if target["type"] == "page":
                page = Page(target["webSocketDebuggerUrl"], self._timeout)
                for domain in ("Page", "Runtime", "Log"):
                    page.call(f"{domain}.enable")
                return page
        raise DevToolsError("the browser has no page")

    def _wait_for_port(self):
        path = os.path.join(self._profile, "DevToolsActivePort")
        deadline = time.monotonic() + self._timeout
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise DevToolsError(f"{self._executable} ended with code {self._process.returncode}")
            try:
                with open(path, encoding="ascii") as file:
                    if (line := file.readline()).endswith("\n"):
                        return int(line)
            except FileNotFoundError:
                pass
            time.sleep(0.05)
        raise DevToolsError(f"{self._executable} did not open its DevTools port in {self._timeout} s")

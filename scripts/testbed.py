"""What the tests on real V4L2 devices share: the virtual machine as seen from the host, and the daemon and its cameras
as seen in the virtual machine."""
import contextlib
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
SIZE = "640x480"
FRAMES_PER_SECOND = 15
ADDRESS = "127.0.0.1:8080"
# How long anything may take: the virtual machine has one processor, and the program may be a debug build.
PATIENCE_SECONDS = 60
# Exit statuses of camera-vm/run.
MACHINE_TIMED_OUT, MACHINE_FAILED = 124, 125
VIVID = "/dev/video0"
LOOPBACK = "/dev/video10"
BINDING = pathlib.Path("/sys/bus/platform/drivers/vivid")


class Failure(Exception):
    """What was seen instead of what should be."""


# What a case may meet; anything else is a mistake of the test's.
FAILURES = (Failure, OSError, ValueError, KeyError, IndexError, subprocess.SubprocessError)


# On the host.

def machine():
    """The folder of the virtual machine's scripts."""
    return pathlib.Path(os.environ.get("CAMERA_VM", ROOT / "scripts" / "camera-vm"))


def program():
    """The daemon: EMOTIOND, or the debug build, or the release build."""
    builds = [ROOT / ".build" / kind / "emotiond" for kind in ("debug", "release")]
    chosen = os.environ.get("EMOTIOND") or next((path for path in builds if path.exists()), builds[0])
    path = pathlib.Path(chosen).resolve()
    if not path.exists():
        sys.exit(f"{path} is missing: run swift build, or set EMOTIOND")
    return path


def chosen_accelerator():
    return os.environ.get("CAMERA_VM_ACCEL", "auto")


def accelerator():
    """What the virtual machine runs on: kvm, uml or tcg; nothing where it was not prepared."""
    found = subprocess.run([machine() / "run", "--accel", chosen_accelerator(), "--probe"], capture_output=True,
                           text=True)
    return found.stdout.strip() if found.returncode == 0 else None


def require_machine():
    if accelerator() is None:
        sys.exit(f"the virtual machine is not prepared: run {machine() / 'prepare'} --uml (or without --uml, slower)")


def make_pictures(folder, photograph=None):
    """Converts a photograph, or the demo's drawn face, to what the cameras show: face.mjpeg and face.yuyv."""
    if photograph is None:
        photograph = pathlib.Path(folder) / "demo.jpg"
        draw_face(photograph)
    elif not photograph.exists():
        sys.exit(f"{photograph} is missing: name a photograph")
    for kind in ("mjpeg", "yuyv"):
        subprocess.run([machine() / "play", "--convert", f"{folder}/face.{kind}", "--size", SIZE, photograph],
                       check=True)


def draw_face(path):
    """Takes one picture of the demo source."""
    with tempfile.TemporaryFile() as log, subprocess.Popen(
            [program(), "run", "--source", "demo", "--listen", "off", "--frames", "-"], stdout=subprocess.PIPE,
            stderr=log) as daemon:
        data = b""
        while b"\xff\xd9" not in data:
            more = daemon.stdout.read1()
            if not more:
                log.seek(0)
                sys.exit(f"the demo gives no picture: {log.read().decode(errors='replace')}")
            data += more
        daemon.kill()
    start = data.index(b"\xff\xd8")
    path.write_bytes(data[start:data.index(b"\xff\xd9", start) + 2])


def run_in_machine(command, folder, devices, seconds, *options):
    """Runs a command in the virtual machine, which may write to the folder; its exit status."""
    sys.stdout.flush()
    return subprocess.run(
        [machine() / "run", "--accel", chosen_accelerator(), "--devices", devices, "--share", folder,
         "--cwd", str(ROOT), "--timeout", str(seconds), "--env", f"EMOTIOND={program()}", *options,
         "--", *map(str, command)], stdin=subprocess.DEVNULL).returncode


def print_end(path, lines):
    """The end of a log, for who reads of a failure."""
    if path.exists():
        print(f"--- {path.name}", *path.read_text(errors="replace").splitlines()[-lines:], sep="\n", file=sys.stderr)


# In the virtual machine: the daemon.

class Daemon:
    """emotiond on a camera, with what it says."""

    stall_seconds = 4

    def __init__(self, folder, device, *options, takes_labels=True, address=ADDRESS):
        self.address = address
        self.labels = pathlib.Path(folder) / f"labels-{time.monotonic_ns()}"
        self.read_to, self.kept, self.kept_of_camera = 0, [], []
        self.log = open(pathlib.Path(folder) / "daemon.log", "ab")
        self.log.write(f"=== {device} {options}\n".encode())
        self.log.flush()
        with open(self.labels, "wb") as records:
            self.process = subprocess.Popen(
                [program(), "run", "--device", device, "--listen", address, "--size", SIZE,
                 "--set", f"camera.stall_seconds={self.stall_seconds}", *options]
                + (["--labels", "-"] if takes_labels else []),
                stdin=subprocess.DEVNULL, stdout=records, stderr=self.log)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                raise Failure("the daemon does not end at SIGTERM") from None
        self.log.close()

    def records(self):
        """All records so far; the file is read from where it was read last."""
        with open(self.labels, "rb") as file:
            file.seek(self.read_to)
            data = file.read()
        whole = data[:data.rfind(b"\n") + 1]
        self.read_to += len(whole)
        new = [json.loads(line) for line in whole.splitlines()]
        self.kept += new
        self.kept_of_camera += [record["camera"] for record in new if "camera" in record]
        return self.kept

    def camera(self):
        """What was said of the camera so far."""
        self.records()
        return list(self.kept_of_camera)

    def labelled(self):
        """How many frames were labelled so far."""
        return len(self.records()) - len(self.kept_of_camera)

    def state(self):
        """What /healthz says; nothing before it can be asked."""
        try:
            with urllib.request.urlopen(f"http://{self.address}/healthz", timeout=10) as answer:
                return json.loads(answer.read())
        except OSError:
            return {}

    def dropped(self, *reasons):
        counts = self.state().get("frames", {}).get("dropped", {})
        return sum(counts.get(reason, 0) for reason in reasons)

    def placeholder(self):
        """Whether the snapshot is a notice now."""
        with urllib.request.urlopen(f"http://{self.address}/snapshot.jpg", timeout=30) as answer:
            return answer.headers.get("X-Emotiond-Placeholder") == "1"

    def wait(self, condition, what):
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            if self.process.poll() is not None:
                raise Failure(f"the daemon ended with status {self.process.returncode}, waiting for {what}")
            if time.monotonic() > deadline:
                raise Failure(f"waited {PATIENCE_SECONDS} s for {what}; camera: {self.camera()[-3:]}")
            time.sleep(0.05)

    def runs(self):
        self.wait(lambda: self.camera() and self.camera()[-1]["state"] == "running" and self.labelled() >= 3,
                  "frames")

    def frames_again(self):
        """Waits for labels after those that are there now."""
        before = self.labelled()
        self.wait(lambda: self.labelled() > before + 2, "frames again")


def files_of(process):
    """What a process has open."""
    folder = f"/proc/{process}/fd"
    found = set()
    for name in os.listdir(folder):
        with contextlib.suppress(OSError):
            found.add(os.readlink(f"{folder}/{name}"))
    return found


# In the virtual machine: its cameras.

def control(name, value=1):
    """Sets a control of vivid's, which causes one of its faults."""
    subprocess.run(["v4l2-ctl", "-d", VIVID, "-c", f"{name}={value}"], check=True, stdout=subprocess.DEVNULL)


def unbind_vivid():
    (BINDING / "unbind").write_text("vivid.0")


def bind_vivid():
    (BINDING / "bind").write_text("vivid.0")


def started(command, folder):
    """Starts a player that goes on in the background; what it prints first. Its messages go to a file: a pipe would
    stay open, and be waited for, as long as it runs."""
    with open(os.path.join(folder, "players.log"), "ab") as messages:
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=messages).stdout.decode()


def end(process):
    """Ends a program that is not our child, and waits until it is gone."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while os.path.exists(f"/proc/{process}") and time.monotonic() < deadline:
        time.sleep(0.05)


class Player:
    """A picture as the image of v4l2loopback's camera."""

    def __init__(self, folder, *options, kind="mjpeg"):
        self.folder = folder
        self.command = ["play", "--daemon", "--fps", str(FRAMES_PER_SECOND), "--size", SIZE, *options,
                        f"{folder}/face.{kind}"]
        self.device = LOOPBACK
        self.process = None

    def start(self):
        self.process = int(started(self.command, self.folder))

    def stop(self):
        if self.process:
            end(self.process)
        self.process = None

    def restart_without(self, *options):
        self.stop()
        self.command = [part for part in self.command if part not in options]
        self.start()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()


class Webcam(Player):
    """A picture as the image of a USB webcam."""

    def __init__(self, folder, *options, kinds=("mjpeg",)):
        super().__init__(folder)
        self.command = ["usbcam", "--daemon", "--fps", str(FRAMES_PER_SECOND), "--size", SIZE, *options,
                        *(f"{folder}/face.{kind}" for kind in kinds)]

    def start(self):
        process, self.device = started(self.command, self.folder).split()[:2]
        self.process = int(process)

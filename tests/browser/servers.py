"""JupyterLab and Voila as processes of their own, with settings of their own."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

from conftest import ROOT

READY = 60  # seconds that a server may take


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@contextmanager
def running(command, place, log):
    """A server, stopped at the end with all it started."""
    own = {
        name: str(place / name.lower())
        for name in (
            "JUPYTER_CONFIG_DIR",
            "JUPYTER_DATA_DIR",
            "JUPYTERLAB_SETTINGS_DIR",
            "JUPYTERLAB_WORKSPACES_DIR",
            "IPYTHONDIR",
        )
    }
    environment = os.environ | own | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=place,
            env=environment,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        for end in (signal.SIGINT, signal.SIGKILL):
            try:
                os.killpg(process.pid, end)
                process.wait(10)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                continue


@contextmanager
def jupyterlab(place):
    """The address of a JupyterLab that serves a folder and asks for no news."""
    settings = place / "jupyterlab_settings_dir/@jupyterlab/apputils-extension"
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text(
        json.dumps({"fetchNews": "false", "checkForUpdates": False})
    )
    port = free_port()
    command = [
        "jupyterlab", "--no-browser", "--allow-root", f"--port={port}", "--ServerApp.ip=127.0.0.1", "--ServerApp.port_retries=0",
        "--IdentityProvider.token=", "--ServerApp.password=", f"--ServerApp.root_dir={place}", "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]  # fmt: skip
    log = place / "lab.log"
    with running(command, place, log) as process:
        waited_for(lambda: answers(port), process, log)
        yield f"http://127.0.0.1:{port}"


@contextmanager
def explorer_app(folder, place, *options):
    """The address of `stancebook explore` on a debate's folder, as it prints it."""
    log = place / "app.log"
    with running(
        ["analysis", "explore", str(folder), "--no-browser", "--port", str(free_port()), *options], place, log
    ) as process:
        yield waited_for(lambda: re.search(r"http://\S+", log.read_text()), process, log)[0]
        assert "Traceback" not in log.read_text(), log.read_text()[-3000:]


def answers(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def waited_for(sign, process, log):
    """The sign that a server is ready."""
    end = time.monotonic() + READY
    while time.monotonic() < end and process.poll() is None:
        if found := sign():
            return found
        time.sleep(0.1)
    raise AssertionError(f"the server did not come up:\n{log.read_text()[-2000:]}")

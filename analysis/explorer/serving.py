"""The explorer as an app of its own in the browser, through Voila: on loopback only, with a key, and without any code in view."""

from __future__ import annotations

import logging
import os
import secrets
import tempfile
import webbrowser
from pathlib import Path

import nbformat
from traitlets.config import Config
from voila.app import Voila

# What the page may load and whom it may ask: itself.  Widgets need inline styles, scripts and evaluated expressions.
POLICY = (
    "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; connect-src 'self' ws: data: blob:; "
    "frame-ancestors 'self'; base-uri 'self'; form-action 'self'"
)


class _App(Voila):
    wanted = True  # a browser window

    def launch_browser(self) -> None:
        """Say where the app is and open it; Voila's own way would leave out the key."""
        address = f"{self.connection_url}?token={self.token}"
        print(f"The explorer is at {address}\nStop it with Ctrl-C.", flush=True)
        if self.wanted:
            webbrowser.open(address)


def serve(folder: Path, texts: Path | None, students: Path | None, port: int, browser: bool) -> None:
    """Serve the explorer of a debate, and of a class of `students`, until Ctrl-C; if the port is taken, at another."""
    with tempfile.TemporaryDirectory(prefix="stancebook-") as place:
        notebook = Path(place) / "explore.ipynb"
        nbformat.write(_notebook(folder.resolve(), *(p.resolve() if p else None for p in (texts, students))), notebook)
        os.environ["JUPYTER_PATH"] = os.pathsep.join(
            filter(None, [str(Path(__file__).parent), os.environ.get("JUPYTER_PATH")])
        )
        app = _App(log_level=logging.WARNING)
        app.update_config(
            Config(
                Voila={
                    "ip": "127.0.0.1",
                    "port": port,
                    "tornado_settings": {"headers": {"Content-Security-Policy": POLICY}},
                },
                VoilaConfiguration={"template": "stancebook", "show_tracebacks": True, "file_allowlist": []},
            )
        )
        app.token, app.wanted = secrets.token_urlsafe(24), browser
        app.initialize([str(notebook)])
        app.start()


def _notebook(folder: Path, texts: Path | None, students: Path | None) -> nbformat.NotebookNode:
    lines = [
        "from analysis import load_debate",
        "from analysis.explorer import explore",
        f"debate = load_debate({str(folder)!r})",
        *(
            ["from analysis.classroom import with_class", f"debate = with_class(debate, {str(students)!r})"]
            if students
            else []
        ),
        f"explore(debate, texts={str(texts) if texts else None!r})",
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = [nbformat.v4.new_code_cell("\n".join(lines))]
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})

"""Where the processes of a build come from: a server that has the libraries imported and forks them off, ready and clean.

Importing pandas, Altair and papermill costs more than most notebooks do.  The standard library's fork server imports them once and
never does anything else, so that nothing of one notebook can be seen by another.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
import types
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

CHECKED = "STANCEBOOK_CHECKED"  # set by a build for its processes: where debates are kept that passed every check, for as long as it runs


def can_fork() -> bool:
    return "forkserver" in multiprocessing.get_all_start_methods()


def made_ready() -> None:
    """Let the fork server begin its imports; it is needed in a second."""
    if can_fork():
        from multiprocessing import forkserver

        multiprocessing.get_context("forkserver").set_forkserver_preload(["analysis.warm"])
        before = dict(os.environ)
        # this package and no other of the name, whatever folder a kernel starts in; and sets in the same order everywhere
        package = str(Path(__file__).resolve().parent.parent)
        os.environ["PYTHONPATH"] = os.pathsep.join([package, *filter(None, [before.get("PYTHONPATH")])])
        os.environ["PYTHONHASHSEED"] = "0"
        try:
            forkserver.ensure_running()
        finally:
            os.environ.clear()
            os.environ.update(before)


def started(target: Callable[..., None], *arguments: Any) -> tuple[Any, Connection]:
    """A process that runs `target(*arguments, line)`, and our end of that line; it is closed with this process, whatever ends it.

    It comes from the fork server, or on a system without one (Windows) begins from nothing.
    """
    processes: Any = multiprocessing.get_context("forkserver" if can_fork() else "spawn")
    made_ready()
    ours, theirs = processes.Pipe()
    process = processes.Process(target=_owned, args=(target, *arguments, theirs))
    # the script that called us is not run again in the new process, as multiprocessing would do
    main, sys.modules["__main__"] = sys.modules["__main__"], types.ModuleType("__main__")
    try:
        process.start()
    finally:
        sys.modules["__main__"] = main
    theirs.close()
    return process, ours


def _owned(target: Callable[..., None], *arguments: Any) -> None:
    """The target, in a process that ends when the one that started it does, whatever it is doing."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=lambda: (wait([parent.sentinel]), os._exit(1)), daemon=True).start()
    target(*arguments)

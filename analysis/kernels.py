"""Kernels forked from a process that has the libraries imported (`forks`): each starts in milliseconds, and clean."""

from __future__ import annotations

import os
import signal
import sys
import uuid
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from analysis.forks import started

PROVISIONER = "JUPYTER_DEFAULT_PROVISIONER_NAME"  # how jupyter_client is told to start kernels in another way
FORKED = "stancebook-forked"  # the name of `ForkedProvisioner` among the entry points in pyproject.toml


class ForkedProvisioner(LocalProvisioner):
    """Starts a kernel as a child of the fork server; all else is as jupyter_client does it.

    On Linux a kernel is reached by a name that only it can have (a Unix socket without a file, see unix(7)).  A port can be taken by
    another program between its choice and its use, and the kernel dies of it.
    """

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        manager: Any = self.parent
        if sys.platform == "linux" and not manager.shell_port:
            manager.transport, manager.ip = "ipc", f"@stancebook-{uuid.uuid4()}"
            for number, channel in enumerate(("shell", "iopub", "stdin", "hb", "control"), start=1):
                setattr(manager, f"{channel}_port", number)
        return await super().pre_launch(**kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        arguments = cmd[cmd.index("ipykernel_launcher") + 1 :]
        self.process: Any = _Forked(
            arguments, kwargs.get("cwd") or str(Path.cwd()), dict(kwargs.get("env") or os.environ)
        )
        self.pid = self.process.pid
        self.pgid = None
        return self.connection_info


class _Forked:
    """The part of `subprocess.Popen` that jupyter_client uses, over a process of the fork server."""

    stdin = stdout = stderr = None

    def __init__(self, arguments: list[str], cwd: str, environment: dict[str, str]):
        self._process, self._line = started(_kernel, arguments, cwd, environment)
        self.pid = self._process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self) -> int | None:
        self._process.join()
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


def _kernel(arguments: list[str], cwd: str, environment: dict[str, str], line: Connection) -> None:
    """A kernel, until it is told to end or its worker is gone."""
    from ipykernel.kernelapp import IPKernelApp

    os.chdir(cwd)
    os.environ.update(environment)
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1), os.dup2(silence, 2)
    sys.argv = ["ipykernel_launcher", *arguments]
    IPKernelApp.launch_instance(arguments)

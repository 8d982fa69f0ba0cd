"""Kernels of a build: how they are reached (what they compute is tested with the builds)."""

import sys

import pytest
from jupyter_client.manager import KernelManager

from analysis import kernels


def names_of_a_kernel():
    """The addresses of a kernel that has answered, been started anew and answered again."""
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel(extra_arguments=["--log-level=50"])
    client = manager.blocking_client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        printed = []
        client.execute_interactive("print(6 * 7)", output_hook=lambda message: printed.append(message["content"]))
        assert {"name": "stdout", "text": "42\n"} in printed
        manager.restart_kernel(now=True)
        client.wait_for_ready(timeout=60)
        return [c.socket.LAST_ENDPOINT.decode() for c in (client.shell_channel, client.iopub_channel)]
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


@pytest.mark.skipif(sys.platform != "linux", reason="sockets without a file exist on Linux alone")
def test_a_kernel_is_reached_by_a_name_that_no_other_program_can_take(monkeypatch):
    monkeypatch.setenv(kernels.PROVISIONER, kernels.FORKED)
    names = names_of_a_kernel() + names_of_a_kernel()
    assert len(set(names)) == 4 and all(name.startswith("ipc://@stancebook-") for name in names)

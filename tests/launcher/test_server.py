"""A port in use is no obstacle."""

import socket

import pytest

from tools.dev import server
from tools.dev.errors import DevError


@pytest.fixture
def busy():
    """Listen on a port and yield its number."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_busy_port_gives_the_next_free_one(busy):
    found = server.free_port(busy)
    assert found > busy
    assert server.is_free(found)


def test_a_free_port_is_taken(busy):
    wanted = server.free_port(busy)
    assert server.free_port(wanted) == wanted


def test_no_free_port_is_a_sentence(monkeypatch):
    monkeypatch.setattr(server, "is_free", lambda port: False)
    with pytest.raises(DevError, match="all in use: choose another one with"):
        server.free_port(9000)

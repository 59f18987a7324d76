"""The outgoing heartbeat: one plain request, no redirect followed, its address never repeated."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from app.heartbeat import Unheard, beat

asked: list[str] = []


class Monitor(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        asked.append(self.path)
        if self.path == "/elsewhere":
            self.send_response(302)
            self.send_header("Location", "/beat")
        else:
            self.send_response(500 if self.path == "/broken" else 200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def monitor() -> Iterator[str]:
    asked.clear()
    with HTTPServer(("127.0.0.1", 0), Monitor) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_the_monitor_hears_it(monitor: str) -> None:
    beat(f"{monitor}/beat")
    assert asked == ["/beat"]


@pytest.mark.parametrize("path", ["/broken", "/elsewhere"])
def test_what_is_not_taken_is_a_fault_without_the_address(monitor: str, path: str) -> None:
    with pytest.raises(Unheard) as fault:
        beat(monitor + path)
    assert "127.0.0.1" not in str(fault.value) and asked == [path]


def test_nobody_there_is_a_fault(monitor: str) -> None:
    with pytest.raises(Unheard):
        beat("http://127.0.0.1:1/secret-token")

"""What the pages stand: idle sockets, kills, and nothing of who asked is logged."""

import shutil
import socket
import threading
import time
from pathlib import Path

import pytest

from tests.serving import NAMES, opened, serving


def test_idle_sockets_and_broken_requests_stop_nobody(pages, ada):
    idle = [socket.create_connection(("127.0.0.1", pages.port)) for _ in range(200)]
    try:
        for one in idle[:100]:
            one.sendall(
                b"POST /reflection/send HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\na"
            )
        many = {f"f{n}": "x" for n in range(10_000)}
        assert pages.ask("/reflection/send", {"pass": ada, **many}).status in (400, 413)
        broken = pages.ask(
            "/reflection/send",
            headers={"Content-Type": "multipart/form-data; boundary=B"},
            body=b"--B\r\nContent-Disposition: form-data; name=start\r\n\r\nKept words",
        )
        assert broken.status == 415
        assert "Kept words" in broken.body
        seen: list[int] = []
        looks = [
            threading.Thread(target=lambda: seen.append(pages.ask("/board", {"pass": ada}).status))
            for _ in range(10)
        ]
        for look in looks:
            look.start()
        for look in looks:
            look.join(10)
        assert seen == [200] * 10
    finally:
        for one in idle:
            one.close()


def test_who_sends_too_much_is_told_so_and_not_cut_off(pages):
    with socket.create_connection(("127.0.0.1", pages.port), timeout=10) as one:
        head = f"POST /reflection/send HTTP/1.1\r\nHost: 127.0.0.1:{pages.port}\r\n"
        one.sendall(f"{head}Content-Length: 900000\r\n\r\n".encode())
        for _ in range(9):
            one.sendall(b"x" * 100_000)
            time.sleep(0.02)  # as from afar: the refusal is on its way by now
        one.shutdown(socket.SHUT_WR)
        told = b"".join(iter(lambda: one.recv(2**16), b""))
    assert told.startswith(b"HTTP/1.1 413 ")
    assert b"Send it in two parts" in told


def test_who_goes_on_after_a_refusal_is_cut_off(pages):
    with socket.create_connection(("127.0.0.1", pages.port), timeout=20) as one:
        one.sendall(b"POST /reflection/send HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\n\r\n")
        began = time.monotonic()
        try:
            while time.monotonic() - began < 15:
                one.sendall(b"x")
                time.sleep(0.05)
        except ConnectionError:
            return
    pytest.fail("it is listened to for ever")


def test_what_was_acknowledged_is_there_after_a_kill(told_story, tmp_path):
    folder = Path(shutil.copytree(told_story, tmp_path / "demo"))
    links = opened(folder, NAMES)
    for number, name in enumerate(NAMES):
        with serving(folder) as served:
            told = served.ask("/reflection/send", {"pass": links[name], "stop": f"Kill {number}"})
            assert "Thank you" in told.body
            served.process.kill()
        assert (f"Kill {number}",) in served.rows("SELECT text FROM entries")


def test_nothing_is_logged_of_who_asks_what(told_story, tmp_path):
    folder = Path(shutil.copytree(told_story, tmp_path / "demo"))
    links = opened(folder, NAMES)
    with serving(folder) as served:
        served.ask("/reflection/send", {"pass": links["Ada Park"], "start": "Unlogged"})
        served.ask(f"/in/{links['Ben Ito']}", headers={"User-Agent": "Canary/1"})
        served.ask("/nowhere", headers={"User-Agent": "Canary/1"})
        served.process.terminate()
        out, err = served.process.communicate(timeout=10)
    assert out == ""
    assert "Ended. What was sent is stored." in err
    for path in folder.rglob("*"):
        held = path.read_bytes() if path.is_file() else b""
        assert b"Canary/1" not in held
        assert not [token for token in links.values() if token.encode() in held], path
    assert "Canary" not in err
    assert not [token for token in links.values() if token in err]

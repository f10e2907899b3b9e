"""A rush for pages never holds up what goes through the doors (X8)."""

import threading
from io import BytesIO

from core.hot import Door, LeanDoors


def request(method: str, path: str) -> dict[str, object]:
    return {"REQUEST_METHOD": method, "PATH_INFO": path, "CONTENT_LENGTH": "2", "wsgi.input": BytesIO(b"{}")}


def test_x8_pages_beyond_the_limit_are_told_to_come_again_and_a_save_goes_through():
    held = threading.Event()

    def slow(environ, start_response):
        held.wait(10)
        start_response("200 OK", [])
        return [b"page"]

    def nothing(rows, verdicts, arrived):
        return {}

    door = Door("/door/", read=lambda *_: [], batch=lambda *_: [], failed=None, reply=nothing)
    application = LeanDoors(slow, [door], threads=1, pages=2)
    said: list[str] = []
    ask = [
        threading.Thread(
            target=application, args=(request("GET", "/"), lambda status, headers: said.append(status))
        )
        for _ in range(2)
    ]
    for thread in ask:
        thread.start()
    while application._pages._value:
        threading.Event().wait(0.01)
    heads: list[tuple[str, dict[str, str]]] = []

    def note(status, headers):
        heads.append((status, dict(headers)))

    application(request("GET", "/"), note)
    application(request("POST", "/door/"), note)
    held.set()
    for thread in ask:
        thread.join()
    assert [status for status, _ in heads] == ["503 Service Unavailable", "200 OK"]
    assert heads[0][1]["Retry-After"] == "2"
    assert said == ["200 OK", "200 OK"]
    application(request("GET", "/"), note)
    assert heads[-1][0] == "200 OK"
    application.close()

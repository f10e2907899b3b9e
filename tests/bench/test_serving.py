"""The bench serves what production serves."""

import json
import re

from bench import serving
from core.hot import MAX_PAGES
from tests.repository import tree


def test_the_web_server_is_the_one_of_the_image():
    dockerfile = (tree.ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", "")
    command = re.search(r'^CMD (\[.*?"config.wsgi:application"\])', dockerfile, flags=re.MULTILINE)
    assert command
    wanted = json.loads(command[1])
    ours = serving.web_command(8000)[2:]
    place = ours.index(serving.HOST)
    ours[place] = "0.0.0.0"  # noqa: S104 - inside its container
    assert sorted(word for word in ours if word not in {"--log-level", "error"}) == sorted(wanted)


def test_x8_threads_are_left_for_saves_however_many_ask_for_pages():
    assert serving.DOOR_THREADS > MAX_PAGES

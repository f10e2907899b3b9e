"""Without a broker server: what a worker finds in the folder is always a whole message."""

from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection


@pytest.fixture
def channel(tmp_path):
    folders = dict.fromkeys(("data_folder_in", "data_folder_out", "control_folder"), str(tmp_path))
    with Connection(
        "filesystem://localhost", transport="core.broker:Transport", transport_options=folders
    ) as one:
        yield one.channel()


def test_a_message_is_not_seen_before_it_is_whole(channel, monkeypatch):
    real, looked = Path.rename, []

    def rename(draft: Path, target: Path) -> Path:
        with pytest.raises(Empty):
            channel._get("now")
        looked.append(target)
        return real(draft, target)

    monkeypatch.setattr(Path, "rename", rename)
    channel._put("now", {"body": "报告"})
    assert len(looked) == 1
    assert channel._get("now") == {"body": "报告"}
    with pytest.raises(Empty):
        channel._get("now")


def test_each_lane_has_its_own_messages(channel):
    for number in range(3):
        channel._put("now", number)
        channel._put("bulk", "other")
    assert channel._size("now") == 3
    assert {channel._get("now") for _ in range(3)} == {0, 1, 2}
    assert channel._get("bulk") == "other"

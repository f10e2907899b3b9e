"""Static files as production names them."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from core.statics import ModuleStorage


def collected(storage: ModuleStorage, folder: Path, *names: str) -> None:
    paths: dict[str, Any] = {}
    for name in names:
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(Path(str(finders.find(name))).read_bytes())
        paths[name] = (storage, name)
    failed = [done for _, _, done in storage.post_process(paths) if isinstance(done, Exception)]
    assert not failed


def test_x8_a_module_imports_the_others_by_their_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "DEBUG", False)
    storage = ModuleStorage(location=tmp_path, base_url="/static/")
    root = Path(settings.BASE_DIR) / "static"
    own = [
        path.relative_to(root).as_posix() for room in ("exam", "portal") for path in (root / room).glob("*.*")
    ]
    collected(storage, tmp_path, *own)
    room = (tmp_path / storage.stored_name("exam/room.js")).read_text(encoding="utf-8")
    imported = re.findall(r'from "([^"]+)"', room)
    assert len(imported) > 5
    assert all(re.search(r"\.[0-9a-f]{12}\.js$", name) for name in imported), imported

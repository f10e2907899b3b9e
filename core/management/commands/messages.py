from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

CATALOG = Path("locale/zh_Hans/LC_MESSAGES/django.po")
_IGNORED = ("var/*", ".venv/*", "frontend/*", "tests/*", "bench/*", "static/vendor/*")


class Command(BaseCommand):
    help = "Collect the texts of code and templates into the catalog and compile it; --check only compares."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.BASE_DIR) / CATALOG
        before = path.read_bytes() if path.exists() else b""
        call_command(
            "makemessages",
            locale=["zh_Hans"],
            ignore_patterns=list(_IGNORED),
            no_location=True,
            no_obsolete=True,
            no_wrap=True,
            verbosity=0,
        )
        catalog = polib.pofile(str(path), wrapwidth=0)
        open_texts = [entry.msgid for entry in catalog if not entry.translated() or entry.fuzzy]
        if options["check"]:
            self._check(catalog, path, before, open_texts)
        else:
            catalog.save_as_mofile(str(path.with_suffix(".mo")))
        for msgid in open_texts:
            self.stderr.write(f"untranslated: {msgid!r}")
        if open_texts:
            raise CommandError(f"{len(open_texts)} texts without zh-Hans")
        self.stdout.write(f"{len(catalog)} texts, all in zh-Hans")

    def _check(self, catalog: polib.POFile, path: Path, before: bytes, open_texts: list[str]) -> None:
        if before:
            path.write_bytes(before)
        known = _texts(polib.pofile(str(path)))
        missing = set(_texts(catalog)) - set(known)
        compiled = _texts(polib.mofile(str(path.with_suffix(".mo"))))
        if missing or compiled != known:
            raise CommandError(f"the catalog is not current ({len(missing)} new texts); run `make messages`")


def _texts(catalog: Any) -> dict[tuple[str | None, str], Any]:
    """One English word may stand for two Chinese ones, told apart by its context."""
    return {(entry.msgctxt, entry.msgid): entry.msgstr or entry.msgstr_plural for entry in catalog}

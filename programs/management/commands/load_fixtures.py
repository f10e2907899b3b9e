from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.actors import system_actor
from accounts.loading import load_divisions
from programs.loading import load_folder


class Command(BaseCommand):
    help = "Load the program years that fixtures/ holds; rows that stand already are left alone."

    def handle(self, *args: Any, **options: Any) -> None:
        root = Path(settings.BASE_DIR) / "fixtures"
        actor, now = system_actor(), timezone.now()
        for folder in [root / "common", *sorted(path.parent for path in root.glob("*/year.yaml"))]:
            year = load_folder(folder, actor=actor, now=now)
            self.stdout.write(f"{folder.name}: {year or 'ok'}")
        divisions = load_divisions(root / "common" / "divisions.csv", actor=actor, now=now)
        self.stdout.write(f"divisions: {divisions.added} new, {len(divisions.renamed)} renamed")

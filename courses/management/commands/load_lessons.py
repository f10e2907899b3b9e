from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.actors import system_actor
from courses.loading import load_lessons
from programs.enums import Area
from programs.models import ProgramYear


class Command(BaseCommand):
    help = "Load the lessons of fixtures/lessons into the years known from their documents; rows that stand are left alone."

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(settings.BASE_DIR) / "fixtures" / "lessons"
        for year in ProgramYear.objects.filter(copied_from=None).select_related("program__owner"):
            if year.has(Area.COURSES):
                count = load_lessons(folder, year, actor=system_actor(), now=timezone.now())
                self.stdout.write(f"{year}: {count} plan entries")

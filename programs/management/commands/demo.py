import random
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from core.demo import DEMO_BUILDERS, DemoContext
from programs.models import ProgramYear

SEED = 20_220_601


class Command(BaseCommand):
    help = "Fill the portal with a plausible country in mid-flight; --scale 1 is all 7,400 trainees."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--scale", type=float, default=0.1)

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("the demo is not for production")
        if ProgramYear.objects.exclude(copied_from=None).exists():
            self.stdout.write("the demo stands already")
            return
        context = DemoContext(
            now=timezone.now(),
            scale=options["scale"],
            random=random.Random(SEED),  # noqa: S311 - plausible, not secret
            say=self.stdout.write,
        )
        for builder in DEMO_BUILDERS:
            started = time.perf_counter()
            builder.build(context)
            self.stdout.write(f"{builder.code}: {time.perf_counter() - started:.1f} s")

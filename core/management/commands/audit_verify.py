from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.events import verify
from core.models import EventLink


class Command(BaseCommand):
    help = "Check the sealed chain of events; names every event that was edited, deleted or moved."

    def handle(self, *args: Any, **options: Any) -> None:
        faults = verify()
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"{len(faults)} faults in {EventLink.objects.count()} sealed events")
        self.stdout.write(f"{EventLink.objects.count()} sealed events, no fault")

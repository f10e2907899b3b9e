from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.chain import chain_end, still_holds, verify
from core.models import EventLink


class Command(BaseCommand):
    help = "Check the sealed chain of events; names every event that was edited, deleted or moved."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--noted", help="an end of the chain that an earlier run printed; it must still stand"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        faults = verify()
        if options["noted"] and not still_holds(options["noted"]):
            faults.append(f"the chain no longer holds {options['noted']}")
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"{len(faults)} faults in {EventLink.objects.count()} sealed events")
        self.stdout.write(
            f"{EventLink.objects.count()} sealed events, no fault; the chain ends at {chain_end()}"
        )

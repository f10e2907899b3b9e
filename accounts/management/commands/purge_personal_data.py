from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from accounts.actors import system_actor
from accounts.services.erasure import purge


class Command(BaseCommand):
    help = (
        "Takes out the personal data whose declared term is over; a daily duty of the portal does the same."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count, and change nothing")

    def handle(self, *, dry_run: bool, **options: Any) -> None:
        counts = purge(actor=system_actor(), now=timezone.now(), dry_run=dry_run)
        for code, count in counts.items():
            self.stdout.write(f"{code}: {count}")
        self.stdout.write("nothing was changed" if dry_run else f"{sum(counts.values())} values taken out")

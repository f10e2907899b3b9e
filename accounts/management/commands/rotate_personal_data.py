from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.actors import system_actor
from accounts.services.rotation import rotate


class Command(BaseCommand):
    help = (
        "Rewrites every encrypted value under the first key of PERSONAL_DATA_KEYS. The portal may run meanwhile; "
        "after a stop it is started again and goes on. An older key is dropped only after a run without complaint."
    )

    def handle(self, **options: Any) -> None:
        found = rotate(actor=system_actor(), now=timezone.now(), say=self.stdout.write)
        self.stdout.write(f"{found.rewritten} values rewritten")
        if found.unreadable:
            places = "\n".join(found.unreadable)
            raise CommandError(
                f"{len(found.unreadable)} values were written with a key that is not configured, or altered:\n"
                f"{places}\nPut the old key back behind the first one in PERSONAL_DATA_KEYS and run this again."
            )

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.actors import system_actor
from accounts.models import Person
from accounts.personal import PERSONAL_ROWS
from accounts.services.erasure import erase


class Command(BaseCommand):
    help = "Erases one person's data except what the register declares kept; the account is closed for good."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "person", help="login name, which for trainees is the registration number, or #number"
        )
        parser.add_argument(
            "--reason", required=True, help="who asked for it and when; stands in the record of events"
        )
        parser.add_argument("--dry-run", action="store_true", help="count, and change nothing")

    def handle(self, *, person: str, reason: str, dry_run: bool, **options: Any) -> None:
        counts = erase(
            person=_found(person), reason=reason, actor=system_actor(), now=timezone.now(), dry_run=dry_run
        )
        for code, count in counts.items():
            self.stdout.write(f"{code}: {count}")
        kept = [rows.code for rows in PERSONAL_ROWS if rows.of is None and not rows.part_of]
        self.stdout.write(f"not tied to a person, untouched: {', '.join(kept)}")
        self.stdout.write("nothing was changed" if dry_run else "erased")


def _found(text: str) -> Person:
    if text.startswith("#") and text[1:].isdigit():
        person = Person.objects.filter(pk=int(text[1:])).first()
    else:
        person = Person.objects.filter(user__username=text).first()
    if person is None:
        raise CommandError(f"nobody has the login name or number {text}; a number is written #123")
    return person

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.actors import system_actor
from accounts.models import Membership
from accounts.services.second_factor import reset_second_factor
from core.exceptions import Refusal


class Command(BaseCommand):
    help = "Takes off a lost second factor where no two people of the portal are left who could."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("login_name")
        parser.add_argument("--reason", required=True, help="who asked and how that was made sure of")

    def handle(self, *, login_name: str, reason: str, **options: Any) -> None:
        now = timezone.now()
        rows = Membership.objects.not_ended(now).select_related("unit", "user__person")
        row = rows.filter(user__username=login_name).order_by("pk").first()
        if row is None:
            raise CommandError(f"nobody in office has the login name {login_name}")
        actor = system_actor(str(row.unit.owner_id or row.unit_id))
        try:
            reset_second_factor(membership=row, reason=reason, actor=actor, now=now)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{login_name}: the second factor is off, every device is signed out")

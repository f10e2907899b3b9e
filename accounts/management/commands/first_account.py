from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse
from django.utils import timezone

from accounts.rules.memberships import printed_code
from accounts.services.first import first_account
from core.exceptions import Refusal
from core.templatetags.portal import deadline


class Command(BaseCommand):
    help = "Open the first account of a national office and print the one-time code that activates it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--unit", required=True, help="code of the national office")
        parser.add_argument("--name", required=True, help="name of the person")
        parser.add_argument("--username", required=True, help="login name")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            slip = first_account(
                unit_code=options["unit"],
                name=options["name"],
                login_name=options["username"],
                now=timezone.now(),
            )
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"address     {settings.PUBLIC_URL.rstrip('/')}{reverse('accounts:activate')}")
        self.stdout.write(f"login name  {slip.user.username}")
        self.stdout.write(f"code        {printed_code(slip.code)}")
        self.stdout.write(f"valid until {deadline(slip.expires_at)}")

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.actors import system_actor
from accounts.models import Unit
from exams.loading import load_practice
from programs.enums import Area
from programs.models import ProgramYear


class Command(BaseCommand):
    help = (
        "Load the practice exam's items for every office that holds exams; items that stand are left alone."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        years = ProgramYear.objects.select_related("program")
        owners = {year.program.owner_id for year in years if year.has(Area.EXAMS)}
        for office in Unit.objects.filter(pk__in=owners).order_by("pk"):
            count = load_practice(office=office, actor=system_actor(), now=timezone.now())
            self.stdout.write(f"{office}: {count} practice questions")

"""The demo's study: plans, supply of lessons, offline training, watching and homework."""

from pathlib import Path

from django.conf import settings
from django.db import transaction

from core.demo import DemoContext
from courses.demo.offline import build_offline
from courses.demo.study import build_study
from courses.demo.supply import build_supply
from courses.loading import load_lessons
from courses.models import PlanEntry

FOLDER = Path(settings.BASE_DIR) / "fixtures" / "lessons"


def build(context: DemoContext) -> None:
    """All three years have their plan; study stands in the exam year, begins in the recruiting one."""
    for year in (context.printed_year, context.exam_year, context.recruiting_year):
        if not PlanEntry.objects.filter(year=year).exists():
            load_lessons(FOLDER, year, actor=context.actor, now=context.now)
    with transaction.atomic():
        build_supply(context)
    with transaction.atomic():
        build_offline(context)
    build_study(context)

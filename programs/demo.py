"""The two program years of the demo, opened from the printed one as the office would."""

import datetime as dt

from core.demo import DemoContext
from core.values import CHINA
from programs.enums import Area
from programs.models import Duty, ProgramYear
from programs.queries import provinces_of
from programs.services import copy_year, open_year

# two provinces, the capital's neighbors, go wholly through the services that the screens use
FULL = slice(1, 3)


def build(context: DemoContext) -> None:
    """One year at exam and report time, one recruiting; dates shifted to the day of loading."""
    printed_years = ProgramYear.objects.filter(copied_from=None, program__owner=context.actor.scope.owner_id)
    context.printed_year = next(year for year in printed_years if year.has(Area.ENROLLMENT))
    context.full_regions = tuple(row.region_id for row in provinces_of(context.printed_year)[FULL])
    today = context.now.astimezone(CHINA).date()
    context.exam_year = _open(context, today.year, days_before="national-exam", ahead=dt.timedelta(days=20))
    context.recruiting_year = _open(
        context, today.year + 1, days_before="registration-closed", ahead=dt.timedelta(days=30)
    )
    context.say(f"years {context.exam_year.year} (exam) and {context.recruiting_year.year} (recruiting)")


def _open(context: DemoContext, year: int, *, days_before: str, ahead: dt.timedelta) -> ProgramYear:
    """Copy the printed year so that the duty `days_before` is due `ahead` of now."""
    source = context.printed_year
    anchor = Duty.objects.get(year=source, code=days_before)
    shift = dt.timedelta(days=(context.now + ahead - anchor.due_at).days)
    draft = copy_year(
        source=source,
        year=year,
        name=source.name.replace(str(source.year), str(year)),
        name_en=source.name_en.replace(str(source.year), str(year)),
        shift=shift,
        actor=context.actor,
        now=context.now,
    )
    return open_year(year=draft, actor=context.actor, now=context.now)

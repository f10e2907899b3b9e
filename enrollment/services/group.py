"""The discussion group: set by the office, joined by trainees, recorded by either (E13)."""

import datetime as dt

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from core.events import record
from core.exceptions import Refusal
from core.uploads import accept
from enrollment.enums import EnrollmentStatus
from enrollment.files import PICTURES
from enrollment.models import DiscussionGroup, Enrollment
from enrollment.permissions import check_own
from programs.models import ProgramYear
from programs.permissions import check_manage_year


@transaction.atomic
def set_group(
    *,
    year: ProgramYear,
    name: str,
    text: str,
    picture: UploadedFile | None,
    actor: Actor,
    now: dt.datetime,
) -> DiscussionGroup:
    """Name, words and QR code of the year's group; without a new picture the old one stays."""
    check_manage_year(actor, year)
    accepted = accept(picture, PICTURES) if picture else None
    group, _new = DiscussionGroup.objects.get_or_create(year=year, defaults={"changed_at": now})
    group.name, group.text, group.changed_at = name.strip(), text.strip(), now
    if accepted:
        group.picture.save(accepted.kept_as, accepted, save=False)
    group.save()
    record("set_group", group, actor=actor, now=now, data={"file": bool(accepted)})
    return group


@transaction.atomic
def join_group(*, enrollment: Enrollment, actor: Actor, now: dt.datetime) -> Enrollment:
    """The trainee says that they have joined; a second time changes nothing."""
    check_own(actor, enrollment)
    row = Enrollment.objects.select_for_update(of=("self",)).get(pk=enrollment.pk)
    if row.status != EnrollmentStatus.APPROVED:
        raise Refusal(
            _("You are not admitted in this year."), remedy=_("Ask the coordinator of your province.")
        )
    if not row.joined_group:
        row.joined_group = True
        row.save(update_fields=["joined_group"])
        record("join_group", row, actor=actor, now=now)
    return row

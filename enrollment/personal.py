"""The personal data of this room: uploads, and for how long a trainee is needed."""

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.personal import (
    OWN_SECTIONS,
    PERSON_USES,
    PERSONAL_FIELDS,
    PERSONAL_ROWS,
    OnErase,
    OwnSection,
    PersonalField,
    PersonalRows,
    PersonUse,
)
from core.values import CHINA
from enrollment.facts import LABELS, words_for
from enrollment.models import (
    Applicant,
    ChangeRequest,
    Enrollment,
    ImportRow,
    Placement,
    Registration,
    RosterImport,
    RosterRemark,
    SheetLine,
)
from enrollment.services.imports import forget_imports
from enrollment.services.sheets import forget_lines

_UPLOAD = _("Read before it is confirmed; deleted when discarded and after its term.")
UPLOAD_DAYS = 30
_CORRECTION = _("Shows what was asked for and decided while the year may still be questioned.")
CORRECTION_DAYS = 365
_SHEET = _("A hospital's sheet before the roster; deleted when it is merged and after its term.")
_APPLICATION = _("Until the province has decided, and as long as the person may ask why.")
APPLICATION_DAYS = 180


def uploads_of(person: Person) -> QuerySet[Any]:
    """Uploads in which the person stands: a line with their number, or one that was taken in."""
    line = Q(rows__id_number_index=person.id_number_index) if person.id_number_index else Q(pk__in=[])
    return RosterImport.objects.filter(line | Q(enrollments__person=person)).distinct()


def by_number(model: Any, person: Person) -> QuerySet[Any]:
    """Rows of people who are not enrolled yet, found by the index of the identity number."""
    if not person.id_number_index:
        return model.objects.none()
    return model.objects.filter(id_number_index=person.id_number_index)


def uploads_past(since: dt.datetime) -> QuerySet[Any]:
    return RosterImport.objects.filter(created_at__lt=since)


def trainees_since(since: dt.datetime) -> QuerySet[Any]:
    """Whoever takes part in a year that ended after `since`: a year ends with its last day."""
    return Enrollment.objects.filter(year__year__gte=since.astimezone(CHINA).year).values("person")


def asked_in_words(change: ChangeRequest) -> str:
    """What a correction asks for, field by field under its label, in full for the person themself (PIPL 45)."""
    asked = change.asked
    say = words_for(change.enrollment.year, [asked], in_full=True)
    return "；".join(f"{label}: {say(name, asked[name])}" for name, label in LABELS.items() if name in asked)


PERSONAL_FIELDS.add(
    PersonalField("enrollment.rosterimport.source", _("file content"), OnErase.ERASE, _UPLOAD, UPLOAD_DAYS),
    PersonalField(
        "enrollment.rosterimport.made", _("what was made and changed"), OnErase.ERASE, _UPLOAD, UPLOAD_DAYS
    ),
    PersonalField("enrollment.importrow.cells", _("cells as typed"), OnErase.ERASE, _UPLOAD, UPLOAD_DAYS),
    PersonalField(
        "enrollment.importrow.values", _("cells as understood"), OnErase.ERASE, _UPLOAD, UPLOAD_DAYS
    ),
    PersonalField(
        "enrollment.importrow.id_number_index", _("identity number"), OnErase.ERASE, _UPLOAD, UPLOAD_DAYS
    ),
)
PERSONAL_ROWS.add(
    PersonalRows(
        "enrollment.rosterimport",
        uploads_of,
        uploads_past,
        forget_imports,
        shown=_("a list with other people too, held encrypted"),
    ),
    PersonalRows(
        "enrollment.importrow", lambda person: by_number(ImportRow, person), part_of="enrollment.rosterimport"
    ),
)
PERSONAL_FIELDS.add(
    PersonalField(
        "enrollment.changerequest.values", _("as asked for"), OnErase.ERASE, _CORRECTION, CORRECTION_DAYS
    ),
    PersonalField(
        "enrollment.changerequest.reason", _("reason"), OnErase.ERASE, _CORRECTION, CORRECTION_DAYS
    ),
)
PERSONAL_ROWS.add(
    PersonalRows(
        "enrollment.changerequest",
        lambda person: ChangeRequest.objects.filter(enrollment__person=person),
        lambda since: ChangeRequest.objects.filter(enrollment__year__year__lt=since.astimezone(CHINA).year),
        worded={"values": asked_in_words},
    )
)
PERSONAL_FIELDS.add(
    PersonalField("enrollment.sheetline.cells", _("cells as typed"), OnErase.ERASE, _SHEET, UPLOAD_DAYS),
    PersonalField(
        "enrollment.sheetline.id_number_index", _("identity number"), OnErase.ERASE, _SHEET, UPLOAD_DAYS
    ),
    PersonalField(
        "enrollment.applicant.cells", _("cells as typed"), OnErase.ERASE, _APPLICATION, APPLICATION_DAYS
    ),
    PersonalField(
        "enrollment.applicant.id_number_index",
        _("identity number"),
        OnErase.ERASE,
        _APPLICATION,
        APPLICATION_DAYS,
    ),
    PersonalField("enrollment.applicant.reason", _("reason"), OnErase.ERASE, _APPLICATION, APPLICATION_DAYS),
)
PERSONAL_ROWS.add(
    PersonalRows(
        "enrollment.sheetline",
        lambda person: by_number(SheetLine, person),
        lambda since: SheetLine.objects.filter(sheet__changed_at__lt=since),
        forget_lines,
    ),
    PersonalRows(
        "enrollment.applicant",
        lambda person: by_number(Applicant, person),
        lambda since: Applicant.objects.filter(applied_at__lt=since),
    ),
)
PERSON_USES.add(PersonUse("enrollment.enrollment", trainees_since))
OWN_SECTIONS.add(
    OwnSection(
        "enrollment.registration",
        _("Registration number"),
        lambda person: Registration.objects.filter(person=person).select_related("program"),
        ("program", "number", "issued_at"),
    ),
    OwnSection(
        "enrollment.enrollment",
        _("Taking part in a year"),
        lambda person: Enrollment.objects.filter(person=person).select_related(
            "year__program", "region", "specialty", "fine_specialty", "institution", "priority_program"
        ),
        (
            "year",
            "region",
            "track",
            "status",
            "specialty",
            "fine_specialty",
            "institution",
            "institution_level",
            "department",
            "title",
            "profession",
            "priority_program",
            "health_management",
            "licensed_physician",
            "checkup_head",
            "in_shortage",
            "joined_group",
            "funding",
            "applied_at",
            "approved_at",
            "late",
        ),
    ),
    OwnSection(
        "enrollment.rosterremark",
        _("Marked by the office"),
        lambda person: RosterRemark.objects.told().filter(enrollment__person=person),
        ("reason", "answer", "made_at", "answered_at"),
    ),
    OwnSection(
        "enrollment.placement",
        _("Training base"),
        lambda person: Placement.objects.filter(enrollment__person=person).select_related("base"),
        ("base", "placed_at"),
    ),
)

"""What the hospital does: begin, save section by section, attach, hand in."""

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Unit
from bases.enums import FileKind, Section
from bases.models import Application, Attachment, Call, Director, Trainer
from bases.permissions import check_apply, check_fill
from bases.queries import closes_at, director_of, findings_of, progress, takes_applications
from bases.rules import has_priority
from bases.services.flows import APPLICATION_FLOW
from core.crypto import keyed_index
from core.enums import Severity
from core.events import record
from core.exceptions import IllegalTransition, Refusal, Stale
from core.findings import Finding, blocking
from core.templatetags.portal import deadline
from core.transitions import advance
from core.uploads import SCANS, accept
from core.values import CHINA
from programs.permissions import can_record_duty
from programs.services import record_duty, submit

MAX_FILES = 30
KIND = "base_application"
SECTION_FIELDS: dict[Section, tuple[str, ...]] = {
    Section.HOSPITAL: ("hospital_name", "level", "kind", "city", "address", "postcode", "teaching_hospital"),
    Section.DEPARTMENT: (
        "rest_count", "stress_count", "radiation_protection", "senior_titles", "full_senior_titles", "physicians",
        "technicians", "nurses", "hardware",
    ),
    Section.RECORD: (
        "has_research_project", "research_project_text", "has_cme_course", "cme_course_text", "has_nsfc_grant",
        "nsfc_grant_text", "has_award", "award_text", "has_publication", "publication_text",
    ),
    Section.SUPPLEMENT: (
        "perfusion_years", "treadmill", "bicycle", "defibrillator", "ecg_monitor", "rescue_equipment",
        "equipment_text",
    ),
}  # fmt: skip
DIRECTOR_FIELDS = (
    "name", "age", "sex", "ethnicity", "title", "post", "years_of_practice", "phone", "email", "address", "experience",
)  # fmt: skip
TRAINER_FIELDS = ("specialty", "name", "age", "department", "title", "phone", "email")
# in the frozen content a phone or an address is a keyed digest; the sealed scan shows it
DIGESTED = frozenset({"phone", "address"})


def check_takes_applications(call: Call, unit: Unit, now: dt.datetime) -> None:
    """The deadline of a call is a wall to the minute; only an extension in the calendar moves it (B1, P2)."""
    if takes_applications(call, unit, now):
        return
    if not call.has_opened(now):
        raise Refusal(_("The call has not opened yet."), remedy=_("Come back on the day it opens."))
    raise Refusal(
        _("The call closed: %(deadline)s.") % {"deadline": deadline(closes_at(call, unit))},
        remedy=_("Ask the office that calls; it can grant an extension with a reason."),
    )


@transaction.atomic
def start_application(*, call: Call, actor: Actor, now: dt.datetime) -> Application:
    """The hospital's draft under a call, with what the portal knows filled in; the existing one if there is one."""
    check_apply(actor, call)
    unit = Unit.objects.select_related("region").get(pk=actor.scope.unit_id or 0)
    check_takes_applications(call, unit, now)
    if unit.region is None:
        raise Refusal(
            _("The portal does not know your hospital's province."), remedy=_("Ask the office to enter it.")
        )
    application, created = Application.objects.get_or_create(
        call=call,
        unit=unit,
        defaults={
            "year": call.year,
            "region": unit.region,
            "hospital_name": unit.name,
            "city": unit.region.name,
            "created_at": now,
        },
    )
    if created:
        record("start_application", application, actor=actor, now=now, to_state=application.status)
    return application


def _locked(application: Application, revision: int | None, actor: Actor, now: dt.datetime) -> Application:
    """The row as it stands, if the hospital may write in it now; a page opened earlier than the last save is stale."""
    check_fill(actor, application)
    rows = Application.objects.select_for_update(of=("self",)).select_related(
        "call__year__program", "unit__region"
    )
    locked = rows.get(pk=application.pk)
    if not locked.is_with_hospital:
        raise IllegalTransition(
            _("The application was handed in and cannot be changed."),
            remedy=_("If something must be put right, ask the office to return it."),
        )
    check_takes_applications(locked.call, locked.unit, now)
    if revision is not None and locked.revision != revision:
        raise Stale(
            _("Somebody else of your hospital saved this application since you opened the page."),
            remedy=_(
                "What you typed is still here. Compare it with the saved page in a new window, then save again."
            ),
        )
    return locked


@transaction.atomic
def save_section(
    *,
    application: Application,
    section: Section,
    values: Mapping[str, Any],
    revision: int,
    actor: Actor,
    now: dt.datetime,
) -> Application:
    """Save what is typed in one section, complete or not.

    Raises Stale when another save came between, Refusal when the values contradict each other or the call is closed.
    """
    locked = _locked(application, revision, actor, now)
    if section == Section.DIRECTOR:
        changed = _set_director(locked, values)
    else:
        changed = _set(locked, {name: values[name] for name in SECTION_FIELDS[section]})
    return _saved(locked, section, changed, actor, now)


@transaction.atomic
def save_trainers(
    *,
    application: Application,
    rows: Sequence[Mapping[str, Any]],
    revision: int,
    actor: Actor,
    now: dt.datetime,
) -> Application:
    """Annex 4 as typed, in its order; empty lines are dropped."""
    locked = _locked(application, revision, actor, now)
    locked.trainers.all().delete()
    for order, row in enumerate(rows, 1):
        _checked(
            Trainer(application=locked, order=order, **{name: row[name] for name in TRAINER_FIELDS})
        ).save()
    return _saved(locked, Section.TRAINERS, ["trainers"], actor, now)


def _set(obj: Any, values: Mapping[str, Any]) -> list[str]:
    changed = [name for name, value in values.items() if getattr(obj, name) != value]
    for name, value in values.items():
        setattr(obj, name, value)
    _checked(obj).save()
    return changed


def _set_director(application: Application, values: Mapping[str, Any]) -> list[str]:
    director = director_of(application) or Director(application=application)
    return _set(director, {name: values[name] for name in DIRECTOR_FIELDS})


def _checked(obj: models.Model) -> Any:
    try:
        obj.full_clean(validate_unique=False)
    except ValidationError as error:
        raise Refusal(" ".join(error.messages)) from error
    return obj


def _saved(
    application: Application, section: Section, changed: list[str], actor: Actor, now: dt.datetime
) -> Application:
    """Count the save, and keep what the conditions say now; the event names fields, never values."""
    fresh = Application.objects.select_related("call", "director").get(pk=application.pk)
    findings = findings_of(fresh)
    application.revision += 1
    application.conditions_met = not blocking(findings)
    application.has_priority = has_priority(findings)
    application.save(update_fields=["revision", "conditions_met", "has_priority"])
    data = {"section": section, "fields": changed}
    record("save_application", application, actor=actor, now=now, data=data)
    return application


@transaction.atomic
def add_attachment(
    *, application: Application, kind: FileKind, file: UploadedFile, actor: Actor, now: dt.datetime
) -> Attachment:
    """Keep a proof, or the sealed scan, which replaces the one before. Raises Refusal for what is no scan."""
    locked = _locked(application, None, actor, now)
    if locked.attachments.count() >= MAX_FILES:
        raise Refusal(
            _("No more than %(count)s files.") % {"count": MAX_FILES},
            remedy=_("Put several pages into one PDF file."),
        )
    scan = accept(file, SCANS)
    if kind == FileKind.SEALED_FORM:
        locked.attachments.filter(kind=kind).delete()
    attachment = Attachment(
        application=locked, kind=kind, name=(scan.name or scan.kept_as)[-200:], added_at=now
    )
    attachment.file.save(scan.kept_as, scan, save=False)
    attachment.save()
    record("add_file", locked, actor=actor, now=now, data={"kind": kind})
    return attachment


@transaction.atomic
def remove_attachment(*, attachment: Attachment, actor: Actor, now: dt.datetime) -> None:
    locked = _locked(attachment.application, None, actor, now)
    record("remove_file", locked, actor=actor, now=now, data={"kind": attachment.kind})
    attachment.delete()


@transaction.atomic
def submit_application(
    *, application: Application, pledged: bool, revision: int, actor: Actor, now: dt.datetime
) -> Application:
    """Hand in: everything filled in, every basic condition met, truth pledged; content and findings are frozen (B5).

    Raises Refusal with `params["gaps"]` and `params["findings"]` naming what is missing.
    """
    locked = _locked(application, revision, actor, now)
    findings = findings_of(locked)
    _check_complete(locked, findings)
    if not pledged:
        raise Refusal(
            _("The truth of the application is not pledged."), remedy=_("Tick the pledge, then hand in.")
        )
    receipt = submit(
        kind=KIND,
        year=locked.year,
        unit=locked.unit,
        region=locked.region,
        content=content_of(locked),
        findings=findings,
        actor=actor,
        now=now,
    )
    sealed = locked.attachments.get(kind=FileKind.SEALED_FORM)
    receipt.scan.name = sealed.file.name
    receipt.save(update_fields=["scan"])
    locked.submission = receipt
    locked.save(update_fields=["submission"])
    _enter_in_calendar(locked, actor, now)
    return advance(
        locked, APPLICATION_FLOW, "submit_application", actor=actor, now=now, number=receipt.number
    )


def _enter_in_calendar(application: Application, actor: Actor, now: dt.datetime) -> None:
    """The call's duty is done by handing in; a second hand-in leaves the day of the first (P4)."""
    duty, unit = application.call.duty, application.unit
    if duty and can_record_duty(actor, duty, unit) and not duty.records.filter(unit=unit).exists():
        number = application.submission.number if application.submission else ""
        day = now.astimezone(CHINA).date()
        record_duty(duty=duty, unit=unit, done_on=day, note=number, file=None, actor=actor, now=now)


def _check_complete(application: Application, findings: Sequence[Finding]) -> None:
    gaps = [gap for part in progress(application) for gap in part.gaps]
    unmet = [finding for finding in blocking(findings) if finding.severity == Severity.HARD]
    if gaps:
        raise Refusal(
            _("The application is not complete."),
            remedy=_("Fill in what the list names, then hand in."),
            params={"gaps": gaps, "findings": unmet},
        )
    if unmet:
        raise Refusal(
            _("Not every basic condition is met."),
            remedy=_("All of them bind; the findings say what is short."),
            params={"gaps": gaps, "findings": unmet},
        )


def content_of(application: Application) -> dict[str, Any]:
    """What the submission freezes; phones and addresses as keyed digests, files by their SHA-256."""
    names = [name for fields in SECTION_FIELDS.values() for name in fields]
    director = director_of(application)
    return {
        "call": application.call.code,
        "application": {name: getattr(application, name) for name in names},
        "director": _person(director, DIRECTOR_FIELDS) if director else {},
        "trainers": [_person(trainer, TRAINER_FIELDS) for trainer in application.trainers.all()],
        "files": [_file(row) for row in application.attachments.all()],
    }


def _person(person: models.Model, names: Sequence[str]) -> dict[str, Any]:
    values = {name: getattr(person, name) for name in names}
    return {name: keyed_index(value, name) if name in DIGESTED else value for name, value in values.items()}


def _file(row: Attachment) -> dict[str, str]:
    with row.file.open("rb") as stream:
        return {
            "kind": row.kind,
            "name": row.name,
            "sha256": hashlib.file_digest(stream, "sha256").hexdigest(),
        }

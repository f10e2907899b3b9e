"""What the deciding body does: formal check, publicity, objections, decision, filing (B5)."""

import datetime as dt

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.actors import Actor
from accounts.enums import NoticeKind, Role
from accounts.queries import members_of
from accounts.services.notices import notify
from bases.enums import ApplicationStatus, ObjectionStatus
from bases.models import Application, BaseApproval, Objection
from bases.permissions import check_decide
from bases.queries import closes_at, open_objections, review_summary
from bases.services.approvals import base_unit_of
from bases.services.flows import APPLICATION_FLOW, OBJECTION_FLOW
from core.events import record
from core.exceptions import IllegalTransition, Refusal
from core.transitions import advance
from core.values import CHINA, day_end
from programs.permissions import check_manage_year
from programs.services import decide_submission

ACCEPTED = gettext_noop("Your application for %(year)s passed the formal check; experts review it next.")
RETURNED = gettext_noop("Your application for %(year)s was returned for repair. Open it to read why.")
DECIDED = gettext_noop("Your application for %(year)s was decided. Open it to read the decision.")
OBJECTION_VERBS = {ObjectionStatus.DISMISSED: "dismiss_objection", ObjectionStatus.UPHELD: "uphold_objection"}


def _step(
    application: Application, verb: str, actor: Actor, now: dt.datetime, reason: str = ""
) -> Application:
    return advance(application, APPLICATION_FLOW, verb, actor=actor, now=now, reason=reason)


def _lock(application: Application) -> None:
    """An objection that arrives and an approval wait for one another; the status is read behind the lock."""
    application.status = Application.objects.select_for_update(of=("self",)).get(pk=application.pk).status


def _decide_receipt(
    application: Application, accepted: bool, reason: str, actor: Actor, now: dt.datetime
) -> None:
    if application.submission:
        decide_submission(
            submission=application.submission, accept=accepted, reason=reason, actor=actor, now=now
        )


@transaction.atomic
def accept_application(*, application: Application, actor: Actor, now: dt.datetime) -> Application:
    """The formal check is passed; experts can be asked."""
    check_decide(actor, application)
    _step(application, "accept_application", actor, now)
    _decide_receipt(application, True, "", actor, now)
    _tell(application, ACCEPTED, actor, now)
    return application


@transaction.atomic
def return_application(
    *, application: Application, reason: str, actor: Actor, now: dt.datetime
) -> Application:
    """Back to the hospital for repair, while it still can hand in again; after the deadline only with an extension."""
    check_decide(actor, application)
    if now >= closes_at(application.call, application.unit):
        raise Refusal(
            _("The call is closed: the hospital could not hand in again."),
            remedy=_(
                "Grant it an extension in the calendar of the year first, or decide on what was handed in."
            ),
        )
    _step(application, "return_application", actor, now, reason)
    _decide_receipt(application, False, reason, actor, now)
    _tell(application, RETURNED, actor, now)
    return application


@transaction.atomic
def reject_application(
    *, application: Application, reason: str, actor: Actor, now: dt.datetime
) -> Application:
    """Not selected, with the reason the hospital reads."""
    check_decide(actor, application)
    unchecked = application.status == ApplicationStatus.SUBMITTED
    _step(application, "reject_application", actor, now, reason)
    if unchecked:
        _decide_receipt(application, False, reason, actor, now)
    return _decided(application, reason, actor, now)


def _decided(application: Application, reason: str, actor: Actor, now: dt.datetime) -> Application:
    application.reason, application.decided_at = reason.strip(), now
    application.save(update_fields=["reason", "decided_at"])
    _tell(application, DECIDED, actor, now)
    return application


def _tell(application: Application, text: str, actor: Actor, now: dt.datetime) -> None:
    """The hospital's people read it in their inbox."""
    year = application.year
    notify(
        members_of(application.unit_id, Role.APPLICANT, now=now),
        NoticeKind.DECISION,
        text,
        params={"year": year.year},
        url=reverse("bases:application-detail", kwargs={**year.url_kwargs, "pk": application.pk}),
        actor=actor,
        now=now,
    )


@transaction.atomic
def open_publicity(
    *, application: Application, starts_on: dt.date, ends_on: dt.date, actor: Actor, now: dt.datetime
) -> Application:
    """Shown to the public on these days; wants every review that was asked for."""
    check_decide(actor, application)
    if not review_summary(application).is_complete:
        raise Refusal(
            _("The expert review is not complete."), remedy=_("Wait for the experts, or ask others.")
        )
    if starts_on < now.astimezone(CHINA).date() or ends_on < starts_on:
        raise Refusal(
            _("The days of publicity are in the past or in the wrong order."),
            remedy=_("Begin today or later."),
        )
    application.publicity_starts_on, application.publicity_ends_on = starts_on, ends_on
    application.save(update_fields=["publicity_starts_on", "publicity_ends_on"])
    return advance(
        application,
        APPLICATION_FLOW,
        "open_publicity",
        actor=actor,
        now=now,
        starts_on=starts_on,
        ends_on=ends_on,
    )


@transaction.atomic
def record_objection(
    *,
    application: Application,
    received_on: dt.date,
    sender: str,
    contact: str,
    text: str,
    actor: Actor,
    now: dt.datetime,
) -> Objection:
    """An objection that reached the deciding body while the hospital is under publicity."""
    check_decide(actor, application)
    _lock(application)
    if application.status != ApplicationStatus.PUBLICITY:
        raise IllegalTransition(_("Objections are taken while the hospital is under publicity."))
    if (
        not application.publicity_starts_on
        or not application.publicity_starts_on <= received_on <= now.astimezone(CHINA).date()
    ):
        raise Refusal(
            _("The day is outside the days of publicity."), remedy=_("Enter the day on which it arrived.")
        )
    objection = Objection.objects.create(
        application=application,
        received_on=received_on,
        sender=sender.strip(),
        contact=contact.strip(),
        text=text.strip(),
    )
    record("record_objection", objection, actor=actor, now=now, to_state=objection.status)
    return objection


@transaction.atomic
def answer_objection(
    *, objection: Objection, status: ObjectionStatus, answer: str, actor: Actor, now: dt.datetime
) -> Objection:
    """What the inquiry found; an objection that is upheld stops the approval."""
    check_decide(actor, objection.application)
    if objection.status == ObjectionStatus.OPEN and answer.strip():
        objection.answer, objection.answered_at = answer.strip(), now
        objection.save(update_fields=["answer", "answered_at"])
    return advance(objection, OBJECTION_FLOW, OBJECTION_VERBS[status], actor=actor, now=now, reason=answer)


@transaction.atomic
def approve_application(
    *, application: Application, reason: str, actor: Actor, now: dt.datetime
) -> Application:
    """After the publicity and every objection the hospital becomes a training base of the year."""
    check_decide(actor, application)
    _lock(application)
    _check_publicity_over(application, now)
    _step(application, "approve_application", actor, now, reason)
    BaseApproval.objects.create(
        year=application.year,
        region=application.region,
        base=base_unit_of(application),
        application=application,
        reason=reason.strip(),
        approved_at=now,
    )
    return _decided(application, reason, actor, now)


def _check_publicity_over(application: Application, now: dt.datetime) -> None:
    if application.publicity_ends_on and now < day_end(application.publicity_ends_on):
        raise Refusal(_("The publicity is not over."), remedy=_("Decide when its last day has passed."))
    if open_objections(application):
        raise Refusal(
            _("An objection has not been answered."), remedy=_("Look into it and enter the finding first.")
        )
    if application.objections.filter(status=ObjectionStatus.UPHELD).exists():
        raise Refusal(
            _("An objection was upheld."), remedy=_("Do not select the hospital, or disqualify it.")
        )


@transaction.atomic
def file_application(*, application: Application, actor: Actor, now: dt.datetime) -> Application:
    """The national office takes the decision to its files, also that of a province (B1)."""
    check_manage_year(actor, application.year)
    _step(application, "file_application", actor, now)
    BaseApproval.objects.filter(application=application).update(filed_at=now)
    return application


@transaction.atomic
def disqualify_application(
    *, application: Application, reason: str, actor: Actor, now: dt.datetime
) -> Application:
    """False data: out at any time, an approval is revoked (B4 note 1, B5)."""
    check_decide(actor, application)
    _step(application, "disqualify_application", actor, now, reason)
    BaseApproval.objects.filter(application=application, revoked_at=None).update(revoked_at=now)
    return _decided(application, reason, actor, now)

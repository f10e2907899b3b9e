"""People with an exam before them, signed in; prints what their browsers need as JSON.

`python -m bench.seed_exam COUNT` works on the database of `DATABASE_URL`, filled with the fixtures: the window is opened
and a bank of the country's size laid in. All have one password, hashed once; their sessions are made as a sign-in makes them.
"""

import datetime as dt
import json
import os
import sys
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

# models can be imported only now
from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.auth.hashers import make_password  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.contrib.sessions.models import Session  # noqa: E402
from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402
from django.utils.crypto import get_random_string  # noqa: E402

from accounts.actors import system_actor  # noqa: E402
from accounts.enums import Role  # noqa: E402
from accounts.models import Membership, User  # noqa: E402
from accounts.sessions import SEEN, STARTED, stamp  # noqa: E402
from bench.people import enroll  # noqa: E402
from enrollment.models import Enrollment  # noqa: E402
from exams.demo.bank import load_genuine  # noqa: E402
from exams.enums import ItemStatus  # noqa: E402
from exams.models import ExamWindow, SignUp  # noqa: E402
from exams.services import import_items  # noqa: E402
from exams.services.items import Home  # noqa: E402
from programs.enums import SettingCode  # noqa: E402
from programs.models import ProgramYear, Setting  # noqa: E402
from tests.exams.factories import bank_rows  # noqa: E402

PASSWORD = "bench-Exam-2026-salt"  # noqa: S105 - of people who live for minutes
# whoever guesses earns about 25 points: some pass, and their hand-in issues a certificate
PASS_POINTS = "25"  # noqa: S105 - a pass mark


# what 31 provinces hand up in a year, beside the written items
BANK = {"singles": 2600, "groups": 40, "multiple": 930, "true_false": 1000}


@transaction.atomic
def seed(count: int, now: dt.datetime | None = None) -> dict[str, Any]:
    """`count` approved trainees, signed up, the rules confirmed, signed in; the exam is open for a day."""
    now = now or timezone.now()
    window = ExamWindow.objects.earliest("opens_at")
    open_for = {"opens_at": now - dt.timedelta(hours=1), "closes_at": now + dt.timedelta(days=1)}
    ExamWindow.objects.filter(pk=window.pk).update(**open_for)
    Setting.objects.filter(year=window.year, code=SettingCode.PASS_POINTS).update(value=PASS_POINTS)
    _fill_bank(window.year, now)
    enrollments = enroll(window.year, count, now)
    SignUp.objects.bulk_create(
        SignUp(enrollment=enrollment, signed_up_at=now, rules_read_at=now) for enrollment in enrollments
    )
    users = _users(window.year, enrollments, now)
    keys = _sign_in(users, now)
    return {
        "exam": f"/{window.year.program.code}/{window.year.year}/exams/",
        "cookie": settings.SESSION_COOKIE_NAME,
        "password": PASSWORD,
        "people": [
            {"enrollment": enrollment.pk, "username": user.username, "session": key}
            for enrollment, user, key in zip(enrollments, users, keys, strict=True)
        ],
    }


def _fill_bank(year: ProgramYear, now: dt.datetime) -> None:
    office, actor = year.program.owner, system_actor()
    load_genuine(office, actor, now)
    home = Home(unit=office, status=ItemStatus.IN_BANK, is_sample=True)
    import_items(rows=bank_rows(**BANK), home=home, actor=actor, now=now)


def _users(year: ProgramYear, enrollments: list[Enrollment], now: dt.datetime) -> list[User]:
    password = make_password(PASSWORD)
    users = User.objects.bulk_create(
        User(username=f"bench{number}", person=enrollment.person, password=password, created_at=now)
        for number, enrollment in enumerate(enrollments)
    )
    Membership.objects.bulk_create(
        Membership(
            user=user, unit=year.program.owner, role=Role.TRAINEE, starts_at=now - dt.timedelta(days=1)
        )
        for user in users
    )
    return users


def _sign_in(users: list[User], now: dt.datetime) -> list[str]:
    store = SessionStore()
    rows = [
        Session(
            session_key=get_random_string(32),
            session_data=store.encode(
                {
                    SESSION_KEY: str(user.pk),
                    BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
                    HASH_SESSION_KEY: user.get_session_auth_hash(),
                    STARTED: stamp(now),
                    SEEN: stamp(now),
                }
            ),
            expire_date=now + dt.timedelta(days=1),
        )
        for user in users
    ]
    Session.objects.bulk_create(rows)
    return [row.session_key for row in rows]


if __name__ == "__main__":
    print(json.dumps(seed(int(sys.argv[1]))))

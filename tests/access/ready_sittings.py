"""What a person decides about sittings made ready for an act: see ready.py."""

import datetime as dt
import json
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from exams.answer_files import FORMAT, file_mac
from exams.answers import issue_token
from exams.models import Attempt
from tests.access.ready import ready, sends
from tests.access.targets.exams import attempt
from tests.access.world import Target, World
from tests.factories import NOW

ready("exams:late-show")(sends(accept="no"))
ready("exams:extra-time-grant")(sends(is_standing="on"))
ready("exams:void-ask")(sends(reason="考场停电半小时，考生未能继续作答"))
ready("exams:void-refuse")(sends(reason="证据不足"))


@ready("exams:attempt-close")
def over(world: World, built: Target) -> None:
    past = NOW - dt.timedelta(minutes=1)
    Attempt.objects.filter(pk=built.own["pk"]).update(deadline=past, accept_until=past)


@ready("exams:answer-file-upload")
def signed(world: World, built: Target) -> dict[str, Any]:
    enrollment = world["trainee"].enrollment
    assert enrollment is not None
    sitting = attempt(enrollment)
    Attempt.objects.filter(pk=sitting.pk).update(item_count=1)
    answers = [[1, "a", 1]]
    content = {
        "format": FORMAT,
        "token": issue_token(sitting.pk, enrollment.person_id, 1),
        "attempt": sitting.pk,
        "generation": 1,
        "made_at": int(NOW.timestamp() * 1000),
        "answers": answers,
        "mac": file_mac(sitting.pk, 1, answers),
    }
    return {"file": SimpleUploadedFile("exam-answers.json", json.dumps(content).encode(), "application/json")}

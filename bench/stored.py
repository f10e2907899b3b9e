"""What the database holds of every attempt, for bench.checker; prints JSON. `python -m bench.stored`."""

import json
import os
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

# models can be imported only now
from exams.models import Answer, Attempt  # noqa: E402
from exams.services.sitting import receipt_holds  # noqa: E402


def stored() -> dict[str, Any]:
    answers = Answer.objects.order_by("attempt", "ordinal")
    attempts = Attempt.objects.order_by("pk").select_related("enrollment__year")
    return {
        "answers": list(answers.values_list("attempt", "ordinal", "value", "generation", "sequence")),
        "attempts": [
            [
                attempt.pk,
                attempt.enrollment_id,
                attempt.state,
                attempt.receipt or "",
                attempt.state == "closed" and receipt_holds(attempt),
            ]
            for attempt in attempts
        ],
    }


if __name__ == "__main__":
    print(json.dumps(stored()))

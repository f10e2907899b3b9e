"""T14: a paper stays what it was when it was drawn, whatever happens to its questions, and is graded as it was shown."""

import datetime as dt
import hashlib
import re
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from accounts.actors import system_actor
from exams import papers
from exams.enums import ItemStatus
from exams.models import Attempt, AttemptItem, Item, ItemVersion
from exams.papers import paper_of
from exams.queries import sheet_of
from exams.rules import score
from exams.services import hand_in, take_over
from tests.exams.factories import EXAM_TIME, make_bank, reworded, right_rows, right_value, signed_up, started
from tests.exams.sittings import MINUTE, at, save, text
from tests.factories import EnrollmentFactory, Persona

PAPERS = 200


def digest_of(attempt: Attempt) -> str:
    """Of all that the candidate is shown, in its order; the own answers are not part of it."""
    shown = [
        [(p.ordinal, p.case, p.stem, p.points, [option[:3] for option in p.options]) for p in block.places]
        for part in paper_of(attempt)
        for block in part.blocks
    ]
    return hashlib.sha256(repr(shown).encode()).hexdigest()


def change_the_bank() -> None:
    """Every question gets other words, options in another order and another key; every fifth leaves the bank."""
    for number, item in enumerate(Item.objects.in_bank().prefetch_related("versions")):
        version = item.versions.get(is_current=True)
        options = [{**option, "text": f"改 {option['text']}"} for option in reversed(version.options)]
        labels = [option["label"] for option in options] or ["T", "F"]
        other = [label for label in labels if label not in version.key]
        key = other[: len(version.key)] if item.kind != "x" else other
        reworded(item, stem=f"改 {version.stem}", options=options, key=key)
        if number % 5 == 0:
            Item.objects.filter(pk=item.pk).update(status=ItemStatus.RETIRED)


@pytest.mark.slow
@pytest.mark.no_cover
def test_x3_two_hundred_papers_stay_as_drawn_and_are_graded_as_shown(db: None) -> None:
    """At the start, loaded again, after every question was corrected or retired, and on another device."""
    make_bank()
    attempts = [started(EnrollmentFactory()) for _ in range(PAPERS)]
    drawn = [digest_of(attempt) for attempt in attempts]
    right = [right_rows(attempt) for attempt in attempts]
    assert len(set(drawn)) == PAPERS, "no two people have the same paper"
    change_the_bank()
    assert [digest_of(attempt) for attempt in attempts] == drawn
    for rows in right:
        save(*rows)
    for attempt in attempts[::10]:
        take_over(attempt=attempt, device="phone", actor=system_actor(), now=EXAM_TIME + MINUTE)
        assert digest_of(attempt) == drawn[attempts.index(attempt)]
        done = hand_in(attempt=attempt, actor=system_actor(), now=EXAM_TIME + 2 * MINUTE)
        assert (done.score, digest_of(done)) == (120, drawn[attempts.index(attempt)])
    # the sheet of the others is graded in the same way, without the paperwork of a hand-in
    assert {_points(attempt) for attempt in attempts} == {120}


def _points(attempt: Attempt) -> int:
    items, answers, _ = sheet_of(attempt)
    return score(items, answers).total


# The bytes of the page


def page_of(client: Client, attempt: Attempt) -> str:
    """The questions as sent, without what is chosen."""
    page = text(client.get(at("attempt-show", pk=attempt.pk)))
    body = page[page.index('id="paper"') : page.index('id="palette')]
    return re.sub(r' checked|data-(token|generation|sequence|now|file-key)="[^"]*"|nonce="[^"]*"', "", body)


def articles(page: str) -> list[str]:
    return re.findall(r"<article.*?</article>", page, re.DOTALL)


@pytest.fixture
def sitting(bank: None, trainee: Persona, autumn_2022: Any) -> Attempt:
    assert trainee.enrollment is not None
    signed_up(trainee.enrollment)
    autumn_2022.move_to(EXAM_TIME)
    trainee.client.post(at("attempt-start"))
    return Attempt.objects.get()


def test_x3_the_page_is_the_same_each_time_and_on_each_device(
    sitting: Attempt, trainee: Persona, autumn_2022: Any
) -> None:
    first = articles(page_of(trainee.client, sitting))
    assert len(first) == sitting.item_count
    change_the_bank()
    autumn_2022.shift(dt.timedelta(minutes=20))
    assert articles(page_of(trainee.client, sitting)) == first
    trainee.client.post(at("attempt-start"))
    assert articles(page_of(trainee.client, sitting)) == first
    phone = Client()
    phone.force_login(trainee.user)
    phone.post(at("attempt-take-over", pk=sitting.pk))
    assert articles(page_of(phone, sitting)) == first
    assert (Attempt.objects.count(), AttemptItem.objects.count()) == (1, sitting.item_count)


def test_x3_a_key_corrected_meanwhile_is_not_the_key_of_this_paper(sitting: Attempt) -> None:
    place = (
        AttemptItem.objects.filter(attempt=sitting, version__item__kind="a1")
        .select_related("version__item")
        .first()
    )
    assert place is not None
    before, others = right_value(place), [label for label in "ABCDE" if label not in place.version.key]
    reworded(place.version.item, key=others[:1])
    place.refresh_from_db()
    assert right_value(place) == before


def test_x3_a_paper_made_of_the_newest_wording_is_found(
    sitting: Attempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: rendered from the bank instead of from what was drawn, the digest differs."""
    drawn, plain = digest_of(sitting), papers._place
    change_the_bank()

    def newest(place: papers.Laid, value: str) -> papers.Place:
        item = AttemptItem.objects.get(attempt=sitting, ordinal=place.ordinal).version.item
        words = ItemVersion.objects.get(item=item, is_current=True)
        return plain(replace(place, stem=words.stem, options=words.options), value)

    assert digest_of(sitting) == drawn
    monkeypatch.setattr(papers, "_place", newest)
    assert digest_of(sitting) != drawn

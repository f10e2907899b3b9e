"""An entry as learning platforms know it: a choice, true/false or matching question with tags and one feedback (I2).

Moodle XML and GIFT are two spellings of it. What they have no field for stands where a reader of them sees it and
where it is found again: case and question are two paragraphs, the source is the last paragraph of the feedback, the
explanations of a group are its numbered paragraphs, everything short is a tag.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from string import ascii_uppercase

from exams.enums import GROUPED, ItemKind
from exams.formats.reading import difficulty_of, fold, kind_of
from exams.formats.reports import Collector, Outcome, Place, Report
from exams.formats.texts import paragraphs
from exams.rules.entries import FALSE, LABELS, MIDDLE, TRUE, Entry, Option, Stem, clean, clean_line
from exams.rules.validity import looks_like_case

CHOICE, JUDGEMENT, PAIRS = "multichoice", "truefalse", "matching"
# what a group shows above its pairs; found again, it says nothing
INSTRUCTION = "请为每个题干选出一个最合适的选项。"
SOURCE = "依据："
_SOURCE = re.compile(r"(?:依据|出处|参考文献|Source)\s*[:：]\s*", re.IGNORECASE)
_NUMBER = re.compile(r"(\d{1,2})[.．、]\s*")
_TAG = re.compile(r"([a-z]+[0-9]*):(.*)", re.DOTALL)
_LARGER = 5
Say = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Answer:
    """`share` is the percentage the answer earns."""

    text: str
    share: float = 0
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """`pairs` are (question, answer) of a matching question; an empty question is an answer that fits none."""

    type: str
    code: str = ""
    text: str = ""
    feedback: str = ""
    tags: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    single: bool = True
    category: str = ""


# Out


def question_of(entry: Entry, say: Say) -> Question | None:
    """The question that carries the entry; `say` hears what it cannot. None where nothing is left to carry."""
    if entry.labels != tuple(LABELS[: len(entry.options)]) and entry.kind != ItemKind.TRUE_FALSE:
        say("relabeled")
        entry = _relabeled(entry)
    base = Question(
        CHOICE,
        code=entry.code,
        text="\n\n".join(filter(None, (entry.case, entry.stem))),
        feedback=_feedback(entry),
        tags=tuple(_tags(entry)),
        category=entry.theme,
    )
    if entry.is_group:
        return _pairs_of(entry, base, say)
    judged = entry.kind == ItemKind.TRUE_FALSE
    if not entry.key or set(entry.key) - set(entry.labels):
        # one of two is marked right in any case: a key must not be made up
        say("unkeyed", Outcome.REFUSED if judged else Outcome.REDUCED)
        if judged:
            return None
    if judged:
        shares = ((100 if label in entry.key else 0) for label in (TRUE, FALSE))
        answers = tuple(Answer(name, share) for name, share in zip(("true", "false"), shares, strict=True))
        return replace(base, type=JUDGEMENT, answers=answers)
    return replace(base, single=_is_single(entry), answers=_answers_of(entry))


def _is_single(entry: Entry) -> bool:
    return entry.kind != ItemKind.X and len(entry.key) < 2


def _answers_of(entry: Entry) -> tuple[Answer, ...]:
    """Each right answer of several earns its share; a wrong one takes all away, so that ticking all earns nothing."""
    right = 100 / max(len(entry.key), 1)
    wrong = 0 if _is_single(entry) else -100
    return tuple(Answer(one.text, right if one.label in entry.key else wrong) for one in entry.options)


def _relabeled(entry: Entry) -> Entry:
    new = {old.label: label for old, label in zip(entry.options, ascii_uppercase, strict=False)}

    def key(labels: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted(new.get(label, label) for label in labels))

    return replace(
        entry,
        options=tuple(Option(new[one.label], one.text) for one in entry.options),
        key=key(entry.key),
        stems=tuple(replace(one, key=key(one.key)) for one in entry.stems),
    )


def _feedback(entry: Entry) -> str:
    if entry.is_group:
        parts = [f"{at}. {one.explanation}" for at, one in enumerate(entry.stems, 1) if one.explanation]
    else:
        parts = [entry.explanation] if entry.explanation else []
    if entry.source or (parts and _SOURCE.match(parts[-1])):
        parts.append(f"{SOURCE}{entry.source}")
    return "\n\n".join(parts)


def _tags(entry: Entry) -> Iterable[str]:
    yield f"type:{entry.kind.upper()}"
    if entry.difficulty != MIDDLE:
        yield f"difficulty:{entry.difficulty}"
    for name, text in (("theme", entry.theme), ("outline", entry.outline)):
        if text:
            yield f"{name}:{text}"
    yield from (f"specialty:{one}" for one in entry.specialties)
    yield from (f"stem{at}:{one.code}" for at, one in enumerate(entry.stems, 1) if one.code)


def _pairs_of(entry: Entry, base: Question, say: Say) -> Question | None:
    """Pairs in the order of the stems, then the options that fit none; the tag `order` says which letter each had."""
    texts = {one.label: one.text for one in entry.options}
    kept = [at for at, one in enumerate(entry.stems) if len(one.key) == 1 and one.key[0] in texts]
    for at in sorted(set(range(len(entry.stems))) - set(kept)):
        say("stem_lost", number=at + 1)
    if not kept:
        say("not_written", Outcome.REFUSED)
        return None
    entry = replace(entry, stems=tuple(entry.stems[at] for at in kept))
    merged = [one.label for one in entry.options if list(texts.values()).count(one.text) > 1]
    if merged:
        say("options_merged", labels="".join(merged))
    used = [one.key[0] for one in entry.stems]
    pairs = [(one.stem, texts[one.key[0]]) for one in entry.stems]
    pairs += [("", text) for label, text in texts.items() if text not in {texts[key] for key in used}]
    order = list(dict.fromkeys(text for _stem, text in pairs))
    letters = {text: label for label, text in reversed(texts.items())}
    tags = (*_tags(entry), f"order:{''.join(letters[text] for text in order)}")
    return replace(
        base,
        type=PAIRS,
        text=base.text or INSTRUCTION,
        feedback=_feedback(entry),
        tags=tags,
        pairs=tuple(pairs),
    )


def questions_of(
    entries: Sequence[Entry], place: Callable[[int, Entry], Place]
) -> tuple[list[Question], list[Report]]:
    """All that can be carried, and what is said about each."""
    questions, reports = [], []
    for at, entry in enumerate(entries):

        def say(
            code: str,
            severity: Outcome = Outcome.REDUCED,
            *,
            at: int = at,
            entry: Entry = entry,
            **params: object,
        ) -> None:
            reports.append(Report(place(at + 1, entry), code, severity, params, at))

        question = question_of(entry, say)
        if question:
            questions.append(question)
    return questions, reports


def name_of(question: Question) -> str:
    """What a list of questions shows; without a code it cannot be taken for one."""
    return question.code or f"{question.tags[0]} {clean_line(paragraphs(question.text)[-1])[:40]}"


# In


def take(question: Question, place: Place, collector: Collector) -> None:
    """The entry of a question as it stands in somebody's file, with or without our tags."""
    tags = _tagged(question, place, collector)
    entry = Entry(
        kind=_kind(question, tags, place, collector),
        code=question.code,
        theme="".join(tags.get("theme", [])[:1]) or question.category,
        outline="".join(tags.get("outline", [])[:1]),
        specialties=tuple(tags.get("specialty", ())),
        difficulty=_difficulty(tags, place, collector),
    )
    parts = paragraphs(question.feedback)
    if parts and (found := _SOURCE.match(parts[-1])):
        entry = replace(entry, source=parts[-1][found.end() :])
        parts = parts[:-1]
    if entry.kind in GROUPED:
        collector.take(place, _group(entry, question, tags, parts))
        return
    case, stem = _case_and_stem(question.text, entry.kind, told="type" in tags)
    key, moved = _key(question, place, collector)
    collector.take(
        place,
        replace(
            entry,
            case=case,
            stem=stem,
            key=key,
            options=_options(one.text for one in question.answers) if question.type == CHOICE else (),
            explanation="\n".join([*parts, *moved]),
        ),
    )


def _options(texts: Iterable[str]) -> tuple[Option, ...]:
    """More than there are letters for: the collector refuses them."""
    return tuple(Option(LABELS[at] if at < len(LABELS) else "?", text) for at, text in enumerate(texts))


def _tagged(question: Question, place: Place, collector: Collector) -> dict[str, list[str]]:
    known: dict[str, list[str]] = {}
    others = []
    for tag in question.tags:
        found = _TAG.fullmatch(tag)
        if found and re.fullmatch(r"type|difficulty|theme|outline|specialty|order|stem\d+", found[1]):
            known.setdefault(found[1], []).append(found[2])
        else:
            others.append(clean_line(tag))
    if any(others):
        collector.say(place, "tags", names="、".join(filter(None, others))[:200])
    return known


def _kind(question: Question, tags: Mapping[str, list[str]], place: Place, collector: Collector) -> ItemKind:
    """As tagged, where the question has that form; else by its form, which is said."""
    told = kind_of("".join(tags.get("type", [])[:1]))
    fits = {
        JUDGEMENT: {ItemKind.TRUE_FALSE},
        PAIRS: {ItemKind.B1, ItemKind.B2},
        CHOICE: {ItemKind.A1, ItemKind.A2, ItemKind.X},
    }[question.type]
    if told in fits:
        return told
    kind = _by_form(question)
    if kind != ItemKind.TRUE_FALSE:
        collector.note(place, "kind_assumed", kind=kind.label)
    return kind


def _by_form(question: Question) -> ItemKind:
    if question.type == JUDGEMENT:
        return ItemKind.TRUE_FALSE
    if question.type == PAIRS:
        answers = {answer for _stem, answer in question.pairs}
        return ItemKind.B2 if len(answers) > _LARGER else ItemKind.B1
    if not question.single:
        return ItemKind.X
    parts = paragraphs(question.text)
    return ItemKind.A2 if len(parts) > 1 and looks_like_case(parts[0]) else ItemKind.A1


def _difficulty(tags: Mapping[str, list[str]], place: Place, collector: Collector) -> int:
    told = "".join(tags.get("difficulty", [])[:1])
    level = difficulty_of(told)
    if told and level is None:
        collector.say(place, "difficulty_unread", text=told[:20])
    return level or MIDDLE


def _case_and_stem(text: str, kind: str, *, told: bool) -> tuple[str, str]:
    parts = paragraphs(text)
    if len(parts) > 1 and (told or kind == ItemKind.A2):
        return "\n".join(parts[:-1]), parts[-1]
    return "", "\n".join(parts)


def _key(question: Question, place: Place, collector: Collector) -> tuple[tuple[str, ...], list[str]]:
    """The right labels, and the lines that feedback of single answers adds to the explanation."""
    labels = (TRUE, FALSE) if question.type == JUDGEMENT else LABELS
    answers = list(zip(labels, question.answers, strict=False))
    best = max((one.share for one in question.answers), default=0)
    right = [label for label, one in answers if one.share > 0 and (one.share == best or not question.single)]
    partly = [label for label, one in answers if 0 < one.share < best]
    if partly:
        collector.say(place, "partial_credit", labels="".join(partly))
    moved = [f"{label}：{text}" for label, one in answers if (text := clean(one.feedback))]
    if moved:
        collector.note(place, "feedback_moved")
    return tuple(right), moved


def _group(entry: Entry, question: Question, tags: Mapping[str, list[str]], parts: Sequence[str]) -> Entry:
    texts = list(dict.fromkeys(clean(answer) for _stem, answer in question.pairs))
    told = "".join(tags.get("order", [])[:1])
    letters = list(told) if sorted(told) == sorted(LABELS[: len(texts)]) else list(LABELS[: len(texts)])
    labels = dict(zip(texts, letters, strict=False))
    asked = [(clean(stem), clean(answer)) for stem, answer in question.pairs if clean(stem)]
    explained = _explanations(parts, len(asked))
    case = "\n".join(paragraphs(question.text))
    return replace(
        entry,
        case="" if fold(case) == fold(INSTRUCTION) else case,
        options=tuple(
            sorted((Option(labels.get(text, "?"), text) for text in texts), key=lambda one: one.label)
        ),
        stems=tuple(
            Stem("".join(tags.get(f"stem{at}", [])[:1]), stem, (labels.get(answer, "?"),), explained[at - 1])
            for at, (stem, answer) in enumerate(asked, 1)
        ),
    )


def _explanations(parts: Sequence[str], count: int) -> list[str]:
    """Numbered paragraphs belong to their stem; anything else explains every stem."""
    numbered = [_NUMBER.match(part) for part in parts]
    numbers = [int(found[1]) for found in numbered if found]
    if (
        len(numbers) < len(parts)
        or numbers != sorted(set(numbers))
        or not set(numbers) <= set(range(1, count + 1))
    ):
        return ["\n".join(parts)] * count
    texts = {int(found[1]): part[found.end() :] for found, part in zip(numbered, parts, strict=True) if found}
    return [texts.get(at, "") for at in range(1, count + 1)]

"""GIFT, the plain text of Moodle's questions (I2): every construct read, choice, true/false and matching taken.

Tags and the code stand in a comment above each question, as Moodle writes them: // [id:a1-lung-001] [tag:type:A1].
"""

import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from exams.formats import questions as q
from exams.formats.questions import Answer, Question
from exams.formats.reports import MAX_MARKUP, Collector, Outcome, Place, Read, Refused, Report, Unit, Written
from exams.formats.texts import decoded, plain
from exams.rules.entries import Entry, clean_line

# escaped signs while a question is taken apart: characters that no text holds (see entries.clean)
_SIGNS = "\\:#={}~\n"
_HIDDEN = {sign: chr(0xFDD0 + at) for at, sign in enumerate(_SIGNS)}
_SHOWN = {ord(hidden): sign for sign, hidden in _HIDDEN.items()}
_INNER = re.compile("[\ufdd0-\ufdef]")
_ESCAPE = re.compile(r"\\([\\:#={}~n])")
_COMMENT = re.compile(r"\s*//")
_CATEGORY = re.compile(r"\s*\$CATEGORY:\s*(.*)", re.DOTALL)
_NAME = re.compile(r"\s*::(.*?)::\s*", re.DOTALL)
_FORM = re.compile(r"\s*\[(html|moodle|plain|markdown)\]", re.IGNORECASE)
_MARK = re.compile(r"\[(id|tag):((?:\\.|[^\]\\])*)\]")
_WEIGHT = re.compile(r"%(-?\d{1,3}(?:\.\d*)?)%")
_JUDGEMENTS = {"T": True, "TRUE": True, "F": False, "FALSE": False}
_BLANK = "____"
CODE_LIKE = re.compile(r"(?=.*\d)(?=.*[-_])[A-Za-z0-9_-]+")


Words = Callable[[str], str]


# In


def read(data: bytes) -> Read:
    """Raises Refusal for what is no text, too large or too many."""
    collector = Collector()
    category = ""
    for line, lines in _blocks(_INNER.sub("", decoded(data))):
        comments = [one for one in lines if _COMMENT.match(one)]
        text = "\n".join(one for one in lines if not _COMMENT.match(one)).strip()
        found = _CATEGORY.match(text)
        if found:
            # Moodle wants a blank line after it; many files have none
            path, _end, text = found[1].partition("\n")
            category = category_of(path)
        if text.strip():
            _take(text.strip(), _marks(comments), category, line, collector)
    return collector.done()


def _blocks(text: str) -> Iterator[tuple[int, list[str]]]:
    """Questions are parted by blank lines: number of the first line, lines."""
    block: list[str] = []
    number = 0
    for number, line in enumerate(io.StringIO(text, newline=None), 1):
        if line.strip():
            block.append(line.rstrip("\n"))
            continue
        if block:
            yield number - len(block), block
        block = []
    if block:
        yield number - len(block) + 1, block


def category_of(path: str) -> str:
    """The last part of a path such as $course$/top/肺癌; `//` is a stroke within a name."""
    parts = [part.replace("\0", "/").strip() for part in path.replace("//", "\0").split("/")]
    own = [part for part in parts if part and part != "top" and not part.startswith("$")]
    return own[-1] if own else ""


def _marks(comments: Sequence[str]) -> dict[str, list[str]]:
    marks: dict[str, list[str]] = {"id": [], "tag": []}
    for comment in comments if sum(map(len, comments)) <= MAX_MARKUP else ():
        for kind, text in _MARK.findall(comment):
            marks[kind].append(re.sub(r"\\(.)", r"\1", text))
    return marks


def _take(text: str, marks: dict[str, list[str]], category: str, line: int, collector: Collector) -> None:
    place = Place(Unit.LINE, line)
    try:
        collector.weigh(text)
        text = _ESCAPE.sub(lambda found: _HIDDEN["\n" if found[1] == "n" else found[1]], text)
        named = _NAME.match(text)
        name = clean_line(_shown(named[1])) if named else ""
        code = (marks["id"] or [name if CODE_LIKE.fullmatch(name) else ""])[0]
        place = replace(place, name=code or name[:40])
        question = _question(text[named.end() :] if named else text, place, collector)
    except Refused as why:
        collector.refuse(place, why.code, **why.params)
        return
    question = replace(question, code=code, tags=tuple(marks["tag"]), category=category)
    q.take(question, place, collector)


def _question(text: str, place: Place, collector: Collector) -> Question:
    """Raises Refused for types and forms that are not taken."""
    before, inside, after = _divided(text)
    form = _FORM.match(before)
    default = form[1].lower() if form else "moodle"
    words = before
    if after.strip():
        collector.note(place, "blank")
        words = f"{words} {_BLANK} {after}"
    inside, feedback = _general(inside)

    def shown(part: str) -> str:
        return _words(part, default, place, collector)

    base = Question(q.CHOICE, text=shown(words), feedback=shown(feedback))
    return _answered(base, inside.strip(), shown)


def _divided(text: str) -> tuple[str, str, str]:
    """Before, inside and after the braces."""
    if not re.search(r"[{}]", text):
        raise Refused("not_supported", type="description")
    found = re.fullmatch(r"([^{}]*)\{([^{}]*)\}([^{}]*)", text)
    if not found:
        raise Refused("braces")
    return found[1], found[2], found[3]


def _general(inside: str) -> tuple[str, str]:
    answers, mark, feedback = inside.rpartition("####")
    return (answers, feedback) if mark else (inside, "")


def _answered(base: Question, inside: str, shown: Words) -> Question:
    if not inside:
        raise Refused("not_supported", type="essay")
    if inside.startswith("#"):
        raise Refused("not_supported", type="numerical")
    if "~" in inside:
        answers = tuple(_answer(part, shown) for part in re.findall(r"[~=][^~=]*", inside))
        return replace(base, answers=answers, single="=" in inside)
    if "=" in inside and "->" in inside:
        return replace(base, type=q.PAIRS, pairs=tuple(_pair(part, shown) for part in inside.split("=")[1:]))
    judged = inside.split("#", 2)
    right = _JUDGEMENTS.get(judged[0].strip().upper())
    if right is None:
        raise Refused("not_supported", type="shortanswer")
    # the first remark is for the wrong answer, the second for the right one
    remarks = [shown(part) for part in [*judged[1:], "", ""][:2]]
    given = {right: remarks[1], not right: remarks[0]}
    return replace(
        base,
        type=q.JUDGEMENT,
        answers=(Answer("true", 100 * right, given[True]), Answer("false", 100 * (not right), given[False])),
    )


def _answer(part: str, shown: Words) -> Answer:
    share, text = (100.0 if part[0] == "=" else 0.0), part[1:].strip()
    weight = _WEIGHT.match(text)
    if weight and part[0] == "~":
        share, text = float(weight[1]), text[weight.end() :]
    text, _mark, feedback = text.partition("#")
    return Answer(shown(text), share, shown(feedback))


def _pair(part: str, shown: Words) -> tuple[str, str]:
    stem, arrow, answer = part.partition("->")
    if not arrow:
        raise Refused("no_pair")
    return shown(stem), shown(answer.partition("#")[0])


def _words(part: str, default: str, place: Place, collector: Collector) -> str:
    form = _FORM.match(part)
    kind = form[1].lower() if form else default
    text = _shown(part[form.end() :] if form else part)
    if kind not in {"html", "moodle"}:
        return text
    text, lost = plain(text, lines=kind == "moodle")
    for code in sorted(lost):
        collector.say(place, code)
    return text


def _shown(text: str) -> str:
    return text.translate(_SHOWN)


# Out


def write(entries: Sequence[Entry]) -> Written:
    """UTF-8, each group one matching question; what GIFT cannot carry is reported."""
    found, reports = q.questions_of(entries, lambda at, entry: Place(Unit.ITEM, at, name=entry.code))
    blocks = []
    category = ""
    for question in found:
        if question.category != category:
            category = question.category
            blocks.append(f"$CATEGORY: $course$/top/{category_path(category)}\n")
        blocks.append(_written(question))
    for at, entry in enumerate(entries):
        if entry.is_group and any("->" in one.stem for one in entry.stems):
            reports.append(
                Report(Place(Unit.ITEM, at + 1, name=entry.code), "arrow", Outcome.REDUCED, {}, at)
            )
    return Written("\n".join(blocks).encode(), tuple(reports))


def category_path(name: str) -> str:
    return name.replace("/", "//")


def _written(question: Question) -> str:
    marks = [f"[id:{_marked(question.code)}]"] if question.code else []
    marks += [f"[tag:{_marked(tag)}]" for tag in question.tags]
    feedback = f"\t####{_guarded(question.feedback)}\n" if question.feedback else ""
    head = f"// {' '.join(marks)}\n::{_escaped(q.name_of(question))}::[plain]{_escaped(question.text)}"
    return f"{head}{{\n{''.join(_lines(question))}{feedback}}}\n"


def _lines(question: Question) -> Iterator[str]:
    if question.type == q.JUDGEMENT:
        yield "\tTRUE\n" if question.answers[0].share else "\tFALSE\n"
        return
    for stem, text in question.pairs:
        yield f"\t={_guarded(stem.replace('->', '→'))} -> {_guarded(text)}\n"
    for answer in question.answers:
        right = question.single and answer.share == 100
        yield f"\t{'=' if right else '~'}{_weight(question, answer)}{_guarded(answer.text)}\n"


def _weight(question: Question, answer: Answer) -> str:
    """Weights of several right answers; a text that looks like a weight gets one before it.

    Moodle reads weights of two digits: a wrong answer takes half away where it may not take all.
    """
    if question.single:
        return "%0%" if not answer.share and answer.text.startswith("%") else ""
    return f"%{answer.share:.5g}%" if answer.share > 0 else "%-50%"


def _guarded(text: str) -> str:
    """A text that begins like the name of a form is told its form."""
    return ("[plain]" if _FORM.match(text) else "") + _escaped(text)


def _escaped(text: str) -> str:
    escaped = re.sub(r"[\\:#={}~]", r"\\\g<0>", text)
    return escaped.replace("\n", "\\n")


def _marked(text: str) -> str:
    return re.sub(r"[\]\\]", r"\\\g<0>", text)

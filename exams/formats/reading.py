"""How people write types, keys and difficulties: in any width, language and order (I2)."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from exams.enums import ItemKind
from exams.rules.entries import FALSE, LABELS, TRUE

_TYPES = re.compile(r"(A1|A2|B1|B2|B|X)(?:型)?(?:选择)?题?")
_NAMES = {
    ItemKind.A1: "单选 单选题 单项选择 单项选择题 最佳选择题 single singlechoice",
    ItemKind.A2: "病例摘要型最佳选择题 病历摘要型最佳选择题 病例单选题",
    ItemKind.B1: "配伍题 配伍选择题 标准配伍题 matching",
    ItemKind.B2: "扩展配伍题",
    ItemKind.X: "多选 多选题 多项选择 多项选择题 multiple multiplechoice",
    ItemKind.TRUE_FALSE: "判断 判断题 是非题 对错题 正误题 tf true/false truefalse trueorfalse",
}
_KINDS = {name: kind for kind, names in _NAMES.items() for name in names.split()}
_RIGHT = {"t", "true", "对", "正确", "是", "√", "✓", "✔", "v", "yes", "y", "right"}
_WRONG = {"f", "false", "错", "错误", "否", "×", "✗", "✘", "x", "no", "n", "wrong", "不正确", "不对"}
# they may also be letters of options, or no answer at all
_UNSURE = {"t", "f", "v", "x", "y", "n", "yes", "no", "right", "wrong"}
_BETWEEN = re.compile(r"[\s,，、;；/．.和及与+&]+")
_LETTERS = re.compile(rf"[{LABELS}]+")
_LEVELS = {"易": 1, "容易": 1, "较易": 2, "中": 3, "中等": 3, "一般": 3, "较难": 4, "难": 5, "困难": 5}
_LEVELS |= {"easy": 1, "medium": 3, "hard": 5, "difficult": 5}


def fold(text: str) -> str:
    """Width, case and spaces do not count."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def kind_of(text: str) -> ItemKind | None:
    """A type by its code, its printed name or a customary one: A1型题, 单选题, true/false. Plain B is B1."""
    folded = fold(text)
    found = _TYPES.fullmatch(folded.upper())
    if found:
        return ItemKind("b1" if found[1] == "B" else found[1].lower())
    return _KINDS.get(folded)


def key_of(text: str, kind: str) -> tuple[str, ...] | None:
    """The letters of a key, sorted, each once; T or F for true/false. None for what cannot be read, () for nothing."""
    folded = fold(text).strip(".。;；,，()[]【】")
    if not folded:
        return ()
    if kind == ItemKind.TRUE_FALSE:
        return (TRUE,) if folded in _RIGHT else (FALSE,) if folded in _WRONG else None
    letters = _BETWEEN.sub("", folded).upper()
    return tuple(sorted(set(letters))) if _LETTERS.fullmatch(letters) else None


def says_true_or_false(text: str) -> bool:
    """A key that no choice has: 对, ×, true, and a T or F where it stands alone."""
    folded = fold(text).strip(".。;；")
    return folded in (_RIGHT | _WRONG) - _UNSURE or folded in {"t", "f"}


def difficulty_of(text: str) -> int | None:
    """1 (easy) to 5 (hard); None for what is no difficulty."""
    folded = fold(text)
    if re.fullmatch(r"[1-5](?:\.0*|级)?", folded):
        return int(folded[0])
    return _LEVELS.get(folded)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Names of the year's themes, specialties and outline entries by code: people write names, the bank keeps codes.

    What is in neither stays as it is written; whoever takes the items in decides.
    """

    themes: Mapping[str, str] = field(default_factory=dict)
    specialties: Mapping[str, str] = field(default_factory=dict)
    outline: Mapping[str, str] = field(default_factory=dict)


def code_in(names: Mapping[str, str], text: str) -> str:
    """The code that a code or a name stands for."""
    folded = fold(text)
    return next((code for code, name in names.items() if folded in {fold(code), fold(name)}), text)


def codes_in(names: Mapping[str, str], text: str) -> tuple[str, ...]:
    """Several of them, however they are parted."""
    parts = (part.strip() for part in re.split(r"[、,，;；\n]", text))
    return tuple(dict.fromkeys(code_in(names, part) for part in parts if part))

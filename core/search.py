"""Names are found by characters, by pinyin and by initials; the keys are computed once, when a name is saved."""

import unicodedata
from collections.abc import Iterator
from itertools import islice, product

from django.db.models import Q
from pypinyin import lazy_pinyin

# Characters that names read otherwise than running text does, first as a surname where they are one.
_ALSO: dict[str, tuple[str, ...]] = {
    "单": ("shan",), "解": ("xie",), "仇": ("qiu",), "曾": ("zeng",), "区": ("ou",), "查": ("zha",),
    "任": ("ren",), "翟": ("zhai",), "盖": ("ge",), "缪": ("miao",), "朴": ("piao",), "覃": ("qin", "tan"),
    "乐": ("yue", "le"), "员": ("yun",), "秘": ("bi",), "繁": ("po",), "华": ("hua",), "召": ("shao",),
    "黑": ("he",), "种": ("chong",), "重": ("chong", "zhong"), "谌": ("chen", "shen"), "燕": ("yan",),
    "盛": ("sheng",), "应": ("ying",), "逄": ("pang",), "冼": ("xian",), "洗": ("xian",), "尉": ("wei", "yu"),
    "万": ("wan", "mo"), "俟": ("qi",), "长": ("chang", "zhang"), "澹": ("tan",), "鲜": ("xian",),
    "石": ("shi",), "薄": ("bo",), "卜": ("bu",), "晟": ("sheng", "cheng"), "茜": ("qian", "xi"),
    "朝": ("chao", "zhao"), "行": ("xing", "hang"), "藏": ("zang", "cang"), "都": ("du",), "厦": ("xia",),
    "六": ("lu", "liu"), "蔚": ("wei", "yu"), "莘": ("shen", "xin"), "涡": ("guo",), "浚": ("xun", "jun"),
    "中": ("zhong",), "宿": ("su",), "大": ("da",), "降": ("xiang",), "洞": ("tong", "dong"), "句": ("ju", "gou"),
}  # fmt: skip
_MOST_READINGS = 16


def search_key(name: str) -> str:
    """Every beginning under which the name is found: from each of its syllables on, in full and as initials.

    Each stands after a space, so that ` san` finds 张三 and ` an` does not find 张三.
    """
    text = _plain(name)
    tokens: dict[str, None] = {}
    for reading in _readings(text):
        for start in range(len(reading)):
            tokens["".join(reading[start:])] = None
            tokens["".join(syllable[0] for syllable in reading[start:])] = None
    return "".join(f" {token}" for token in tokens)


def named(typed: str, *paths: str) -> Q:
    """Rows whose name at any of `paths` (`""`, `"person__"`) holds the characters, or reads like what was typed."""
    found = Q()
    fragment = _fragment(typed)
    for path in paths:
        found |= Q(**{f"{path}name__icontains": typed.strip()})
        if fragment:
            found |= Q(**{f"{path}search_key__contains": fragment})
    return found


def _fragment(typed: str) -> str:
    """What a key must hold, or nothing where no pinyin was typed."""
    text = _plain(typed).replace("ü", "v").replace("lyu", "lv")
    return f" {text}" if text.isascii() and text else ""


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).lower()
    return "".join(char for char in folded if char.isalnum())


def _readings(text: str) -> Iterator[tuple[str, ...]]:
    usual = lazy_pinyin(text, errors=list)  # type: ignore[arg-type]
    choices = [
        dict.fromkeys((*_ALSO.get(char, ()), syllable)) for char, syllable in zip(text, usual, strict=True)
    ]
    return islice(product(*choices), _MOST_READINGS)

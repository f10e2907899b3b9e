"""Sound entries of every type, for tests that spoil or carry them."""

from dataclasses import replace
from typing import Any

from exams.enums import ItemKind
from exams.rules.entries import Entry, Option, Stem

CASE = "男，58岁，体检发现右肺上叶8 mm磨玻璃结节。"


def options(*texts: str) -> tuple[Option, ...]:
    return tuple(Option(label, text) for label, text in zip("ABCDEFGHIJKL", texts, strict=False))


FIVE = options("胃镜", "肠镜", "胸部CT", "乳腺超声", "宫颈细胞学")
EIGHT = options("甲胎蛋白", "癌胚抗原", "降钙素", "鳞癌抗原", "糖链抗原125", "胃泌素", "铁蛋白", "催乳素")
A1 = Entry(
    ItemKind.A1,
    code="a1-test-1",
    stem="筛查胃癌首选的检查是",
    options=FIVE,
    key=("A",),
    explanation="胃镜可直接取活检。",
    source="《中国胃癌筛查与早诊早治指南》",
    specialties=("imaging",),
    theme="upper-gi",
    difficulty=2,
)
A2 = replace(A1, kind=ItemKind.A2, code="a2-test-1", case=CASE, stem="下一步应选择的检查是", key=("C",))
X = replace(A1, kind=ItemKind.X, code="x-test-1", stem="属于内镜检查的有", key=("A", "B"))
TF = replace(A1, kind=ItemKind.TRUE_FALSE, code="tf-test-1", stem="胃镜可以取活检。", options=(), key=("T",))
B1 = replace(
    A1,
    kind=ItemKind.B1,
    code="b1-test-1",
    stem="",
    key=(),
    explanation="",
    stems=(
        Stem("b1-test-1-1", "筛查肺癌首选的检查是", ("C",), "低剂量CT。"),
        Stem("b1-test-1-2", "筛查结直肠癌首选的检查是", ("B",), ""),
    ),
)
B2 = replace(
    B1,
    kind=ItemKind.B2,
    code="b2-test-1",
    options=EIGHT,
    stems=(
        Stem("b2-test-1-1", "肝细胞癌最常用的血清标志物是", ("A",), "AFP。"),
        Stem("b2-test-1-2", "卵巢癌最常用的血清标志物是", ("E",), "CA125。"),
        Stem("b2-test-1-3", "卵巢上皮癌随访最常用的标志物是", ("E",), ""),
    ),
)
SOUND = (A1, A2, X, TF, B1, B2)


def spoiled(entry: Entry, **changes: Any) -> Entry:
    return replace(entry, **changes)

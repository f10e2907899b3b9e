"""What a text of an item says, apart from how it is typed (X1)."""

import pytest

from exams.rules.wording import (
    bare,
    canonical,
    contradict,
    differ,
    marks,
    negated,
    normalised,
    question,
    subjects,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ＦＩＴ（免疫法）", "FIT(免疫法)"),
        ("早期 胃癌，是指：", "早期胃癌是指"),
        ("PET-CT", "pet ct"),
        ("10 000名", "10,000名"),
        ("10 000名", "10000名"),
        ("3～6个月", "3-6个月"),
        ("3%～5%", "3%－5%"),
        ("24 至 48 h", "24~48小时"),
        ("2周", "两周"),
        ("12个月", "十二个月"),
        ("35岁", "三十五岁"),
        ("6 min", "6分钟"),
        ("5%", "百分之5"),
        ("kg/m²", "KG/M2"),
        ("0-Ⅱc型", "0—IIc型"),
        ("16、18型", "16，18型"),
        ("答案（ ）____。", "答案"),
        ("μg/L", "µg/L"),
    ],
)
def test_the_same_words_typed_otherwise_are_the_same(one, other):
    assert normalised(one) == normalised(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1.5 cm", "15 cm"),
        ("3～5天", "35天"),
        ("16、18型", "1618型"),
        ("10⁹/L", "109/L"),
        ("≥5", "<5"),
        ("≥5", "5"),
        ("6个月", "6月"),
        ("1:2", "12"),
        ("饮食+营养", "饮食营养"),
        ("一般", "1般"),
        ("5 mm", "5 cm"),
    ],
)
def test_what_bears_meaning_is_kept(one, other):
    assert normalised(one) != normalised(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("大肠癌", "结直肠癌"),
        ("人乳头瘤病毒（HPV）感染", "HPV感染"),
        ("宫颈鳞状细胞癌", "子宫颈鳞癌"),
        ("Hp根除", "幽门螺杆菌根除"),
        ("低剂量螺旋CT", "LDCT"),
    ],
)
def test_one_word_stands_for_what_has_several(one, other):
    assert canonical(one) == canonical(other)


def test_latin_names_beside_each_other_stay_two():
    assert canonical("窄带成像，VS分类") == canonical("NBI，VS分类") == "nbi/vs分类"
    assert canonical("甲胎蛋白、癌胚抗原") == canonical("AFP、CEA") == "afp/cea"
    assert canonical("人乳头瘤病毒（HPV）") == canonical("HPV（人乳头瘤病毒）") == "hpv"


def test_a_short_latin_word_is_replaced_only_as_a_whole():
    assert canonical("HPV") == "hpv"
    assert canonical("graphpad") == "graphpad"


def test_the_words_of_any_question_are_left_out():
    assert bare(canonical("下列哪项属于胃癌前疾病的是")) == "属于胃癌前疾病"
    assert bare("以下") == "以下", "a text of nothing else stays"


@pytest.mark.parametrize(
    ("case", "stem", "asked"),
    [
        ("男，56岁。", "下一步应", "下一步应"),
        ("", "女，47岁，报告BI-RADS 0类。下一步应", "下一步应"),
        ("", "45岁，细胞学阴性，应采取的处理是", "，细胞学阴性，应采取的处理是"),
        ("", "《指南（2022）》推荐的间隔（FIT）为", "推荐的间隔为"),
        ("", "一次阴性可以排除。", "一次阴性可以排除"),
        ("", "。", ""),
    ],
)
def test_what_is_asked(case, stem, asked):
    assert question(case, stem) == asked


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("直径2cm", {"20000"}),
        ("直径20mm", {"20000"}),
        ("2年", {"24"}),
        ("24个月", {"24"}),
        ("每半年1次", {"6"}),
        ("每年1次", {"12"}),
        ("1000μg", {"1000"}),
        ("1mg", {"1000"}),
        ("25~30kcal/kg", {"25", "30", "kcal", "kg"}),
        ("hpv16与brca1", {"hpv16", "brca1"}),
        ("ii期", {"ii"}),
        ("i期", {"i"}),
        ("t1b", {"t1b"}),
        ("brca1/2", {"brca1/2"}),
        ("v字形", set()),
        ("1项", set()),
    ],
)
def test_numbers_and_names(text, found):
    assert marks(text) == found


def test_marks_differ_only_where_each_side_has_its_own():
    assert differ(marks("20支24年"), marks("30支24年"))
    assert not differ(marks("20支24年"), marks("24年")), "a number left out is no other number"
    assert not differ(marks("2年"), marks("24个月"))


@pytest.mark.parametrize(
    ("text", "negative"),
    [
        ("属于一级预防的有", False),
        ("不属于一级预防的是", True),
        ("下列说法错误的是", True),
        ("不正确的是", True),
        ("除哪项外均可", True),
        ("以下均是除外", True),
        ("最不可能的诊断", True),
        ("不属于禁忌证的是", False),
        ("禁忌证是", True),
        ("不典型增生是", False),
        ("不适用于", True),
        ("不少于6min", False),
        ("不可以不戒烟", False),
    ],
)
def test_negation_of_what_is_asked(text, negative):
    assert negated(text) is negative


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("肺癌的筛查", "肝癌的筛查", True),
        ("结肠癌的筛查", "直肠癌的筛查", False),
        ("结肠镜查肺癌", "ldct查肺癌", False),
        ("胃镜检查", "胃癌检查", False),
        ("灵敏度最高", "特异度最高", True),
        ("灵敏度与特异度", "灵敏度", False),
        ("升高", "降低", True),
        ("不少于5年", "至少5年", False),
        ("超过5年", "不超过5年", True),
        ("hpv感染", "hbv感染", True),
        ("顺铂", "多柔比星", True),
        ("肺癌", "灵敏度", False),
    ],
)
def test_subjects_that_exclude_each_other(one, other, apart):
    assert contradict(subjects(one), subjects(other)) is apart
    assert contradict(subjects(other), subjects(one)) is apart

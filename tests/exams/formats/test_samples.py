"""Files as other programs and item writers make them, each with the report expected of it (I2)."""

from pathlib import Path

import pytest
from django.utils import translation

from core.exceptions import Refusal
from exams.enums import ItemKind
from exams.formats import gift, moodle, pasted
from exams.formats.reading import Vocabulary, kind_of
from exams.formats.reports import Outcome, Read
from exams.rules.entries import Entry, Option, Stem
from exams.rules.validity import blocked

SAMPLES = Path(__file__).with_name("samples")
REFUSED, REDUCED, NOTICE = Outcome.REFUSED, Outcome.REDUCED, Outcome.NOTICE


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def report(read: Read) -> list[tuple[int, str, str, int | None]]:
    return [(one.place.number, one.code, one.severity, one.item) for one in read.reports]


def brief(entry: Entry) -> tuple[str, str, str, str]:
    keys = entry.key or tuple("".join(stem.key) for stem in entry.stems)
    return entry.kind, entry.code, entry.stem or "/".join(one.stem for one in entry.stems), "".join(keys)


def test_an_export_of_moodle():
    read = moodle.read(sample("moodle-export.xml"))
    assert [brief(entry) for entry in read.entries] == [
        ("a1", "a1-lung-900", "对肺癌高风险人群，推荐的筛查方法是", "A"),
        ("a2", "", "下一步应", "B"),
        ("x", "", "细胞计数约10⁹/L、与H₂O及x^(ab)有关的有\n甲 | 乙\n见文", "AB"),
        ("tf", "", "胃镜可以取活检。", "T"),
        ("b1", "", "肝细胞癌/甲状腺髓样癌", "AB"),
    ]
    assert report(read) == [
        (13, "tags", REDUCED, 0),
        (13, "feedback_moved", NOTICE, 0),
        (61, "file", REDUCED, 1),
        (61, "image", REDUCED, 1),
        (61, "hints", REDUCED, 1),
        (61, "fixed_order", NOTICE, 1),
        (61, "kind_assumed", NOTICE, 1),
        (61, "partial_credit", REDUCED, 1),
        (77, "formula", REDUCED, 2),
        (77, "link", REDUCED, 2),
        (77, "table", REDUCED, 2),
        (77, "combined", REDUCED, 2),
        (77, "kind_assumed", NOTICE, 2),
        (91, "feedback_moved", NOTICE, 3),
        (100, "kind_assumed", NOTICE, 4),
        (111, "not_supported", REFUSED, None),
        (117, "not_supported", REFUSED, None),
        (123, "image", REDUCED, None),
        (123, "kind_assumed", NOTICE, None),
        (123, "no_stem", REFUSED, None),
    ]


def test_what_an_export_of_moodle_says_in_each_field():
    first, second, *_rest, last = moodle.read(sample("moodle-export.xml")).entries
    assert (first.theme, first.difficulty, first.source) == ("lung", 2, "NLST，2011")
    assert first.explanation == "低剂量CT可使死亡率下降 20%，剂量 < 2 mSv。\nB：未证实获益"
    assert second.case == "男，58岁，吸烟40包年，CT示右肺上叶结节。"
    assert last.options == (Option("A", "甲胎蛋白"), Option("B", "降钙素"), Option("C", "癌胚抗原"))
    assert last.stems[1] == Stem("", "甲状腺髓样癌", ("B",), "均见教材。")
    assert last.case == "选出最合适的标志物"


def test_every_construct_of_gift():
    read = gift.read(sample("constructs.gift"))
    assert [brief(entry) for entry in read.entries] == [
        ("a1", "a1-gift-1", "筛查胃癌首选的检查是", "A"),
        ("a1", "", "胃癌的主要癌前病变是 ____ 。", "B"),
        ("x", "x-gift-2", "属于内镜检查的有", "AB"),
        ("a1", "", "难题", "C"),
        ("tf", "", "胃镜可以取活检。", "T"),
        ("tf", "", "肿瘤标志物可以确诊癌症。", "F"),
        ("b1", "", "肝癌/卵巢癌", "AB"),
        ("tf", "", "转义：5 = 2 + 3 吗？第一行\n第二行 # ~ : \\", "T"),
    ]
    assert report(read) == [
        (4, "feedback_moved", NOTICE, 0),
        (12, "blank", NOTICE, 1),
        (12, "kind_assumed", NOTICE, 1),
        (14, "kind_assumed", NOTICE, 2),
        (20, "kind_assumed", NOTICE, 3),
        (20, "partial_credit", REDUCED, 3),
        (24, "feedback_moved", NOTICE, 5),
        (26, "kind_assumed", NOTICE, 6),
        *((line, "not_supported", REFUSED, None) for line in (32, 34, 36, 38)),
        (40, "braces", REFUSED, None),
        (42, "no_pair", REFUSED, None),
    ]
    assert {entry.theme for entry in read.entries} == {"upper-gi"}
    assert read.entries[0].explanation == "胃镜可取活检。\nA：正确"
    assert read.entries[2].options[2].text == "CT {增强}"
    assert read.entries[5].explanation == "须病理。\nT：标志物不能确诊\nF：很好"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_gift_and_pasted_text_in_the_encodings_people_save(encoding: str):
    text = sample("constructs.gift").decode()
    assert gift.read(text.encode(encoding)) == gift.read(text.encode())
    assert gift.read(text.replace("\n", "\r\n").encode(encoding)) == gift.read(text.encode())


def test_xml_in_another_encoding():
    text = sample("moodle-export.xml").decode()
    declared = text.replace('encoding="UTF-8"', 'encoding="GBK"')
    assert moodle.read(declared.encode("gb18030")) == moodle.read(text.encode())
    assert moodle.read(text.encode("utf-16")) == moodle.read(text.encode())


def test_the_form_of_item_writers():
    read = pasted.read_text(sample("writer.txt").decode(), Vocabulary(themes={"upper-gi": "上消化道肿瘤"}))
    assert [brief(entry) for entry in read.entries] == [
        ("a1", "", "筛查胃癌首选的检查是", "A"),
        ("a1", "", "我国肺癌筛查推荐的方法是（ ）", "B"),
        ("a1", "", "下列维生素中与胃癌预防关系最密切的是", "B"),
        ("a2", "", "下一步最适宜的处理是", "B"),
        ("b1", "", "肝细胞癌最常用的血清标志物是/甲状腺髓样癌最有价值的血清标志物是", "AC"),
        ("x", "", "属于结直肠癌筛查方法的有", "ABCE"),
        ("tf", "", "肿瘤标志物升高即可确诊恶性肿瘤。", "F"),
        ("tf", "", "胃镜检查可以取活检。（ ）", "T"),
    ]
    assert report(read) == [
        (1, "stray", NOTICE, None),
        (16, "key_in_stem", NOTICE, 1),
        (29, "case_split", NOTICE, 3),
        (59, "key_in_stem", NOTICE, 7),
    ]
    assert blocked(read.entries) == []
    first, second, third, fourth, *_rest = read.entries
    assert (first.source, first.theme, first.difficulty) == (
        "《中国胃癌筛查与早诊早治指南（2022，北京）》",
        "upper-gi",
        1,
    )
    assert [option.text for option in second.options] == [
        "胸部X线片",
        "低剂量螺旋CT",
        "痰细胞学",
        "PET-CT",
        "肿瘤标志物",
    ]
    assert third.options[0].text == "维生素B.与叶酸"
    assert third.explanation == "食物中的维生素C可阻断亚硝胺合成。"
    assert fourth.case.endswith("无症状。")
    assert fourth.explanation == "纯磨玻璃结节应先随访。"


def test_answers_in_a_list_at_the_end():
    read = pasted.read_text(sample("keys-at-end.txt").decode())
    assert [brief(entry) for entry in read.entries] == [
        ("a1", "", "结直肠癌筛查的起始年龄一般为", "D"),
        ("a1", "", "筛查乳腺癌的首选影像方法是", "A"),
        ("a2", "", "下一步应", "B"),
        ("a2", "", "最应进行的检查是", "A"),
    ]
    assert [entry.case for entry in read.entries[2:]] == [
        "女，47岁，首次乳腺X线筛查见局灶性不对称，BI-RADS 0类。",
        "女，52岁，乏力3个月。\n实验室检查：粪便隐血阳性。",
    ]
    assert report(read) == [(27, "key_list", NOTICE, None), (18, "case_split", NOTICE, 3)]


def test_what_is_refused_of_a_writers_text():
    read = pasted.read_text(sample("refused.txt").decode())
    assert [brief(entry)[2:] for entry in read.entries] == [
        ("没有答案的题目", ""),
        ("判断题写了选项", "F"),
        ("没有编号的题目", "ABD"),
    ]
    assert report(read) == [
        (2, "no_options", REFUSED, None),
        (4, "key_unreadable", REFUSED, None),
        (7, "difficulty_unread", REDUCED, 0),
        (11, "no_options", REFUSED, None),
        (14, "options_dropped", REDUCED, 1),
    ]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_each_report_has_its_words(language: str):
    reads = [moodle.read(sample("moodle-export.xml")), gift.read(sample("constructs.gift"))]
    with translation.override(language):
        for one in (one for read in reads for one in read.reports):
            assert str(one.place)
            assert one.cause
            assert one.remedy
            assert ("\u4e00" <= one.remedy[-2] <= "\u9fff") == (language == "zh-hans")


def test_what_is_no_quiz_and_no_text_is_refused_with_a_remedy():
    for read, data in (
        (moodle.read, b"<html/>"),
        (moodle.read, b"<quiz><question>"),
        (moodle.read, b""),
        (moodle.read, b"\x00\x01\x02"),
        (gift.read, b"\xff\xfe\x00\xd8\x00"),
        (gift.read, b"\x80\x81\xff\xff"),
    ):
        with pytest.raises(Refusal) as refusal:
            read(data)
        assert refusal.value.remedy


def test_a_kind_by_any_name():
    names = {
        "A1型题": "a1",
        "ａ２": "a2",
        "B型题": "b1",
        "B2": "b2",
        "多选题": "x",
        "判断题": "tf",
        "True/False": "tf",
        "配伍题": "b1",
    }
    assert {name: kind_of(name) for name in names} == {name: ItemKind(kind) for name, kind in names.items()}
    assert kind_of("A3型题") is None

"""Similar names of institutions: the threshold holds on pairs that people have told apart (E17)."""

import pytest

from accounts.rules.similarity import LIKELY, Suggestion, likeness, parts_of, suggestions

SAME = [
    ("正定县人民医院", "河北省正定县人民医院"),
    ("正定县人民医院", "石家庄市正定县人民医院"),
    ("正定县人民医院", "河北省石家庄市正定县人民医院"),
    ("正定县人民医院", "正定人民医院"),
    ("正定县人民医院", "正定县 人民医院"),
    ("正定县人民医院", "正定县人民医院 "),
    ("正定县人民医院", "正定县医院"),
    ("正定县人民医院", "正定具人民医院"),
    ("正定县人民医院", "正定县人民医阮"),
    ("保定市第二医院", "保定市第2医院"),
    ("保定市第二医院", "保定第二医院"),
    ("保定市第二医院", "保定市二院"),
    ("石家庄市第一医院", "石家庄市第一人民医院"),
    ("河北医科大学第四医院", "河北医大第四医院"),
    ("河北医科大学第四医院", "河北医大四院"),
    ("唐山市工人医院", "唐山工人医院"),
    ("邯郸市疾病预防控制中心", "邯郸市疾控中心"),
    ("平山县妇幼保健院", "平山县妇保院"),
    ("平山县中医院", "平山县中医医院"),
    ("裕华区裕兴社区卫生服务中心", "石家庄市裕华区裕兴社区卫生服务中心"),
    ("爱康国宾体检中心", "爱康国宾体检中心有限公司"),
    ("正定县人民医院(东院区)", "正定县人民医院（东院区）"),
    ("正定县人民医院（原县医院）", "正定县人民医院"),
    ("青龙满族自治县医院", "青龙县医院"),
    ("ＡＢＣ健康管理中心", "ABC健康管理中心"),
]
DIFFERENT = [
    ("正定县人民医院", "平定县人民医院"),
    ("正定县人民医院", "平山县人民医院"),
    ("正定县人民医院", "赞皇县人民医院"),
    ("正定县人民医院", "正定县疾病预防控制中心"),
    ("石家庄市第一医院", "石家庄市第二医院"),
    ("石家庄市第一医院", "唐山市第一医院"),
    ("石家庄市第一医院", "石家庄市人民医院"),
    ("河北医科大学第四医院", "河北医科大学第三医院"),
    ("河北医科大学第四医院", "河北大学附属医院"),
    ("石家庄市正定县人民医院", "石家庄市平山县人民医院"),
    ("正定县人民医院", "正定县中医院"),
    ("正定县卫生院", "正定县医院"),
    ("正定县人民医院（东院区）", "正定县人民医院（西院区）"),
    ("河北东丰县医院（演示）", "河北定平县医院（演示）"),
    ("河北省人民医院", "河南省人民医院"),
    ("河北省人民医院", "湖北省人民医院"),
    ("安平县中医院", "平安县中医院"),
    ("唐山市工人医院", "唐山市妇幼保健院"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_e17_names_of_one_institution_are_likely(one, other):
    assert likeness(parts_of(one), parts_of(other)) >= LIKELY


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_e17_names_of_two_institutions_are_not(one, other):
    assert likeness(parts_of(one), parts_of(other)) < LIKELY


def test_e17_the_best_come_first_each_once():
    known = [
        (1, parts_of("正定县医院")),
        (2, parts_of("平山县人民医院")),
        (3, parts_of("正定县中医医院")),
        (1, parts_of("正定县人民医院")),
    ]
    found = suggestions("河北省正定县人民医院", known)
    assert found[0] == Suggestion(1, 100.0)
    assert 2 not in [one.pk for one in found]
    assert len(suggestions("河北省正定县人民医院", known, limit=1)) == 1

"""B4: the printed forms carry the labels of annexes 2 to 4 word for word; whoever prints, they are Chinese."""

import io
import re
from pathlib import Path

import pytest
from django.utils import translation
from pypdf import PdfReader

from bases.documents import LINES_A_PAGE, application_pdf
from bases.enums import PrintedForm
from tests.bases import factories as make
from tests.programs.source_rows import rows

ANNEX_2 = (
    "医疗机构名称", "医院级别", "医院类型", "综合", "专科", "所在省市", "联系地址(含邮编)", "核医学科基本情况", "核素心肌灌注显像检查(例/年)", "静息检查:",
    "负荷检查:", "是否具备放射防护设备", "科室师资力量及人员配备", "核医学科高级职称:", "其中正高级职称:", "科室医师:", "技术人员:", "护士:", "是否为教学医院",
    "培训基地的培训硬件设施", "培训基地负责人意见(签字)", "承诺以上信息真实有效,签字:", "填表说明:",
)  # fmt: skip
ANNEX_3 = (
    "省份：", "医疗机构名称：", "姓名", "年龄", "性别", "民族", "技术职称", "行政职务", "从事临床/教育/培训总年数", "联系电话", "联系邮箱", "通讯地址", "负责人工作经历",
    "本人签字", "承诺以上信息真实有效，签字：", "单位盖章(签字并盖章)",
)  # fmt: skip
ANNEX_4 = (
    "序号",
    "专业",
    "姓名",
    "年龄",
    "科室",
    "技术职称",
    "联系电话",
    "联系邮箱",
    "培训基地负责人签字：",
    "(单位盖章)",
)


def pages(application, form):
    """The text of each page without spaces: lines break where the columns end."""
    reader = PdfReader(io.BytesIO(application_pdf(application, form)))
    return [re.sub(r"\s+", "", page.extract_text()) for page in reader.pages]


@pytest.fixture
def application(applicant):
    return make.complete(applicant)


@pytest.mark.parametrize(
    ("form", "annex", "labels", "values"),
    [
        pytest.param(
            PrintedForm.ANNEX_2,
            "附件2",
            ANNEX_2,
            ("200", "150", "（050000）", "省级课题一项", "无"),
            id="B4-annex-2",
        ),
        pytest.param(
            PrintedForm.ANNEX_3, "附件3", ANNEX_3, ("田主任", "13912345678", "汉族"), id="B4-annex-3"
        ),
        pytest.param(PrintedForm.ANNEX_4, "附件4", ANNEX_4, ("培训师1", "13700000002"), id="B4-annex-4"),
        pytest.param(
            PrintedForm.SUPPLEMENT,
            "补充表",
            ("活动平板", "踏车", "除颤仪", "心电监护仪"),
            ("5年", "急救车"),
            id="B2-supplement",
        ),
    ],
)
def test_a_form_is_faithful(application, form, annex, labels, values):
    with translation.override("en"):
        (text,) = pages(application, form)
    assert text.startswith(annex)
    assert [label for label in (*labels, *values) if label not in text] == []


def test_b4_the_titles_notes_and_boxes_are_those_of_the_call(application):
    (call,) = rows("call")
    titles = ["application_title", "director_title", "trainer_title"]
    text = "".join(pages(application, PrintedForm.ALL))
    wanted = [call[name] for name in titles] + [
        row["box_label"] for row in rows("condition") if row.get("box_label")
    ]
    wanted += [
        re.sub(r"\s+", "", call[name]) for name in ("application_notes", "director_notes", "trainer_notes")
    ]
    assert [words for words in wanted if words not in text] == []


def test_b4_the_labels_stand_in_the_notice_itself():
    """The oracle is the source text, not the template."""
    source = Path(__file__).parent / "annexes.txt"
    notice = re.sub(r"\s+", "", source.read_text(encoding="utf-8"))
    assert [label for label in (*ANNEX_2, *ANNEX_3, *ANNEX_4) if label not in notice] == []


@pytest.mark.parametrize(
    ("count", "sheets"),
    [
        pytest.param(0, 1, id="B4-none"),
        pytest.param(LINES_A_PAGE, 1, id="B4-eight"),
        pytest.param(LINES_A_PAGE + 1, 2, id="B4-nine"),
    ],
)
def test_annex_4_has_eight_lines_a_page(application, count, sheets):
    application.trainers.all().delete()
    for number in range(1, count + 1):
        application.trainers.create(order=number, **make.trainer(number))
    found = pages(application, PrintedForm.ANNEX_4)
    assert len(found) == sheets
    assert all("(单位盖章)" in page for page in found)
    assert found[-1].count("培训师") >= 1


def test_an_empty_form_can_be_printed(applicant):
    text = "".join(pages(make.draft(applicant), PrintedForm.ALL))
    assert "None" not in text

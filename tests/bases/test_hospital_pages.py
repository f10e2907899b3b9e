"""B1–B5 on the hospital's pages: what is typed is kept, what is missing is named, findings answer while typing."""

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from bases.enums import FileKind, PrintedForm, Section
from bases.forms.drafts import RecordForm, YesNoField
from bases.models import Application, Condition
from tests.bases import factories as make
from tests.bases.factories import DEADLINE, NOW
from tests.bases.pages import english, posted, typed, url


@pytest.fixture(autouse=True)
def _inside_the_call():
    with time_machine.travel(NOW, tick=False), translation.override("en"):
        yield


# The call


def test_b1_a_hospital_begins_from_the_call(call, applicant):
    client = english(applicant)
    page = client.get(url("call-detail", call))
    assert page.context["card"]["may_begin"]
    assert "2024-04-30 17:00" in page.content.decode()
    answer = client.post(url("application-start", call))
    application = Application.objects.get()
    assert answer.url == url("application-detail", application)
    card = client.get(url("call-list")).context["cards"][0]
    assert (card["application"], card["may_begin"]) == (application, False)


def test_b1_a_closed_call_says_so(call, applicant):
    client = english(applicant)
    with time_machine.travel(DEADLINE, tick=False):
        page = client.get(url("call-detail", call))
        assert not page.context["card"]["takes"]
        answer = client.post(url("application-start", call), follow=True)
    assert "The call closed: 2024-04-30 17:00." in answer.content.decode()
    assert not Application.objects.exists()


def test_others_do_not_begin(call, nuclear_officer):
    assert nuclear_officer.client.post(url("application-start", call)).status_code == 403


# Filling in


@pytest.mark.parametrize("section", [pytest.param(one, id=f"B4-{one}") for one in make.SECTIONS])
def test_a_section_is_saved_and_leads_on(applicant, section):
    application = make.draft(applicant)
    client = english(applicant)
    answer = client.post(url("application-edit", application, section=section), posted(application, section))
    assert answer.status_code == 302
    saved = make.again(application)
    part = saved.director if section == Section.DIRECTOR else saved
    assert {name: getattr(part, name) for name in make.SECTIONS[section]} == make.SECTIONS[section]
    assert client.get(url("application-edit", application, section=section)).status_code == 200


def test_b4_half_a_section_is_saved(applicant):
    application = make.draft(applicant)
    sent = dict.fromkeys(make.DEPARTMENT, "") | {"rest_count": "17", "revision": 0}
    assert (
        english(applicant).post(url("application-edit", application, section="department"), sent).status_code
        == 302
    )
    assert make.again(application).rest_count == 17


def test_the_next_section_follows(applicant):
    application = make.draft(applicant)
    sent = posted(application, Section.SUPPLEMENT) | {"onward": "yes"}
    answer = english(applicant).post(url("application-edit", application, section="supplement"), sent)
    assert answer.url == url("application-edit", application, section="director")


def test_what_is_typed_wrong_stays_on_the_page(applicant):
    application = make.draft(applicant)
    sent = posted(application, Section.HOSPITAL, postcode="5000", address="某路 7 号")
    page = english(applicant).post(url("application-edit", application, section="hospital"), sent)
    assert page.status_code == 200
    assert page.context["form"].errors.keys() == {"postcode"}
    assert "某路 7 号" in page.content.decode()
    assert make.again(application).address == ""


def test_a_stale_save_keeps_the_input_and_can_be_repeated(applicant):
    application = make.draft(applicant)
    client = english(applicant)
    place = url("application-edit", application, section="hospital")
    mine = posted(application, Section.HOSPITAL, address="我的地址")
    make.save(application, applicant, Section.HOSPITAL, address="同事的地址")
    page = client.post(place, mine)
    assert page.status_code == 200
    assert "我的地址" in page.content.decode()
    assert "since you opened the page" in str(page.context["form"].non_field_errors())
    assert make.again(application).address == "同事的地址"
    client.post(place, mine | {"revision": page.context["application"].revision})
    assert make.again(application).address == "我的地址"


def test_a_save_without_its_revision_is_stale(applicant):
    application = make.draft(applicant)
    sent = typed(Section.HOSPITAL) | {"revision": "x"}
    page = english(applicant).post(url("application-edit", application, section="hospital"), sent)
    assert page.context["form"].non_field_errors()


def test_b2_findings_answer_while_typing_and_nothing_is_saved(applicant):
    application = make.draft(applicant)
    client = english(applicant)
    sent = posted(application, Section.DEPARTMENT, rest_count=150, stress_count=149, nurses="many")
    page = client.post(url("application-check", application, section="department"), sent).content.decode()
    assert "299" in page
    assert "1 more examination a year is needed" in page
    director = posted(application, Section.DIRECTOR, title="nurse")
    page = client.post(url("application-check", application, section="director"), director).content.decode()
    assert "no associate senior title" in page
    saved = make.again(application)
    assert (saved.rest_count, saved.revision, hasattr(saved, "director")) == (None, 0, False)


def lines(*rows, initial=0):
    sent = {"trainers-TOTAL_FORMS": len(rows), "trainers-INITIAL_FORMS": initial}
    return sent | {f"trainers-{n}-{name}": value for n, row in enumerate(rows) for name, value in row.items()}


BLANK = dict.fromkeys(make.trainer(), "")


def test_b4_trainers_line_by_line(applicant):
    application = make.draft(applicant)
    client, place = english(applicant), url("application-edit", application, section="trainers")
    page = client.post(
        place, lines(make.trainer(1), BLANK, make.trainer(2, title="nurse")) | {"revision": 0, "more": "yes"}
    )
    assert page.url == place
    assert [row.name for row in application.trainers.all()] == ["培训师1", "培训师2"]
    assert len(client.get(place).context["form"].forms) == 4
    check = client.post(
        url("application-check", application, section="trainers"), lines(make.trainer(1, title="nurse"))
    )
    assert "1 trainer has no associate senior title" in check.content.decode()
    client.post(place, lines(BLANK, make.trainer(2), initial=2) | {"revision": 1})
    assert [row.name for row in application.trainers.all()] == ["培训师2"]


def test_b4_a_wrong_line_and_a_stale_save_keep_what_is_typed(applicant):
    application = make.draft(applicant)
    client, place = english(applicant), url("application-edit", application, section="trainers")
    page = client.post(place, lines(make.trainer(1, phone="call me")) | {"revision": 0})
    assert "call me" in page.content.decode()
    assert 'href="#id_trainers-0-phone"' in page.content.decode()
    page = client.post(place, lines(make.trainer(1)) | {"revision": 7})
    assert "培训师1" in page.content.decode()
    assert [str(message) for message in page.context["messages"]]
    assert not application.trainers.exists()


def test_unknown_sections_are_not_found(applicant):
    application = make.draft(applicant)
    for section in ("files", "nonsense"):
        assert applicant.client.get(url("application-edit", application, section=section)).status_code == 404


def test_b3_each_box_shows_what_decides(call, applicant):
    application = make.draft(applicant)
    page = applicant.client.get(url("application-edit", application, section="record")).content.decode()
    for row in call.conditions.filter(group="priority"):
        assert row.box_label in page
        assert row.printed in page
    Condition.objects.filter(kind="award").delete()
    with translation.override("en"):
        assert "awards" in str(RecordForm(instance=make.again(application)).fields["has_award"].label)


def test_yes_and_no_are_told_from_nothing():
    field = YesNoField(required=False)
    assert [field.clean(value) for value in ("yes", "no", "")] == [True, False, None]
    assert [field.prepare_value(value) for value in (True, False, None, "yes")] == ["yes", "no", None, "yes"]


# Files and forms


def test_b4_upload_print_and_remove(applicant):
    application = make.draft(applicant)
    client, place = english(applicant), url("file-add", application)
    wrong = {"kind": FileKind.SEALED_FORM, "file": SimpleUploadedFile("a.pdf", b"MZ", "application/pdf")}
    assert client.post(place, wrong).context["form"].errors.keys() == {"file"}
    right = {"kind": FileKind.SEALED_FORM, "file": SimpleUploadedFile("章.pdf", make.PDF, "application/pdf")}
    assert client.post(place, right).url == place
    attachment = application.attachments.get()
    download = client.get(url("file-detail", attachment))
    assert b"".join(download.streaming_content) == make.PDF
    assert download["Content-Disposition"].startswith("attachment")
    assert "章.pdf" in client.get(place).content.decode()
    client.post(url("file-remove", attachment))
    assert not application.attachments.exists()


def test_b4_the_forms_come_as_pdf(applicant, nuclear_officer):
    application = make.draft(applicant)
    answer = applicant.client.get(url("application-print", application, form=PrintedForm.ANNEX_4))
    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    assert applicant.client.get(url("application-print", application, form="annex-9")).status_code == 404
    assert nuclear_officer.client.get(url("application-print", application, form="all")).status_code == 403


# Hand in


def test_b5_the_error_summary_leads_to_every_empty_field(applicant):
    application = make.draft(applicant)
    make.save(application, applicant, Section.RECORD, has_award=True)
    page = english(applicant).post(url("application-submit", application), {"pledge": "yes", "revision": 1})
    assert page.status_code == 409
    links = [problem["url"] for problem in page.context["problems"]]
    assert f"{url('application-edit', application, section='hospital')}#id_level" in links
    assert f"{url('application-edit', application, section='record')}#id_award_text" in links
    assert f"{url('application-edit', application, section='trainers')}#id_trainers-0-name" in links
    assert f"{url('file-add', application)}#id_file" in links


def test_b5_unmet_conditions_are_named_on_the_page(applicant):
    application = make.save(make.complete(applicant), applicant, Section.DEPARTMENT, rest_count=1)
    page = english(applicant).post(
        url("application-submit", application), {"pledge": "yes", "revision": application.revision}
    )
    text = page.content.decode()
    assert "Not every basic condition is met." in text
    assert "149 more examinations a year are needed" in text


def test_b5_the_receipt_follows_the_hand_in(applicant, nuclear_officer):
    application = make.complete(applicant)
    client = english(applicant)
    assert client.get(url("application-receipt", application)).url == url("application-detail", application)
    answer = client.post(
        url("application-submit", application), {"pledge": "yes", "revision": application.revision}
    )
    assert answer.url == url("application-receipt", application)
    receipt = client.get(answer.url).context["receipt"]
    assert (receipt["number"], receipt["by"], len(receipt["digest"])) == ("NU2024-00001", "申抱", 64)
    assert english(nuclear_officer).get(answer.url).context["receipt"]["by"] == "the hospital"
    assert not client.get(url("application-detail", application)).context["may_fill"]


def test_b4_the_hospital_reads_what_it_handed_in(applicant):
    application = make.handed_in(applicant)
    page = english(applicant).get(url("application-detail", application)).content.decode()
    assert url("application-print", application, form="all") in page
    assert all(url("file-detail", file) in page for file in application.attachments.all())
    assert url("file-remove", application.attachments.first()) not in page


def test_b3_a_condition_answered_with_no_says_so(applicant):
    application = make.complete(applicant)
    page = english(applicant).get(url("application-detail", application)).content.decode()
    assert page.count("Stated as none") == 4

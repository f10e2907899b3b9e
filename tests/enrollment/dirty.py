"""Sixty rows as people really type them: what each cell holds, what must be found there, and what puts it right."""

import datetime as dt
import io
from dataclasses import dataclass, field
from typing import Any

from openpyxl import Workbook

from accounts.models import InstitutionAlias, Region
from enrollment.enums import Fault
from programs.enums import Track
from tests.enrollment.sheets import line
from tests.factories import EnrollmentFactory, InstitutionFactory, PersonFactory
from tests.factories import id_number as factory_number

# the layout of a hospital's own list: moved and further columns, headings in two rows with merged groups
LAYOUT: tuple[tuple[str, str, str], ...] = (
    ("", "序号", ""),
    ("institution", "工作单位", "名称"),
    ("institution_level", "", "级别"),
    ("institution_kind", "", "类别"),
    ("department", "所在科室", ""),
    ("name", "学员 姓名*", ""),
    ("sex", "身份信息", "性别（男/女）"),
    ("id_number", "", "身份证号码"),
    ("birth_date", "", "出生日期"),
    ("", "", "民族"),
    ("phone", "联系电话：", ""),
    ("title", "职　称", ""),
    ("profession", "职业类别", ""),
    ("track", "培训类别", ""),
    ("specialty", "专业方向", ""),
    ("fine_specialty", "细化专业方向", ""),
    ("health_management", "是否从事健康管理", ""),
    ("priority_program", "国家早诊早治项目", ""),
    ("licensed_physician", "执业医师（是/否）", ""),
    ("checkup_head", "体检负责人或主检医师", ""),
    ("in_shortage", "急需紧缺", ""),
    ("", "备注", ""),
)
FIRST = 6  # title, blank, title, two rows of headings


@dataclass(frozen=True)
class Dirty:
    """`typed` over a faultless line; `found` at (column, code), and how `mended`."""

    why: str
    typed: dict[str, Any]
    found: tuple[tuple[str, Fault], ...] = ()
    mended: dict[str, str] = field(default_factory=dict)


def id_number(number: int, born: dt.date = dt.date(1985, 4, 12)) -> str:
    """Of another county than the factories', so that nobody in the world has it by chance."""
    return factory_number(number, born, "130106")


def _wide(text: str) -> str:
    return text.translate({number: number + 0xFEE0 for number in range(0x21, 0x7F)})


def _with_x() -> str:
    return next(number for number in map(id_number, range(500, 600)) if number.endswith("X"))


def _other_check(number: str) -> str:
    return number[:17] + "0123456789X"[("0123456789X".index(number[17]) + 1) % 11]


def _own(n: int) -> dict[str, str]:
    return {"id_number": id_number(n)}


ROWS: tuple[Dirty, ...] = (
    Dirty("full-width digits of an identity number", {"id_number": _wide(id_number(1))}),
    Dirty("full-width phone", {"phone": _wide("13900000002")}),
    Dirty("spaces in groups", {"id_number": f"{id_number(3)[:6]} {id_number(3)[6:14]} {id_number(3)[14:]}"}),
    Dirty("no-break space around the name", {"name": "\u00a0赵4\u00a0"}),
    Dirty("zero-width space in the number", {"id_number": f"{id_number(5)[:9]}\u200b{id_number(5)[9:]}"}),
    Dirty("byte order mark and direction marks in the name", {"name": "\ufeff赵6\u200e\u202c"}),
    Dirty("leading apostrophe", {"id_number": f"'{id_number(7)}"}),
    Dirty("typographic apostrophe", {"id_number": f"‘{id_number(8)}", "phone": "'13900000008"}),
    Dirty("lower-case x", {"id_number": _with_x().lower()}),
    Dirty(
        "1.1E+17 as text",
        {"id_number": "1.30102E+17"},
        (("id_number", Fault.ID_ROUNDED),),
        _own(10),
    ),
    Dirty(
        "the number cell itself",
        {"id_number": 130102198504120119},
        (("id_number", Fault.ID_ROUNDED),),
        _own(11),
    ),
    Dirty(
        "fifteen digits kept, three zeros",
        {"id_number": "130102198504121000"},
        (("id_number", Fault.ID_ROUNDED),),
        _own(12),
    ),
    Dirty(
        "an old number of 15 digits as number",
        {"id_number": 130102850412001},
        (("id_number", Fault.ID_SHAPE),),
        _own(13),
    ),
    Dirty("17 digits", {"id_number": id_number(14)[:17]}, (("id_number", Fault.ID_SHAPE),), _own(14)),
    Dirty(
        "letter O for 0",
        {"id_number": id_number(15).replace("0", "O", 1)},
        (("id_number", Fault.ID_SHAPE),),
        _own(15),
    ),
    Dirty(
        "one digit mistyped",
        {"id_number": _other_check(id_number(16))},
        (("id_number", Fault.ID_CHECK),),
        _own(16),
    ),
    Dirty("30 February", {"id_number": "130102198502300019"}, (("id_number", Fault.ID_DATE),), _own(17)),
    Dirty(
        "born in the future",
        {"id_number": id_number(1, dt.date(2098, 8, 22))},
        (("id_number", Fault.ID_DATE),),
        _own(18),
    ),
    Dirty("birth date as text", {"birth_date": "1985-04-12"}),
    Dirty("birth date with dots", {"birth_date": "1985.4.12"}),
    Dirty("birth date in Chinese", {"birth_date": "1985年4月12日"}),
    Dirty("birth date as eight digits", {"birth_date": 19850412}),
    Dirty("birth date as a date", {"birth_date": dt.date(1985, 4, 12)}),
    Dirty("birth date as the spreadsheet's number", {"birth_date": 31149}),
    Dirty(
        "another birth date",
        {"birth_date": "1985/4/21"},
        (("birth_date", Fault.BIRTH_DIFFERS),),
        {"birth_date": ""},
    ),
    Dirty(
        "no date",
        {"birth_date": "八五年四月"},
        (("birth_date", Fault.NOT_A_DATE),),
        {"birth_date": "1985/4/12"},
    ),
    Dirty("sex as 男", {"sex": "男"}),
    Dirty("sex as F", {"sex": "F"}),
    Dirty("sex as 1", {"sex": 1}),
    Dirty("sex as 女性, spaced", {"sex": " 女 性 "}),
    Dirty("sex against the number", {"sex": "女"}, (("sex", Fault.SEX_DIFFERS),), {"sex": "男"}),
    Dirty("phone with dashes and +86", {"phone": "+86-139-0000-0032"}),
    Dirty("phone with spaces, a long dash, 86", {"phone": "86 139 0000—0033"}),
    Dirty("phone with brackets", {"phone": "（+86）13900000034"}),
    Dirty("phone as a number", {"phone": 13900000035}),
    Dirty("a landline", {"phone": "0311-86000000"}, (("phone", Fault.PHONE),), {"phone": "13900000036"}),
    Dirty("phone rounded", {"phone": "1.39E+10"}, (("phone", Fault.PHONE),), {"phone": "13900000037"}),
    Dirty("yes as √", {"health_management": "√"}),
    Dirty("yes as Y, full width", {"health_management": "Ｙ", "licensed_physician": "y"}),
    Dirty("yes as 1 and as a ticked box", {"health_management": 1, "checkup_head": True}),
    Dirty(
        "no in four ways",
        {"health_management": "×", "licensed_physician": "无", "checkup_head": 0, "in_shortage": False},
    ),
    Dirty(
        "neither yes nor no",
        {"health_management": "偶尔"},
        (("health_management", Fault.NOT_A_FLAG),),
        {"health_management": "否"},
    ),
    Dirty(
        "brackets of half width, registered full",
        {"institution": "测试医院(东院)", "institution_level": "地市级"},
    ),
    Dirty("an alias", {"institution": "县医院"}),
    Dirty("spaces inside the workplace", {"institution": "测试县　医 院"}),
    Dirty(
        "a workplace nobody knows",
        {"institution": "从未见过的医院"},
        (("institution", Fault.NEW_INSTITUTION),),
    ),
    Dirty(
        "such a workplace without a level",
        {"institution": "另一家没有的医院", "institution_level": ""},
        (("institution_level", Fault.LEVEL_MISSING),),
        {"institution_level": "县区级"},
    ),
    Dirty(
        "another level than the registry's",
        {"institution_level": "地市级"},
        (("institution_level", Fault.LEVEL_DIFFERS),),
        {"institution_level": ""},
    ),
    Dirty("names with · • ‧", {"name": "阿依古丽 • 买买提‧艾力"}),
    Dirty("characters beyond the BMP", {"name": "𠮷㛃𬭎"}),
    Dirty("a compatibility character stays itself", {"name": "\uf9d1\ufa0c"}),
    Dirty("two characters spread for the eye", {"name": "王　伟"}),
    Dirty("no name", {"name": ""}, (("name", Fault.REQUIRED),), {"name": "赵53"}),
    Dirty(
        "three faults at once",
        {"name": " ", "phone": "1", "profession": "魔法师"},
        (("name", Fault.REQUIRED), ("profession", Fault.NOT_IN_LIST), ("phone", Fault.PHONE)),
        {"name": "赵54", "phone": "13900000054", "profession": "医师"},
    ),
    Dirty("twice in the file", _own(900), (("id_number", Fault.TWICE_IN_FILE),), _own(55)),
    Dirty("twice in the file", _own(900), (("id_number", Fault.TWICE_IN_FILE),), _own(56)),
    Dirty("on another province's roster", _own(901), (("id_number", Fault.OTHER_PROVINCE),), _own(57)),
    Dirty("on the other track", _own(902), (("track", Fault.OTHER_TRACK),), _own(58)),
    Dirty("known under another name", _own(903), (("name", Fault.NAME_DIFFERS),), {"name": "钱九〇三"}),
    Dirty(
        "online-only with a specialty of the others",
        {"track": "单纯线上", "specialty": "临床", "fine_specialty": ""},
        (("specialty", Fault.ONLINE_SPECIALTY),),
        {"specialty": ""},
    ),
)
KEPT_NAMES = {49: "阿依古丽·买买提·艾力", 50: "𠮷㛃𬭎", 51: "\uf9d1\ufa0c", 52: "王伟"}


def letter_of(column: str) -> str:
    return "ABCDEFGHIJKLMNOPQRSTUV"[[code for code, _above, _below in LAYOUT].index(column)]


def row_of(number: int) -> int:
    """The row in which the dirty row of this number (from 1) stands: a blank one follows every tenth."""
    return FIRST + number - 1 + (number - 1) // 10


def expected() -> list[tuple[int, str, str, str]]:
    return [
        (row_of(n), f"{letter_of(column)}{row_of(n)}", column, str(code))
        for n, row in enumerate(ROWS, 1)
        for column, code in row.found
    ]


def dirty_workbook() -> bytes:
    book = Workbook()
    help_page = book.active
    help_page.append(["填表说明", "姓名与身份证一致"])
    page = book.create_sheet("八月名单")
    page["A1"], page["A3"] = "某某医院培训学员名单", "填报日期：2022年8月20日"
    for index, (_code, above, below) in enumerate(LAYOUT, 1):
        page.cell(FIRST - 2, index, above or None)
        page.cell(FIRST - 1, index, below or None)
        if above and not below:
            page.merge_cells(start_row=FIRST - 2, end_row=FIRST - 1, start_column=index, end_column=index)
    page.merge_cells("A1:V1")
    page.merge_cells(f"B{FIRST - 2}:D{FIRST - 2}")
    page.merge_cells(f"G{FIRST - 2}:J{FIRST - 2}")
    for number, row in enumerate(ROWS, 1):
        typed = {**line(number), **_own(number), "": "", **row.typed}
        for index, (code, _above, _below) in enumerate(LAYOUT, 1):
            page.cell(row_of(number), index, typed.get(code) if typed.get(code) != "" else None)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def world_of(hebei: Region, henan: Region) -> None:
    """What the portal knows before the file comes."""
    known = InstitutionFactory(name="测试县医院", region=hebei)
    InstitutionAlias.objects.create(institution=known, name="县医院")
    InstitutionFactory(name="测试医院（东院）", region=hebei, level="city")
    on_roster = {901: {"region": henan}, 902: {"track": Track.ONLINE_ONLY}}
    for number, more in on_roster.items():
        # the file's row stands at 57 and 58
        person = PersonFactory(name=f"赵{number - 844}", id_number=id_number(number))
        EnrollmentFactory(person=person, **more)
    PersonFactory(name="钱九〇三", id_number=id_number(903))

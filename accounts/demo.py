"""The staff of the demo: one sign-in per role and unit, all with the same password."""

import io

from django.contrib.auth.hashers import make_password
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.text import slugify
from PIL import Image

from accounts.actors import actor_of
from accounts.enums import Role, UnitKind
from accounts.models import Membership, Notice, Person, Region, Unit, User
from accounts.services.announcements import attach_file, draft_announcement, publish_announcement
from core.demo import DemoContext

PASSWORD = "demo-portal-2022"  # noqa: S105 - printed for everyone; the demo refuses production
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN = (
    "建国",
    "秀英",
    "志强",
    "丽华",
    "海燕",
    "文博",
    "思远",
    "晓梅",
    "国栋",
    "雪芹",
    "明辉",
    "佳宁",
    "春生",
    "玉兰",
    "浩然",
    "静怡",
)
_ROLE_OF = {
    UnitKind.NATIONAL_OFFICE: (Role.NATIONAL_OFFICE, Role.AUDITOR, Role.EXPERT),
    UnitKind.TECHNICAL_LEAD: (Role.TECHNICAL_LEAD,),
    UnitKind.ADMINISTRATIVE: (Role.ADMINISTRATIVE,),
    UnitKind.TRAINING_BASE: (Role.BASE_COORDINATOR,),
    UnitKind.HOSPITAL: (Role.APPLICANT,),
}
BASES_OF_A_PROVINCE = 2


def build(context: DemoContext) -> None:
    """Bases and hospitals, then a member for every unit and role; `context.actor` becomes the first office's."""
    context.password_hash = make_password(PASSWORD)
    offices = list(Unit.objects.filter(kind=UnitKind.NATIONAL_OFFICE).order_by("pk"))
    for lead in Unit.objects.filter(kind=UnitKind.TECHNICAL_LEAD).select_related("region", "owner"):
        if lead.region:
            _bases_of(lead, lead.region)
    provinces = list(Region.objects.provinces().order_by("order"))
    for office in offices[1:]:
        for region in provinces[:6]:
            _hospital_of(region, office)
    for unit in Unit.objects.select_related("region").order_by("pk"):
        for role in _ROLE_OF[UnitKind(unit.kind)]:
            _member(context, unit, role, context.random.choice(_SURNAMES) + context.random.choice(_GIVEN))
    first = Membership.objects.active(context.now).get(unit=offices[0], role=Role.NATIONAL_OFFICE)
    context.actor = actor_of(first)
    # what needs two people of the office can be tried
    _member(context, offices[0], Role.NATIONAL_OFFICE, "周复核", "second-officer")
    _announce(context)


ANNOUNCED = (
    (
        "关于报送省级工作方案的通知",
        "请各省技术负责单位于本月底前在“省级档案”上传年度方案和工作手册。",
        True,
        19,
    ),
    ("平台使用说明（第二版）", "新增名额台账和日历订阅，详见附件。", False, 31),
)


def _announce(context: DemoContext) -> None:
    """Two announcements to the coordinators, one with an attachment; of the first not everybody has read."""
    actor, written = context.actor, context.now
    for title, text, important, read in ANNOUNCED:
        values = {
            "title": title,
            "text": text,
            "is_important": important,
            "roles": [Role.TECHNICAL_LEAD.value],
            "regions": [],
            "units": [],
        }
        row = draft_announcement(values=values, actor=actor, now=written)
        if not important:
            paper = SimpleUploadedFile("平台使用说明.png", _picture(), "image/png")
            attach_file(announcement=row, file=paper, actor=actor, now=written)
        publish_announcement(announcement=row, actor=actor, now=written)
        notices = Notice.objects.filter(announcement=row).order_by("pk").values_list("pk", flat=True)
        Notice.objects.filter(pk__in=list(notices[:read])).update(read_at=written)


def _picture() -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (640, 360), "#eaf1f8").save(data, "PNG")
    return data.getvalue()


def _bases_of(lead: Unit, region: Region) -> None:
    for number in range(1, BASES_OF_A_PROVINCE + 1):
        Unit.objects.get_or_create(
            code=lead.code.replace("tl-", "tb-", 1) + f"-{number}",
            defaults={
                "kind": UnitKind.TRAINING_BASE,
                "name": f"{region.short_name}培训基地（{'一二三'[number - 1]}）",
                "name_en": f"{region.name_en} training base {number}",
                "region": region,
                "owner": lead.owner,
                "assumed": "演示数据",
            },
        )


def _hospital_of(region: Region, office: Unit) -> None:
    slug = slugify(region.name_en)
    Unit.objects.get_or_create(
        code=f"hospital-{slug}",
        defaults={
            "kind": UnitKind.HOSPITAL,
            "name": f"{region.short_name}演示医院",
            "name_en": f"{region.name_en} demo hospital",
            "region": region,
            "owner": office,
            "assumed": "演示数据",
        },
    )


def login_name(unit: Unit, role: str) -> str:
    """office, office-auditor, hebei-technical-lead …: the unit's code and, where it adds anything, the role."""
    stem = unit.code.split("-", 1)[-1]
    return f"{stem}-{role.replace('_', '-')}"


def _member(context: DemoContext, unit: Unit, role: Role, name: str, post: str = "") -> None:
    username = login_name(unit, post or role)
    if User.objects.filter(username=username).exists():
        return
    person = Person.objects.create(name=name)
    user = User.objects.create(
        username=username, person=person, password=context.password_hash, created_at=context.now
    )
    Membership.objects.create(user=user, unit=unit, role=role, starts_at=context.now)

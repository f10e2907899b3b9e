"""Lessons, sessions, lecturers."""

from django.core.files.base import ContentFile

from courses.enums import LessonStatus
from tests.access.world import Target, World, target
from tests.courses.factories import EntryFactory, FacultyFactory, LessonFactory, SessionFactory, homework
from tests.factories import EnrollmentFactory, lead_unit


def supplied(world: World, status: str) -> Target:
    """A lesson that Hebei proposed, and one that Henan did."""
    own, foreign = (
        LessonFactory(
            unit=lead_unit(region.pk),
            region=region,
            year=world.year_2022,
            status=status,
            video=ContentFile(b"\0" * 64, name="lesson.mp4"),
        )
        for region in (world.hebei, world.henan)
    )
    return Target({"pk": own.pk}, {"pk": foreign.pk})


@target("courses:lesson-detail", "courses:topic-decide")
def proposed(world: World) -> Target:
    return supplied(world, LessonStatus.PROPOSED)


@target("courses:lesson-record")
def approved(world: World) -> Target:
    return supplied(world, LessonStatus.TOPIC_APPROVED)


@target("courses:lesson-review", "courses:lesson-publish", "courses:lesson-video")
def recorded(world: World) -> Target:
    return supplied(world, LessonStatus.RECORDED)


@target("courses:watch-lesson", "courses:stream-start", "courses:watch-homework")
def planned(world: World) -> Target:
    """A lesson of the trainee's plan, and one of another specialty's."""
    enrollment = world["trainee"].enrollment
    assert enrollment is not None
    own = EntryFactory(specialty=enrollment.specialty).lesson
    homework(own, "A")
    return Target({"pk": own.pk}, {"pk": LessonFactory().pk})


@target("courses:progress-detail")
def progress(world: World) -> Target:
    own = world["trainee"].enrollment
    assert own is not None
    return Target({"pk": own.pk}, {"pk": EnrollmentFactory(region=world.henan).pk})


@target("courses:session-detail", "courses:session-edit", "courses:attendance-record")
def session(world: World) -> Target:
    own = SessionFactory(base=world["base_coordinator"].unit)
    return Target({"pk": own.pk}, {"pk": SessionFactory(region=world.henan).pk})


@target("courses:faculty-detail", "courses:faculty-file", "courses:faculty-confirm")
def lecturer(world: World) -> Target:
    own = FacultyFactory()
    foreign = FacultyFactory(unit=lead_unit(world.henan.pk), region=world.henan)
    return Target({"pk": own.pk}, {"pk": foreign.pk})

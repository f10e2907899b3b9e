from django.utils.translation import gettext_lazy as _

from core.apps import RoomConfig


class CoursesConfig(RoomConfig):
    name = "courses"
    verbose_name = _("Courses")

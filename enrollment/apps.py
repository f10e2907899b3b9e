from django.utils.translation import gettext_lazy as _

from core.apps import RoomConfig


class EnrollmentConfig(RoomConfig):
    name = "enrollment"
    verbose_name = _("Enrollment")

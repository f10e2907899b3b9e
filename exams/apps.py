from django.utils.translation import gettext_lazy as _

from core.apps import RoomConfig


class ExamsConfig(RoomConfig):
    name = "exams"
    verbose_name = _("Exams")

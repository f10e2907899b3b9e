from django.utils.translation import gettext_lazy as _

from core.apps import RoomConfig


class ProgramsConfig(RoomConfig):
    name = "programs"
    verbose_name = _("Programs and years")

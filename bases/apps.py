from django.utils.translation import gettext_lazy as _

from core.apps import RoomConfig


class BasesConfig(RoomConfig):
    name = "bases"
    verbose_name = _("Training bases")

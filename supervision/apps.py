from django.utils.translation import gettext_lazy as _

from core.apps import RoomConfig


class SupervisionConfig(RoomConfig):
    name = "supervision"
    verbose_name = _("Supervision")

from django.utils.translation import gettext_lazy as _

from core.apps import RoomConfig


class ReportsConfig(RoomConfig):
    name = "reports"
    verbose_name = _("Reports")

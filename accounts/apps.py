from django.utils.translation import gettext_lazy as _

from core.apps import RoomConfig


class AccountsConfig(RoomConfig):
    name = "accounts"
    verbose_name = _("People and units")

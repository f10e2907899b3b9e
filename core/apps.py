from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RoomConfig(AppConfig):
    """A room fills the registries below it from its `registers.py`, once models are ready."""

    default = False

    def __init_subclass__(cls) -> None:
        # Django takes a module's only default configuration; this base is imported everywhere
        cls.default = True

    def ready(self) -> None:
        import_module(f"{self.name}.registers")


class CoreConfig(RoomConfig):
    name = "core"
    verbose_name = _("Frame")

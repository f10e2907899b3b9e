"""The portal without its lean doors: the reference of bench.answers."""

from config.wsgi import application as portal
from core.hot import LeanDoors

application = LeanDoors(portal, ())

"""The lists of this room, each declared once for page and workbook."""

from accounts.columns.events import EVENTS
from accounts.columns.institutions import INSTITUTIONS
from accounts.columns.people import MEMBERS, PEOPLE
from accounts.columns.units import UNITS

__all__ = ["EVENTS", "INSTITUTIONS", "MEMBERS", "PEOPLE", "UNITS"]

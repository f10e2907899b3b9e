"""What the web server serves, through its own interface (ADR 9)."""

from config.wsgi import application as portal

# the doors know models, which are loaded only now
from core.hot import LeanDoors  # isort: skip
from courses import watching  # isort: skip
from exams import answers, pulse  # isort: skip

# many small saves a second: served before Django, written together (design §4)
application = LeanDoors(portal, (answers.DOOR, pulse.DOOR, watching.DOOR))

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
portal = get_wsgi_application()

# the doors know models, which are loaded only now
from core.hot import LeanDoors, allow_files  # noqa: E402
from courses import watching  # noqa: E402
from exams import answers, pulse  # noqa: E402

# every connection is an open file, and many machines begin with a thousand
allow_files(16_384)

# many small saves a second: served before Django, written together (design §4)
application = LeanDoors(portal, (answers.DOOR, pulse.DOOR, watching.DOOR))

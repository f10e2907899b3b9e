"""The test settings: the same portal with fast hashing and no outside."""

import os

from config.settings import *  # noqa: F403
from config.settings import DATABASES, MIDDLEWARE, VAR_DIR

DEBUG = False
READ_ONLY_GET = True
SECRET_KEY = "test-" + "s" * 50
PERSONAL_DATA_KEYS = ["1:" + "p" * 48]
PERSONAL_INDEX_KEY = "i" * 48
EVENT_SEAL_KEY = "e" * 48
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# tests move the clock by months; those of the time-outs set their own
SESSION_LIMITS = {kind: {"idle": 10**8, "absolute": 10**8} for kind in ("staff", "trainee")}
SESSION_COOKIE_AGE = 14 * 24 * 3600
MEDIA_ROOT = VAR_DIR / "test" / f"media-{os.getpid()}"
# every client would list all static files; the live server of the journeys serves them by itself
MIDDLEWARE = [name for name in MIDDLEWARE if not name.startswith("whitenoise.")]
LOGGING = {"version": 1, "disable_existing_loggers": False, "root": {"level": "WARNING"}}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    (VAR_DIR / "test").mkdir(exist_ok=True)
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test" / f"portal-{os.getpid()}.sqlite3")}
else:
    DATABASES["default"]["TEST"] = {"NAME": f"test_portal_{os.getpid()}"}

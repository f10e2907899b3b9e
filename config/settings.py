"""Settings, read from the environment; `.env.example` lists every name."""

import secrets
from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
env.read_env(BASE_DIR / ".env")

VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)


def _local_secret(name: str) -> str:
    """A secret of this machine alone, made at the first start; production sets its own."""
    path = VAR_DIR / name
    if not path.exists():
        path.write_text(secrets.token_urlsafe(48), encoding="utf-8")
        path.chmod(0o600)
    return path.read_text(encoding="utf-8").strip()


# Core
PRODUCTION = env.bool("PRODUCTION", default=False)
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="") or ("" if PRODUCTION else _local_secret("secret_key"))
# key id:secret pairs, newest first; the HMAC key never rotates with them
PERSONAL_DATA_KEYS = env.list("PERSONAL_DATA_KEYS", default=[]) or (
    [] if PRODUCTION else [f"1:{_local_secret('personal_data_key')}"]
)
PERSONAL_INDEX_KEY = env.str("PERSONAL_INDEX_KEY", default="") or (
    "" if PRODUCTION else _local_secret("personal_index_key")
)
EVENT_SEAL_KEY = env.str("EVENT_SEAL_KEY", default="") or (
    "" if PRODUCTION else _local_secret("event_seal_key")
)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if PRODUCTION else ["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
PUBLIC_URL = env.str("PUBLIC_URL", default="http://127.0.0.1:8000")
if PRODUCTION:
    for name, value in {
        "SECRET_KEY": SECRET_KEY,
        "PERSONAL_DATA_KEYS": "".join(PERSONAL_DATA_KEYS),
        "PERSONAL_INDEX_KEY": PERSONAL_INDEX_KEY,
        "EVENT_SEAL_KEY": EVENT_SEAL_KEY,
    }.items():
        if len(value) < 40 or "change-me" in value:
            raise ImproperlyConfigured(f"{name}: a secret of at least 40 characters is needed in production")
    if DEBUG:
        raise ImproperlyConfigured("DEBUG must be off in production")
    if not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS:
        raise ImproperlyConfigured("ALLOWED_HOSTS must name the portal's own hosts in production")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_filters",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "core",
    "accounts",
    "programs",
    "enrollment",
    "exams",
    "bases",
    "courses",
    "supervision",
    "reports",
]

MIDDLEWARE = [
    "core.middleware.StampMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.ScopeMiddleware",
    "accounts.middleware.TraceMiddleware",
    "accounts.gates.TimeoutMiddleware",
    "accounts.gates.AccountGateMiddleware",
    "accounts.gates.ViewingMiddleware",
    "core.middleware.ReadOnlyGetMiddleware",
    "core.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["core.templatetags.portal", "core.templatetags.ui", "django.templatetags.i18n"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.portal",
            ],
        },
    }
]
FORM_RENDERER = "core.forms.PortalRenderer"

# Databases
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'portal.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # an acknowledged answer must survive power loss: FULL
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("DATABASE_CONN_MAX_AGE", default=60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Redis and Celery: without a broker the file system carries the nudges
REDIS_URL = env.str("REDIS_URL", default="")
_BROKER_DIR = VAR_DIR / "broker"
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
    CACHES = {"default": {"BACKEND": "core.caches.SharedCache", "LOCATION": REDIS_URL}}
else:
    for folder in ("queue", "control"):
        (_BROKER_DIR / folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_URL = "filesystem://localhost"
    CELERY_BROKER_TRANSPORT = "core.broker:Transport"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_BROKER_DIR / "queue"),
        "data_folder_out": str(_BROKER_DIR / "queue"),
        "control_folder": str(_BROKER_DIR / "control"),
        "polling_interval": 0.1,
    }
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "now"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {"sweep": {"task": "core.sweep", "schedule": 10.0, "options": {"expires": 20}}}
CELERY_TIMEZONE = "Asia/Shanghai"
JOB_LEASE_SECONDS = env.int("JOB_LEASE_SECONDS", default=60)

# Sign-in
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_DJANGO, _OWN = "django.contrib.auth.password_validation", "accounts.passwords"
_LENGTH = f"{_DJANGO}.MinimumLengthValidator"
_ALWAYS = [
    {"NAME": f"{_DJANGO}.UserAttributeSimilarityValidator"},
    {"NAME": f"{_DJANGO}.CommonPasswordValidator"},
    {"NAME": f"{_OWN}.ContextValidator"},
    {"NAME": f"{_OWN}.MaximumLengthValidator"},
]
# asvs (OWASP ASVS 5.0, 6.2): length, nothing common, no forced change; dengbao3 (GB/T 22239, third level): kinds of
# characters, a change every half year, none of the last five again
PASSWORD_PROFILES = {
    "asvs": [{"NAME": _LENGTH, "OPTIONS": {"min_length": 12}}, *_ALWAYS],
    "dengbao3": [
        {"NAME": _LENGTH, "OPTIONS": {"min_length": 10}},
        *_ALWAYS,
        {"NAME": f"{_OWN}.CharacterClassesValidator"},
        {"NAME": f"{_OWN}.HistoryValidator"},
    ],
}
PASSWORD_PROFILE = env.str("PASSWORD_PROFILE", default="") or "asvs"
if PASSWORD_PROFILE not in PASSWORD_PROFILES:
    raise ImproperlyConfigured(f"PASSWORD_PROFILE: one of {', '.join(PASSWORD_PROFILES)}")
AUTH_PASSWORD_VALIDATORS = PASSWORD_PROFILES[PASSWORD_PROFILE]
# days after which a password must be changed; 0 never
PASSWORD_DAYS = {"dengbao3": 180}.get(PASSWORD_PROFILE, 0)
# one-time codes that coordinators hand out on paper
ACTIVATION_CODE_DAYS = env.int("ACTIVATION_CODE_DAYS", default=7)
RESET_CODE_HOURS = env.int("RESET_CODE_HOURS", default=24)
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
# guesses that reach the hasher: of all unknown devices of an account together, of each known one by itself; an address
# is counted widely, for a whole hospital sits behind one (accounts.signin)
ACCOUNT_RATE_LIMITS = {
    "login": "1200/m/ip",
    "login_failed": "20/h/key,1200/h/ip",
    "login_failed_known": "20/h/key",
}
# how many proxies of ours add to X-Forwarded-For; with none the header counts for nothing
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=1 if PRODUCTION else 0)
MFA_ADAPTER = "accounts.adapter.MFAAdapter"
MFA_FORMS = {
    "authenticate": "accounts.forms.second_factor.CodeForm",
    "reauthenticate": "accounts.forms.second_factor.CodeAgainForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
# whether the roles of accounts.gates must have a second factor; without it the demo's printed logins just work
REQUIRE_SECOND_FACTOR = env.bool("REQUIRE_SECOND_FACTOR", default=PRODUCTION)
# minutes without a request, and since the sign-in, after which one is signed out
SESSION_LIMITS = {
    "staff": {
        "idle": env.int("STAFF_IDLE_MINUTES", default=30),
        "absolute": env.int("STAFF_SESSION_MINUTES", default=720),
    },
    "trainee": {
        "idle": env.int("TRAINEE_IDLE_MINUTES", default=120),
        "absolute": env.int("TRAINEE_SESSION_MINUTES", default=1440),
    },
}
ACCOUNT_SESSION_REMEMBER = False
SESSION_COOKIE_AGE = 60 * max(kind["absolute"] for kind in SESSION_LIMITS.values())

# Languages and time
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# Static files and media; media is private and served through views
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = not PRODUCTION
MEDIA_ROOT = VAR_DIR / "media"
S3_BUCKET = env.str("S3_BUCKET", default="")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "core.statics.ModuleStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
if S3_BUCKET:
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": env.str("S3_ENDPOINT_URL", default="") or None,
            "access_key": env.str("S3_ACCESS_KEY", default=""),
            "secret_key": env.str("S3_SECRET_KEY", default=""),
        },
    }
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o640
# off while empty: clamd://host:port, clamd:///path/of/socket or a dotted path (core.scanner)
UPLOAD_SCANNER = env.str("UPLOAD_SCANNER", default="")
# how long the record of events is kept
EVENT_KEEP_DAYS = env.int("EVENT_KEEP_DAYS", default=400)

# Protection
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "core.views.csrf_failure"
MESSAGE_STORAGE = "core.notes.NotesStorage"
if PRODUCTION:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^health/$"]
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        # charts and progress bars set style attributes from our own modules
        "style-src-attr": ["'unsafe-inline'"],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
READ_ONLY_GET = env.bool("READ_ONLY_GET", default=not PRODUCTION)

# Lists
FILTERS_EMPTY_CHOICE_LABEL = _("All")

# API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.LimitOffsetPagination",
    "PAGE_SIZE": 50,
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.UserRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"user": "600/min"},
}
SPECTACULAR_SETTINGS = {"TITLE": "Training portal", "VERSION": "1", "SERVE_INCLUDE_SCHEMA": False}

# Mail
EMAIL_CONFIG = env.email("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 10
# notices go by e-mail, too, once a mail server is named
NOTICES_BY_MAIL = bool(env.str("EMAIL_URL", default=""))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="portal@localhost")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    # a line per page and font is no news
    "loggers": {"weasyprint": {"level": "ERROR"}, "fontTools": {"level": "ERROR"}},
}

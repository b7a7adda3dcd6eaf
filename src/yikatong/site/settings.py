"""Settings. Everything that differs between installations comes from the environment or the state folder.

``DATABASE_URL`` / ``DATABASE_OWNER_URL``: see ``core.databases``. ``YIKATONG_AS=owner`` connects as the owner (for
migrations); everything else connects as the application's role, which owns nothing.
"""

import os
from pathlib import Path

from yikatong.core import databases, state_folder

BASE_DIR = Path(__file__).resolve().parent
STATE_DIR = state_folder.state_folder()

SECRET_KEY = state_folder.secret("django-secret-key")
YIKATONG_KEYS = os.environ.get("YIKATONG_KEYS", str(STATE_DIR / "vault-keys.json"))
YIKATONG_DEMO = os.environ.get("YIKATONG_DEMO") == "1"
YIKATONG_DEMO_BANK = os.environ.get("YIKATONG_DEMO_BANK", "")
YIKATONG_COUNTY = os.environ.get("YIKATONG_COUNTY", "青禾县")
# Whom people call: on printed notices, in texts and where a page failed.
YIKATONG_PHONE = os.environ.get("YIKATONG_PHONE", "")
DEBUG = False
ALLOWED_HOSTS = os.environ.get("YIKATONG_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("YIKATONG_ORIGINS", "").split(",") if origin]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "lucide",
    "procrastinate.contrib.django",
    # The rooms, in order of their floors: functions are installed and checks are run in this order.
    "yikatong.core",
    "yikatong.ledger",
    "yikatong.catalog",
    "yikatong.registry",
    "yikatong.rosters",
    "yikatong.notices",
    "yikatong.batches",
    "yikatong.funding",
    "yikatong.payments",
    "yikatong.banking",
    "yikatong.disclosure",
    "yikatong.site",
    "yikatong.demo",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "yikatong.site.middleware.SafeHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "yikatong.site.middleware.Compressed",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "yikatong.site.urls"
WSGI_APPLICATION = "yikatong.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "yikatong.site.context.frame",
            ],
        },
    },
]

_where = databases.resolve()
DATABASES = {"default": _where.owner if os.environ.get("YIKATONG_AS") == "owner" else _where.app}
DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "core.Official"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "inbox"
LOGOUT_REDIRECT_URL = "login"

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = Path(os.environ.get("YIKATONG_STATIC", STATE_DIR / "static"))
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
# ``serve`` collects at its start (``static_files``). Everything else reads straight from the packages.
COLLECTED = os.environ.get("YIKATONG_COLLECTED") == "1"
WHITENOISE_USE_FINDERS = not COLLECTED
if COLLECTED:
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "yikatong.site.static_files.Storage"},
    }

SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = os.environ.get("YIKATONG_HTTPS") == "1"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}

"""The peer: Django with django-tenants, as its manual sets it up."""

import os

from django.conf.global_settings import *  # noqa: F403

SECRET_KEY = "measured, not served"
USE_TZ = True
DATABASES = {
    "default": {
        "ENGINE": "django_tenants.postgresql_backend",
        "NAME": os.environ["PEER_DATABASE"],
        "USER": os.environ["PEER_USER"],
        "PASSWORD": os.environ["PEER_PASSWORD"],
        "HOST": "127.0.0.1",
        "PORT": os.environ["PEER_PORT"],
    }
}
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]
SHARED_APPS = ["django_tenants", "customers", "django.contrib.contenttypes"]
TENANT_APPS = ["company"]
INSTALLED_APPS = [*SHARED_APPS, *TENANT_APPS]
TENANT_MODEL = "customers.Client"
TENANT_DOMAIN_MODEL = "customers.Domain"
TENANT_MULTIPROCESSING_MAX_PROCESSES = 2
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# "company.first" has our first revision's tables, "company.second" the column and the index that come later.
MIGRATION_MODULES = {"company": os.environ.get("PEER_MIGRATIONS", "company.first")}

"""The WSGI application that granian serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application

YOUNG_OBJECTS = 20_000

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weixi.config.settings")
application = get_wsgi_application()

# What is loaded now stays for good: the collector need not look through it again and again.
gc.collect()
gc.freeze()
gc.set_threshold(YOUNG_OBJECTS, 20, 20)

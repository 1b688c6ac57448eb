"""What an application server calls: `regulars_server.wsgi:application`."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars_server.settings.main")
application = get_wsgi_application()

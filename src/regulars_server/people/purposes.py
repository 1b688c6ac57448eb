"""What people are asked for, and by which channel."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

# Decisions about a person that a program makes from their data. PIPL art. 24: whoever is shown
# offers that way can refuse, and gets those that do not look at them.
PERSONALISED = "personalised_decisions"

PURPOSES = [
    ("marketing", _("Marketing")),
    (PERSONALISED, _("Personalised decisions and offers")),
    ("service", _("Service messages")),
    ("surveys", _("Surveys and research")),
    ("sharing", _("Passing data on to others")),
]
CHANNELS = [
    ("", _("any channel")),
    ("email", _("e-mail")),
    ("sms", _("text message")),
    ("phone", _("telephone")),
    ("post", _("letter")),
    ("app", _("app")),
    ("wechat", _("WeChat")),
]
STATES = [("given", _("given")), ("withdrawn", _("withdrawn"))]
# Clocks of two machines differ; a word from next week is a mistake.
AHEAD = dt.timedelta(minutes=5)

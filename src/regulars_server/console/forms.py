"""Forms as the console draws them, and how a service's refusal comes back into one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.forms import Form
from django.forms.renderers import DjangoTemplates

from regulars_server.errors import Conflict, Invalid


class ConsoleRenderer(DjangoTemplates):
    """Draws a field with its label, help and errors by our own template."""

    form_template_name = "console/form.html"
    field_template_name = "console/field.html"


@contextmanager
def attempt(form: Form) -> Iterator[None]:
    """Call a service within; what it refuses is shown in the form, and the view goes on.

    Other errors (not allowed, not found, too many attempts) have pages of their own.
    """
    try:
        yield
    except Invalid as error:
        for name, said in error.fields.items():
            form.add_error(name if name in form.fields else None, str(said))
        if not error.fields:
            form.add_error(None, str(error.said))
    except Conflict as error:
        form.add_error(None, str(error.said))


def cleaned(form: Form) -> dict[str, Any]:
    """The values of a form that has no page of its own; `Invalid` where they are wrong."""
    if not form.is_valid():
        raise Invalid(fields={name: " ".join(map(str, e)) for name, e in form.errors.items()})
    return form.cleaned_data


def status_of(form: Form) -> int:
    """200, or 422 where the form came back with errors."""
    return 422 if form.is_bound and form.errors else 200

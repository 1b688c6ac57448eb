"""An answer in the form asked for, to where it was asked for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from regulars.cli.output import write_text
from regulars.cli.strategy.options import Form
from regulars.errors import ParameterError
from regulars.settings import check_output

if TYPE_CHECKING:
    from regulars.plans import Answer

ENDINGS = {".json": Form.json, ".html": Form.html, ".xlsx": Form.xlsx}


def form_of(form: Form | None, output: Path | None) -> Form:
    """The form asked for, else that of the file's ending, else text; the target is checked.

    Raises
    ------
    ParameterError : a workbook needs a file to go to; the target cannot be written.
    """
    by_name = ENDINGS.get(output.suffix.lower(), Form.text) if output else Form.text
    found = form or by_name
    if found is Form.xlsx and output is None:
        raise ParameterError("XLSX is not text: name a file with --output FILE.xlsx.")
    if output is not None:
        if output.is_dir():
            raise ParameterError(f"{output} is a folder; name a file in it.")
        check_output(output)
        if not output.absolute().parent.is_dir():
            raise ParameterError(
                f"There is no folder {output.absolute().parent} to write {output} to."
            )
    return found


def give(answer: Answer, form: Form, output: Path | None) -> None:
    """Write the answer."""
    from regulars.cli.strategy.text import page
    from regulars.plans import build_page, write_workbook

    if form is Form.xlsx:
        assert output is not None
        write_workbook(answer, output)
    elif form is Form.html:
        write_text(build_page(answer), output)
    elif form is Form.json:
        said = json.dumps(answer.to_json(), ensure_ascii=False, allow_nan=False)
        write_text(said + "\n", output)
    else:
        write_text(page(answer), output)

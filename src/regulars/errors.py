"""What can go wrong, in words: what happened, what was kept, what to do."""


class RegularsError(Exception):
    """Base of every error that Regulars raises on purpose."""


class ParameterError(RegularsError):
    """A parameter is unknown, missing, of the wrong type or out of its range."""


class UnknownName(ParameterError):
    """No analysis, table, step or engine has this name; the message suggests the nearest."""


class WorkspaceError(RegularsError):
    """The folder is no workspace, is newer than this program, or its settings are wrong."""


class FactsError(RegularsError):
    """The lake or an import: a missing column, too many rejects, a damaged file."""


class ImportRefused(FactsError):
    """The import was refused whole; the lake is as it was before.

    ``import_id`` is that by which its rejects are read.
    """

    def __init__(self, said: str = "", *, import_id: str = "") -> None:
        super().__init__(said)
        self.import_id = import_id


class EngineError(RegularsError):
    """A statement failed on an engine; the message carries the step and its SQL."""


class MissingExtra(RegularsError):
    """An optional part is not installed; the message names the extra to install."""

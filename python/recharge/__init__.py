"""recharge: replay and plan prepaid credits with auto-recharge, where the data is.

Usage is anything that hands out Arrow (``__arrow_c_stream__`` or ``__arrow_c_array__``: pandas, Polars, DuckDB, pyarrow and
others), an iterable of such tables, or the path of a file. Results are what the command line tells, as a dict, as Arrow, as
text and as a page. Options of a command are keyword arguments: ``--at-or-below 200`` is ``at_or_below=200``, an option that is
repeated is a list, and one without a value is ``True``. Errors have the text of the command line.
"""

from __future__ import annotations

import json as _json
import os as _os
import re as _re
import tempfile as _tempfile
import warnings as _warnings
from pathlib import Path as _Path

from . import _recharge
from ._recharge import Table, __version__

__all__ = [
    "GateFailed",
    "GateInconclusive",
    "InputError",
    "MachineError",
    "RechargeError",
    "RechargeWarning",
    "Result",
    "Table",
    "advise",
    "call",
    "fleet",
    "fleet_merge",
    "fleet_partition",
    "fleet_schema",
    "run",
    "study",
]


class RechargeError(Exception):
    """A command failed; ``code`` is the exit code of the command line."""

    code = 1


class InputError(RechargeError, ValueError):
    """An argument or an input is wrong."""

    code = 2


class MachineError(RechargeError, RuntimeError):
    """The machine failed."""

    code = 3


class GateFailed(RechargeError):
    """A gate failed; ``result`` is what it was held against."""

    code = 1
    result: Result | None = None


class GateInconclusive(GateFailed):
    """No gate failed, and the runs do not tell whether all hold."""

    code = 4


class RechargeWarning(UserWarning):
    """What the command line says beside its results."""


_ERRORS = {1: GateFailed, 2: InputError, 3: MachineError, 4: GateInconclusive}


class Result:
    """What a command found: ``result["total_spend"]`` is its JSON, ``rows`` its rows as Arrow, ``str(result)`` its report."""

    def __init__(self, told, rows_of: str) -> None:
        self._told = told
        self._rows_of = rows_of
        self._data = None

    @property
    def data(self) -> dict:
        """The result for programs: money and credits are exact decimal strings."""
        if self._data is None:
            self._data = _json.loads(self._told.json)
        return self._data

    @property
    def json(self) -> str:
        """The same as text, byte for byte that of ``--format json``."""
        return self._told.json

    def __getitem__(self, key: str):
        return self.data[key]

    @property
    def title(self) -> str:
        """The title of the report."""
        return self._told.title

    @property
    def finding(self) -> str:
        """The answer in a sentence."""
        return self._told.finding

    @property
    def rows(self) -> Table | None:
        """The rows of ``--csv``; None for a command without any."""
        return self._told.table("rows", self._rows_of)

    @property
    def samples(self) -> Table | None:
        """A row for each replication, with ``details=True``."""
        return self._told.table("samples", self._rows_of)

    @property
    def periods(self) -> Table | None:
        """A row for each month and cycle, with ``details=True``."""
        return self._told.table("periods", self._rows_of)

    def text(self, width: int | None = None) -> str:
        """The report as the terminal shows it."""
        return _re.sub("\x1b\\[[0-9;]*m", "", self._told.text(width))

    def markdown(self) -> str:
        """The report as Markdown."""
        return self._told.markdown()

    def page(self) -> str:
        """The report as one HTML page, with its charts."""
        return self._told.page()

    def save(self, path) -> None:
        """Writes the page to a file."""
        _Path(path).write_text(self.page(), encoding="utf-8")

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<recharge.Result: {self.title}: {self.finding}>"

    def _repr_html_(self) -> str:
        return self._told.opening()


def run(scenario, usage=None, *, settings=None, **options) -> Result:
    """Replays the usage of a scenario through its rules: ``recharge run``."""
    return _about("run", scenario, usage, settings, options, "books")


def study(scenario, usage=None, *, settings=None, details=False, **options) -> Result:
    """Tries settings over many runs and recommends one: ``recharge study``."""
    options = {"quiet": True, **options}
    return _about("study", scenario, usage, settings, options, "estimates", details=details)


def advise(usage, vendor, *, settings=None, details=False, **options) -> Result:
    """Says which settings of a vendor suit the usage best, or which vendor: ``recharge advise``."""
    path, usage = _usage(usage)
    vendor = vendor if isinstance(vendor, str) else ",".join(vendor)
    options = {"vendor": vendor, "quiet": True, **options}
    words = ["advise", path, *_words(settings, options)]
    return Result(_told(words, usage=usage, details=details), "estimates")


def fleet(scenario, usage=None, *, accounts=None, against=None, settings=None, **options) -> Result:
    """Replays many accounts, and says what a change does to all of them: ``recharge fleet``."""
    with _Asked(scenario, accounts, against, settings, options) as asked:
        words = list(asked.words)
        if usage is not None:
            given, usage = _usage(usage)
            words += ["--usage", given]
        return Result(_told(words, usage=usage, scenarios=asked.scenarios), "accounts")


def fleet_partition(batches, scenario, *, accounts=None, against=None, settings=None, **options):
    """Replays the accounts of some batches, as an engine hands them to ``mapInArrow`` and the like.

    All rows of an account have to be in one partition; their order, and that of the partitions, changes nothing. Yields
    record batches of pyarrow with the columns of :func:`fleet_schema`: a row an account, and a last one whose ``portion``
    is what the accounts come to, for :func:`fleet_merge`. A partition without rows yields nothing.
    """
    import pyarrow

    builder = _recharge.UsageBuilder()
    for batch in batches:
        builder.add(batch)
    usage = builder.finish()
    if usage is None or usage.rows == 0:
        return
    options = {"threads": 1, **options}
    with _Asked(scenario, accounts, against, settings, options) as asked:
        words = [*asked.words, "--usage", "-"]
        told = _told(words, _recharge.portion, usage=usage, scenarios=asked.scenarios)
    yield from pyarrow.table(told.portion()).to_batches()


def fleet_schema(*, against=False) -> Table:
    """The columns of :func:`fleet_partition`, as a table without rows; ``against`` says whether a change is compared."""
    return _recharge.portion_schema(bool(against))


def fleet_merge(portions, scenario, *, accounts=None, against=None, settings=None, **options) -> Result:
    """Adds up the portions of all partitions, in any order, to the result of one machine.

    Takes the same scenario, accounts and options as the partitions. An account in two partitions is an error. ``rows`` has
    the accounts of the list that no partition has seen.
    """
    texts = [str(portion) for portion in portions]
    with _Asked(scenario, accounts, against, settings, options) as asked:
        words = [*asked.words, "--usage", "-"]
        return Result(_told(words, _recharge.merge, portions=texts, scenarios=asked.scenarios), "accounts")


def call(*arguments) -> str:
    """Runs any command and returns what it prints: ``recharge.call("vendors", "--format", "json")``."""
    told = _told([str(argument) for argument in arguments])
    if told.json is None:
        return told.printed
    return told.json if "json" in arguments else str(Result(told, "estimates"))


def _about(command, scenario, usage, settings, options, rows_of, **more) -> Result:
    path, scenarios = _scenario(scenario, "-")
    words = [command, path]
    if usage is not None:
        given, usage = _usage(usage)
        words += ["--usage", given]
    words += _words(settings, options)
    return Result(_told(words, usage=usage, scenarios=scenarios, **more), rows_of)


def _scenario(scenario, name):
    """A scenario as the command line names it, and its text by that name where it is none of a file."""
    if isinstance(scenario, str) and "\n" in scenario:
        return name, [(name, scenario)]
    return _os.fspath(scenario), []


def _usage(usage):
    """Usage as the command line names it, and the usage where it is in memory."""
    if isinstance(usage, (str, _os.PathLike)):
        return _os.fspath(usage), None
    return "-", _handed(usage)


def _handed(usage):
    """Usage from memory, for the native half."""
    builder = _recharge.UsageBuilder()
    if hasattr(usage, "__arrow_c_stream__") or hasattr(usage, "__arrow_c_array__"):
        builder.add(usage)
        return builder.finish()
    try:
        tables = iter(usage)
    except TypeError:
        raise TypeError(
            f"{type(usage).__name__} hands out no Arrow; give a DataFrame of pandas, Polars, DuckDB or pyarrow, or "
            "the path of a file"
        ) from None
    for table in tables:
        builder.add(table)
    return builder.finish()


class _Asked:
    """A question about a fleet as the command line has it; a list of accounts from memory lies in a folder meanwhile."""

    def __init__(self, scenario, accounts, against, settings, options) -> None:
        path, self.scenarios = _scenario(scenario, "-")
        options = {"quiet": True, **options}
        self._folder = None
        if against is not None:
            options["against"], changed = _scenario(against, "the change")
            self.scenarios += changed
        if accounts is not None:
            options["accounts"] = self._file(accounts)
        self.words = ["fleet", path, *_words(settings, options)]

    def __enter__(self) -> _Asked:
        return self

    def __exit__(self, *_) -> None:
        if self._folder is not None:
            self._folder.cleanup()

    def _file(self, accounts) -> str:
        if isinstance(accounts, (str, _os.PathLike)):
            return _os.fspath(accounts)
        self._folder = _tempfile.TemporaryDirectory(prefix="recharge-")
        path = _Path(self._folder.name) / "accounts.csv"
        path.write_bytes(_handed(accounts).csv())
        return str(path)


def _words(settings, options) -> list[str]:
    """Settings and options as the command line has them."""
    words = []
    for path, value in (settings or {}).items():
        words += ["--set", f"{path}={_value(value)}"]
    for name, value in options.items():
        flag = "--" + name.rstrip("_").replace("_", "-")
        if value is None or value is False:
            continue
        if value is True:
            words.append(flag)
            continue
        for one in value if isinstance(value, (list, tuple)) else [value]:
            words.append(f"{flag}={_value(one)}")
    return words


def _value(value) -> str:
    """A value as TOML and the command line have it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        # The shortest digits, and never an exponent.
        return format(_decimal(repr(value)), "f")
    return str(value)


def _decimal(text):
    from decimal import Decimal

    return Decimal(text)


def _told(words, ask=_recharge.call, **handed):
    """Calls the command; warns of what it says, and raises what fails."""
    told = ask(["recharge", *words], **handed)
    for said in told.said:
        _warnings.warn(said, RechargeWarning, stacklevel=4)
    if told.code == 0:
        return told
    error = _ERRORS.get(told.code, RechargeError)(told.message)
    error.code = told.code
    if told.json is not None and isinstance(error, GateFailed):
        error.result = Result(told, "estimates")
    raise error


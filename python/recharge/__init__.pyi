"""Types of the package `recharge`."""

from collections.abc import Iterable, Iterator, Mapping
from os import PathLike
from typing import Any, Protocol

import pyarrow

from ._recharge import Table as Table

__version__: str

class _ArrowStream(Protocol):
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...

class _ArrowArray(Protocol):
    def __arrow_c_array__(self, requested_schema: object | None = None) -> object: ...

_Arrow = _ArrowStream | _ArrowArray
_Usage = _Arrow | Iterable[_Arrow] | str | PathLike[str]
_Value = str | int | float | bool
_Option = _Value | list[_Value] | tuple[_Value, ...] | None
_Settings = Mapping[str, _Value] | None

class RechargeError(Exception):
    code: int

class InputError(RechargeError, ValueError): ...
class MachineError(RechargeError, RuntimeError): ...

class GateFailed(RechargeError):
    result: Result | None

class GateInconclusive(GateFailed): ...
class RechargeWarning(UserWarning): ...

class Result:
    @property
    def data(self) -> dict[str, Any]: ...
    @property
    def json(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def finding(self) -> str: ...
    @property
    def rows(self) -> Table | None: ...
    @property
    def samples(self) -> Table | None: ...
    @property
    def periods(self) -> Table | None: ...
    def __getitem__(self, key: str) -> Any: ...
    def text(self, width: int | None = None) -> str: ...
    def markdown(self) -> str: ...
    def page(self) -> str: ...
    def save(self, path: str | PathLike[str]) -> None: ...
    def _repr_html_(self) -> str: ...

def run(
    scenario: str | PathLike[str], usage: _Usage | None = None, *, settings: _Settings = None, **options: _Option
) -> Result: ...
def study(
    scenario: str | PathLike[str],
    usage: _Usage | None = None,
    *,
    settings: _Settings = None,
    details: bool = False,
    **options: _Option,
) -> Result: ...
def advise(
    usage: _Usage,
    vendor: str | Iterable[str],
    *,
    settings: _Settings = None,
    details: bool = False,
    **options: _Option,
) -> Result: ...
def fleet(
    scenario: str | PathLike[str],
    usage: _Usage | None = None,
    *,
    accounts: _Usage | None = None,
    against: str | PathLike[str] | None = None,
    settings: _Settings = None,
    **options: _Option,
) -> Result: ...
def fleet_partition(
    batches: Iterable[_Arrow],
    scenario: str | PathLike[str],
    *,
    accounts: _Usage | None = None,
    against: str | PathLike[str] | None = None,
    settings: _Settings = None,
    **options: _Option,
) -> Iterator[pyarrow.RecordBatch]: ...
def fleet_schema(*, against: bool = False) -> Table: ...
def fleet_merge(
    portions: Iterable[str],
    scenario: str | PathLike[str],
    *,
    accounts: _Usage | None = None,
    against: str | PathLike[str] | None = None,
    settings: _Settings = None,
    **options: _Option,
) -> Result: ...
def call(*arguments: object) -> str: ...

//! The native half of the Python package `recharge`: usage in from Arrow, a command called, results out.
//!
//! In reading order: this page → `rows` → `arrow`. Deliberately absent: every rule and every figure, which the library has,
//! and the names that a user of the package sees, which `recharge/__init__.py` has.

mod arrow;
mod rows;

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use pyo3::exceptions::{PyRuntimeError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyTuple};

use recharge::cli::caller::{FleetExtent, Handed, Told, called};
use recharge::cli::interrupt;
use recharge::report::document::{markdown::markdown, page, text::Screen, text::text};
use recharge::usage::UsageColumns;
use recharge::usage::csv::InputSource;

use arrow::{
    ArrowArray, ArrowArrayStream, ArrowSchema, TableShape, moved, table_schema, table_stream,
};
use rows::RowsOf;

/// How often Python is asked whether the user interrupts.
const LOOK: Duration = Duration::from_millis(50);
/// The memory for the calls of a command, as the main thread of a program has.
const STACK: usize = 8 << 20;

/// Calls that are running.
static RUNNING: AtomicUsize = AtomicUsize::new(0);

/// Usage that was handed over.
#[pyclass(frozen, module = "recharge._recharge")]
struct Usage {
    source: InputSource,
    #[pyo3(get)]
    rows: u64,
}

#[pymethods]
impl Usage {
    /// The rows as CSV, as the readers of usage read them.
    fn csv(&self) -> PyResult<Vec<u8>> {
        Ok(self.source.bytes()?)
    }
}

/// Usage while it is handed over, table by table.
#[pyclass(module = "recharge._recharge")]
#[derive(Default)]
struct UsageBuilder {
    shape: Option<TableShape>,
    columns: Option<UsageColumns>,
}

#[pymethods]
impl UsageBuilder {
    #[new]
    fn new() -> UsageBuilder {
        UsageBuilder::default()
    }

    /// Adds the rows of a table: anything with `__arrow_c_stream__` or `__arrow_c_array__`.
    fn add(&mut self, py: Python<'_>, table: &Bound<'_, PyAny>) -> PyResult<()> {
        if table.hasattr("__arrow_c_stream__")? {
            let capsule = table.call_method0("__arrow_c_stream__")?;
            let mut stream = taken::<ArrowArrayStream>(&capsule, c"arrow_array_stream")?;
            return py.detach(move || self.add_stream(&mut stream)).map_err(PyValueError::new_err);
        }
        let both = table.call_method0("__arrow_c_array__")?;
        let (schema, batch) = both.extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>()?;
        let schema = taken::<ArrowSchema>(&schema, c"arrow_schema")?;
        let batch = taken::<ArrowArray>(&batch, c"arrow_array")?;
        let added = py.detach(move || self.open(&schema).and_then(|()| self.add_batch(&batch)));
        added.map_err(PyValueError::new_err)
    }

    /// The usage; nothing if no table was added.
    fn finish(&mut self) -> PyResult<Option<Usage>> {
        let Some(columns) = self.columns.take() else { return Ok(None) };
        let rows = columns.rows();
        Ok(Some(Usage { source: columns.finish()?, rows }))
    }
}

impl UsageBuilder {
    fn add_stream(&mut self, stream: &mut ArrowArrayStream) -> Result<(), String> {
        self.open(&stream.schema()?)?;
        while let Some(batch) = stream.next()? {
            self.add_batch(&batch)?;
        }
        Ok(())
    }

    /// Takes the columns of the next table, which have the names of those before.
    fn open(&mut self, schema: &ArrowSchema) -> Result<(), String> {
        let shape = TableShape::of(schema)?;
        match &self.shape {
            Some(before) if before.names() != shape.names() => {
                return Err(format!(
                    "a table has the columns {}, and one before it {}; hand over tables that are alike",
                    shape.names().join(", "),
                    before.names().join(", ")
                ));
            }
            Some(_) => {}
            None => {
                let columns = UsageColumns::new("memory", shape.names());
                self.columns = Some(columns.map_err(|why| why.to_string())?);
            }
        }
        self.shape = Some(shape);
        Ok(())
    }

    fn add_batch(&mut self, batch: &ArrowArray) -> Result<(), String> {
        let (Some(shape), Some(columns)) = (&self.shape, &mut self.columns) else {
            return Err("the usage was finished already".to_owned());
        };
        shape.values(batch, |value| columns.push(value).map_err(|why| why.to_string()))
    }
}

/// Takes the structure out of a capsule.
fn taken<T: arrow::Owned>(
    capsule: &Bound<'_, PyAny>,
    name: &'static std::ffi::CStr,
) -> PyResult<T> {
    let capsule = capsule.cast::<PyCapsule>()?;
    let place = capsule.pointer_checked(Some(name))?;
    // SAFETY: a capsule of this name holds a pointer to this structure, and Python is held.
    let taken = unsafe { moved(place.as_ptr().cast::<T>()) };
    taken.ok_or_else(|| PyTypeError::new_err("the capsule holds nothing"))
}

/// What a command told.
#[pyclass(frozen, module = "recharge._recharge")]
struct Called {
    told: Told,
    /// The exit code of the command line.
    #[pyo3(get)]
    code: u8,
    /// The message of a failure.
    #[pyo3(get)]
    message: Option<String>,
}

#[pymethods]
impl Called {
    #[getter]
    fn printed(&self) -> &str {
        &self.told.printed
    }

    #[getter]
    fn said(&self) -> Vec<String> {
        self.told.said.clone()
    }

    #[getter]
    fn json(&self) -> Option<&str> {
        self.told.result.as_ref().map(|result| &*result.json)
    }

    #[getter]
    fn title(&self) -> Option<&str> {
        self.told.result.as_ref().map(|result| &*result.document.title)
    }

    #[getter]
    fn finding(&self) -> Option<&str> {
        self.told.result.as_ref().map(|result| &*result.document.finding.headline)
    }

    /// A table of rows: `rows`, `samples` or `periods`; `of` says what they are about.
    fn table(&self, name: &str, of: &str) -> PyResult<Option<Table>> {
        let Some(result) = &self.told.result else { return Ok(None) };
        let (csv, of) = match (name, of) {
            ("samples", _) => (&result.samples, RowsOf::Estimates),
            ("periods", _) => (&result.periods, RowsOf::Estimates),
            (_, "books") => (&result.rows, RowsOf::Books),
            (_, "accounts") => (&result.rows, RowsOf::Accounts),
            _ => (&result.rows, RowsOf::Estimates),
        };
        let table = csv.as_deref().map(|csv| Table::of(rows::columns(csv, of)));
        table.transpose()
    }

    /// The accounts of a portion, and what they come to.
    fn portion(&self) -> PyResult<Option<Table>> {
        let portion = self.told.portion.as_deref();
        portion.map(|one| Table::of(rows::portion(&self.told.printed, Some(one)))).transpose()
    }

    /// The report as text, wrapped if there is a width.
    #[pyo3(signature = (width = None))]
    fn text(&self, py: Python<'_>, width: Option<usize>) -> Option<String> {
        let result = self.told.result.as_ref()?;
        Some(py.detach(|| text(&result.document, Screen { width, is_styled: false })))
    }

    fn markdown(&self, py: Python<'_>) -> Option<String> {
        let result = self.told.result.as_ref()?;
        Some(py.detach(|| markdown(&result.document)))
    }

    /// The whole report as a page.
    fn page(&self, py: Python<'_>) -> Option<String> {
        let result = self.told.result.as_ref()?;
        Some(py.detach(|| page::page(&result.document)))
    }

    /// The head of the report, for a notebook.
    fn opening(&self) -> Option<String> {
        self.told.result.as_ref().map(|result| page::opening(&result.document))
    }
}

/// Rows that are handed out by the PyCapsule interface of Arrow.
#[pyclass(frozen, module = "recharge._recharge")]
struct Table {
    columns: Vec<arrow::OutColumn>,
    rows: usize,
}

impl Table {
    fn of(read: Result<(Vec<arrow::OutColumn>, usize), String>) -> PyResult<Table> {
        let (columns, rows) = read.map_err(PyValueError::new_err)?;
        Ok(Table { columns, rows })
    }
}

#[pymethods]
impl Table {
    #[getter]
    fn column_names(&self) -> Vec<&str> {
        self.columns.iter().map(|column| &*column.name).collect()
    }

    fn __len__(&self) -> usize {
        self.rows
    }

    fn __repr__(&self) -> String {
        format!("<recharge.Table: {} rows of {}>", self.rows, self.column_names().join(", "))
    }

    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // A consumer casts by itself what it wants otherwise, as the specification allows.
        let _ = requested_schema;
        let stream = table_stream(&self.columns, self.rows).map_err(PyValueError::new_err)?;
        PyCapsule::new_with_value(py, stream, c"arrow_array_stream")
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        PyCapsule::new_with_value(py, table_schema(&self.columns), c"arrow_schema")
    }
}

/// Runs a command with usage and a scenario from memory.
#[pyfunction]
#[pyo3(signature = (arguments, usage = None, scenarios = Vec::new(), details = false))]
fn call(
    py: Python<'_>,
    arguments: Vec<OsString>,
    usage: Option<&Usage>,
    scenarios: Vec<(PathBuf, String)>,
    details: bool,
) -> PyResult<Called> {
    let usage = usage.map(|usage| usage.source.clone());
    let handed = Handed { usage, scenarios, details, ..Handed::default() };
    called_meanwhile(py, arguments, handed)
}

/// Runs a command about the accounts of a portion of a fleet.
#[pyfunction]
fn portion(
    py: Python<'_>,
    arguments: Vec<OsString>,
    usage: &Usage,
    scenarios: Vec<(PathBuf, String)>,
) -> PyResult<Called> {
    let (usage, fleet) = (Some(usage.source.clone()), FleetExtent::Portion);
    called_meanwhile(py, arguments, Handed { usage, scenarios, fleet, details: false })
}

/// Runs a command about all portions of a fleet.
#[pyfunction]
fn merge(
    py: Python<'_>,
    arguments: Vec<OsString>,
    portions: Vec<String>,
    scenarios: Vec<(PathBuf, String)>,
) -> PyResult<Called> {
    let usage = Some(InputSource::Bytes(Vec::new().into()));
    let fleet = FleetExtent::Sum(portions);
    called_meanwhile(py, arguments, Handed { usage, scenarios, fleet, details: false })
}

/// Runs a command on a thread of its own. Python goes on meanwhile, and an interrupt stops the command.
fn called_meanwhile(py: Python<'_>, arguments: Vec<OsString>, handed: Handed) -> PyResult<Called> {
    let (send, mut receive) = channel();
    let work = move || drop(send.send(called(&arguments, handed)));
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(work)?;
    RUNNING.fetch_add(1, Ordering::SeqCst);
    let mut interrupted = None;
    let ended = loop {
        let receive = &mut receive;
        match py.detach(move || receive.recv_timeout(LOOK)) {
            Ok(ended) => break Some(ended),
            Err(RecvTimeoutError::Disconnected) => break None,
            Err(RecvTimeoutError::Timeout) => {
                if let Err(error) = py.check_signals() {
                    interrupt::ask();
                    interrupted = Some(error);
                }
            }
        }
    };
    if RUNNING.fetch_sub(1, Ordering::SeqCst) == 1 {
        interrupt::forget();
    }
    if let Some(error) = interrupted {
        return Err(error);
    }
    let Some((told, ended)) = ended else {
        let why = thread.join().err().and_then(|fault| fault.downcast::<String>().ok());
        let why = why.map_or_else(|| "the program failed".to_owned(), |why| *why);
        return Err(PyRuntimeError::new_err(why));
    };
    let (code, message) = match ended {
        Ok(()) => (0, None),
        Err(failure) => (failure.code(), failure.message().map(str::to_owned)),
    };
    Ok(Called { told, code, message })
}

/// A table without rows, as portions have them, to tell an engine their schema.
#[pyfunction]
fn portion_schema(against: bool) -> PyResult<Table> {
    let csv = recharge::report::fleet::header("account", against);
    Table::of(rows::portion(&csv, None))
}

/// Runs the command line, as the program does, and returns the exit code.
#[pyfunction]
#[pyo3(signature = (*arguments))]
fn main(py: Python<'_>, arguments: &Bound<'_, PyTuple>) -> PyResult<u8> {
    let arguments = arguments.extract::<Vec<OsString>>()?;
    Ok(py.detach(|| recharge::cli::main(&arguments)))
}

/// The native half of the package.
#[pymodule]
mod _recharge {
    #[pymodule_export]
    use super::{Called, Table, Usage, UsageBuilder, call, main, merge, portion, portion_schema};

    #[pymodule_export]
    #[expect(non_upper_case_globals, reason = "the name that Python gives it")]
    const __version__: &str = env!("CARGO_PKG_VERSION");
}

//! x
use pyo3::prelude::*;
#[pymodule]
mod _recharge {
    use pyo3::prelude::*;
    #[pyfunction]
    fn main(arguments: Vec<std::ffi::OsString>) -> u8 { recharge::cli::main(&arguments) }
}

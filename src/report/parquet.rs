//! Rows as a Parquet file: the rows of CSV with a type for each column.
//!
//! Text is UTF-8, money and credits are decimals of 38 digits, counts whole numbers of 64 bits; a blank cell is missing.
//! Nothing is compressed but by dictionaries. Deliberately absent: what rows are about.

use std::io::{self, Write};
use std::sync::Arc;

use parquet::basic::{LogicalType, Repetition, Type as PhysicalType};
use parquet::data_type::{
    ByteArray, ByteArrayType, DataType, DoubleType, FixedLenByteArray, FixedLenByteArrayType,
    Int64Type,
};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::Type;

use super::exact::{ExactType, moved_point};

/// Rows that are held at once.
const GROUP: usize = 50_000;
/// Digits of a decimal number.
const DIGITS: i32 = 38;

/// Writes rows of cells under the names of their columns.
pub fn write<O: Write + Send>(
    out: O,
    names: &[String],
    rows: impl Iterator<Item = Vec<String>>,
) -> io::Result<()> {
    let types: Vec<ExactType> = names.iter().map(|name| ExactType::of(name)).collect();
    let program = format!("recharge {}", env!("CARGO_PKG_VERSION"));
    let properties = Arc::new(WriterProperties::builder().set_created_by(program).build());
    let schema = Arc::new(schema(names, &types).map_err(io::Error::other)?);
    let written = || -> Result<(), ParquetError> {
        let mut file = SerializedFileWriter::new(out, schema, properties)?;
        let mut rows = rows.peekable();
        while rows.peek().is_some() {
            let some: Vec<Vec<String>> = rows.by_ref().take(GROUP).collect();
            let mut group = file.next_row_group()?;
            for (place, (name, of)) in names.iter().zip(&types).enumerate() {
                let cells = some.iter().map(|row| row.get(place).map_or("", String::as_str));
                column(&mut group, name, *of, &cells.collect::<Vec<_>>())?;
            }
            group.close()?;
        }
        file.close().map(|_| ())
    };
    written().map_err(io::Error::other)
}

fn schema(names: &[String], types: &[ExactType]) -> Result<Type, ParquetError> {
    let field = |(name, of): (&String, &ExactType)| {
        let of_kind =
            |kind| Type::primitive_type_builder(name, kind).with_repetition(Repetition::OPTIONAL);
        let built = match of {
            ExactType::Text => {
                of_kind(PhysicalType::BYTE_ARRAY).with_logical_type(Some(LogicalType::String))
            }
            ExactType::Count => of_kind(PhysicalType::INT64),
            ExactType::Double => of_kind(PhysicalType::DOUBLE),
            ExactType::Decimal(scale) => of_kind(PhysicalType::FIXED_LEN_BYTE_ARRAY)
                .with_length(size_of::<i128>() as i32)
                .with_logical_type(Some(LogicalType::decimal(i32::from(*scale), DIGITS)))
                .with_precision(DIGITS)
                .with_scale(i32::from(*scale)),
        };
        built.build().map(Arc::new)
    };
    let fields = names.iter().zip(types).map(field).collect::<Result<Vec<_>, _>>()?;
    Type::group_type_builder("accounts").with_fields(fields).build()
}

/// Writes the next column of a group of rows.
fn column<O: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, O>,
    name: &str,
    of: ExactType,
    cells: &[&str],
) -> Result<(), ParquetError> {
    match of {
        ExactType::Text => {
            values::<_, ByteArrayType>(group, name, cells, |cell| Some(ByteArray::from(cell)))
        }
        ExactType::Count => values::<_, Int64Type>(group, name, cells, |cell| cell.parse().ok()),
        ExactType::Double => values::<_, DoubleType>(group, name, cells, |cell| cell.parse().ok()),
        ExactType::Decimal(scale) => {
            values::<_, FixedLenByteArrayType>(group, name, cells, |cell| {
                let digits = moved_point(cell, scale)?;
                Some(FixedLenByteArray::from(digits.to_be_bytes().to_vec()))
            })
        }
    }
}

/// Writes the next column, whose cells `read` reads.
fn values<O: Write + Send, D: DataType>(
    group: &mut SerializedRowGroupWriter<'_, O>,
    name: &str,
    cells: &[&str],
    read: impl Fn(&str) -> Option<D::T>,
) -> Result<(), ParquetError> {
    let is_there: Vec<i16> = cells.iter().map(|cell| i16::from(!cell.is_empty())).collect();
    let wrong =
        |cell: &str| ParquetError::General(format!("{name}: {cell} is no value of its column"));
    let some = cells.iter().filter(|cell| !cell.is_empty());
    let values = some.map(|cell| read(cell).ok_or_else(|| wrong(cell)));
    let values = values.collect::<Result<Vec<D::T>, _>>()?;
    let mut column = group.next_column()?.expect("there is a column for each name");
    column.typed::<D>().write_batch(&values, Some(&is_there), None)?;
    column.close()
}

//! The Arrow C data and stream interfaces, by their specification, and the PyCapsules that carry them in Python
//! (<https://arrow.apache.org/docs/format/CDataInterface.html>).
//!
//! All code that the compiler cannot check is in this file. It trusts a producer as far as the specification asks: that
//! buffers are as long as the length, the offset and the type say. Deliberately absent: what the columns mean.

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::ptr;

use recharge::usage::{ColumnValue, TimeUnit};

/// `struct ArrowSchema`
#[repr(C)]
pub struct ArrowSchema {
    format: *const c_char,
    name: *const c_char,
    metadata: *const c_char,
    flags: i64,
    n_children: i64,
    children: *mut *mut ArrowSchema,
    dictionary: *mut ArrowSchema,
    release: Option<unsafe extern "C" fn(*mut ArrowSchema)>,
    private_data: *mut c_void,
}

/// `struct ArrowArray`
#[repr(C)]
pub struct ArrowArray {
    length: i64,
    null_count: i64,
    offset: i64,
    n_buffers: i64,
    n_children: i64,
    buffers: *mut *const c_void,
    children: *mut *mut ArrowArray,
    dictionary: *mut ArrowArray,
    release: Option<unsafe extern "C" fn(*mut ArrowArray)>,
    private_data: *mut c_void,
}

/// `struct ArrowArrayStream`
#[repr(C)]
pub struct ArrowArrayStream {
    get_schema: Option<unsafe extern "C" fn(*mut ArrowArrayStream, *mut ArrowSchema) -> c_int>,
    get_next: Option<unsafe extern "C" fn(*mut ArrowArrayStream, *mut ArrowArray) -> c_int>,
    get_last_error: Option<unsafe extern "C" fn(*mut ArrowArrayStream) -> *const c_char>,
    release: Option<unsafe extern "C" fn(*mut ArrowArrayStream)>,
    private_data: *mut c_void,
}

/// The three structures: plain data that its owner releases once.
pub trait Owned: Sized {
    /// What holds nothing, and is released already.
    fn empty() -> Self;
    /// Calls the release callback, if it was not called.
    fn let_go(&mut self);
}

macro_rules! owned {
    ($name:ident { $($field:ident: $value:expr),* $(,)? }) => {
        impl Owned for $name {
            fn empty() -> $name {
                $name { $($field: $value,)* release: None, private_data: ptr::null_mut() }
            }

            fn let_go(&mut self) {
                if let Some(release) = self.release {
                    // SAFETY: a structure with a release callback is owned and not released yet.
                    unsafe { release(self) };
                    self.release = None;
                }
            }
        }

        impl Drop for $name {
            fn drop(&mut self) {
                self.let_go();
            }
        }

        // SAFETY: the specification lets a structure be moved between threads, and no two use one at once.
        unsafe impl Send for $name {}
    };
}

owned!(ArrowSchema {
    format: ptr::null(),
    name: ptr::null(),
    metadata: ptr::null(),
    flags: 0,
    n_children: 0,
    children: ptr::null_mut(),
    dictionary: ptr::null_mut(),
});
owned!(ArrowArray {
    length: 0,
    null_count: 0,
    offset: 0,
    n_buffers: 0,
    n_children: 0,
    buffers: ptr::null_mut(),
    children: ptr::null_mut(),
    dictionary: ptr::null_mut(),
});
owned!(ArrowArrayStream { get_schema: None, get_next: None, get_last_error: None });

/// Moves a structure out of where its producer put it, which is then released for the producer.
///
/// # Safety
///
/// `place` is null or points to a structure that no other thread uses.
pub unsafe fn moved<T: Owned>(place: *mut T) -> Option<T> {
    // SAFETY: as the caller says.
    unsafe { (!place.is_null()).then(|| ptr::replace(place, T::empty())) }
}

/// The columns of a table as they come.
#[derive(Debug)]
pub struct TableShape {
    names: Vec<String>,
    types: Vec<ColumnType>,
}

/// The type of a column, as far as its values are read.
#[derive(Clone, Debug, PartialEq)]
enum ColumnType {
    Null,
    Truth,
    Signed(usize),
    Unsigned(usize),
    Half,
    Single,
    Double,
    /// Text with the ends of its values in so many bytes.
    Text(usize),
    TextView,
    /// A decimal in so many bytes, with digits after the point.
    Decimal(usize, i8),
    Days,
    Millis,
    Time(TimeUnit, bool),
    /// Values by their place in a list, which comes with each batch.
    Listed(Box<ColumnType>, Box<ColumnType>),
}

impl TableShape {
    /// The columns of a table; the error names those that hold no single values.
    pub fn of(schema: &ArrowSchema) -> Result<TableShape, String> {
        // SAFETY: a schema that is not released has a format, and children as many as it says.
        let (format, children) = unsafe {
            (text(schema.format)?, list(schema.children.cast_const(), schema.n_children))
        };
        if format != "+s" {
            return Err(format!(
                "the usage is one column of the Arrow type `{format}`, and no table; hand over a table with a \
                 column of times and one of amounts"
            ));
        }
        let (mut names, mut types, mut problems) = (Vec::new(), Vec::new(), Vec::new());
        for child in children {
            // SAFETY: children of a schema are schemas.
            let child = unsafe { &**child };
            // SAFETY: a name is null or text that ends with a zero.
            let name = unsafe { text(child.name)? };
            match ColumnType::of(child) {
                Ok(found) => types.push(found),
                Err(why) => problems.push(format!("column `{name}`: {why}")),
            }
            names.push(name);
        }
        match problems.is_empty() {
            true => Ok(TableShape { names, types }),
            false => Err(problems.join("\n")),
        }
    }

    /// The names of the columns.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Hands every value of a batch to `take`, row by row.
    pub fn values<E: From<String>>(
        &self,
        batch: &ArrowArray,
        mut take: impl FnMut(ColumnValue<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        // SAFETY: a batch that is not released has children as many as it says.
        let children = unsafe { list(batch.children.cast_const(), batch.n_children) };
        if children.len() != self.types.len() {
            return Err(E::from("a batch has other columns than its stream said".to_owned()));
        }
        for row in 0..batch.length {
            let is_missing = !is_valid(batch, row);
            for (child, kind) in children.iter().zip(&self.types) {
                // SAFETY: children of an array are arrays, which hold as many rows after the offset of their parent.
                let child = unsafe { &**child };
                let row = row + batch.offset;
                take(if is_missing { ColumnValue::Nothing } else { kind.value(child, row)? })?;
            }
        }
        Ok(())
    }
}

impl ColumnType {
    fn of(schema: &ArrowSchema) -> Result<ColumnType, String> {
        // SAFETY: a schema that is not released has a format; its dictionary is null or a schema.
        let (format, dictionary) = unsafe { (text(schema.format)?, schema.dictionary.as_ref()) };
        let plain = ColumnType::named(&format)?;
        Ok(match dictionary {
            None => plain,
            Some(values) => ColumnType::Listed(Box::new(plain), Box::new(ColumnType::of(values)?)),
        })
    }

    fn named(format: &str) -> Result<ColumnType, String> {
        Ok(match format {
            "n" => ColumnType::Null,
            "b" => ColumnType::Truth,
            "c" => ColumnType::Signed(1),
            "s" => ColumnType::Signed(2),
            "i" => ColumnType::Signed(4),
            "l" => ColumnType::Signed(8),
            "C" => ColumnType::Unsigned(1),
            "S" => ColumnType::Unsigned(2),
            "I" => ColumnType::Unsigned(4),
            "L" => ColumnType::Unsigned(8),
            "e" => ColumnType::Half,
            "f" => ColumnType::Single,
            "g" => ColumnType::Double,
            "u" => ColumnType::Text(4),
            "U" => ColumnType::Text(8),
            "vu" => ColumnType::TextView,
            "tdD" => ColumnType::Days,
            "tdm" => ColumnType::Millis,
            _ => return ColumnType::with_parameters(format),
        })
    }

    /// `d:precision,scale[,bits]` and `ts[smun]:zone`.
    fn with_parameters(format: &str) -> Result<ColumnType, String> {
        let unknown = || {
            format!(
                "its Arrow type `{format}` has no single value in a row; leave the column out, or turn it \
                 into text or numbers"
            )
        };
        if let Some(parameters) = format.strip_prefix("d:") {
            let mut numbers = parameters.split(',').skip(1).map(str::parse::<i16>);
            let scale = numbers.next().and_then(Result::ok).and_then(|scale| scale.try_into().ok());
            let bits = numbers.next().map_or(Some(128), |bits| bits.ok());
            return match (scale, bits) {
                (Some(scale), Some(bits @ (32 | 64 | 128 | 256))) => {
                    Ok(ColumnType::Decimal(bits as usize / 8, scale))
                }
                _ => Err(unknown()),
            };
        }
        let Some((unit, zone)) = format.strip_prefix("ts").and_then(|rest| rest.split_once(':'))
        else {
            return Err(unknown());
        };
        let unit = match unit {
            "s" => TimeUnit::Second,
            "m" => TimeUnit::Milli,
            "u" => TimeUnit::Micro,
            "n" => TimeUnit::Nano,
            _ => return Err(unknown()),
        };
        Ok(ColumnType::Time(unit, !zone.is_empty()))
    }

    /// The value in a row of an array, counted from the beginning of its buffers but for its own offset.
    fn value<'a>(&self, array: &'a ArrowArray, row: i64) -> Result<ColumnValue<'a>, String> {
        if !is_valid(array, row) {
            return Ok(ColumnValue::Nothing);
        }
        let place = (row + array.offset) as usize;
        // SAFETY: the buffers of an array of this type hold a value in each row.
        unsafe {
            Ok(match self {
                ColumnType::Null => ColumnValue::Nothing,
                ColumnType::Truth => ColumnValue::Truth(bit(buffer(array, 1), place)),
                ColumnType::Signed(bytes) => ColumnValue::Whole(signed(array, place, *bytes)),
                ColumnType::Unsigned(bytes) => ColumnValue::Whole(unsigned(array, place, *bytes)),
                ColumnType::Half => ColumnValue::Single(half(read(buffer(array, 1), place))),
                ColumnType::Single => ColumnValue::Single(read(buffer(array, 1), place)),
                ColumnType::Double => ColumnValue::Double(read(buffer(array, 1), place)),
                ColumnType::Text(bytes) => ColumnValue::Text(utf8(array, place, *bytes)?),
                ColumnType::TextView => ColumnValue::Text(viewed(array, place)?),
                ColumnType::Decimal(bytes, scale) => {
                    ColumnValue::Decimal { digits: decimal(array, place, *bytes)?, scale: *scale }
                }
                ColumnType::Days => ColumnValue::Date(signed(array, place, 4) as i64),
                ColumnType::Millis => {
                    ColumnValue::Date((signed(array, place, 8) as i64).div_euclid(86_400_000))
                }
                ColumnType::Time(unit, utc) => {
                    let since = signed(array, place, 8) as i64;
                    ColumnValue::Time { since, unit: *unit, utc: *utc }
                }
                ColumnType::Listed(places, values) => {
                    let dictionary = array.dictionary.as_ref();
                    let dictionary = dictionary.ok_or("a batch lacks the list of its values")?;
                    match places.value(array, row)? {
                        ColumnValue::Whole(place) => values.value(dictionary, place as i64)?,
                        _ => return Err("places in a list of values are no whole numbers".into()),
                    }
                }
            })
        }
    }
}

/// Whether there is a value in a row, counted as in [`ColumnType::value`].
fn is_valid(array: &ArrowArray, row: i64) -> bool {
    if array.null_count == 0 || array.n_buffers == 0 {
        return true;
    }
    // SAFETY: the first buffer is null or has a bit for each row. Types without one (null) have no buffers.
    unsafe {
        let bits = buffer(array, 0);
        bits.is_null() || bit(bits, (row + array.offset) as usize)
    }
}

/// # Safety
///
/// The array has so many buffers.
unsafe fn buffer(array: &ArrowArray, place: usize) -> *const u8 {
    // SAFETY: as the caller says.
    unsafe { (*array.buffers.add(place)).cast() }
}

/// # Safety
///
/// The buffer holds so many values of `T`.
unsafe fn read<T: Copy>(buffer: *const u8, place: usize) -> T {
    // SAFETY: as the caller says. Producers align buffers by advice only.
    unsafe { buffer.cast::<T>().add(place).read_unaligned() }
}

/// # Safety
///
/// The buffer holds so many bits.
unsafe fn bit(buffer: *const u8, place: usize) -> bool {
    // SAFETY: as the caller says.
    unsafe { *buffer.add(place / 8) >> (place % 8) & 1 == 1 }
}

/// # Safety
///
/// The second buffer of the array holds so many signed numbers of so many bytes.
unsafe fn signed(array: &ArrowArray, place: usize, bytes: usize) -> i128 {
    // SAFETY: as the caller says.
    unsafe {
        let buffer = buffer(array, 1);
        match bytes {
            1 => read::<i8>(buffer, place).into(),
            2 => read::<i16>(buffer, place).into(),
            4 => read::<i32>(buffer, place).into(),
            8 => read::<i64>(buffer, place).into(),
            _ => read::<i128>(buffer, place),
        }
    }
}

/// # Safety
///
/// The second buffer of the array holds so many numbers without a sign of so many bytes.
unsafe fn unsigned(array: &ArrowArray, place: usize, bytes: usize) -> i128 {
    // SAFETY: as the caller says.
    unsafe {
        let buffer = buffer(array, 1);
        match bytes {
            1 => read::<u8>(buffer, place).into(),
            2 => read::<u16>(buffer, place).into(),
            4 => read::<u32>(buffer, place).into(),
            _ => read::<u64>(buffer, place).into(),
        }
    }
}

/// # Safety
///
/// The second buffer of the array holds so many decimals of so many bytes.
unsafe fn decimal(array: &ArrowArray, place: usize, bytes: usize) -> Result<i128, String> {
    if bytes < 32 {
        // SAFETY: as the caller says.
        return Ok(unsafe { signed(array, place, bytes) });
    }
    // SAFETY: as the caller says; the low half is the first.
    let (low, high) = unsafe {
        let buffer = buffer(array, 1);
        (read::<i128>(buffer, 2 * place), read::<i128>(buffer, 2 * place + 1))
    };
    match high == low >> 127 {
        true => Ok(low),
        false => Err("a decimal has more than 38 digits".to_owned()),
    }
}

/// # Safety
///
/// The array is text with the ends of its values in so many bytes.
unsafe fn utf8(array: &ArrowArray, place: usize, bytes: usize) -> Result<&str, String> {
    // SAFETY: as the caller says: the second buffer has an end more than values, the third the text.
    unsafe {
        let from = signed(array, place, bytes) as usize;
        let to = signed(array, place + 1, bytes) as usize;
        str_of(buffer(array, 2), from, to - from)
    }
}

/// # Safety
///
/// The array is text by views: a length, and the text itself or its place in a buffer.
unsafe fn viewed(array: &ArrowArray, place: usize) -> Result<&str, String> {
    // SAFETY: as the caller says.
    unsafe {
        let views = buffer(array, 1);
        let view = views.add(16 * place);
        let length = read::<u32>(view, 0) as usize;
        if length <= 12 {
            return str_of(view, 4, length);
        }
        let (of, from) = (read::<u32>(view, 2) as usize, read::<u32>(view, 3) as usize);
        str_of(buffer(array, 2 + of), from, length)
    }
}

/// # Safety
///
/// The buffer holds so many bytes, unless they are none.
unsafe fn str_of<'a>(buffer: *const u8, from: usize, length: usize) -> Result<&'a str, String> {
    if length == 0 {
        return Ok("");
    }
    // SAFETY: as the caller says.
    let bytes = unsafe { std::slice::from_raw_parts(buffer.add(from), length) };
    std::str::from_utf8(bytes).map_err(|why| format!("a text is no UTF-8: {why}"))
}

/// A number in half precision (IEEE 754 binary16), which single precision holds exactly.
fn half(bits: u16) -> f32 {
    let (sign, exponent, part) = (bits >> 15, bits >> 10 & 31, f32::from(bits & 1_023));
    let size = match exponent {
        0 => part * 2.0_f32.powi(-24),
        31 if part == 0.0 => f32::INFINITY,
        31 => f32::NAN,
        _ => (1_024.0 + part) * 2.0_f32.powi(i32::from(exponent) - 25),
    };
    if sign == 1 { -size } else { size }
}

/// # Safety
///
/// The place is null or text that ends with a zero.
unsafe fn text(place: *const c_char) -> Result<String, String> {
    if place.is_null() {
        return Ok(String::new());
    }
    // SAFETY: as the caller says.
    let text = unsafe { CStr::from_ptr(place) };
    text.to_str().map(str::to_owned).map_err(|why| format!("a name is no UTF-8: {why}"))
}

/// # Safety
///
/// The place holds so many pointers, unless they are none.
unsafe fn list<'a, T>(place: *const *mut T, count: i64) -> &'a [*mut T] {
    match usize::try_from(count) {
        // SAFETY: as the caller says.
        Ok(count @ 1..) => unsafe { std::slice::from_raw_parts(place, count) },
        _ => &[],
    }
}

impl ArrowArrayStream {
    /// The schema of the stream.
    pub fn schema(&mut self) -> Result<ArrowSchema, String> {
        let mut schema = ArrowSchema::empty();
        let ask = self.get_schema.ok_or("the stream was read already; make it anew")?;
        // SAFETY: the stream is not released, and the schema is there to be filled.
        let code = unsafe { ask(self, &mut schema) };
        self.checked(code).map(|()| schema)
    }

    /// The next batch; `None` at the end.
    pub fn next(&mut self) -> Result<Option<ArrowArray>, String> {
        let mut batch = ArrowArray::empty();
        let ask = self.get_next.ok_or("the stream was read already; make it anew")?;
        // SAFETY: the stream is not released, and the array is there to be filled.
        let code = unsafe { ask(self, &mut batch) };
        self.checked(code)?;
        Ok(batch.release.is_some().then_some(batch))
    }

    fn checked(&mut self, code: c_int) -> Result<(), String> {
        if code == 0 {
            return Ok(());
        }
        // SAFETY: the text of the last error is null or ends with a zero, until the next call.
        let told = match self.get_last_error {
            Some(ask) => unsafe { text(ask(self))? },
            None => String::new(),
        };
        Err(format!("the usage could not be handed over (error {code}): {told}"))
    }
}

/// A column that is handed out.
pub struct OutColumn {
    /// Its name.
    pub name: String,
    /// Its values.
    pub values: OutValues,
}

/// The values of a column that is handed out.
pub enum OutValues {
    /// Text.
    Text(Vec<Option<String>>),
    /// Counts.
    Whole(Vec<Option<i64>>),
    /// Numbers.
    Double(Vec<Option<f64>>),
    /// Exact decimals of 38 digits, with so many after the point.
    Decimal(Vec<Option<i128>>, u8),
}

/// The memory that an array or a schema of ours points to.
struct Private {
    buffers: Vec<Box<[u8]>>,
    pointers: Box<[*const c_void]>,
    texts: [CString; 2],
    arrays: Box<[*mut ArrowArray]>,
    schemas: Box<[*mut ArrowSchema]>,
}

impl Private {
    fn new(buffers: Vec<Option<Box<[u8]>>>) -> Private {
        let pointer = |buffer: &Option<Box<[u8]>>| {
            buffer.as_ref().map_or(ptr::null(), |buffer| buffer.as_ptr().cast::<c_void>())
        };
        let pointers = buffers.iter().map(pointer).collect();
        Private {
            pointers,
            buffers: buffers.into_iter().flatten().collect(),
            texts: Default::default(),
            arrays: Box::new([]),
            schemas: Box::new([]),
        }
    }
}

impl Drop for Private {
    fn drop(&mut self) {
        // SAFETY: each was made by `Box::into_raw`, and a consumer that took one has left it released.
        for place in &self.arrays {
            drop(unsafe { Box::from_raw(*place) });
        }
        for place in &self.schemas {
            drop(unsafe { Box::from_raw(*place) });
        }
        debug_assert!(self.buffers.len() <= self.pointers.len());
    }
}

unsafe extern "C" fn release_array(array: *mut ArrowArray) {
    // SAFETY: a consumer calls it once, with an array that `array_of` made.
    unsafe {
        drop(Box::from_raw((*array).private_data.cast::<Private>()));
        (*array).release = None;
    }
}

unsafe extern "C" fn release_schema(schema: *mut ArrowSchema) {
    // SAFETY: a consumer calls it once, with a schema that `schema_of` made.
    unsafe {
        drop(Box::from_raw((*schema).private_data.cast::<Private>()));
        (*schema).release = None;
    }
}

fn array_of(mut private: Private, length: usize, nulls: usize) -> ArrowArray {
    let pointers = private.pointers.as_mut_ptr();
    let children = private.arrays.as_mut_ptr();
    ArrowArray {
        length: length as i64,
        null_count: nulls as i64,
        offset: 0,
        n_buffers: private.pointers.len() as i64,
        n_children: private.arrays.len() as i64,
        buffers: pointers,
        children,
        dictionary: ptr::null_mut(),
        release: Some(release_array),
        private_data: Box::into_raw(Box::new(private)).cast(),
    }
}

fn schema_of(format: &str, name: &str, children: Vec<ArrowSchema>) -> ArrowSchema {
    /// `ARROW_FLAG_NULLABLE`
    const NULLABLE: i64 = 2;
    let mut private = Private::new(Vec::new());
    private.texts =
        [format, name].map(|text| CString::new(text.replace('\0', "")).expect("no zero"));
    private.schemas = children.into_iter().map(|child| Box::into_raw(Box::new(child))).collect();
    let [format, name] = private.texts.each_ref().map(|text| text.as_ptr());
    let schemas = private.schemas.as_mut_ptr();
    ArrowSchema {
        format,
        name,
        metadata: ptr::null(),
        flags: NULLABLE,
        n_children: private.schemas.len() as i64,
        children: schemas,
        dictionary: ptr::null_mut(),
        release: Some(release_schema),
        private_data: Box::into_raw(Box::new(private)).cast(),
    }
}

impl OutValues {
    fn format(&self) -> String {
        match self {
            OutValues::Text(_) => "u".to_owned(),
            OutValues::Whole(_) => "l".to_owned(),
            OutValues::Double(_) => "g".to_owned(),
            OutValues::Decimal(_, scale) => format!("d:38,{scale}"),
        }
    }

    fn array(&self) -> Result<ArrowArray, String> {
        fn plain<T: Copy + Default, const N: usize>(
            values: &[Option<T>],
            bytes: impl Fn(T) -> [u8; N],
        ) -> ArrowArray {
            let (bits, nulls) = validity(values.iter().map(Option::is_some));
            let data: Vec<u8> =
                values.iter().flat_map(|value| bytes(value.unwrap_or_default())).collect();
            array_of(Private::new(vec![Some(bits), Some(data.into())]), values.len(), nulls)
        }
        Ok(match self {
            OutValues::Whole(values) => plain(values, i64::to_ne_bytes),
            OutValues::Double(values) => plain(values, f64::to_ne_bytes),
            OutValues::Decimal(values, _) => plain(values, i128::to_ne_bytes),
            OutValues::Text(values) => {
                let (bits, nulls) = validity(values.iter().map(Option::is_some));
                let (mut ends, mut data) = (0_i32.to_ne_bytes().to_vec(), Vec::new());
                for value in values {
                    data.extend(value.as_deref().unwrap_or_default().as_bytes());
                    let end = i32::try_from(data.len());
                    let end = end.map_err(|_| "a column has more than 2 GB of text".to_owned())?;
                    ends.extend(end.to_ne_bytes());
                }
                let buffers = vec![Some(bits), Some(ends.into()), Some(data.into())];
                array_of(Private::new(buffers), values.len(), nulls)
            }
        })
    }
}

/// A bit for each value, and the number of those that are missing.
fn validity(values: impl ExactSizeIterator<Item = bool>) -> (Box<[u8]>, usize) {
    let mut bits = vec![0_u8; values.len().div_ceil(8)];
    let mut nulls = 0;
    for (place, is_there) in values.enumerate() {
        bits[place / 8] |= u8::from(is_there) << (place % 8);
        nulls += usize::from(!is_there);
    }
    (bits.into(), nulls)
}

/// The schema of a table.
pub fn table_schema(columns: &[OutColumn]) -> ArrowSchema {
    let field = |column: &OutColumn| schema_of(&column.values.format(), &column.name, Vec::new());
    schema_of("+s", "", columns.iter().map(field).collect())
}

/// A table as one batch of so many rows.
fn table_array(columns: &[OutColumn], rows: usize) -> Result<ArrowArray, String> {
    let arrays = columns.iter().map(|column| column.values.array());
    let arrays = arrays.collect::<Result<Vec<_>, String>>()?;
    let mut private = Private::new(vec![None]);
    private.arrays = arrays.into_iter().map(|array| Box::into_raw(Box::new(array))).collect();
    Ok(array_of(private, rows, 0))
}

/// What a stream of ours has still to hand out.
struct Pouring {
    schema: ArrowSchema,
    fields: Vec<(String, String)>,
    batch: Option<ArrowArray>,
}

/// A table as a stream of one batch.
pub fn table_stream(columns: &[OutColumn], rows: usize) -> Result<ArrowArrayStream, String> {
    let fields = columns.iter().map(|column| (column.values.format(), column.name.clone()));
    let pouring = Pouring {
        schema: table_schema(columns),
        fields: fields.collect(),
        batch: Some(table_array(columns, rows)?),
    };
    Ok(ArrowArrayStream {
        get_schema: Some(stream_schema),
        get_next: Some(stream_next),
        get_last_error: Some(stream_error),
        release: Some(release_stream),
        private_data: Box::into_raw(Box::new(pouring)).cast(),
    })
}

unsafe extern "C" fn stream_schema(stream: *mut ArrowArrayStream, out: *mut ArrowSchema) -> c_int {
    // SAFETY: a consumer calls it with a stream that `table_stream` made, and room for a schema.
    unsafe {
        let pouring = &mut *(*stream).private_data.cast::<Pouring>();
        let fields = pouring.fields.iter();
        let again = fields.map(|(format, name)| schema_of(format, name, Vec::new())).collect();
        let again = schema_of("+s", "", again);
        ptr::write(out, std::mem::replace(&mut pouring.schema, again));
    }
    0
}

unsafe extern "C" fn stream_next(stream: *mut ArrowArrayStream, out: *mut ArrowArray) -> c_int {
    // SAFETY: a consumer calls it with a stream that `table_stream` made, and room for an array.
    unsafe {
        let pouring = &mut *(*stream).private_data.cast::<Pouring>();
        ptr::write(out, pouring.batch.take().unwrap_or_else(ArrowArray::empty));
    }
    0
}

unsafe extern "C" fn stream_error(_: *mut ArrowArrayStream) -> *const c_char {
    ptr::null()
}

unsafe extern "C" fn release_stream(stream: *mut ArrowArrayStream) {
    // SAFETY: a consumer calls it once, with a stream that `table_stream` made.
    unsafe {
        drop(Box::from_raw((*stream).private_data.cast::<Pouring>()));
        (*stream).release = None;
    }
}

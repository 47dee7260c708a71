//! Sources that can be read only once, such as standard input: looked at, then streamed, or kept to be
//! read again.
//!
//! What is kept lies in memory up to a limit and beyond it in a file without a name, which goes with the
//! process. Deliberately absent: the choice between the two.

use std::fmt;
use std::io::{self, BufWriter, Cursor, Read, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex};

use tempfile::SpooledTempFile;

use super::{InputSource, UsageError};

/// Bytes that are looked at.
const START: u64 = 64 * 1024;
/// Bytes that are kept in memory.
const IN_MEMORY: usize = 64 << 20;
/// Bytes copied at once.
const COPIED: usize = 256 * 1024;

/// A source whose first bytes were looked at and that can be read once.
#[derive(Clone)]
pub struct BegunSource {
    name: String,
    start: Arc<[u8]>,
    /// Whether the start is all there is.
    whole: bool,
    /// What follows the start; `None` once it is being read.
    rest: Arc<Mutex<Option<Box<dyn Read + Send>>>>,
}

/// The bytes of a source that passed.
#[derive(Clone, Debug)]
pub struct KeptSource {
    name: String,
    bytes: Arc<Mutex<SpooledTempFile>>,
}

impl PartialEq for BegunSource {
    fn eq(&self, other: &BegunSource) -> bool {
        Arc::ptr_eq(&self.rest, &other.rest)
    }
}

impl Eq for BegunSource {}

impl PartialEq for KeptSource {
    fn eq(&self, other: &KeptSource) -> bool {
        Arc::ptr_eq(&self.bytes, &other.bytes)
    }
}

impl Eq for KeptSource {}

impl fmt::Debug for BegunSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BegunSource").field("name", &self.name).finish_non_exhaustive()
    }
}

impl BegunSource {
    /// Reads the first bytes of `source`.
    fn of(source: &InputSource) -> Result<BegunSource, UsageError> {
        let name = source.to_string();
        let opened = source.stored(None);
        let (mut rest, _) =
            opened.map_err(|cause| UsageError::Open { name: name.clone(), cause })?;
        let mut start = Vec::new();
        let read = rest.by_ref().take(START).read_to_end(&mut start);
        read.map_err(|cause| UsageError::Read { name: name.clone(), line: 0, cause })?;
        let whole = (start.len() as u64) < START;
        let rest = Arc::new(Mutex::new(Some(rest)));
        Ok(BegunSource { name, start: Arc::from(start), whole, rest })
    }

    /// The name of the source.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The whole lines of its start.
    pub(in crate::usage) fn seen(&self) -> InputSource {
        let end = match self.whole {
            true => self.start.len(),
            false => self.start.iter().rposition(|&byte| byte == b'\n').map_or(0, |last| last + 1),
        };
        InputSource::Bytes(Arc::from(self.start.get(..end).unwrap_or_default()))
    }

    /// All its bytes, which are handed out once.
    pub(super) fn read(&self) -> io::Result<Box<dyn Read + Send>> {
        let rest = self.rest.lock().ok().and_then(|mut rest| rest.take());
        let rest = rest.ok_or_else(|| io::Error::other("it can be read only once"))?;
        Ok(Box::new(Cursor::new(Arc::clone(&self.start)).chain(rest)))
    }
}

impl KeptSource {
    /// Reads `source` to its end and keeps it.
    fn of(source: &InputSource) -> Result<KeptSource, UsageError> {
        let name = source.to_string();
        let opened = source.stored(None);
        let (mut input, _) =
            opened.map_err(|cause| UsageError::Open { name: name.clone(), cause })?;
        let mut bytes = SpooledTempFile::new(IN_MEMORY);
        copy(&mut input, &mut bytes).map_err(|cause| UsageError::Read {
            name: name.clone(),
            line: 0,
            cause,
        })?;
        Ok(KeptSource { name, bytes: Arc::new(Mutex::new(bytes)) })
    }

    /// The name of the source.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// All its bytes, from the first.
    pub(super) fn read(&self) -> Box<dyn Read + Send> {
        Box::new(KeptReader { bytes: Arc::clone(&self.bytes), at: 0 })
    }
}

/// Bytes that are kept while they are written.
pub(in crate::usage) struct KeptWriter {
    name: String,
    bytes: BufWriter<SpooledTempFile>,
}

impl KeptWriter {
    /// No bytes yet, under the name of the source.
    pub(in crate::usage) fn new(name: &str) -> KeptWriter {
        let bytes = BufWriter::with_capacity(COPIED, SpooledTempFile::new(IN_MEMORY));
        KeptWriter { name: name.to_owned(), bytes }
    }

    /// All of them, to be read.
    pub(in crate::usage) fn finish(self) -> io::Result<KeptSource> {
        let bytes = self.bytes.into_inner().map_err(|error| unkept(error.into_error()))?;
        Ok(KeptSource { name: self.name, bytes: Arc::new(Mutex::new(bytes)) })
    }
}

impl Write for KeptWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes.write(bytes).map_err(unkept)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.bytes.flush().map_err(unkept)
    }
}

/// The error of what cannot be kept, with the way out.
fn unkept(cause: io::Error) -> io::Error {
    io::Error::other(format!(
        "it has to be kept in {}, which failed: {cause}; set TMPDIR to a folder with room, or save \
         it as a file and name that",
        std::env::temp_dir().display()
    ))
}

/// Copies all bytes to a file of the system's folder for such files.
fn copy(input: &mut impl Read, kept: &mut impl Write) -> io::Result<()> {
    let mut buffer = vec![0; COPIED];
    loop {
        let count = match input.read(&mut buffer) {
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => continue,
            read => read?,
        };
        let Some(bytes @ [_, ..]) = buffer.get(..count) else { return Ok(()) };
        kept.write_all(bytes).map_err(unkept)?;
    }
}

/// A reader of kept bytes, with a place of its own in them.
struct KeptReader {
    bytes: Arc<Mutex<SpooledTempFile>>,
    at: u64,
}

impl Read for KeptReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut bytes = self.bytes.lock().map_err(|_| io::Error::other("another reader failed"))?;
        bytes.seek(SeekFrom::Start(self.at))?;
        let count = bytes.read(buffer)?;
        self.at += count as u64;
        Ok(count)
    }
}

impl InputSource {
    /// The source with its first bytes looked at, if it can be read only once.
    pub(in crate::usage) fn begun(self) -> Result<InputSource, UsageError> {
        match self.passes() {
            true => BegunSource::of(&self).map(InputSource::Begun),
            false => Ok(self),
        }
    }

    /// A source with the same bytes that can be opened again.
    pub(in crate::usage) fn kept(self) -> Result<InputSource, UsageError> {
        match self.can_be_opened_again() || self.is_folder() {
            true => Ok(self),
            false => KeptSource::of(&self).map(InputSource::Kept),
        }
    }

    /// Whether it is there, can be read only once, and was not begun.
    fn passes(&self) -> bool {
        match self {
            InputSource::Stdin => true,
            InputSource::File(path) => path.exists() && !path.is_file() && !path.is_dir(),
            InputSource::Begun(_) | InputSource::Kept(_) | InputSource::Bytes(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(source: &InputSource) -> io::Result<String> {
        let mut text = String::new();
        source.stored(None)?.0.read_to_string(&mut text)?;
        Ok(text)
    }

    fn begun(text: &str) -> BegunSource {
        BegunSource::of(&InputSource::Bytes(text.as_bytes().into())).unwrap()
    }

    #[test]
    fn what_was_looked_at_is_read_again_with_the_rest_and_only_once() {
        for rows in [3, 40_000] {
            let text = "2026-01-01,5\n".repeat(rows) + "2026-01-02,6";
            let source = InputSource::Begun(begun(&text));
            assert!(!source.can_be_opened_again());
            assert_eq!(all(&source).unwrap(), text);
            assert!(all(&source).unwrap_err().to_string().contains("only once"));
        }
    }

    #[test]
    fn only_whole_lines_are_looked_at_unless_the_start_is_all_there_is() {
        let seen = |text: &str| all(&begun(text).seen()).unwrap();
        assert_eq!(seen("a,b\n1,2"), "a,b\n1,2");
        let long = "2026-01-01,5\n".repeat(40_000);
        let shown = seen(&long);
        assert!(shown.len() > 60_000 && shown.ends_with(",5\n") && long.starts_with(&shown));
        assert_eq!(seen(&"x".repeat(100_000)), "");
    }

    #[test]
    fn kept_bytes_are_read_by_several_readers_at_once_in_memory_and_beyond() {
        for length in [10, IN_MEMORY + 10] {
            let bytes: Vec<u8> = (0..length).map(|place| (place % 251) as u8).collect();
            let kept = KeptSource::of(&InputSource::Bytes(bytes.clone().into())).unwrap();
            let source = InputSource::Kept(kept);
            assert!(source.can_be_opened_again());
            let mut readers = [(); 2].map(|()| source.stored(None).unwrap().0);
            let mut read = [Vec::new(), Vec::new()];
            for _ in 0..3 {
                for (reader, read) in readers.iter_mut().zip(&mut read) {
                    reader.by_ref().take(length as u64 / 3 + 1).read_to_end(read).unwrap();
                }
            }
            assert!(read.iter().all(|read| *read == bytes));
        }
    }

    #[test]
    fn a_folder_without_room_is_told_with_the_way_out() {
        struct Full;
        impl Write for Full {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::StorageFull.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let error = copy(&mut Cursor::new(b"1"), &mut Full).unwrap_err().to_string();
        assert!(error.contains("set TMPDIR"), "{error}");
    }
}

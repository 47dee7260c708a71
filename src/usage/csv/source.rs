//! Sources of CSV bytes: a file, a pipe or standard input, plain or gzip, hashed on the way.
//!
//! Deliberately absent: the meaning of the bytes.

use std::fmt;
use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::PathBuf;
use std::sync::Arc;

use flate2::read::MultiGzDecoder;

use crate::domain::text::on_one_line;

use super::hashing::{Digest, HashKind, HashedReader};
use super::{BegunSource, KeptSource, UsageError};

/// A source of CSV.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InputSource {
    /// A file or a named pipe.
    File(PathBuf),
    /// Standard input.
    Stdin,
    /// The contents of a file, for programs that hold them in memory.
    Bytes(Arc<[u8]>),
    /// A pipe or standard input, of which the first bytes were looked at.
    Begun(BegunSource),
    /// The bytes of a pipe or of standard input, kept to be read again.
    Kept(KeptSource),
}

impl fmt::Display for InputSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            InputSource::File(path) => on_one_line(&path.to_string_lossy()).fmt(f),
            InputSource::Stdin => f.write_str("standard input"),
            InputSource::Bytes(_) => f.write_str("memory"),
            InputSource::Begun(source) => f.write_str(source.name()),
            InputSource::Kept(source) => f.write_str(source.name()),
        }
    }
}

impl InputSource {
    /// Returns true if it gives the same bytes when opened again: a regular file does, a pipe does
    /// not.
    pub fn can_be_opened_again(&self) -> bool {
        match self {
            InputSource::File(path) => path.metadata().is_ok_and(|about| about.is_file()),
            InputSource::Stdin | InputSource::Begun(_) => false,
            InputSource::Bytes(_) | InputSource::Kept(_) => true,
        }
    }

    /// Returns true if it can be read a single time, as standard input or a pipe; a folder or a pattern stands for files
    /// that can be read again.
    pub fn is_read_once(&self) -> bool {
        match self {
            InputSource::File(path) => {
                path.metadata().is_ok_and(|about| !about.is_file() && !about.is_dir())
            }
            _ => !self.can_be_opened_again(),
        }
    }

    /// All bytes as stored.
    ///
    /// # Errors
    ///
    /// If the source cannot be opened or read.
    pub fn bytes(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.stored(None)?.0.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Opens the source: the text, unpacked if it is gzip, and the digest of the bytes as stored.
    pub(super) fn read(
        &self,
        hash: Option<HashKind>,
    ) -> Result<(Box<dyn Read + Send>, Option<Digest>), UsageError> {
        let name = || self.to_string();
        // Before opening: a directory opens, and then cannot be read.
        if self.is_folder() {
            return Err(UsageError::Directory { name: name() });
        }
        let (raw, digest) =
            self.stored(hash).map_err(|cause| UsageError::Open { name: name(), cause })?;
        self.unpacked(raw).map(|reader| (reader, digest))
    }

    /// Returns true if it names a folder.
    pub(in crate::usage) fn is_folder(&self) -> bool {
        matches!(self, InputSource::File(path) if path.is_dir())
    }

    /// The bytes as stored, and their digest.
    pub(in crate::usage) fn stored(
        &self,
        hash: Option<HashKind>,
    ) -> io::Result<(Box<dyn Read + Send>, Option<Digest>)> {
        let raw: Box<dyn Read + Send> = match self {
            InputSource::Stdin => Box::new(io::stdin()),
            InputSource::Bytes(bytes) => Box::new(Cursor::new(Arc::clone(bytes))),
            InputSource::File(path) => Box::new(File::open(path)?),
            InputSource::Begun(source) => source.read()?,
            InputSource::Kept(source) => source.read(),
        };
        let digest = hash.map(Digest::new);
        Ok(match digest.clone() {
            Some(hashed) => (Box::new(HashedReader::new(raw, hashed)), digest),
            None => (raw, None),
        })
    }

    /// Examines the first bytes: gzip is unpacked, and bytes that cannot be CSV are refused.
    fn unpacked(&self, mut raw: Box<dyn Read + Send>) -> Result<Box<dyn Read + Send>, UsageError> {
        let mut start = Vec::new();
        let read = raw.by_ref().take(4).read_to_end(&mut start);
        read.map_err(|cause| UsageError::Read { name: self.to_string(), line: 0, cause })?;
        let refuse = |what| Err(UsageError::NotText { name: self.to_string(), what });
        match start.as_slice() {
            [0x1f, 0x8b, ..] => Ok(Box::new(MultiGzDecoder::new(Cursor::new(start).chain(raw)))),
            [b'P', b'K', 3, 4] => refuse("looks like a workbook or a zip archive"),
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => refuse("is UTF-16 text"),
            [0x28, 0xb5, 0x2f, 0xfd] => refuse("is packed with zstd"),
            [0xfd, b'7', b'z', b'X'] => refuse("is packed with xz"),
            [b'B', b'Z', b'h', _] => refuse("is packed with bzip2"),
            _ => Ok(Box::new(Cursor::new(start).chain(raw))),
        }
    }
}

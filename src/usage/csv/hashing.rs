//! The hash that says which file it was, taken of what is read on the way.
//!
//! Once a source turns out to be long, it is read ahead and hashed on a thread of its own, so that the rows do not wait
//! for either. Deliberately absent: the meaning of the bytes.

use std::fmt;
use std::io::{self, ErrorKind, Read};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::InputSource;

/// Bytes of a source from which on it is read ahead.
const LONG: u64 = 4 << 20;
/// Bytes that are read ahead at once.
const PIECE: usize = 256 << 10;
/// Pieces that wait to be used.
const WAITING: usize = 3;

/// The kind of a hash.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HashKind {
    /// BLAKE3, which is quick on any processor; `b3sum` tells it too.
    #[default]
    Blake3,
    /// SHA-256, as `sha256sum` tells it.
    Sha256,
}

impl HashKind {
    /// The name in output and flags.
    pub fn name(self) -> &'static str {
        match self {
            HashKind::Blake3 => "blake3",
            HashKind::Sha256 => "sha256",
        }
    }
}

/// The hash of a file as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileHash {
    /// What kind of hash it is.
    pub kind: HashKind,
    /// Its 32 bytes in hexadecimal.
    pub hex: String,
}

impl fmt::Display for FileHash {
    /// `blake3:` and the digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind.name(), self.hex)
    }
}

impl HashKind {
    /// The hash of bytes in memory, in hexadecimal.
    pub fn of(self, bytes: &[u8]) -> String {
        let mut hasher = AnyHasher::new(self);
        hasher.update(bytes);
        hasher.finish().hex
    }
}

impl FileHash {
    /// The hash of the bytes of a source as stored, which are read to their end.
    pub fn of(source: &InputSource, kind: HashKind) -> io::Result<FileHash> {
        let (mut raw, _) = source.stored(None)?;
        let (mut hasher, mut piece) = (AnyHasher::new(kind), vec![0; PIECE]);
        loop {
            match read_some(&mut raw, &mut piece)? {
                0 => return Ok(hasher.finish()),
                count => hasher.update(piece.get(..count).unwrap_or_default()),
            }
        }
    }
}

/// A hash of either kind in the making.
#[derive(Clone)]
enum AnyHasher {
    Blake3(Box<blake3::Hasher>),
    Sha256(Sha256),
}

impl AnyHasher {
    fn new(kind: HashKind) -> AnyHasher {
        match kind {
            HashKind::Blake3 => AnyHasher::Blake3(Box::default()),
            HashKind::Sha256 => AnyHasher::Sha256(Sha256::new()),
        }
    }

    fn update(&mut self, bytes: &[u8]) {
        match self {
            AnyHasher::Blake3(hasher) => {
                hasher.update(bytes);
            }
            AnyHasher::Sha256(hasher) => hasher.update(bytes),
        }
    }

    fn finish(self) -> FileHash {
        let (kind, bytes) = match self {
            AnyHasher::Blake3(hasher) => (HashKind::Blake3, *hasher.finalize().as_bytes()),
            AnyHasher::Sha256(hasher) => (HashKind::Sha256, hasher.finalize().into()),
        };
        FileHash { kind, hex: bytes.iter().map(|byte| format!("{byte:02x}")).collect() }
    }
}

/// The hash of what has been read so far.
#[derive(Clone)]
pub(in crate::usage) struct Digest(Arc<Mutex<AnyHasher>>);

impl Digest {
    /// The hash of nothing yet.
    pub(super) fn new(kind: HashKind) -> Digest {
        Digest(Arc::new(Mutex::new(AnyHasher::new(kind))))
    }

    fn update(&self, bytes: &[u8]) {
        // Whoever panicked while hashing leaves no hash.
        if let Ok(hasher) = self.0.lock().as_deref_mut() {
            hasher.update(bytes);
        }
    }

    /// Returns the hash; `None` if a reader panicked while hashing.
    pub(in crate::usage) fn finish(self) -> Option<FileHash> {
        let hasher = self.0.lock().ok()?.clone();
        Some(hasher.finish())
    }
}

/// A reader that hashes what passes, on a thread of its own once that is long.
pub(super) struct HashedReader {
    input: HashedInput,
    digest: Digest,
    /// Bytes that passed before it is read ahead; `None` if it never is.
    left: Option<u64>,
}

/// Where hashed bytes come from.
enum HashedInput {
    Here(Box<dyn Read + Send>),
    Ahead(AheadReader),
}

impl HashedReader {
    /// A reader of `raw`.
    pub(super) fn new(raw: Box<dyn Read + Send>, digest: Digest) -> HashedReader {
        let several = thread::available_parallelism().is_ok_and(|threads| threads.get() > 1);
        HashedReader { input: HashedInput::Here(raw), digest, left: several.then_some(LONG) }
    }
}

impl Read for HashedReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == Some(0)
            && let HashedInput::Here(raw) = &mut self.input
        {
            self.left = None;
            let raw = std::mem::replace(raw, Box::new(io::empty()));
            self.input = match AheadReader::start(raw, self.digest.clone()) {
                Ok(ahead) => HashedInput::Ahead(ahead),
                Err(raw) => HashedInput::Here(raw),
            };
        }
        let raw = match &mut self.input {
            HashedInput::Here(raw) => raw,
            HashedInput::Ahead(ahead) => return ahead.read(buffer),
        };
        let count = raw.read(buffer)?;
        self.digest.update(buffer.get(..count).unwrap_or_default());
        self.left = self.left.map(|left| left.saturating_sub(count as u64));
        Ok(count)
    }
}

/// The pieces that a thread reads ahead and hashes.
struct AheadReader {
    pieces: Receiver<io::Result<Vec<u8>>>,
    /// Pieces that were used, for the thread to fill again.
    used: Sender<Vec<u8>>,
    piece: Vec<u8>,
    at: usize,
}

impl AheadReader {
    /// Starts the thread; the source comes back where the system has no thread or memory to give.
    fn start(
        raw: Box<dyn Read + Send>,
        digest: Digest,
    ) -> Result<AheadReader, Box<dyn Read + Send>> {
        let Some(empty) = empty_pieces() else { return Err(raw) };
        let (sender, pieces) = sync_channel(WAITING);
        let (used, again) = channel();
        for piece in empty {
            used.send(piece).expect("the other end is in this function");
        }
        let source = Arc::new(Mutex::new(Some(raw)));
        let theirs = Arc::clone(&source);
        let thread = thread::Builder::new().name("reading ahead".to_owned());
        let started = thread.spawn(move || {
            let raw = theirs.lock().ok().and_then(|mut raw| raw.take());
            if let Some(raw) = raw {
                read_ahead(raw, &digest, &sender, &again);
            }
        });
        match started {
            Ok(_) => Ok(AheadReader { pieces, used, piece: Vec::new(), at: 0 }),
            Err(_) => {
                let raw = source.lock().ok().and_then(|mut raw| raw.take());
                Err(raw.expect("a thread that did not start has taken nothing"))
            }
        }
    }
}

/// All pieces that are under way at once, so that no thread has to ask for memory while a source is read; `None` if
/// there is not enough.
fn empty_pieces() -> Option<Vec<Vec<u8>>> {
    let piece = |_| {
        let mut piece = Vec::new();
        piece.try_reserve_exact(PIECE).ok()?;
        Some(piece)
    };
    // Those that wait, the one that is filled and the one that is used.
    (0..WAITING + 2).map(piece).collect()
}

/// Reads a source to its end, or until nobody wants its pieces.
fn read_ahead(
    mut raw: Box<dyn Read + Send>,
    digest: &Digest,
    pieces: &SyncSender<io::Result<Vec<u8>>>,
    again: &Receiver<Vec<u8>>,
) {
    while let Ok(mut piece) = again.recv() {
        piece.resize(PIECE, 0);
        let count = match read_some(&mut raw, &mut piece) {
            Ok(0) => return,
            Ok(count) => count,
            Err(cause) => {
                // Nobody may be there to hear of it.
                let _: Result<(), _> = pieces.send(Err(cause));
                return;
            }
        };
        piece.truncate(count);
        digest.update(&piece);
        if pieces.send(Ok(piece)).is_err() {
            return;
        }
    }
}

fn read_some(raw: &mut dyn Read, piece: &mut [u8]) -> io::Result<usize> {
    loop {
        match raw.read(piece) {
            Err(cause) if cause.kind() == ErrorKind::Interrupted => {}
            done => return done,
        }
    }
}

impl Read for AheadReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.piece.len() {
            let Ok(next) = self.pieces.recv() else { return Ok(0) };
            let used = std::mem::replace(&mut self.piece, next?);
            if used.capacity() > 0 {
                // At the end of the source nobody fills it again.
                let _: Result<(), _> = self.used.send(used);
            }
            self.at = 0;
        }
        let rest = self.piece.get(self.at..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        if let (Some(buffer), Some(rest)) = (buffer.get_mut(..count), rest.get(..count)) {
            buffer.copy_from_slice(rest);
        }
        self.at += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn bytes(length: usize) -> Vec<u8> {
        (0..length).map(|place| (place * 7 % 251) as u8).collect()
    }

    /// A source that is read ahead after so many bytes.
    fn reader(raw: impl Read + Send + 'static, left: Option<u64>, kind: HashKind) -> HashedReader {
        let digest = Digest::new(kind);
        HashedReader { left, ..HashedReader::new(Box::new(raw), digest) }
    }

    #[test]
    fn hashes_are_those_of_other_programs() {
        for (kind, hex) in [
            (HashKind::Blake3, "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85"),
            (HashKind::Sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ] {
            let digest = Digest::new(kind);
            digest.update(b"a");
            digest.update(b"bc");
            let hash = digest.finish().expect("nobody panicked");
            assert_eq!(hash.to_string(), format!("{}:{hex}", kind.name()));
            assert_eq!(kind.of(b"abc"), hex);
            let source = InputSource::Bytes(b"abc".as_slice().into());
            assert_eq!(FileHash::of(&source, kind).expect("it is in memory"), hash);
        }
    }

    #[test]
    fn a_source_that_is_read_ahead_gives_the_same_bytes_and_the_same_hash() {
        for length in [0, 1, 1_000, PIECE, 5 * PIECE + 3] {
            for kind in [HashKind::Blake3, HashKind::Sha256] {
                let whole = bytes(length);
                let digest = Digest::new(kind);
                digest.update(&whole);
                for left in [None, Some(0), Some(1), Some(300_000)] {
                    let mut reader = reader(Cursor::new(whole.clone()), left, kind);
                    let mut read = Vec::new();
                    reader.read_to_end(&mut read).expect("memory can be read");
                    assert!(read == whole, "{length} bytes, {left:?}");
                    assert_eq!(reader.digest.finish(), digest.clone().finish());
                }
            }
        }
    }

    #[test]
    fn an_error_comes_after_the_bytes_before_it_and_a_reader_may_stop_early() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("torn"))
            }
        }
        for left in [None, Some(0)] {
            let source = Cursor::new(bytes(700_000)).chain(Broken);
            let mut reader = reader(source, left, HashKind::Blake3);
            let mut read = Vec::new();
            let error = reader.read_to_end(&mut read).expect_err("it is torn");
            assert_eq!((error.to_string().as_str(), read.len()), ("torn", 700_000));
        }
        let mut early = reader(io::repeat(b'x'), Some(0), HashKind::Blake3);
        let mut first = [0; 10];
        early.read_exact(&mut first).expect("it has no end");
        assert_eq!(first, [b'x'; 10]);
    }
}

//! Packed bytes, unpacked: gzip of any number of members, Zstandard of any number of frames.

use std::io::{self, BufRead as _, BufReader, Read};

use flate2::read::MultiGzDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use super::layout::Packing;

/// The packing of bytes that begin so.
pub(super) fn packing(start: &[u8]) -> Packing {
    match start {
        [0x1f, 0x8b, ..] => Packing::Gzip,
        // A frame, or a frame that is to be skipped.
        [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Packing::Zstd,
        _ => Packing::Plain,
    }
}

/// `input` as it was before it was packed.
pub(super) fn unpacked(input: Box<dyn Read + Send>, packing: Packing) -> Box<dyn Read + Send> {
    match packing {
        Packing::Plain => input,
        Packing::Gzip => Box::new(MultiGzDecoder::new(BufReader::new(input))),
        Packing::Zstd => Box::new(Frames::new(input)),
    }
}

/// Zstandard frames, one after another.
struct Frames {
    source: BufReader<Box<dyn Read + Send>>,
    decoder: FrameDecoder,
    /// Whether a frame has begun that has not ended.
    within: bool,
}

impl Frames {
    fn new(input: Box<dyn Read + Send>) -> Frames {
        Frames { source: BufReader::new(input), decoder: FrameDecoder::new(), within: false }
    }

    /// Reads on in the frame; 0 at its end.
    fn within(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.decoder.can_collect() < buffer.len() && !self.decoder.is_finished() {
            let wanted = buffer.len() - self.decoder.can_collect();
            let wanted = BlockDecodingStrategy::UptoBytes(wanted);
            let decoded = self.decoder.decode_blocks(&mut self.source, wanted);
            decoded.map_err(|_| broken("a block ends early or is none"))?;
        }
        let count = self.decoder.read(buffer)?;
        if count == 0 && !buffer.is_empty() {
            self.within = false;
            let told = self.decoder.get_checksum_from_data();
            if told.is_some() && told != self.decoder.get_calculated_checksum() {
                return Err(broken("the checksum of a frame is another"));
            }
        }
        Ok(count)
    }

    /// Begins the next frame; `false` if there is none.
    fn begin(&mut self) -> io::Result<bool> {
        loop {
            if self.source.fill_buf()?.is_empty() {
                return Ok(false);
            }
            match self.decoder.init(&mut self.source) {
                Ok(()) => {
                    self.within = true;
                    return Ok(true);
                }
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => {
                    let mut skipped = self.source.by_ref().take(u64::from(length));
                    io::copy(&mut skipped, &mut io::sink())?;
                }
                Err(cause) => return Err(broken(cause)),
            }
        }
    }
}

impl Read for Frames {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            if self.within {
                match self.within(buffer)? {
                    0 => {}
                    count => return Ok(count),
                }
            } else if !self.begin()? {
                return Ok(0);
            }
        }
    }
}

fn broken(cause: impl std::fmt::Display) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("the Zstandard data is broken: {cause}"))
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write as _};

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};

    use super::*;

    fn read(bytes: Vec<u8>) -> io::Result<Vec<u8>> {
        let packing = packing(&bytes);
        let mut text = Vec::new();
        unpacked(Box::new(Cursor::new(bytes)), packing).read_to_end(&mut text)?;
        Ok(text)
    }

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn zstd(text: &[u8]) -> Vec<u8> {
        compress_to_vec(text, CompressionLevel::Fastest)
    }

    #[test]
    fn members_and_frames_follow_one_another() {
        let text = b"time,credits\n2026-01-01,5\n".repeat(20_000);
        assert_eq!(read(text.clone()).unwrap(), text);
        assert_eq!(
            read([gzip(&text), gzip(b"more\n")].concat()).unwrap(),
            [&text[..], b"more\n"].concat()
        );
        assert_eq!(
            read([zstd(&text), zstd(b"more\n")].concat()).unwrap(),
            [&text[..], b"more\n"].concat()
        );
    }

    #[test]
    fn a_frame_that_is_to_be_skipped_is_skipped_wherever_it_stands() {
        let skipped = [&[0x52, 0x2a, 0x4d, 0x18, 3, 0, 0, 0][..], b"abc"].concat();
        let bytes = [&skipped[..], &zstd(b"text"), &skipped].concat();
        assert_eq!(read(bytes).unwrap(), b"text");
    }

    #[test]
    fn packed_data_that_was_cut_is_an_error() {
        let text: Vec<u8> =
            (0..90_000_u32).flat_map(|n| n.wrapping_mul(n).to_string().into_bytes()).collect();
        for packed in [gzip(&text), zstd(&text)] {
            assert!(read(packed[..packed.len() / 2].to_vec()).is_err());
        }
    }
}

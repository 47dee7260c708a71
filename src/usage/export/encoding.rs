//! Text of any of the usual encodings, as UTF-8.
//!
//! Deliberately absent: which encoding it is.

use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::layout::Charset;

/// Bytes read of the source at once.
const READ: usize = 64 * 1024;

/// `input` as UTF-8, without a byte-order mark.
pub(super) fn decoded(input: Box<dyn Read + Send>, charset: Charset) -> Box<dyn Read + Send> {
    let encoding: &'static Encoding = match charset {
        Charset::Utf8 => return input,
        Charset::Utf16Le => UTF_16LE,
        Charset::Utf16Be => UTF_16BE,
        Charset::Windows1252 => WINDOWS_1252,
    };
    Box::new(Decoded {
        input,
        decoder: encoding.new_decoder_without_bom_handling(),
        charset,
        raw: vec![0; READ],
        raw_from: 0,
        raw_to: 0,
        text: vec![0; 3 * READ],
        from: 0,
        to: 0,
        ended: false,
    })
}

/// The bytes of a byte-order mark at the start of `bytes`, and its encoding.
pub(super) fn mark(bytes: &[u8]) -> Option<(Charset, usize)> {
    match bytes {
        [0xef, 0xbb, 0xbf, ..] => Some((Charset::Utf8, 3)),
        [0xff, 0xfe, ..] => Some((Charset::Utf16Le, 2)),
        [0xfe, 0xff, ..] => Some((Charset::Utf16Be, 2)),
        _ => None,
    }
}

/// A reader that decodes what passes.
struct Decoded {
    input: Box<dyn Read + Send>,
    decoder: Decoder,
    charset: Charset,
    /// Bytes of the source; those in `[raw_from, raw_to)` are not yet decoded.
    raw: Vec<u8>,
    raw_from: usize,
    raw_to: usize,
    /// Text; the bytes in `[from, to)` are not yet handed out.
    text: Vec<u8>,
    from: usize,
    to: usize,
    ended: bool,
}

impl Decoded {
    /// Decodes more; `false` at the end.
    fn refill(&mut self) -> io::Result<bool> {
        if self.raw_from == self.raw_to {
            if self.ended {
                return Ok(false);
            }
            (self.raw_from, self.raw_to) = (0, self.input.read(&mut self.raw)?);
            self.ended = self.raw_to == 0;
        }
        let raw = self.raw.get(self.raw_from..self.raw_to).unwrap_or_default();
        let (result, read, written) =
            self.decoder.decode_to_utf8_without_replacement(raw, &mut self.text, self.ended);
        self.raw_from += read;
        (self.from, self.to) = (0, written);
        if let DecoderResult::Malformed(..) = result {
            let why = format!("bytes that are no {} text", self.charset.name());
            return Err(io::Error::new(io::ErrorKind::InvalidData, why));
        }
        Ok(true)
    }
}

impl Read for Decoded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.from == self.to {
            if !self.refill()? {
                return Ok(0);
            }
        }
        let text = self.text.get(self.from..self.to).unwrap_or_default();
        let count = text.len().min(buffer.len());
        if let (Some(to), Some(text)) = (buffer.get_mut(..count), text.get(..count)) {
            to.copy_from_slice(text);
        }
        self.from += count;
        Ok(count)
    }
}

/// The text of bytes, in whose last letter they may end.
pub(super) fn valid_text(bytes: &[u8]) -> &str {
    let valid = str::from_utf8(bytes).map_or_else(|why| why.valid_up_to(), str::len);
    bytes.get(..valid).and_then(|bytes| str::from_utf8(bytes).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn text(bytes: Vec<u8>, charset: Charset) -> io::Result<String> {
        let mut text = String::new();
        decoded(Box::new(Cursor::new(bytes)), charset).read_to_string(&mut text)?;
        Ok(text)
    }

    #[test]
    fn each_encoding_reads_back_as_the_text_that_was_written() {
        let written = "Zeit;Beträge\n2026-03-01;12,35 €\n".repeat(9_000);
        let units = || written.encode_utf16();
        let low: Vec<u8> = units().flat_map(u16::to_le_bytes).collect();
        let high: Vec<u8> = units().flat_map(u16::to_be_bytes).collect();
        let latin = WINDOWS_1252.encode(&written).0.into_owned();
        assert_eq!(text(low, Charset::Utf16Le).unwrap(), written);
        assert_eq!(text(high, Charset::Utf16Be).unwrap(), written);
        assert_eq!(text(latin, Charset::Windows1252).unwrap(), written);
    }

    #[test]
    fn half_a_character_is_an_error_and_not_a_replacement() {
        assert!(text(vec![b'a', 0, 0x3d, 0xd8], Charset::Utf16Le).is_err());
        assert!(text(vec![b'a', 0, b'b'], Charset::Utf16Le).is_err());
    }
}

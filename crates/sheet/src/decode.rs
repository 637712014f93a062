use std::io::Read;

use encoding_rs::{Decoder, DecoderResult, Encoding};

use crate::charset;
use crate::fault::Flaw;
use crate::limits::{CHUNK, SAMPLE};
use crate::row::DAMAGED;

/// A file's text as it is read: a window of UTF-8 that moves on.
///
/// As long as there is nothing but ASCII the encoding stays open; it is told by the first megabyte from the
/// first other byte on.
pub(crate) struct Text<'a> {
    input: Box<dyn Read + 'a>,
    raw: Vec<u8>,
    raw_at: usize,
    input_ended: bool,
    decoder: Option<Decoder>,
    window: String,
    at: usize,
    ended: bool,
    damaged: bool,
    /// Why reading ends where the window ends.
    failed: Option<Flaw>,
    read: u64,
}

impl<'a> Text<'a> {
    /// The text of `input` after its first `skip` bytes (its mark).
    pub(crate) fn new(
        input: Box<dyn Read + 'a>,
        encoding: Option<&'static Encoding>,
        skip: usize,
    ) -> Result<Text<'a>, Flaw> {
        let mut text = Text {
            input,
            raw: Vec::new(),
            raw_at: 0,
            input_ended: false,
            decoder: encoding.map(Encoding::new_decoder_without_bom_handling),
            window: String::new(),
            at: 0,
            ended: false,
            damaged: false,
            failed: None,
            read: 0,
        };
        text.gather(skip)?;
        text.raw_at = skip.min(text.raw.len());
        Ok(text)
    }

    /// What was decoded and not yet taken.
    pub(crate) fn rest(&self) -> &str {
        &self.window[self.at..]
    }

    /// Takes `bytes` of the rest.
    pub(crate) fn advance(&mut self, bytes: usize) {
        self.at += bytes;
    }

    /// Whether nothing comes after the rest.
    pub(crate) fn ended(&self) -> bool {
        self.ended
    }

    /// Whether bytes were met that are no characters; they read as [`DAMAGED`].
    pub(crate) fn damaged(&self) -> bool {
        self.damaged
    }

    /// Bytes read from the file.
    pub(crate) fn read(&self) -> u64 {
        self.read
    }

    /// Decodes some more.
    pub(crate) fn more(&mut self) -> Result<(), Flaw> {
        if let Some(flaw) = self.failed.take() {
            return Err(flaw);
        }
        self.window.drain(..self.at);
        self.at = 0;
        self.gather(1)?;
        if self.decoder.is_none() {
            self.ascii()?;
        }
        if self.decoder.is_some() {
            self.decode();
        }
        Ok(())
    }

    /// Takes what is ASCII as it is; chooses the encoding at the first byte that is not.
    fn ascii(&mut self) -> Result<(), Flaw> {
        let fresh = &self.raw[self.raw_at..];
        let plain = Encoding::ascii_valid_up_to(fresh);
        self.window.push_str(&String::from_utf8_lossy(&fresh[..plain]));
        let more = plain < fresh.len();
        self.raw_at += plain;
        if more {
            self.gather(SAMPLE)?;
            match charset::decide(&self.raw[self.raw_at..]) {
                Ok(encoding) => self.decoder = Some(encoding.new_decoder_without_bom_handling()),
                Err(flaw) => self.failed = Some(flaw), // what came before is good, and is read first
            }
        } else {
            self.ended = self.input_ended;
        }
        Ok(())
    }

    fn decode(&mut self) {
        let Some(decoder) = self.decoder.as_mut() else {
            return;
        };
        let last = self.input_ended;
        loop {
            let fresh = &self.raw[self.raw_at..];
            let room = decoder
                .max_utf8_buffer_length_without_replacement(fresh.len())
                .unwrap_or(fresh.len().saturating_mul(3));
            self.window.reserve(room + DAMAGED.len_utf8());
            let (result, read) = decoder.decode_to_string_without_replacement(fresh, &mut self.window, last);
            self.raw_at += read;
            match result {
                DecoderResult::Malformed(..) => {
                    self.window.push(DAMAGED);
                    self.damaged = true;
                }
                DecoderResult::OutputFull => {}
                DecoderResult::InputEmpty => break,
            }
        }
        self.ended = last;
    }

    /// Reads until `least` bytes wait or the input is over.
    fn gather(&mut self, least: usize) -> Result<(), Flaw> {
        if self.raw.len() - self.raw_at >= least {
            return Ok(());
        }
        self.raw.drain(..self.raw_at);
        self.raw_at = 0;
        while self.raw.len() < least && !self.input_ended {
            let before = self.raw.len();
            self.raw.resize(before + CHUNK, 0);
            let read = self.input.read(&mut self.raw[before..]);
            let got = match &read {
                Ok(got) => *got,
                Err(_) => 0,
            };
            self.raw.truncate(before + got);
            self.read += got as u64;
            match read {
                Ok(0) => self.input_ended = true,
                Ok(_) => {}
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(unreadable(&error)),
            }
        }
        Ok(())
    }
}

/// The flaw of a failed read: the disk's, or what stands between (an archive's entry).
pub(crate) fn unreadable(error: &std::io::Error) -> Flaw {
    if let Some(flaw) = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<Unreadable>())
    {
        return Flaw::new(flaw.0);
    }
    match error.kind() {
        std::io::ErrorKind::InvalidData | std::io::ErrorKind::InvalidInput => Flaw::new("file_broken"),
        std::io::ErrorKind::UnexpectedEof => Flaw::new("file_cut"),
        kind => Flaw::new("file_unreadable").with("cause", kind.to_string()),
    }
}

/// A code that travels through an I/O error.
#[derive(Debug)]
pub(crate) struct Unreadable(pub(crate) &'static str);

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Unreadable {}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read};

    use encoding_rs::{Encoding, GB18030, UTF_16LE};

    use super::Text;
    use crate::row::DAMAGED;

    /// Gives few bytes at a time, as a slow disk or an archive may.
    struct Drops(Cursor<Vec<u8>>, usize);

    impl Read for Drops {
        fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
            let most = self.1.min(to.len());
            self.0.read(&mut to[..most])
        }
    }

    fn all(bytes: Vec<u8>, drop: usize, encoding: Option<&'static Encoding>) -> (String, bool) {
        let mut text = Text::new(Box::new(Drops(Cursor::new(bytes), drop)), encoding, 0).expect("starts");
        let mut seen = String::new();
        while !text.ended() {
            text.more().expect("reads");
            seen.push_str(text.rest());
            text.advance(text.rest().len());
        }
        (seen, text.damaged())
    }

    #[test]
    fn the_encoding_stays_open_until_the_first_byte_that_is_not_ascii() {
        let late = format!("{}订单编号,收货人姓名\n", "a,b,c\n".repeat(300_000));
        let (seen, damaged) = all(GB18030.encode(&late).0.into_owned(), 4096, None);
        assert!(seen == late && !damaged);
        let (seen, _) = all(late.clone().into_bytes(), 65_536, None);
        assert!(seen == late);
    }

    #[test]
    fn characters_cut_between_reads_are_whole() {
        let text = "订单编号,收货人姓名,地址\n".repeat(50);
        for drop in [1, 2, 3, 7] {
            let gbk = GB18030.encode(&text).0.into_owned();
            assert_eq!(all(gbk, drop, Some(GB18030)), (text.clone(), false));
        }
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(all(wide, 3, Some(UTF_16LE)), (text, false));
    }

    #[test]
    fn broken_bytes_are_marked_and_reading_goes_on() {
        let mut bytes = GB18030.encode("订单,备注\n一,好").0.into_owned();
        bytes.push(0xff);
        bytes.extend_from_slice(b"\nb,c\n");
        let (seen, damaged) = all(bytes, 100, Some(GB18030));
        assert!(
            damaged && seen.contains(DAMAGED) && seen.ends_with("\nb,c\n"),
            "{seen:?}"
        );
    }
}

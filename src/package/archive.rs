//! Reads parts of a ZIP, which may itself be stored in another one.

use std::collections::HashMap;
use std::io::{self, Read};

use flate2::read::DeflateDecoder;
use rawzip::{
    CompressionMethod, ErrorKind, RECOMMENDED_BUFFER_SIZE, ReaderAt, ZipArchive, ZipArchiveEntryWayfinder, ZipLocator,
};

use super::PackageError;
use super::limits::{Limits, shown};

/// A range of bytes of a file or of memory.
#[derive(Clone, Copy)]
pub(super) struct Window<'a> {
    source: &'a dyn ReaderAt,
    start: u64,
    len: u64,
}

impl<'a> Window<'a> {
    pub(super) fn new(source: &'a dyn ReaderAt, len: u64) -> Window<'a> {
        Window { source, start: 0, len }
    }

    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// The bytes `start..end` of the window. The caller has checked that they lie in it.
    fn cut(&self, start: u64, end: u64) -> Window<'a> {
        Window { source: self.source, start: self.start + start, len: end - start }
    }
}

impl ReaderAt for Window<'_> {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let left = self.len.saturating_sub(offset);
        let wanted = left.min(buffer.len() as u64) as usize;
        self.source.read_at(&mut buffer[..wanted], self.start.saturating_add(offset))
    }
}

/// A part of a package: an entry of the central directory.
#[derive(Clone)]
pub(super) struct PackagePart {
    /// The name with `/` between folders and percent escapes decoded, because part names are URIs.
    pub(super) name: String,
    pub(super) stored: bool,
    pub(super) size: u64,
    deflated: bool,
    /// The offset of the local header, and the end of the data at the earliest.
    extent: (u64, u64),
    place: ZipArchiveEntryWayfinder,
}

impl PackagePart {
    /// The offset of its local header.
    pub(super) fn start(&self) -> u64 {
        self.extent.0
    }
}

/// An archive with its central directory.
pub(super) struct Archive<'a> {
    /// The name of the file, for errors.
    file: String,
    zip: ZipArchive<Window<'a>>,
    window: Window<'a>,
    /// The parts that were wanted.
    parts: Vec<PackagePart>,
    /// The position of each part by its name in lower case; of parts with the same name the first.
    by_name: HashMap<String, usize>,
    limits: &'a Limits,
}

/// The length of a local header without the name.
const LOCAL_HEADER: u64 = 30;

impl<'a> Archive<'a> {
    /// Reads the central directory and keeps the parts for whose name `wanted` returns true.
    pub(super) fn open(
        file: &str,
        window: Window<'a>,
        limits: &'a Limits,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Archive<'a>, PackageError> {
        let broken = |reason: String| PackageError::BrokenDirectory { file: file.to_owned(), reason };
        let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
        let zip =
            ZipLocator::new().locate_in_reader(window, &mut buffer, window.len()).map_err(|(_, error)| match error
                .kind()
            {
                ErrorKind::MissingEndOfCentralDirectory if is_lfs_pointer(&window) => {
                    PackageError::LfsPointer { file: file.to_owned() }
                }
                ErrorKind::MissingEndOfCentralDirectory => PackageError::NotZip { file: file.to_owned() },
                _ => broken(error.to_string()),
            })?;
        let mut parts = Vec::new();
        let mut count = 0;
        let mut entries = zip.entries(&mut buffer);
        while let Some(entry) = entries.next_entry().map_err(|error| broken(error.to_string()))? {
            count += 1;
            let name = part_name(entry.file_path().as_bytes());
            if !entry.is_dir() && wanted(&name) {
                let method = entry.compression_method();
                let start = entry.local_header_offset();
                parts.push(PackagePart {
                    name,
                    stored: method == CompressionMethod::STORE,
                    deflated: method == CompressionMethod::DEFLATE,
                    size: entry.uncompressed_size_hint(),
                    extent: (start, start.saturating_add(LOCAL_HEADER).saturating_add(entry.compressed_size_hint())),
                    place: entry.wayfinder(),
                });
            }
        }
        if count != zip.entries_hint() {
            return Err(broken(format!("it announces {} entries and has {count}", zip.entries_hint())));
        }
        check_length(&zip).map_err(broken)?;
        check_extents(&parts).map_err(broken)?;
        let mut by_name = HashMap::with_capacity(parts.len());
        for (index, part) in parts.iter().enumerate() {
            by_name.entry(part.name.to_ascii_lowercase()).or_insert(index);
        }
        Ok(Archive { file: file.to_owned(), zip, window, parts, by_name, limits })
    }

    /// The name of the file, for errors.
    pub(super) fn file(&self) -> &str {
        &self.file
    }

    /// The parts that were kept.
    pub(super) fn parts(&self) -> &[PackagePart] {
        &self.parts
    }

    /// The part with this name. Part names ignore ASCII case.
    pub(super) fn part(&self, name: &str) -> Option<&PackagePart> {
        self.by_name.get(&name.to_ascii_lowercase()).map(|&index| &self.parts[index])
    }

    /// Where the central directory begins, and where the file ends.
    pub(super) fn directory(&self) -> (u64, u64) {
        (self.zip.directory_offset(), self.window.len())
    }

    /// Bytes of the file as they are.
    pub(super) fn bytes(&self, start: u64, length: u64) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; usize::try_from(length).map_err(io::Error::other)?];
        let mut read = 0;
        while read < bytes.len() {
            match self.window.read_at(&mut bytes[read..], start + read as u64)? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                more => read += more,
            }
        }
        Ok(bytes)
    }

    /// Unpacks a whole part of at most `limit` bytes into memory, and checks its checksum.
    pub(super) fn read(&self, part: &PackagePart, limit: u64) -> Result<Vec<u8>, String> {
        let entry = self.zip.get_entry(part.place).map_err(|error| error.to_string())?;
        let mut bytes = Vec::new();
        let limit = limit.min(self.limits.left());
        // The size in the directory may be wrong, so the limit is applied to the bytes that are unpacked.
        let result = if part.stored {
            entry.verifying_reader(entry.reader()).take(limit + 1).read_to_end(&mut bytes)
        } else if part.deflated {
            let inflated = Inflated(DeflateDecoder::new(entry.reader()));
            entry.verifying_reader(inflated).take(limit + 1).read_to_end(&mut bytes)
        } else {
            return Err("its compression method is neither stored nor deflate".to_owned());
        };
        self.limits.unpack(bytes.len() as u64);
        if bytes.len() as u64 > limit {
            return Err(match self.limits.left() {
                0 => "all that is to be unpacked is too large".to_owned(),
                _ => format!("it is larger than {limit} bytes"),
            });
        }
        result.map_err(|error| error.to_string())?;
        Ok(bytes)
    }

    /// At most the first `limit` bytes of a part. Its checksum is not checked.
    pub(super) fn read_start(&self, part: &PackagePart, limit: u64) -> Result<Vec<u8>, String> {
        let entry = self.zip.get_entry(part.place).map_err(|error| error.to_string())?;
        let mut bytes = Vec::new();
        let result = if part.deflated {
            Inflated(DeflateDecoder::new(entry.reader())).take(limit).read_to_end(&mut bytes)
        } else {
            entry.reader().take(limit).read_to_end(&mut bytes)
        };
        self.limits.unpack(bytes.len() as u64);
        result.map_err(|error| error.to_string())?;
        Ok(bytes)
    }

    /// Unpacks a part and gives its content to `take` in blocks of this size, of which the last may be shorter, until `take`
    /// returns false or the content ends; checks the checksum at the end.
    pub(super) fn blocks(
        &self,
        part: &PackagePart,
        size: usize,
        take: &mut dyn FnMut(&[u8]) -> Result<bool, String>,
    ) -> Result<(), String> {
        let entry = self.zip.get_entry(part.place).map_err(|error| error.to_string())?;
        let mut reader: Box<dyn Read> = if part.stored {
            Box::new(entry.verifying_reader(entry.reader()))
        } else if part.deflated {
            Box::new(entry.verifying_reader(Inflated(DeflateDecoder::new(entry.reader()))))
        } else {
            return Err(format!("the compression method of {} is neither stored nor deflate", shown(&part.name)));
        };
        let mut block = Vec::with_capacity(size);
        loop {
            block.clear();
            let read = reader.by_ref().take(size as u64).read_to_end(&mut block);
            read.map_err(|error| format!("{} can't be unpacked: {error}", shown(&part.name)))?;
            if block.is_empty() || !take(&block)? {
                return Ok(());
            }
        }
    }

    /// The offset of the bytes of a stored part, and those bytes.
    pub(super) fn inside(&self, part: &PackagePart) -> Result<(u64, Window<'a>), String> {
        let entry = self.zip.get_entry(part.place).map_err(|error| error.to_string())?;
        let (start, end) = entry.compressed_data_range();
        if start > end || end > self.window.len() {
            return Err(format!("{} lies outside the file", shown(&part.name)));
        }
        Ok((start, self.window.cut(start, end)))
    }
}

/// Data that may end without the block that is marked as the last one, as some build systems write it. Windows and the Store
/// read such packages; length and checksum are in the directory.
struct Inflated<R>(DeflateDecoder<R>);

impl<R: Read> Read for Inflated<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(0),
            result => result,
        }
    }
}

/// Whether the file is a pointer of Git LFS (<https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md>).
fn is_lfs_pointer(window: &Window<'_>) -> bool {
    let mut start = [0; b"version https://git-lfs.".len()];
    window.read_at(&mut start, 0).is_ok_and(|read| read == start.len()) && &start == b"version https://git-lfs."
}

/// Checks that no two parts share bytes: a file of some kilobytes could else have thousands of large parts.
fn check_extents(parts: &[PackagePart]) -> Result<(), String> {
    let mut order: Vec<&PackagePart> = parts.iter().collect();
    order.sort_by_key(|part| part.extent);
    match order.windows(2).find(|pair| pair[1].extent.0 < pair[0].extent.1) {
        Some(pair) => Err(format!("{} and {} overlap", shown(&pair[0].name), shown(&pair[1].name))),
        None => Ok(()),
    }
}

/// Checks that the length of the central directory in the end record is right. `rawzip` lets the directory end where the end
/// records begin, while other readers use the length.
fn check_length(zip: &ZipArchive<Window<'_>>) -> Result<(), String> {
    let number = |at: u64, bytes: usize| -> Result<u64, String> {
        let mut field = [0; 8];
        let read = zip.get_ref().read_at(&mut field[..bytes], at).map_err(|error| error.to_string())?;
        if read == bytes { Ok(u64::from_le_bytes(field)) } else { Err("its end is cut off".to_owned()) }
    };
    let mut end = zip.eocd_offset();
    let mut len = number(end + 12, 4)?;
    // The ZIP64 locator lies before the end record and says where the ZIP64 record is.
    if end >= 20 && number(end - 20, 4)? == 0x0706_4B50 {
        end = number(end - 12, 8)?;
        len = number(end.saturating_add(40), 8)?;
    }
    let room = end.checked_sub(zip.directory_offset());
    if room == Some(len) { Ok(()) } else { Err(format!("it announces {len} bytes and has {}", room.unwrap_or(0))) }
}

/// The name of a part as manifests write it, but with `/`.
fn part_name(raw: &[u8]) -> String {
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((first, tail)) = rest.split_first() {
        let escaped = match tail {
            [high, low, ..] if *first == b'%' => hex(*high).zip(hex(*low)).map(|(high, low)| high << 4 | low),
            _ => None,
        };
        match escaped {
            Some(byte) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            None => {
                bytes.push(if *first == b'\\' { b'/' } else { *first });
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|value| value as u8)
}

//! Reads the central directory of an archive of which only the end is at hand.

use std::cell::Cell;
use std::io;

use rawzip::{CompressionMethod, RECOMMENDED_BUFFER_SIZE, ReaderAt, ZipArchive};

/// What the central directory says of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The name in the archive, with `/` between folders.
    pub name: String,
    /// The size in bytes.
    pub size: u64,
    /// The CRC-32 of the file.
    pub crc32: u32,
    /// Whether the file is stored without compression.
    pub stored: bool,
    /// The offset of the local header.
    pub header_offset: u64,
}

/// Why a directory can't be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unlisted {
    /// The bytes from this offset on are needed.
    Needs(u64),
    /// This is no archive, or a broken one.
    Broken(String),
}

/// Lists the files of an archive, without its folders. `end` is the last part of the archive, which begins at `start`.
///
/// # Errors
/// [`Unlisted::Needs`] when the central directory begins before `start`.
///
/// # Examples
/// ```
/// use storeship::zip::{Layout, list};
/// let layout = Layout::new([("a.txt", 0)])?;
/// let mut archive = layout.entries()[0].header(0);
/// archive.extend(layout.tail(&[0]));
/// assert_eq!(list(&archive, 0).unwrap()[0].name, "a.txt");
/// # Ok::<(), storeship::zip::ZipError>(())
/// ```
pub fn list(end: &[u8], start: u64) -> Result<Vec<Listed>, Unlisted> {
    let missing = Cell::new(None);
    let total = start.saturating_add(end.len() as u64);
    entries(&End { bytes: end, start, missing: &missing }, total).map_err(|error| match missing.get() {
        Some(offset) => Unlisted::Needs(offset),
        None => Unlisted::Broken(error.to_string()),
    })
}

fn entries(end: &End<'_>, total: u64) -> Result<Vec<Listed>, rawzip::Error> {
    let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
    // A comment has 65,535 bytes at most.
    let locator = ZipArchive::with_max_search_space(65_535 + 22);
    let archive = locator.locate_in_reader(end, &mut buffer, total).map_err(|(_, error)| error)?;
    let mut listed = Vec::new();
    let mut entries = archive.entries(&mut buffer);
    while let Some(entry) = entries.next_entry()? {
        if !entry.is_dir() {
            listed.push(Listed {
                name: String::from_utf8_lossy(entry.file_path().as_bytes()).replace('\\', "/"),
                size: entry.uncompressed_size_hint(),
                crc32: entry.crc32(),
                stored: entry.compression_method() == CompressionMethod::STORE,
                header_offset: entry.local_header_offset(),
            });
        }
    }
    Ok(listed)
}

/// The end of an archive; remembers from where on more of it is needed.
struct End<'a> {
    bytes: &'a [u8],
    start: u64,
    missing: &'a Cell<Option<u64>>,
}

impl ReaderAt for &End<'_> {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let Some(at) = offset.checked_sub(self.start) else {
            self.missing.set(Some(offset));
            return Err(io::Error::other("this part of the archive is not at hand"));
        };
        let rest = usize::try_from(at).ok().and_then(|at| self.bytes.get(at..)).unwrap_or_default();
        let len = rest.len().min(buffer.len());
        buffer[..len].copy_from_slice(&rest[..len]);
        Ok(len)
    }
}

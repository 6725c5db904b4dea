//! Writes an archive in one piece.

use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::{Layout, ZipError};
use crate::files::{self, NewFile};

/// A file on disk that goes into an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// The file to read.
    pub path: PathBuf,
    /// Its name in the archive.
    pub name: String,
}

/// The size of the read buffer: 256 KiB, large enough to make system calls cheap and small enough for the CPU cache.
const BUFFER: usize = 256 * 1024;

/// Writes the archive of `layout` to `output`, from position 0.
///
/// `open` opens the file with this position in the sequence that [`Layout::new`] was given ([`Entry::source`]). Each file is
/// read once; its header contains its checksum and is written after it, by seeking back.
///
/// # Errors
/// [`ZipError::SourceChanged`] if a file does not have the size of the layout, [`ZipError::Io`] if reading or writing
/// fails.
///
/// # Examples
/// ```
/// use std::io::Cursor;
/// use storeship::zip::{Layout, write};
/// let files = [("a.txt", "first"), ("b.txt", "second")];
/// let layout = Layout::new(files.map(|(name, text)| (name, text.len() as u64)))?;
/// let mut archive = Cursor::new(Vec::new());
/// write(&layout, &mut archive, |position| Ok(files[position].1.as_bytes()))?;
/// assert_eq!(archive.into_inner().len() as u64, layout.total());
/// # Ok::<(), storeship::zip::ZipError>(())
/// ```
///
/// [`Entry::source`]: super::Entry::source
pub fn write<R: Read>(
    layout: &Layout,
    output: &mut (impl Write + Seek),
    mut open: impl FnMut(usize) -> io::Result<R>,
) -> Result<(), ZipError> {
    let mut buffer = vec![0; BUFFER];
    let mut crcs = Vec::with_capacity(layout.entries().len());
    for entry in layout.entries() {
        let io_error = |error| ZipError::Io { name: entry.name().to_owned(), error };
        let mut source = open(entry.source()).map_err(io_error)?;
        output.seek(SeekFrom::Start(entry.data_offset())).map_err(io_error)?;
        let (crc, found) = copy(&mut source, output, entry.size(), &mut buffer).map_err(io_error)?;
        if found != entry.size() {
            return Err(ZipError::SourceChanged { name: entry.name().to_owned(), expected: entry.size(), found });
        }
        output.seek(SeekFrom::Start(entry.header_offset())).map_err(io_error)?;
        output.write_all(&entry.header(crc)).map_err(io_error)?;
        crcs.push(crc);
    }
    let io_error = |error| ZipError::Io { name: "the archive".to_owned(), error };
    output.seek(SeekFrom::Start(layout.directory_offset())).map_err(io_error)?;
    output.write_all(&layout.tail(&crcs)).map_err(io_error)?;
    output.flush().map_err(io_error)
}

/// Copies a file to the output, up to its end or one byte more than `size`. Returns its CRC-32 and the number of bytes
/// read; the CRC-32 is 0 if that is more than `size`.
fn copy(source: &mut impl Read, output: &mut impl Write, size: u64, buffer: &mut [u8]) -> io::Result<(u32, u64)> {
    let mut crc = crc32fast::Hasher::new();
    let mut found = 0;
    let mut source = source.take(size.saturating_add(1));
    loop {
        let n = match source.read(buffer) {
            Ok(0) => return Ok((crc.finalize(), found)),
            Ok(n) => n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        found += n as u64;
        if found > size {
            return Ok((0, found));
        }
        crc.update(&buffer[..n]);
        output.write_all(&buffer[..n])?;
    }
}

/// Writes an archive of files on disk to `output`, and returns its layout.
///
/// The archive is written to a new file beside `output` and renamed when it is complete; an existing file is replaced
/// then.
///
/// # Errors
/// Those of [`Layout::new`] and [`write()`], and [`ZipError::Source`] and [`ZipError::Output`] with the path of the file.
pub fn write_file(sources: &[SourceFile], output: &Path) -> Result<Layout, ZipError> {
    let (layout, new) = write_new(sources, output, &|| true)?;
    finish(new, output)?;
    Ok(layout)
}

/// The first half of [`write_file`]: the archive is complete, and has no name yet. [`finish`] is the second half. Ends
/// with an error of the system soon after `goes_on` was false.
///
/// # Errors
/// As [`write_file`].
pub fn write_new(
    sources: &[SourceFile],
    output: &Path,
    goes_on: &dyn Fn() -> bool,
) -> Result<(Layout, NewFile), ZipError> {
    let mut sized = Vec::with_capacity(sources.len());
    for source in sources {
        let size = size_of(&source.path).map_err(|error| ZipError::Source { path: source.path.clone(), error })?;
        sized.push((source.name.as_str(), size));
    }
    let layout = Layout::new(sized)?;

    let new = NewFile::new(output).map_err(|error| ZipError::Output { path: output.to_owned(), error })?;
    let mut unreadable = None;
    let written = write(&layout, &mut BufWriter::new(new.file()), |source| {
        let file = files::open(&sources[source].path).inspect_err(|_| unreadable = Some(source))?;
        Ok(Stoppable { file, goes_on })
    });
    written.map_err(|error| match (error, unreadable) {
        (ZipError::Io { error, .. }, Some(source)) => ZipError::Source { path: sources[source].path.clone(), error },
        (error, _) => error,
    })?;
    Ok((layout, new))
}

/// Gives a complete archive its name.
///
/// # Errors
/// [`ZipError::Output`].
pub fn finish(new: NewFile, output: &Path) -> Result<(), ZipError> {
    new.finish().map_err(|error| ZipError::Output { path: output.to_owned(), error })
}

/// A file whose reading fails once `goes_on` is false.
struct Stoppable<'a> {
    file: File,
    goes_on: &'a dyn Fn() -> bool,
}

impl Read for Stoppable<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if (self.goes_on)() { self.file.read(buffer) } else { Err(io::Error::other("stopped")) }
    }
}

fn size_of(path: &Path) -> io::Result<u64> {
    Ok(files::open(path)?.metadata()?.len())
}

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::{Layout, ZipError};

/// A file on disk and its name in the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// The file to read.
    pub path: PathBuf,
    /// Its name in the archive.
    pub name: String,
}

/// Large enough that a read costs little beside the copy, small enough to stay in the cache.
const BUFFER: usize = 256 * 1024;

/// Writes the archive of `layout` in order, from position 0 of `output`.
///
/// `open` gives the bytes of the file that was number n in the sequence that [`Layout::new`] got. Each source is read
/// once: its header is written last, by seeking back.
///
/// # Errors
/// [`ZipError::SourceChanged`] when a source has not exactly the planned size, [`ZipError::Io`].
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

/// Copies until the end or one byte beyond `size`; gives CRC-32 and count.
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

/// Writes an archive of files on disk to `output` and gives its layout.
///
/// The archive appears under its name only when it is whole; an older file of that name is replaced then.
///
/// # Errors
/// Those of [`Layout::new`] and [`write()`]; [`ZipError::Source`] and [`ZipError::Output`] name the path.
pub fn write_file(files: &[SourceFile], output: &Path) -> Result<Layout, ZipError> {
    let mut sized = Vec::with_capacity(files.len());
    for file in files {
        let size = size_of(&file.path).map_err(|error| ZipError::Source { path: file.path.clone(), error })?;
        sized.push((file.name.as_str(), size));
    }
    let layout = Layout::new(sized)?;

    let mut partial = output.as_os_str().to_owned();
    partial.push(".partial");
    let partial = PathBuf::from(partial);
    let output_error = |error| ZipError::Output { path: output.to_owned(), error };

    let result = File::create(&partial).map_err(output_error).and_then(|file| {
        let mut unreadable = None;
        let written = write(&layout, &mut BufWriter::new(file), |source| {
            File::open(&files[source].path).inspect_err(|_| unreadable = Some(source))
        });
        written.map_err(|error| match (error, unreadable) {
            (ZipError::Io { error, .. }, Some(source)) => ZipError::Source { path: files[source].path.clone(), error },
            (error, _) => error,
        })?;
        fs::rename(&partial, output).map_err(output_error)
    });
    if result.is_err() {
        // The first error is the one to report; a leftover is harmless.
        let _ = fs::remove_file(&partial);
    }
    result.map(|()| layout)
}

fn size_of(path: &Path) -> io::Result<u64> {
    let metadata = fs::metadata(path)?;
    if metadata.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder"));
    }
    Ok(metadata.len())
}

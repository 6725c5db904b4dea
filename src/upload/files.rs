//! The files of an upload: checks them before anything is sent, reads them block by block, and notices when their content
//! changes.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};

use super::block_id::BlockId;
use super::checksums::Checksums;
use super::hashes::Hashes;
use super::stamp::{Stamp, TELLS_EVERY_CHANGE};
use super::{LARGEST_BLOCK, cut};
use crate::blocking::{self, Stop};
use crate::error::{Code, Detail, Error, Result, codes};
use crate::files;
use crate::zip::{self, Layout, SourceFile, ZipError};

/// The size of the ZIP of these files in bytes; 0 for none. Blocks while the files are opened.
///
/// # Errors
/// As [`check`].
pub fn size(sources: &[SourceFile]) -> Result<u64> {
    if sources.is_empty() { Ok(0) } else { Ok(check(sources)?.total()) }
}

/// Checks that every file is there, is a file, can be read, is not empty, that the names fit into one ZIP, whose layout is
/// returned, and that the storage takes so many files and bytes. Blocks while the files are opened.
///
/// # Errors
/// `file.not_found`, `file.unreadable`, `file.empty`, `file.name`, `upload.too_large`.
pub fn check(sources: &[SourceFile]) -> Result<Layout> {
    let layout = layout(&survey(sources)?, None)?;
    cut(&layout, 1, LARGEST_BLOCK)?;
    Ok(layout)
}

/// Checks the files as [`check`], on a thread for blocking work. Returns the bytes of the ZIP that an upload would send; 0
/// without files.
///
/// # Errors
/// As [`size`].
pub async fn checked(sources: &[SourceFile]) -> Result<u64> {
    let sources = sources.to_vec();
    blocking::run(move || size(&sources)).await
}

/// Writes the ZIP that an upload would send, to a new file beside `output` that gets its name when it is complete.
///
/// # Errors
/// As [`size`], except that there is no largest number of files; `file.unwritable`, also when `output` is one of the files;
/// `upload.source_changed`; `cancelled` when `stop` was used before the file is complete.
pub fn write(sources: &[SourceFile], output: &Path, stop: &Stop) -> Result<Layout> {
    layout(&survey(sources)?, None)?;
    if let Some(source) = sources.iter().find(|source| files::is_same(&source.path, output)) {
        let message = format!("{} can't be written: it is one of the files of the ZIP", output.display());
        return Err(Error::new(&codes::FILE_UNWRITABLE, message)
            .hint("give the ZIP another name")
            .detail(Detail::at("/output", format!("the same file as {}", source.path.display()))));
    }
    let (layout, new) = zip::write_new(sources, output, &|| !stop.is_stopped()).map_err(|error| zip_error(&error))?;
    if !stop.commit() {
        return Err(Error::new(&codes::CANCELLED, format!("{} was not written", output.display())));
    }
    zip::finish(new, output).map_err(|error| zip_error(&error))?;
    Ok(layout)
}

/// A file as it was when the upload was planned.
#[derive(Clone, Debug)]
pub(super) struct Planned {
    pub(super) path: PathBuf,
    pub(super) name: String,
    pub(super) stamp: Stamp,
}

/// Opens every file once, because only that shows that it can be read.
pub(super) fn survey(sources: &[SourceFile]) -> Result<Vec<Planned>> {
    let mut planned = Vec::with_capacity(sources.len());
    for SourceFile { path, name } in sources {
        let metadata = files::open(path).and_then(|file| file.metadata());
        let metadata = metadata.map_err(|error| unreadable(path, &error))?;
        if metadata.len() == 0 {
            return Err(Error::new(&codes::FILE_EMPTY, format!("{} is empty", path.display())));
        }
        planned.push(Planned { path: path.clone(), name: name.clone(), stamp: Stamp::of(&metadata) });
    }
    Ok(planned)
}

/// The layout of the ZIP, from the sizes of the files. Further entries, which are not read from files, are sources behind
/// them.
pub(super) fn layout<'a>(files: &'a [Planned], further: impl IntoIterator<Item = (&'a str, u64)>) -> Result<Layout> {
    let files = files.iter().map(|file| (file.name.as_str(), file.stamp.size));
    Layout::new(files.chain(further)).map_err(|error| zip_error(&error))
}

/// The files of a running upload.
pub(super) struct Files {
    planned: Vec<Planned>,
    /// Which of them had another stamp while they were read.
    moved: Vec<AtomicBool>,
    /// The file that was opened last, with its index. Blocks are read in order, so it is nearly always the next one. All
    /// files at once would exceed the limit of open files in a submission with hundreds of images.
    last: Mutex<Option<(usize, Arc<File>)>>,
}

/// Small enough to be in the processor's cache when the checksums are computed.
const PIECE: usize = 256 * 1024;

impl Files {
    pub(super) fn new(planned: Vec<Planned>) -> Files {
        let moved = planned.iter().map(|_| AtomicBool::default()).collect();
        Files { planned, moved, last: Mutex::default() }
    }

    pub(super) fn len(&self) -> usize {
        self.planned.len()
    }

    /// Whether every file is still the one whose `blocks`, by source and in their order, were read. Looks each file up by
    /// its path, because another file may have taken its place. A file whose times or identity have changed is read again:
    /// some file systems have times that wander.
    ///
    /// # Errors
    /// `upload.source_changed`, `file.unreadable`.
    pub(super) fn recheck(&self, blocks: &[Vec<BlockId>]) -> Result<()> {
        for ((planned, moved), blocks) in self.planned.iter().zip(&self.moved).zip(blocks) {
            let metadata = std::fs::metadata(&planned.path).ok().filter(|metadata| metadata.is_file());
            let stamp = metadata.map(|metadata| Stamp::of(&metadata)).ok_or_else(|| changed(planned))?;
            let suspects = if stamp != planned.stamp || moved.load(Ordering::Relaxed) {
                blocks.as_slice()
            } else if TELLS_EVERY_CHANGE {
                &[]
            } else {
                // The end of a package has the checksums of everything in it.
                &blocks[blocks.len().saturating_sub(1)..]
            };
            if stamp.size != planned.stamp.size {
                return Err(changed(planned));
            }
            if !suspects.is_empty() {
                let file = files::open(&planned.path).map_err(|error| unreadable(&planned.path, &error))?;
                compare_again(planned, moved, file.into(), suspects)?;
            }
        }
        Ok(())
    }

    /// Opens the next file anew, also the one that was opened last: its handle may be stale.
    pub(super) fn forget(&self) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn open(&self, source: usize) -> io::Result<Arc<File>> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        match &*last {
            Some((index, file)) if *index == source => Ok(file.clone()),
            _ => {
                let file = Arc::new(files::open(&self.planned[source].path)?);
                *last = Some((source, file.clone()));
                Ok(file)
            }
        }
    }
}

/// Reads the files of an upload, and computes their hashes meanwhile if they are wanted.
#[derive(Clone)]
pub(super) struct Reader {
    pub(super) files: Arc<Files>,
    pub(super) hashes: Option<Arc<Hashes>>,
}

/// A place in one of the files.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) source: usize,
    pub(super) offset: u64,
}

impl Reader {
    /// Fills the buffer from this place on, and computes the checksums of the bytes.
    ///
    /// # Errors
    /// `upload.source_changed` when the size of the file has changed, or the file ends early.
    pub(super) fn read(&self, place: Place, buffer: &mut [u8]) -> Result<Checksums> {
        let read = Reading::new(&self.files, place).and_then(|mut reading| {
            reading.fill(buffer)?;
            reading.end()
        });
        match (&self.hashes, &read) {
            (Some(hashes), Ok(_)) => hashes.add(place.source, place.offset, buffer),
            (_, Err(error)) => self.give_up(place, error),
            (None, Ok(_)) => {}
        }
        read
    }

    /// Compares the file at this place with blocks that may have its bytes, the shortest first, and returns the one that
    /// has them. When none has, the buffer holds the bytes of a new block: `cut` bytes, or as many as were compared if
    /// that is more.
    ///
    /// # Errors
    /// As [`Reader::read`].
    pub(super) fn compare(&self, place: Place, blocks: &[BlockId], cut: usize, buffer: &mut [u8]) -> Result<Compared> {
        let compared = Reading::new(&self.files, place).and_then(|mut reading| {
            let before = self.hashes.as_ref().map(|hashes| hashes.before(place.source, place.offset));
            reading.hash.clone_from(&before);
            let compared = reading.compare(blocks, cut, buffer)?;
            let (len, hash) = match compared {
                Compared::Same(block) => (block.len as usize, reading.hash.take()),
                Compared::Different { len, beyond: false, .. } => (len, reading.hash.take()),
                Compared::Different { len, beyond: true, .. } => {
                    (len, before.map(|before| before.chain_update(&buffer[..len])))
                }
            };
            reading.end()?;
            if let (Some(hashes), Some(hash)) = (&self.hashes, hash) {
                hashes.set(place.source, place.offset + len as u64, hash);
            }
            Ok(compared)
        });
        if let Err(error) = &compared {
            self.give_up(place, error);
        }
        compared
    }

    /// Gives up the hash of a file that could not be read. What may pass is read again, and added then.
    fn give_up(&self, place: Place, error: &Error) {
        if let (Some(hashes), false) = (&self.hashes, error.is_retryable()) {
            hashes.give_up(place.source);
        }
    }
}

/// What [`Reader::compare`] found.
pub(super) enum Compared {
    /// This block has the bytes of the file.
    Same(BlockId),
    /// None has. The first bytes of the buffer are those of the file.
    Different {
        /// How many.
        len: usize,
        /// Their checksums.
        checksums: Checksums,
        /// Whether more bytes were compared than the buffer holds.
        beyond: bool,
    },
}

/// A piece of a file that is being read, with the checksums of what was read so far.
struct Reading<'a> {
    planned: &'a Planned,
    /// Whether the file had another stamp while it was read.
    moved: &'a AtomicBool,
    file: Arc<File>,
    at: u64,
    crc32: crc32fast::Hasher,
    crc64: crc64fast_nvme::Digest,
    /// The SHA-256 of the file from its start, if it is wanted.
    hash: Option<Sha256>,
}

impl<'a> Reading<'a> {
    fn new(files: &'a Files, Place { source, offset }: Place) -> Result<Reading<'a>> {
        let planned = &files.planned[source];
        let file = files.open(source).map_err(|error| unreadable(&planned.path, &error))?;
        Ok(Reading::of(planned, &files.moved[source], file, offset))
    }

    fn of(planned: &'a Planned, moved: &'a AtomicBool, file: Arc<File>, offset: u64) -> Reading<'a> {
        let (crc32, crc64) = (crc32fast::Hasher::new(), crc64fast_nvme::Digest::new());
        Reading { planned, moved, file, at: offset, crc32, crc64, hash: None }
    }

    /// Fills the buffer with the next bytes.
    fn fill(&mut self, buffer: &mut [u8]) -> Result<()> {
        for piece in buffer.chunks_mut(PIECE) {
            let mut filled = 0;
            while filled < piece.len() {
                match read_at(&self.file, &mut piece[filled..], self.at) {
                    Ok(0) => return Err(changed(self.planned)),
                    Ok(n) => {
                        filled += n;
                        self.at += n as u64;
                    }
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    Err(error) => return Err(unreadable(&self.planned.path, &error)),
                }
            }
            self.crc32.update(piece);
            self.crc64.write(piece);
            if let Some(hash) = &mut self.hash {
                hash.update(&*piece);
            }
        }
        Ok(())
    }

    /// See [`Reader::compare`].
    fn compare(&mut self, blocks: &[BlockId], cut: usize, buffer: &mut [u8]) -> Result<Compared> {
        let (mut filled, mut beyond) = (0, 0);
        let mut checksums = self.checksums();
        for block in blocks {
            let len = block.len as usize;
            let end = len.min(buffer.len());
            if end > filled {
                self.fill(&mut buffer[filled..end])?;
                filled = end;
                checksums = self.checksums();
            }
            if len > filled + beyond {
                self.skip(len - filled - beyond)?;
                beyond = len - filled;
                checksums = self.checksums();
            }
            if block.checksums == checksums {
                return Ok(Compared::Same(*block));
            }
        }
        if beyond > 0 {
            return Ok(Compared::Different { len: filled, checksums: Checksums::of(&buffer[..filled]), beyond: true });
        }
        if cut > filled {
            self.fill(&mut buffer[filled..cut])?;
            filled = cut;
        }
        Ok(Compared::Different { len: filled, checksums: self.checksums(), beyond: false })
    }

    /// Reads bytes for their checksums alone.
    fn skip(&mut self, len: usize) -> Result<()> {
        let mut piece = vec![0; len.min(PIECE)];
        let mut left = len;
        while left > 0 {
            let now = left.min(PIECE);
            self.fill(&mut piece[..now])?;
            left -= now;
        }
        Ok(())
    }

    fn checksums(&self) -> Checksums {
        Checksums { crc32: self.crc32.clone().finalize(), crc64: self.crc64.sum64() }
    }

    /// The checksums, after a look at whether the file has changed meanwhile.
    fn end(self) -> Result<Checksums> {
        let now = self.file.metadata().map_err(|error| unreadable(&self.planned.path, &error))?;
        let now = Stamp::of(&now);
        if now.size != self.planned.stamp.size {
            return Err(changed(self.planned));
        }
        if now != self.planned.stamp {
            self.moved.store(true, Ordering::Relaxed);
        }
        Ok(Checksums { crc32: self.crc32.finalize(), crc64: self.crc64.sum64() })
    }
}

/// Compares a file with blocks that were read from it.
fn compare_again(planned: &Planned, moved: &AtomicBool, file: Arc<File>, blocks: &[BlockId]) -> Result<()> {
    for block in blocks {
        let mut reading = Reading::of(planned, moved, file.clone(), block.offset);
        reading.skip(block.len as usize)?;
        if reading.checksums() != block.checksums {
            return Err(changed(planned));
        }
    }
    Ok(())
}

#[cfg(unix)]
fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, offset)
}

#[cfg(windows)]
fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, offset)
}

fn changed(planned: &Planned) -> Error {
    let path = planned.path.display();
    Error::new(&codes::SOURCE_CHANGED, format!("{path} changed while it was uploaded; nothing was committed"))
}

/// The error of a file that can't be read.
fn unreadable(path: &Path, error: &io::Error) -> Error {
    let place = match std::path::absolute(path) {
        Ok(full) if path.is_relative() => format!("{} ({})", path.display(), full.display()),
        _ => path.display().to_string(),
    };
    Error::of_file(format!("{place} can't be read"), error)
}

/// The error of a ZIP that can't be made.
fn zip_error(error: &ZipError) -> Error {
    let code: &'static Code = match error {
        ZipError::Name { .. } | ZipError::Duplicate { .. } | ZipError::FileAndFolder { .. } => &codes::FILE_NAME,
        ZipError::SourceChanged { .. } => &codes::SOURCE_CHANGED,
        ZipError::Source { path, error } => return unreadable(path, error),
        ZipError::Output { error: cause, .. } => return Error::of_output(error.to_string(), cause),
        ZipError::TooLong => &codes::UPLOAD_TOO_LARGE,
        _ => &codes::FILE_UNREADABLE,
    };
    Error::new(code, error.to_string())
}

//! Opens and replaces files on disk.
//!
//! A path of a caller may name a pipe that nobody writes to, a device or a folder. [`open`] opens none of them and never
//! waits for one. [`NewFile`] writes an output, so that a failure leaves what was there before.
//!
//! The functions block while the disk is slow; async code calls them through [`blocking::run`](crate::blocking::run), and
//! turns their errors into one of the contract with [`Error::of_file`](crate::error::Error::of_file).

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

/// The error codes of Windows for a file that another program has open: `ERROR_SHARING_VIOLATION` and
/// `ERROR_LOCK_VIOLATION`.
const IN_USE: [i32; 2] = [32, 33];

/// Opens a regular file for reading; symbolic links are followed. The kind is read from the open file, because another
/// file may be at the path by then.
///
/// # Errors
/// As the system's; an error with a [`NotRegular`] inside for a folder, a pipe, a socket or a device.
pub fn open(path: &Path) -> io::Result<File> {
    let file = match open_any(path) {
        Ok(file) => file,
        // Windows refuses to open a folder with "access denied", other systems a socket with "no such device".
        Err(error) => match fs::metadata(path) {
            Ok(metadata) if !metadata.is_file() => return Err(NotRegular::of(metadata.file_type()).into()),
            _ => return Err(error),
        },
    };
    match kind_of(&file)? {
        None => Ok(file),
        Some(kind) => Err(kind.into()),
    }
}

/// Reads a regular file of at most `limit` bytes.
///
/// # Errors
/// As [`open`]; [`ErrorKind::FileTooLarge`] for a longer file.
pub fn read(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let file = open(path)?;
    let mut bytes = Vec::new();
    // A file may grow while it is read, and some files of /proc have no length.
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(io::Error::new(ErrorKind::FileTooLarge, format!("it has more than {limit} bytes")));
    }
    Ok(bytes)
}

/// Whether two files have the same content.
///
/// # Errors
/// As [`open`].
pub fn is_equal(one: &Path, other: &Path) -> io::Result<bool> {
    let (one, other) = (open(one)?, open(other)?);
    if one.metadata()?.len() != other.metadata()?.len() {
        return Ok(false);
    }
    let (mut one, mut other) = (io::BufReader::new(one), io::BufReader::new(other));
    loop {
        let (left, right) = (one.fill_buf()?, other.fill_buf()?);
        let length = left.len().min(right.len());
        if left[..length] != right[..length] {
            return Ok(false);
        }
        if length == 0 {
            return Ok(left.len() == right.len());
        }
        one.consume(length);
        other.consume(length);
    }
}

/// Opens a regular file to append to it; symbolic links are not followed. A new file can be read by its owner only. On
/// Windows it has the permissions of its folder.
///
/// # Errors
/// As [`open`]; an error with a [`NotRegular`] inside for a symbolic link too.
pub fn append(path: &Path) -> io::Result<File> {
    if let Ok(present) = fs::symlink_metadata(path)
        && !present.is_file()
    {
        return Err(NotRegular::of(present.file_type()).into());
    }
    let mut options = OpenOptions::new();
    // Windows locks no file that is opened for appending alone.
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600).custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY | libc::O_CLOEXEC | libc::O_NOFOLLOW);
    }
    let file = options.open(path)?;
    match kind_of(&file)? {
        None => Ok(file),
        Some(kind) => Err(kind.into()),
    }
}

/// An entry of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The name without folders.
    pub name: String,
    /// Whether it is a folder. A symbolic link to one is not.
    pub is_folder: bool,
}

/// The regular files and the folders in a folder, sorted by name; a symbolic link to a file is a file. A name that is not
/// Unicode can't be written in a request, so it is left out.
///
/// # Errors
/// As the system's.
pub fn entries(folder: &Path) -> io::Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        let is_file = || fs::metadata(entry.path()).is_ok_and(|metadata| metadata.is_file());
        if kind.is_dir() || kind.is_file() || (kind.is_symlink() && is_file()) {
            entries.extend(entry.file_name().into_string().map(|name| Entry { name, is_folder: kind.is_dir() }));
        }
    }
    entries.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(entries)
}

/// The names of the symbolic links in a folder, whatever they lead to.
///
/// # Errors
/// As the system's.
pub fn links(folder: &Path) -> io::Result<Vec<String>> {
    let mut links = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_symlink() {
            links.extend(entry.file_name().into_string());
        }
    }
    links.sort();
    Ok(links)
}

/// Whether a path leads to something in a folder, through whatever links. False when one of them names nothing.
pub fn is_inside(path: &Path, folder: &Path) -> bool {
    match (fs::canonicalize(path), fs::canonicalize(folder)) {
        (Ok(path), Ok(folder)) => path.starts_with(folder),
        _ => false,
    }
}

/// Makes a folder and those that lead to it.
///
/// # Errors
/// As the system's.
pub fn make_folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

/// Gives a file another name.
///
/// # Errors
/// As the system's.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)
}

/// Removes a file. One that is not there is no error.
///
/// # Errors
/// As the system's.
pub fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// What a path names: whether it is a folder; `None` for nothing.
pub fn is_folder(path: &Path) -> Option<bool> {
    fs::metadata(path).ok().map(|metadata| metadata.is_dir())
}

/// Whether the same call may succeed a moment later: a disk or the network of a file system failed.
pub fn may_pass(error: &io::Error) -> bool {
    PASSING.contains(&error.raw_os_error().unwrap_or_default())
}

/// EIO, ETIMEDOUT and ESTALE; ERROR_CRC, ERROR_GEN_FAILURE, ERROR_SEM_TIMEOUT, ERROR_IO_DEVICE, ERROR_NETNAME_DELETED.
#[cfg(unix)]
const PASSING: [i32; 3] = [libc::EIO, libc::ETIMEDOUT, libc::ESTALE];
#[cfg(windows)]
const PASSING: [i32; 5] = [23, 31, 121, 1117, 64];

/// What to do about an error of this module or of the system, where that is more than "check the permissions".
pub fn remedy(error: &io::Error) -> Option<&'static str> {
    if let Some(kind) = error.get_ref().and_then(|inner| inner.downcast_ref::<NotRegular>()) {
        return Some(match kind {
            NotRegular::Folder => "give the path of a file in the folder",
            NotRegular::Link => "give the path of the file itself",
            _ => "give the path of a regular file: write the content to a file first",
        });
    }
    let in_use = cfg!(windows) && error.raw_os_error().is_some_and(|code| IN_USE.contains(&code));
    in_use.then_some(
        "another program has the file open: wait until the build has ended, or close the program or virus scanner that \
         still holds it, and run again",
    )
}

/// What a path names when it is no regular file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotRegular {
    /// A folder.
    Folder,
    /// A named pipe, or a pipe of a shell: `/dev/stdin`, `<(…)`.
    Pipe,
    /// A socket.
    Socket,
    /// A terminal, a disk or another device.
    Device,
    /// A symbolic link, where links are not followed.
    Link,
}

/// What an open file is; `None` for a regular file.
fn kind_of(file: &File) -> io::Result<Option<NotRegular>> {
    match file.metadata() {
        Ok(metadata) if metadata.is_file() => Ok(None),
        Ok(metadata) => Ok(Some(NotRegular::of(metadata.file_type()))),
        // Windows has metadata of files and folders only.
        Err(_) if cfg!(windows) => Ok(Some(NotRegular::Device)),
        Err(error) => Err(error),
    }
}

impl NotRegular {
    /// The kind of a file that is not regular.
    fn of(kind: fs::FileType) -> NotRegular {
        #[cfg(unix)]
        {
            use std::os::unix::fs::FileTypeExt;
            if kind.is_fifo() {
                return NotRegular::Pipe;
            }
            if kind.is_socket() {
                return NotRegular::Socket;
            }
        }
        match kind {
            kind if kind.is_symlink() => NotRegular::Link,
            kind if kind.is_dir() => NotRegular::Folder,
            _ => NotRegular::Device,
        }
    }
}

impl fmt::Display for NotRegular {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            NotRegular::Folder => "it is a folder, not a file",
            NotRegular::Pipe => "it is a pipe, not a file",
            NotRegular::Socket => "it is a socket, not a file",
            NotRegular::Device => "it is a device, not a file",
            NotRegular::Link => "it is a symbolic link, not a file",
        })
    }
}

impl std::error::Error for NotRegular {}

impl From<NotRegular> for io::Error {
    fn from(kind: NotRegular) -> io::Error {
        let code = if kind == NotRegular::Folder { ErrorKind::IsADirectory } else { ErrorKind::InvalidInput };
        io::Error::new(code, kind)
    }
}

/// Without `O_NONBLOCK` the system waits in `open` until somebody writes to a pipe. It has no effect on regular files.
#[cfg(unix)]
fn open_any(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new().read(true).custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY | libc::O_CLOEXEC).open(path)
}

#[cfg(not(unix))]
fn open_any(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// How the name of a file ends that is not complete.
pub const PARTIAL: &str = ".partial";

/// An output that is written to a new file in the same folder, under a random name, and gets its own name when it is
/// complete. Dropped before that, it removes the new file, and what was at the path stays.
///
/// A symbolic link at the path is replaced; the file that it points to stays as it is.
#[derive(Debug)]
pub struct NewFile {
    file: File,
    temporary: PathBuf,
    path: PathBuf,
    complete: bool,
}

impl NewFile {
    /// Creates the new file.
    ///
    /// # Errors
    /// As the system's; an error with a [`NotRegular`] inside when something that is no file is at the path.
    pub fn new(path: &Path) -> io::Result<NewFile> {
        if let Ok(present) = fs::symlink_metadata(path)
            && !present.is_file()
            && !present.is_symlink()
        {
            return Err(NotRegular::of(present.file_type()).into());
        }
        let Some(name) = path.file_name() else {
            return Err(io::Error::new(ErrorKind::InvalidInput, "it ends in no file name"));
        };
        loop {
            let mut unique = name.to_owned();
            unique.push(format!(".{:016x}{PARTIAL}", fastrand::u64(..)));
            let temporary = path.with_file_name(unique);
            // `create_new` neither opens a present file nor follows a link.
            match OpenOptions::new().read(true).write(true).create_new(true).open(&temporary) {
                Ok(file) => return Ok(NewFile { file, temporary, path: path.to_owned(), complete: false }),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// The open file.
    pub fn file(&self) -> &File {
        &self.file
    }

    /// Gives the file its name, and replaces the file that has the name until then.
    ///
    /// # Errors
    /// As the system's. The new file is removed then.
    pub fn finish(mut self) -> io::Result<()> {
        self.file.flush()?;
        fs::rename(&self.temporary, &self.path)?;
        self.complete = true;
        Ok(())
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if !self.complete {
            // The error of the caller is reported; a partial file that stays is harmless.
            let _ = fs::remove_file(&self.temporary);
        }
    }
}

/// Whether two paths name the same file, through whatever links. False when one of them names nothing.
pub fn is_same(one: &Path, other: &Path) -> bool {
    match (fs::canonicalize(one), fs::canonicalize(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

#[cfg(test)]
mod tests;

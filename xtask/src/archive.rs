//! Archives that have the same bytes whenever they are made from the same files: sorted names, one time, no owners.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use flate2::{Compression, GzBuilder};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

enum Content {
    File(PathBuf),
    Bytes(Vec<u8>),
    /// A symbolic link to a file beside it.
    Link(String),
}

struct Entry {
    content: Content,
    executable: bool,
}

/// How archives are written.
#[derive(Clone, Copy)]
pub(crate) struct How {
    /// The time that every file gets, in seconds since 1970.
    pub(crate) time: u64,
    /// Whether the archive is for a test, and may be larger.
    pub(crate) fast: bool,
}

impl How {
    fn level(self) -> u32 {
        if self.fast { 1 } else { 9 }
    }
}

/// The content of an archive, by path.
#[derive(Default)]
pub(crate) struct Tree {
    entries: BTreeMap<String, Entry>,
}

impl Tree {
    pub(crate) fn file(&mut self, path: impl Into<String>, source: &Path) {
        self.put(path, Content::File(source.to_owned()), false);
    }

    /// A file with the execute bit.
    pub(crate) fn program(&mut self, path: impl Into<String>, source: &Path) {
        self.put(path, Content::File(source.to_owned()), true);
    }

    pub(crate) fn bytes(&mut self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.put(path, Content::Bytes(bytes.into()), false);
    }

    pub(crate) fn link(&mut self, path: impl Into<String>, target: &str) {
        self.put(path, Content::Link(target.to_owned()), false);
    }

    fn put(&mut self, path: impl Into<String>, content: Content, executable: bool) {
        self.entries.insert(path.into(), Entry { content, executable });
    }

    /// The bytes of each file, in the order of the archive.
    pub(crate) fn contents(&self) -> impl Iterator<Item = (&str, Result<Vec<u8>>)> {
        self.entries.iter().map(|(path, entry)| (path.as_str(), entry.read()))
    }

    /// Writes a tar file, compressed by gzip.
    pub(crate) fn tar_gz(&self, output: &Path, how: How) -> Result<()> {
        let file = BufWriter::new(create(output)?);
        let mut tar = tar::Builder::new(GzBuilder::new().mtime(0).write(file, Compression::new(how.level())));
        for (path, entry) in &self.entries {
            let mut header = tar::Header::new_gnu();
            header.set_mtime(how.time);
            header.set_uid(0);
            header.set_gid(0);
            header.set_mode(entry.mode());
            if let Content::Link(target) = &entry.content {
                header.set_entry_type(tar::EntryType::Symlink);
                header.set_size(0);
                tar.append_link(&mut header, path, target)?;
            } else {
                let bytes = entry.read()?;
                header.set_size(bytes.len() as u64);
                tar.append_data(&mut header, path, bytes.as_slice())?;
            }
        }
        tar.into_inner()?.finish()?.flush()?;
        Ok(())
    }

    /// Writes a ZIP file. It has no symbolic links: what they lead to is left under its own name alone.
    pub(crate) fn zip(&self, output: &Path, how: How) -> Result<()> {
        let mut zip = ZipWriter::new(BufWriter::new(create(output)?));
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(how.level().into()))
            .last_modified_time(zip_time(how.time)?);
        for (path, entry) in &self.entries {
            if matches!(entry.content, Content::Link(_)) {
                continue;
            }
            zip.start_file(path.as_str(), options.unix_permissions(entry.mode()))?;
            zip.write_all(&entry.read()?)?;
        }
        zip.finish()?.flush()?;
        Ok(())
    }
}

impl Entry {
    fn mode(&self) -> u32 {
        match (&self.content, self.executable) {
            (Content::Link(_), _) => 0o777,
            (_, true) => 0o755,
            (_, false) => 0o644,
        }
    }

    fn read(&self) -> Result<Vec<u8>> {
        match &self.content {
            Content::File(path) => crate::tools::read(path),
            Content::Bytes(bytes) => Ok(bytes.clone()),
            Content::Link(_) => Ok(Vec::new()),
        }
    }
}

fn create(path: &Path) -> Result<File> {
    File::create(path).with_context(|| path.display().to_string())
}

/// The time of an entry of a ZIP file, which begins in 1980 and has steps of two seconds.
fn zip_time(time: u64) -> io::Result<DateTime> {
    let (year, month, day) = date(time / 86400);
    let seconds = time % 86400;
    let of_day = ((seconds / 3600) as u8, (seconds / 60 % 60) as u8, (seconds % 60) as u8);
    if year < 1980 {
        return Ok(DateTime::default());
    }
    DateTime::from_date_and_time(year as u16, month as u8, day as u8, of_day.0, of_day.1, of_day.2)
        .map_err(|_| io::Error::other(format!("a ZIP file can't have the time {time}")))
}

/// A time as RFC 3339.
pub(crate) fn rfc3339(time: u64) -> String {
    let (year, month, day) = date(time / 86400);
    let seconds = time % 86400;
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// Year, month and day of a number of days since 1970, in the Gregorian calendar.
fn date(days: u64) -> (u64, u64, u64) {
    // Counted from 1 March of the year 0, so that the day of a leap year is the last one of its year.
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (era * 400 + year + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_the_calendar() {
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00Z");
        assert_eq!(rfc3339(951_827_696), "2000-02-29T12:34:56Z");
        assert_eq!(rfc3339(1_735_689_599), "2024-12-31T23:59:59Z");
    }

    #[test]
    fn an_archive_depends_on_nothing_but_its_content() {
        let folder = std::env::temp_dir().join(format!("storeship-xtask-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let how = How { time: 1_700_000_000, fast: true };
        let mut written = Vec::new();
        for order in [["a", "b"], ["b", "a"]] {
            let mut tree = Tree::default();
            for name in order {
                let source = folder.join(name);
                // The second time the files are new.
                let _ = std::fs::remove_file(&source);
                std::fs::write(&source, name).unwrap();
                tree.program(format!("top/{name}"), &source);
            }
            tree.link("top/link", "a");
            tree.tar_gz(&folder.join("x.tar.gz"), how).unwrap();
            tree.zip(&folder.join("x.zip"), how).unwrap();
            written
                .push((std::fs::read(folder.join("x.tar.gz")).unwrap(), std::fs::read(folder.join("x.zip")).unwrap()));
        }
        std::fs::remove_dir_all(&folder).unwrap();
        assert!(written[0] == written[1]);
    }
}

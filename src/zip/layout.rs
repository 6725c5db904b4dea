//! The layout of an archive: the offset and length of each part, from the names and sizes of the files.

use super::{ZipError, name, records};

/// One file of an archive and its place there. Offsets, sizes and lengths are in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    name: String,
    size: u64,
    source: usize,
    header_offset: u64,
    header_len: u64,
}

impl Entry {
    /// The name in the archive, with `/` between folders.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The size of the file.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The position of the file in the sequence that [`Layout::new`] was given.
    #[must_use]
    pub fn source(&self) -> usize {
        self.source
    }

    /// The offset of the local header.
    #[must_use]
    pub fn header_offset(&self) -> u64 {
        self.header_offset
    }

    /// The offset of the first byte of the file.
    #[must_use]
    pub fn data_offset(&self) -> u64 {
        self.header_offset + self.header_len
    }

    /// The length of the local header.
    #[must_use]
    pub fn header_len(&self) -> u64 {
        self.header_len
    }

    /// The local header, given the CRC-32 of the whole file.
    #[must_use]
    pub fn header(&self, crc: u32) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.header_len as usize);
        records::put_local_header(&mut out, self, crc);
        out
    }
}

/// The layout of an archive: where everything lies, computed from the names and sizes of its files. Offsets and lengths
/// are in bytes.
///
/// # Examples
/// ```
/// use storeship::zip::Layout;
/// let layout = Layout::new([("Contoso.msix", 1_000_000), ("Assets\\logo.png", 2_000)])?;
/// let logo = &layout.entries()[0];
/// assert_eq!((logo.name(), logo.source(), logo.header_offset()), ("Assets/logo.png", 1, 0));
/// assert_eq!(layout.directory_offset() + layout.tail_len(), layout.total());
/// # Ok::<(), storeship::zip::ZipError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    entries: Vec<Entry>,
    directory_offset: u64,
    directory_len: u64,
    total: u64,
}

impl Layout {
    /// Lays out files that are given as pairs of archive name and size in bytes, in any order. `\` in a name becomes `/`.
    ///
    /// # Errors
    /// - [`ZipError::Name`] for a name that is empty, absolute or longer than 65,535 bytes, or that contains `.`, `..`, an
    ///   empty part or a drive letter; and for one that Windows can't unpack: with a device (`con`), a character such as
    ///   `?`, or a dot or space at the end of a part.
    /// - [`ZipError::Duplicate`] for two names that are equal or differ in case only.
    /// - [`ZipError::FileAndFolder`] for a name that is the folder of another one.
    /// - [`ZipError::TooLong`] for an archive of 2^64 bytes or more.
    pub fn new<N: AsRef<str>>(files: impl IntoIterator<Item = (N, u64)>) -> Result<Layout, ZipError> {
        let mut entries = Vec::new();
        for (source, (raw, size)) in files.into_iter().enumerate() {
            let name = name::normalize(raw.as_ref())?;
            let header_len = records::LOCAL_HEADER + name.len() as u64 + records::local_extra(size);
            entries.push(Entry { name, size, source, header_offset: 0, header_len });
        }
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        refuse_duplicates(&entries)?;

        let mut offset: u64 = 0;
        let mut directory_len: u64 = 0;
        for entry in &mut entries {
            entry.header_offset = offset;
            offset = add(offset, entry.header_len)?;
            offset = add(offset, entry.size)?;
            directory_len += records::DIRECTORY_HEADER
                + entry.name.len() as u64
                + records::directory_extra(entry.size, entry.header_offset);
        }
        let zip64 = records::end_is_zip64(entries.len() as u64, directory_len, offset);
        let end = records::END + if zip64 { records::END_ZIP64 } else { 0 };
        let total = add(offset, directory_len + end)?;
        Ok(Layout { entries, directory_offset: offset, directory_len, total })
    }

    /// The entries in the order of the archive, sorted by the bytes of their names.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The length of the archive.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The offset of the central directory.
    #[must_use]
    pub fn directory_offset(&self) -> u64 {
        self.directory_offset
    }

    /// The length of the central directory and the end records, up to the end of the archive.
    #[must_use]
    pub fn tail_len(&self) -> u64 {
        self.total - self.directory_offset
    }

    /// The number of blocks of at most this size that make up the archive, when each header is a block of its own: it
    /// contains the checksum of data that is read later.
    #[must_use]
    pub fn block_count(&self, block_bytes: u32) -> u64 {
        let blocks = |len: u64| len.div_ceil(u64::from(block_bytes));
        self.entries.iter().map(|entry| 1 + blocks(entry.size)).sum::<u64>() + blocks(self.tail_len())
    }

    /// The bytes of the central directory and the end records, given the CRC-32 of each entry in the order of
    /// [`entries`](Self::entries).
    ///
    /// # Panics
    /// If there are not as many checksums as entries.
    #[must_use]
    pub fn tail(&self, crcs: &[u32]) -> Vec<u8> {
        assert_eq!(crcs.len(), self.entries.len(), "one checksum for each entry");
        let mut out = Vec::with_capacity(self.tail_len() as usize);
        for (entry, crc) in self.entries.iter().zip(crcs) {
            records::put_directory_header(&mut out, entry, *crc);
        }
        records::put_end(&mut out, self.entries.len() as u64, self.directory_len, self.directory_offset);
        out
    }
}

/// Refuses names that are the same on a file system that ignores case, and files with the name of a folder.
fn refuse_duplicates(entries: &[Entry]) -> Result<(), ZipError> {
    // With the lowest character between folders, what is in a folder comes right after a file of that name.
    let mut names: Vec<(String, &str)> =
        entries.iter().map(|entry| (entry.name.to_lowercase().replace('/', "\0"), entry.name.as_str())).collect();
    names.sort();
    for pair in names.windows(2) {
        let ((first, first_name), (second, second_name)) = (&pair[0], &pair[1]);
        match second.strip_prefix(first.as_str()) {
            Some("") => {
                return Err(ZipError::Duplicate { first: (*first_name).to_owned(), second: (*second_name).to_owned() });
            }
            Some(rest) if rest.starts_with('\0') => {
                let (file, inside) = ((*first_name).to_owned(), (*second_name).to_owned());
                return Err(ZipError::FileAndFolder { file, inside });
            }
            _ => {}
        }
    }
    Ok(())
}

fn add(a: u64, b: u64) -> Result<u64, ZipError> {
    a.checked_add(b).ok_or(ZipError::TooLong)
}

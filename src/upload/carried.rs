//! What becomes of the ZIP that is at an upload address already: a draft has one ZIP, and the next upload replaces it.

use std::time::Duration;

use sha2::{Digest, Sha256};

use super::Source;
use super::agreement::{self, Awaited};
use super::block_id::{BlockId, Kind, ReleaseKey, name_hash};
use super::link::Link;
use super::marker;
use super::storage::{Blocks, Storage, StoredBlock};
use crate::blocking;
use crate::client::Client;
use crate::error::{Detail, Error, Result, codes};
use crate::events::Reporter;
use crate::zip::{Listed, Unlisted, combine_crc32, list};

/// How much of the end of a ZIP is read first, in bytes: enough for the directories of hundreds of files.
const END_BYTES: u64 = 128 * 1024;
/// The longest directory that is read, in bytes.
const MAX_END_BYTES: u64 = 32 * 1024 * 1024;
/// How long an outage may last that keeps a commit from being checked.
const MAX_OUTAGE: Duration = Duration::from_secs(30);

/// Entries of the ZIP at an upload address that the next upload keeps without sending them again. The default is none.
#[derive(Clone, Debug, Default)]
pub struct Carried(pub(super) Vec<Entry>);

impl Carried {
    /// The names of the entries.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|entry| entry.name.as_str())
    }
}

/// An entry that is kept.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) size: u64,
    /// Its data blocks, in their order.
    pub(super) blocks: Vec<BlockId>,
}

/// Compares files with those that a submission waits for. What the submission waits for and an earlier upload left in the
/// ZIP at the address is carried over to the next one.
///
/// # Errors
/// `upload.files_do_not_match`; `upload.would_lose_files` when the ZIP has files that the submission waits for, and they
/// can't be kept; those of the storage; `network.bad_answer`.
pub async fn carry_over(client: &Client, link: &Link, document: &str, sources: &[Source]) -> Result<Carried> {
    let storage = Storage::of(client, link)?;
    let awaited = agreement::awaited(document)?;
    let given = sources.iter().map(|source| source.name.as_str());
    let difference = agreement::compare(&awaited, given.clone());
    let mut carried = Carried::default();
    if difference.missing.is_empty() || !difference.unnamed.is_empty() || !difference.other_case.is_empty() {
        difference.refuse()?;
        return Ok(carried);
    }
    let there = at_address(&storage).await.map_err(|error| client.secrets().redact_error(error))?;
    if let There::Zip { files, blocks } = &there {
        let starts = starts(&blocks.committed);
        let mut lost = Vec::new();
        for file in &difference.missing {
            let Some(listed) = files.iter().find(|listed| listed.name == file.name) else { continue };
            match kept(listed, &blocks.committed, &starts) {
                Some(entry) if carried.names().any(|name| name == entry.name) => {}
                Some(entry) => carried.0.push(entry),
                None => lost.push(file),
            }
        }
        if !lost.is_empty() {
            return Err(would_lose(&lost));
        }
    }
    agreement::compare(&awaited, given.chain(carried.names())).refuse()?;
    Ok(carried)
}

/// The blocks at the upload address of a draft, read once for all that is asked of them.
pub struct Uploaded<'a> {
    client: &'a Client,
    link: &'a Link,
    blocks: Blocks,
}

impl<'a> Uploaded<'a> {
    /// Reads the list of blocks.
    ///
    /// # Errors
    /// Those of the storage: `upload.expired`, `upload.revoked`, `upload.refused`; `upload.not_readable`;
    /// `upload.host_not_allowed`, `network.*`, `service.*`.
    pub async fn at(client: &'a Client, link: &'a Link) -> Result<Uploaded<'a>> {
        let storage = Storage::of(client, link)?.with_max_outage(MAX_OUTAGE);
        let blocks = storage.readable_blocks().await.map_err(|error| client.secrets().redact_error(error))?;
        Ok(Uploaded { client, link, blocks })
    }

    /// A hash of the ZIP: two ZIPs of this library with one hash have the same content.
    pub fn content_hash(&self) -> [u8; 16] {
        let mut hash = Sha256::new();
        hash.update(self.blocks.length.to_be_bytes());
        for block in &self.blocks.committed {
            // Whose upload it was does not matter, and the id of a block of this library has the checksums of its content.
            let id = BlockId::decode(&block.id).map(|id| BlockId { release: ReleaseKey::default(), ..id }.encode());
            hash.update(id.as_ref().unwrap_or(&block.id));
            hash.update(block.len.to_be_bytes());
        }
        let mut short = [0; 16];
        short.copy_from_slice(&hash.finalize()[..16]);
        short
    }

    /// Whether a run left the draft without a price, for a person to submit in Partner Center.
    pub fn is_price_left(&self) -> bool {
        marker::any_price_left(&marker::of(&self.blocks))
    }

    /// Compares the ZIP with what a submission waits for, as far as both can be read; a verbose message says why they could
    /// not.
    ///
    /// # Errors
    /// `upload.files_do_not_match`.
    pub async fn compare(self, document: &str, reporter: &Reporter) -> Result<()> {
        let Uploaded { client, link, blocks } = self;
        let look = async {
            let storage = Storage::of(client, link)?.with_max_outage(MAX_OUTAGE);
            Ok::<_, Error>((agreement::awaited(document)?, directory(&storage, blocks).await?))
        };
        let why = match look.await {
            Ok((awaited, There::Nothing)) => return agreement::compare(&awaited, None).refuse(),
            Ok((awaited, There::Zip { files, .. })) => {
                return agreement::compare(&awaited, files.iter().map(|file| file.name.as_str())).refuse();
            }
            Ok((_, There::Other(why))) => why,
            Err(error) => client.secrets().redact_error(error).to_string(),
        };
        reporter.verbose(format!("the ZIP is not compared with the submission: {why}"));
        Ok(())
    }
}

fn would_lose(lost: &[&Awaited]) -> Error {
    let names: Vec<&str> = lost.iter().take(3).map(|file| file.name.as_str()).collect();
    let more = if lost.len() > names.len() { " …" } else { "" };
    let message = format!("the upload would replace a ZIP of another tool, and lose {}{more} of it", names.join(", "));
    let details =
        lost.iter().map(|file| Detail::at(&file.pointer, format!("`{}` is in the ZIP that is there", file.name)));
    Error::new(&codes::UPLOAD_WOULD_LOSE, message).details(details.collect::<Vec<_>>())
}

/// What is at an upload address.
enum There {
    Nothing,
    Zip {
        files: Vec<Listed>,
        blocks: Blocks,
    },
    /// Something else, or it can't be read; why.
    Other(String),
}

async fn at_address(storage: &Storage<'_>) -> Result<There> {
    let blocks = if storage.can_read() { storage.blocks().await? } else { Blocks::default() };
    if !storage.can_read() {
        return Ok(There::Other("the upload address does not allow reading".to_owned()));
    }
    directory(storage, blocks).await
}

/// Reads the directory of the ZIP that has these blocks.
async fn directory(storage: &Storage<'_>, blocks: Blocks) -> Result<There> {
    let total = blocks.length;
    if total == 0 {
        return Ok(There::Nothing);
    }
    let mut start = total.saturating_sub(END_BYTES);
    loop {
        let end = storage.range(start, total).await?;
        match blocking::run(move || Ok(list(&end, start))).await? {
            Ok(files) => return Ok(There::Zip { files, blocks }),
            Err(Unlisted::Needs(from)) if from < start && total - from <= MAX_END_BYTES => start = from,
            Err(Unlisted::Needs(_)) => return Ok(There::Other("the directory of the ZIP is too long".to_owned())),
            Err(Unlisted::Broken(why)) => return Ok(There::Other(format!("it is no ZIP that can be read: {why}"))),
        }
    }
}

/// The offset of each block.
fn starts(blocks: &[StoredBlock]) -> Vec<u64> {
    let mut end = 0;
    let place = |block: &StoredBlock| {
        let start = end;
        end += block.len;
        start
    };
    blocks.iter().map(place).collect()
}

/// The blocks of an entry, when they are blocks of this library and hold exactly its bytes.
fn kept(listed: &Listed, blocks: &[StoredBlock], starts: &[u64]) -> Option<Entry> {
    let header = starts.binary_search(&listed.header_offset).ok()?;
    let name = name_hash(&listed.name);
    let mut ids = blocks[header..]
        .iter()
        .map(|block| BlockId::decode(&block.id).filter(|id| id.name == name && u64::from(id.len) == block.len));
    ids.next()?.filter(|id| id.kind == Kind::Header)?;
    let mut entry = Entry { name: listed.name.clone(), size: listed.size, blocks: Vec::new() };
    let (mut end, mut crc32) = (0, 0);
    while end < listed.size {
        let id = ids.next()?.filter(|id| id.kind == Kind::Data && id.offset == end)?;
        crc32 = combine_crc32(crc32, id.checksums.crc32, u64::from(id.len));
        end += u64::from(id.len);
        entry.blocks.push(id);
    }
    (listed.stored && end == listed.size && crc32 == listed.crc32).then_some(entry)
}

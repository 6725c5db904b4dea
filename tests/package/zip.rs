//! ZIP archives: the same bytes for every block size, and readable by other programs.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::process::Command;

use proptest::prelude::*;
use sha2::{Digest, Sha256};
use storeship::zip::{self, Layout, Listed, SourceFile, Unlisted, ZipError};

type Files = Vec<(String, Vec<u8>)>;

fn files(pairs: &[(&str, &[u8])]) -> Files {
    pairs.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec())).collect()
}

fn layout(files: &Files) -> Layout {
    Layout::new(files.iter().map(|(name, bytes)| (name, bytes.len() as u64))).unwrap()
}

fn sequential(files: &Files) -> Vec<u8> {
    let layout = layout(files);
    let mut out = Cursor::new(Vec::new());
    zip::write(&layout, &mut out, |source| Ok(files[source].1.as_slice())).unwrap();
    let bytes = out.into_inner();
    assert_eq!(bytes.len() as u64, layout.total(), "the length is known before any byte is read");
    bytes
}

/// Makes an archive as an upload does: pieces of the files in any order, then headers, then the central directory.
fn by_blocks(files: &Files, block_bytes: usize, mut shuffle: impl FnMut(&mut Vec<(usize, usize)>)) -> Vec<u8> {
    let layout = layout(files);
    let whole = |entry: usize| &files[layout.entries()[entry].source()].1;
    let mut order = Vec::new();
    for entry in 0..layout.entries().len() {
        order.extend((0..whole(entry).len()).step_by(block_bytes).map(|offset| (entry, offset)));
    }
    shuffle(&mut order);
    let mut pieces: BTreeMap<(usize, usize), &[u8]> = BTreeMap::new();
    for (entry, offset) in order {
        let rest = &whole(entry)[offset..];
        pieces.insert((entry, offset), &rest[..rest.len().min(block_bytes)]);
    }
    let (mut archive, mut crcs) = (Vec::new(), Vec::new());
    for (at, entry) in layout.entries().iter().enumerate() {
        let own = || pieces.range((at, 0)..(at + 1, 0)).map(|(_, piece)| *piece);
        let crc = own().fold(0, |crc, piece| zip::combine_crc32(crc, zip::crc32(piece), piece.len() as u64));
        assert_eq!(archive.len() as u64, entry.header_offset());
        archive.extend(entry.header(crc));
        assert_eq!(archive.len() as u64, entry.data_offset());
        own().for_each(|piece| archive.extend_from_slice(piece));
        crcs.push(crc);
    }
    assert_eq!(archive.len() as u64, layout.directory_offset());
    archive.extend(layout.tail(&crcs));
    let blocks = layout.entries().len() + pieces.len() + (layout.tail_len() as usize).div_ceil(block_bytes);
    assert_eq!(layout.block_count(block_bytes as u32), blocks as u64);
    archive
}

/// Runs a program, with the path for `ARCHIVE` in its arguments. If it is not installed, the output of the tests says so.
fn tool(name: &str, arguments: &[&str], archive: &Path) -> Option<String> {
    let archive = archive.to_str().unwrap();
    let arguments = arguments.iter().map(|text| text.replace("ARCHIVE", archive));
    match Command::new(name).args(arguments).output() {
        Ok(output) => {
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            let errors = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{name}: {text}{errors}");
            Some(text)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            assert!(std::env::var_os("STORESHIP_TEST_REQUIRE").is_none(), "{name} is required and not here");
            // Writes to stderr directly, since the test harness hides what is printed.
            let _ = writeln!(io::stderr(), "not run: {name}");
            None
        }
        Err(error) => panic!("{name}: {error}"),
    }
}

const PYTHON: &str = "
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as z:
    assert z.testzip() is None
    for i in z.infolist():
        assert i.compress_type == 0 and i.date_time == (1980, 1, 1, 0, 0, 0), i
        assert i.flag_bits == 0x800, i
        print(i.file_size, ascii(i.filename))
";

const LARGE: u64 = 1 << 32;

/// Checks names, sizes and checksums with three independent readers.
fn read_by_others(archive: &Path, expected: &[(String, u64)]) {
    let mut reader = ::zip::ZipArchive::new(File::open(archive).unwrap()).unwrap();
    assert_eq!(reader.len(), expected.len());
    for (index, (name, size)) in expected.iter().enumerate() {
        let mut entry = reader.by_index(index).unwrap();
        assert_eq!((entry.name().unwrap().as_ref(), entry.size()), (name.as_str(), *size));
        if *size < LARGE {
            assert_eq!(io::copy(&mut entry, &mut io::sink()).unwrap(), *size);
        }
    }
    // Only the fastest reader checks all bytes of a large entry.
    let mut unzip = vec!["-tqq", "ARCHIVE"];
    if expected.iter().any(|(_, size)| *size >= LARGE) {
        unzip.extend(expected.iter().filter(|(_, size)| *size < LARGE).map(|(name, _)| name.as_str()));
    }
    tool("unzip", &unzip, archive);
    if let Some(text) = tool("python3", &["-c", PYTHON, "ARCHIVE"], archive) {
        let sizes: Vec<u64> = text.lines().map(|line| line.split_once(' ').unwrap().0.parse().unwrap()).collect();
        assert_eq!(sizes, expected.iter().map(|(_, size)| *size).collect::<Vec<_>>());
    }
}

fn saved(bytes: &[u8]) -> tempfile::TempPath {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file.into_temp_path()
}

#[test]
fn the_bytes_are_pinned() {
    // Another version of the library may resume an upload: a change of these bytes must change the version in the block ids as well.
    let files = files(&[("b.msix", b"data"), ("images\\icon.png", b""), ("a.txt", b"hello")]);
    let bytes = sequential(&files);
    let hash: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hash, "c308348317dc9e7c61faab711f6e6ea4a66d6e46bc935f36f5431c28ddd3ebe4");
}

#[test]
fn block_size_and_argument_order_change_nothing() {
    let big: Vec<u8> = (0..100_000u32).map(|n| n.wrapping_mul(n) as u8).collect();
    let mut files = files(&[("b.msix", &big), ("empty", b""), ("images/icon.png", &big[..777])]);
    let expected = sequential(&files);
    for block_bytes in [1_000, 4_096, 99_999, 100_000, 1 << 23] {
        assert!(by_blocks(&files, block_bytes, |_| {}) == expected);
    }
    files.reverse();
    assert!(sequential(&files) == expected);
    assert!(by_blocks(&files, 5_000, |order| order.reverse()) == expected);
}

#[test]
fn others_read_unicode_names_and_empty_files() {
    let files = files(&[
        ("app.msix", b"not really a package"),
        ("bilder/größe 1.png", b"png"),
        ("画像/アイコン.png", b""),
        ("emoji 🚢.txt", b"ship"),
    ]);
    let mut expected: Vec<_> = files.iter().map(|(name, bytes)| (name.clone(), bytes.len() as u64)).collect();
    expected.sort();
    read_by_others(&saved(&sequential(&files)), &expected);
}

#[test]
fn others_read_an_archive_of_nothing() {
    let path = saved(&sequential(&Vec::new()));
    assert_eq!(::zip::ZipArchive::new(File::open(&path).unwrap()).unwrap().len(), 0);
    assert_eq!(std::fs::metadata(&path).unwrap().len(), 22);
}

#[test]
fn others_read_more_than_65_535_entries() {
    let files: Files = (0..70_000).map(|n| (format!("f{n:05}"), Vec::new())).collect();
    let bytes = sequential(&files);
    let expected: Vec<_> = files.iter().map(|(name, _)| (name.clone(), 0)).collect();
    read_by_others(&saved(&bytes), &expected);
    assert!(by_blocks(&files, 64 * 1024, |_| {}) == bytes, "the central directory takes several blocks");
}

/// Leaves holes in the file where zeros are written, so that a test of 4 GiB takes no space on disk.
struct Sparse(File);

impl Write for Sparse {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.len() > 4096 && bytes[0] == 0 && bytes[1..] == bytes[..bytes.len() - 1] {
            self.0.seek(SeekFrom::Current(bytes.len() as i64))?;
            return Ok(bytes.len());
        }
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl Seek for Sparse {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.0.seek(position)
    }
}

#[test]
fn others_read_an_entry_and_an_offset_beyond_4_gib() {
    let sizes = [("large.msix", (1u64 << 32) + 5), ("later.txt", 12)];
    let layout = Layout::new(sizes).unwrap();
    let path = tempfile::NamedTempFile::new().unwrap().into_temp_path();
    let mut out = Sparse(File::create(&path).unwrap());
    zip::write(&layout, &mut out, |source| Ok(io::repeat(0).take(sizes[source].1))).unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().len(), layout.total());
    let expected: Vec<_> = sizes.iter().map(|(name, size)| ((*name).to_owned(), *size)).collect();
    read_by_others(&path, &expected);
}

/// The fields that a local header and its record in the directory share, from the version that is needed to the name, with
/// the sizes of their ZIP64 extra fields.
#[derive(Debug, PartialEq)]
struct Shared {
    version: u16,
    /// Flags, method, time, date, CRC-32.
    fixed: Vec<u8>,
    packed: u64,
    size: u64,
    name: Vec<u8>,
}

/// Reads the fields at `at`, where the version is. `name` is the place of the name; the offset of the local header, if
/// `offset` is its place, may be in the extra field too.
fn shared(bytes: &[u8], at: usize, name: usize, offset: Option<usize>) -> (Shared, u64, usize) {
    let short = |at: usize| u16::from_le_bytes(bytes[at..at + 2].try_into().unwrap());
    let long = |at: usize| u64::from(u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()));
    let (name_len, extra_len) = (usize::from(short(at + 22)), usize::from(short(at + 24)));
    let mut extra = name + name_len;
    let end = extra + extra_len;
    if extra < end {
        assert_eq!((short(extra), usize::from(short(extra + 2))), (1, extra_len - 4), "a ZIP64 field and no other");
        extra += 4;
    }
    let mut value = |at: usize| match long(at) {
        0xFFFF_FFFF => {
            extra += 8;
            u64::from_le_bytes(bytes[extra - 8..extra].try_into().unwrap())
        }
        value => value,
    };
    let (size, packed, offset) = (value(at + 18), value(at + 14), offset.map_or(0, &mut value));
    assert_eq!(extra, end, "the extra field has nothing else");
    let fixed = bytes[at + 2..at + 14].to_vec();
    (Shared { version: short(at), fixed, packed, size, name: bytes[name..name + name_len].to_vec() }, offset, end)
}

#[test]
fn both_headers_of_an_entry_agree_in_every_field() {
    const GIB_4: u64 = 1 << 32;
    for sizes in [
        vec![("a.msix", 5), ("b.txt", 12)],
        vec![("a.msix", GIB_4 - 2), ("b.txt", 12)],
        vec![("a.msix", GIB_4 - 1), ("b.txt", 12)],
        vec![("a.msix", GIB_4 + 5), ("b.txt", 12), ("c.msix", GIB_4)],
        // The second entry begins right before 4 GiB, and the third one right behind.
        vec![("a.msix", GIB_4 - 100), ("b.txt", 90), ("c.txt", 12)],
    ] {
        let layout = Layout::new(sizes.clone()).unwrap();
        let crcs: Vec<u32> = (0..sizes.len() as u32).map(|n| 0xABCD_0000 + n).collect();
        let tail = layout.tail(&crcs);
        let mut at = 0;
        for (entry, crc) in layout.entries().iter().zip(crcs) {
            let header = entry.header(crc);
            let (local, _, end) = shared(&header, 4, 30, None);
            assert_eq!(end, header.len());
            let (listed, offset, next) = shared(&tail, at + 6, at + 46, Some(at + 42));
            assert_eq!(local, listed, "{sizes:?}");
            let needs_zip64 = entry.size() >= GIB_4 - 1 || entry.header_offset() >= GIB_4 - 1;
            assert_eq!(
                (local.version, offset),
                (if needs_zip64 { 45 } else { 20 }, entry.header_offset()),
                "{sizes:?}"
            );
            assert_eq!(
                (local.size, local.packed, local.name.as_slice()),
                (entry.size(), entry.size(), entry.name().as_bytes())
            );
            at = next;
        }
    }
}

#[test]
fn zip64_appears_only_where_it_is_needed() {
    let header_len = |size| Layout::new([("a", size)]).unwrap().entries()[0].header_len();
    assert_eq!(header_len(0xFFFF_FFFE), 31);
    assert_eq!(header_len(0xFFFF_FFFF), 51);

    // A small file behind a large one needs ZIP64 for its offset in the directory, but not in its local header.
    let layout = Layout::new([("a", 0xFFFF_FFFE), ("b", 1)]).unwrap();
    assert_eq!(layout.entries()[1].header_len(), 31);
    assert_eq!(layout.tail_len(), (46 + 1) + (46 + 1 + 12) + 56 + 20 + 22);
    assert_eq!(layout.tail(&[0, 0]).len() as u64, layout.tail_len());

    // Everything fits into 32 bits, so there are no ZIP64 records.
    let layout = Layout::new([("a", 1u64 << 31)]).unwrap();
    assert_eq!(layout.tail_len(), 47 + 22);
}

#[test]
fn sources_are_read_once_and_must_keep_their_size() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("out.zip");
    std::fs::write(&output, "older").unwrap();
    for (found, bytes) in [(3, "abc"), (6, "abcdefgh")] {
        let layout = Layout::new([("dir/a", 5)]).unwrap();
        let error = zip::write(&layout, &mut Cursor::new(Vec::new()), |_| Ok(bytes.as_bytes())).unwrap_err();
        assert_eq!(error.to_string(), format!("dir/a changed while it was read: expected 5 bytes, found {found}"));
    }

    let source = folder.path().join("a");
    std::fs::write(&source, "hello").unwrap();
    let missing = folder.path().join("missing");
    let file = |path: &Path| SourceFile { path: path.to_owned(), name: "a".into() };
    let error = zip::write_file(&[file(&missing)], &output).unwrap_err();
    assert!(matches!(&error, ZipError::Source { path, .. } if *path == missing), "{error}");
    assert!(zip::write_file(&[file(folder.path())], &output).is_err());
    assert_eq!(std::fs::read(&output).unwrap(), b"older", "a failure leaves the older file");

    let layout = zip::write_file(&[file(&source)], &output).unwrap();
    assert_eq!(std::fs::read(&output).unwrap(), sequential(&files(&[("a", b"hello")])));
    assert_eq!(std::fs::metadata(&output).unwrap().len(), layout.total());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "nothing else is left behind");
}

#[test]
fn names_that_leave_the_archive_are_refused() {
    let long = "x".repeat(65_536);
    for name in [
        "",
        "/etc/passwd",
        "\\share",
        "..",
        "../a",
        "a/../b",
        "a\\..\\b",
        "C:\\a",
        "c:a",
        "a\0b",
        "a//b",
        "a/",
        ".",
        "./a",
        &long,
    ] {
        let error = Layout::new([(name, 1)]).unwrap_err();
        assert!(matches!(error, ZipError::Name { .. }), "{name:?} gave {error}");
        assert!(error.to_string().len() < 1000);
    }
    for pair in [["a", "a"], ["App.msix", "app.MSIX"], ["a/b", "a\\b"], ["GRÖSSE", "größe"]] {
        let result = Layout::new(pair.map(|name| (name, 1)));
        if pair[0] == "GRÖSSE" {
            assert!(result.is_ok(), "ß and SS are two names to a file system");
        } else {
            assert!(matches!(result, Err(ZipError::Duplicate { .. })), "{pair:?}");
        }
    }
    assert!(Layout::new([("x".repeat(65_535), 1)]).is_ok());
    assert!(Layout::new([("a..b", 1), (".a", 1), ("a/b.c", 1)]).is_ok());
    assert!(matches!(Layout::new([("a", u64::MAX)]), Err(ZipError::TooLong)));
}

#[test]
fn names_that_windows_cannot_unpack_are_refused() {
    for (name, told) in [
        ("con", "device"),
        ("NUL.txt", "device"),
        ("a/Aux .tar.gz", "device"),
        ("lpt\u{b2}", "device"),
        ("COM0/a", "device"),
        ("a.", "dot or a space"),
        ("App.msix.", "dot or a space"),
        ("App.msix ", "dot or a space"),
        ("a./b", "dot or a space"),
        ("...", "dot or a space"),
        ("a*?", "does not allow"),
        ("a/b:c", "does not allow"),
        ("a\nb", "does not allow"),
        ("<a>", "does not allow"),
    ] {
        let error = Layout::new([(name, 1)]).unwrap_err();
        assert!(matches!(error, ZipError::Name { .. }), "{name:?} gave {error}");
        assert!(error.to_string().contains(told) && error.to_string().ends_with("rename it"), "{name:?} gave {error}");
    }
    for files in [["a", "a/b"], ["A", "a/b/c"], ["x/Y", "X/y/z"], ["a/b", "a/B/c"]] {
        let error = Layout::new([("a!", 1), (files[1], 1), (files[0], 1)]).unwrap_err();
        assert!(matches!(&error, ZipError::FileAndFolder { file, .. } if file == files[0]), "{files:?} gave {error}");
    }
    let fine = ["console", "com", "com10", "a b.c d", "nully/con1", "aux-1", "b/a", "b/a.c", "b.c"];
    assert!(Layout::new(fine.map(|name| (name, 1))).is_ok());
}

#[test]
fn a_directory_is_read_from_the_end_of_an_archive() {
    let files: Files = (0..5_000).map(|n| (format!("folder/file {n:05}"), vec![n as u8; n % 7])).collect();
    let bytes = sequential(&files);
    let layout = layout(&files);
    let start = bytes.len() - 128 * 1024;
    let Err(Unlisted::Needs(from)) = zip::list(&bytes[start..], start as u64) else { panic!("more is needed") };
    assert_eq!(from, layout.directory_offset());
    let listed = zip::list(&bytes[from as usize..], from).unwrap();
    assert_eq!(listed.len(), files.len());
    for (listed, entry) in listed.iter().zip(layout.entries()) {
        let crc32 = zip::crc32(&files[entry.source()].1);
        let (name, size, header_offset) = (entry.name().to_owned(), entry.size(), entry.header_offset());
        assert_eq!(*listed, Listed { name, size, crc32, stored: true, header_offset });
    }
    for broken in [&b"not an archive"[..], b"", &bytes[..bytes.len() - 10]] {
        assert!(matches!(zip::list(broken, 0), Err(Unlisted::Broken(_))));
    }
}

#[test]
fn directories_of_other_tools_are_read() {
    let mut writer = ::zip::ZipWriter::new(Cursor::new(Vec::new()));
    let deflated = ::zip::write::SimpleFileOptions::default().compression_method(::zip::CompressionMethod::Deflated);
    writer.add_directory("en-us/", deflated).unwrap();
    writer.start_file("en-us\\01.png", deflated).unwrap();
    writer.write_all(&[1; 10_000]).unwrap();
    writer.set_comment("made by another tool").unwrap();
    let bytes = writer.finish().unwrap().into_inner();
    let listed = zip::list(&bytes, 0).unwrap();
    assert_eq!((listed.len(), listed[0].name.as_str(), listed[0].stored), (1, "en-us/01.png", false));
    assert_eq!((listed[0].size, listed[0].crc32), (10_000, zip::crc32(&[1; 10_000])));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    // The letters spell no name of a device, such as `con` or `prn`.
    fn any_cut_in_any_order_gives_the_sequential_archive(
        contents in proptest::collection::btree_map("[b-m]{1,3}(/[a-mé]{1,8}){0,2}\\.x", proptest::collection::vec(any::<u8>(), 0..600), 0..8),
        block_bytes in 1usize..700,
        seed in any::<u64>(),
    ) {
        let mut files: Files = contents.into_iter().collect();
        let expected = sequential(&files);
        let mut random = fastrand::Rng::with_seed(seed);
        random.shuffle(&mut files);
        prop_assert!(by_blocks(&files, block_bytes, |order| random.shuffle(order)) == expected);

        let mut reader = ::zip::ZipArchive::new(Cursor::new(&expected)).unwrap();
        prop_assert_eq!(reader.len(), files.len());
        for (name, bytes) in &files {
            let mut found = Vec::new();
            reader.by_name(name).unwrap().read_to_end(&mut found).unwrap();
            prop_assert_eq!(&found, bytes);
        }
    }
}

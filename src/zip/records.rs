//! Writes the records of a ZIP, as in sections 4.3 and 4.5.3 of PKWARE's APPNOTE.TXT. Lengths are in bytes.

use super::Entry;

/// The value of a 32-bit field that says that the real value is in a ZIP64 record.
pub(super) const FIELD_IS_ZIP64: u64 = 0xFFFF_FFFF;
/// The value of the 16-bit count of entries that says the same.
pub(super) const COUNT_IS_ZIP64: u64 = 0xFFFF;

pub(super) const LOCAL_HEADER: u64 = 30;
pub(super) const DIRECTORY_HEADER: u64 = 46;
pub(super) const END: u64 = 22;
pub(super) const END_ZIP64: u64 = 56 + 20;

const FLAG_UTF8: u16 = 1 << 11;
const STORED: u16 = 0;
const VERSION: u16 = 20;
const VERSION_ZIP64: u16 = 45;
const TIME: u16 = 0;
/// 1980-01-01: day 1, month 1, year 0 since 1980.
const DATE: u16 = (1 << 5) | 1;
const EXTRA_ZIP64: u16 = 1;

/// The length of the ZIP64 extra field in a local header. It has both sizes, compressed and uncompressed, or is absent.
pub(super) fn local_extra(size: u64) -> u64 {
    if size >= FIELD_IS_ZIP64 { 4 + 16 } else { 0 }
}

/// The length of the ZIP64 extra field in the central directory. It has only the values that don't fit into 32 bits.
pub(super) fn directory_extra(size: u64, offset: u64) -> u64 {
    let sizes = if size >= FIELD_IS_ZIP64 { 16 } else { 0 };
    let offsets = if offset >= FIELD_IS_ZIP64 { 8 } else { 0 };
    if sizes + offsets > 0 { 4 + sizes + offsets } else { 0 }
}

/// Whether the end of the archive needs the ZIP64 records.
pub(super) fn end_is_zip64(count: u64, directory_len: u64, directory_offset: u64) -> bool {
    count >= COUNT_IS_ZIP64 || directory_len >= FIELD_IS_ZIP64 || directory_offset >= FIELD_IS_ZIP64
}

/// The version that is needed to extract an entry. Strict readers want the same in both headers, so an offset that needs
/// ZIP64 in the directory counts for the local header too.
fn version(entry: &Entry) -> u16 {
    match directory_extra(entry.size(), entry.header_offset()) {
        0 => VERSION,
        _ => VERSION_ZIP64,
    }
}

pub(super) fn put_local_header(out: &mut Vec<u8>, entry: &Entry, crc: u32) {
    let zip64 = entry.size() >= FIELD_IS_ZIP64;
    put32(out, 0x0403_4B50);
    put16(out, version(entry));
    put_common(out, entry, crc, local_extra(entry.size()));
    out.extend_from_slice(entry.name().as_bytes());
    if zip64 {
        put16(out, EXTRA_ZIP64);
        put16(out, 16);
        put64(out, entry.size());
        put64(out, entry.size());
    }
}

pub(super) fn put_directory_header(out: &mut Vec<u8>, entry: &Entry, crc: u32) {
    let extra = directory_extra(entry.size(), entry.header_offset());
    put32(out, 0x0201_4B50);
    put16(out, version(entry)); // made by: upper byte 0, so that attributes are read as DOS ones
    put16(out, version(entry));
    put_common(out, entry, crc, extra);
    put16(out, 0); // comment
    put16(out, 0); // disk
    put16(out, 0); // internal attributes
    put32(out, 0); // external attributes
    put32(out, narrow(entry.header_offset()));
    out.extend_from_slice(entry.name().as_bytes());
    if extra > 0 {
        put16(out, EXTRA_ZIP64);
        put16(out, extra as u16 - 4);
        if entry.size() >= FIELD_IS_ZIP64 {
            put64(out, entry.size());
            put64(out, entry.size());
        }
        if entry.header_offset() >= FIELD_IS_ZIP64 {
            put64(out, entry.header_offset());
        }
    }
}

/// Writes the fields that both headers have in the same order: from the flags to the length of the extra field.
fn put_common(out: &mut Vec<u8>, entry: &Entry, crc: u32, extra: u64) {
    put16(out, FLAG_UTF8);
    put16(out, STORED);
    put16(out, TIME);
    put16(out, DATE);
    put32(out, crc);
    put32(out, narrow(entry.size()));
    put32(out, narrow(entry.size()));
    put16(out, entry.name().len() as u16); // the layout refuses longer names
    put16(out, extra as u16);
}

pub(super) fn put_end(out: &mut Vec<u8>, count: u64, directory_len: u64, directory_offset: u64) {
    if end_is_zip64(count, directory_len, directory_offset) {
        put32(out, 0x0606_4B50);
        put64(out, 44); // bytes of this record after this field
        put16(out, VERSION_ZIP64);
        put16(out, VERSION_ZIP64);
        put32(out, 0); // this disk
        put32(out, 0); // disk of the directory
        put64(out, count);
        put64(out, count);
        put64(out, directory_len);
        put64(out, directory_offset);

        put32(out, 0x0706_4B50);
        put32(out, 0); // disk of the record above
        put64(out, directory_offset + directory_len);
        put32(out, 1); // disks
    }
    put32(out, 0x0605_4B50);
    put16(out, 0); // this disk
    put16(out, 0); // disk of the directory
    put16(out, count.min(COUNT_IS_ZIP64) as u16);
    put16(out, count.min(COUNT_IS_ZIP64) as u16);
    put32(out, narrow(directory_len));
    put32(out, narrow(directory_offset));
    put16(out, 0); // comment
}

fn narrow(value: u64) -> u32 {
    value.min(FIELD_IS_ZIP64) as u32
}

fn put16(out: &mut Vec<u8>, value: u16) {
    out.extend_from_slice(&value.to_le_bytes());
}

fn put32(out: &mut Vec<u8>, value: u32) {
    out.extend_from_slice(&value.to_le_bytes());
}

fn put64(out: &mut Vec<u8>, value: u64) {
    out.extend_from_slice(&value.to_le_bytes());
}

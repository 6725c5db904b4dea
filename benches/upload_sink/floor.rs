//! The floor: what no upload can do without, each part measured alone in one thread.

use std::fs::File;
use std::hint::black_box;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::FileExt;
use std::path::Path;

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use sha2::{Digest, Sha256};

use crate::cost::processor_seconds;

/// A piece that stays in the processor's cache.
const PIECE: usize = 256 * 1024;

/// The most bytes of a TLS record.
const RECORD: usize = 16 * 1024;

pub(crate) const READ: &str = "reading from the page cache";
/// The system makes pages of zeros for a file that has no bytes on the disk.
pub(crate) const READ_SPARSE: &str = "reading a sparse file for the first time";
pub(crate) const SHA256: &str = "SHA-256";
pub(crate) const SEAL: &str = "sealing TLS records (AES-256-GCM)";

/// The processor time of each part for these many bytes of a file, in seconds, by its name. The socket belongs to a sink in
/// another process.
pub(crate) fn measure(file: &Path, bytes: usize, port: u16) -> Vec<(&'static str, f64)> {
    let sparse = File::create_new(file.with_extension("sparse")).unwrap();
    sparse.set_len((bytes + PIECE) as u64).unwrap();
    let sparse = File::open(file.with_extension("sparse")).unwrap();
    std::fs::remove_file(file.with_extension("sparse")).unwrap();
    let file = File::open(file).unwrap();
    let mut piece = vec![0; PIECE];
    file.read_exact_at(&mut piece, 0).unwrap();
    let pieces = bytes / PIECE;
    let repeat = |work: &mut dyn FnMut(usize)| {
        work(0);
        let before = processor_seconds();
        (0..pieces).for_each(work);
        processor_seconds() - before
    };

    let mut buffer = vec![0; PIECE];
    let read = repeat(&mut |at| file.read_exact_at(black_box(&mut buffer), (at * PIECE) as u64).unwrap());
    let read_sparse = repeat(&mut |at| sparse.read_exact_at(black_box(&mut buffer), (at * PIECE) as u64).unwrap());
    let mut crc32 = crc32fast::Hasher::new();
    let crc32_seconds = repeat(&mut |_| crc32.update(black_box(&piece)));
    black_box(crc32.finalize());
    let mut crc64 = crc64fast_nvme::Digest::new();
    let crc64_seconds = repeat(&mut |_| crc64.write(black_box(&piece)));
    black_box(crc64.sum64());
    let mut sha256 = Sha256::new();
    let sha256_seconds = repeat(&mut |_| sha256.update(black_box(&piece)));
    black_box(sha256.finalize());

    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &[7; 32]).unwrap());
    let mut sealed = piece.clone();
    let seal = repeat(&mut |_| {
        for record in sealed.chunks_mut(RECORD) {
            let nonce = Nonce::assume_unique_for_key([1; 12]);
            let _ = black_box(key.seal_in_place_separate_tag(nonce, Aad::from([0; 5]), record).unwrap());
        }
    });

    let mut socket = TcpStream::connect(("localhost", port)).unwrap();
    socket.set_nodelay(true).unwrap();
    let head = format!("PUT / HTTP/1.1\r\ncontent-length: {}\r\n\r\n", (pieces + 1) * PIECE);
    socket.write_all(head.as_bytes()).unwrap();
    let write = repeat(&mut |_| socket.write_all(black_box(&piece)).unwrap());
    assert!(socket.read(&mut [0; 16]).unwrap() > 0, "the sink answers");

    vec![
        (READ, read),
        (READ_SPARSE, read_sparse),
        ("CRC-32", crc32_seconds),
        ("CRC-64", crc64_seconds),
        (SHA256, sha256_seconds),
        (SEAL, seal),
        ("writing to a socket", write),
    ]
}

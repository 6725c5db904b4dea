//! Decryption with a password: PBES2 (RFC 8018), and the older algorithms of PKCS #12 (RFC 7292, appendix C).

use std::borrow::Cow;
use std::num::NonZeroU32;

use aes::{Aes128, Aes192, Aes256};
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockCipher, BlockDecryptMut, InnerIvInit, KeyInit};
use des::{TdesEde2, TdesEde3};
use rc2::Rc2;
use ring::digest::SHA1_FOR_LEGACY_USE_ONLY;
use ring::pbkdf2;
use zeroize::Zeroizing;

use super::der::{Der, INTEGER, OCTETS, OID, SEQUENCE, dotted};
use super::failure::{Failure, Result};
use super::kdf::{self, Purpose};

pub(super) const HMAC_SHA1: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x02\x07";
pub(super) const HMAC_SHA256: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x02\x09";
pub(super) const HMAC_SHA384: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x02\x0a";
pub(super) const HMAC_SHA512: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x02\x0b";

/// A password in the two encodings that the key derivations use.
pub(super) struct Password {
    /// UTF-8, for PBES2 and PBMAC1.
    pub(super) utf8: Zeroizing<Vec<u8>>,
    /// UTF-16 in big-endian order, for PKCS #12.
    pub(super) utf16: Zeroizing<Vec<u8>>,
}

/// Calls `read` with a password. Tools encode an empty password in two ways; then both are tried.
pub(super) fn with_password<T>(password: &str, read: impl Fn(&Password) -> Result<T>) -> Result<T> {
    let mut result = Err(Failure::WrongPassword);
    for candidate in Password::candidates(password) {
        result = read(&candidate);
        if !matches!(result, Err(Failure::WrongPassword)) {
            break;
        }
    }
    result
}

impl Password {
    fn candidates(password: &str) -> Vec<Password> {
        let mut utf16 = Zeroizing::new(Vec::with_capacity(2 * password.len() + 2));
        utf16.extend(password.encode_utf16().flat_map(u16::to_be_bytes));
        utf16.extend([0, 0]);
        let utf8 = Zeroizing::new(password.as_bytes().to_vec());
        let mut candidates = vec![Password { utf8, utf16 }];
        if password.is_empty() {
            candidates.push(Password { utf8: Zeroizing::default(), utf16: Zeroizing::default() });
        }
        candidates
    }
}

/// The rounds of key derivation that a file may still use, three million in all; more would take minutes. Tools write
/// thousands, and the most careful ones a million for each of the three parts of a file.
pub(super) struct Rounds(u32);

impl Default for Rounds {
    fn default() -> Rounds {
        Rounds(3_000_000)
    }
}

impl Rounds {
    /// Spends the rounds of one derivation.
    pub(super) fn take(&mut self, rounds: u32) -> Result<NonZeroU32> {
        self.0 = self.0.checked_sub(rounds).ok_or(Failure::TooManyRounds)?;
        NonZeroU32::new(rounds).ok_or(Failure::Malformed)
    }
}

/// Decrypts a private key of PKCS #8.
pub(super) fn private_key(der: Der<'_>, password: &Password, rounds: &mut Rounds) -> Result<Zeroizing<Vec<u8>>> {
    let mut key = { der }.take(SEQUENCE)?;
    let algorithm = key.take(SEQUENCE)?;
    decrypt(algorithm, &key.octets(OCTETS)?, password, rounds)
}

/// Decrypts with the algorithm that the file names beside the encrypted bytes.
pub(super) fn decrypt(
    mut algorithm: Der<'_>,
    encrypted: &[u8],
    password: &Password,
    rounds: &mut Rounds,
) -> Result<Zeroizing<Vec<u8>>> {
    let oid = algorithm.take(OID)?.0;
    let mut parameters = algorithm.take(SEQUENCE)?;
    if oid == b"\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d" {
        return decrypt_pbes2(parameters, encrypted, password, rounds);
    }
    // 3DES with three or two keys, RC2 with 128 or 40 bits. RC4, the rest of the list, is not in use.
    let number = oid.strip_prefix(b"\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01");
    let length = match number {
        Some([3]) => 24,
        Some([4 | 5]) => 16,
        Some([6]) => 5,
        _ => return Err(unsupported("an encryption", oid)),
    };
    let salt = parameters.octets(OCTETS)?;
    let rounds = rounds.take(parameters.count()?)?.get();
    let (mut key, mut iv) = (Zeroizing::new(vec![0; length]), [0; 8]);
    for (purpose, out) in [(Purpose::Key, &mut key[..]), (Purpose::Iv, &mut iv[..])] {
        kdf::derive(&SHA1_FOR_LEGACY_USE_ONLY, purpose, &password.utf16, &salt, rounds, out);
    }
    match length {
        24 => decrypt_cbc(cipher::<TdesEde3>(&key)?, &iv, encrypted),
        16 if number == Some(&[4]) => decrypt_cbc(cipher::<TdesEde2>(&key)?, &iv, encrypted),
        _ => decrypt_cbc(Rc2::new_with_eff_key_len(&key, 8 * length), &iv, encrypted),
    }
}

/// PBKDF2 with its parameters.
pub(super) struct Pbkdf2<'a> {
    salt: Cow<'a, [u8]>,
    rounds: NonZeroU32,
    /// The length of the key in bytes, if the file has it.
    key_length: Option<u32>,
    algorithm: pbkdf2::Algorithm,
}

impl<'a> Pbkdf2<'a> {
    pub(super) fn parse(mut derivation: Der<'a>, rounds: &mut Rounds) -> Result<Pbkdf2<'a>> {
        let oid = derivation.take(OID)?.0;
        if oid != b"\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0c" {
            return Err(unsupported("a key derivation", oid));
        }
        let mut derivation = derivation.take(SEQUENCE)?;
        let salt = derivation.octets(OCTETS)?;
        let rounds = rounds.take(derivation.count()?)?;
        let key_length = if derivation.0.first() == Some(&INTEGER) { Some(derivation.count()?) } else { None };
        let algorithm = match derivation.optional(SEQUENCE)? {
            None => pbkdf2::PBKDF2_HMAC_SHA1,
            Some(mut function) => match function.take(OID)?.0 {
                HMAC_SHA1 => pbkdf2::PBKDF2_HMAC_SHA1,
                HMAC_SHA256 => pbkdf2::PBKDF2_HMAC_SHA256,
                HMAC_SHA384 => pbkdf2::PBKDF2_HMAC_SHA384,
                HMAC_SHA512 => pbkdf2::PBKDF2_HMAC_SHA512,
                oid => return Err(unsupported("a key derivation", oid)),
            },
        };
        Ok(Pbkdf2 { salt, rounds, key_length, algorithm })
    }

    /// Derives a key of `length` bytes.
    pub(super) fn key(&self, password: &Password, length: usize) -> Result<Zeroizing<Vec<u8>>> {
        if self.key_length.is_some_and(|expected| expected as usize != length) {
            return Err(Failure::Malformed);
        }
        let mut key = Zeroizing::new(vec![0; length]);
        pbkdf2::derive(self.algorithm, self.rounds, &self.salt, &password.utf8, &mut key);
        Ok(key)
    }
}

fn decrypt_pbes2(
    mut parameters: Der<'_>,
    encrypted: &[u8],
    password: &Password,
    rounds: &mut Rounds,
) -> Result<Zeroizing<Vec<u8>>> {
    let derivation = Pbkdf2::parse(parameters.take(SEQUENCE)?, rounds)?;
    let mut scheme = parameters.take(SEQUENCE)?;
    let oid = scheme.take(OID)?.0;
    let iv = scheme.octets(OCTETS)?;
    let key = |length| derivation.key(password, length);
    match oid {
        b"\x60\x86\x48\x01\x65\x03\x04\x01\x02" => decrypt_cbc(cipher::<Aes128>(&key(16)?)?, &iv, encrypted),
        b"\x60\x86\x48\x01\x65\x03\x04\x01\x16" => decrypt_cbc(cipher::<Aes192>(&key(24)?)?, &iv, encrypted),
        b"\x60\x86\x48\x01\x65\x03\x04\x01\x2a" => decrypt_cbc(cipher::<Aes256>(&key(32)?)?, &iv, encrypted),
        b"\x2a\x86\x48\x86\xf7\x0d\x03\x07" => decrypt_cbc(cipher::<TdesEde3>(&key(24)?)?, &iv, encrypted),
        _ => Err(unsupported("an encryption", oid)),
    }
}

fn cipher<C: KeyInit>(key: &[u8]) -> Result<C> {
    C::new_from_slice(key).map_err(|_| Failure::Malformed)
}

fn decrypt_cbc<C: BlockCipher + BlockDecryptMut>(cipher: C, iv: &[u8], encrypted: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    let cipher = cbc::Decryptor::inner_iv_slice_init(cipher, iv).map_err(|_| Failure::Malformed)?;
    let mut decrypted = Zeroizing::new(encrypted.to_vec());
    // With a wrong key the padding is wrong.
    let length = cipher.decrypt_padded_mut::<Pkcs7>(&mut decrypted).map_err(|_| Failure::WrongPassword)?.len();
    decrypted.truncate(length);
    Ok(decrypted)
}

/// The failure of an algorithm that is not supported.
pub(super) fn unsupported(what: &'static str, oid: &[u8]) -> Failure {
    Failure::Unsupported { what, oid: dotted(oid) }
}

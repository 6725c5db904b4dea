//! What is encrypted with a password: PBES2 (RFC 8018), and the older ways of PKCS #12 (RFC 7292, C).

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
use super::kdf::{self, Purpose};
use super::trouble::{Result, Trouble};

pub(super) const HMAC_SHA1: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x02\x07";
pub(super) const HMAC_SHA256: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x02\x09";
pub(super) const HMAC_SHA384: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x02\x0a";
pub(super) const HMAC_SHA512: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x02\x0b";

/// A password in the two forms that are asked for.
pub(super) struct Password {
    /// UTF-8, for PBES2 and PBMAC1.
    pub(super) plain: Zeroizing<Vec<u8>>,
    /// UTF-16 in network order, for PKCS #12.
    pub(super) wide: Zeroizing<Vec<u8>>,
}

/// Opens something with a password. Tools write "no password" in two ways, so an empty one is tried in both.
pub(super) fn with<T>(password: &str, open: impl Fn(&Password) -> Result<T>) -> Result<T> {
    let mut outcome = Err(Trouble::Password);
    for candidate in Password::candidates(password) {
        outcome = open(&candidate);
        if !matches!(outcome, Err(Trouble::Password)) {
            break;
        }
    }
    outcome
}

impl Password {
    fn candidates(password: &str) -> Vec<Password> {
        let mut wide = Zeroizing::new(Vec::with_capacity(2 * password.len() + 2));
        wide.extend(password.encode_utf16().flat_map(u16::to_be_bytes));
        wide.extend([0, 0]);
        let plain = Zeroizing::new(password.as_bytes().to_vec());
        let mut candidates = vec![Password { plain, wide }];
        if password.is_empty() {
            candidates.push(Password { plain: Zeroizing::default(), wide: Zeroizing::default() });
        }
        candidates
    }
}

/// Rounds of key derivation that a file may still ask for. Tools write thousands, the most careful a million for each of
/// its three parts.
pub(super) struct Work(u32);

impl Default for Work {
    fn default() -> Work {
        Work(3_000_000)
    }
}

impl Work {
    /// Takes the rounds of one derivation.
    pub(super) fn take(&mut self, rounds: u32) -> Result<NonZeroU32> {
        self.0 = self.0.checked_sub(rounds).ok_or(Trouble::Work)?;
        NonZeroU32::new(rounds).ok_or(Trouble::Damaged)
    }
}

/// An encrypted private key of PKCS #8.
pub(super) fn private_key(der: Der<'_>, password: &Password, work: &mut Work) -> Result<Zeroizing<Vec<u8>>> {
    let mut key = { der }.take(SEQUENCE)?;
    let algorithm = key.take(SEQUENCE)?;
    open(algorithm, &key.octets(OCTETS)?, password, work)
}

/// Decrypts by the algorithm that stands beside the sealed bytes.
pub(super) fn open(
    mut algorithm: Der<'_>,
    sealed: &[u8],
    password: &Password,
    work: &mut Work,
) -> Result<Zeroizing<Vec<u8>>> {
    let oid = algorithm.take(OID)?.0;
    let mut parameters = algorithm.take(SEQUENCE)?;
    if oid == b"\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d" {
        return by_pbes2(parameters, sealed, password, work);
    }
    // Three keys or two of 3DES, 128 or 40 bits of RC2; what is left of the list is RC4, which nobody writes.
    let number = oid.strip_prefix(b"\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01");
    let length = match number {
        Some([3]) => 24,
        Some([4 | 5]) => 16,
        Some([6]) => 5,
        _ => return Err(unknown("an encryption", oid)),
    };
    let salt = parameters.octets(OCTETS)?;
    let rounds = work.take(parameters.count()?)?.get();
    let (mut key, mut iv) = (Zeroizing::new(vec![0; length]), [0; 8]);
    for (purpose, out) in [(Purpose::Key, &mut key[..]), (Purpose::Iv, &mut iv[..])] {
        kdf::derive(&SHA1_FOR_LEGACY_USE_ONLY, purpose, &password.wide, &salt, rounds, out);
    }
    match length {
        24 => by_cbc(keyed::<TdesEde3>(&key)?, &iv, sealed),
        16 if number == Some(&[4]) => by_cbc(keyed::<TdesEde2>(&key)?, &iv, sealed),
        _ => by_cbc(Rc2::new_with_eff_key_len(&key, 8 * length), &iv, sealed),
    }
}

/// PBKDF2 with its parameters.
pub(super) struct Pbkdf2<'a> {
    salt: Cow<'a, [u8]>,
    rounds: NonZeroU32,
    /// The length of the key, when it is told.
    length: Option<u32>,
    function: pbkdf2::Algorithm,
}

impl<'a> Pbkdf2<'a> {
    pub(super) fn read(mut derivation: Der<'a>, work: &mut Work) -> Result<Pbkdf2<'a>> {
        let oid = derivation.take(OID)?.0;
        if oid != b"\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0c" {
            return Err(unknown("a key derivation", oid));
        }
        let mut derivation = derivation.take(SEQUENCE)?;
        let salt = derivation.octets(OCTETS)?;
        let rounds = work.take(derivation.count()?)?;
        let length = if derivation.0.first() == Some(&INTEGER) { Some(derivation.count()?) } else { None };
        let function = match derivation.optional(SEQUENCE)? {
            None => pbkdf2::PBKDF2_HMAC_SHA1,
            Some(mut function) => match function.take(OID)?.0 {
                HMAC_SHA1 => pbkdf2::PBKDF2_HMAC_SHA1,
                HMAC_SHA256 => pbkdf2::PBKDF2_HMAC_SHA256,
                HMAC_SHA384 => pbkdf2::PBKDF2_HMAC_SHA384,
                HMAC_SHA512 => pbkdf2::PBKDF2_HMAC_SHA512,
                oid => return Err(unknown("a key derivation", oid)),
            },
        };
        Ok(Pbkdf2 { salt, rounds, length, function })
    }

    pub(super) fn key(&self, password: &Password, length: usize) -> Result<Zeroizing<Vec<u8>>> {
        if self.length.is_some_and(|told| told as usize != length) {
            return Err(Trouble::Damaged);
        }
        let mut key = Zeroizing::new(vec![0; length]);
        pbkdf2::derive(self.function, self.rounds, &self.salt, &password.plain, &mut key);
        Ok(key)
    }
}

fn by_pbes2(
    mut parameters: Der<'_>,
    sealed: &[u8],
    password: &Password,
    work: &mut Work,
) -> Result<Zeroizing<Vec<u8>>> {
    let derivation = Pbkdf2::read(parameters.take(SEQUENCE)?, work)?;
    let mut cipher = parameters.take(SEQUENCE)?;
    let oid = cipher.take(OID)?.0;
    let iv = cipher.octets(OCTETS)?;
    let key = |length| derivation.key(password, length);
    match oid {
        b"\x60\x86\x48\x01\x65\x03\x04\x01\x02" => by_cbc(keyed::<Aes128>(&key(16)?)?, &iv, sealed),
        b"\x60\x86\x48\x01\x65\x03\x04\x01\x16" => by_cbc(keyed::<Aes192>(&key(24)?)?, &iv, sealed),
        b"\x60\x86\x48\x01\x65\x03\x04\x01\x2a" => by_cbc(keyed::<Aes256>(&key(32)?)?, &iv, sealed),
        b"\x2a\x86\x48\x86\xf7\x0d\x03\x07" => by_cbc(keyed::<TdesEde3>(&key(24)?)?, &iv, sealed),
        _ => Err(unknown("an encryption", oid)),
    }
}

fn keyed<C: KeyInit>(key: &[u8]) -> Result<C> {
    C::new_from_slice(key).map_err(|_| Trouble::Damaged)
}

fn by_cbc<C: BlockCipher + BlockDecryptMut>(cipher: C, iv: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    let cipher = cbc::Decryptor::inner_iv_slice_init(cipher, iv).map_err(|_| Trouble::Damaged)?;
    let mut opened = Zeroizing::new(sealed.to_vec());
    // A wrong key leaves a wrong end.
    let length = cipher.decrypt_padded_mut::<Pkcs7>(&mut opened).map_err(|_| Trouble::Password)?.len();
    opened.truncate(length);
    Ok(opened)
}

pub(super) fn unknown(what: &'static str, oid: &[u8]) -> Trouble {
    Trouble::Unknown { what, oid: dotted(oid) }
}

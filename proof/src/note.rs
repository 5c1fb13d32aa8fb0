//! Signed notes: a text that ends with a newline, an empty line, and one line for each signature (C2SP signed-note and
//! tlog-cosignature, Ed25519 only).
//!
//! ```text
//! shop.example/ledger
//! 1024
//! 2p9f...=
//!
//! — shop.example/ledger x3Zk...=
//! ```

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

/// The longest note that is read, in bytes.
pub const NOTE_BYTES_MAX: usize = 64 * 1024;

const ED25519: u8 = 0x01;
const COSIGNATURE: u8 = 0x04;
const KEY_ID_BYTES: usize = 4;
const SIGNATURE_BYTES: usize = 64;

/// Why a note or a key cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// The note is not a text, an empty line and signatures.
    #[error("not a signed note: {0}")]
    Malformed(&'static str),
    /// The text is not a key.
    #[error("not a key such as `shop.example+0a1b2c3d+AaXk...`: {0}")]
    Key(&'static str),
    /// The name has characters that a note cannot hold.
    #[error("a key name is not empty and has neither white space nor `+`")]
    Name,
}

/// What a signature of a key says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyKind {
    /// Signs the text itself: the key of a log.
    Log,
    /// Signs the text and a time: the key of a witness (C2SP tlog-cosignature, version 1).
    Witness,
}

/// A public key with its name. Its text form is `<name>+<id in hex>+<base64>`.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey {
    name: String,
    id: [u8; KEY_ID_BYTES],
    kind: KeyKind,
    key: VerifyingKey,
}

impl PublicKey {
    /// A key of a kind under a name.
    pub fn try_new(name: &str, kind: KeyKind, bytes: &[u8; 32]) -> Result<Self, NoteError> {
        check_name(name)?;
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| NoteError::Key("not a point of the curve"))?;
        Ok(Self {
            id: key_id(name, kind, bytes),
            name: name.to_owned(),
            kind,
            key,
        })
    }

    /// Whose it is.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The first four bytes of a hash over name and key, in hexadecimal.
    pub fn id(&self) -> String {
        hex::encode(self.id)
    }

    /// What its signatures say.
    pub const fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The 32 bytes of the key.
    pub fn to_bytes(&self) -> [u8; 32] {
        self.key.to_bytes()
    }

    fn made(&self, line: &SignatureLine) -> bool {
        line.name == self.name && line.bytes.starts_with(&self.id)
    }

    /// What a line proves, if this key made it and it holds for the text.
    fn check(&self, text: &str, line: &SignatureLine) -> Option<Signed> {
        if !self.made(line) {
            return None;
        }
        let rest = &line.bytes[KEY_ID_BYTES..];
        let (at, message, signature) = match self.kind {
            KeyKind::Log => (None, text.as_bytes().to_vec(), rest),
            KeyKind::Witness => {
                let (time, signature) = rest.split_at_checked(8)?;
                let seconds = u64::from_be_bytes(time.try_into().ok()?);
                let at = DateTime::from_timestamp(i64::try_from(seconds).ok()?, 0)?;
                (Some(at), cosigned(seconds, text), signature)
            }
        };
        let signature = Signature::from_slice(signature).ok()?;
        self.key.verify_strict(&message, &signature).ok()?;
        Some(Signed {
            name: self.name.clone(),
            id: self.id(),
            at,
        })
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = vec![algorithm(self.kind)];
        bytes.extend(self.key.to_bytes());
        write!(f, "{}+{}+{}", self.name, self.id(), STANDARD.encode(bytes))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for PublicKey {
    type Err = NoteError;

    fn from_str(text: &str) -> Result<Self, NoteError> {
        let mut parts = text.trim().splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(NoteError::Key("it has fewer than three parts"));
        };
        let bytes = STANDARD
            .decode(key)
            .map_err(|_| NoteError::Key("its last part is not base64"))?;
        let Some((algorithm, key)) = bytes.split_first() else {
            return Err(NoteError::Key("its last part is empty"));
        };
        let kind = match *algorithm {
            ED25519 => KeyKind::Log,
            COSIGNATURE => KeyKind::Witness,
            _ => return Err(NoteError::Key("its algorithm is not Ed25519")),
        };
        let key = key
            .try_into()
            .map_err(|_| NoteError::Key("it is not of 32 bytes"))?;
        let key = Self::try_new(name, kind, key)?;
        if key.id() == id {
            Ok(key)
        } else {
            Err(NoteError::Key("its id is not that of name and key"))
        }
    }
}

/// A key that signs. Prints as `***`.
#[derive(Clone)]
pub struct Signer {
    public: PublicKey,
    key: SigningKey,
}

impl Signer {
    /// The key that follows from 32 secret bytes, under a name.
    pub fn try_new(name: &str, kind: KeyKind, seed: &[u8; 32]) -> Result<Self, NoteError> {
        let key = SigningKey::from_bytes(seed);
        Ok(Self {
            public: PublicKey::try_new(name, kind, &key.verifying_key().to_bytes())?,
            key,
        })
    }

    /// Its public half.
    pub const fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// A signature of a text. The time counts for a witness only.
    pub fn sign(&self, text: &str, at: DateTime<Utc>) -> SignatureLine {
        let mut bytes = self.public.id.to_vec();
        let message = match self.public.kind {
            KeyKind::Log => text.as_bytes().to_vec(),
            KeyKind::Witness => {
                let seconds = u64::try_from(at.timestamp()).unwrap_or_default();
                bytes.extend(seconds.to_be_bytes());
                cosigned(seconds, text)
            }
        };
        bytes.extend(self.key.sign(&message).to_bytes());
        SignatureLine {
            name: self.public.name.clone(),
            bytes,
        }
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({}, ***)", self.public)
    }
}

/// One line of signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureLine {
    name: String,
    bytes: Vec<u8>,
}

impl SignatureLine {
    /// Who signed, as the line says.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for SignatureLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "— {} {}", self.name, STANDARD.encode(&self.bytes))
    }
}

impl FromStr for SignatureLine {
    type Err = NoteError;

    fn from_str(line: &str) -> Result<Self, NoteError> {
        let malformed = NoteError::Malformed("a signature is `— name base64`");
        let (name, bytes) = line
            .strip_prefix("— ")
            .and_then(|line| line.split_once(' '))
            .ok_or_else(|| malformed.clone())?;
        check_name(name)?;
        let bytes = STANDARD.decode(bytes).map_err(|_| malformed.clone())?;
        if bytes.len() < KEY_ID_BYTES + SIGNATURE_BYTES {
            return Err(malformed);
        }
        Ok(Self {
            name: name.to_owned(),
            bytes,
        })
    }
}

/// Who has signed a note, and when, if their signature says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// Whose key.
    pub name: String,
    /// The key's id, in hexadecimal.
    pub id: String,
    /// When a witness signed.
    pub at: Option<DateTime<Utc>>,
}

/// A text with signatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<SignatureLine>,
}

impl Note {
    /// A note that nobody has signed yet. The text is made of whole lines.
    pub fn unsigned(text: String) -> Self {
        Self {
            text,
            signatures: Vec::new(),
        }
    }

    /// The text that is signed, with its last newline.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its signatures, unverified.
    pub fn signatures(&self) -> &[SignatureLine] {
        &self.signatures
    }

    /// With one more signature. A line that is there already is not repeated.
    #[must_use]
    pub fn with(mut self, line: SignatureLine) -> Self {
        if !self.signatures.contains(&line) {
            self.signatures.push(line);
        }
        self
    }

    /// Who, of these keys, has signed it. A line that claims to be by one of them and does not hold counts for nothing.
    pub fn signed_by<'k>(&self, keys: impl IntoIterator<Item = &'k PublicKey>) -> Vec<Signed> {
        let mut signed: Vec<Signed> = Vec::new();
        for key in keys {
            let found = self
                .signatures
                .iter()
                .find_map(|line| key.check(&self.text, line));
            signed.extend(found.filter(|found| !signed.contains(found)));
        }
        signed
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

impl FromStr for Note {
    type Err = NoteError;

    fn from_str(note: &str) -> Result<Self, NoteError> {
        if note.len() > NOTE_BYTES_MAX {
            return Err(NoteError::Malformed("it is longer than 64 KiB"));
        }
        let end = note
            .rfind("\n\n")
            .ok_or(NoteError::Malformed("it has no empty line"))?;
        let (text, signatures) = (&note[..=end], &note[end + 2..]);
        let lines = signatures
            .strip_suffix('\n')
            .ok_or(NoteError::Malformed("its last line does not end"))?;
        let signatures: Result<_, _> = lines.split('\n').map(str::parse).collect();
        Ok(Self {
            text: text.to_owned(),
            signatures: signatures?,
        })
    }
}

/// Whether a key can have that name: it is not empty, and has neither white space nor `+`.
pub fn is_key_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|letter: char| letter.is_whitespace() || letter == '+')
}

fn check_name(name: &str) -> Result<(), NoteError> {
    is_key_name(name).then_some(()).ok_or(NoteError::Name)
}

const fn algorithm(kind: KeyKind) -> u8 {
    match kind {
        KeyKind::Log => ED25519,
        KeyKind::Witness => COSIGNATURE,
    }
}

fn key_id(name: &str, kind: KeyKind, key: &[u8; 32]) -> [u8; KEY_ID_BYTES] {
    let mut hasher = Sha256::new();
    hasher.update(name);
    hasher.update([b'\n', algorithm(kind)]);
    hasher.update(key);
    let hash = hasher.finalize();
    [hash[0], hash[1], hash[2], hash[3]]
}

fn cosigned(seconds: u64, text: &str) -> Vec<u8> {
    format!("cosignature/v1\ntime {seconds}\n{text}").into_bytes()
}

#[cfg(test)]
mod tests;

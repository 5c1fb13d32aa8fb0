//! What a checkpoint says: whose tree, how many leaves, which root (C2SP tlog-checkpoint).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::note::{Note, NoteError};
use crate::tree::Hash;

/// The state of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The name of the log, unique in the world: an address without its scheme.
    pub origin: String,
    /// How many leaves: of the ledger, the newest position.
    pub size: u64,
    /// Their root.
    pub root: Hash,
}

impl Checkpoint {
    /// The text that is signed.
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root))
    }

    /// What the text of a note says. Further lines of text are allowed, and signed along.
    pub fn of(note: &Note) -> Result<Self, NoteError> {
        let malformed = NoteError::Malformed("a checkpoint is an origin, a size and a root, a line each");
        let mut lines = note.text().lines();
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next()) else {
            return Err(malformed);
        };
        let is_plain =
            size.bytes().all(|digit| digit.is_ascii_digit()) && (size == "0" || !size.starts_with('0'));
        let size = size.parse().ok().filter(|_| is_plain);
        let root = STANDARD.decode(root).ok().and_then(|root| root.try_into().ok());
        match (origin.is_empty(), size, root) {
            (false, Some(size), Some(root)) => Ok(Self {
                origin: origin.to_owned(),
                size,
                root,
            }),
            _ => Err(malformed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checkpoint() -> Checkpoint {
        Checkpoint {
            origin: "shop.example/ledger".to_owned(),
            size: 1024,
            root: [3; 32],
        }
    }

    #[test]
    fn a_checkpoint_is_read_as_it_is_written() {
        let text = checkpoint().text();
        assert_eq!(
            text,
            "shop.example/ledger\n1024\nAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM=\n"
        );
        assert_eq!(Checkpoint::of(&Note::unsigned(text.clone())), Ok(checkpoint()));
        assert_eq!(Checkpoint::of(&Note::unsigned(text + "more\n")), Ok(checkpoint()));
    }

    #[test]
    fn what_is_no_checkpoint_is_refused() {
        let root = STANDARD.encode([3; 32]);
        let texts = [
            "a\n".to_owned(),
            "a\n1\n".to_owned(),
            "a\n1\nAAAA\n".to_owned(),
            format!("\n1\n{root}\n"),
            format!("a\n01\n{root}\n"),
            format!("a\n+1\n{root}\n"),
            format!("a\n-1\n{root}\n"),
            format!("a\n18446744073709551616\n{root}\n"),
        ];
        for text in texts {
            assert!(Checkpoint::of(&Note::unsigned(text.clone())).is_err(), "{text}");
        }
    }
}

//! The fonts of documents: part of the binary, so that no font of a machine changes a document.

use std::sync::LazyLock;

use comptoir_domain::values::Sha256Hex;
use sha2::{Digest as _, Sha256};
use typst::foundations::Bytes;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;

/// Liberation Sans, as documents/fonts/README.md says.
const FILES: [&[u8]; 2] = [
    include_bytes!("../../fonts/LiberationSans-Regular.ttf"),
    include_bytes!("../../fonts/LiberationSans-Bold.ttf"),
];

/// Characters of the Basic Multilingual Plane, 64 to a word.
const PLANE: u32 = 0x1_0000;

/// The fonts, read once.
pub(super) struct Fonts {
    pub(super) all: Vec<Font>,
    pub(super) book: LazyHash<FontBook>,
    /// One bit for each character of the Basic Multilingual Plane that all fonts have.
    covered: Vec<u64>,
    digest: Sha256Hex,
}

static FONTS: LazyLock<Fonts> = LazyLock::new(Fonts::read);

impl Fonts {
    fn read() -> Self {
        let fonts: Vec<Font> = FILES
            .iter()
            .flat_map(|file| Font::iter(Bytes::new(*file)))
            .collect();
        let covers = |code| fonts.iter().all(|font| font.info().coverage.contains(code));
        let mut covered = vec![0; 1024];
        for code in (0..PLANE).filter(|code| covers(*code)) {
            covered[word_of(code)] |= bit_of(code);
        }
        let mut hasher = Sha256::new();
        for file in FILES {
            hasher.update(file);
        }
        Self {
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            all: fonts,
            covered,
            digest: Sha256Hex::from_bytes(hasher.finalize().into()),
        }
    }
}

pub(super) fn fonts() -> &'static Fonts {
    &FONTS
}

/// Whether all fonts have a glyph for a character.
pub(crate) fn cover(character: char) -> bool {
    let code = u32::from(character);
    code < PLANE && FONTS.covered[word_of(code)] & bit_of(code) != 0
}

/// The fingerprint of all fonts together.
pub(crate) fn digest() -> Sha256Hex {
    FONTS.digest
}

fn word_of(code: u32) -> usize {
    usize::try_from(code / 64).unwrap_or_default()
}

const fn bit_of(code: u32) -> u64 {
    1 << (code % 64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_a_regular_and_a_bold_font_and_both_have_the_same_characters() {
        assert_eq!(FONTS.all.len(), 2);
        for font in &FONTS.all {
            assert_eq!(font.info().family, "Liberation Sans");
            let differs = (0x20..PLANE).find(|code| {
                char::from_u32(*code).is_some_and(|c| font.info().coverage.contains(*code) != cover(c))
            });
            assert_eq!(differs, None);
        }
    }

    #[test]
    fn what_documents_write_themselves_is_there() {
        for character in "□ […] –·− €£$ \u{a0}\u{202f}\u{200b} n° ’ éèàùçœÉ".chars() {
            assert!(cover(character), "U+{:04X}", u32::from(character));
        }
        assert!(!cover('王') && !cover('🎁') && !cover('\u{7}'));
    }
}

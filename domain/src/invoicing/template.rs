//! The pieces of a [`NumberFormat`](super::NumberFormat)'s template.

use super::format::NumberFormatError;
use crate::values::SellerId;

/// A piece of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    Text(&'a str),
    Year,
    Number { digits: usize },
    Supplier,
}

/// The most digits that a number of a series can have.
const DIGITS_MAX: usize = 10;
const YEAR_LENGTH: usize = 4;

impl Piece<'_> {
    /// How many characters it gives at most.
    pub(super) const fn longest(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Year => YEAR_LENGTH,
            Self::Number { .. } => DIGITS_MAX,
            Self::Supplier => SellerId::CODE_LENGTH,
        }
    }
}

/// What stands before the number, character by character; none where a placeholder decides.
pub(super) fn beginning(template: &str) -> Result<Vec<Option<char>>, NumberFormatError> {
    let mut known = Vec::new();
    for piece in pieces(template)? {
        match piece {
            Piece::Text(text) => known.extend(text.chars().map(Some)),
            Piece::Year | Piece::Supplier => known.extend(vec![None; piece.longest()]),
            Piece::Number { .. } => break,
        }
    }
    Ok(known)
}

/// All of them, from left to right.
pub(super) fn pieces(template: &str) -> Result<Vec<Piece<'_>>, NumberFormatError> {
    let mut pieces = Vec::new();
    let mut rest = template;
    while !rest.is_empty() {
        let (text, placeholder, after) = match rest.split_once('{') {
            None => (rest, None, ""),
            Some((text, from)) => {
                let (inside, after) = from
                    .split_once('}')
                    .ok_or(NumberFormatError::UnknownPlaceholder)?;
                (text, Some(inside), after)
            }
        };
        if text.contains('}') {
            return Err(NumberFormatError::UnknownPlaceholder);
        }
        let known = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b"-/_".contains(&byte);
        if !text.bytes().all(known) {
            return Err(NumberFormatError::ForbiddenCharacter);
        }
        if !text.is_empty() {
            pieces.push(Piece::Text(text));
        }
        pieces.extend(placeholder.map(piece).transpose()?);
        rest = after;
    }
    Ok(pieces)
}

fn piece(placeholder: &str) -> Result<Piece<'static>, NumberFormatError> {
    match placeholder.split_once(':') {
        None => match placeholder {
            "year" => Ok(Piece::Year),
            "number" => Ok(Piece::Number { digits: 1 }),
            "supplier" => Ok(Piece::Supplier),
            _ => Err(NumberFormatError::UnknownPlaceholder),
        },
        Some(("number", digits)) => match digits.parse() {
            Ok(digits @ 1..=DIGITS_MAX) => Ok(Piece::Number { digits }),
            Ok(_) | Err(_) => Err(NumberFormatError::UnknownPlaceholder),
        },
        Some(_) => Err(NumberFormatError::UnknownPlaceholder),
    }
}

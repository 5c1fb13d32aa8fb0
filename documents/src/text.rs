//! Text that anybody could type, made fit for the page and for XML.
//!
//! On the page, a character that the fonts lack would make the export fail; one that reorders what stands around it would
//! make a document say what it does not. Text reaches the template as JSON and is never read as markup.

use crate::pdf::fonts;

/// What stands on the page in the place of a character that the fonts lack.
const MISSING: char = '\u{25A1}';
/// What stands where text was cut.
const CUT: &str = " […]";
/// The most characters of a name, a title or a line of an address on the page.
const LINE_LIMIT: usize = 400;
/// The most characters of a text of several lines, such as what the law makes a document say.
const LINES_LIMIT: usize = 12_000;
/// A word of more characters may be broken anywhere, every so many characters: columns are narrower than that.
const WORD_LIMIT: usize = 24;
const WORD_PART: usize = 12;
/// A place where a line may end, without a mark.
const BREAK: char = '\u{200B}';

/// One line for the page.
pub(crate) fn line_for_page(text: &str) -> String {
    let one_line: String = text.chars().map(|c| if is_white(c) { ' ' } else { c }).collect();
    for_page(one_line.trim(), LINE_LIMIT)
}

/// Several lines for the page.
pub(crate) fn lines_for_page(text: &str) -> String {
    for_page(text.trim(), LINES_LIMIT)
}

/// What XML may hold, without what reorders text. Characters that the page cannot show are kept. Never empty, since an empty
/// element is invalid.
pub(crate) fn for_xml(text: &str) -> String {
    let kept: String = text.chars().filter(|c| in_xml(*c)).collect();
    match kept.trim() {
        "" => MISSING.to_string(),
        trimmed => trimmed.to_owned(),
    }
}

fn for_page(text: &str, limit: usize) -> String {
    let mut page = String::with_capacity(text.len());
    let mut word = 0;
    let mut shown = 0;
    for character in text.chars() {
        let Some(character) = on_page(character) else {
            continue;
        };
        if shown == limit {
            page.push_str(CUT);
            break;
        }
        shown += 1;
        word = if character.is_whitespace() { 0 } else { word + 1 };
        if word > WORD_LIMIT && (word - WORD_LIMIT) % WORD_PART == 1 {
            page.push(BREAK);
        }
        page.push(character);
    }
    if page.trim().is_empty() {
        MISSING.to_string()
    } else {
        page
    }
}

/// The character as the page shows it; none for those that are dropped.
fn on_page(character: char) -> Option<char> {
    match character {
        '\n' | ' ' => Some(character),
        '\t' | '\r' | '\u{2028}' | '\u{2029}' => Some(' '),
        '\u{2010}' | '\u{2011}' => Some('-'),
        _ if is_control(character) || is_invisible(character) || is_noncharacter(character) => None,
        _ if fonts::cover(character) => Some(character),
        _ if character.is_whitespace() => Some(' '),
        _ => Some(MISSING),
    }
}

fn in_xml(character: char) -> bool {
    let reorders = matches!(character, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    match character {
        '\n' | '\t' => true,
        _ => !reorders && !is_control(character) && !is_noncharacter(character) && character != '\u{FEFF}',
    }
}

const fn is_white(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}')
}

/// C0, DEL and C1.
const fn is_control(character: char) -> bool {
    matches!(character, '\u{0}'..='\u{1F}' | '\u{7F}'..='\u{9F}')
}

/// Code points that are no characters and never will be.
fn is_noncharacter(character: char) -> bool {
    let code = u32::from(character);
    (0xFDD0..=0xFDEF).contains(&code) || code & 0xFFFE == 0xFFFE
}

/// Characters that show nothing by themselves: marks that reorder, join, vary or tag others, and fillers.
const fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}'
            | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latin_greek_and_cyrillic_stay_as_they_are() {
        for text in [
            "Élise Ñuñez-Çelik",
            "Ωμέγα ΑΕ",
            "Ночной поезд",
            "Łódź, Großstraße 3",
            "5 × 3 – “fin” 12 €",
        ] {
            assert_eq!(line_for_page(text), text);
            assert_eq!(for_xml(text), text);
        }
    }

    #[test]
    fn what_the_fonts_lack_is_replaced_visibly_and_kept_in_the_xml() {
        assert_eq!(line_for_page("王小明 Ltd"), "□□□ Ltd");
        assert_eq!(line_for_page("Party 🎁"), "Party □");
        assert_eq!(line_for_page("👩\u{200D}🎤\u{FE0F}!"), "□□!");
        assert_eq!(for_xml("王小明 🎁"), "王小明 🎁");
    }

    #[test]
    fn controls_and_what_reorders_text_are_dropped_everywhere() {
        let nasty = "a\u{0}b\u{7}c\u{85}d\u{202E}e\u{2066}f\u{FFFE}g\u{FEFF}h";
        assert_eq!(line_for_page(nasty), "abcdefgh");
        assert_eq!(for_xml(nasty), "abcdefgh");
    }

    #[test]
    fn lines_become_one_where_there_is_room_for_one() {
        assert_eq!(line_for_page(" a\nb\tc\u{2028}d "), "a b c d");
        assert_eq!(lines_for_page("a\nb"), "a\nb");
    }

    #[test]
    fn nothing_becomes_something() {
        for nothing in ["", "  ", "\u{200B}", "\u{202E}\u{7}"] {
            assert_eq!(line_for_page(nothing), "□");
        }
        assert_eq!(for_xml("\u{202E}\u{7} "), "□");
    }

    #[test]
    fn text_that_is_absurdly_long_is_cut_and_says_so() {
        let cut = line_for_page(&"wide ".repeat(2000));
        assert!(cut.ends_with("[…]") && cut.chars().count() < 410, "{cut}");
        assert!(!lines_for_page(&"wide ".repeat(2000)).ends_with("[…]"));
        assert!(lines_for_page(&"wide ".repeat(20_000)).ends_with("[…]"));
    }

    #[test]
    fn a_long_word_can_be_broken() {
        assert_eq!(line_for_page(&"W".repeat(24)), "W".repeat(24));
        let broken = line_for_page(&"W".repeat(50));
        assert_eq!(broken.matches(BREAK).count(), 3);
        assert_eq!(broken.replace(BREAK, ""), "W".repeat(50));
    }
}

//! The QR code of a payment's reference, as a small SVG.

use std::fmt::Write as _;

use qrcodegen::{QrCode, QrCodeEcc};

/// The white around a code that readers need, in modules.
const QUIET_ZONE: i32 = 2;

/// A QR code of some text; none of a text that is too long for one.
pub(crate) fn svg(text: &str) -> Option<String> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let size = code.size();
    let mut path = String::new();
    for y in 0..size {
        let mut x = 0;
        while x < size {
            let width = (x..size).take_while(|x| code.get_module(*x, y)).count();
            let width = i32::try_from(width).unwrap_or_default();
            if width > 0 {
                // One rectangle for each run of dark modules of a row.
                let (left, top) = (x + QUIET_ZONE, y + QUIET_ZONE);
                let _ = write!(path, "M{left} {top}h{width}v1h-{width}z");
            }
            x += width + 1;
        }
    }
    let edge = size + 2 * QUIET_ZONE;
    Some(format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {edge} {edge}" width="{edge}" height="{edge}"><path d="{path}" fill="black"/></svg>"#
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_becomes_a_code_of_as_many_dark_modules() {
        let text = "pay_01jd3e8m6xf2r9kq7v5t4w8zab";
        let svg = svg(text).unwrap();
        let code = QrCode::encode_text(text, QrCodeEcc::Medium).unwrap();
        let dark = (0..code.size()).flat_map(|y| (0..code.size()).map(move |x| (x, y)));
        let dark = dark.filter(|(x, y)| code.get_module(*x, *y)).count();
        let widths = svg
            .split('h')
            .skip(1)
            .filter_map(|rest| rest.split('v').next()?.parse::<usize>().ok());
        assert_eq!(widths.sum::<usize>(), dark);
    }

    #[test]
    fn a_text_without_end_has_no_code() {
        assert!(svg(&"x".repeat(5000)).is_none());
    }
}

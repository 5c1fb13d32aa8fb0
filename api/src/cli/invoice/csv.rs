//! Comma-separated values (RFC 4180) that a spreadsheet can open without running anything.

use std::io::{self, Write};

use comptoir_domain::values::Money;

/// Writes one row.
pub(super) fn write_row(out: &mut impl Write, cells: &[String]) -> io::Result<()> {
    let row: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
    write!(out, "{}\r\n", row.join(","))
}

/// A text in quotes where it needs them. What a spreadsheet would take for a formula gets an apostrophe in front: a buyer
/// chooses their own name.
fn quoted(text: &str) -> String {
    let begins_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let is_number = text
        .strip_prefix('-')
        .unwrap_or(text)
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    let text = if begins_formula && !is_number {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

/// An amount with a point before its minor units: `29.90`.
pub(super) fn decimal(money: Money) -> String {
    let decimals = usize::from(money.currency.minor_unit_decimals());
    let sign = if money.amount < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", money.amount.unsigned_abs(), width = decimals + 1);
    let (whole, minor) = digits.split_at(digits.len() - decimals);
    if minor.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{minor}")
    }
}

#[cfg(test)]
mod tests {
    use comptoir_domain::values::Currency;

    use super::*;

    fn row(cells: &[&str]) -> String {
        let cells: Vec<String> = cells.iter().map(|cell| (*cell).to_owned()).collect();
        let mut out = Vec::new();
        write_row(&mut out, &cells).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn what_would_break_a_row_is_quoted() {
        assert_eq!(row(&["a", "b c", ""]), "a,b c,\r\n");
        assert_eq!(
            row(&["a,b", "say \"hi\"", "two\nlines"]),
            "\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\"\r\n"
        );
    }

    #[test]
    fn a_name_is_never_a_formula() {
        assert_eq!(
            row(&["=1+1", "@x", "-2.50", "-x", "+33"]),
            "'=1+1,'@x,-2.50,'-x,'+33\r\n"
        );
    }

    #[test]
    fn amounts_have_the_decimals_of_their_currency() {
        for (amount, currency, expected) in [
            (2990, Currency::EUR, "29.90"),
            (5, Currency::EUR, "0.05"),
            (0, Currency::EUR, "0.00"),
            (-150, Currency::EUR, "-1.50"),
            (2990, Currency::JPY, "2990"),
        ] {
            assert_eq!(decimal(Money::new(amount, currency)), expected);
        }
    }
}

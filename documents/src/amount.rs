//! Amounts and rates as decimal numbers, from whole minor units. Nothing here is a float.

use comptoir_domain::values::{BasisPoints, Money};

/// A decimal number: so many units of its last decimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Decimal {
    units: i128,
    decimals: usize,
}

/// The most decimals of the price of one unit: what the French rules of e-invoicing take (BR-FR-DEC-03).
const PRICE_DECIMALS_MAX: usize = 6;

impl Decimal {
    /// An amount, with the decimals of its currency.
    pub(crate) fn of_money(money: Money) -> Self {
        Self {
            units: money.amount.into(),
            decimals: money.currency.minor_unit_decimals().into(),
        }
    }

    /// A rate in percent, with as many of its two decimals as it needs.
    pub(crate) fn of_rate(rate: BasisPoints) -> Self {
        let percent = Self {
            units: rate.get().into(),
            decimals: 2,
        };
        percent.shortened(0)
    }

    /// What one unit costs: rounded half up to six decimals, of which those are left out that say nothing beyond the
    /// decimals of the currency.
    pub(crate) fn of_unit(total: Money, quantity: u32) -> Self {
        let least = usize::from(total.currency.minor_unit_decimals());
        let quantity = i128::from(quantity.max(1));
        let scaled = i128::from(total.amount) * power_of_ten(PRICE_DECIMALS_MAX - least);
        let rounded = (2 * scaled.abs() + quantity) / (2 * quantity) * scaled.signum();
        let price = Self {
            units: rounded,
            decimals: PRICE_DECIMALS_MAX,
        };
        price.shortened(least)
    }

    /// The same number with at most so many decimals, rounded half up.
    pub(crate) fn rounded(self, decimals: usize) -> Self {
        if decimals >= self.decimals {
            return self;
        }
        let divisor = power_of_ten(self.decimals - decimals);
        let units = (2 * self.units.abs() + divisor) / (2 * divisor) * self.units.signum();
        Self { units, decimals }
    }

    /// The same number without zeros at its end, down to so many decimals.
    pub(crate) fn shortened(mut self, least: usize) -> Self {
        while self.decimals > least && self.units % 10 == 0 {
            self.units /= 10;
            self.decimals -= 1;
        }
        self
    }

    pub(crate) const fn is_negative(self) -> bool {
        self.units < 0
    }

    /// Whole part and decimals as digits, without the sign.
    pub(crate) fn digits(self) -> (String, String) {
        let divisor = power_of_ten(self.decimals).unsigned_abs();
        let units = self.units.unsigned_abs();
        let decimals = if self.decimals == 0 {
            String::new()
        } else {
            format!("{:0width$}", units % divisor, width = self.decimals)
        };
        ((units / divisor).to_string(), decimals)
    }

    /// The number as XML and JSON write it: a point, and nothing between the digits.
    pub(crate) fn plain(self) -> String {
        let sign = if self.is_negative() { "-" } else { "" };
        match self.digits() {
            (whole, decimals) if decimals.is_empty() => format!("{sign}{whole}"),
            (whole, decimals) => format!("{sign}{whole}.{decimals}"),
        }
    }
}

fn power_of_ten(exponent: usize) -> i128 {
    (0..exponent).fold(1, |power, _| power * 10)
}

#[cfg(test)]
mod tests {
    use comptoir_domain::values::Currency;

    use super::*;

    fn euros(cents: i64) -> Money {
        Money::new(cents, Currency::EUR)
    }

    #[test]
    fn amounts_have_the_decimals_of_their_currency() {
        assert_eq!(Decimal::of_money(euros(123_456)).plain(), "1234.56");
        assert_eq!(Decimal::of_money(euros(-5)).plain(), "-0.05");
        assert_eq!(Decimal::of_money(euros(0)).plain(), "0.00");
        assert_eq!(Decimal::of_money(Money::new(1200, Currency::JPY)).plain(), "1200");
        assert_eq!(
            Decimal::of_money(Money::new(1234, "KWD".parse().unwrap())).plain(),
            "1.234"
        );
        assert_eq!(
            Decimal::of_money(euros(i64::MIN)).plain(),
            "-92233720368547758.08"
        );
    }

    #[test]
    fn rates_have_the_decimals_they_need() {
        let rate = |basis_points| Decimal::of_rate(BasisPoints::try_new(basis_points).unwrap()).plain();
        assert_eq!(
            [rate(2000), rate(550), rate(2550), rate(0)],
            ["20", "5.5", "25.5", "0"]
        );
    }

    #[test]
    fn the_price_of_a_unit_times_the_quantity_is_the_total_again() {
        assert_eq!(Decimal::of_unit(euros(2000), 2).plain(), "10.00");
        assert_eq!(Decimal::of_unit(euros(1000), 3).plain(), "3.333333");
        assert_eq!(Decimal::of_unit(euros(2000), 3).plain(), "6.666667");
        assert_eq!(Decimal::of_unit(euros(1), 8).plain(), "0.00125");
        assert_eq!(
            Decimal::of_unit(Money::new(1000, Currency::JPY), 3).plain(),
            "333.333333"
        );
        assert_eq!(Decimal::of_unit(euros(1000), 0).plain(), "10.00");
    }

    #[test]
    fn rounding_goes_half_up() {
        let price = Decimal::of_unit(euros(1000), 3);
        assert_eq!(price.rounded(4).plain(), "3.3333");
        assert_eq!(Decimal::of_unit(euros(2000), 3).rounded(4).plain(), "6.6667");
        assert_eq!(Decimal::of_money(euros(5)).rounded(4).plain(), "0.05");
    }
}

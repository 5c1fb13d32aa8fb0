//! The values keep what they promise.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::testing::samples::{eur, seller, tax_terms};

mod ids {
    use super::*;

    #[test]
    fn the_text_form_is_the_one_of_the_typeid_specification() {
        let id = OrderId::from_uuid("01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap());
        assert_eq!(id.to_string(), "order_01h455vb4pex5vsknk084sn02q");
        assert_eq!(
            OrderId::from_uuid(Uuid::max()).to_string(),
            "order_7zzzzzzzzzzzzzzzzzzzzzzzzz"
        );
        assert_eq!(
            OrderId::from_uuid(Uuid::nil()).to_string(),
            "order_00000000000000000000000000"
        );
    }

    #[test]
    fn anything_but_the_exact_text_form_is_refused() {
        let good = "order_01h455vb4pex5vsknk084sn02q";
        assert!(good.parse::<OrderId>().is_ok());
        let bad = [
            "",
            "order",
            "order_",
            "01h455vb4pex5vsknk084sn02q",
            "offer_01h455vb4pex5vsknk084sn02q",
            "ORDER_01h455vb4pex5vsknk084sn02q",
            "order_01H455VB4PEX5VSKNK084SN02Q",
            "order_01h455vb4pex5vsknk084sn02",
            "order_01h455vb4pex5vsknk084sn02qq",
            "order_81h455vb4pex5vsknk084sn02q",
            "order_01i455vb4pex5vsknk084sn02q",
            "order_01l455vb4pex5vsknk084sn02q",
            "order_01o455vb4pex5vsknk084sn02q",
            "order_01u455vb4pex5vsknk084sn02q",
            " order_01h455vb4pex5vsknk084sn02q",
            "order_01h455vb4pex5vsknk084sn02q\n",
            "order__01h455vb4pex5vsknk084sn02q",
            "order_01h455vb4pex5vsknk084sn0é",
            "01890a5d-ac96-774b-bcce-b302099a8057",
        ];
        for text in bad {
            assert!(text.parse::<OrderId>().is_err(), "{text:?} should be refused");
        }
    }

    #[test]
    fn a_payment_carries_the_bits_of_its_order_in_thirty_characters() {
        let order: OrderId = "order_01h455vb4pex5vsknk084sn02q".parse().unwrap();
        let payment = PaymentId::of(order);
        assert_eq!(payment.to_string(), "pay_01h455vb4pex5vsknk084sn02q");
        assert_eq!(payment.to_string().len(), 30);
        assert_eq!(payment.order_id(), order);
    }

    #[test]
    fn derived_ids_are_the_same_for_ever() {
        let order: OrderId = "order_01h455vb4pex5vsknk084sn02q".parse().unwrap();
        let derived = [
            LicenceId::of_unit(order, 0, 0).to_string(),
            LicenceId::of_unit(order, 0, 1).to_string(),
            LicenceId::of_unit(order, 1, 0).to_string(),
            RefundId::of_late_payment(order).to_string(),
            WebhookId::of_provider_event("evt_1").to_string(),
        ];
        assert_eq!(derived, DERIVED_FOR_EVER);
    }

    const DERIVED_FOR_EVER: [&str; 5] = [
        "licence_7r1apt08xya55bgb9dbjbn3s9t",
        "licence_5v2h09ms5hb57btrf4faj0k5jt",
        "licence_705rzrxjszb7cap767xp4vrpk2",
        "ref_1egsa12a0zbgzr16qtdt87px6t",
        "webhook_64ez606mctbpps1jbmktnhxcfr",
    ];

    proptest! {
        #[test]
        fn every_id_survives_text_and_json(bits: u128) {
            let id = ProductId::from_uuid(Uuid::from_u128(bits));
            prop_assert_eq!(id.to_string().parse::<ProductId>().unwrap(), id);
            let json = serde_json::to_string(&id).unwrap();
            prop_assert_eq!(serde_json::from_str::<ProductId>(&json).unwrap(), id);
        }

        #[test]
        fn the_text_sorts_like_the_bits(left: u128, right: u128) {
            let [left, right] = [left, right].map(|bits| OrderId::from_uuid(Uuid::from_u128(bits)));
            prop_assert_eq!(left.cmp(&right), left.to_string().cmp(&right.to_string()));
        }

        #[test]
        fn no_text_makes_parsing_fail_otherwise_than_by_an_error(text in ".{0,40}") {
            if let Ok(id) = text.parse::<OrderId>() {
                prop_assert_eq!(id.to_string(), text);
            }
        }
    }
}

mod money {
    use super::*;

    #[test]
    fn amounts_of_two_currencies_do_not_add_up() {
        let error = eur(1).plus(Money::new(1, Currency::USD)).unwrap_err();
        assert_eq!(
            error,
            MoneyError::DifferentCurrencies {
                left: Currency::EUR,
                right: Currency::USD
            }
        );
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        assert_eq!(eur(i64::MAX).plus(eur(1)), Err(MoneyError::Overflow));
        assert_eq!(eur(i64::MIN).minus(eur(1)), Err(MoneyError::Overflow));
        assert_eq!(eur(i64::MAX).times(2), Err(MoneyError::Overflow));
    }

    #[test]
    fn the_units_left_over_go_to_the_largest_remainders_and_then_to_the_first() {
        assert_eq!(eur(100).allocate(&[1, 1, 1]).unwrap(), [34, 33, 33].map(eur));
        assert_eq!(eur(5).allocate(&[70, 20, 10]).unwrap(), [4, 1, 0].map(eur));
        assert_eq!(eur(-100).allocate(&[1, 1, 1]).unwrap(), [-34, -33, -33].map(eur));
        assert_eq!(eur(7).allocate(&[0, 1]).unwrap(), [0, 7].map(eur));
    }

    #[test]
    fn nothing_to_split_by_is_an_error() {
        assert_eq!(eur(1).allocate::<u32>(&[]), Err(MoneyError::NoWeights));
        assert_eq!(eur(1).allocate(&[0, 0]), Err(MoneyError::NoWeights));
    }

    proptest! {
        #[test]
        fn parts_add_up_and_are_within_one_unit_of_the_exact_share(
            amount: i64,
            weights in prop::collection::vec(any::<u32>(), 1..20),
        ) {
            prop_assume!(weights.iter().any(|weight| *weight > 0));
            let parts = eur(amount).allocate(&weights).unwrap();
            prop_assert_eq!(parts.len(), weights.len());
            prop_assert_eq!(parts.iter().map(|part| i128::from(part.amount)).sum::<i128>(), i128::from(amount));
            let total: i128 = weights.iter().copied().map(i128::from).sum();
            for (part, weight) in parts.iter().zip(&weights) {
                let distance = i128::from(part.amount) * total - i128::from(amount) * i128::from(*weight);
                prop_assert!(distance.abs() < total, "{} is too far from its share", part);
            }
        }
    }
}

mod tax {
    use super::*;
    use crate::values::{BasisPoints, PriceBasis, TaxFacts};

    fn at_rate(rate: u32, price_basis: PriceBasis) -> TaxFacts {
        TaxFacts {
            rate_basis_points: BasisPoints::try_new(rate).unwrap(),
            price_basis,
            ..tax_terms().facts_for(seller().person_id, TaxCategory::Standard)
        }
    }

    #[test]
    fn the_tax_inside_a_price_is_rounded_half_away_from_zero() {
        let facts = at_rate(2000, PriceBasis::TaxIncluded);
        for (price, tax) in [
            (0, 0),
            (2, 0),
            (3, 1),
            (6, 1),
            (2990, 498),
            (9900, 1650),
            (-3, -1),
            (-2, 0),
        ] {
            let taxed = facts.apply(eur(price)).unwrap();
            assert_eq!((taxed.total, taxed.tax), (eur(price), eur(tax)), "in {price}");
        }
    }

    #[test]
    fn the_tax_on_top_of_a_price_is_rounded_half_away_from_zero() {
        let facts = at_rate(2550, PriceBasis::TaxExcluded);
        for (price, tax) in [(0, 0), (1, 0), (2, 1), (1000, 255), (2990, 762)] {
            let taxed = facts.apply(eur(price)).unwrap();
            assert_eq!(
                (taxed.total, taxed.tax),
                (eur(price + tax), eur(tax)),
                "on {price}"
            );
        }
    }

    proptest! {
        #[test]
        fn the_tax_never_exceeds_the_price(price in 0_i64.., rate in 0_u32..=10_000) {
            let taxed = at_rate(rate, PriceBasis::TaxIncluded).apply(eur(price)).unwrap();
            prop_assert_eq!(taxed.total, eur(price));
            prop_assert!((0..=price).contains(&taxed.tax.amount));
        }

        #[test]
        fn price_and_tax_make_the_total(price in 0..1_000_000_000_000_i64, rate in 0_u32..=10_000) {
            let taxed = at_rate(rate, PriceBasis::TaxExcluded).apply(eur(price)).unwrap();
            prop_assert_eq!(taxed.total.amount - taxed.tax.amount, price);
        }
    }
}

mod promo_codes {
    use crate::values::{PromoCode, PromoId};

    #[test]
    fn a_code_is_the_same_in_small_letters_and_leads_to_one_promotion() {
        let [large, small] = ["SPRING-10", "spring-10"].map(|text| PromoCode::try_new(text).unwrap());
        assert_eq!(PromoId::of_code(&large), PromoId::of_code(&small));
    }

    #[test]
    fn other_forms_are_refused() {
        for text in ["", "AB", "A B C", "ÉTÉ-10", "A\u{0}BC", &"A".repeat(41)] {
            assert!(PromoCode::try_new(text).is_err(), "{text:?}");
        }
    }
}

mod texts {
    use super::*;

    #[test]
    fn hidden_and_control_characters_are_refused() {
        for code in [0x00, 0x07, 0x0A, 0x7F, 0x85, 0x2028, 0x202E, 0x2066, 0xFEFF] {
            let text = format!("a{}b", char::from_u32(code).unwrap());
            assert_eq!(Title::try_new(text), Err(TextError::ForbiddenCharacter { code }));
        }
    }

    #[test]
    fn every_script_is_welcome() {
        for text in ["Été", "夜のドライブ", "ليل", "Nacht 🚗", "e\u{301}", "👩‍👩‍👧"]
        {
            assert_eq!(Title::try_new(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn length_is_counted_in_characters() {
        assert!(Title::try_new("é".repeat(200)).is_ok());
        assert_eq!(
            Title::try_new("é".repeat(201)),
            Err(TextError::TooLong { limit: 200 })
        );
    }

    #[test]
    fn empty_and_padded_texts_are_refused() {
        assert_eq!(Title::try_new(""), Err(TextError::Empty));
        assert_eq!(Title::try_new(" \u{3000}"), Err(TextError::Empty));
        assert_eq!(Title::try_new(" a"), Err(TextError::Padded));
    }

    #[test]
    fn a_description_may_have_lines() {
        assert!(Description::try_new("one\n\ttwo").is_ok());
        assert!(Description::try_new("one\r\ntwo").is_err());
    }

    #[test]
    fn a_code_of_the_provider_is_taken_as_far_as_it_goes() {
        let code = ProviderCode::from_provider(&format!(" declined\0{}", "é".repeat(600))).unwrap();
        assert_eq!(code.as_str(), format!("declined{}", "é".repeat(92)));
        assert_eq!(ProviderCode::from_provider(" \0 "), None);
    }

    #[test]
    fn the_code_of_a_failure_is_one_word_or_none() {
        for code in ["DC_08", "card_declined", "UE_9000", "-1", "10.05", "2000:refused"] {
            let read = ProviderCode::of_failure(&format!(" {code}\0"));
            assert_eq!(read.map(String::from).as_deref(), Some(code));
        }
        for words in [
            "",
            " ",
            "No error code",
            "ada@example.org",
            "Müller",
            "Card of Ada Lovelace declined",
        ] {
            assert_eq!(ProviderCode::of_failure(words), None, "{words}");
        }
    }

    #[test]
    fn what_is_read_is_checked_like_what_is_made() {
        assert!(serde_json::from_str::<Title>(r#""a\u0000b""#).is_err());
        assert!(serde_json::from_str::<Quantity>("0").is_err());
        assert!(serde_json::from_str::<BasisPoints>("10001").is_err());
        assert!(serde_json::from_str::<CountryCode>(r#""fr""#).is_err());
        assert!(serde_json::from_str::<Currency>(r#""eur""#).is_err());
        assert!(serde_json::from_str::<Sha256Hex>(r#""00""#).is_err());
    }
}

#[test]
fn an_email_address_has_something_before_one_at_and_a_dotted_domain_after_it() {
    for good in ["a@b.fr", "jean.dupont+x@mail.example.org", "用户@例子.公司"] {
        assert!(Email::try_new(good).is_ok(), "{good}");
    }
    for bad in [
        "", "a", "a@", "@b.fr", "a@b", "a@@b.fr", "a b@c.fr", "a@b..fr", "a@.fr", "a@b.fr\n", "a@b.fr.",
    ] {
        assert!(Email::try_new(bad).is_err(), "{bad:?}");
    }
    assert_eq!(format!("{:?}", Email::try_new("a@b.fr").unwrap()), "Email(***)");
}

#[test]
fn every_currency_is_found_by_its_code_and_only_so() {
    for currency in Currency::all() {
        assert_eq!(currency.code().parse(), Ok(currency));
        assert!(currency.code().to_lowercase().parse::<Currency>().is_err());
    }
    assert_eq!(Currency::JPY.minor_unit_decimals(), 0);
    assert_eq!("KWD".parse::<Currency>().unwrap().minor_unit_decimals(), 3);
    for bad in ["", "EU", "EURO", "XXX", "XTS", "XAU", "€"] {
        assert!(bad.parse::<Currency>().is_err(), "{bad}");
    }
}

#[test]
fn a_quantity_is_from_one_to_a_thousand() {
    for good in [1, 2, 1000] {
        assert_eq!(i64::from(Quantity::try_new(good).unwrap()), good);
    }
    for bad in [0, -1, 1001, i64::MAX, i64::MIN, 1 << 32] {
        assert_eq!(Quantity::try_new(bad), Err(QuantityError));
    }
    assert_eq!(QuantityError.to_string(), "must be from 1 to 1000");
}

#[test]
fn a_hash_is_the_one_everybody_computes() {
    let hash = Sha256Hex::of("abc");
    assert_eq!(
        hash.to_string(),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
    assert_eq!(hash.to_string().parse(), Ok(hash));
    assert!(hash.to_string().to_uppercase().parse::<Sha256Hex>().is_err());
}

#[test]
fn only_the_owner_in_their_role_or_an_admin_may_act() {
    use crate::testing::samples::{admin, buyer, seller, stranger};
    let owner = seller().person_id;
    assert!(seller().may_act_for(owner, Role::Seller));
    assert!(admin().may_act_for(owner, Role::Seller));
    assert!(!stranger().may_act_for(owner, Role::Seller));
    assert!(!buyer().may_act_for(owner, Role::Seller));
    assert!(
        !Actor {
            roles: vec![Role::Buyer],
            ..seller()
        }
        .may_act_for(owner, Role::Seller)
    );
}

#[test]
fn a_licence_kind_is_stored_under_its_name() {
    for kind in LicenceKind::ALL {
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
    }
}

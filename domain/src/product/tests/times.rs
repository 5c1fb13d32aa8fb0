//! When things happened.

use super::*;

#[test]
fn it_is_known_when_it_was_started_put_on_sale_and_last_changed() {
    let state = Product::replay(&published_product());
    let facts = state.facts().unwrap();
    assert_eq!(
        (facts.created_at, facts.published_at, facts.updated_at),
        (at(0), Some(at(1)), at(1))
    );
    let facts = Product::replay(&[product_created().into(), ProductWithdrawn { at: at(3) }.into()]);
    let facts = facts.facts().unwrap();
    assert_eq!((facts.published_at, facts.updated_at), (None, at(3)));
}

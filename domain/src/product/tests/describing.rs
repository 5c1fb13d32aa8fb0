//! What a seller says of a product.

use super::*;
use crate::values::Description;

#[test]
fn describing_changes_title_and_description_once() {
    let describe = || ProductCommand::Describe {
        actor: seller(),
        title: Some(title("Day Drive")),
        description: DescriptionChange::Remove,
        at: at(2),
    };
    let described = ProductDescribed {
        title: title("Day Drive"),
        description: None,
        at: at(2),
    };
    draft().when(describe()).then([described.into()]);
    draft().and(describe()).when(describe()).then_nothing();
}

#[test]
fn two_who_describe_at_once_do_not_undo_each_other() {
    let describe = |title, description| ProductCommand::Describe {
        actor: seller(),
        title,
        description,
        at: at(2),
    };
    let words: Description = Description::try_new("Dark pads").unwrap();
    let (new_title, new_words) = (title("Day Drive"), DescriptionChange::Replace(words.clone()));
    let described = ProductDescribed {
        title: new_title.clone(),
        description: Some(words),
        at: at(2),
    };
    let only_title = || describe(Some(new_title.clone()), DescriptionChange::Keep);
    let only_words = || describe(None, new_words.clone());
    draft()
        .and(only_title())
        .when(only_words())
        .then([described.clone().into()]);
    draft()
        .and(only_words())
        .when(only_title())
        .then([described.into()]);
}

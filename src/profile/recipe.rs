//! The recipes: overlays for workloads of one kind, embedded from `examples/recipes/`.

use crate::embedded::RECIPES;

/// The names of the recipes, sorted.
pub fn names() -> impl Iterator<Item = &'static str> {
    RECIPES.iter().map(|(name, _)| *name)
}

/// The text of a recipe.
#[must_use]
pub fn text(name: &str) -> Option<&'static str> {
    RECIPES.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// What a recipe is for: the first line of its text, which is a comment.
#[must_use]
pub fn summary(name: &str) -> &'static str {
    let first = text(name).and_then(|text| text.lines().next()).unwrap_or_default();
    first.trim_start_matches('#').trim().trim_end_matches('.')
}

//! "Did you mean": the nearest of the names that there are.

/// The candidate that is most like `name`, where one is like it at all; the first of equals.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let small = name.to_lowercase();
    let mut best: Option<(usize, &'a str)> = None;
    for candidate in candidates {
        let distance = strsim::damerau_levenshtein(&small, &candidate.to_lowercase());
        if distance <= name.chars().count().max(3) / 3 && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Asks whether a near name was meant, where there is one, and then tells the `rest`, which stands for itself otherwise.
#[must_use]
pub fn did_you_mean(near: Option<&str>, rest: &str) -> String {
    near.map_or_else(|| rest.to_owned(), |near| format!("did you mean `{near}`? {}", capitalize(rest)))
}

/// A text that begins a sentence.
#[must_use]
pub fn capitalize(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

//! "Did you mean": suggests the closest known name.

/// The closest match for `name` among `candidates`, or nothing if none is close; the first of equals.
///
/// Close means at most one edit for every three characters, or else a common beginning and mostly the same letters, as
/// in `ReadWriteMultiple` and `ReadWriteMany`. Case is ignored. A name whose last part has the initials of the last parts of
/// a candidate abbreviates it.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const ALIKE: f64 = 0.9;
    let lowercase = name.to_lowercase();
    let most_edits = name.chars().count().max(3) / 3;
    let letters = lowercase.chars().count();
    let mut by_edits: Option<(usize, &'a str)> = None;
    let mut by_letters: Option<(f64, &'a str)> = None;
    for candidate in candidates {
        let other = candidate.to_lowercase();
        if is_abbreviation(&lowercase, &other) {
            return Some(candidate);
        }
        // Each edit changes the length by at most one.
        if letters.abs_diff(other.chars().count()) <= most_edits {
            let edits = strsim::damerau_levenshtein(&lowercase, &other);
            if edits <= most_edits && by_edits.is_none_or(|(least, _)| edits < least) {
                by_edits = Some((edits, candidate));
            }
        }
        let alike = strsim::jaro_winkler(&lowercase, &other);
        if alike > ALIKE && by_letters.is_none_or(|(most, _)| alike > most) {
            by_letters = Some((alike, candidate));
        }
    }
    by_edits.map(|(_, candidate)| candidate).or(by_letters.map(|(_, candidate)| candidate))
}

/// Whether the last part of a name has the initials of at least two last parts of `full`, and the parts before are the same.
fn is_abbreviation(name: &str, full: &str) -> bool {
    let Some((start, initials)) = name.rsplit_once('-') else { return false };
    let rest = full.strip_prefix(start).and_then(|rest| rest.strip_prefix('-'));
    let parts = || rest.into_iter().flat_map(|rest| rest.split('-'));
    initials.len() > 1 && parts().filter_map(|part| part.chars().next()).eq(initials.chars())
}

/// The candidate that `name` is most likely a misspelling of, if any: stricter than [`nearest`], because the name may just
/// as well belong to something else.
///
/// The two differ in one part between dashes and dots, by a swapped, missing or extra letter, or in a longer part by a
/// wrong letter or two such slips. A difference of digits or of a very short part is a choice, not a slip.
pub fn misspelled<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    candidates.into_iter().find(|candidate| is_misspelling(name, candidate))
}

/// What separates the parts of a name.
const ENDS: [char; 4] = ['-', '.', '_', '/'];

fn is_misspelling(name: &str, candidate: &str) -> bool {
    const LETTERS_OF_SHORT_PART: usize = 4;
    const LETTERS_OF_LONG_PART: usize = 7;
    const LETTERS_OF_LONG_NAME: usize = 10;
    if name == candidate || name.len().abs_diff(candidate.len()) > 2 || !may_be_misspelling(name, candidate) {
        return false;
    }
    let (mut ours, mut theirs) = (name.split(ENDS), candidate.split(ENDS));
    let mut differing = None;
    loop {
        match (ours.next(), theirs.next()) {
            (Some(ours), Some(theirs)) if is_same(ours, theirs) => {}
            (Some(ours), Some(theirs)) if differing.is_none() => differing = Some((ours, theirs)),
            (None, None) => break,
            _ => return false,
        }
    }
    let Some((ours, theirs)) = differing else { return false };
    let (ours, theirs) = (ours.to_lowercase(), theirs.to_lowercase());
    let without_digits =
        |text: &str| -> String { text.chars().filter(|letter| !letter.is_ascii_digit()).collect() };
    if without_digits(&ours) == without_digits(&theirs) {
        return false;
    }
    let shorter = ours.chars().count().min(theirs.chars().count());
    let same_length = ours.chars().count() == theirs.chars().count();
    match strsim::damerau_levenshtein(&ours, &theirs) {
        1 if same_length => shorter >= LETTERS_OF_SHORT_PART || strsim::levenshtein(&ours, &theirs) == 2,
        1 => shorter + 1 >= LETTERS_OF_SHORT_PART || name.len() >= LETTERS_OF_LONG_NAME,
        2 => shorter >= LETTERS_OF_LONG_PART,
        _ => false,
    }
}

/// A cheap test that rejects most candidates: two slips change few letters, and all of them in one part.
fn may_be_misspelling(name: &str, candidate: &str) -> bool {
    /// Each of two slips replaces one letter by another.
    const MOST_CHANGED: u32 = 4;
    if !name.is_ascii() || !candidate.is_ascii() {
        return true;
    }
    let is_end = |byte: u8| ENDS.contains(&char::from(byte));
    let is_same =
        |(one, other): &(&u8, &u8)| one.eq_ignore_ascii_case(other) || (is_end(**one) && is_end(**other));
    let (ours, theirs) = (name.as_bytes(), candidate.as_bytes());
    let start = ours.iter().zip(theirs).take_while(is_same).count();
    let (ours, theirs) = (&ours[start..], &theirs[start..]);
    let end = ours.iter().rev().zip(theirs.iter().rev()).take_while(is_same).count();
    let (ours, theirs) = (&ours[..ours.len() - end], &theirs[..theirs.len() - end]);
    // Which letters there are, regardless of case.
    let letters = |text: &[u8]| text.iter().fold(0u64, |set, byte| set | 1 << ((byte | 0x20) & 0x3f));
    !ours.iter().chain(theirs).any(|byte| is_end(*byte))
        && (letters(ours) ^ letters(theirs)).count_ones() <= MOST_CHANGED
}

/// Whether two texts are the same but for the case of their letters.
fn is_same(one: &str, other: &str) -> bool {
    match one.is_ascii() && other.is_ascii() {
        true => one.eq_ignore_ascii_case(other),
        false => one.to_lowercase() == other.to_lowercase(),
    }
}

/// Puts "did you mean `x`?" before `rest` if there is a close match.
#[must_use]
pub fn did_you_mean(near: Option<&str>, rest: &str) -> String {
    near.map_or_else(|| rest.to_owned(), |near| format!("did you mean `{near}`? {}", capitalize(rest)))
}

/// The text with a capital first letter.
#[must_use]
pub fn capitalize(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{misspelled, nearest};

    #[test]
    fn initials_abbreviate_the_last_parts() {
        let names = ["disk-balanced", "disk-balanced-high-availability", "disk-extreme"];
        for (name, expected) in [
            ("disk-balanced-ha", Some("disk-balanced-high-availability")),
            ("DISK-BALANCED-HA", Some("disk-balanced-high-availability")),
            ("disk-balanced-h", Some("disk-balanced")),
            ("disk-balancd", Some("disk-balanced")),
            ("volume-ha", None),
        ] {
            assert_eq!(nearest(name, names), expected, "{name}");
        }
    }

    #[test]
    fn slips_are_told_from_choices() {
        for (name, candidate, slip) in [
            ("weigths", "weights", true),
            ("fsat", "fast", true),
            ("fst", "fast", true),
            ("disk.csi.example.co", "disk.csi.example.com", true),
            ("disk.cis.example.com", "disk.csi.example.com", true),
            ("training-data", "trainning-data", true),
            ("checkpionts", "checkpoints", true),
            ("data-1", "data-2", false),
            ("ssd2", "ssd3", false),
            ("nfs", "efs", false),
            ("east-a", "east-b", false),
            ("model-dev", "model-prod", false),
            ("data", "data", false),
            ("cfs.csi.example.com", "nfs.csi.example.com", false),
        ] {
            assert_eq!(misspelled(name, [candidate]).is_some(), slip, "{name} for {candidate}");
        }
    }
}

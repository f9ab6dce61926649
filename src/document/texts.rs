//! Texts of objects that are gone, for the next objects: an allocator takes long for many texts that are freed at once, as those
//! of a batch of documents are.

use std::cell::RefCell;

/// The lengths of texts that are kept: shorter ones have room for this many bytes, and longer ones are freed.
const SHORTEST: usize = 32;
const LONGEST: usize = 256;
/// How many are kept.
const MOST: usize = 8192;

thread_local! {
    static TEXTS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// A copy of a text.
pub(super) fn copy(text: &str) -> String {
    let kept = if text.len() > LONGEST { None } else { TEXTS.with_borrow_mut(Vec::pop) };
    let mut copy = kept.unwrap_or_else(|| String::with_capacity(text.len().max(SHORTEST)));
    copy.push_str(text);
    copy
}

/// Texts that are not needed any more.
#[derive(Debug, Default)]
pub(crate) struct Texts(Vec<String>);

impl Texts {
    pub(super) fn add(&mut self, mut text: String) {
        if (SHORTEST..=LONGEST).contains(&text.capacity()) && self.0.len() < MOST {
            text.clear();
            self.0.push(text);
        }
    }
}

/// Keeps the texts that `collect` adds for the next objects of this thread.
pub(super) fn keep(collect: impl FnOnce(&mut Texts)) {
    let mut texts = Texts(TEXTS.take());
    collect(&mut texts);
    TEXTS.set(texts.0);
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, SHORTEST, copy, keep};

    #[test]
    fn the_memory_of_texts_is_used_again() {
        let (short, long, longer) = (copy("one"), copy(&"x".repeat(LONGEST)), copy(&"x".repeat(LONGEST + 1)));
        assert_eq!((short.capacity(), long.capacity()), (SHORTEST, LONGEST));
        let places = [short.as_ptr(), long.as_ptr()];
        keep(|texts| [short, long, longer, "little".to_owned()].into_iter().for_each(|text| texts.add(text)));
        let again = [copy("another text"), copy(""), copy("new")];
        assert_eq!(again, ["another text", "", "new"]);
        assert_eq!([again[1].as_ptr(), again[0].as_ptr()], places);
        assert!(!places.contains(&again[2].as_ptr()));
    }
}

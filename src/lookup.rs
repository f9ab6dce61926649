//! Finds names in tables that never change.

/// The positions of the names of a table, by hash.
#[derive(Debug)]
pub struct Lookup {
    /// Positions, or [`FREE`]; at most half of them are in use.
    slots: Box<[u16]>,
}

/// An unused slot of a [`Lookup`], and no position of a table.
const FREE: u16 = u16::MAX;

impl Lookup {
    /// A lookup of fewer than 65,535 names.
    pub fn new<'n>(names: impl ExactSizeIterator<Item = &'n str>) -> Self {
        let mut slots = vec![FREE; (2 * names.len()).next_power_of_two().max(2)].into_boxed_slice();
        for (at, name) in names.enumerate() {
            let mut slot = slot_of(&[name], slots.len());
            while slots[slot] != FREE {
                slot = (slot + 1) % slots.len();
            }
            slots[slot] = at as u16;
        }
        Self { slots }
    }

    /// The position of the name that consists of `parts`; `name_at` returns the names of the same table.
    pub fn find<'n>(&self, parts: &[&str], name_at: impl Fn(usize) -> &'n str) -> Option<usize> {
        let mut slot = slot_of(parts, self.slots.len());
        loop {
            match self.slots[slot] {
                FREE => return None,
                at if consists_of(name_at(usize::from(at)), parts) => return Some(usize::from(at)),
                _ => slot = (slot + 1) % self.slots.len(),
            }
        }
    }
}

/// The first slot to look at, of a power of two: names differ in their length and in some of these letters.
fn slot_of(parts: &[&str], slots: usize) -> usize {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let at = |mut index: usize| {
        for part in parts {
            match part.as_bytes().get(index) {
                Some(byte) => return usize::from(*byte),
                None => index -= part.len(),
            }
        }
        0
    };
    if length == 0 {
        return 0;
    }
    let mixed =
        at(0) ^ at(length / 2) << 2 ^ at(length - 1 - length / 4) << 5 ^ at(length - 1) << 3 ^ length << 1;
    (mixed ^ mixed >> 6) & (slots - 1)
}

fn consists_of(name: &str, parts: &[&str]) -> bool {
    let mut rest = name;
    for part in parts {
        match rest.strip_prefix(part) {
            Some(end) => rest = end,
            None => return false,
        }
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::Lookup;

    #[test]
    fn names_are_found_whole_and_in_parts() {
        let names: Vec<String> =
            (0..500).map(|number| format!("group{}/v1/Kind{number}", number % 7)).collect();
        let lookup = Lookup::new(names.iter().map(String::as_str));
        for (at, name) in names.iter().enumerate() {
            let (start, end) = name.split_at(at % name.len());
            assert_eq!(lookup.find(&[name], |at| &names[at]), Some(at));
            assert_eq!(lookup.find(&[start, end], |at| &names[at]), Some(at));
        }
        for name in ["", "group", "group0/v1/Kind1", "group0/v1/Kind00"] {
            assert_eq!(lookup.find(&[name], |at| &names[at]), None, "{name}");
        }
        assert_eq!(Lookup::new([].into_iter()).find(&["a"], |_| ""), None);
    }
}

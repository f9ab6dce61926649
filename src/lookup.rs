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
            let mut slot = slot_of(name.as_bytes(), slots.len());
            while slots[slot] != FREE {
                slot = (slot + 1) % slots.len();
            }
            slots[slot] = at as u16;
        }
        Self { slots }
    }

    /// The position of a name, of several equal ones the first; `name_at` returns the names of the same table.
    pub fn find<'n>(&self, name: &str, name_at: impl Fn(usize) -> &'n str) -> Option<usize> {
        let mut slot = slot_of(name.as_bytes(), self.slots.len());
        loop {
            match self.slots[slot] {
                FREE => return None,
                at if name_at(usize::from(at)) == name => return Some(usize::from(at)),
                _ => slot = (slot + 1) & (self.slots.len() - 1),
            }
        }
    }
}

/// The first slot to look at, of a power of two: names differ in their length and in some of these letters.
fn slot_of(name: &[u8], slots: usize) -> usize {
    let length = name.len();
    if length == 0 {
        return 0;
    }
    let at = |index: usize| usize::from(name[index]);
    let mixed =
        at(0) ^ at(length / 2) << 2 ^ at(length - 1 - length / 4) << 5 ^ at(length - 1) << 3 ^ length << 1;
    (mixed ^ mixed >> 6) & (slots - 1)
}

#[cfg(test)]
mod tests {
    use super::Lookup;

    #[test]
    fn every_name_is_found_and_no_other() {
        let names: Vec<String> =
            (0..500).map(|number| format!("group{}/v1/Kind{number}", number % 7)).collect();
        let lookup = Lookup::new(names.iter().map(String::as_str));
        for (at, name) in names.iter().enumerate() {
            assert_eq!(lookup.find(name, |at| &names[at]), Some(at));
        }
        for name in ["", "group", "group0/v1/Kind1", "group0/v1/Kind00"] {
            assert_eq!(lookup.find(name, |at| &names[at]), None, "{name}");
        }
        assert_eq!(Lookup::new([].into_iter()).find("a", |_| ""), None);
    }
}

//! Finds names in tables that never change.

/// The positions of the names of a table, by hash.
#[derive(Debug)]
pub struct Lookup<S = Box<[u16]>> {
    /// Positions, or [`FREE`]; at most half of them are in use.
    slots: S,
}

/// An unused slot of a [`Lookup`], and no position of a table.
const FREE: u16 = u16::MAX;

impl Lookup {
    /// A lookup of fewer than 65,535 names.
    pub fn new<'n>(names: impl ExactSizeIterator<Item = &'n str>) -> Self {
        let mut slots = vec![FREE; slot_count(names.len())].into_boxed_slice();
        for (at, name) in names.enumerate() {
            enter(&mut slots, name.as_bytes(), at);
        }
        Self { slots }
    }
}

impl<const SLOTS: usize> Lookup<[u16; SLOTS]> {
    /// A lookup made at compile time. `SLOTS` is the [`slot_count`] of the names.
    #[must_use]
    pub const fn of_names(names: &[&str]) -> Self {
        let mut slots = [FREE; SLOTS];
        let mut at = 0;
        while at < names.len() {
            enter(&mut slots, names[at].as_bytes(), at);
            at += 1;
        }
        Self { slots }
    }
}

impl<S: AsRef<[u16]>> Lookup<S> {
    /// The position of a name, of several equal ones the first; `name_at` returns the names of the same table.
    pub fn find<'n>(&self, name: &str, name_at: impl Fn(usize) -> &'n str) -> Option<usize> {
        let slots = self.slots.as_ref();
        let mut slot = slot_of(name.as_bytes(), slots.len());
        loop {
            match slots[slot] {
                FREE => return None,
                at if name_at(usize::from(at)) == name => return Some(usize::from(at)),
                _ => slot = (slot + 1) & (slots.len() - 1),
            }
        }
    }
}

/// How many slots a lookup of so many names has.
#[must_use]
pub const fn slot_count(names: usize) -> usize {
    if names == 0 { 2 } else { (2 * names).next_power_of_two() }
}

/// Enters the position of a name.
const fn enter(slots: &mut [u16], name: &[u8], at: usize) {
    let mut slot = slot_of(name, slots.len());
    while slots[slot] != FREE {
        slot = (slot + 1) % slots.len();
    }
    slots[slot] = at as u16;
}

/// The first slot to look at, of a power of two: names differ in their length and in some of these letters.
const fn slot_of(name: &[u8], slots: usize) -> usize {
    let length = name.len();
    if length == 0 {
        return 0;
    }
    let (first, middle) = (name[0] as usize, name[length / 2] as usize);
    let (late, last) = (name[length - 1 - length / 4] as usize, name[length - 1] as usize);
    let mixed = first ^ middle << 2 ^ late << 5 ^ last << 3 ^ length << 1;
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

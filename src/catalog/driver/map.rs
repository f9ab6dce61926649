//! Rows by name.

/// Rows by name, sorted by it: a table of a driver's file.
#[derive(Clone, Copy, Debug)]
pub struct Map<T: 'static>(pub &'static [(&'static str, T)]);

impl<T> Map<T> {
    /// The row of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&'static T> {
        let at = self.0.binary_search_by(|(known, _)| (*known).cmp(name)).ok()?;
        Some(&self.0[at].1)
    }

    /// Whether there is a row of this name.
    #[must_use]
    pub fn contains_key(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All rows with their names.
    pub fn iter(
        &self,
    ) -> impl DoubleEndedIterator<Item = (&'static str, &'static T)> + ExactSizeIterator + use<T> {
        self.0.iter().map(|(name, row)| (*name, row))
    }

    /// All names.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &'static str> + ExactSizeIterator + use<T> {
        self.0.iter().map(|(name, _)| *name)
    }

    /// All rows.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &'static T> + ExactSizeIterator + use<T> {
        self.0.iter().map(|(_, row)| row)
    }
}

impl<T> IntoIterator for &Map<T> {
    type Item = (&'static str, &'static T);
    type IntoIter = std::iter::Map<
        std::slice::Iter<'static, (&'static str, T)>,
        fn(&'static (&'static str, T)) -> Self::Item,
    >;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter().map(|(name, row)| (*name, row))
    }
}

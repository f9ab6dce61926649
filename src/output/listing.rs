//! What a report lists of an input of any size: each format reads it document by document.

use std::cell::LazyCell;
use std::io;
use std::ops::Range;

use super::DocumentName;
use crate::unchecked::Named;

/// The documents of an input, and what was not checked of them.
pub trait Listing {
    /// How many documents are listed.
    fn count(&self) -> usize;

    /// Calls `each` with the listed documents at the positions of `range`, in order.
    ///
    /// # Errors
    ///
    /// Those of `each`, and those of reading the documents again.
    fn documents(
        &self,
        range: Range<usize>,
        each: &mut dyn FnMut(DocumentName) -> io::Result<()>,
    ) -> io::Result<()>;

    /// Calls `each` with everything that was not checked, in the order of the input.
    ///
    /// # Errors
    ///
    /// Those of `each`, and those of reading the names again.
    fn unchecked(&self, each: &mut dyn FnMut(&Named<'_>) -> io::Result<()>) -> io::Result<()>;
}

impl Listing for Vec<DocumentName> {
    fn count(&self) -> usize {
        self.len()
    }

    fn documents(
        &self,
        range: Range<usize>,
        each: &mut dyn FnMut(DocumentName) -> io::Result<()>,
    ) -> io::Result<()> {
        self.get(range).unwrap_or_default().iter().cloned().try_for_each(each)
    }

    fn unchecked(&self, _: &mut dyn FnMut(&Named<'_>) -> io::Result<()>) -> io::Result<()> {
        Ok(())
    }
}

/// Names that are made only if a format lists them.
impl<F: FnOnce() -> Vec<DocumentName>> Listing for LazyCell<Vec<DocumentName>, F> {
    fn count(&self) -> usize {
        Self::force(self).count()
    }

    fn documents(
        &self,
        range: Range<usize>,
        each: &mut dyn FnMut(DocumentName) -> io::Result<()>,
    ) -> io::Result<()> {
        Self::force(self).documents(range, each)
    }

    fn unchecked(&self, each: &mut dyn FnMut(&Named<'_>) -> io::Result<()>) -> io::Result<()> {
        Self::force(self).unchecked(each)
    }
}

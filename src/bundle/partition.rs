//! An input that is read part by part, and the lookups in it whose results are not final.

use crate::bundle::key::KeyHash;
use crate::bundle::names::{Names, UnresolvedName};
use crate::source::SourceId;

/// An input that is read part by part.
pub trait PartitionedInput: Sync {
    /// Whether the input is a single file.
    fn is_one_file(&self) -> bool;
    /// The file that contains a part.
    fn file(&self, part: SourceId) -> usize;
    /// The directory of the file that contains a part.
    fn directory(&self, part: SourceId) -> usize;
    /// Whether objects with this key are known in more than one file.
    fn is_in_several(&self, key: KeyHash) -> bool;
    /// Whether keys that were found are recorded, too.
    fn records_all(&self) -> bool;
    /// The names of its classes and claims, once all of it is read.
    fn names(&self) -> Option<&Names>;
}

/// Lookups whose result may change once the whole input has been read.
#[derive(Debug, Default)]
pub struct Lookups {
    /// Keys that were not found.
    pub missed: Vec<KeyHash>,
    /// Keys that were found, if all are recorded.
    pub found: Vec<KeyHash>,
    /// Keys found in exactly one file other than the one that refers to them.
    pub cross_file: Vec<KeyHash>,
    /// References that the names of the whole input may concern.
    pub unresolved: Vec<UnresolvedName>,
}

//! `unset` on the fields of rendered objects.

use crate::profile::{Object, Profile};

/// The paths of `unset` that removed something while an object was built, by position.
pub(crate) type Removed = Vec<usize>;

/// Calls `remove` with each path of `unset` in this object, from the object on, and notes those that it removes.
pub(super) fn unset(
    profile: &Profile,
    object: &Object<'_>,
    removed: &mut Removed,
    mut remove: impl FnMut(&[String]) -> bool,
) {
    for (index, unset) in profile.unsets.iter().enumerate() {
        if let [section, key, path @ ..] = unset.parts.as_slice()
            && section == object.section.name
            && key == object.key
            && !path.is_empty()
            && remove(path)
        {
            removed.push(index);
        }
    }
}

//! The table of a need: what a disk must provide.

use super::schema::{Key, Kind, Table, key, open};

static NEEDS_KEYS: &[Key] = &[
    key("iops", Kind::Integer, "the IOPS that the disk must provide"),
    key(
        "throughput",
        Kind::Quantity,
        "the throughput that the disk must provide, per second, such as `700Mi`; a number is in MiB/s",
    ),
    key(
        "size",
        Kind::Quantity,
        "the size for which the need must be met (default: that of the smallest claim of the class); a number is in GiB",
    ),
    key("firm", Kind::Boolean, "whether figures that the cloud calls a ceiling do not count"),
    key("replicated", Kind::Boolean, "whether the disk must survive the loss of a zone"),
    key("ssd", Kind::Boolean, "whether the disk must have the latency of an SSD"),
    key("without", Kind::List(&Kind::String), "types whose names contain one of these texts are not chosen"),
];

/// What a disk must provide.
pub(super) static NEEDS: Table = open("the needs", &[NEEDS_KEYS]);

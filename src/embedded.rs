//! Data that `build/` embeds: whole folders of files, and the pages of the rules.

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

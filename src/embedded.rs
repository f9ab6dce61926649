//! Data embedded from whole folders by `build.rs`: a new file there needs no line here.

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

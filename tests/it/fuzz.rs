//! A short run of what `fuzz/` runs for long: each property over its corpus, and over changes of it that a seed decides.

#[path = "../../fuzz/properties/mod.rs"]
mod properties;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use properties::{Property, TARGETS};

/// How many changed inputs each target sees.
const CHANGED: usize = 400;

/// The inputs of a target, by name.
fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let mut files: Vec<_> =
        fs::read_dir(&folder).expect("a corpus").map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    assert!(files.len() >= 5, "{target} has {} seeds", files.len());
    files.iter().map(|file| fs::read(file).expect("a seed")).collect()
}

/// Sebastiano Vigna's splitmix64: small, and the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }
}

/// One seed with a few pieces cut out, doubled, swapped for pieces of others, or changed.
fn changed(seeds: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut bytes = seeds[random.below(seeds.len())].clone();
    for _ in 0..=random.below(6) {
        let start = random.below(bytes.len() + 1);
        let end = (start + random.below(40)).min(bytes.len());
        match random.below(5) {
            0 => drop(bytes.drain(start..end)),
            1 => {
                let piece = bytes[start..end].to_vec();
                bytes.splice(start..start, piece);
            }
            2 => {
                let other = &seeds[random.below(seeds.len())];
                let from = random.below(other.len() + 1);
                let to = (from + random.below(60)).min(other.len());
                bytes.splice(start..end, other[from..to].iter().copied());
            }
            3 => {
                let signs = b"\n \t:-#'\"[]{},&*!|>%@?\\=.~0\r\0\xff";
                bytes.splice(start..start, [signs[random.below(signs.len())]]);
            }
            _ => {
                if let Some(byte) = bytes.get_mut(start) {
                    *byte ^= 1 << random.below(8);
                }
            }
        }
    }
    bytes.truncate(8192);
    bytes
}

/// Runs a property, and shows the input that breaks it.
fn holds(target: &str, property: Property, input: &[u8]) {
    // The cause itself is told where it happens.
    let held = catch_unwind(AssertUnwindSafe(|| property(input)));
    assert!(held.is_ok(), "{target} does not hold of: {:?}", String::from_utf8_lossy(input));
}

fn run(target: &str) {
    let (_, property) = TARGETS.iter().find(|(name, _)| *name == target).expect("a target");
    let seeds = corpus(target);
    seeds.iter().for_each(|seed| holds(target, *property, seed));
    let mut random = Random(target.bytes().map(u64::from).sum());
    for _ in 0..CHANGED {
        holds(target, *property, &changed(&seeds, &mut random));
    }
}

macro_rules! targets {
    ($($name:ident)*) => {
        $(#[test]
        fn $name() {
            run(stringify!($name));
        })*

        #[test]
        fn every_target_is_run_and_can_be_built() {
            let names = [$(stringify!($name)),*];
            assert_eq!(names, TARGETS.map(|(name, _)| name));
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
            let package = fs::read_to_string(folder.join("Cargo.toml")).expect("the package");
            for name in names {
                assert!(folder.join(format!("targets/{name}.rs")).is_file(), "{name}");
                assert!(package.contains(&format!("path = \"targets/{name}.rs\"")), "{name}");
            }
        }
    };
}

targets! { diff function profile template validate write yaml }

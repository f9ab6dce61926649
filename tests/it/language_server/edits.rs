//! Random edits: the diagnostics are those of the whole text, opened anew.

use serde_json::{Value, json};

use super::client::Client;
use crate::support::Folder;

/// The number of edits. Each is followed by two validations: 10,000 pass as well, in a few minutes.
const EDITS: usize = 300;

/// A text with characters of every width and line breaks of both kinds.
const TEXT: &str = "# µ 𐐀 é\r\nname = \"ml\"\ndriver = \"ebs.csi.aws.com\"\r\n\r\n[storageClasses.fast.parameters]\ntype = \"gp3\" # 𐐀\n\r\n[claims.data]\r\nstorageClass = \"fast\"\nsize = \"100Gi\"\n";

const PIECES: &[&str] =
    &["", "x", "\n", "\r\n", "µ", "𐐀", "\"", "[claims.b]\n", "size = \"1Gi\"\n", " # é", "=", "]"];

/// A generator of numbers: Knuth's linear congruential one, so that a failure can be repeated.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit.max(1)
    }
}

/// The position of a byte in UTF-16, counted independently of the server.
fn position(text: &str, at: usize) -> Value {
    let before = &text[..at];
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    json!({"line": before.matches('\n').count(), "character": before[start..].encode_utf16().count()})
}

#[test]
fn diagnostics_after_random_edits_are_those_of_the_whole_text() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path().join(".git")).expect("a folder");
    let mut edited = Client::start(&folder, json!({}));
    let mut fresh = Client::start(&folder, json!({}));
    edited.open("profile.toml", TEXT);
    fresh.open("profile.toml", TEXT);
    let mut text = TEXT.to_owned();
    let mut numbers = Numbers(22);
    for _ in 0..EDITS {
        if text.len() > 600 || text.len() < 20 {
            text = TEXT.to_owned();
            edited.replace("profile.toml", &text);
        }
        // The place between a carriage return and its line feed is within a line break.
        let places: Vec<usize> = text
            .char_indices()
            .map(|(at, _)| at)
            .filter(|at| *at == 0 || !text[*at..].starts_with('\n') || !text[..*at].ends_with('\r'))
            .collect();
        let start = numbers.below(places.len());
        let end = (start + numbers.below(4)).min(places.len() - 1);
        let piece = PIECES[numbers.below(PIECES.len())];
        let range = json!({"start": position(&text, places[start]), "end": position(&text, places[end])});
        edited.change("profile.toml", json!([{"range": range, "text": piece}]));
        text.replace_range(places[start]..places[end], piece);
        fresh.replace("profile.toml", &text);
        assert_eq!(edited.diagnostics("profile.toml"), fresh.diagnostics("profile.toml"), "{text:?}");
    }
    edited.stop();
    fresh.stop();
}

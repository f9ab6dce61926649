//! The reader of common documents against the scanner, which reads everything.

use std::path::Path;

use volwright::source::{SourceKind, Sources};
use volwright::yaml::node::Node;
use volwright::yaml::read::{read, split};

/// The characters that change how YAML is read.
const SPECIAL: &str = " \n:-#'\"[]{},?!&*|>%@`~.<=\\\t\r0yn_x/+é–\u{85}\u{2028}";

#[test]
fn common_documents_are_read_as_the_scanner_reads_them() {
    let texts = texts();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut objects = 0;
    for text in &texts {
        for piece in split(text) {
            let text = &text[piece.range];
            objects += usize::from(compare(text));
            for _ in 0..4 {
                compare(&changed(text, &mut random));
            }
        }
    }
    assert!(objects > 1_000, "only {objects} objects were compared");
}

#[test]
fn places_where_the_two_could_differ() {
    for text in [
        "a:\n",
        "a:",
        "a: b",
        "---\na: b\n",
        "--- # c\na: b\n",
        "a: b # c",
        "a: b#c\n",
        "a: #b\n  c: d\n",
        "a:\n- b\n-\n- c: d\n  e: f\nf:\n",
        "a:\n  - b:\n    - c\n    d: e\n  -   f: g\n      h: i\n",
        "- a\n",
        "a: [b, -c, 1, [], {}, {d: e, f: [g]}, 'h', \"i\"]  # j\n",
        "a: [b,]\n",
        "a: [b c]\n",
        "a: [b#c]\n",
        "a: {b: c, b: d}\n",
        "a: {b:c}\n",
        "a: {b: }\n",
        "a: [-]\n",
        "a: -\n",
        "a: - b\n",
        "a: -b\n",
        "a: b: c\n",
        "a: b:c\n",
        "a: b:\n",
        "a: b\n  c\n",
        "a: b\n # c\n  d\n",
        "a: 'b'\n  c: d\n",
        "a: 'b''c'\n",
        "a: \"b\\n\"\n",
        "a: b\na: c\n",
        "y: yes\n",
        "1: 2\n",
        "<<: {a: b}\n",
        "a: <<\n",
        "a: ~\nb: 0x1F\nc: .inf\nd: 1e3\ne: -1\nf: 1_000\ng: .5\nh: ---\ni: ...\n",
        "...\n",
        "a: b\n...\n",
        "a: b\n---\n",
        " a: b\n c: d\n",
        "a:\n   b: c\n  d: e\n",
        "a:\n  b: c\n d: e\n",
        "a: b\n- c\n",
        "a:\n  - b\n  c: d\n",
        "a: é – ok\n# –\nb: c\n",
        "a: b\u{85}c: d\n",
        "a: b\u{2028}c: d\n",
        "%YAML 1.1\n---\na: b\n",
        "a: |\n  b\nc: d\n",
        "a: &b c\nd: *b\n",
        "a: !!str 1\n",
        "a b: c\n",
        "a : b\n",
    ] {
        compare(text);
    }
    let many: String = (0..60).map(|number| format!("k{number}: v\n")).collect();
    compare(&many);
    compare(&format!("{many}k3: v\n"));
    let deep: String = (0..80).map(|depth| format!("{}k:\n", "  ".repeat(depth))).collect();
    compare(&deep);
    compare(&format!("a: {}{}\n", "[".repeat(80), "]".repeat(80)));
    compare(&format!("{}: b\n", "k".repeat(1_030)));
}

/// Compares what is read of a document behind a comment with what is read behind one with a tab, which only the scanner
/// reads; whether there is an object.
fn compare(text: &str) -> bool {
    let (start, rest) = match text.strip_prefix("---\n") {
        Some(rest) => ("--- #", rest),
        None => ("#", text),
    };
    let [usual, with_tab] = [" ", "\t"].map(|blank| format!("{start}{blank}\n{rest}"));
    let (ours, theirs) = (root(&usual), root(&with_tab));
    assert_eq!(ours, theirs, "{text:?}");
    ours.iter().any(|(root, _)| root.is_some())
}

/// The trees of a text, and the codes of their findings.
fn root(text: &str) -> Vec<(Option<Node<'_>>, Vec<&'static str>)> {
    let source = Sources::new().add("-", "", SourceKind::Manifest);
    let codes = |findings: Vec<volwright::finding::Finding>| {
        findings.into_iter().map(|finding| finding.rule.code).collect()
    };
    read(source, text).into_iter().map(|document| (document.root, codes(document.findings))).collect()
}

/// The text with a small change.
fn changed(text: &str, random: &mut Random) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    let special: Vec<char> = SPECIAL.chars().collect();
    for _ in 0..=random.below(2) {
        let at = random.below(characters.len());
        match random.below(3) {
            0 if at < characters.len() => {
                characters.remove(at);
            }
            1 if at < characters.len() => characters[at] = special[random.below(special.len())],
            _ => characters.insert(at.min(characters.len()), special[random.below(special.len())]),
        }
    }
    characters.into_iter().collect()
}

/// A small generator of the same numbers in every run.
struct Random(u64);

impl Random {
    /// A number below `limit`; 0 if that is 0.
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }
}

/// Recorded texts, goldens and the cases of rules.
fn texts() -> Vec<String> {
    let mut texts = Vec::new();
    for file in ["documents", "generated"] {
        let path = format!("tests/conformance/yaml/{file}.jsonl");
        for line in std::fs::read_to_string(path).expect("a recording").lines() {
            let case: serde_json::Value = serde_json::from_str(line).expect("JSON");
            texts.push(case["text"].as_str().expect("a text").to_owned());
        }
    }
    for folder in ["golden", "tests/cases", "examples"] {
        add_files(Path::new(folder), &mut texts);
    }
    texts
}

fn add_files(folder: &Path, texts: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            add_files(&path, texts);
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            texts.extend(std::fs::read_to_string(path));
        }
    }
}

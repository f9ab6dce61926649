//! Keeps phrases out of the texts of the project that are not idiomatic English; `tests/words.txt` lists them.

use std::fs;
use std::path::{Path, PathBuf};

/// The texts that are checked: files and directories of the project.
const TEXTS: &[&str] = &["src", "docs", "profiles", "examples", "templates", "README.md", "CONTRIBUTING.md"];

/// A phrase that is not to be used, what to write instead, and the phrases that contain it and are allowed.
struct Phrase<'t> {
    phrase: &'t str,
    instead: &'t str,
    except: Vec<&'t str>,
}

/// Parses the line `at most N` and the lines `PHRASE -> INSTEAD`; an indented line is an exception to the one above.
fn phrases(list: &str) -> (usize, Vec<Phrase<'_>>) {
    let mut most = 0;
    let mut phrases: Vec<Phrase<'_>> = Vec::new();
    for line in list.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(number) = line.strip_prefix("at most ") {
            most = number.parse().expect("a number");
        } else if let Some(except) = line.strip_prefix(' ') {
            phrases.last_mut().expect("a phrase before its exception").except.push(except.trim());
        } else {
            let (phrase, instead) = line.split_once(" -> ").expect("`PHRASE -> INSTEAD`");
            phrases.push(Phrase { phrase, instead, except: Vec::new() });
        }
    }
    (most, phrases)
}

impl Phrase<'_> {
    /// Whether a line in lower case contains the phrase as whole words, outside its exceptions.
    fn is_in(&self, line: &str) -> bool {
        let line = self.except.iter().fold(line.to_owned(), |line, except| line.replace(except, ""));
        let is_word = |char: Option<char>| char.is_some_and(|char| char.is_alphanumeric() || char == '_');
        line.match_indices(self.phrase).any(|(at, found)| {
            !is_word(line[..at].chars().next_back()) && !is_word(line[at + found.len()..].chars().next())
        })
    }
}

fn files(path: &Path, found: &mut Vec<PathBuf>) {
    if path.is_dir() {
        for entry in fs::read_dir(path).expect("a directory") {
            files(&entry.expect("an entry").path(), found);
        }
    } else {
        found.push(path.to_owned());
    }
}

#[test]
fn texts_use_idiomatic_english() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let list = fs::read_to_string(root.join("tests/words.txt")).expect("the word list");
    let (most, phrases) = phrases(&list);
    let mut paths = Vec::new();
    TEXTS.iter().for_each(|text| files(&root.join(text), &mut paths));
    paths.sort();
    let mut found = Vec::new();
    for path in paths {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        for (number, line) in text.lines().enumerate() {
            let lower = line.to_lowercase();
            for phrase in phrases.iter().filter(|phrase| phrase.is_in(&lower)) {
                let place = path.strip_prefix(root).unwrap_or(&path).display();
                found.push(format!("{place}:{}: `{}`, write {}", number + 1, phrase.phrase, phrase.instead));
            }
        }
    }
    assert!(
        found.len() <= most,
        "{} lines, and at most {most} are allowed:\n{}",
        found.len(),
        found.join("\n")
    );
}

#[test]
fn phrases_are_whole_words_and_have_exceptions() {
    let (most, phrases) = phrases("# comment\nat most 3\nis no -> is not a\n is no longer\n");
    assert_eq!(most, 3);
    let [phrase] = phrases.as_slice() else { panic!("one phrase") };
    assert!(phrase.is_in("`x` is no zone"));
    assert!(!phrase.is_in("it is no longer rendered"));
    assert!(!phrase.is_in("there is nothing, this no"));
}

//! Compares verdicts with those of real API servers, recorded case by case; no figure may fall.
//!
//! ```text
//! cargo test --test it conformance:: -- --nocapture             prints the figures
//! SHOW=20 KIND=Pod FIELD=spec.volumes cargo test --test it conformance:: -- --nocapture
//! ```
//!
//! The second command also prints up to 20 disagreements of the kind with a recorded or reported path that begins with
//! `FIELD`. `conformance/figures/` keeps the best figures; `UPDATE_GOLDEN=1` updates those that rose.

#![allow(clippy::print_stdout, reason = "users read the figures")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;
use volwright::bundle::Bundle;
use volwright::catalog::kubernetes::KubernetesVersion;
use volwright::catalog::pod_security::PodSecurityLevel;
use volwright::document::load::load;
use volwright::finding::Finding;
use volwright::rule::Severity;
use volwright::rules;
use volwright::source::{SourceKind, Sources};

/// The version of the API server whose verdicts were recorded, unless a set says otherwise.
const VERSION: &str = "1.36";

#[test]
fn manifests_written_for_the_purpose() {
    create("synthetic", &kept("synthetic"), VERSION);
}

#[test]
fn workloads() {
    create("workloads", &kept("workloads"), VERSION);
}

/// Cross-field pairs, boundaries, nulls and number formats.
#[test]
fn manifests_of_nine_kinds() {
    create("create", &kept("create"), VERSION);
}

/// The same against 1.33, in which more feature gates are off.
#[test]
fn manifests_for_an_older_server() {
    create("create-1.33", &kept("create-1.33"), "1.33");
}

/// The other built-in kinds. Each rejection has a class: `decode`, `metadata`, or `semantic` for the kind's own rules.
#[test]
fn other_built_in_kinds() {
    /// The smallest share of verdicts that agree, in percent, of each class; an accepted case has none.
    const THRESHOLDS: [(&str, f64); 4] =
        [("", 100.0), ("decode", 100.0), ("metadata", 100.0), ("semantic", 95.0)];
    let text = kept("builtin");
    let cases = read(&text);
    let found = validate(&cases, VERSION, None, &['Y', 'K']);
    for (class, least) in THRESHOLDS {
        let of_class =
            || cases.iter().zip(&found).filter(|(case, _)| case["class"].as_str().unwrap_or("") == class);
        let agreed = of_class().filter(|(case, ours)| (case["accepted"] == true) == ours.is_empty()).count();
        let share = Figures::percent(agreed, of_class().count());
        println!("builtin class `{class}`: {share:.2} % of {}", of_class().count());
        assert!(share >= least, "class `{class}`: {share:.2} % agree, and {least} % are required");
    }
    create("builtin", &text, VERSION);
}

/// Manifests found in public repositories must not be copied: they are read in place.
#[test]
fn manifests_found_in_the_field() {
    let folder = std::env::var_os("VOLWRIGHT_CONFORMANCE")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/conformance"), PathBuf::from);
    match std::fs::read_to_string(folder.join("api/field.jsonl")) {
        Ok(cases) => create("field", &cases, VERSION),
        Err(error) => {
            let named = std::env::var_os("VOLWRIGHT_CONFORMANCE").is_some();
            assert!(!named, "VOLWRIGHT_CONFORMANCE has no api/field.jsonl: {error}");
            println!("field: not here; VOLWRIGHT_CONFORMANCE may name the folder that has api/field.jsonl");
        }
    }
}

#[test]
fn pod_security() {
    let cases = read(&kept("podsecurity"));
    let mut tally = Tally::new("podsecurity");
    for (name, level) in
        [("baseline", PodSecurityLevel::Baseline), ("restricted", PodSecurityLevel::Restricted)]
    {
        let found = validate(&cases, VERSION, Some(level), &['S']);
        for (case, ours) in cases.iter().zip(&found) {
            tally.count(name, case[name] == true, case, ours);
        }
    }
    tally.finish();
}

/// Compares the verdict on creating each manifest, and the paths of its errors, with the recorded ones.
fn create(set: &'static str, cases: &str, version: &str) {
    let cases = read(cases);
    let found = validate(&cases, version, None, &['Y', 'K']);
    let mut tally = Tally::new(set);
    for (case, ours) in cases.iter().zip(&found) {
        let kind = case["manifest"]["kind"].as_str().unwrap_or_default();
        tally.count(kind, case["accepted"] == true, case, ours);
    }
    tally.finish();
}

fn kept(set: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/conformance/api/{set}.jsonl"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn read(cases: &str) -> Vec<Value> {
    cases.lines().map(|line| serde_json::from_str(line).expect("a case")).collect()
}

/// The errors of some families in each case's manifest.
fn validate(
    cases: &[Value],
    version: &str,
    level: Option<PodSecurityLevel>,
    families: &[char],
) -> Vec<Vec<Finding>> {
    let version: KubernetesVersion = version.parse().expect("a version");
    let mut sources = Sources::new();
    let ids: Vec<_> = cases
        .iter()
        .map(|case| sources.add("-", case["manifest"].to_string(), SourceKind::Manifest))
        .collect();
    let loaded = load(&sources, &ids, version);
    assert_eq!(loaded.count, cases.len(), "one document a case");
    let mut found = vec![Vec::new(); cases.len()];
    let bundle = Bundle::new(&loaded.documents, version, level);
    for finding in loaded.findings.into_iter().chain(rules::run(&bundle)) {
        if finding.severity == Severity::Error && finding.rule.code.starts_with(families) {
            found[finding.document.expect("a document")].push(finding);
        }
    }
    found
}

/// The counts of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Figures {
    cases: usize,
    agreed: usize,
    refused_wrongly: usize,
    causes: usize,
    causes_found: usize,
}

impl Figures {
    /// Whether a figure is worse than the kept one, or counts other cases.
    fn falls_below(&self, kept: &Self) -> bool {
        self.cases != kept.cases
            || self.causes != kept.causes
            || self.agreed < kept.agreed
            || self.causes_found < kept.causes_found
            || self.refused_wrongly > kept.refused_wrongly
    }

    fn percent(part: usize, whole: usize) -> f64 {
        100.0 * part as f64 / whole.max(1) as f64
    }
}

struct Tally {
    set: &'static str,
    kinds: BTreeMap<String, Figures>,
    /// How many more disagreements to print.
    show: usize,
    only: [Option<String>; 2],
}

impl Tally {
    fn new(set: &'static str) -> Self {
        let show = std::env::var("SHOW").ok().and_then(|count| count.parse().ok()).unwrap_or(0);
        let only = ["KIND", "FIELD"].map(|name| std::env::var(name).ok());
        Self { set, kinds: BTreeMap::new(), show, only }
    }

    fn count(&mut self, kind: &str, accepted: bool, case: &Value, ours: &[Finding]) {
        let ours_at: Vec<&str> =
            ours.iter().map(|finding| finding.path.as_deref().unwrap_or_default()).collect();
        // The server gives the place of a value that it cannot decode in Go's notation, or not at all.
        let causes: Vec<&str> = case["causes"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|cause| cause["reason"] != "DecodeError")
            .map(|cause| cause["field"].as_str().unwrap_or_default())
            .collect();
        let missing: Vec<&str> = causes.iter().copied().filter(|cause| !ours_at.contains(cause)).collect();
        let agrees = accepted == ours.is_empty();
        let figures = self.kinds.entry(kind.to_owned()).or_default();
        figures.cases += 1;
        figures.agreed += usize::from(agrees);
        figures.refused_wrongly += usize::from(accepted && !agrees);
        figures.causes += causes.len();
        figures.causes_found += causes.len() - missing.len();
        let [only_kind, only_field] = &self.only;
        let wanted = only_kind.as_ref().is_none_or(|only| only == kind)
            && only_field.as_ref().is_none_or(|only| {
                causes.iter().chain(&ours_at).any(|field| field.starts_with(only.as_str()))
            });
        if (agrees && missing.is_empty()) || !wanted || self.show == 0 {
            return;
        }
        self.show -= 1;
        let what = match (agrees, accepted) {
            (true, _) => "CAUSE NOT FOUND",
            (false, true) => "FALSE REJECTION",
            (false, false) => "MISSED",
        };
        println!("{what} {} {missing:?}\n  {}\n  {}", case["id"], case["causes"], case["manifest"]);
        for finding in ours {
            println!("  OURS {} {:?}: {}", finding.rule.code, finding.path, finding.message);
        }
    }

    /// Prints the figures and compares them with the kept ones.
    fn finish(self) {
        for (kind, figures) in &self.kinds {
            let Figures { cases, agreed, refused_wrongly, causes, causes_found } = *figures;
            println!(
                "{} {kind}: {cases} cases, agreement {:.2} %, false rejections {refused_wrongly}, missed {}, cause recall {:.2} % of {causes}",
                self.set,
                Figures::percent(agreed, cases),
                cases - agreed - refused_wrongly,
                Figures::percent(causes_found, causes),
            );
        }
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/figures").join(self.set);
        let file = file.with_file_name(format!("{}.txt", self.set));
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            let lines = self.kinds.iter().map(|(kind, figures)| print(kind, figures));
            std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
            let was = parse(&std::fs::read_to_string(&file).unwrap_or_default());
            self.hold(&was);
            std::fs::write(&file, format!("{HEAD}{}", lines.collect::<String>())).expect("a file");
            return;
        }
        let was = std::fs::read_to_string(&file).unwrap_or_else(|error| {
            panic!("{}: {error}; `UPDATE_GOLDEN=1 cargo test` writes it", file.display())
        });
        let was = parse(&was);
        assert!(self.kinds.keys().eq(was.keys()), "{} lists other kinds", file.display());
        self.hold(&was);
    }

    fn hold(&self, was: &BTreeMap<String, Figures>) {
        for (kind, was) in was {
            let now = self.kinds.get(kind).copied().unwrap_or_default();
            assert!(!now.falls_below(was), "{} {kind}: was {was:?}, is {now:?}", self.set);
        }
    }
}

const HEAD: &str = "# What is reached, and must not fall: kind, cases, verdicts that agree, false refusals, recorded causes, causes found.\n";

fn print(kind: &str, figures: &Figures) -> String {
    let Figures { cases, agreed, refused_wrongly, causes, causes_found } = figures;
    format!("{kind} {cases} {agreed} {refused_wrongly} {causes} {causes_found}\n")
}

fn parse(text: &str) -> BTreeMap<String, Figures> {
    let mut kinds = BTreeMap::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.split(' ');
        let kind = words.next().expect("a kind").to_owned();
        let mut number = || words.next().and_then(|word| word.parse().ok()).expect("a figure");
        let figures = Figures {
            cases: number(),
            agreed: number(),
            refused_wrongly: number(),
            causes: number(),
            causes_found: number(),
        };
        kinds.insert(kind, figures);
    }
    kinds
}

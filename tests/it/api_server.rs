//! What the API server accepts, drops and rejects on create, version by version. The cases are in `cases/api_server.yaml`, one
//! document each; comments before a document state what must be found.

use volwright::bundle::Bundle;
use volwright::document::load::load;
use volwright::rule::Severity;
use volwright::rules;
use volwright::source::{SourceKind, Sources};

const CASES: &str = include_str!("cases/api_server.yaml");

/// Everything found in `text` by the rules K, as `severity path: message | help`.
fn found(text: &str, version: &str) -> Vec<(Severity, String)> {
    let mut sources = Sources::new();
    let id = sources.add("case.yaml", text, SourceKind::Manifest);
    let version = version.parse().expect("a version");
    let loaded = load(&sources, &[id], version);
    let bundle = Bundle::new(&loaded.documents, version, None);
    let all = loaded.findings.into_iter().chain(rules::run(&bundle));
    all.filter(|finding| finding.rule.code.starts_with('K'))
        .map(|finding| {
            let (path, help) = (finding.path.unwrap_or_default(), finding.help.unwrap_or_default());
            (finding.severity, format!("{} {path}: {} | {help}", finding.rule.code, finding.message))
        })
        .collect()
}

/// A case has lines such as `#: 1.33 accepts`, `#: 1.36 rejects spec.x` or `#: 1.33 warns drops`: a version, a verdict, and
/// words of the finding. `accepts` allows warnings, `silent` does not; every error of `rejects` has its words, and one
/// warning of `warns`.
#[test]
fn cases_get_the_verdict_of_their_version() {
    let (mut checked, mut failed) = (0, Vec::new());
    for case in CASES.split("\n---\n").skip(1) {
        for line in case.lines().filter_map(|line| line.strip_prefix("#: ")) {
            let mut words = line.splitn(3, ' ');
            let (version, verdict) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
            let words = words.next().unwrap_or_default();
            let found = found(case, version);
            let of = |severity| {
                found.iter().filter(move |finding| finding.0 == severity).map(|finding| &finding.1)
            };
            let holds = match verdict {
                "accepts" => of(Severity::Error).count() == 0,
                "rejects" => {
                    of(Severity::Error).count() > 0 && of(Severity::Error).all(|text| text.contains(words))
                }
                "warns" => {
                    of(Severity::Error).count() == 0 && of(Severity::Warning).any(|text| text.contains(words))
                }
                "silent" => found.is_empty(),
                other => panic!("{other} is not a verdict"),
            };
            if !holds {
                failed.push(format!("{line}\n{found:#?}\n{case}"));
            }
            checked += 1;
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
    assert!(checked > 60, "{checked}");
}

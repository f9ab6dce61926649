//! Updates get the verdict of a real API server: the recorded cases, with their thresholds.

#![allow(clippy::print_stdout, reason = "disagreements are for people")]

use std::collections::BTreeMap;

use serde_json::Value;
use volwright::catalog::kubernetes::KubernetesVersion;
use volwright::document::load::load;
use volwright::rule::Severity;
use volwright::rules::update::Update;
use volwright::schema::definitions::Definitions;
use volwright::source::{Folders, SourceKind, Sources};

/// The shares of verdicts that must agree, in hundredths of a percent; only ever raised. What is missing are claims that get
/// the name of a volume: only the cluster knows whether it is theirs.
const AGREEMENT: [(&str, usize); 2] = [("updates", 9970), ("updates-workloads", 9990)];

#[test]
fn updates_get_the_verdict_of_the_api_server() {
    for (set, least) in AGREEMENT {
        let file = format!("{}/tests/conformance/api/{set}.jsonl", env!("CARGO_MANIFEST_DIR"));
        updates(set, &std::fs::read_to_string(file).expect("the recordings"), least);
    }
}

/// Compares the verdicts on recorded updates with ours.
fn updates(set: &str, cases: &str, least: usize) {
    let show: usize = std::env::var("SHOW").ok().and_then(|n| n.parse().ok()).unwrap_or(0);
    let classes: Vec<String> = [("exp-yes", true), ("exp-no", false)]
        .map(|(name, expands)| {
            format!(
                r#"{{"apiVersion":"storage.k8s.io/v1","kind":"StorageClass","metadata":{{"name":"{name}"}},"allowVolumeExpansion":{expands}}}"#
            )
        })
        .into();
    let (mut shown, mut agreed, mut all, mut refused_wrongly) = (0, 0, 0, 0);
    let mut kinds: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for line in cases.lines() {
        let case: Value = serde_json::from_str(line).expect("a case");
        let mut sources = Sources::new();
        let mut texts = classes.clone();
        texts.extend([case["old"].to_string(), case["new"].to_string()]);
        let ids: Vec<_> =
            texts.iter().map(|text| sources.add("-", text.as_str(), SourceKind::Manifest)).collect();
        let version: KubernetesVersion = "1.36".parse().expect("a version");
        let documents = load(&sources, &ids, version).documents;
        let found = Update::new(&documents[..2], &[], version, &Folders::new(), Definitions::none())
            .check(&documents[2], &documents[3]);
        let found: Vec<_> = found.into_iter().filter(|finding| finding.severity == Severity::Error).collect();
        let accepted = case["accepted"] == true;
        let agrees = accepted == found.is_empty();
        all += 1;
        agreed += usize::from(agrees);
        refused_wrongly += usize::from(accepted && !agrees);
        let kind = kinds.entry(case["kind"].as_str().unwrap_or_default().to_owned()).or_default();
        kind.0 += usize::from(agrees);
        kind.1 += 1;
        if !agrees && shown < show {
            shown += 1;
            let ours: Vec<_> =
                found.iter().map(|finding| (finding.rule.code, &finding.path, &finding.message)).collect();
            println!("{} {} {ours:?}", if accepted { "FALSE REJECTION" } else { "MISSED" }, case["causes"]);
            println!("  OLD {}\n  NEW {}", case["old"], case["new"]);
        }
    }
    for (kind, (agreed, all)) in &kinds {
        println!("update {kind}: {agreed} of {all}");
    }
    println!("{set}: {agreed} of {all} verdicts agree, {refused_wrongly} false rejections");
    assert_eq!(refused_wrongly, 0, "false rejections in {set}");
    assert!(agreed * 10_000 / all >= least, "{set}: {agreed} of {all}");
}

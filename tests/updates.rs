//! Holds the rules C to account: recorded verdicts of a real API server on updates, by server-side apply.

use std::collections::BTreeMap;

use serde_json::Value;
use volwright::catalog::kubernetes::KubernetesVersion;
use volwright::document::load::load;
use volwright::rules::update::Update;
use volwright::source::{SourceKind, Sources};

/// The share of verdicts that must agree, in hundredths of a percent; only ever raised.
const AGREEMENT: usize = 9950;

#[test]
fn updates_get_the_verdict_of_the_api_server() {
    let cases = include_str!("conformance/api/updates.jsonl");
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
        let found = Update::new(&documents[..2], &[], version).check(&documents[2], &documents[3]);
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
            println!("{} {} {ours:?}", if accepted { "FALSE REFUSAL" } else { "MISSED" }, case["causes"]);
            println!("  OLD {}\n  NEW {}", case["old"], case["new"]);
        }
    }
    for (kind, (agreed, all)) in &kinds {
        println!("update {kind}: {agreed} of {all}");
    }
    println!("update: {agreed} of {all} verdicts agree, {refused_wrongly} false refusals");
    assert_eq!(refused_wrongly, 0, "false refusals");
    assert!(agreed * 10_000 / all >= AGREEMENT, "{agreed} of {all}");
}

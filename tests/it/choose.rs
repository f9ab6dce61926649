//! `volwright choose`: recorded needs, and random ones against a solver that tries every disk.

use serde_json::Value;

use crate::support;

const PROFILES: [(&str, &str); 3] = [("aws", "aws-ebs"), ("gcp", "gce-pd"), ("azure", "azure-disk")];

fn choose(args: &[&str]) -> Value {
    let output = support::volwright(&[&["choose", "--format", "json"], args].concat(), "");
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)))
}

/// The arguments that mirror a recorded need.
fn arguments(case: &Value) -> Vec<String> {
    let need = &case["need"];
    let list = |key: &str| -> String {
        let texts = need[key].as_array().expect("a list").iter();
        texts.map(|text| text.as_str().expect("a text")).collect::<Vec<_>>().join(",")
    };
    let throughput = need["throughput"].as_i64().expect("a number");
    let regions = case["regions"].as_object().expect("regions").iter();
    let regions: Vec<String> =
        regions.map(|(cloud, region)| format!("{cloud}={}", region.as_str().expect("a text"))).collect();
    let mut args = vec![
        format!("--size={}Gi", need["size"]),
        format!("--iops={}", need["iops"]),
        format!("--throughput={}", if throughput > 0 { format!("{throughput}Mi") } else { "0".to_owned() }),
        format!("--access={}", list("accessModes")),
        format!("--volume-mode={}", need["volumeMode"].as_str().expect("a text")),
        format!("--region={}", regions.join(",")),
    ];
    args.extend((need["grow"] == false).then(|| "--exact-size".to_owned()));
    for flag in ["firm", "replicated", "ssd"] {
        args.extend((need[flag] == true).then(|| format!("--{flag}")));
    }
    let without = list("without");
    args.extend((!without.is_empty()).then(|| format!("--without={without}")));
    args
}

#[test]
fn recorded_needs_have_the_recorded_answers() {
    let text = include_str!("../conformance/choose.jsonl");
    let mut wrong = Vec::new();
    for line in text.lines() {
        let case: Value = serde_json::from_str(line).expect("JSON");
        let args = arguments(&case);
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let found = choose(&args);
        let clouds = found["clouds"].as_array().expect("clouds");
        for (cloud, profile) in PROFILES {
            let ours = clouds.iter().find(|found| found["profile"] == profile).expect("the profile");
            let (ours, theirs) = (&ours["candidates"][0], &case["answer"][cloud][0]);
            for key in ["type", "size", "parameters", "iops", "throughput", "unit", "basis", "monthly"] {
                if ours[key] != theirs[key] {
                    wrong.push(format!("{} {cloud} {key}: {} not {}", case["id"], ours[key], theirs[key]));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_missing_price_ranks_nothing() {
    let found = choose(&["--size=100Gi", "--on=aws-ebs", "--region=aws=mars-1"]);
    let cloud = &found["clouds"][0];
    assert_eq!(cloud["pricesKnown"], false);
    let candidates = cloud["candidates"].as_array().expect("candidates");
    assert!(!candidates.is_empty());
    assert!(candidates.iter().all(|candidate| candidate["monthly"].is_null()), "{cloud}");
}

#[test]
fn a_price_table_replaces_rows() {
    let folder = support::Folder::new();
    let file = folder.write(
        "prices.toml",
        "as_of = \"2026-11-01\"\ncurrency = \"EUR\"\nprice = [\n  { cloud = \"aws\", region = \"us-east-1\", sku = \"gp3\", \
         unit = \"GiB-month\", price = 0.5 },\n]\n",
    );
    let found = choose(&["--size=100Gi", "--ssd", "--on=aws-ebs", "--prices", &file]);
    assert_eq!(found["prices"]["currency"], "EUR");
    let candidates = found["clouds"][0]["candidates"].as_array().expect("candidates");
    let own = candidates.iter().find(|candidate| candidate["monthly"] == 50.0);
    assert!(own.is_some(), "{found}");
}

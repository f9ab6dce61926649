//! `volwright choose`: recorded needs, and random ones against a solver that tries every disk.

mod brute_force;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;
use volwright::catalog::price::PriceTable;
use volwright::catalog::{billing, driver};
use volwright::choose;

use crate::support;
use brute_force::{Cloud, Disk, Need};

const PROFILES: [(&str, &str); 3] = [("aws", "aws-ebs"), ("gcp", "gce-pd"), ("azure", "azure-disk")];

fn chosen(args: &[&str]) -> Value {
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
        let found = chosen(&args);
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
    let found = chosen(&["--size=100Gi", "--on=aws-ebs", "--region=aws=mars-1"]);
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
    let found = chosen(&["--size=100Gi", "--ssd", "--on=aws-ebs", "--prices", &file]);
    assert_eq!(found["prices"]["currency"], "EUR");
    let candidates = found["clouds"][0]["candidates"].as_array().expect("candidates");
    let own = candidates.iter().find(|candidate| candidate["monthly"] == 50.0);
    assert!(own.is_some(), "{found}");
}

/// Random numbers that are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: i64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as i64) % end
    }

    /// A number whose logarithm is evenly distributed: small ones are as likely as large ones.
    fn scaled(&mut self, digits: u32) -> i64 {
        let digits = u32::try_from(self.below(i64::from(digits))).expect("few digits");
        1 + self.below(10_i64.pow(digits + 1))
    }
}

/// 1,000 needs on each cloud: the answer can be created, reaches the need, costs what is promised, and no disk that the
/// other solver tries is cheaper. If there is no answer, the other solver has none either.
#[test]
fn no_disk_that_is_tried_is_cheaper() {
    let prices = PriceTable::embedded();
    let clouds: Vec<_> = PROFILES.iter().map(|(_, profile)| (*profile, Cloud::read(profile))).collect();
    let mut random = Random(21);
    let (mut wrong, mut answered) = (Vec::new(), BTreeMap::<&str, usize>::new());
    for _ in 0..1000 {
        let any = |random: &mut Random, digits| if random.below(4) == 0 { 0 } else { random.scaled(digits) };
        let need = choose::need::Need {
            size: random.scaled(5).min(70_000),
            iops: any(&mut random, 5),
            throughput: any(&mut random, 4),
            exact_size: random.below(6) == 0,
            firm: random.below(3) == 0,
            ssd: random.below(2) == 0,
            replicated: random.below(8) == 0,
            ..choose::need::Need::default()
        };
        for (profile, cloud) in &clouds {
            let billing = billing::of(profile).expect("facts about billing");
            let driver = driver::by_name(profile).expect("a driver");
            let choice = choose::choose(profile, driver, billing, &prices, &billing.region, &need);
            let goal = Need {
                size: need.size,
                iops: need.iops,
                throughput: choose::need::in_unit(need.throughput, &cloud.unit),
                firm: need.firm,
                ssd: need.ssd,
                replicated: need.replicated,
                exact_size: need.exact_size,
            };
            let mut disks = choice.candidates.iter().map(|found| {
                let (iops, throughput) = (found.iops.unwrap_or(0), found.throughput.unwrap_or(0));
                (found, Disk { size: found.size, iops, throughput })
            });
            for (found, disk) in disks.clone() {
                match cloud.check(found.disk_type.name, disk, goal) {
                    Err(why) => wrong.push(format!("{profile} {need:?}: {why}")),
                    Ok(price) if close(price, found.monthly) => {}
                    Ok(price) => wrong.push(format!(
                        "{profile} {need:?}: {disk:?} costs {price:?} not {:?}",
                        found.monthly
                    )),
                }
            }
            let first = disks.next();
            let best = cloud.cheapest(goal, first.map(|(_, disk)| disk));
            match (first.and_then(|(found, _)| found.monthly), best) {
                (Some(ours), Some((theirs, name, disk))) if ours > theirs + 0.006 => {
                    wrong.push(format!("{profile} {need:?}: {ours}, but {name} {disk:?} costs {theirs}"));
                }
                (None, Some(theirs)) => wrong.push(format!("{profile} {need:?}: no answer, but {theirs:?}")),
                (Some(_), _) => *answered.entry(profile).or_default() += 1,
                (None, None) => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong[..wrong.len().min(20)].join("\n"));
    assert!(answered.len() == 3 && answered.values().all(|count| *count > 300), "{answered:?}");
}

/// Whether two prices are equal to the cent.
fn close(one: Option<f64>, other: Option<f64>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => (one - other).abs() < 0.006,
        (one, other) => one.is_none() && other.is_none(),
    }
}

/// Every candidate for the recorded needs as a class and a claim: `validate` accepts what is rendered, and `compare` reports
/// the figures and the price that `choose` promised.
#[test]
fn candidates_render_and_deliver_what_is_promised() {
    let folder = support::Folder::new();
    let mut profiles: BTreeMap<&str, (String, Vec<Value>)> = BTreeMap::new();
    for line in include_str!("../conformance/choose.jsonl").lines() {
        let case: Value = serde_json::from_str(line).expect("JSON");
        let args = arguments(&case);
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let found = chosen(&args);
        for (_, profile) in PROFILES {
            let clouds = found["clouds"].as_array().expect("clouds");
            let cloud = clouds.iter().find(|cloud| cloud["profile"] == profile).expect("the profile");
            let (text, candidates) = profiles.entry(profile).or_default();
            for candidate in cloud["candidates"].as_array().expect("candidates") {
                let key = format!("c{}", candidates.len());
                let mut parameters = String::new();
                for (name, value) in
                    ["parameters", "settings"].iter().filter_map(|key| candidate[*key].as_object()).flatten()
                {
                    let _ = write!(parameters, "\"{name}\" = {value}, ");
                }
                let _ = write!(
                    text,
                    "[storageClasses.{key}]\nvolumeBindingMode = \"WaitForFirstConsumer\"\nparameters = {{ {} }}\n\
                     [claims.{key}]\nstorageClass = \"{key}\"\nsize = \"{}Gi\"\naccessModes = {}\nvolumeMode = {}\n",
                    parameters.trim_end_matches(", "),
                    candidate["size"],
                    case["need"]["accessModes"],
                    case["need"]["volumeMode"],
                );
                let mut candidate = candidate.clone();
                candidate["region"] = cloud["region"].clone();
                candidates.push(candidate);
            }
        }
    }
    let mut wrong = Vec::new();
    for (profile, (text, candidates)) in profiles {
        let provisioner = &driver::by_name(profile).expect("a driver").provisioner;
        let text = format!("name = \"chosen\"\ndriver = \"{provisioner}\"\n{text}");
        let file = folder.write(format!("{profile}.toml"), text);
        let rendered = support::volwright(&["render", &file], "");
        assert!(rendered.status.success(), "{profile}: {}", String::from_utf8_lossy(&rendered.stderr));
        let validated = support::volwright(&["validate", "-", "--format", "json"], &rendered.stdout);
        assert!(validated.status.success(), "{profile}: {}", String::from_utf8_lossy(&validated.stdout));
        let compared = support::volwright(&["compare", &file, "--format", "json"], "");
        let compared: Value = serde_json::from_slice(&compared.stdout).expect("JSON");
        assert!(candidates.len() > 40, "{profile} has few candidates");
        for (index, candidate) in candidates.iter().enumerate() {
            let key = format!("claims.c{index}");
            let mut volumes = compared["volumes"].as_array().expect("volumes").iter();
            let on = &volumes.find(|volume| volume["key"] == key).expect("the claim")["on"][0];
            let is_default = candidate["region"] == on["region"];
            if is_default && !close(candidate["monthly"].as_f64(), on["monthly"].as_f64()) {
                wrong.push(format!("{profile} {candidate}: {} a month: {on}", on["monthly"]));
            }
            for (promised, reported) in [
                (&candidate["type"], &on["diskType"]),
                (&candidate["size"], &on["sizeGiB"]),
                (&candidate["iops"], &on["iops"]["value"]),
                (&candidate["throughput"], &on["throughput"]["value"]),
            ] {
                if promised != reported {
                    wrong.push(format!("{profile} {candidate}: {reported} not {promised}: {on}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong[..wrong.len().min(10)].join("\n"));
}

#[test]
fn a_region_without_prices_is_named() {
    for format in ["text", "markdown"] {
        let output = support::volwright(
            &["choose", "--size=100Gi", "--on=aws-ebs", "--region=aws=mars-1", "--format", format],
            "",
        );
        let text = String::from_utf8_lossy(&output.stdout).replace('\n', " ");
        assert!(text.contains("no row for the region") && text.contains("mars-1"), "{text}");
        assert!(text.contains("unknown") && !text.contains(" 0.00"), "{text}");
    }
}

//! Profiles that state needs: the disk of each cloud, the recorded choices, and other prices.

use std::fs;

use serde_json::Value;

use crate::support::{self, Folder, text, volwright};

const PROFILES: [&str; 3] = ["aws-ebs", "gce-pd", "azure-disk"];

const OVERLAY: &str = "\
name = \"vision\"

[storageClasses.training]
needs = { iops = 20000, throughput = \"700Mi\" }

[claims.data]
storageClass = \"training\"
size = \"2Ti\"
";

/// Prices for which another type is the cheapest on each cloud.
const OTHER_PRICES: &str = "\
as_of = \"2027-01-01\"
currency = \"USD\"
price = [
    { cloud = \"aws\", region = \"us-east-1\", sku = \"io2\", unit = \"GiB-month\", price = 0.001 },
    { cloud = \"aws\", region = \"us-east-1\", sku = \"io2\", unit = \"IOPS-month\", price = 0.0001 },
    { cloud = \"gcp\", region = \"us-central1\", sku = \"pd-ssd\", unit = \"GiB-month\", price = 0.001 },
    { cloud = \"azure\", region = \"eastus\", sku = \"UltraSSD_LRS\", unit = \"GiB-month\", price = 0.001 },
    { cloud = \"azure\", region = \"eastus\", sku = \"UltraSSD_LRS\", unit = \"IOPS-month\", price = 0.0001 },
    { cloud = \"azure\", region = \"eastus\", sku = \"UltraSSD_LRS\", unit = \"MBps-month\", price = 0.0001 },
]
";

/// The codes of the findings, and the parameters of the class.
fn rendered(profile: &str, more: &[&str]) -> (Vec<String>, String) {
    let output = volwright(&[&["render", profile, "--format", "json"], more].concat(), "");
    let report: Value = serde_json::from_slice(&output.stderr).expect("JSON");
    let findings = report["findings"].as_array().expect("findings").iter();
    let codes = findings.map(|finding| finding["code"].as_str().expect("a code").to_owned()).collect();
    (codes, text(&output.stdout))
}

#[test]
fn one_need_gets_a_disk_on_each_cloud() {
    let folder = Folder::new();
    let overlay = folder.write("train.toml", OVERLAY);
    for (profile, disk_type) in PROFILES.into_iter().zip(["gp3", "hyperdisk-balanced", "PremiumV2_LRS"]) {
        let (codes, manifests) = rendered(profile, &["-f", &overlay]);
        assert_eq!(codes, ["P018"], "{profile}");
        assert!(manifests.contains(disk_type), "{profile}: {manifests}");
        let validated = volwright(&["validate", "--strict", "-"], &manifests);
        assert!(validated.status.success(), "{profile}: {}", text(&validated.stderr));
    }
}

#[test]
fn other_prices_never_change_a_recorded_disk() {
    let folder = Folder::new();
    let overlay = folder.write("train.toml", OVERLAY);
    let prices = folder.write("prices.toml", OTHER_PRICES);
    let locked = volwright(&[&["lock", "-f", &overlay], &PROFILES[..]].concat(), "");
    assert!(locked.status.success(), "{}", text(&locked.stderr));
    for profile in PROFILES {
        let (codes, before) = rendered(profile, &["-f", &overlay]);
        assert!(codes.is_empty(), "{profile}: {codes:?}");
        let (codes, after) = rendered(profile, &["-f", &overlay, "--prices", &prices]);
        assert!(codes.is_empty(), "{profile}: {codes:?}");
        assert_eq!(before, after, "{profile}");
        // Without a record the disk changes, and a finding says that it can.
        let (codes, free) = rendered(profile, &["-f", &overlay, "--prices", &prices, "--set", "name=other"]);
        assert_eq!(codes, ["P018"], "{profile}");
        assert_ne!(free.replace("other-", "vision-"), before, "{profile}");
    }
}

#[test]
fn a_choice_is_replaced_on_request_only() {
    let folder = Folder::new();
    let overlay = folder.write("train.toml", OVERLAY);
    let prices = folder.write("prices.toml", OTHER_PRICES);
    let lock = |more: &[&str]| volwright(&[&["lock", "aws-ebs", "-f", &overlay], more].concat(), "");
    let read = || fs::read_to_string(folder.path().join("volwright.lock")).expect("the lock file");
    assert_eq!(lock(&["--check"]).status.code(), Some(1), "nothing is recorded yet");
    assert!(lock(&[]).status.success());
    let first = read();
    assert!(first.contains("type = \"gp3\"") && first.contains("list price of 20"), "{first}");
    assert!(lock(&["--check"]).status.success());

    let other = lock(&["--prices", &prices]);
    assert!(other.status.success() && text(&other.stderr).contains("P018"), "{}", text(&other.stderr));
    assert_eq!(read(), first, "the recorded disk meets the need");
    assert_eq!(lock(&["--check", "--prices", &prices]).status.code(), Some(1));

    let updated = lock(&["--update", "--prices", &prices]);
    let said = text(&updated.stderr);
    assert!(updated.status.success() && said.contains("P018") && said.contains("new `name`"), "{said}");
    assert!(read().contains("type = \"io2\""), "{}", read());

    // The choices of other clouds stay.
    assert!(volwright(&["lock", "gce-pd", "-f", &overlay], "").status.success());
    assert!(read().contains("type = \"io2\"") && read().contains("hyperdisk-balanced"), "{}", read());
}

#[test]
fn a_need_that_grows_past_the_recorded_disk_is_an_error() {
    let folder = Folder::new();
    let overlay = folder.write("train.toml", OVERLAY);
    assert!(volwright(&["lock", "gce-pd", "-f", &overlay], "").status.success());
    let (codes, manifests) =
        rendered("gce-pd", &["-f", &overlay, "--set", "storageClasses.training.needs.iops=30000"]);
    assert_eq!((codes, manifests.as_str()), (vec!["P017".to_owned()], ""));
    // A larger claim keeps its class.
    let (codes, _) = rendered("gce-pd", &["-f", &overlay, "--set", "claims.data.size=3Ti"]);
    assert!(codes.is_empty(), "{codes:?}");
    folder.write("volwright.lock", "[[choices]]\nclass = 1\n");
    let (codes, _) = rendered("gce-pd", &["-f", &overlay]);
    assert_eq!(codes, ["P018"], "the lock file is not valid");
}

#[test]
fn the_project_file_sets_prices_and_regions() {
    let folder = Folder::new();
    folder.write("train.toml", OVERLAY);
    folder.write("prices.toml", OTHER_PRICES);
    folder.write(
        "volwright.toml",
        "[[renders]]\nprofiles = [\"aws-ebs\"]\noverlays = [\"train.toml\"]\noutDir = \"deploy\"\n\n\
         [prices]\nfile = \"prices.toml\"\n",
    );
    let run = |command: &str| {
        let mut command = support::command(&[command]);
        command.current_dir(folder.path());
        support::run(command, "")
    };
    let output = run("lock");
    assert!(output.status.success(), "{}", text(&output.stderr));
    let lock = fs::read_to_string(folder.path().join("volwright.lock")).expect("the lock file");
    assert!(lock.contains("type = \"io2\""), "{lock}");
    let output = run("render");
    assert!(output.status.success() && !text(&output.stderr).contains("P018"), "{}", text(&output.stderr));
}

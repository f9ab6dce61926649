//! The driver catalogue is sound in itself: what it refers to is there, ranges are ranges, and every fact is cited.

mod check;

use serde_json::{Value, json};
use volwright::catalog::driver::{self, Driver};
use volwright::embedded::{DRIVERS, PROVISIONERS};

use check::problems;

#[test]
fn every_driver_is_sound() {
    assert!(DRIVERS.len() >= 14, "three disks, a variant, and ten file systems and buckets");
    for (name, text) in DRIVERS {
        let driver: Driver = serde_json::from_str(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let problems = problems(&driver);
        assert!(problems.is_empty(), "{name}: {problems:#?}");
    }
}

#[test]
fn names_and_provisioners_are_those_of_the_files() {
    for (provisioner, name) in PROVISIONERS {
        let driver = driver::find(provisioner).expect("a driver");
        assert_eq!(driver::name_of(provisioner), Some(driver.name.as_str()));
        assert_eq!(
            (driver.name.as_str(), driver::provisioner_of(provisioner)),
            (*name, Some(driver.provisioner.as_str()))
        );
    }
    assert_eq!(driver::provisioner_of("csi.example.com"), None);
}

/// Each check can fail: one mistake at a time in a sound catalogue.
#[test]
fn every_check_finds_its_mistake() {
    let (_, text) = DRIVERS.iter().find(|(name, _)| *name == "aws-ebs").expect("a driver");
    for (place, value, says) in [
        ("/disk_type/default", json!("gp9"), "the default type"),
        ("/disk_type/keys/0", json!("kind"), "names the type"),
        ("/file_systems/default", json!("zfs"), "the default file system"),
        ("/types/0/source", json!(""), "no source"),
        ("/types/0/least_size", json!(70_000), "sizes"),
        ("/types/0/iops/least", json!(90_000), "least"),
        ("/types/0/iops/default", json!(1), "default"),
        ("/types/0/iops/clamped_at", json!(90_000), "clamped"),
        ("/iops/key", json!("iop"), "is not a parameter"),
        ("/iops/raised_when/key", json!("raise"), "is not a parameter"),
        (
            "/mount_options",
            json!({"keys": "exact", "unknown": "passed-on", "stage": "node", "source": "from memory"}),
            "cites",
        ),
        ("/sizes", json!([{"bands": [{"from": 9, "to": 3}], "why": "x", "source": "[D] x"}]), "band"),
        ("/class/list/iops/shape", json!({"is": "pattern", "pattern": "(", "expected": "x"}), "shape"),
        ("/class/list/iops/required", json!({"help": "", "stage": "driver"}), "help"),
        ("/access/0/modes/0", json!("ReadWriteTwice"), "access mode"),
        ("/access/1/volume_mode", json!("Raw"), "volume mode"),
        ("/access/1/when/0/key", json!("kind"), "is not a parameter"),
        ("/topology/example", json!("nowhere"), "the example"),
        ("/class/refusals/0/when/0/key", json!("iop"), "is not a parameter"),
        ("/class/refusals/0/at", json!("iop"), "is not a parameter"),
        ("/class/refusals/0/source", json!("from memory"), "cites"),
        ("/class/list/iops/about", json!(""), "says nothing"),
        ("/attributes/list/iops/sets", json!("iop"), "is not a parameter"),
        ("/attributes/list/volumeType/yields_to", json!("kind"), "is not a parameter"),
        ("/in_tree/brings/iopsPerGB/key", json!("kind"), "is not a parameter"),
        ("/in_tree/source", json!("[Q] somewhere"), "cites"),
    ] {
        let mut broken: Value = serde_json::from_str(text).expect("JSON");
        let (parent, key) = place.rsplit_once('/').expect("a path");
        match broken.pointer_mut(parent).unwrap_or_else(|| panic!("no {parent}")) {
            Value::Object(parent) => drop(parent.insert(key.to_owned(), value)),
            Value::Array(list) => list[key.parse::<usize>().expect("an index")] = value,
            _ => panic!("no {place}"),
        }
        let driver: Driver = serde_json::from_value(broken).expect("a driver");
        let problems = problems(&driver);
        assert!(problems.iter().any(|problem| problem.contains(says)), "{place}: {problems:#?}");
    }
}

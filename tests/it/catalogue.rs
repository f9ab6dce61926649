//! The driver catalogue is sound in itself: what it refers to is there, ranges are ranges, and every fact is cited.

mod check;

use volwright::catalog::driver::{
    self, Brought, Condition, Driver, Fraction, KeyCase, Limit, Map, MountOptions, Parameter, Pattern,
    Refusal, Required, Shape, SizeBand, SizeRule, Stage, Syntax, UnknownKeys,
};
use volwright::embedded::PROVISIONERS;

use check::problems;

#[test]
fn every_driver_is_sound() {
    assert!(driver::all().len() >= 14, "three disks, a variant, and ten file systems and buckets");
    for driver in driver::all() {
        let problems = problems(driver);
        assert!(problems.is_empty(), "{}: {problems:#?}", driver.name);
    }
}

#[test]
fn names_and_provisioners_are_those_of_the_files() {
    for (provisioner, name) in PROVISIONERS {
        let driver = driver::find(provisioner).expect("a driver");
        assert_eq!(driver::name_of(provisioner), Some(driver.name));
        assert_eq!((driver.name, driver::provisioner_of(provisioner)), (*name, Some(driver.provisioner)));
    }
    assert_eq!(driver::provisioner_of("csi.example.com"), None);
}

/// Rows like these, one of them changed.
fn with<T: Clone>(rows: &[T], at: usize, change: impl FnOnce(&mut T)) -> &'static [T] {
    let mut rows = rows.to_vec();
    change(&mut rows[at]);
    rows.leak()
}

/// Named rows like these, one of them changed.
fn with_row<T: Clone>(rows: &Map<T>, name: &str, change: impl FnOnce(&mut T)) -> Map<T> {
    let at = rows.keys().position(|known| known == name).expect("a row");
    Map(with(rows.0, at, |(_, row)| change(row)))
}

/// A condition like this one, on another parameter.
fn on(condition: &mut Condition, other: &'static str) {
    let Condition::Parameter { key, .. } = condition else { panic!("not on a parameter: {condition}") };
    *key = other;
}

fn with_iops(driver: &mut Driver, change: impl FnOnce(&mut Parameter)) {
    driver.class.list = with_row(&driver.class.list, "iops", change);
}

/// Each check can fail: one mistake at a time in a sound catalogue.
#[test]
fn every_check_finds_its_mistake() {
    const NOT_CITED: MountOptions = MountOptions {
        keys: KeyCase::Exact,
        unknown: UnknownKeys::PassedOn,
        stage: Stage::Node,
        unfamiliar: None,
        syntax: Syntax { separators: "=", prefix: "", colons: false, trim: false, commas: false },
        list: Map(&[]),
        refusals: &[],
        conflicting: None,
        source: "from memory",
    };
    const NO_BAND: SizeBand = SizeBand { from: 9, to: Some(3), step: 1, raises: false, rounds_up: false };
    const NO_HELP: Required = Required {
        when: &[],
        filled: false,
        null_counts: false,
        help: "",
        stage: Stage::Driver,
        disputed: false,
    };
    static NO_PATTERN: Pattern = Pattern::new("(");
    type Mistake = fn(&mut Driver);
    let mistakes: [(Mistake, &str); 26] = [
        (|driver| driver.disk_type.as_mut().expect("it").default = "gp9", "the default type"),
        (|driver| driver.disk_type.as_mut().expect("it").keys = &["kind"], "names the type"),
        (|driver| driver.file_systems.as_mut().expect("it").default = "zfs", "the default file system"),
        (|driver| driver.types = with(driver.types, 0, |row| row.source = ""), "no source"),
        (|driver| driver.types = with(driver.types, 0, |row| row.least_size = 70_000), "sizes"),
        (|driver| limit(driver, |iops| iops.least = 90_000), "least"),
        (|driver| limit(driver, |iops| iops.default = Some(1)), "default"),
        (|driver| limit(driver, |iops| iops.clamped_at = Some(90_000)), "clamped"),
        (|driver| driver.iops.as_mut().expect("it").key = "iop", "is not a parameter"),
        (
            |driver| {
                on(driver.iops.as_mut().and_then(|iops| iops.raised_when.as_mut()).expect("it"), "raise");
            },
            "is not a parameter",
        ),
        (|driver| driver.mount_options = Some(NOT_CITED), "cites"),
        (
            |driver| {
                driver.sizes = &[SizeRule {
                    when: &[],
                    fraction: Fraction::Up,
                    bands: &[NO_BAND],
                    stage: Stage::Cloud,
                    why: "x",
                    source: "[D] x",
                }];
            },
            "band",
        ),
        (
            |driver| {
                with_iops(driver, |row| {
                    row.shape =
                        Shape::Pattern { pattern: &NO_PATTERN, expected: "x", trim: false, empty: false };
                });
            },
            "shape",
        ),
        (|driver| with_iops(driver, |row| row.required = Some(NO_HELP)), "help"),
        (
            |driver| driver.access = with(driver.access, 0, |row| row.modes = &["ReadWriteTwice"]),
            "access mode",
        ),
        (|driver| driver.access = with(driver.access, 1, |row| row.volume_mode = Some("Raw")), "volume mode"),
        (
            |driver| {
                driver.access =
                    with(driver.access, 1, |row| row.when = with(row.when, 0, |when| on(when, "kind")));
            },
            "is not a parameter",
        ),
        (|driver| driver.topology.as_mut().expect("it").example = "nowhere", "the example"),
        (
            |driver| refusal(driver, |row| row.when = with(row.when, 0, |when| on(when, "iop"))),
            "is not a parameter",
        ),
        (|driver| refusal(driver, |row| row.at = Some("iop")), "is not a parameter"),
        (|driver| refusal(driver, |row| row.source = "from memory"), "cites"),
        (|driver| with_iops(driver, |row| row.about = ""), "says nothing"),
        (
            |driver| {
                let list = &mut driver.attributes.list;
                *list = with_row(list, "iops", |row| row.sets = Some("iop"));
            },
            "is not a parameter",
        ),
        (
            |driver| {
                let list = &mut driver.attributes.list;
                *list = with_row(list, "volumeType", |row| row.yields_to = Some("kind"));
            },
            "is not a parameter",
        ),
        (
            |driver| {
                let brings = &mut driver.in_tree.as_mut().expect("it").brings;
                *brings = with_row(brings, "iopsPerGB", |row: &mut Brought| row.key = "kind");
            },
            "is not a parameter",
        ),
        (|driver| driver.in_tree.as_mut().expect("it").source = "[Q] somewhere", "cites"),
    ];
    let sound = driver::by_name("aws-ebs").expect("a driver");
    for (index, (mistake, says)) in mistakes.into_iter().enumerate() {
        let mut broken = sound.clone();
        mistake(&mut broken);
        let problems = problems(&broken);
        assert!(problems.iter().any(|problem| problem.contains(says)), "{index}, {says}: {problems:#?}");
    }
}

fn limit(driver: &mut Driver, change: impl FnOnce(&mut Limit)) {
    driver.types = with(driver.types, 0, |row| change(row.iops.as_mut().expect("a limit")));
}

fn refusal(driver: &mut Driver, change: impl FnOnce(&mut Refusal)) {
    driver.class.refusals = with(driver.class.refusals, 0, change);
}

//! `volwright compare`: what volumes are on each cloud, as people and programs are told it.

use std::fs;
use std::path::Path;

use crate::support::{Folder, command, golden, run, text, volwright};
use serde_json::Value;

/// Runs `compare` away from the project's own files and returns standard output, standard error and the exit code.
fn compare(args: &[&str]) -> (String, String, Option<i32>) {
    let folder = Folder::new();
    let mut all = vec!["compare"];
    all.extend(args);
    let mut command = command(&all);
    command.current_dir(folder.path());
    let output = run(command, "");
    (text(&output.stdout), text(&output.stderr), output.status.code())
}

/// What `compare --format json` says of one volume on one profile.
fn on(args: &[&str], key: &str, profile: &str) -> Value {
    let mut all = args.to_vec();
    all.extend(["--format", "json"]);
    let (out, said, _) = compare(&all);
    let value: Value = serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}{said}"));
    let volumes = value["volumes"].as_array().expect("volumes");
    let volume = volumes.iter().find(|volume| volume["key"] == key).unwrap_or_else(|| panic!("{key}: {out}"));
    let on = volume["on"].as_array().expect("profiles");
    on.iter().find(|on| on["profile"] == profile).unwrap_or_else(|| panic!("{profile}: {out}")).clone()
}

/// IOPS and throughput, each as its number, its basis, and the limit that it stands at.
fn figures(on: &Value) -> [(Option<i64>, String, String); 2] {
    ["iops", "throughput"].map(|what| {
        let word = |key: &str| on[what][key].as_str().unwrap_or_default().to_owned();
        (on[what]["value"].as_i64(), word("basis"), word("limit"))
    })
}

fn same(found: [(Option<i64>, String, String); 2], iops: (i64, &str, &str), throughput: (i64, &str, &str)) {
    let wanted =
        [iops, throughput].map(|(value, basis, limit)| (Some(value), basis.to_owned(), limit.to_owned()));
    assert_eq!(found, wanted);
}

#[test]
fn every_class_is_compared_at_a_size() {
    let (out, said, code) = compare(&["--size", "500Gi"]);
    assert_eq!((said.as_str(), code), ("", Some(0)));
    golden("golden/compare/classes.txt", &out);
    let fast = out.split("\n\n").position(|part| part.contains("storageClasses.fast: 500Gi")).expect("fast");
    let table = out.split("\n\n").nth(fast + 1).expect("its table");
    for (profile, figures) in [
        ("aws-ebs", "10,000 provisioned  500 MiB/s provisioned"),
        ("azure-disk", "2,300 baseline      150 MB/s baseline"),
        ("gce-pd", "up to 21,000        up to 480 MiB/s"),
    ] {
        assert!(table.lines().any(|line| line.contains(profile) && line.contains(figures)), "{table}");
    }
    let (json, _, _) = compare(&["--size", "500Gi", "--format", "json"]);
    golden("golden/compare/classes.json", &json);
}

#[test]
fn the_page_of_classes_is_current() {
    const BEGIN: &str = "<!-- volwright compare --size 500Gi: generated -->\n";
    let page =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/classes.md")).expect("the page");
    let (head, rest) = page.split_once(BEGIN).expect("where it begins");
    let (_, tail) = rest.split_once("<!-- end").expect("where it ends");
    let (tables, _, _) = compare(&["--size", "500Gi", "--format", "markdown"]);
    golden("docs/classes.md", &format!("{head}{BEGIN}\n{tables}\n<!-- end{tail}"));
    let profiles = text(&volwright(&["profiles"], "").stdout);
    for profile in profiles.lines().filter(|line| !line.starts_with(' ')) {
        let profile = profile.split_whitespace().next().expect("a name");
        assert!(tables.contains(&format!("| {profile} |")), "{profile}");
    }
}

#[test]
fn the_volumes_of_a_workload_are_told_with_what_cannot_be() {
    let folder = Folder::new();
    let overlay = folder.write(
        "team.toml",
        "name = \"team\"\nclaims.data = { storageClass = \"fast\", size = \"10.5Gi\" }\n\
         claims.cold = { storageClass = \"archive\", accessModes = [\"ReadWriteOnce\"], size = \"100Gi\" }\n\
         claims.models = { storageClass = \"fast\", accessModes = [\"ReadOnlyMany\"], size = \"500Gi\" }\n\
         claims.other = { storageClass = { existing = \"gold\" }, accessModes = [\"ReadWriteOnce\"], size = \"1Gi\" }\n",
    );
    let (out, said, code) = compare(&["-f", &overlay]);
    assert_eq!(code, Some(1));
    golden("golden/compare/workload.txt", &out);
    // Errors are told as `render` tells them, at the line of the overlay.
    assert!(
        said.contains("error[D201]: `100Gi` is not a size of sc1") && said.contains("team.toml:3:"),
        "{said}"
    );
    assert!(!said.contains("warning["), "{said}");
    for line in out.lines() {
        assert!(line.chars().count() <= 100, "{line}");
    }
    let wide = on(&["-f", &overlay], "claims.models", "aws-ebs");
    assert_eq!(wide["errors"][0]["code"], "D204");
    assert!(
        wide["errors"][0]["help"].as_str().expect("help").contains("EFS") && wide["iops"].is_null(),
        "{wide}"
    );
    let markdown = compare(&["-f", &overlay, "--format", "markdown"]).0;
    assert!(
        markdown.contains("| aws-ebs | team-archive | not possible | RWOP RWO | 100Gi | - | - | - | D201 "),
        "{markdown}"
    );
}

#[test]
fn figures_follow_type_size_and_what_is_asked_for() {
    let own = |type_and_more: &str, size: &str| {
        let class = format!("storageClasses.standard.parameters={{ {type_and_more} }}");
        let size = format!("claims.data.size={size}");
        let args = [
            "aws-ebs",
            "--set",
            "unset=[\"storageClasses.standard.parameters\"]",
            "--set",
            &class,
            "--set",
            &size,
        ];
        figures(&on(&args, "claims.data", "aws-ebs"))
    };
    same(own("type = \"gp2\"", "10Gi"), (100, "baseline", ""), (25, "baseline", ""));
    same(own("type = \"gp2\"", "500Gi"), (1500, "baseline", ""), (250, "baseline", "type"));
    same(own("type = \"gp2\"", "8Ti"), (16000, "baseline", "type"), (250, "baseline", "type"));
    same(own("type = \"gp3\", iops = 10000", "6Gi"), (3000, "provisioned", "size"), (125, "baseline", ""));
    same(
        own("type = \"gp3\", iops = 80000, throughput = 2000", "1Ti"),
        (80000, "provisioned", "type"),
        (2000, "provisioned", "type"),
    );
    same(own("type = \"io1\", iops = 1000", "100Gi"), (1000, "provisioned", ""), (250, "baseline", ""));
    same(
        own("type = \"io1\", iops = 64000", "2Ti"),
        (64000, "provisioned", "type"),
        (1000, "baseline", "type"),
    );
    same(
        own("type = \"io1\", iopsPerGB = 50", "100Gi"),
        (5000, "provisioned", "size"),
        (500, "baseline", ""),
    );
    same(own("type = \"st1\"", "2Ti"), (80, "baseline", ""), (80, "baseline", ""));
    same(own("type = \"standard\"", "10Gi"), (100, "up-to", ""), (40, "up-to", ""));
}

#[test]
fn attributes_go_before_the_class() {
    let sets = |profile: &'static str, parameters: &'static str| {
        let class = format!("volumeAttributesClasses.busy.parameters={parameters}");
        let args = [
            profile,
            "--set",
            &class,
            "--set",
            "claims.data.volumeAttributesClass=busy",
            "--kubernetes-version",
            "1.36",
        ];
        figures(&on(&args, "claims.data", profile))
    };
    same(sets("aws-ebs", "{ iops = 5000 }"), (5000, "provisioned", ""), (125, "baseline", ""));
    let throughput = ["--set", "claims.data.storageClass=throughput"];
    let mut args = vec!["gce-pd", "--set", "volumeAttributesClasses.busy.parameters={ iops = 6000 }"];
    args.extend(["--set", "claims.data.volumeAttributesClass=busy", "--kubernetes-version", "1.36"]);
    args.extend(throughput);
    same(figures(&on(&args, "claims.data", "gce-pd")), (6000, "provisioned", ""), (1000, "provisioned", ""));
}

#[test]
fn a_profile_that_cannot_be_rendered_is_told_and_the_others_are_compared() {
    let (out, said, code) = compare(&["aws-ebs", "gce-pd", "--set", "claims.data.storageClass=models"]);
    assert_eq!(code, Some(1));
    assert!(out.contains("gce-pd   hyperdisk-ml"), "{out}");
    assert!(
        out.contains(
            "aws-ebs: not compared, because it does not render\n  P008 `storageClasses` has no object `models`"
        ),
        "{out}"
    );
    // What people use there instead.
    assert!(
        said.contains("error[P008]") && said.contains("`gce-pd` has such a class") && said.contains("EFS"),
        "{said}"
    );
    let (_, said, code) = compare(&["awsebs"]);
    assert!(code == Some(2) && said.contains("did you mean `aws-ebs`?"), "{said}");
    for size in ["0", "-1Gi", "many"] {
        let (out, said, code) = compare(&[&format!("--size={size}")]);
        assert!(code == Some(2) && out.is_empty() && said.contains("--size"), "{size}: {said}");
    }
}

#[test]
fn without_arguments_the_project_is_compared() {
    let folder = Folder::new();
    folder.write("team.toml", "name = \"team\"\nclaims.data.size = \"300Gi\"\n");
    folder.write(
        "volwright.toml",
        "[[renders]]\nprofiles = [\"gce-pd\", \"aws-ebs\"]\noverlays = [\"team.toml\"]\noutDir = \"deploy\"\n",
    );
    let bare = |args: &[&str]| {
        let mut command = command(args);
        command.current_dir(folder.path());
        let output = run(command, "");
        assert!(output.status.success(), "{}", text(&output.stderr));
        text(&output.stdout)
    };
    let out = bare(&["compare"]);
    assert!(out.starts_with("claims.data: 300Gi of class `standard` (team-standard)"), "{out}");
    assert!(out.contains("\n  gce-pd   pd-balanced") && !out.contains("azure-disk"), "{out}");
    assert!(bare(&["compare", "azure-disk"]).contains("100Gi of class `standard` (azure-disk-standard)"));
    // Two renders of one profile are told apart by their folders.
    folder.write(
        "volwright.toml",
        "[[renders]]\nprofiles = [\"aws-ebs\"]\noutDir = \"one\"\n[[renders]]\nprofiles = [\"aws-ebs\"]\noutDir = \"two\"\n",
    );
    let out = bare(&["compare"]);
    assert!(out.contains("aws-ebs (one)") && out.contains("aws-ebs (two)"), "{out}");
}

#[test]
fn what_is_not_known_is_said_to_be() {
    let folder = Folder::new();
    let profile = folder.write(
        "own.toml",
        "name = \"own\"\ndriver = \"csi.example.com\"\n[storageClasses.s]\nreclaimPolicy = \"Retain\"\n[defaults.claims]\nsize = \"1Gi\"\n\
         accessModes = [\"ReadWriteOnce\"]\n[claims.a]\nstorageClass = \"s\"\n[claims.b]\n[claims.c]\nstorageClass = { existing = \"gold\" }\n",
    );
    let (out, said, code) = compare(&[&profile]);
    assert!(code == Some(0) && said.is_empty(), "{said}");
    for wanted in [
        "claims.a: 1Gi of class `s` (own-s), ReadWriteOnce",
        "claims.b: 1Gi of the cluster's default class, ReadWriteOnce",
        "claims.c: 1Gi of class `gold` of the cluster, ReadWriteOnce",
        "the disks of its driver are not known",
        "what a class of the cluster makes of it is not known here",
    ] {
        assert!(out.replace("\n      ", " ").contains(wanted), "{wanted}: {out}");
    }
    let empty = folder.write("empty.toml", "name = \"empty\"\n");
    let (out, said, code) = compare(&[&empty]);
    assert!(code == Some(0) && out.is_empty() && said.starts_with("no volumes to compare"), "{said}");
}

//! Profiles: what is found in them, where, and what layering makes of them.

use std::fs;
use std::path::PathBuf;

use proptest::prelude::{Strategy, any, prop, prop_oneof, proptest};
use volwright::profile::{self, Request, builtin};
use volwright::source::{SourceKind, Sources};
use volwright::yaml::node::Node;

/// A folder of this test's own.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("profile").join(name);
    fs::create_dir_all(&folder).expect("folder");
    folder
}

fn file(name: &str, file: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = folder(name).join(file);
    fs::write(&path, bytes).expect("written");
    path
}

/// Loads, and gives each finding as `code source:line:column message`, with the file's name only.
fn load(profile: &str, overlays: &[PathBuf], sets: &[&str]) -> (Option<profile::Profile>, Vec<String>) {
    let mut sources = Sources::new();
    let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
    let request = Request { profile, overlays, sets: &sets, ..Request::default() };
    let (profile, findings) = profile::load(&mut sources, &request).expect("readable");
    let lines = findings.iter().map(|finding| {
        let span = finding.primary.span;
        let at = sources.location(span);
        let name = sources.get(span.source).name.rsplit('/').next().unwrap_or_default().to_owned();
        format!("{} {name}:{}:{} {}", finding.rule.code, at.line, at.column, finding.message)
    });
    let lines = lines.collect();
    (profile, lines)
}

fn text<'p>(profile: &'p profile::Profile, path: &[&str]) -> Option<&'p str> {
    path.iter().try_fold(&profile.root, |node: &Node<'_>, part| node.get(part)).and_then(Node::as_str)
}

const SOUND: &str = r#"
name = "ml"
driver = "csi.example.com"
[storageClasses.fast]
[claims.data]
storageClass = "fast"
size = "10Gi"
[pods.trainer]
image = "example/trainer:1"
mounts = [{ claim = "data", mountPath = "/data" }]
"#;

#[test]
fn all_problems_are_found_at_once_each_at_its_place() {
    let path = file(
        "all",
        "p.toml",
        SOUND
            .replace("size", "sise")
            .replace("\"fast\"\n", "\"fsat\"\n")
            .replace("mountPath = \"/data\"", "readOnly = 3"),
    );
    let (profile, found) = load(&path.display().to_string(), &[], &[]);
    assert!(profile.is_none());
    assert_eq!(
        found,
        [
            "P003 p.toml:7:1 unknown key `sise` in `data`",
            "P006 p.toml:5:9 `data` has no `size`",
            "P004 p.toml:10:40 `readOnly` must be `true` or `false`, not an integer",
            "P006 p.toml:10:11 `mounts` has no `mountPath`",
            "P008 p.toml:6:16 `storageClasses` has no object `fsat`",
        ]
    );
}

#[test]
fn a_key_that_would_be_lost_in_silence_is_found() {
    for (from, to, expected) in [
        (
            "mounts",
            "gpus = { count = 1, vendor = \"nvidea\" }\nmounts",
            "P005 p.toml:10:30 `nvidea` is not a valid `vendor`",
        ),
        (
            "name = \"ml\"",
            "name = \"ML\"",
            "P005 p.toml:2:8 `ML` is not a valid prefix of names: `ML-fast` is not a valid DNS subdomain: use lowercase letters, digits, `-` and `.`, with a letter or digit at the ends of each part, such as `example.com`",
        ),
        ("mounts", "gpus = { count = 1 }\nmounts", "P006 p.toml:10:1 `gpus` has no `vendor`"),
        (
            "mountPath",
            "optional = true, mountPath",
            "P007 p.toml:10:29 `optional` requires `configMap` or `secret`",
        ),
        (
            "mounts",
            "env = { A = { value = \"a\", key = \"b\" } }\nmounts",
            "P007 p.toml:10:28 `key` requires `secret` or `configMap`",
        ),
    ] {
        let path = file("lost", "p.toml", SOUND.replace(from, to)).display().to_string();
        assert_eq!(load(&path, &[], &[]).1, [expected]);
    }
}

#[test]
fn a_mistake_in_an_overlay_of_several_profiles_is_told_once() {
    let overlay = file("once", "over.toml", "[claims.data]\nsize = \"10GB\"\n");
    let mut sources = Sources::new();
    let mut all = Vec::new();
    for profile in builtin::names() {
        let request = Request { profile, overlays: std::slice::from_ref(&overlay), ..Request::default() };
        all.extend(profile::load(&mut sources, &request).expect("readable").1);
    }
    assert_eq!(all.len(), builtin::names().count());
    let report = volwright::finding::Report::new(all, &volwright::finding::Selection::default());
    assert_eq!(report.findings.len(), 1);
}

#[test]
fn what_stands_under_spec_is_not_demanded_again() {
    for (from, to) in [
        ("size = \"10Gi\"", "spec = { resources = { requests = { storage = \"10Gi\" } } }"),
        ("image = \"example/trainer:1\"", "containerSpec = { image = \"example/trainer:1\" }"),
    ] {
        let path = file("spec", "p.toml", SOUND.replace(from, to)).display().to_string();
        assert_eq!(load(&path, &[], &[]).1, [""; 0]);
    }
}

#[test]
fn layers_are_laid_over_each_other_and_the_last_wins() {
    let base = file("layers", "base.toml", SOUND);
    file(
        "layers",
        "top.toml",
        "extends = \"base.toml\"\nname = \"top\"\n[defaults.pods]\nrestartPolicy = \"Never\"\n",
    );
    let top = folder("layers").join("top.toml").display().to_string();
    let overlay =
        file("layers", "over.toml", "unset = [\"pods.trainer.mounts\"]\n[claims.data]\nsize = \"20Gi\"\n");
    let (profile, found) = load(
        &top,
        std::slice::from_ref(&overlay),
        &["claims.data.size=30Gi", "kubernetes=1.36", "labels.\"a.b/c\"=1"],
    );
    assert_eq!(found, [""; 0]);
    let profile = profile.expect("sound");
    assert_eq!(text(&profile, &["claims", "data", "size"]), Some("30Gi"));
    assert_eq!(text(&profile, &["claims", "data", "storageClass"]), Some("fast"));
    assert_eq!(text(&profile, &["kubernetes"]), Some("1.36"));
    assert_eq!(text(&profile, &["labels", "a.b/c"]), Some("1"));
    assert_eq!(text(&profile, &["pods", "trainer", "restartPolicy"]), Some("Never"));
    assert!(
        profile
            .root
            .get("pods")
            .and_then(|pods| pods.get("trainer"))
            .is_some_and(|pod| pod.get("mounts").is_none())
    );
    let names: Vec<_> = profile.objects().map(|object| object.name).collect();
    assert_eq!(names, ["top-fast", "top-data", "top-trainer"]);
    let (_, found) = load(&base.display().to_string(), &[], &["claims.data.size=10GB"]);
    assert_eq!(found, ["P005 --set:1:18 `10GB` is not a quantity"]);
}

#[test]
fn what_is_no_profile_is_said_to_be_none() {
    for (bytes, expected) in [
        (&b""[..], "P002 p.toml:1:1 the profile is empty"),
        (&b"name = \"a\"\n\xff"[..], "P002 p.toml:2:1 the file contains a byte that is not UTF-8"),
        (&b"na\0me"[..], "P002 p.toml:1:3 the file contains a NUL byte"),
        (&b"extends = \"p.toml\""[..], "P010 p.toml:1:11 the profile extends itself"),
    ] {
        let path = file("none", "p.toml", bytes);
        let (profile, found) = load(&path.display().to_string(), &[], &[]);
        assert!(profile.is_none());
        assert_eq!(found, [expected]);
    }
    let large = file("none", "large.toml", vec![b'#'; (1 << 20) + 1]).display().to_string();
    for profile in [large.as_str(), "absent.toml", "nobody"] {
        let request = Request { profile, ..Request::default() };
        assert!(profile::load(&mut Sources::new(), &request).is_err(), "{profile}");
    }
}

#[test]
fn the_built_in_profiles_are_sound() {
    assert!(builtin::names().count() > 0);
    for name in builtin::names() {
        assert_eq!(load(name, &[], &[]).1, [""; 0], "{name}");
    }
}

/// The trees are written when volwright is built, and the texts are what `volwright profiles` prints and what spans refer to.
#[test]
fn the_trees_of_the_built_in_profiles_are_those_of_their_texts() {
    for name in builtin::names() {
        let text = builtin::text(name).expect("a text");
        let source = Sources::new().add(name, text, SourceKind::Profile);
        let tree = builtin::tree(name, source);
        assert!(tree.is_some(), "{name}");
        assert_eq!(tree, profile::tree(source, text), "{name}");
    }
}

/// Texts that come near to TOML, and deep ones.
fn texts() -> impl Strategy<Value = Vec<u8>> {
    let token = prop_oneof![
        "[a-z.\"'={}\\[\\], \n#\\\\0-9-]{1,6}",
        "(claims|pods|size|name|extends|unset|spec)",
        "(a\\.){1,90}a",
        "\\[{1,90}"
    ];
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..200),
        prop::collection::vec(token, 0..40).prop_map(|tokens| tokens.concat().into_bytes())
    ]
}

proptest! {
    #[test]
    fn nothing_makes_loading_panic(base in texts(), overlay in texts(), set in ".{0,40}", value in texts()) {
        let base = file("random", "base.toml", base).display().to_string();
        let overlay = file("random", "overlay.toml", overlay);
        let sets = [set, format!("claims.data={}", String::from_utf8_lossy(&value))];
        let request = Request { profile: &base, overlays: &[overlay], sets: &sets, ..Request::default() };
        let _ = profile::load(&mut Sources::new(), &request);
    }
}

#[test]
fn deep_texts_end_in_a_finding() {
    let dotted = format!("{}a = 1", "a.".repeat(100_000));
    let nested = format!("a = {}", "{a=".repeat(100_000));
    let both = format!("a = {}1", format!("{{{}a = ", "a.".repeat(78)).repeat(78));
    let mixed = format!("[{}a]\n{}a = {}", "a.".repeat(60), "b.".repeat(60), "[{c = ".repeat(40_000));
    for text in [dotted, nested, both, mixed] {
        let (profile, found) = load(&file("deep", "p.toml", text).display().to_string(), &[], &[]);
        assert!(profile.is_none() && !found.is_empty());
        let argument =
            format!("claims.data={}", fs::read_to_string(folder("deep").join("p.toml")).expect("text"));
        load(&folder("deep").join("p.toml").display().to_string(), &[], &[&argument]);
    }
}

//! Random edits: the diagnostics are those of the whole text, opened anew.

use serde_json::{Value, json};

use super::client::{Client, at};
use super::project;
use crate::support::Folder;

/// The number of edits of each test; `VOLWRIGHT_EDITS` is another one. Each is followed by two validations.
const EDITS: usize = 150;

/// A text with characters of every width and line breaks of both kinds.
const TEXT: &str = "# µ 𐐀 é\r\nname = \"ml\"\ndriver = \"ebs.csi.aws.com\"\r\n\r\n[storageClasses.fast.parameters]\ntype = \"gp3\" # 𐐀\n\r\n[claims.data]\r\nstorageClass = \"fast\"\nsize = \"100Gi\"\n";

const PIECES: &[&str] =
    &["", "x", "\n", "\r\n", "µ", "𐐀", "\"", "[claims.b]\n", "size = \"1Gi\"\n", " # é", "=", "]"];

/// Values that are valid in some places, and change what objects refer to.
const VALUES: &[&str] = &[
    "100Gi",
    "5Gi",
    "1000GB",
    "fast",
    "standard",
    "archive",
    "data1",
    "data2",
    "worker3",
    "team-data4",
    "ReadWriteMany",
    "ReadWriteOnce",
    "ReadWriteOncePod",
    "a.example/b:latest",
    "a.example/b:1",
];

/// Lines that are valid in some tables.
const LINES: &[&str] = &[
    "name = \"data1\"\n",
    "name = \"team-worker2\"\n",
    "namespace = \"ml\"\n",
    "volumeMode = \"Block\"\n",
    "zones = [\"eu-west-1a\"]\n",
    "# µ 𐐀\n",
];

/// Lines that are valid at the top of an overlay or in a class, and some that are not.
const HEAD_LINES: &[&str] = &[
    "name = \"team\"\n",
    "name = \"another-team\"\n",
    "name = \"aws-ebs\"\n",
    "name = \"\n",
    "namespace = \"µ\"\n",
    "namespace = \"ml\"\n",
    "driver = \"pd.csi.storage.gke.io\"\n",
    "kubernetes = \"1.34\"\n",
    "podSecurity = \"restricted\"\n",
    "unset = [\"claims.data1.size\"]\n",
    "labels = { a = \"b\" }\n",
    "[defaults.claims]\nvolumeMode = \"Block\"\n",
    "[defaults.pods]\nsharedMemory = \"1Gi\"\n",
    "[on.aws-ebs.claims.data2]\nsize = \"70Ti\"\n",
    "[storageClasses.fast]\nname = \"quick\"\n",
    "[storageClasses.standard]\nreclaimPolicy = \"Retain\"\n",
    "[storageClasses.data4.parameters]\ntype = \"gp3\"\n",
    "[storageClasses.fast.needs]\niops = 3000\n",
    "[claims.data0]\nsize = \"5Gi\"\n",
    "reclaimPolicy = \"Retain\"\n",
    "reclaimPolicy = \"Delete\"\n",
    "volumeBindingMode = \"Immediate\"\n",
    "type = \"io2\"\n",
    "type = \"gp2\"\n",
    "type = \"pd-ssd\"\n",
    "# µ 𐐀\n",
    "\n",
];

/// Names of a profile: ordinary ones, and some that are invalid, too long for a kind, or mean something to rules.
const NAMES: &[&str] = &[
    "t",
    "team",
    "teams",
    "other-team",
    "a-name-of-24-characters",
    "a-name-that-is-too-long-for-a-cron-job",
    "a-name-that-is-too-long-for-the-label-that-every-pod-has",
    "checkpoints",
    "team-scratch",
    "copy-of-models",
    "models",
    "outsid",
    "outside",
    "data1",
    "team-data1",
    "premium",
    "team.a",
    "Team",
    "3",
    "-",
    "",
];

/// What may be between keys and tables.
const BLANK_LINES: &[&str] =
    &["", "\n", "\r\n", "# é𐐀\n", "\t # [claims.x]\n\n", "# \u{1}\n", "# a\u{7f} b\n", "#", "x = 1\n", "]\n"];

/// A generator of numbers: Knuth's linear congruential one, so that a failure can be repeated.
pub(super) struct Numbers(u64);

impl Numbers {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit.max(1)
    }

    pub(super) fn one_of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }
}

pub(super) fn edits() -> usize {
    std::env::var("VOLWRIGHT_EDITS").ok().and_then(|edits| edits.parse().ok()).unwrap_or(EDITS)
}

/// The position of a byte, counted independently of the server.
fn position(text: &str, at: usize, encoding: &str) -> Value {
    let before = &text[..at];
    let line = &before[before.rfind('\n').map_or(0, |end| end + 1)..];
    let character = match encoding {
        "utf-8" => line.len(),
        "utf-32" => line.chars().count(),
        _ => line.encode_utf16().count(),
    };
    json!({"line": before.matches('\n').count(), "character": character})
}

/// Some characters and what replaces them.
fn of_characters(numbers: &mut Numbers, text: &str) -> (usize, usize, String) {
    // The place between a carriage return and its line feed is within a line break.
    let places: Vec<usize> = text
        .char_indices()
        .map(|(at, _)| at)
        .filter(|at| *at == 0 || !text[*at..].starts_with('\n') || !text[..*at].ends_with('\r'))
        .collect();
    let start = numbers.below(places.len());
    let end = (start + numbers.below(4)).min(places.len() - 1);
    (places[start], places[end], numbers.one_of(PIECES).to_owned())
}

/// A value and another one, or the place under a header and a line.
fn of_objects(numbers: &mut Numbers, text: &str) -> (usize, usize, String) {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    loop {
        let number = numbers.below(lines.len());
        let start: usize = lines[..number].iter().map(|line| line.len()).sum();
        let line = lines[number];
        if line.starts_with('[') && numbers.below(3) == 0 {
            return (start + line.len(), start + line.len(), numbers.one_of(LINES).to_owned());
        }
        if let Some((before, rest)) = line.split_once('"')
            && let Some((value, _)) = rest.split_once('"')
        {
            let start = start + before.len() + 1;
            return (start, start + value.len(), numbers.one_of(VALUES).to_owned());
        }
    }
}

/// A line above the objects, or the place before it, and another line; or what [`of_objects`] gives.
fn of_heads(numbers: &mut Numbers, text: &str) -> (usize, usize, String) {
    if numbers.below(5) == 0 {
        return of_objects(numbers, text);
    }
    let head = text.find("[claims.data1]").unwrap_or(text.len());
    let lines: Vec<&str> = text[..head].split_inclusive('\n').collect();
    let number = numbers.below(lines.len());
    let start: usize = lines[..number].iter().map(|line| line.len()).sum();
    let line = lines.get(number).map_or(0, |line| line.len());
    match numbers.below(5) {
        0 => (start, start, numbers.one_of(HEAD_LINES).to_owned()),
        1 => (start, start + line, String::new()),
        _ => (start, start + line, numbers.one_of(HEAD_LINES).to_owned()),
    }
}

/// The name of the profile, and another one; or from time to time what [`of_heads`] gives.
fn of_names(numbers: &mut Numbers, text: &str) -> (usize, usize, String) {
    let start = text.find("name = \"").map(|at| at + "name = \"".len());
    match start.and_then(|start| Some((start, start + text[start..].find('"')?))) {
        Some((start, end)) if numbers.below(6) > 0 => (start, end, numbers.one_of(NAMES).to_owned()),
        _ => of_heads(numbers, text),
    }
}

/// The start of a line, with an empty line or comment there, and one in its place.
fn of_blank_lines(numbers: &mut Numbers, text: &str) -> (usize, usize, String) {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let number = numbers.below(lines.len());
    let start: usize = lines[..number].iter().map(|line| line.len()).sum();
    let is_blank = lines[number].trim().is_empty() || lines[number].starts_with('#');
    let end = if is_blank { start + lines[number].len() } else { start };
    (start, end, numbers.one_of(BLANK_LINES).to_owned())
}

/// An overlay with claims and the pods that mount them.
fn objects() -> String {
    let mut text = "name = \"team\"\n\n[storageClasses.fast.parameters]\ntype = \"gp3\"\n\n".to_owned();
    for number in 0..12 {
        let class = if number % 3 == 0 { "fast" } else { "standard" };
        text.push_str(&format!(
            "[claims.data{number}]\nstorageClass = \"{class}\"\naccessModes = [\"ReadWriteOnce\"]\nsize = \"100Gi\"\n\n\
             # é𐐀\n[pods.worker{number}]\nimage = \"a.example/b:latest\"\n\
             mounts = [{{ claim = \"data{number}\", mountPath = \"/data\" }}]\n\n"
        ));
    }
    text
}

/// The byte range of an edit of a text, and what replaces it.
type Edit = fn(&mut Numbers, &str) -> (usize, usize, String);

/// Edits a file at random, and from time to time starts again; a second server opens each text anew.
fn compare(folder: &Folder, file: &str, begin: &str, encoding: &str, edits: usize, edit: Edit) {
    let capabilities = json!({"general": {"positionEncodings": [encoding]}});
    let mut edited = Client::start(folder, capabilities.clone());
    let mut fresh = Client::start(folder, capabilities);
    edited.open(file, begin);
    let mut text = begin.to_owned();
    let mut numbers = Numbers(22);
    for _ in 0..edits {
        if text.len() > 2 * begin.len() || text.len() < begin.len() / 2 || numbers.below(6) == 0 {
            text = begin.to_owned();
            edited.replace(file, &text);
            edited.diagnostics(file);
        }
        let (start, end, piece) = edit(&mut numbers, &text);
        let range = json!({"start": position(&text, start, encoding), "end": position(&text, end, encoding)});
        edited.change(file, json!([{"range": range, "text": piece}]));
        text.replace_range(start..end, &piece);
        fresh.open(file, &text);
        assert_eq!(edited.diagnostics(file), fresh.diagnostics(file), "{text}");
        // What was rendered is shown where it is now.
        if numbers.below(4) == 0 {
            let line = numbers.below(text.matches('\n').count() + 1) as u32;
            for request in ["hover", "codeLens"] {
                let method = format!("textDocument/{request}");
                let found = edited.request(&method, at(&edited, file, line, 1));
                assert_eq!(found, fresh.request(&method, at(&fresh, file, line, 1)), "{line} of {text}");
            }
        }
        fresh.close(file);
    }
    edited.stop();
    fresh.stop();
}

/// An overlay whose objects depend on what is at its top.
fn classes() -> String {
    let head = "name = \"team\"\nnamespace = \"ml\"\n\n[labels]\nteam = \"a\"\n\n[defaults.claims]\n\
                accessModes = [\"ReadWriteOnce\"]\n\n[storageClasses.fast]\nreclaimPolicy = \"Delete\"\n\n\
                [storageClasses.fast.parameters]\ntype = \"gp3\"\n\n";
    let sets = "[statefulSets.server]\nimage = \"a.example/b:1\"\nreplicas = 2\n\
                mounts = [{ volumeClaimTemplate = \"state\", mountPath = \"/state\" }]\n\n\
                [statefulSets.server.volumeClaimTemplates.state]\nstorageClass = \"fast\"\nsize = \"5Gi\"\n\
                accessModes = [\"ReadWriteOnce\"]\n\n[services.server]\nworkload = \"statefulSets.server\"\n\n\
                [claims.copy]\nstorageClass = \"fast\"\ncloneOf = \"data1\"\nsize = \"5Gi\"\n";
    let objects = objects();
    let at = objects.find("[claims.data0]").unwrap_or_default();
    [head, &objects[at..], sets].concat()
}

/// An overlay with objects whose findings depend on the name of the profile.
fn named() -> String {
    let claim = |key: &str, class: &str, mode: &str| {
        format!("[claims.{key}]\nstorageClass = {class}\naccessModes = [\"{mode}\"]\nsize = \"5Gi\"\n\n")
    };
    let pod = |section: &str, key: &str, lines: &str, claim: &str| {
        format!(
            "[{section}.{key}]\nimage = \"a.example/b:1\"\n{lines}\
             mounts = [{{ claim = \"{claim}\", mountPath = \"/data\" }}]\n\n"
        )
    };
    let head = "name = \"team\"\nnamespace = \"ml\"\n\n[storageClasses.fast]\nreclaimPolicy = \"Delete\"\n\n\
                [storageClasses.tagged]\nprovisioner = \"ebs.csi.aws.com\"\n\n\
                [storageClasses.tagged.parameters]\ntype = \"gp3\"\n\
                tagSpecification_1 = \"claim={{ .PVCName | substring 0 12 }}\"\n\n\
                [storageClasses.files]\nprovisioner = \"efs.csi.aws.com\"\n\
                parameters = { provisioningMode = \"efs-ap\", fileSystemId = \"fs-0123456789abcdef0\", \
                directoryPerms = \"700\", subPathPattern = \"${.PVC.name}\", \
                basePath = \"/volumes-of-a-team/in-a-folder-whose-name-is-long\", \
                ensureUniqueDirectory = \"false\" }\n\n";
    let once = "restartPolicy = \"Never\"\n";
    [
        head.to_owned(),
        claim("data1", "\"fast\"", "ReadWriteOnce"),
        claim("tagged", "\"tagged\"", "ReadWriteOnce"),
        claim("shared", "\"files\"", "ReadWriteMany"),
        claim("standard", "\"standard\"", "ReadWriteOnce"),
        claim("outside", "{ existing = \"outside-fast\" }", "ReadWriteOnce"),
        pod("pods", "worker", "", "data1"),
        pod("pods", "latest", "image = \"a.example/b\"\n", "standard")
            .replace("image = \"a.example/b:1\"\n", ""),
        pod("jobs", "train", &format!("completions = 12\ncompletionMode = \"Indexed\"\n{once}"), "standard"),
        pod("cronJobs", "evaluation", &format!("schedule = \"0 3 * * *\"\n{once}"), "standard"),
        pod("deployments", "server", "replicas = 2\n", "shared"),
        pod("deployments", "other", "", "tagged"),
        pod("daemonSets", "agent", "", "shared"),
        "[statefulSets.data1]\nimage = \"a.example/b:1\"\n\
         mounts = [{ volumeClaimTemplate = \"team\", mountPath = \"/state\" }]\n\n\
         [statefulSets.data1.volumeClaimTemplates.team]\nstorageClass = \"fast\"\nsize = \"5Gi\"\n\
         accessModes = [\"ReadWriteOnce\"]\n\n[claims.copy]\nstorageClass = \"fast\"\n\
         cloneOf = \"data1\"\nsize = \"5Gi\"\n"
            .to_owned(),
    ]
    .concat()
}

/// A folder with a profile alone.
fn alone() -> (Folder, String) {
    let folder = Folder::new();
    std::fs::create_dir(folder.path().join(".git")).expect("a folder");
    (folder, TEXT.to_owned())
}

/// A project with an overlay.
fn overlay(text: String) -> (Folder, String) {
    (project(&text), text)
}

/// A project with an overlay over another one, which is edited.
fn lower_layer() -> (Folder, String) {
    let folder = project(
        "extends = \"base.toml\"\n\n[claims.data3]\nsize = \"5Gi\"\n\n[claims.own]\nstorageClass = \"fast\"\nsize = \"5Gi\"\n",
    );
    let text = classes();
    std::fs::write(folder.path().join("base.toml"), &text).expect("a file");
    (folder, text)
}

/// Tests by name: what is edited in which file, the encodings of positions, and what the edits are.
macro_rules! diagnostics_are_those_of_the_whole_text {
    ($($name:ident: $folder:expr, $file:literal, $encodings:expr, $edit:expr;)*) => {$(
        #[test]
        fn $name() {
            let (folder, begin) = $folder;
            for encoding in $encodings {
                compare(&folder, $file, &begin, encoding, edits() / $encodings.len(), $edit);
            }
        }
    )*};
}

diagnostics_are_those_of_the_whole_text! {
    after_edits_of_characters: alone(), "profile.toml", ["utf-8", "utf-16", "utf-32"], of_characters;
    after_edits_of_comments: overlay(objects()), "overlay.toml", ["utf-32"], of_blank_lines;
    after_edits_of_one_object: overlay(objects()), "overlay.toml", ["utf-16"], of_objects;
    after_edits_of_classes_and_names: overlay(classes()), "overlay.toml", ["utf-8"], of_heads;
    after_edits_of_the_name: overlay(named()), "overlay.toml", ["utf-8"], of_names;
    after_edits_of_a_lower_layer: lower_layer(), "base.toml", ["utf-8"], of_heads;
}

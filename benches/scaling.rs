//! How the cost of a run grows with its input: CPU seconds at n, 2n and 4n, and the exponent of the growth between the last two,
//! as a table in Markdown. Linear is 1; the run fails if a shape exceeds 1.15.
//!
//! `cargo bench --bench scaling [SHAPE]`; `VOLWRIGHT=path` measures another binary. `COUNT=instructions` counts instructions
//! with valgrind, at a quarter of the sizes: slow, and the same on a busy machine. Linux only: it reads /proc.

#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

use std::fmt::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::{env, fs, process};

/// The largest exponent that counts as linear: caches and allocators add some.
const LIMIT: f64 = 1.15;
/// Runs shorter than this, in CPU seconds, say nothing about growth.
const SHORT: f64 = 0.05;
/// Runs are repeated in groups until a group took this many CPU seconds: the clock has steps of a hundredth.
const LEAST_SECONDS: f64 = 0.3;
const MOST_RUNS: u32 = 10;
/// The fastest group counts: other programs only make a run slower.
const GROUPS: u32 = 3;
/// Runs with fewer instructions say nothing about growth.
const FEW_INSTRUCTIONS: f64 = 3e7;

/// An input of one size: files by name, and the command; `-` in it is `input`.
struct Run {
    files: Vec<(&'static str, String)>,
    args: Vec<&'static str>,
    input: Option<&'static str>,
}

/// A shape: name, the smallest size, and the input of a size.
type Shape = (&'static str, usize, fn(usize) -> Run);

const SHAPES: &[Shape] = &[
    ("one-line-list-text", 20_000, |n| one_line(n, "text")),
    ("one-line-list-json", 20_000, |n| one_line(n, "json")),
    ("one-line-list-github", 20_000, |n| one_line(n, "github")),
    ("one-line-list-markdown", 20_000, |n| one_line(n, "markdown")),
    ("one-line-list-sarif", 20_000, |n| one_line(n, "sarif")),
    ("one-line-list-junit", 20_000, |n| one_line(n, "junit")),
    ("one-line-objects", 20_000, |n| {
        validate(
            "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"a\"},\"spec\":{\"x\":1}}"
                .repeat(n),
        )
    }),
    ("one-line-warnings", 20_000, |n| {
        let item = "{\"apiVersion\":\"storage.k8s.io/v1\",\"kind\":\"StorageClass\",\"metadata\":{\"name\":\"a\"},\
                    \"provisioner\":\"ebs.csi.aws.com\",\"parameters\":{\"type\":\"gp2\"}}";
        validate(format!(
            "{{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[{}]}}",
            vec![item; n].join(",")
        ))
    }),
    ("containers", 10_000, |n| pod("", &many(n, |i| format!("{{name: c{i}, image: a}}")))),
    ("volume-mounts", 10_000, |n| {
        pod(
            "",
            &format!(
                "{{name: a, image: a, volumeMounts: [{}]}}",
                many(n, |i| format!("{{name: m, mountPath: /m{i}}}"))
            ),
        )
    }),
    ("ports", 10_000, |n| of_container("ports", &list(n, |i| format!("{{name: p{i}, containerPort: 80}}")))),
    ("host-ports", 10_000, |n| {
        let port = |i| format!("{{name: p{i}, containerPort: 80, hostPort: {}}}", i % 65_000 + 1);
        of_container("ports", &list(n, port))
    }),
    ("init-containers", 10_000, |n| {
        let containers = many(n, |i| format!("{{name: i{i}, image: a}}"));
        pod(&format!("initContainers: [{containers}]"), MAIN)
    }),
    ("equal-containers", 10_000, |n| pod("", &many(n, |_| MAIN.to_owned()))),
    ("equal-mounts", 10_000, |n| {
        of_container("volumeMounts", &list(n, |_| "{name: m, mountPath: /m}".to_owned()))
    }),
    ("environment", 10_000, |n| of_container("env", &list(n, |i| format!("{{name: e{i}, value: a}}")))),
    ("limits", 10_000, |n| {
        of_container("resources", &format!("{{limits: {{{}}}}}", many(n, |i| format!("example.com/r{i}: 1"))))
    }),
    ("tolerations", 10_000, |n| {
        let toleration = |i| format!("{{key: k{i}, operator: Exists}}");
        pod(&format!("tolerations: [{}]", many(n, toleration)), MAIN)
    }),
    ("host-aliases", 10_000, |n| {
        pod(&format!("hostAliases: [{}]", many(n, |i| format!("{{ip: 10.0.0.1, hostnames: [h{i}]}}"))), MAIN)
    }),
    ("config-map-items", 10_000, |n| {
        let item = |i| format!("{{key: k{i}, path: p{i}}}");
        pod(&format!("volumes: [{{name: v, configMap: {{name: m, items: [{}]}}}}]", many(n, item)), MAIN)
    }),
    ("labels", 10_000, |n| in_metadata(&format!("labels: {{{}}}", many(n, |i| format!("k{i}: a"))))),
    ("finalizers", 10_000, |n| in_metadata(&format!("finalizers: [{}]", many(n, |i| format!("a.b/f{i}"))))),
    ("failure-rules", 10_000, |n| {
        let rule = |i| format!("{{action: FailJob, onPodConditions: [{{type: T{i}, status: \"True\"}}]}}");
        job(&format!("podFailurePolicy: {{rules: [{}]}}", many(n, rule)))
    }),
    ("mount-options", 10_000, |n| {
        let text = class_text("type: gp3", "");
        validate(format!("{text}mountOptions: [{}]\n", many(n, |i| format!("o{i}"))))
    }),
    ("scheduling-gates", 20_000, |n| {
        pod(&format!("schedulingGates: [{}]", many(n, |i| format!("{{name: g{i}}}"))), MAIN)
    }),
    ("topology-spread", 10_000, |n| {
        let term = |i| format!("{{maxSkew: 1, topologyKey: k{i}, whenUnsatisfiable: DoNotSchedule}}");
        pod(&format!("topologySpreadConstraints: [{}]", many(n, term)), MAIN)
    }),
    ("projected-sources", 10_000, |n| {
        let source = |i| format!("{{configMap: {{name: m, items: [{{key: k, path: p{i}}}]}}}}");
        pod(&format!("volumes: [{{name: v, projected: {{sources: [{}]}}}}]", many(n, source)), MAIN)
    }),
    ("resource-claims", 10_000, |n| {
        let claims = many(n, |i| format!("{{name: r{i}, resourceClaimName: c}}"));
        let uses = many(n, |i| format!("{{name: r{i}}}"));
        pod(
            &format!("resourceClaims: [{claims}]"),
            &format!("{{name: a, image: a, resources: {{claims: [{uses}]}}}}"),
        )
    }),
    ("volumes", 10_000, |n| {
        let mounts = many(n, |i| format!("{{name: v{i}, mountPath: /m{i}}}"));
        let volumes = many(n, |i| format!("{{name: v{i}, emptyDir: {{}}}}"));
        pod(&format!("volumes: [{volumes}]"), &format!("{{name: a, image: a, volumeMounts: [{mounts}]}}"))
    }),
    ("exit-codes", 20_000, |n| {
        let values = many(n, |i| (i + 1).to_string());
        let rule = format!("{{action: FailJob, onExitCodes: {{operator: In, values: [{values}]}}}}");
        job(&format!("podFailurePolicy: {{rules: [{rule}]}}"))
    }),
    ("tag-parameters", 10_000, |n| {
        class("type: gp3", &many(n, |i| format!("tagSpecification_{}: a{i}=b", i + 1)), "")
    }),
    ("unknown-parameters", 2_000, |n| class("type: gp3", &many(n, |i| format!("unknown{i}: a")), "")),
    ("unknown-fields", 5_000, |n| pod(&many(n, |i| format!("unknown{i}: a")), MAIN)),
    ("topology-terms", 10_000, |n| {
        let term = |i| {
            format!(
                "{{matchLabelExpressions: [{{key: topology.kubernetes.io/zone, values: [us-east-{i}a]}}]}}"
            )
        };
        class("type: gp3", "", &many(n, term))
    }),
    ("topology-values", 10_000, |n| {
        let values = many(n, |i| format!("us-east-{i}a"));
        class(
            "type: gp3",
            "",
            &format!("{{matchLabelExpressions: [{{key: topology.kubernetes.io/zone, values: [{values}]}}]}}"),
        )
    }),
    ("diff-shifted-containers", 5_000, |n| {
        let list = |from: usize| pod_text("", &many(n, |i| format!("{{name: c{}, image: a}}", i + from)));
        diff(list(0), list(1))
    }),
    ("diff-list", 10_000, |n| {
        let list =
            |image| object(&format!("items: [{}]", many(n, |i| format!("{{name: c{i}, image: {image}}}"))));
        diff(list("a"), list("b"))
    }),
    ("diff-mapping", 20_000, |n| {
        let map = |value| object(&format!("data: {{{}}}", many(n, |i| format!("k{i}: {value}"))));
        diff(map("a"), map("b"))
    }),
    ("function", 2_000, |n| {
        let item = |i| format!("{{apiVersion: v1, kind: ConfigMap, metadata: {{name: c{i}}}}}");
        let claim = |i| format!("c{i}: {{size: 1Gi, storageClass: x}}");
        let list = format!(
            "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: [{}]\nfunctionConfig: {{apiVersion: a/v1, kind: Profile, metadata: {{name: p}}, spec: {{name: x, driver: ebs.csi.aws.com, claims: {{{}}}}}}}\n",
            many(n, item),
            many(n, claim)
        );
        Run { files: vec![("list", list)], args: vec!["fn"], input: Some("list") }
    }),
    ("clones", 2_000, |n| {
        let mut profile = "name = \"x\"\nextends = \"aws-ebs\"\n[claims.c0]\nsize = \"1Gi\"\n".to_owned();
        for i in 1..n {
            let _ = write!(profile, "[claims.c{i}]\nsize = \"1Gi\"\ncloneOf = \"c{}\"\n", i - 1);
        }
        Run { files: vec![("p.toml", profile)], args: vec!["render", "p.toml"], input: None }
    }),
];

const MAIN: &str = "{name: main, image: a}";

fn many(count: usize, item: impl Fn(usize) -> String) -> String {
    (0..count).map(item).collect::<Vec<_>>().join(", ")
}

fn list(count: usize, item: impl Fn(usize) -> String) -> String {
    format!("[{}]", many(count, item))
}

fn validate(text: String) -> Run {
    Run { files: vec![("in.yaml", text)], args: vec!["validate", "in.yaml"], input: None }
}

fn one_line(count: usize, format: &'static str) -> Run {
    let item = "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"a\"},\"spec\":{\"x\":1}}";
    let list =
        format!("{{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[{}]}}", vec![item; count].join(","));
    let mut run = validate(list);
    run.args.extend(["--format", format]);
    run
}

fn pod_text(spec: &str, containers: &str) -> String {
    let spec = if spec.is_empty() { String::new() } else { format!("{spec}, ") };
    format!(
        "{{apiVersion: v1, kind: Pod, metadata: {{name: a}}, spec: {{{spec}containers: [{containers}]}}}}\n"
    )
}

fn pod(spec: &str, containers: &str) -> Run {
    validate(pod_text(spec, containers))
}

/// A pod of one container with this field.
fn of_container(field: &str, value: &str) -> Run {
    pod("", &format!("{{name: a, image: a, {field}: {value}}}"))
}

fn in_metadata(fields: &str) -> Run {
    validate(format!(
        "{{apiVersion: v1, kind: Pod, metadata: {{name: a, {fields}}}, spec: {{containers: [{MAIN}]}}}}\n"
    ))
}

fn job(spec: &str) -> Run {
    validate(format!(
        "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: a}}\nspec:\n  {spec}\n  \
         template: {{spec: {{restartPolicy: Never, containers: [{MAIN}]}}}}\n"
    ))
}

fn class_text(parameters: &str, topologies: &str) -> String {
    let topologies =
        if topologies.is_empty() { String::new() } else { format!("allowedTopologies: [{topologies}]\n") };
    format!(
        "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {{name: a}}\nprovisioner: ebs.csi.aws.com\nparameters: {{{parameters}}}\n{topologies}"
    )
}

fn class(parameters: &str, more: &str, topologies: &str) -> Run {
    validate(class_text(&format!("{parameters}, {more}"), topologies))
}

fn object(rest: &str) -> String {
    format!("{{apiVersion: v1, kind: ConfigMap, metadata: {{name: a}}, {rest}}}\n")
}

fn diff(old: String, new: String) -> Run {
    Run {
        files: vec![("old.yaml", old), ("new.yaml", new)],
        args: vec!["diff", "old.yaml", "new.yaml"],
        input: None,
    }
}

/// The CPU seconds of all children that have ended, in steps of a hundredth (proc(5), `/proc/pid/stat`, fields 16 and 17).
fn children_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").expect("Linux");
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields.skip(13).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// A command that runs in a folder, which has its files.
fn command(binary: &str, run: &Run, folder: &Path) -> Command {
    let mut command = Command::new(binary);
    command.args(&run.args).current_dir(folder).stdout(Stdio::null()).stderr(Stdio::null());
    match run.input {
        Some(name) => command.stdin(fs::File::open(folder.join(name)).expect("written")),
        None => command.stdin(Stdio::null()),
    };
    command
}

/// The CPU seconds of one run: the mean of the fastest group.
fn seconds(binary: &str, run: &Run, folder: &Path) -> f64 {
    let group = || {
        let (mut total, mut runs) = (0.0, 0);
        while total < LEAST_SECONDS && runs < MOST_RUNS {
            let before = children_seconds();
            command(binary, run, folder).status().expect("the binary runs");
            total += children_seconds() - before;
            runs += 1;
        }
        total / f64::from(runs)
    };
    (0..GROUPS).map(|_| group()).fold(f64::INFINITY, f64::min)
}

/// The instructions of one run, as callgrind counts them.
fn instructions(binary: &str, run: &Run, folder: &Path) -> f64 {
    let mut under = Command::new("valgrind");
    under
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", binary])
        .args(&run.args)
        .current_dir(folder);
    match run.input {
        Some(name) => under.stdin(fs::File::open(folder.join(name)).expect("written")),
        None => under.stdin(Stdio::null()),
    };
    let output = under.stdout(Stdio::null()).stderr(Stdio::piped()).output().expect("valgrind runs");
    let said = String::from_utf8_lossy(&output.stderr);
    let collected = said.rsplit("Collected :").next().and_then(|rest| rest.split_whitespace().next());
    collected.and_then(|count| count.parse().ok()).expect("a count")
}

fn main() {
    let binary = env::var("VOLWRIGHT").unwrap_or_else(|_| env!("CARGO_BIN_EXE_volwright").to_owned());
    let wanted = env::args().skip(1).find(|word| !word.starts_with('-')).unwrap_or_default();
    let folder = env::temp_dir().join(format!("volwright-scaling-{}", process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    let counts = env::var("COUNT").is_ok_and(|what| what == "instructions");
    let (unit, part, few) =
        if counts { ("10⁶ instructions", 4, FEW_INSTRUCTIONS) } else { ("s", 1, SHORT) };
    let mut failed = Vec::new();
    println!("| shape | n | {unit} at n, 2n, 4n | exponent |\n|---|--:|--:|--:|");
    for (name, size, shape) in SHAPES.iter().filter(|(name, ..)| name.contains(&wanted)) {
        let size = size / part;
        let [one, two, four] = [1, 2, 4].map(|times| {
            let run = shape(size * times);
            for (name, text) in &run.files {
                fs::write(folder.join(name), text).expect("written");
            }
            if counts { instructions(&binary, &run, &folder) } else { seconds(&binary, &run, &folder) }
        });
        let exponent = if four < few { 1.0 } else { (four / two.max(0.001)).log2() };
        let shown = [one, two, four].map(|cost| match counts {
            true => format!("{:.0}", cost / 1e6),
            false => format!("{cost:.2}"),
        });
        println!("| {name} | {size} | {} | {exponent:.2} |", shown.join(", "));
        if exponent > LIMIT {
            failed.push(*name);
        }
    }
    fs::remove_dir_all(&folder).expect("removed");
    if !failed.is_empty() {
        println!("\nnot linear: {}", failed.join(", "));
        process::exit(1);
    }
}

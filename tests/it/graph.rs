//! `volwright graph`: what it draws, what it marks, and where.

use std::fs;

use regex::Regex;
use roxmltree::Document;

use crate::support::{Folder, golden, text, volwright};

/// A workload whose links to a block device, to a shared disk and to a zone are refused.
pub(crate) const REFUSED: &str = include_str!("graph/refused.yaml");

fn graph(args: &[&str], input: &str) -> (String, String, Option<i32>) {
    let output = volwright(&[&["graph"], args].concat(), input);
    (text(&output.stdout), text(&output.stderr), output.status.code())
}

#[test]
fn refused_links_are_marked_in_every_format() {
    for format in ["mermaid", "dot", "svg"] {
        let (out, said, code) = graph(&["-", "--format", format], REFUSED);
        assert_eq!(code, Some(1), "{said}");
        golden(&format!("golden/graph/refused.{format}"), &out);
    }
    let (out, _, _) = graph(&["-"], REFUSED);
    for line in [
        r#"n0 -. "refused: D204" .-> n2"#,
        r#"n1 -. "refused: L101" .-> n4"#,
        r#"n4 -. "refused: L106" .-> n5"#,
        "n3 --> n4",
        "n6 --> n7",
    ] {
        assert!(out.lines().any(|found| found.trim() == line), "{line}: {out}");
    }
}

#[test]
fn a_profile_and_its_manifests_have_the_same_graph() {
    let overlay = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/recipes/distributed-training.toml");
    let (profile, said, code) = graph(&["aws-ebs", "-f", overlay], "");
    assert_eq!((said.as_str(), code), ("", Some(0)));
    let rendered = volwright(&["render", "aws-ebs", "-f", overlay], "");
    let (manifests, said, code) = graph(&["-"], &text(&rendered.stdout));
    assert_eq!((said.as_str(), code), ("", Some(0)));
    assert_eq!(profile, manifests);
    assert_eq!(profile.lines().filter(|line| line.contains("-->")).count(), 4, "{profile}");
}

#[test]
fn every_recipe_has_a_workload_with_storage() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/recipes");
    let mut recipes: Vec<_> =
        fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path()).collect();
    recipes.sort();
    let workload = Regex::new(r#"n\d+\[""#).expect("an expression");
    for recipe in recipes {
        let recipe = recipe.to_string_lossy().into_owned();
        let (out, _, _) = graph(&["aws-ebs", "-f", &recipe], "");
        assert!(workload.is_match(&out) && out.contains("-->"), "{recipe}: {out}");
    }
}

/// A class for `count` claims, and a pod for each claim.
fn claims(count: usize) -> String {
    let mut out = String::from(
        "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: standard}\nprovisioner: ebs.csi.aws.com\n\
         volumeBindingMode: WaitForFirstConsumer\n",
    );
    for at in 0..count {
        out.push_str(&format!(
            "---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: claim-{at}}}\nspec: {{storageClassName: standard, \
             accessModes: [ReadWriteOnce], resources: {{requests: {{storage: 1Gi}}}}}}\n---\napiVersion: v1\nkind: Pod\n\
             metadata: {{name: pod-{at}}}\nspec:\n  nodeSelector: {{pool: p{}}}\n  containers: [{{name: main, image: 'a:1', \
             volumeMounts: [{{name: v, mountPath: /v}}]}}]\n  volumes: [{{name: v, persistentVolumeClaim: {{claimName: \
             claim-{at}}}}}]\n",
            at % 3
        ));
    }
    out
}

/// The boxes of a picture: left, top, right, bottom.
fn boxes(svg: &str) -> Vec<[f64; 4]> {
    let document = Document::parse(svg).expect("well-formed");
    let number = |node: &roxmltree::Node<'_, '_>, name: &str| -> f64 {
        node.attribute(name)
            .and_then(|text| text.parse().ok())
            .unwrap_or_else(|| panic!("no {name}: {node:?}"))
    };
    let boxes = document.descendants().filter(|node| node.attribute("class") == Some("box"));
    boxes
        .map(|node| {
            let (x, y) = (number(&node, "x"), number(&node, "y"));
            [x, y, x + number(&node, "width"), y + number(&node, "height")]
        })
        .collect()
}

#[test]
fn boxes_never_overlap_and_stay_inside_the_picture() {
    for count in [0, 1, 2, 7, 30, 48] {
        let (out, _, code) = graph(&["-", "--format", "svg"], &claims(count));
        assert_eq!(code, Some(0));
        let boxes = boxes(&out);
        let nodes = count.min(3);
        assert_eq!(boxes.len(), 1 + 2 * count + nodes, "{count}");
        let document = Document::parse(&out).expect("well-formed");
        let size = document.root_element().attribute("viewBox").expect("a size");
        let size: Vec<f64> = size.split(' ').map(|part| part.parse().expect("a number")).collect();
        for (at, one) in boxes.iter().enumerate() {
            assert!(one[0] >= 0.0 && one[1] >= 0.0 && one[2] <= size[2] && one[3] <= size[3], "{one:?}");
            for other in &boxes[..at] {
                let apart =
                    one[2] <= other[0] || other[2] <= one[0] || one[3] <= other[1] || other[3] <= one[1];
                assert!(apart, "{one:?} and {other:?}");
            }
        }
    }
}

#[test]
fn a_large_graph_is_folded_but_hides_no_refusal() {
    let (out, _, _) = graph(&["-"], &(claims(400) + "---\n" + REFUSED));
    assert!(out.lines().count() < 40, "{out}");
    assert!(out.contains("400 claims") && out.contains("400 workloads"), "{out}");
    for code in ["D204", "L101", "L106"] {
        assert!(out.contains(code), "{code}: {out}");
    }
}

#[test]
fn a_picture_replaces_only_files_of_volwright() {
    let folder = Folder::new();
    let file = folder.path().join("graph.svg").to_string_lossy().into_owned();
    for format in ["svg", "svg", "mermaid"] {
        let (out, said, code) = graph(&["-", "--format", format, "-o", &file], &claims(1));
        let same_format = format == "svg";
        assert_eq!((out.as_str(), code), ("", Some(if same_format { 0 } else { 2 })), "{said}");
        assert!(same_format || said.contains("was not written by volwright"), "{said}");
    }
    assert!(fs::read_to_string(&file).expect("a picture").starts_with("<svg "));
    fs::write(&file, "<svg>mine</svg>\n").expect("written");
    let (_, _, code) = graph(&["-", "--format", "svg", "-o", &file], &claims(1));
    assert_eq!((code, fs::read_to_string(&file).expect("there")), (Some(2), "<svg>mine</svg>\n".to_owned()));
}

#[test]
fn an_input_without_storage_has_no_graph() {
    let (out, said, code) = graph(&["-"], "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n");
    assert_eq!((out.as_str(), code), ("%% Generated by volwright\nflowchart LR\n", Some(0)));
    assert!(said.contains("nothing to draw"), "{said}");
}

#[test]
fn the_picture_of_the_documentation_is_current() {
    let overlay = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/recipes/distributed-training.toml");
    let (out, _, _) = graph(&["aws-ebs", "-f", overlay, "--format", "svg"], "");
    golden("docs/graph.svg", &out);
}

//! What reviewers read of `volwright diff`: counts, refusals, the matrix of environments, folds, and the length.

use std::path::Path;

use crate::support::{Folder, run, text};

fn class(name: &str, kind: &str, label: &str) -> String {
    format!(
        "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {{name: {name}, labels: {{a: {label}}}}}\n\
         provisioner: csi.example.com\nallowVolumeExpansion: true\nparameters: {{type: {kind}}}\n---\n"
    )
}

fn claim(name: &str, class: &str, size: &str) -> String {
    format!(
        "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: {name}, namespace: ml}}\n\
         spec: {{storageClassName: {class}, accessModes: [ReadWriteOnce], resources: {{requests: {{storage: {size}}}}}}}\n---\n"
    )
}

const POD: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: trainer, namespace: ml}
spec:
  containers: [{name: main, image: 'a:1', volumeMounts: [{name: data, mountPath: /data}]}]
  volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
";

/// The report of the change from the first texts to the second; each is a name and a text.
fn review(format: &str, old: &[(String, String)], new: &[(String, String)]) -> String {
    let folder = Folder::new();
    for (side, files) in [("old", old), ("new", new)] {
        std::fs::create_dir_all(folder.path().join(side)).expect("a folder");
        for (name, text) in files {
            folder.write(Path::new(side).join(name), text);
        }
    }
    let mut command = crate::support::command(&["diff", "--format", format, "old", "new"]);
    command.current_dir(folder.path());
    text(&run(command, "").stdout)
}

fn environments(names: &[&str], text: &str) -> Vec<(String, String)> {
    names.iter().map(|name| (format!("{name}/all.yaml"), text.to_owned())).collect()
}

#[test]
fn refusals_come_first_with_the_way_out_and_what_uses_them() {
    let old = class("fast", "one", "x") + &claim("data", "fast", "10Gi") + POD;
    let new =
        class("fast", "two", "x") + &claim("data", "fast", "20Gi") + &claim("other", "fast", "1Gi") + POD;
    for format in ["markdown", "html"] {
        let said = review(format, &environments(&["a"], &old), &environments(&["a"], &new));
        let order = [
            "1 refused in place, 1 changed in place, 1 added",
            "StorageClass fast",
            "C001",
            "Fix:",
            "Used by",
            "Pod ml/trainer",
            "ml/other",
        ];
        let mut rest = said.as_str();
        for words in order {
            let at = rest.find(words).unwrap_or_else(|| panic!("{words} is missing or too early: {said}"));
            rest = &rest[at..];
        }
    }
}

#[test]
fn environments_are_columns_of_one_table() {
    let old = class("fast", "one", "x") + &claim("data", "fast", "10Gi");
    let new = class("fast", "two", "x") + &claim("data", "fast", "20Gi");
    let said = review("markdown", &environments(&["aws", "gcp"], &old), &environments(&["aws", "gcp"], &new));
    assert!(said.contains("| object | `aws` | `gcp` |\n|---|---|---|\n"), "{said}");
    assert!(said.contains("| `StorageClass fast` | ⛔ refused | ⛔ refused |"), "{said}");
    assert!(said.contains("| `PersistentVolumeClaim ml/data` | changed | changed |"), "{said}");
    // The same change is described once.
    assert_eq!(said.matches("10Gi").count(), 1, "{said}");
    assert!(said.contains("**`PersistentVolumeClaim ml/data`** in `aws`, `gcp` changes"), "{said}");
    // An environment that changes otherwise.
    let mut last = environments(&["aws", "gcp"], &new);
    last[1].1 = last[1].1.replace("20Gi", "30Gi").replace("type: two", "type: one");
    let said = review("markdown", &environments(&["aws", "gcp"], &old), &last);
    assert!(said.contains("| `StorageClass fast` | ⛔ refused |  |"), "{said}");
    assert_eq!(said.matches("10Gi").count(), 2, "{said}");
    // Many environments are counted.
    let names: Vec<String> = (0..12).map(|at| format!("team-{at}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let said = review("markdown", &environments(&names, &old), &environments(&names, &new));
    assert!(said.contains("| object | refused | removed | changed | added |"), "{said}");
    assert!(said.contains("| `StorageClass fast` | 12 |  |  |  |") && said.contains(" and 2 more"), "{said}");
    let page = review("html", &environments(&names, &old), &environments(&names, &new));
    assert_eq!(page.matches("<td class=\"error\">refused</td>").count(), 12);
}

#[test]
fn a_directory_with_a_class_of_its_own_does_not_use_another() {
    let side = |kind: &str| {
        let mut files = environments(&["aws"], &(class("fast", kind, "x") + &claim("here", "fast", "1Gi")));
        files.extend(environments(&["gcp"], &(class("fast", "one", "x") + &claim("there", "fast", "1Gi"))));
        files.extend(environments(&["team"], &claim("shared", "fast", "1Gi")));
        files
    };
    let said = review("markdown", &side("one"), &side("two"));
    assert!(said.contains("ml/here") && said.contains("ml/shared") && !said.contains("ml/there"), "{said}");
}

#[test]
fn folds_hide_no_refusal_and_short_reports_have_none() {
    let old: String = (0..40).map(|at| claim(&format!("c{at}"), "fast", "10Gi")).collect();
    let new: String = (0..40)
        .map(|at| claim(&format!("c{at}"), "fast", if at % 4 == 0 { "5Gi" } else { "20Gi" }))
        .collect();
    let said = review("markdown", &environments(&["a"], &old), &environments(&["a"], &new));
    let first = said.find("<details>").expect("folds");
    assert_eq!(said.matches("<details><summary>").count(), 30, "{said}");
    assert_eq!(said.matches("</details>").count(), 30);
    assert_eq!(said[..first].matches("C102").count(), 10, "{said}");
    assert!(!said[first..].contains("C102") && !said[first..].contains("refused"), "{said}");
    let page = review("html", &environments(&["a"], &old), &environments(&["a"], &new));
    let first = page.find("<details>").expect("folds");
    assert_eq!((page[..first].matches("C102").count(), page[first..].matches("C102").count()), (10, 0));
    // What the driver may reject is shown, too, and before the others.
    let cached = "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: fast}\nprovisioner: disk.csi.azure.com\n\
                  allowVolumeExpansion: true\nparameters: {skuName: Premium_LRS, cachingMode: ReadOnly}\n---\n";
    let side = |size: &str| {
        cached.to_owned()
            + &old.replace("10Gi", "11Gi").replacen("11Gi", "10Gi", 39)
            + &claim("last", "fast", size)
    };
    let said = review(
        "markdown",
        &environments(&["a"], &side("3Ti")),
        &environments(&["a"], &side("5Ti").replace("10Gi", "20Gi")),
    );
    let first = said.find("<details>").expect("folds");
    assert!(said[..first].contains("C105") && !said[first..].contains("C105"), "{said}");
    assert!(said[..first].contains("changes, and the change may be rejected"), "{said}");
    let few = |text: &str| text.split_inclusive("---\n").take(3).collect::<String>();
    let said = review("markdown", &environments(&["a"], &few(&old)), &environments(&["a"], &few(&new)));
    assert!(!said.contains("<details>"), "{said}");
}

/// The sum of what is left out, by what it is.
fn left_out(said: &str, what: &str) -> usize {
    let Some(line) = said.lines().find(|line| line.starts_with("**Left out**")) else { return 0 };
    let mut words = line.split(|letter: char| !letter.is_alphanumeric()).collect::<Vec<_>>();
    words.retain(|word| !word.is_empty());
    words.windows(2).find(|pair| pair[1] == what).map_or(0, |pair| pair[0].parse().expect("a number"))
}

#[test]
fn a_comment_is_as_long_as_github_accepts_and_counts_the_rest() {
    for (refused, changed) in [(0, 900), (30, 900), (400, 900), (3000, 10)] {
        let side = |size: &dyn Fn(usize) -> &'static str| -> String {
            (0..refused + changed)
                .map(|at| claim(&format!("claim-with-a-long-name-{at}"), "fast", size(at)))
                .collect()
        };
        let old = environments(&["a"], &side(&|_| "10Gi"));
        let new = environments(&["a"], &side(&|at| if at < refused { "5Gi" } else { "20Gi" }));
        let said = review("markdown", &old, &new);
        assert!(said.len() <= 65_536 - 256, "{}", said.len());
        let heading = format!("{changed} changed in place\n");
        assert!(said.lines().next().is_some_and(|line| format!("{line}\n").ends_with(&heading)), "{said}");
        let listed = |mark: &str| said.lines().filter(|line| line.starts_with(mark)).count();
        assert_eq!(listed("⛔ ") + left_out(&said, "refused"), refused, "{refused} refused");
        assert_eq!(listed("<details><summary>") + left_out(&said, "changed"), changed, "{changed} changed");
        // Refusals are left out only if nothing else is listed.
        assert!(left_out(&said, "refused") == 0 || listed("<details><summary>") == 0);
        assert!(said.len() > 60_000, "{}", said.len());
        // The page has all of them.
        let page = review("html", &old, &new);
        assert_eq!(page.matches("<section class=\"error\">").count(), refused);
        assert_eq!(page.matches("<details").count(), changed);
    }
}

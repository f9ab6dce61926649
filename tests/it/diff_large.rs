//! Compares large inputs, of which `diff` reads most objects once and keeps an outline only, with the same changes in small
//! inputs.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::{Folder, command, run};

/// More text than stays in memory while the objects are compared.
const LARGE: usize = 9 << 20;

/// The old objects: what changes, what uses it, and what has nothing to do with it.
const OLD: &str = "\
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: fast}
provisioner: ebs.csi.aws.com
parameters: {type: gp3}
reclaimPolicy: Retain
allowVolumeExpansion: true
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: usual, annotations: {storageclass.kubernetes.io/is-default-class: 'true'}}
provisioner: ebs.csi.aws.com
parameters: {type: gp3}
allowVolumeExpansion: true
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: shared}
provisioner: efs.csi.aws.com
parameters: {provisioningMode: efs-ap, fileSystemId: fs-1, directoryPerms: '700'}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data, namespace: ml}
spec: {storageClassName: fast, accessModes: [ReadWriteOnce], resources: {requests: {storage: 10Gi}}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: plain, namespace: ml}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 10Gi}}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: apart, namespace: other, annotations: {volwright/ignore: 'C201: nothing shrinks'}}
spec: {storageClassName: fast, accessModes: [ReadWriteOnce], resources: {requests: {storage: 10Gi}}}
---
apiVersion: v1
kind: Pod
metadata: {name: reader, namespace: ml}
spec:
  containers: [{name: main, image: registry.example.com/main:1}]
  volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: ml}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: main, image: registry.example.com/main:1}]
      volumes: [{name: data, persistentVolumeClaim: {claimName: plain}}]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: set, namespace: ml}
spec:
  serviceName: set
  selector: {matchLabels: {app: set}}
  template:
    metadata: {labels: {app: set}}
    spec: {containers: [{name: main, image: registry.example.com/main:1}]}
  volumeClaimTemplates:
    - metadata: {name: data}
      spec: {storageClassName: fast, accessModes: [ReadWriteOnce], resources: {requests: {storage: 10Gi}}}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  names: {kind: Widget, plural: widgets}
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties: {size: {type: integer, x-kubernetes-validations: [{rule: self == oldSelf, message: size is fixed}]}}
---
apiVersion: example.com/v1
kind: Widget
metadata: {name: small, namespace: ml}
size: 1
---
apiVersion: v1
kind: ConfigMap
metadata: {name: same, namespace: ml}
wrong: 1
";

/// Changes of the old objects, each text by another one.
const CHANGES: &[&[(&str, &str)]] = &[
    &[],
    // A class is replaced: its claims, their pods and the set's template are affected, and so are costs.
    &[(
        "{name: fast}\nprovisioner: ebs.csi.aws.com\nparameters: {type: gp3}",
        "{name: fast}\nprovisioner: ebs.csi.aws.com\nparameters: {type: io2, iops: '3000'}",
    )],
    // A claim is refused.
    &[(
        "storageClassName: fast, accessModes: [ReadWriteOnce], resources: {requests: {storage: 10Gi}}}\n---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: plain",
        "storageClassName: fast, accessModes: [ReadWriteOnce], resources: {requests: {storage: 5Gi}}}\n---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: plain",
    )],
    // Pods of one more node mount the claim of the default class.
    &[("replicas: 1", "replicas: 3")],
    // The default class is another one.
    &[(
        "is-default-class: 'true'}}\nprovisioner: ebs.csi.aws.com\nparameters: {type: gp3}",
        "is-default-class: 'true'}}\nprovisioner: ebs.csi.aws.com\nparameters: {type: st1}",
    )],
    &[("is-default-class: 'true'", "is-default-class: 'false'")],
    // A rule of a definition holds for the update of a custom resource.
    &[("size: 1\n", "size: 2\n")],
    // An object goes, and another one comes.
    &[
        ("{name: usual, ", "{name: common, "),
        ("{name: data, namespace: ml}", "{name: data, namespace: mlops}"),
    ],
    &[("namespace: ml}\nwrong: 1", "namespace: ml}\nwrong: 2")],
];

/// Objects that are the same on both sides, and have nothing to do with the others.
fn others(length: usize) -> String {
    let mut text = String::new();
    let data = "0123456789abcdef".repeat(1 << 12);
    while text.len() < length {
        let number = text.len();
        let _ = write!(
            text,
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: other-{number}, namespace: ml}}\ndata: {{text: {data}}}\n---\n"
        );
    }
    text
}

/// What `diff` prints.
fn told(format: &str, old: &Path, new: &Path) -> String {
    let mut command: Command = command(&["diff", "--format", format]);
    command.args([old, new]);
    let output = run(command, "");
    assert!(output.status.code().is_some_and(|code| code < 2), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("text");
    if format != "json" {
        return text + &String::from_utf8(output.stderr).expect("text");
    }
    let mut object: Value = serde_json::from_str(&text).expect("JSON");
    // Other documents precede these.
    object["documents"] = Value::Null;
    for finding in object["findings"].as_array_mut().expect("findings") {
        finding["document"] = Value::Null;
    }
    object.to_string()
}

#[test]
fn objects_that_are_the_same_change_nothing_that_is_said_of_the_others() {
    let folder = Folder::new();
    let others = others(LARGE);
    for (at, changes) in CHANGES.iter().enumerate() {
        let mut new = OLD.to_owned();
        for (from, to) in *changes {
            assert!(new.contains(from), "{from}");
            new = new.replace(from, to);
        }
        // The others are in a file of their own, or follow in the same file.
        let is_apart = at % 2 == 0;
        for (side, text) in [("old", OLD), ("new", &new)] {
            folder.write(format!("small-{at}/{side}/objects.yaml"), text);
            if is_apart {
                folder.write(format!("large-{at}/{side}/a.yaml"), &others);
            }
            let behind = if is_apart { String::new() } else { format!("---\n{others}") };
            folder.write(format!("large-{at}/{side}/objects.yaml"), format!("{text}{behind}"));
        }
        let path = |size: &str, side: &str| format!("{size}-{at}/{side}");
        let in_folder = |size: &str, format: &str| {
            let [old, new] = ["old", "new"].map(|side| folder.path().join(path(size, side)));
            told(format, &old, &new).replace(&path(size, ""), "")
        };
        for format in ["json", "markdown"] {
            assert_eq!(in_folder("large", format), in_folder("small", format), "{changes:?}");
        }
        let changed = in_folder("small", "text");
        assert_eq!(changes.is_empty(), !changed.contains(" ("), "{changed}");
    }
}

/// What `diff` says in JSON without line numbers, and the text of each line that it names.
fn lines_of(folder: &Folder, size: &str) -> (Value, Vec<String>) {
    fn take(value: &mut Value, folder: &Folder, lines: &mut Vec<String>) {
        let file = value.get("file").and_then(Value::as_str).map(str::to_owned);
        if let (Some(file), Some(number)) = (file, value.get("line").and_then(Value::as_u64)) {
            let text = std::fs::read_to_string(folder.path().join(file)).expect("a file");
            lines.push(text.lines().nth(number as usize - 1).expect("a line").to_owned());
            value["line"] = Value::Null;
        }
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| take(item, folder, lines)),
            Value::Object(entries) => entries.values_mut().for_each(|value| take(value, folder, lines)),
            _ => {}
        }
    }
    let [old, new] = ["old", "new"].map(|side| folder.path().join(size).join(side));
    let mut said = serde_json::from_str(&told("json", &old, &new)).expect("JSON");
    let mut lines = Vec::new();
    take(&mut said, folder, &mut lines);
    let said = said.to_string().replace(&format!("{size}/"), "");
    (serde_json::from_str(&said).expect("JSON"), lines)
}

#[test]
fn changes_between_objects_that_are_the_same_keep_their_lines() {
    let folder = Folder::new();
    let documents: Vec<&str> = OLD.split("---\n").collect();
    let between = others(LARGE / documents.len());
    let mut new = OLD.to_owned();
    for (from, to) in CHANGES.iter().copied().flatten() {
        new = new.replace(from, to);
    }
    for (side, text) in [("old", OLD), ("new", &new)] {
        folder.write(format!("small/{side}/objects.yaml"), text);
        folder.write(format!("large/{side}/objects.yaml"), text.replace("---\n", &format!("---\n{between}")));
    }
    let (small, large) = (lines_of(&folder, "small"), lines_of(&folder, "large"));
    assert!(small.1.len() > 3, "{}", small.0);
    assert_eq!(large, small);
}

/// Classes, claims and pods, in a file for each kind; every third claim is of one class that does not change.
fn references(count: usize, is_new: bool) -> [(&'static str, String); 3] {
    let (mut classes, mut claims, mut pods) = (String::new(), String::new(), String::new());
    let class = |name: &str, parameters: &str| {
        format!(
            "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {{name: {name}}}\nprovisioner: ebs.csi.aws.com\n\
             parameters: {{{parameters}}}\nreclaimPolicy: Retain\n---\n"
        )
    };
    classes += &class("common", "type: gp3");
    for at in 0..count {
        let is_changed = is_new && at % 3 == 0;
        let parameters = if is_changed { "type: io2, iops: '3000'" } else { "type: gp3" };
        classes += &class(&format!("class-{at:04}"), parameters);
        let used = if at % 3 == 1 { "common".to_owned() } else { format!("class-{at:04}") };
        let size = if is_new && at % 2 == 0 { 20 } else { 10 };
        if !is_new || at % 6 != 5 {
            let _ = write!(
                claims,
                "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: claim-{at:04}, namespace: ml}}\nspec:\n  \
                 storageClassName: {used}\n  accessModes: [ReadWriteOnce]\n  resources: {{requests: {{storage: {size}Gi}}}}\n---\n"
            );
        }
        let image = if is_new && at % 2 == 1 { "main:2" } else { "main:1" };
        let _ = write!(
            pods,
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: pod-{at:04}, namespace: ml}}\nspec:\n  \
             containers: [{{name: main, image: {image}}}]\n  \
             volumes: [{{name: data, persistentVolumeClaim: {{claimName: claim-{at:04}}}}}]\n---\n"
        );
    }
    [("a-classes.yaml", classes), ("b-claims.yaml", claims), ("c-pods.yaml", pods)]
}

/// The changes and the costs of so many of these, each with its number, which its text does not have.
fn numbered(folder: &Folder, count: usize) -> Vec<(usize, String)> {
    for (side, is_new) in [("old", false), ("new", true)] {
        for (file, text) in references(count, is_new) {
            folder.write(format!("{count}/{side}/{file}"), text);
        }
    }
    let [old, new] = ["old", "new"].map(|side| folder.path().join(format!("{count}/{side}")));
    let said: Value = serde_json::from_str(&told("json", &old, &new)).expect("JSON");
    let lists = [&said["changes"], &said["cost"]["objects"]];
    let all = lists.into_iter().flat_map(|list| list.as_array().expect("a list"));
    let numbered = all.map(|one| {
        let name = one["name"].as_str().expect("a name");
        let number = name.rsplit_once('-').expect("a number").1;
        (number.parse().expect("a number"), one.to_string().replace(number, "N"))
    });
    numbered.collect()
}

#[test]
fn groups_of_objects_are_compared_as_all_of_them_are() {
    /// More objects than are decoded at a time; after twelve, the objects are alike.
    const MANY: usize = 1200;
    let folder = Folder::new();
    let (few, many) = (numbered(&folder, 12), numbered(&folder, MANY));
    assert!(few.len() > 24, "{few:?}");
    assert!(few.iter().any(|(_, text)| text.contains("pod-N") && text.contains("recreate")), "{few:?}");
    assert_eq!(many.len() * 12, few.len() * MANY);
    let of = |list: &[(usize, String)], number: usize| {
        let own = list.iter().filter(|(one, _)| *one == number);
        own.map(|(_, text)| text.clone()).collect::<Vec<_>>()
    };
    for number in 0..MANY {
        assert_eq!(of(&many, number), of(&few, number % 12), "{number}");
    }
    // In the order of the input: it begins again for each kind, for what is removed, and for costs.
    let turns = |list: &[(usize, String)]| list.windows(2).filter(|two| two[0].0 >= two[1].0).count();
    assert_eq!(turns(&many), turns(&few));
}

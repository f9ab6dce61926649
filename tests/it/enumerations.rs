//! A value that is misspelled is one mistake: one finding, with the value that is meant as its fix, and nothing that follows
//! from the wrong value.

use std::fmt::Write as _;

use serde_json::Value;
use volwright::catalog::driver::{self, KeyCase, Parameters, UnknownKeys};

use crate::support::volwright;

/// Valid objects; each value between marks is one of a fixed set.
const MANIFESTS: &str = r#"
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: fast}
provisioner: ebs.csi.aws.com
reclaimPolicy: «Retain»
volumeBindingMode: «WaitForFirstConsumer»
allowVolumeExpansion: true
parameters: {type: gp3, encrypted: "true"}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec:
  accessModes: [«ReadWriteOnce»]
  storageClassName: fast
  volumeMode: «Filesystem»
  resources: {requests: {storage: 10Gi}}
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: static}
spec:
  capacity: {storage: 10Gi}
  accessModes: [«ReadWriteOncePod»]
  persistentVolumeReclaimPolicy: «Retain»
  volumeMode: «Block»
  claimRef: {name: bound, namespace: default}
  storageClassName: ""
  csi: {driver: ebs.csi.aws.com, volumeHandle: vol-0123456789abcdef0}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: bound, namespace: default}
spec:
  accessModes: [«ReadWriteOncePod»]
  storageClassName: ""
  volumeName: static
  volumeMode: «Block»
  resources: {requests: {storage: 10Gi}}
---
apiVersion: snapshot.storage.k8s.io/v1
kind: VolumeSnapshotClass
metadata: {name: daily}
driver: ebs.csi.aws.com
deletionPolicy: «Delete»
---
apiVersion: v1
kind: Pod
metadata: {name: trainer}
spec:
  restartPolicy: «Never»
  dnsPolicy: «ClusterFirst»
  preemptionPolicy: «PreemptLowerPriority»
  securityContext: {fsGroup: 1000, fsGroupChangePolicy: «OnRootMismatch», seccompProfile: {type: «RuntimeDefault»}}
  tolerations: [{key: example.com/a, operator: «Exists», effect: «NoSchedule»}]
  topologySpreadConstraints:
    - {maxSkew: 1, topologyKey: example.com/a, whenUnsatisfiable: «DoNotSchedule», nodeAffinityPolicy: «Honor»}
  affinity:
    nodeAffinity:
      requiredDuringSchedulingIgnoredDuringExecution:
        nodeSelectorTerms: [{matchExpressions: [{key: example.com/a, operator: «Exists»}]}]
  containers:
    - name: main
      image: "example.com/trainer:1"
      imagePullPolicy: «IfNotPresent»
      terminationMessagePolicy: «FallbackToLogsOnError»
      ports: [{containerPort: 80, protocol: «TCP»}]
      securityContext: {procMount: «Default»}
      volumeMounts:
        - {name: data, mountPath: /data, mountPropagation: «HostToContainer»}
        - {name: host, mountPath: /host, readOnly: true, recursiveReadOnly: «IfPossible»}
  volumes:
    - {name: data, persistentVolumeClaim: {claimName: data}}
    - {name: host, hostPath: {path: /a}}
    - {name: other, hostPath: {path: /b, type: «Directory»}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: index}
spec:
  serviceName: index
  podManagementPolicy: «Parallel»
  updateStrategy: {type: «OnDelete»}
  persistentVolumeClaimRetentionPolicy: {whenDeleted: «Retain», whenScaled: «Retain»}
  selector: {matchLabels: {app: index}}
  template:
    metadata: {labels: {app: index}}
    spec:
      containers: [{name: main, image: "example.com/index:1", volumeMounts: [{name: own, mountPath: /own}]}]
  volumeClaimTemplates:
    - metadata: {name: own}
      spec:
        accessModes: [«ReadWriteOnce»]
        storageClassName: fast
        volumeMode: «Filesystem»
        resources: {requests: {storage: 10Gi}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  strategy: {type: «Recreate»}
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: main, image: "example.com/web:1"}]}}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  updateStrategy: {type: «OnDelete»}
  selector: {matchLabels: {app: agent}}
  template: {metadata: {labels: {app: agent}}, spec: {containers: [{name: main, image: "example.com/agent:1"}]}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec:
  schedule: "0 3 * * *"
  concurrencyPolicy: «Forbid»
  jobTemplate:
    spec:
      completionMode: «Indexed»
      completions: 2
      podReplacementPolicy: «Failed»
      template: {spec: {restartPolicy: «Never», containers: [{name: main, image: "example.com/nightly:1"}]}}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: quota}
spec: {hard: {pods: "4"}, scopes: [«NotBestEffort»]}
---
apiVersion: v1
kind: LimitRange
metadata: {name: limits}
spec: {limits: [{type: «Container», max: {cpu: "4"}}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: «ClusterIP», sessionAffinity: «None», ports: [{port: 80, protocol: «TCP»}]}
"#;

/// The wrong case, and for longer words a missing letter.
fn slips(word: &str) -> Vec<String> {
    let mut slips = vec![match word.strip_prefix(|first: char| first.is_ascii_uppercase()) {
        Some(rest) if rest.chars().any(|letter| letter.is_ascii_lowercase()) => {
            word[..1].to_lowercase() + rest
        }
        _ => word.to_lowercase(),
    }];
    if word.len() > 5 {
        let middle = word.len() / 2;
        slips.push(format!("{}{}", &word[..middle], &word[middle + 1..]));
    }
    slips
}

fn findings(text: &str) -> Vec<Value> {
    let output = volwright(&["validate", "-", "--format", "json"], text);
    let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
    report["findings"].as_array().expect("a list").clone()
}

#[test]
fn each_misspelled_value_is_one_finding_with_a_fix() {
    let plain = |text: &str| text.replace(['«', '»'], "");
    let before = findings(&plain(MANIFESTS));
    assert!(before.iter().all(|one| one["severity"] == "warning"), "{before:#?}");
    let mut count = 0;
    for (start, _) in MANIFESTS.match_indices('«') {
        let rest = &MANIFESTS[start + '«'.len_utf8()..];
        let end = rest.find('»').expect("a second mark");
        let word = &rest[..end];
        for slip in slips(word) {
            let text = plain(&MANIFESTS[..start]) + &slip + &plain(&rest[end..]);
            let after = findings(&text);
            let fresh: Vec<&Value> = after
                .iter()
                .filter(|one| !before.iter().any(|old| old["message"] == one["message"]))
                .collect();
            let line = text[..plain(&MANIFESTS[..start]).len()].lines().count();
            let place = format!("`{slip}` for `{word}` in line {line}: {fresh:#?}");
            assert_eq!((fresh.len(), after.len()), (1, before.len() + 1), "{place}");
            let code = fresh[0]["code"].as_str().expect("a code");
            assert!(code.starts_with("K10"), "{place}");
            assert!(fresh[0]["help"].to_string().contains(&format!("did you mean `{word}`?")), "{place}");
            assert_eq!(fresh[0]["fix"]["edits"][0]["text"], word, "{place}");
            count += 1;
        }
    }
    assert!(count > 70, "{count}");
}

/// A missing letter, swapped letters, and the wrong case where it matters.
fn slips_of_key(key: &str, case: KeyCase) -> Vec<String> {
    let letters: Vec<char> = key.chars().collect();
    let middle = letters.len() / 2;
    let written = |letters: &[char]| letters.iter().collect::<String>();
    let mut slips = Vec::new();
    let mut missing = letters.clone();
    missing.remove(middle);
    slips.push(written(&missing));
    let last = &letters[..letters.len() - 1];
    slips.push(written(last));
    if let Some(at) = (middle..letters.len() - 1).find(|at| letters[*at] != letters[at + 1]) {
        let mut swapped = letters.clone();
        swapped.swap(at, at + 1);
        slips.push(written(&swapped));
    }
    if case == KeyCase::Exact {
        slips.push(key.to_uppercase());
        slips.push(key.to_lowercase());
    }
    slips
}

#[test]
fn each_misspelled_parameter_of_every_driver_has_a_suggestion() {
    let (mut text, mut wanted) = (String::new(), Vec::new());
    for driver in driver::all() {
        let mut add = |parameters: &Parameters, head: &str| {
            if parameters.unknown == UnknownKeys::PassedOn || parameters.unsupported.is_some() {
                return;
            }
            let listed = parameters.list.iter();
            let keys = listed
                .filter(|(_, row)| row.refused.is_none() && row.ignored.is_none() && row.when.is_empty());
            let reserved = parameters
                .reserved
                .iter()
                .flat_map(|reserved| reserved.names.iter().map(|name| format!("{}{name}", reserved.prefix)));
            for key in keys.map(|(key, _)| key.to_owned()).chain(reserved) {
                let prefix = key.rfind('/').map_or(0, |at| at + 1);
                if key.len() < prefix + 3 {
                    continue;
                }
                for slip in slips_of_key(&key[prefix..], parameters.keys) {
                    let slip = format!("{}{slip}", &key[..prefix]);
                    if parameters.find(&slip).is_some() || slip == key {
                        continue;
                    }
                    let _ = write!(
                        text,
                        "---\n{head}metadata: {{name: c{}}}\nparameters: {{\"{slip}\": \"a\"}}\n",
                        wanted.len()
                    );
                    let kind = head.lines().nth(1).unwrap_or_default();
                    let is_file_system = key.eq_ignore_ascii_case("fsType");
                    let other = if is_file_system { driver.file_system_key } else { &key };
                    wanted.push((driver.name, kind.to_owned(), [key.clone(), other.to_owned()], slip));
                }
            }
        };
        let provisioner = &driver.provisioner;
        add(
            &driver.class,
            &format!("apiVersion: storage.k8s.io/v1\nkind: StorageClass\nprovisioner: {provisioner}\n"),
        );
        add(
            &driver.attributes,
            &format!(
                "apiVersion: storage.k8s.io/v1\nkind: VolumeAttributesClass\ndriverName: {provisioner}\n"
            ),
        );
        add(
            &driver.snapshot,
            &format!(
                "apiVersion: snapshot.storage.k8s.io/v1\nkind: VolumeSnapshotClass\ndeletionPolicy: Delete\ndriver: {provisioner}\n"
            ),
        );
    }
    let output = volwright(&["validate", "-", "--format", "json", "--max-findings", "0"], text);
    let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
    let mut helps = vec![Vec::new(); wanted.len()];
    for finding in report["findings"].as_array().expect("a list") {
        let at = finding["document"].as_u64().expect("a document") as usize;
        if finding["path"].as_str().is_some_and(|path| path.contains(&format!("[{}]", wanted[at].3))) {
            helps[at].push(format!("{} {} | {}", finding["code"], finding["message"], finding["help"]));
        }
    }
    let mut lacking = Vec::new();
    for ((driver, kind, keys, slip), helps) in wanted.iter().zip(&helps) {
        let is_named = |help: &String| keys.iter().any(|key| help.contains(&format!("`{key}`")));
        if !helps.iter().any(is_named) {
            lacking.push(format!("{driver} {kind}: `{slip}` for `{}`: {helps:?}", keys[0]));
        }
    }
    assert!(wanted.len() > 500, "{}", wanted.len());
    assert!(lacking.is_empty(), "{} of {}:\n{}", lacking.len(), wanted.len(), lacking.join("\n"));
}

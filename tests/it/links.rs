//! Holds the links between objects and the advice on them to account, case by case: where each fires, and where it is
//! silent.

use crate::support::manifests::{claim, found, stateful_set};

#[test]
fn claim_templates_are_linked_to_mounts_and_classes() {
    let class = "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: fast}\nprovisioner: csi.example.com\n\
                 volumeBindingMode: WaitForFirstConsumer\nreclaimPolicy: Retain\nallowVolumeExpansion: true\nallowedTopologies:\n\
                 - matchLabelExpressions: [{key: topology.kubernetes.io/zone, values: [a]}]\n---\n";
    let mount =
        "containers: [{name: main, image: example.com/a:1, volumeMounts: [{name: data, mountPath: /data}]}]";
    let device = "containers: [{name: main, image: example.com/a:1, volumeDevices: [{name: data, devicePath: /dev/x}]}]";
    let linked = |pod: &str, more: &str| {
        let claim = claim("data", &format!(", storageClassName: fast{more}"));
        found(&format!("{class}{}", stateful_set("replicas: 1", pod, &claim)), 'L')
    };
    assert_eq!(linked(mount, ""), []);
    assert_eq!(linked(device, ", volumeMode: Block"), []);
    let container = "spec.template.spec.containers[0]";
    assert_eq!(linked(mount, ", volumeMode: Block"), [("L101", format!("{container}.volumeMounts[0].name"))]);
    assert_eq!(linked(device, ""), [("L102", format!("{container}.volumeDevices[0].name"))]);
    let elsewhere = format!("nodeSelector: {{topology.kubernetes.io/zone: b}}\n      {mount}");
    let zone = "spec.template.spec.nodeSelector[topology.kubernetes.io/zone]".to_owned();
    assert_eq!(linked(&elsewhere, ""), [("L106", zone)]);
    let named = format!("nodeName: node-1\n      {mount}");
    assert_eq!(linked(&named, ""), [("L107", "spec.template.spec.nodeName".to_owned())]);
    // A volume of the pod with the name of a template is replaced by it.
    let replaced = format!(
        "volumes: [{{name: data, ephemeral: {{volumeClaimTemplate: {}}}}}]\n      {mount}",
        "{spec: {accessModes: [ReadWriteOnce], storageClassName: fast, resources: {requests: {storage: 1Gi}}}}"
    );
    assert_eq!(linked(&replaced, ""), []);
}

/// The codes of links and advice on manifests that stand in one text.
fn codes(text: &str) -> Vec<&'static str> {
    let mut codes: Vec<&str> =
        ['L', 'A'].iter().flat_map(|family| found(text, *family)).map(|(code, _)| code).collect();
    codes.sort_unstable();
    codes
}

/// A claim of its own document.
fn claim_of(name: &str, spec: &str) -> String {
    format!(
        "---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: {name}}}\nspec: {{resources: {{requests: {{storage: 10Gi}}}}, \
         {spec}}}\n"
    )
}

/// A pod of one container, or a workload of such pods.
fn pod(kind: &str, name: &str, metadata: &str, spec: &str, volumes: &str, container: &str) -> String {
    let template = format!(
        "{{volumes: [{volumes}], containers: [{{name: main, image: example.com/a:1{container}}}]{spec}}}"
    );
    if kind == "Pod" {
        return format!(
            "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: {name}{metadata}}}\nspec: {template}\n"
        );
    }
    let api = if kind == "Job" { "batch/v1" } else { "apps/v1" };
    let own = if kind == "Job" { "" } else { "selector: {matchLabels: {app: a}}, " };
    let restart = if kind == "Job" { "restartPolicy: Never, " } else { "" };
    let template = template.replacen('{', &format!("{{{restart}"), 1);
    format!(
        "---\napiVersion: {api}\nkind: {kind}\nmetadata: {{name: {name}}}\nspec: {{{metadata}{own}template: {{metadata: {{labels: {{app: a}}}}, \
         spec: {template}}}}}\n"
    )
}

const EPHEMERAL: &str = "ephemeral: {volumeClaimTemplate: {spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}}";

#[test]
fn claims_that_pods_make_collide_by_name() {
    let of =
        |name: &str, volume: &str| pod("Pod", name, "", "", &format!("{{name: {volume}, {EPHEMERAL}}}"), "");
    assert_eq!(codes(&(of("a", "b-c") + &of("a-b", "c"))), ["L112"]);
    assert_eq!(codes(&(of("a", "b-c") + &of("a-b", "d"))), [""; 0]);
    let single = "accessModes: [ReadWriteOnce]";
    assert_eq!(codes(&(of("a", "b") + &claim_of("a-b", single))), ["L112"]);
    // What somebody reads out of a cluster belongs together.
    let owned = claim_of("a-b, ownerReferences: [{apiVersion: v1, kind: Pod, name: a, uid: u}]", single);
    assert_eq!(codes(&(of("a", "b") + &owned)), [""; 0]);
    let set = |name: &str, template: &str| {
        format!(
            "---\n{}",
            stateful_set(
                "replicas: 2",
                "containers: [{name: main, image: example.com/a:1}]",
                &claim(template, "")
            )
        )
        .replace("metadata: {name: db}", &format!("metadata: {{name: {name}}}"))
    };
    assert_eq!(codes(&(set("x-db", "data") + &set("db", "data-x"))), ["L112"]);
    assert_eq!(codes(&(set("x-db", "data") + &set("db", "data-y"))), [""; 0]);
    // A set takes a claim that is there already for its own.
    assert_eq!(codes(&(set("db", "data") + &claim_of("data-db-0", single))), [""; 0]);
    // A pod of the set, and its ephemeral volume, in another namespace.
    let away = of("a-b", "c").replace("name: a-b", "name: a-b, namespace: other");
    assert_eq!(codes(&(of("a", "b-c") + &away)), [""; 0]);
}

#[test]
fn a_claim_and_the_volume_that_it_names_fit() {
    let volume = |spec: &str| {
        format!(
            "apiVersion: v1\nkind: PersistentVolume\nmetadata: {{name: v}}\nspec: {{capacity: {{storage: 10Gi}}, accessModes: [ReadWriteOnce, \
             ReadOnlyMany], csi: {{driver: csi.example.com, volumeHandle: h}}{spec}}}\n"
        )
    };
    let bound = |of_volume: &str, of_claim: &str| {
        found(&(volume(of_volume) + &claim_of("data", &format!("volumeName: v, {of_claim}"))), 'L')
    };
    let (class, mode) = (", storageClassName: x", "accessModes: [ReadWriteOnce]");
    assert_eq!(bound(class, &format!("storageClassName: x, {mode}")), []);
    assert_eq!(bound("", &format!("storageClassName: '', {mode}")), []);
    let wrong = |field: &str| vec![("L111", format!("spec.{field}"))];
    assert_eq!(bound(class, &format!("storageClassName: z, {mode}")), wrong("storageClassName"));
    assert_eq!(bound(class, "storageClassName: x, accessModes: [ReadWriteMany]"), wrong("accessModes[0]"));
    assert_eq!(bound(class, &format!("storageClassName: x, volumeMode: Block, {mode}")), wrong("volumeMode"));
    assert_eq!(
        bound(&format!("{class}, claimRef: {{name: other}}"), &format!("storageClassName: x, {mode}")),
        wrong("volumeName")
    );
    assert_eq!(
        bound(&format!("{class}, claimRef: {{name: data}}"), &format!("storageClassName: x, {mode}")),
        []
    );
    let small = volume(class).replace("storage: 10Gi", "storage: 9Gi");
    let claim = claim_of("data", &format!("volumeName: v, storageClassName: x, {mode}"));
    assert_eq!(found(&(small.clone() + &claim), 'L'), wrong("resources.requests.storage"));
    // What is bound stays so, and a claim without a class is not held against one.
    let done =
        claim.replace("name: data", "name: data, annotations: {pv.kubernetes.io/bind-completed: 'yes'}");
    assert_eq!(found(&(small + &done), 'L'), []);
    assert_eq!(codes(&(volume(class) + &claim_of("data", &format!("volumeName: v, {mode}")))), [""; 0]);
    assert_eq!(codes(&(volume("") + &claim_of("data", &format!("volumeName: v, {mode}")))), ["A208"]);
}

#[test]
fn pods_of_one_template_do_not_share_a_disk() {
    const VOLUME: &str = "{name: data, persistentVolumeClaim: {claimName: data}}";
    let shared = |kind: &str, spec: &str, pods: &str, modes: &str| {
        codes(
            &(claim_of("data", &format!("accessModes: [{modes}]")) + &pod(kind, "a", spec, pods, VOLUME, "")),
        )
    };
    let beside = ", affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname}]}}";
    let node = ", nodeSelector: {kubernetes.io/hostname: node-1}";
    let (one, pod_only, many) = ("ReadWriteOnce", "ReadWriteOncePod", "ReadWriteMany");
    for (kind, spec, pods, modes, wanted) in [
        ("Deployment", "", "", one, "A220"),
        ("Deployment", "", "", many, ""),
        ("Deployment", "", node, one, ""),
        ("Deployment", "", node, pod_only, "A220"),
        ("Deployment", "strategy: {type: Recreate}, ", "", one, ""),
        ("Deployment", "strategy: {rollingUpdate: {maxSurge: 0}}, ", "", one, ""),
        ("Deployment", "strategy: {rollingUpdate: {maxSurge: 0%}}, ", "", one, ""),
        ("Deployment", "strategy: {rollingUpdate: {maxSurge: 1}}, ", "", one, "A220"),
        ("Deployment", "replicas: 0, ", "", one, ""),
        ("Deployment", "replicas: 3, ", "", one, "A221"),
        ("Deployment", "replicas: 3, ", beside, one, ""),
        ("Deployment", "replicas: 3, ", beside, pod_only, "A221"),
        ("Deployment", "replicas: 3, ", "", "ReadOnlyMany", ""),
        ("ReplicaSet", "replicas: 2, ", "", one, "A221"),
        ("StatefulSet", "replicas: 2, ", "", one, "A221"),
        ("StatefulSet", "replicas: 1, ", "", one, ""),
        ("DaemonSet", "", "", one, "A221"),
        ("DaemonSet", "", node, one, ""),
        ("Job", "parallelism: 2, ", "", one, "A221"),
        ("Job", "", "", one, ""),
    ] {
        let wanted: Vec<&str> = Some(wanted).filter(|code| !code.is_empty()).into_iter().collect();
        assert_eq!(shared(kind, spec, pods, modes), wanted, "{kind} {spec} {pods} {modes}");
    }
}

#[test]
fn caches_and_checkpoints_are_where_they_can_be_written_and_kept() {
    let with = |volume: &str, container: &str| {
        codes(&pod("Pod", "a", "", "", &format!("{{name: v, {volume}}}"), container))
    };
    let claim = "persistentVolumeClaim: {claimName: c}";
    let mount = |path: &str, more: &str| format!(", volumeMounts: [{{name: v, mountPath: {path}{more}}}]");
    let cache = |variables: &str, more: &str| {
        with(claim, &format!("{}, env: [{variables}]", mount("/models/", more)))
    };
    let home = "{name: HF_HOME, value: /models}";
    assert_eq!(cache(home, ", readOnly: true"), ["A218"]);
    assert_eq!(cache(home, ""), [""; 0]);
    assert_eq!(cache("{name: HF_HOME, value: /modelsets}", ", readOnly: true"), [""; 0]);
    assert_eq!(cache("{name: MODEL_PATH, value: /models}", ", readOnly: true"), [""; 0]);
    assert_eq!(cache(&format!("{home}, {{name: HF_HUB_OFFLINE, value: '1'}}"), ", readOnly: true"), [""; 0]);
    assert_eq!(cache(&format!("{home}, {{name: HF_HUB_OFFLINE, value: '0'}}"), ", readOnly: true"), ["A218"]);
    let read_only = "persistentVolumeClaim: {claimName: c, readOnly: true}";
    assert_eq!(with(read_only, &format!("{}, env: [{home}]", mount("/models", ""))), ["A218"]);
    // A mount below the read-only one can be written to.
    let both = ", volumeMounts: [{name: v, mountPath: /models, readOnly: true}, {name: v, mountPath: /models/hub}], env: [{name: HF_HUB_CACHE, \
                value: /models/hub/x}]";
    assert_eq!(with(claim, both), [""; 0]);

    assert_eq!(with("emptyDir: {}", &mount("/out/ckpt", "")), ["A219"]);
    assert_eq!(with(EPHEMERAL, &mount("/checkpoints", "")), ["A219"]);
    assert_eq!(with(claim, &mount("/checkpoints", "")), [""; 0]);
    assert_eq!(with("emptyDir: {}", &mount("/scratch", "")), [""; 0]);
}

#[test]
fn what_is_precious_outlives_its_claim() {
    let judged = |policy: &str, name: &str, spec: &str| {
        let class = format!(
            "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {{name: s}}\nprovisioner: csi.example.com\nreclaimPolicy: {policy}\n"
        );
        codes(&(class + &claim_of(name, &format!("storageClassName: s, accessModes: [ReadWriteOnce]{spec}"))))
    };
    for (policy, name, spec, wanted) in [
        ("Delete", "run-7-checkpoints", "", "A202"),
        ("Retain", "run-7-checkpoints", "", ""),
        ("Delete", "models", "", "A202"),
        ("Delete", "llama-weights", "", "A202"),
        ("Delete", "model-cache", "", ""),
        (
            "Delete",
            "models",
            ", dataSource: {apiGroup: snapshot.storage.k8s.io, kind: VolumeSnapshot, name: x}",
            "",
        ),
        ("Delete", "data, labels: {content: checkpoints}", "", "A202"),
        ("Delete", "data, labels: {app: model-server}", "", ""),
        ("Delete", "data, labels: {content: models}", "", "A202"),
        ("Delete", "tmp-checkpoints", "", ""),
        ("Retain", "scratch", "", "A203"),
        ("Delete", "data", "", ""),
    ] {
        let wanted: Vec<&str> = Some(wanted).filter(|code| !code.is_empty()).into_iter().collect();
        assert_eq!(judged(policy, name, spec), wanted, "{policy} {name}");
    }
}

#[test]
fn what_is_only_read_is_mounted_so() {
    let claim = claim_of("data", "accessModes: [ReadOnlyMany]");
    let mounted = |source: &str, mounts: &str| {
        let volume = format!("{{name: data, persistentVolumeClaim: {{claimName: data{source}}}}}");
        codes(&(claim.clone() + &pod("Pod", "a", "", "", &volume, &format!(", volumeMounts: [{mounts}]"))))
    };
    let (read, write) = ("{name: data, mountPath: /a, readOnly: true}", "{name: data, mountPath: /b}");
    assert_eq!(mounted("", read), [""; 0]);
    assert_eq!(mounted("", write), ["L103"]);
    assert_eq!(mounted("", &format!("{read}, {write}")), ["L103"]);
    assert_eq!(mounted(", readOnly: true", write), [""; 0]);
}

#[test]
fn one_text_has_an_object_once() {
    let one = "accessModes: [ReadWriteOnce]";
    let data = claim_of("data", one);
    assert_eq!(found(&data.repeat(3), 'L'), vec![("L113", "metadata.name".to_owned()); 2]);
    assert_eq!(codes(&(data.clone() + &claim_of("data, namespace: other", one))), [""; 0]);
    let class = "---\napiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: data}\nprovisioner: csi.example.com\n";
    assert_eq!(codes(&(data + class)), [""; 0]);
    assert_eq!(codes(&class.repeat(2)), ["L113"]);
}

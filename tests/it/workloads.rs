//! Holds the rules of workloads and volumes to account where the recorded cases say little: schedules, time zones,
//! generated selectors, claim templates, and what an update may change.

use crate::support::manifests::{VERSION, claim, found, sorted, stateful_set};
use volwright::document::load::load;
use volwright::rules::update::Update;
use volwright::source::Folders;
use volwright::source::{SourceKind, Sources};

/// The codes and paths of what a server refuses of the update from `old` to `new`.
fn update(old: &str, new: &str) -> Vec<(&'static str, String)> {
    let mut sources = Sources::new();
    let ids = [old, new].map(|text| sources.add("input.yaml", text, SourceKind::Manifest));
    let version = VERSION.parse().expect("a version");
    let loaded = load(&sources, &ids, version);
    assert!(loaded.findings.is_empty(), "{old}{new}: {:?}", loaded.findings);
    let [old, new] = loaded.documents.as_slice() else { panic!("two documents") };
    sorted(Update::new(&[], &[], version, &Folders::new()).check(old, new), 'C')
}

fn cron_job(fields: &str) -> String {
    format!(
        "apiVersion: batch/v1\nkind: CronJob\nmetadata: {{name: nightly}}\nspec:\n  {fields}\n  jobTemplate: {{spec: {{template: \
         {{spec: {{restartPolicy: Never, containers: [{{name: main, image: example.com/a:1}}]}}}}}}}}\n"
    )
}

fn job(metadata: &str, spec: &str, template: &str) -> String {
    format!(
        "apiVersion: batch/v1\nkind: Job\nmetadata: {metadata}\nspec:\n  {spec}\n  template:\n    metadata: {template}\n    spec: \
         {{restartPolicy: Never, containers: [{{name: main, image: example.com/a:1}}]}}\n"
    )
}

#[test]
fn schedules_and_time_zones_are_those_of_the_server() {
    for sound in [
        "schedule: '*/5 0-6,22 ? jan-MAR Mon'",
        "schedule: '@daily'",
        "schedule: '@every 1h30m'",
        "{schedule: '0 3 * * *', timeZone: Europe/Berlin}",
    ] {
        let fields = sound.trim_matches(['{', '}']).replace(", timeZone", "\n  timeZone");
        assert_eq!(found(&cron_job(&fields), 'K'), [], "{sound}");
    }
    for broken in ["'60 * * * *'", "'* * * *'", "'* * * * 7'", "'@Daily'", "'TZ=UTC 0 3 * * *'"] {
        let fields = format!("schedule: {broken}");
        assert_eq!(found(&cron_job(&fields), 'K'), [("K102", "spec.schedule".to_owned())], "{broken}");
    }
    for zone in ["europe/berlin", "Local", "''", "Europe/Nowhere", "../UTC"] {
        let fields = format!("schedule: '@daily'\n  timeZone: {zone}");
        assert_eq!(found(&cron_job(&fields), 'K'), [("K102", "spec.timeZone".to_owned())], "{zone}");
    }
}

#[test]
fn the_server_makes_the_selector_of_a_job() {
    let plain = |spec, template| found(&job("{name: train}", spec, template), 'K');
    assert_eq!(plain("parallelism: 1", "{labels: {app: a}}"), []);
    assert_eq!(plain("selector: {}", "{labels: {job-name: train}}"), []);
    // What `kubectl get -o yaml` shows cannot be applied again.
    let label = "spec.template.metadata.labels[controller-uid]".to_owned();
    assert_eq!(plain("parallelism: 1", "{labels: {controller-uid: 1-2}}"), [("K102", label)]);
    let both = ["spec.selector", "spec.template.metadata.labels"].map(|path| ("K102", path.to_owned()));
    assert_eq!(plain("selector: {matchLabels: {controller-uid: 1-2}}", "{}"), both);
    // A selector of one's own must be said to be one, and must match.
    let own = "manualSelector: true\n  selector: {matchLabels: {app: a}}";
    assert_eq!(plain(own, "{labels: {app: a}}"), []);
    assert_eq!(plain(own, "{labels: {app: b}}"), [("K102", "spec.template.metadata.labels".to_owned())]);
    // A job without labels takes those of its template.
    let twice = ["metadata.labels", "spec.template.labels"].map(|path| ("K102", path.to_owned()));
    assert_eq!(plain("parallelism: 1", "{labels: {app: a b}}"), twice);
}

#[test]
fn claim_templates_are_volumes_of_the_pods() {
    let pod =
        "containers: [{name: main, image: example.com/a:1, volumeMounts: [{name: data, mountPath: /data}]}]";
    assert_eq!(found(&stateful_set("replicas: 1", pod, &claim("data", "")), 'K'), []);
    let missing = ("K102", "spec.template.spec.containers[0].volumeMounts[0].name".to_owned());
    assert_eq!(
        found(&stateful_set("replicas: 1", pod, &claim("other", "")), 'K'),
        std::slice::from_ref(&missing)
    );
    // A volume of the pod with the name of a template is not looked at.
    let replaced = format!("volumes: [{{name: data, hostPath: {{path: ''}}}}]\n      {pod}");
    assert_eq!(found(&stateful_set("replicas: 1", &replaced, &claim("data", "")), 'K'), []);
    // Two sources stay as they are written, and must be one.
    let sources = ", dataSource: {kind: PersistentVolumeClaim, name: a}, dataSourceRef: {kind: PersistentVolumeClaim, name: b}";
    assert_eq!(
        found(&stateful_set("replicas: 1", pod, &claim("data", sources)), 'K'),
        [("K102", "spec.volumeClaimTemplates[0].spec".to_owned())]
    );
}

#[test]
fn updates_change_what_may_change() {
    let pod = "containers: [{name: main, image: example.com/a:1}]";
    let set = |spec: &str, claims: &str| stateful_set(spec, pod, claims);
    let old = set("replicas: 1", &claim("data", ""));
    let taken =
        set("replicas: 2\n  podManagementPolicy: OrderedReady", &claim("data", ", volumeMode: Filesystem"));
    assert_eq!(update(&old, &taken), []);
    assert_eq!(
        update(&old, &set("serviceName: db", &claim("data", ""))),
        [("C302", "spec.serviceName".to_owned())]
    );
    assert_eq!(
        update(&old, &set("replicas: 1", &claim("data", ", storageClassName: fast"))),
        [("C302", "spec.volumeClaimTemplates[0].spec.storageClassName".to_owned())]
    );

    let job = |spec: &str, template: &str| job("{name: train}", spec, template);
    let old = job("parallelism: 2", "{labels: {app: a}}");
    assert_eq!(update(&old, &job("parallelism: 3", "{labels: {app: a}}")), []);
    assert_eq!(
        update(&old, &job("completions: 3\n  parallelism: 3", "{labels: {app: a}}")),
        [("C303", "spec.completions".to_owned())]
    );
    assert_eq!(
        update(&old, &job("parallelism: 2", "{labels: {app: b}}")),
        [("C303", "spec.template.metadata.labels.app".to_owned())]
    );
    // A suspended job can still be moved.
    let suspended = job("suspend: true", "{labels: {app: a}}");
    assert_eq!(update(&suspended, &job("suspend: false", "{labels: {app: b}}")), []);
    // An indexed job grows on both sides at once.
    let indexed = |number: i32, parallel: i32| {
        job(&format!("completionMode: Indexed\n  completions: {number}\n  parallelism: {parallel}"), "{}")
    };
    assert_eq!(update(&indexed(2, 2), &indexed(4, 4)), []);
    assert_eq!(update(&indexed(2, 2), &indexed(4, 2)), [("C303", "spec.completions".to_owned())]);
}

#[test]
fn a_volume_stays_where_it_is() {
    let volume = |spec: &str| {
        format!(
            "apiVersion: v1\nkind: PersistentVolume\nmetadata: {{name: models}}\nspec:\n  capacity: {{storage: 1Gi}}\n  \
             accessModes: [ReadWriteOnce]\n  {spec}\n"
        )
    };
    let zone = |key: &str, zone: &str| {
        format!(
            "local: {{path: /disk}}\n  nodeAffinity: {{required: {{nodeSelectorTerms: [{{matchExpressions: [{{key: {key}, operator: \
             In, values: [{zone}]}}]}}]}}}}"
        )
    };
    let old = volume("csi: {driver: csi.example.com, volumeHandle: a}");
    let secret = "csi: {driver: csi.example.com, volumeHandle: a, controllerExpandSecretRef: {name: s, namespace: ml}}";
    assert_eq!(update(&old, &volume(secret)), []);
    assert_eq!(
        update(&old, &volume("volumeMode: Block\n  csi: {driver: csi.example.com, volumeHandle: b}")),
        ["spec.csi.volumeHandle", "spec.volumeMode"].map(|path| ("C104", path.to_owned()))
    );
    let old = volume(&zone("failure-domain.beta.kubernetes.io/zone", "a"));
    assert_eq!(update(&old, &volume(&zone("topology.kubernetes.io/zone", "a"))), []);
    assert_eq!(update(&old, &volume(&zone("topology.kubernetes.io/zone", "b"))).len(), 1);
}

//! Holds the K rules of a pod's parts beside its containers to account where versions differ or the server is peculiar.

use volwright::bundle::Bundle;
use volwright::document::load::load;
use volwright::rules;
use volwright::source::{SourceKind, Sources};

/// The places at which an API server of `version` refuses a pod whose `spec` has `fields` beside one container.
fn refused(version: &str, metadata: &str, fields: &str) -> Vec<String> {
    let text = format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {metadata}\nspec:\n  containers: [{{name: main, image: example.com/trainer:1}}]\n  {fields}\n"
    );
    let mut sources = Sources::new();
    let id = sources.add("pod.yaml", text.as_str(), SourceKind::Manifest);
    let version = version.parse().expect("a version");
    let loaded = load(&sources, &[id], version);
    assert!(loaded.findings.is_empty(), "{text}: {:?}", loaded.findings);
    let bundle = Bundle::new(&loaded.documents, version, None);
    let mut found: Vec<String> = rules::run(&bundle)
        .into_iter()
        .filter(|finding| finding.rule.code.starts_with('K'))
        .filter_map(|finding| finding.path)
        .collect();
    found.sort();
    found
}

const NAMED: &str = "{name: trainer, labels: {app: a}}";

#[test]
fn label_keys_are_merged_from_1_34_on() {
    let constraint = "topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule, \
                      matchLabelKeys: [app], labelSelector: {matchLabels: {app: a}}}]";
    assert_eq!(refused("1.33", NAMED, constraint), ["spec.topologySpreadConstraints[0].matchLabelKeys[0]"]);
    // The server names the place without the list.
    assert_eq!(refused("1.34", NAMED, constraint), ["spec.topologySpreadConstraints[0][0]"]);
    // Without the label nothing is merged, and nothing is in conflict.
    assert_eq!(refused("1.34", "{name: trainer}", constraint), Vec::<String>::new());
}

#[test]
fn image_volumes_are_dropped_before_1_35() {
    let volume = "volumes: [{name: data, image: {pullPolicy: Sometimes}}]";
    assert_eq!(refused("1.34", NAMED, volume), Vec::<String>::new());
    let wanted = ["spec.volumes[0].image.pullPolicy", "spec.volumes[0].image.reference"];
    assert_eq!(refused("1.35", NAMED, volume), wanted);
}

#[test]
fn certificates_are_dropped_before_1_37() {
    let volume = "volumes: [{name: data, projected: {sources: [{podCertificate: {signerName: nobody, keyType: RSA1}}]}}]";
    assert_eq!(refused("1.36", NAMED, volume), Vec::<String>::new());
    let source = "spec.volumes[0].projected.sources[0].podCertificate";
    assert_eq!(
        refused("1.37", NAMED, volume),
        [source.to_owned(), format!("{source}.keyType"), format!("{source}.signerName")]
    );
}

#[test]
fn the_server_has_names_of_its_own_for_some_places() {
    let cases = [
        ("{name: v, emptyDir: {}, cephfs: {monitors: [a]}}", "spec.volumes[0].cephFS"),
        ("{name: v, emptyDir: {}, downwardAPI: {}}", "spec.volumes[0].downwarAPI"),
        (
            "{name: v, downwardAPI: {items: [{path: ../x, fieldRef: {fieldPath: metadata.name}}]}}",
            "spec.volumes[0].downwardAPI.path",
        ),
        (
            "{name: v, csi: {driver: csi.example.com, nodePublishSecretRef: {name: A_b}}}",
            "spec.volumes[0].csi.name",
        ),
        (
            "{name: v, projected: {sources: [{serviceAccountToken: {path: /x}}]}}",
            "spec.volumes[0].projected.path",
        ),
    ];
    for (volume, path) in cases {
        assert_eq!(refused("1.36", NAMED, &format!("volumes: [{volume}]")), [path], "{volume}");
    }
}

#[test]
fn a_claim_that_the_pod_creates_is_not_mounted_as_a_claim() {
    let template = "{spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}";
    let volumes = format!(
        "volumes: [{{name: a, ephemeral: {{volumeClaimTemplate: {template}}}}}, {{name: b, persistentVolumeClaim: {{claimName: trainer-a}}}}]"
    );
    assert_eq!(refused("1.36", NAMED, &volumes), ["spec.volumes[1].persistentVolumeClaim.claimName"]);
    assert_eq!(refused("1.36", "{generateName: trainer-}", &volumes), Vec::<String>::new());
}

#[test]
fn every_mistake_is_found_at_once() {
    let fields = "dnsPolicy: Nowhere
  nodeSelector: {a b: c}
  hostAliases: [{ip: nowhere, hostnames: [A]}]
  tolerations: [{operator: Equal, effect: Never}]
  affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 0, preference: {}}]}}
  volumes: [{name: A, hostPath: {path: /a/../b, type: Folder}}, {name: b, nfs: {server: s, path: p}}]";
    assert_eq!(
        refused("1.36", NAMED, fields),
        [
            "spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight",
            "spec.dnsPolicy",
            "spec.hostAliases[0].hostnames[0]",
            "spec.hostAliases[0].ip",
            "spec.nodeSelector",
            "spec.tolerations[0].effect",
            "spec.tolerations[0].operator",
            "spec.volumes[0].hostPath.path",
            "spec.volumes[0].hostPath.type",
            "spec.volumes[0].name",
            "spec.volumes[1].nfs.path",
        ]
    );
}

//! Machines and nodes of the catalogue: which disks and drivers work there.

use volwright::catalog::machine::facts;

#[test]
fn labels_name_machines() {
    let machine = |key, value| facts().named_by(key, value);
    assert_eq!(machine("cloud.google.com/gke-accelerator", "nvidia-b200"), Some("a4"));
    assert_eq!(machine("cloud.google.com/machine-family", "c4"), Some("c4"));
    assert_eq!(machine("node.kubernetes.io/instance-type", "c4-standard-16"), Some("c4-standard-16"));
    assert_eq!(machine("kubernetes.io/hostname", "c4"), None);
}

#[test]
fn machines_attach_some_disks_only() {
    for (disk, machine, fits) in [
        ("pd-balanced", "c4-standard-16", false),
        ("pd-balanced", "c3-standard-8", true),
        ("pd-balanced", "n2-standard-8", true),
        ("pd-balanced", "a3-ultragpu-8g", false),
        ("pd-balanced", "a3-highgpu-8g", true),
        ("hyperdisk-balanced", "n2-standard-8", false),
        ("hyperdisk-extreme", "c4-standard-16", false),
        ("hyperdisk-extreme", "c4-standard-96", true),
        ("hyperdisk-extreme", "n4-standard-80", false),
        ("hyperdisk-ml", "m3-ultramem-32", false),
        ("hyperdisk-ml", "g2-standard-48", true),
    ] {
        let row = facts().unattachable("pd.csi.storage.gke.io", disk, machine);
        assert_eq!(row.is_none(), fits, "{disk} on {machine}");
    }
}

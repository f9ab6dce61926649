//! The type of every key and an example of its value, for `volwright explain` and the documentation.

use super::schema::{Key, Kind};
use crate::catalog::accelerator;

/// Examples for keys whose type does not suggest one.
const EXAMPLES: [(&str, &str); 71] = [
    ("name", "\"vision\""),
    ("driver", "\"csi.example.com\""),
    ("provisioner", "\"csi.example.com\""),
    ("driverName", "\"csi.example.com\""),
    ("kubernetes", "\"1.36\""),
    ("namespace", "\"ml\""),
    ("labels", "{ team = \"vision\" }"),
    ("podLabels", "{ app = \"trainer\" }"),
    ("annotations", "{ \"example.com/owner\" = \"vision\" }"),
    ("podAnnotations", "{ \"example.com/scrape\" = \"true\" }"),
    ("extends", "\"aws-ebs\""),
    ("unset", "[\"claims.data.storageClass\"]"),
    ("on", "{ aws-ebs = { storageClasses.fast.parameters.iops = 12000 } }"),
    ("spec", "{ hostname = \"trainer\" }"),
    ("podSpec", "{ hostname = \"trainer\" }"),
    ("containerSpec", "{ tty = true }"),
    ("jobSpec", "{ backoffLimit = 2 }"),
    ("existing", "\"models\""),
    ("cloneOf", "\"data\""),
    ("restoreFrom", "\"data-2026-01-31\""),
    ("dataSource", "{ kind = \"PersistentVolumeClaim\", name = \"data\" }"),
    ("dataSourceRef", "{ kind = \"PersistentVolumeClaim\", name = \"data\" }"),
    ("volumeName", "\"pv-1\""),
    ("mountOptions", "[\"noatime\"]"),
    ("fsType", "\"ext4\""),
    ("parameters", "{ type = \"fast\" }"),
    (
        "allowedTopologies",
        "[{ matchLabelExpressions = [{ key = \"topology.kubernetes.io/zone\", values = [\"zone-a\"] }] }]",
    ),
    ("storageClass", "\"fast\""),
    ("volumeAttributesClass", "\"busy\""),
    ("image", "\"registry.example.com/trainer:1\""),
    ("container", "\"trainer\""),
    ("command", "[\"python\", \"train.py\"]"),
    ("args", "[\"--data\", \"/data\"]"),
    ("workingDir", "\"/work\""),
    ("env", "{ WORKERS = 8, TOKEN = { secret = \"tracking\", key = \"token\" } }"),
    ("envFrom", "[{ configMapRef = { name = \"environment\" } }]"),
    ("resources", "{ requests = { cpu = 4 }, limits = { memory = \"8Gi\" } }"),
    ("requests", "{ cpu = 4 }"),
    ("limits", "{ memory = \"8Gi\" }"),
    ("gpus", "1"),
    ("resource", "\"example.com/gpu\""),
    ("sharedMemory", "\"16Gi\""),
    ("mounts", "[{ claim = \"data\", mountPath = \"/data\" }]"),
    ("devices", "[{ claim = \"raw\", devicePath = \"/dev/raw-disk\" }]"),
    (
        "scratch",
        "{ work = { storageClass = \"scratch\", accessModes = [\"ReadWriteOnce\"], size = \"50Gi\" } }",
    ),
    ("ports", "[{ name = \"http\", containerPort = 8000 }]"),
    ("readinessProbe", "{ httpGet = { path = \"/ready\", port = 8000 } }"),
    ("livenessProbe", "{ httpGet = { path = \"/alive\", port = 8000 } }"),
    ("startupProbe", "{ httpGet = { path = \"/ready\", port = 8000 }, failureThreshold = 60 }"),
    ("lifecycle", "{ preStop = { sleep = { seconds = 5 } } }"),
    ("containerSecurityContext", "{ allowPrivilegeEscalation = false }"),
    ("securityContext", "{ fsGroup = 1000 }"),
    ("nodeSelector", "{ \"kubernetes.io/arch\" = \"amd64\" }"),
    ("zone", "\"zone-a\""),
    ("tolerations", "[{ key = \"dedicated\", operator = \"Exists\" }]"),
    ("serviceAccountName", "\"trainer\""),
    ("imagePullSecrets", "[\"registry\"]"),
    ("initContainers", "[{ name = \"wait\", image = \"registry.example.com/wait:1\" }]"),
    ("priorityClassName", "\"interactive\""),
    ("runtimeClassName", "\"gvisor\""),
    ("selector", "{ app = \"server\" }"),
    ("serviceName", "\"server\""),
    ("schedule", "\"0 3 * * *\""),
    ("timeZone", "\"Etc/UTC\""),
    ("mountPath", "\"/data\""),
    ("devicePath", "\"/dev/raw-disk\""),
    ("subPath", "\"labels\""),
    ("emptyDir", "{ sizeLimit = \"1Gi\" }"),
    ("fieldPath", "\"metadata.name\""),
    ("outDir", "\"deploy\""),
    ("profiles", "[\"aws-ebs\", \"gce-pd\"]"),
];

/// `key = value`, as a line of a profile.
#[must_use]
pub fn line(key: &Key) -> Option<String> {
    let own = EXAMPLES.iter().find(|(name, _)| *name == key.name).map(|(_, value)| (*value).to_owned());
    own.or_else(|| of_kind(&key.kind)).map(|value| format!("{} = {value}", key.name))
}

fn of_kind(kind: &Kind) -> Option<String> {
    Some(match kind {
        Kind::Boolean => "true".to_owned(),
        Kind::Integer => "3".to_owned(),
        Kind::Quantity => "\"100Gi\"".to_owned(),
        Kind::Version => "\"1.36\"".to_owned(),
        Kind::Enum(values) => format!("\"{}\"", values.first()?),
        Kind::List(inner) => format!("[{}]", of_kind(inner)?),
        Kind::Either(first, _) => of_kind(first)?,
        Kind::String | Kind::Scalar | Kind::Suggested(_) | Kind::Vendor | Kind::Reference(_) => return None,
        Kind::Map(_) | Kind::Named(..) | Kind::Table(_) | Kind::Api => return None,
    })
}

/// The type of a value in a few words.
#[must_use]
pub fn type_name(kind: &Kind) -> String {
    match kind {
        Kind::String | Kind::Suggested(_) => "text".to_owned(),
        Kind::Boolean => "`true` or `false`".to_owned(),
        Kind::Integer => "an integer".to_owned(),
        Kind::Quantity => "a quantity".to_owned(),
        Kind::Version => "a version".to_owned(),
        Kind::Scalar => "text, a number or a boolean".to_owned(),
        Kind::Enum(values) => values.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", "),
        Kind::Vendor => {
            let vendors = accelerator::all().iter().map(|known| format!("`{}`", known.vendor));
            vendors.collect::<Vec<_>>().join(", ")
        }
        Kind::Reference(section) => format!("a key of `{section}`"),
        Kind::List(inner) => format!("a list of: {}", type_name(inner)),
        Kind::Named(field, inner) => format!("a list, by `{field}`, of: {}", type_name(inner)),
        Kind::Map(inner) => format!("a table of: {}", type_name(inner)),
        Kind::Table(table) => table.name.to_owned(),
        Kind::Either(first, second) => format!("{}, or {}", type_name(first), type_name(second)),
        Kind::Api => "an object of the API".to_owned(),
    }
}

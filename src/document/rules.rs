//! The rules K: a few general causes, as the API server's own answers have them.

use crate::rule::Severity;
use crate::rule::{Example, Rule};

/// The rules of this family, by code.
pub static RULES: &[&Rule] = &[
    &UNKNOWN_FIELD,
    &WRONG_TYPE,
    &WRONG_API_VERSION,
    &MISSING_API_VERSION,
    &REQUIRED,
    &INVALID,
    &UNSUPPORTED,
    &FORBIDDEN,
    &DUPLICATE,
    &TOO_MUCH,
];

const fn rule(
    code: &'static str,
    name: &'static str,
    summary: &'static str,
    explanation: &'static str,
    bad: &'static str,
    good: &'static str,
) -> Rule {
    Rule {
        code,
        name,
        severity: Severity::Error,
        kinds: &[],
        summary,
        explanation,
        example: Example::Manifest { bad, good },
        since: "0.1.0",
    }
}

/// A field that the version of the API does not know.
pub static UNKNOWN_FIELD: Rule = rule(
    "K001",
    "unknown-field",
    "every field is one that the API knows",
    "`kubectl apply` asks the API server for strict field validation, which refuses fields that it does not know: \
     misspelt ones, ones in the wrong place, and ones that came with a later version than `--kubernetes-version`. Without \
     strict validation the server drops them silently, which is worse.\n\nSource: kubernetes.io/docs, API Concepts, field \
     validation; the fields of each version are derived from its published types.",
    "apiVersion: v1
kind: Pod
metadata:
  name: trainer
spec:
  contianers: []
  containers:
  - name: main
    image: example.com/trainer:1
",
    "apiVersion: v1
kind: Pod
metadata:
  name: trainer
spec:
  containers:
  - name: main
    image: example.com/trainer:1
",
);

/// A value of another type than the field's.
pub static WRONG_TYPE: Rule = rule(
    "K002",
    "wrong-type",
    "every value is of its field's type",
    "The API server decodes a manifest before it looks at anything else, and refuses it whole where a value is of another \
     type: a number where text belongs (quote it), text where a number belongs, a quantity such as `10GB` that is none, a \
     number that does not fit 32 bits.\n\nSource: k8s.io/apimachinery, pkg/runtime/serializer/json; \
     pkg/api/resource/quantity.go.",
    "apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: standard
  resources:
    requests:
      storage: 10GB
",
    "apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: standard
  resources:
    requests:
      storage: 10G
",
);

/// An `apiVersion` under which there is no such kind.
pub static WRONG_API_VERSION: Rule = rule(
    "K003",
    "wrong-api-version",
    "a kind stands under its API version",
    "Each kind is served under one group and version, such as `storage.k8s.io/v1` for StorageClass. Under another the API \
     server has no such kind (`no matches for kind`).\n\nSource: kubernetes.io/docs, API reference; Deprecated API \
     Migration Guide.",
    "apiVersion: v1
kind: StorageClass
metadata:
  name: standard
provisioner: csi.example.com
",
    "apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: standard
provisioner: csi.example.com
",
);

/// No `apiVersion` at all.
pub static MISSING_API_VERSION: Rule = Rule {
    severity: Severity::Warning,
    ..rule(
        "K004",
        "missing-api-version",
        "a manifest says its API version",
        "`kubectl` refuses a manifest without `apiVersion` (`apiVersion not set`) before it asks the server. The API \
         server itself takes one that is sent to the right place, so this is a warning.\n\nSource: kubectl, \
         pkg/resource; measured with a kube-apiserver.",
        "kind: PersistentVolumeClaim
metadata:
  name: data
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: standard
  resources: {requests: {storage: 10Gi}}
",
        "apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: standard
  resources: {requests: {storage: 10Gi}}
",
    )
};

/// A field that must be there is not.
pub static REQUIRED: Rule = rule(
    "K101",
    "required-field",
    "fields that the API needs are there",
    "The field is missing or empty, and the API server has no default for it.\n\nSource: k8s.io/kubernetes, \
     pkg/apis/*/validation (`field.Required`).",
    "apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: standard
",
    "apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: standard
  resources: {requests: {storage: 10Gi}}
",
);

/// A value that does not have the form it needs.
pub static INVALID: Rule = rule(
    "K102",
    "invalid-value",
    "values have the form that the API needs",
    "The value breaks the grammar of its field (a DNS name, a qualified name, a path), is out of its range, or does not \
     fit another field of the object.\n\nSource: k8s.io/kubernetes, pkg/apis/*/validation (`field.Invalid`); \
     k8s.io/apimachinery, pkg/util/validation.",
    "apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: Data_1
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: standard
  resources: {requests: {storage: 10Gi}}
",
    "apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data-1
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: standard
  resources: {requests: {storage: 10Gi}}
",
);

/// A value that is none of those that there are.
pub static UNSUPPORTED: Rule = rule(
    "K103",
    "unsupported-value",
    "values with a fixed set are of that set",
    "The field takes one of a few values, in exactly that spelling.\n\nSource: k8s.io/kubernetes, pkg/apis/*/validation \
     (`field.NotSupported`).",
    "apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
spec:
  accessModes: [ReadWriteMultiple]
  storageClassName: standard
  resources: {requests: {storage: 10Gi}}
",
    "apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
spec:
  accessModes: [ReadWriteMany]
  storageClassName: standard
  resources: {requests: {storage: 10Gi}}
",
);

/// Something is there that must not be.
pub static FORBIDDEN: Rule = rule(
    "K104",
    "forbidden-field",
    "fields that exclude each other do not stand together",
    "The field may not be set here: it excludes another that is set, is set by the server alone, or does not apply to this \
     kind of object.\n\nSource: k8s.io/kubernetes, pkg/apis/*/validation (`field.Forbidden`).",
    "apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
spec:
  accessModes: [ReadWriteOnce, ReadWriteOncePod]
  storageClassName: standard
  resources: {requests: {storage: 10Gi}}
",
    "apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
spec:
  accessModes: [ReadWriteOncePod]
  storageClassName: standard
  resources: {requests: {storage: 10Gi}}
",
);

/// Something is there twice.
pub static DUPLICATE: Rule = rule(
    "K105",
    "duplicate-item",
    "names and keys are given once",
    "Two items of a list have one name, key or value, where each must be of its own.\n\nSource: k8s.io/kubernetes, \
     pkg/apis/*/validation (`field.Duplicate`).",
    "apiVersion: v1
kind: Pod
metadata:
  name: trainer
spec:
  containers:
  - name: main
    image: example.com/trainer:1
  - name: main
    image: example.com/logger:1
",
    "apiVersion: v1
kind: Pod
metadata:
  name: trainer
spec:
  containers:
  - name: main
    image: example.com/trainer:1
  - name: logger
    image: example.com/logger:1
",
);

/// More, or longer, than the API takes.
pub static TOO_MUCH: Rule = rule(
    "K106",
    "too-much",
    "lists and texts are within their limits",
    "The list has more items, or the text more characters, than the API takes; or the whole object is more than the \
     3 MiB of one request.\n\nSource: k8s.io/kubernetes, pkg/apis/*/validation (`field.TooMany`, `field.TooLong`); \
     k8s.io/apiserver, pkg/server/config.go (`MaxRequestBodyBytes`).",
    "apiVersion: v1
kind: Pod
metadata:
  name: trainer
spec:
  dnsConfig: {nameservers: [10.0.0.1, 10.0.0.2, 10.0.0.3, 10.0.0.4]}
  containers:
  - name: main
    image: example.com/trainer:1
",
    "apiVersion: v1
kind: Pod
metadata:
  name: trainer
spec:
  dnsConfig: {nameservers: [10.0.0.1, 10.0.0.2, 10.0.0.3]}
  containers:
  - name: main
    image: example.com/trainer:1
",
);

//! Rules P: what is wrong with a profile.

use crate::rule::Severity;
use crate::rule::{Example, Rule};

/// A profile that is sound.
const GOOD: &str = "name = \"ml\"\ndriver = \"csi.example.com\"\n\n[storageClasses.fast]\n\n[claims.data]\nstorageClass = \"fast\"\naccessModes = [\"ReadWriteOnce\"]\nsize = \"10Gi\"\n";

/// The rules of this family, by code.
pub static RULES: &[&Rule] = &[
    &SYNTAX,
    &TEXT,
    &UNKNOWN_KEY,
    &TYPE,
    &VALUE,
    &MISSING_KEY,
    &CHOICE,
    &REFERENCE,
    &DUPLICATE_NAME,
    &EXTENDS,
    &UNUSED_SCRATCH,
];

/// The text is not TOML.
pub static SYNTAX: Rule = Rule {
    code: "P001",
    name: "profile-syntax",
    severity: Severity::Error,
    kinds: &[],
    summary: "the text is not TOML",
    explanation: "A profile, an overlay and a project file are TOML 1.1 (toml.io). All syntax errors of a text are reported at once, at most 20, and nothing is said of keys that may be missing because of them.",
    example: Example::Profile { bad: "name = \"ml\ndriver = \"csi.example.com\"\n", good: GOOD },
    since: "0.1.0",
};

/// A profile is empty or is no text.
pub static TEXT: Rule = Rule {
    code: "P002",
    name: "profile-text",
    severity: Severity::Error,
    kinds: &[],
    summary: "a profile is empty or is no text",
    explanation: "A profile is TOML in UTF-8. Empty files and binary files are mostly a wrong path.",
    example: Example::Profile { bad: "", good: GOOD },
    since: "0.1.0",
};

/// A key that profiles do not have.
pub static UNKNOWN_KEY: Rule = Rule {
    code: "P003",
    name: "unknown-key",
    severity: Severity::Error,
    kinds: &[],
    summary: "a key that profiles do not have",
    explanation: "A key that nobody reads would be lost in silence. What the API has and a profile does not goes under `spec` of the object.",
    example: Example::Profile {
        bad: "name = \"ml\"\ndriver = \"csi.example.com\"\n\n[claims.data]\naccessModes = [\"ReadWriteOnce\"]\nsize = \"10Gi\"\nstorageclass = \"fast\"\n",
        good: GOOD,
    },
    since: "0.1.0",
};

/// A value of the wrong type.
pub static TYPE: Rule = Rule {
    code: "P004",
    name: "profile-type",
    severity: Severity::Error,
    kinds: &[],
    summary: "a value of the wrong type",
    explanation: "The key takes another type, as the documentation of profiles says.",
    example: Example::Profile {
        bad: "name = \"ml\"\ndriver = \"csi.example.com\"\n\n[claims.data]\naccessModes = [\"ReadWriteOnce\"]\nsize = true\n",
        good: GOOD,
    },
    since: "0.1.0",
};

/// A value that the key does not take.
pub static VALUE: Rule = Rule {
    code: "P005",
    name: "wrong-value",
    severity: Severity::Error,
    kinds: &[],
    summary: "a value that the key does not take",
    explanation: "The key takes certain words only, a quantity as the API server parses it (k8s.io/apimachinery, pkg/api/resource), or a Kubernetes version that volwright knows.",
    example: Example::Profile {
        bad: "name = \"ml\"\ndriver = \"csi.example.com\"\n\n[claims.data]\naccessModes = [\"ReadWriteOnce\"]\nsize = \"10GB\"\n",
        good: GOOD,
    },
    since: "0.1.0",
};

/// A key that must be there is missing.
pub static MISSING_KEY: Rule = Rule {
    code: "P006",
    name: "missing-key",
    severity: Severity::Error,
    kinds: &[],
    summary: "a key that must be there is missing",
    explanation: "Without the key no object can be rendered that the API server would accept.",
    example: Example::Profile {
        bad: "name = \"ml\"\ndriver = \"csi.example.com\"\n\n[claims.data]\naccessModes = [\"ReadWriteOnce\"]\n",
        good: GOOD,
    },
    since: "0.1.0",
};

/// Keys that exclude each other.
pub static CHOICE: Rule = Rule {
    code: "P007",
    name: "excluding-keys",
    severity: Severity::Error,
    kinds: &[],
    summary: "keys that exclude each other",
    explanation: "The keys set one and the same field of the API, which can hold one of them only.",
    example: Example::Profile {
        bad: "name = \"ml\"\ndriver = \"csi.example.com\"\n\n[claims.data]\naccessModes = [\"ReadWriteOnce\"]\nsize = \"10Gi\"\nrestoreFrom = \"monday\"\ncloneOf = { existing = \"old\" }\n",
        good: GOOD,
    },
    since: "0.1.0",
};

/// A key that names no object of the profile.
pub static REFERENCE: Rule = Rule {
    code: "P008",
    name: "absent-reference",
    severity: Severity::Error,
    kinds: &[],
    summary: "a key that names no object of the profile",
    explanation: "A claim names its class, and a pod its claims, by their keys in the profile. An object that is in the cluster already is named with `{ existing = \"…\" }`.",
    example: Example::Profile {
        bad: "name = \"ml\"\ndriver = \"csi.example.com\"\n\n[claims.data]\naccessModes = [\"ReadWriteOnce\"]\nsize = \"10Gi\"\nstorageClass = \"fast\"\n",
        good: GOOD,
    },
    since: "0.1.0",
};

/// Two objects of one kind have one name.
pub static DUPLICATE_NAME: Rule = Rule {
    code: "P009",
    name: "duplicate-name",
    severity: Severity::Error,
    kinds: &[],
    summary: "two objects of one kind have one name",
    explanation: "The API server keeps one object of a kind, namespace and name: the second would overwrite the first.",
    example: Example::Profile {
        bad: "name = \"ml\"\ndriver = \"csi.example.com\"\n\n[storageClasses.fast]\n\n[claims.data]\nstorageClass = \"fast\"\naccessModes = [\"ReadWriteOnce\"]\nsize = \"10Gi\"\n\n[claims.more]\nname = \"ml-data\"\nstorageClass = \"fast\"\naccessModes = [\"ReadWriteOnce\"]\nsize = \"10Gi\"\n",
        good: GOOD,
    },
    since: "0.1.0",
};

/// What `extends` names cannot lie under the profile.
pub static EXTENDS: Rule = Rule {
    code: "P010",
    name: "profile-extends",
    severity: Severity::Error,
    kinds: &[],
    summary: "what `extends` names cannot lie under the profile",
    explanation: "`extends` is the name of a built-in profile or the path of a file, seen from the file that says so. A chain of them may not lead back to where it began.",
    example: Example::Profile {
        bad: "name = \"ml\"\ndriver = \"csi.example.com\"\nextends = \"absent.toml\"\n",
        good: GOOD,
    },
    since: "0.1.0",
};

/// A scratch volume that nothing mounts.
pub static UNUSED_SCRATCH: Rule = Rule {
    code: "P011",
    name: "unused-scratch",
    severity: Severity::Warning,
    kinds: &[],
    summary: "a scratch volume that nothing mounts",
    explanation: "A pod of a profile gets the volumes that it mounts. One that stands under `scratch` and that no entry of `mounts` or `devices` names is not rendered: the pod runs without it, and what it writes there fills the node's own disk.",
    example: Example::Profile {
        bad: "name = \"ml\"\n\n[pods.trainer]\nimage = \"registry.example.com/trainer:1\"\nscratch = { tmp = { size = \"10Gi\", accessModes = [\"ReadWriteOnce\"] } }\n",
        good: "name = \"ml\"\n\n[pods.trainer]\nimage = \"registry.example.com/trainer:1\"\nscratch = { tmp = { size = \"10Gi\", accessModes = [\"ReadWriteOnce\"] } }\nmounts = [{ scratch = \"tmp\", mountPath = \"/scratch\" }]\n",
    },
    since: "0.1.0",
};

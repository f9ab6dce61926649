//! Rules T: what is wrong with a template.

use crate::rule::Severity;
use crate::rule::{Example, Rule};

/// The rules of this family, by code.
pub static RULES: &[&Rule] = &[&SYNTAX, &UNDEFINED, &MISSING, &LIMIT, &FAILURE];

/// A template of a StorageClass that works.
const GOOD: &str = "\
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {{ metadata }}
provisioner: {{ provisioner }}
parameters: {{ parameters }}
reclaimPolicy: Retain
volumeBindingMode: WaitForFirstConsumer
allowVolumeExpansion: true
";

const fn rule(
    code: &'static str,
    name: &'static str,
    summary: &'static str,
    explanation: &'static str,
    bad: &'static str,
) -> Rule {
    Rule {
        code,
        name,
        severity: Severity::Error,
        kinds: &[],
        summary,
        explanation,
        example: Example::Template { bad, good: GOOD },
        since: "0.1.0",
    }
}

/// The template is no template.
pub static SYNTAX: Rule = rule(
    "T001",
    "template-syntax",
    "a template can be read",
    "Templates are written in the language of Jinja, as minijinja reads it: `{{ value }}`, `{% if … %}`, `{% for … %}`. \
     Control characters cannot stand in them, because rendered text is followed by some.\n\nSource: docs.rs/minijinja, \
     syntax.",
    "\
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {{ metadata
provisioner: {{ provisioner }}
",
);

/// The template uses a value, a filter or a test that is not there.
pub static UNDEFINED: Rule = rule(
    "T002",
    "undefined-value",
    "a template uses values that are there",
    "A value that is missing never becomes an empty text: that is how half a manifest gets applied. Where a value may be \
     missing, ask `{% if value is defined %}` first.\n\nThe filters `safe`, `escape` and `urlencode` are not there: values \
     are always written so that they cannot change the document's structure.",
    "\
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {{ metadata }}
provisioner: {{ provisoner }}
",
);

/// The template includes another that is not there.
pub static MISSING: Rule = rule(
    "T003",
    "missing-template",
    "a template includes templates that are there",
    "`include`, `import` and `extends` reach the templates in the folder that `--templates` names, by their path from \
     there, and the built-in ones. They do not reach files outside.",
    "\
{% include '../secret.j2' %}
",
);

/// The template does not end.
pub static LIMIT: Rule = rule(
    "T004",
    "template-limit",
    "a template ends",
    "A template may take half a million steps and ten seconds, and templates may include each other 64 deep, so that a \
     loop that does not end fails instead of filling the machine.",
    "\
{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}
apiVersion: storage.k8s.io/v1
kind: StorageClass
",
);

/// Anything else that a template does wrong.
pub static FAILURE: Rule = rule(
    "T005",
    "template-failure",
    "a template can be rendered",
    "An operation of the template does not work on the value that it was given, such as adding a list and a number.",
    "\
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {{ metadata }}
provisioner: {{ provisioner + 1 }}
",
);

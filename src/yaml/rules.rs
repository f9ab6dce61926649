//! Rules Y: what is wrong with a manifest as YAML.

use crate::rule::Severity;
use crate::rule::{Example, Rule};

/// A manifest that is sound.
const GOOD: &str = "\
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: standard
  resources: {requests: {storage: 10Gi}}
";

/// The rules of this family, by code.
pub static RULES: &[&Rule] =
    &[&SYNTAX, &TAB, &CHARACTER, &SEPARATOR, &DUPLICATE_KEY, &ALIAS, &VALUE, &OBJECT, &LIMIT, &IGNORED];

/// The text is not YAML.
pub static SYNTAX: Rule = Rule {
    code: "Y001",
    name: "syntax",
    severity: Severity::Error,
    kinds: &[],
    summary: "the text is not YAML, or not JSON where it began as JSON",
    explanation: "kubectl cannot read the document, and applies nothing of the file from there on.\n\n\
        volwright scans and parses as kubectl's YAML library (go.yaml.in/yaml/v2) does, with YAML 1.1's \
        rules, and reports the place where that library gives up. A text that begins with `{` is read as \
        JSON first. Other documents of the input are judged all the same.",
    example: Example::Manifest { bad: "apiVersion: v1\nkind: Pod\nmetadata: {name: trainer\n", good: GOOD },
    since: "0.1.0",
};

/// A tab indents.
pub static TAB: Rule = Rule {
    code: "Y002",
    name: "tab-indentation",
    severity: Severity::Error,
    kinds: &[],
    summary: "a tab stands where only spaces may indent",
    explanation: "YAML takes no tabs as indentation (YAML 1.1, section 4.1.2: an indentation consists of spaces \
        only), and kubectl refuses the document. Tabs between a value and a comment, inside quotes and \
        inside brackets are fine.",
    example: Example::Manifest { bad: "apiVersion: v1\nkind: Pod\nmetadata:\n\tname: trainer\n", good: GOOD },
    since: "0.1.0",
};

/// A control character.
pub static CHARACTER: Rule = Rule {
    code: "Y003",
    name: "control-character",
    severity: Severity::Error,
    kinds: &[],
    summary: "a control character stands in the text",
    explanation: "YAML's character set leaves out the control characters except tab, line feed, carriage return and \
        U+0085 (YAML 1.1, section 4.1.1), and kubectl refuses a document that holds one, wherever it \
        stands. They mostly come in by copying from a terminal. In double quotes each can be written as an \
        escape such as `\\x07`.",
    example: Example::Manifest {
        bad: "apiVersion: v1\nkind: Pod\nmetadata: {name: \"train\u{7}er\"}\n",
        good: GOOD,
    },
    since: "0.1.0",
};

/// Text behind a document separator.
pub static SEPARATOR: Rule = Rule {
    code: "Y004",
    name: "document-separator",
    severity: Severity::Error,
    kinds: &[],
    summary: "text stands behind a document separator",
    explanation: "kubectl splits its input at every line that begins with `---` before it reads any YAML, so also \
        inside a block of text, and takes nothing but a comment behind the dashes \
        (k8s.io/apimachinery/pkg/util/yaml, `YAMLReader`). It refuses the whole input otherwise.",
    example: Example::Manifest { bad: "--- {apiVersion: v1, kind: Pod}\n", good: GOOD },
    since: "0.1.0",
};

/// A key given twice.
pub static DUPLICATE_KEY: Rule = Rule {
    code: "Y005",
    name: "duplicate-key",
    severity: Severity::Error,
    kinds: &[],
    summary: "a mapping gives a key twice",
    explanation: "kubectl keeps the last value and drops the others without a word; other tools keep the first, or \
        refuse the document, and so does the API server when it is asked for strict field validation. \
        Whoever reads the manifest cannot know which value counts. Keys are compared as kubectl resolves \
        them: `yes` and `true` are the same key. A key that overrides one merged in by `<<` is no \
        duplicate.",
    example: Example::Manifest {
        bad: "\
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
  name: data
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: standard
  resources: {requests: {storage: 10Gi}}
",
        good: GOOD,
    },
    since: "0.1.0",
};

/// An alias without an anchor.
pub static ALIAS: Rule = Rule {
    code: "Y006",
    name: "unknown-alias",
    severity: Severity::Error,
    kinds: &[],
    summary: "an alias names no anchor above it, or the value it stands in",
    explanation: "An alias `*name` stands for the value that `&name` marked earlier in the same document. kubectl \
        refuses a document with an alias that names nothing, or that stands inside the value it names. \
        Text that begins with `*` or `&` must be quoted.",
    example: Example::Manifest {
        bad: "apiVersion: v1\nkind: Pod\nmetadata: {name: *trainer }\n",
        good: GOOD,
    },
    since: "0.1.0",
};

/// A value that JSON cannot carry.
pub static VALUE: Rule = Rule {
    code: "Y007",
    name: "no-json-value",
    severity: Severity::Error,
    kinds: &[],
    summary: "a key or a value is sound YAML but cannot be sent to the API server",
    explanation: "kubectl turns YAML into JSON (sigs.k8s.io/yaml) and refuses what JSON cannot carry: null, a list \
        or a mapping as a key, infinities and NaN, a value that does not fit its tag, `<<` over anything \
        but mappings. A key such as `{{ name }}` is a mapping to YAML: a placeholder that was not filled \
        in.",
    example: Example::Manifest {
        bad: "apiVersion: v1\nkind: Pod\nmetadata: {name: trainer, ~: null}\n",
        good: GOOD,
    },
    since: "0.1.0",
};

/// A document that is no object.
pub static OBJECT: Rule = Rule {
    code: "Y008",
    name: "no-object",
    severity: Severity::Error,
    kinds: &[],
    summary: "a document is not an object",
    explanation: "kubectl applies objects: mappings with `apiVersion` and `kind`. A document that is a list, a \
        string or a number is refused. Empty documents and comments between `---` lines are fine.",
    example: Example::Manifest { bad: "- apiVersion: v1\n- kind: Pod\n", good: GOOD },
    since: "0.1.0",
};

/// A document beyond the limits.
pub static LIMIT: Rule = Rule {
    code: "Y009",
    name: "document-limit",
    severity: Severity::Error,
    kinds: &[],
    summary: "a document is larger or deeper than volwright reads",
    explanation: "A document may take 32 MiB, hold 2,000,000 values and nest 1,000 levels deep; what is copied for its \
        anchors and aliases may take 256 MiB. Aliases may make up 99 % of the values of a document of up to \
        400,000 values, and less of a larger one, down to 10 %: that is the rule of kubectl's own YAML library \
        against documents that unfold to gigabytes. The API server takes requests of 3 MiB.",
    example: Example::Manifest { bad: BOMB, good: GOOD },
    since: "0.1.0",
};

/// Text behind a document's end.
pub static IGNORED: Rule = Rule {
    code: "Y010",
    name: "ignored-text",
    severity: Severity::Warning,
    kinds: &[],
    summary: "kubectl passes over text behind the end of a document",
    explanation: "kubectl reads one YAML document between two `---` lines and passes over what follows it without a \
        word (go.yaml.in/yaml/v2 decodes the first document of a text). A document ends at `...`, and also \
        where a line is indented less than the first one, or follows a closing brace: fields that stand \
        there are silently not applied.",
    example: Example::Manifest { bad: IGNORED_SPEC, good: GOOD },
    since: "0.1.0",
};

/// A sound claim with a field behind its end.
const IGNORED_SPEC: &str = "\
{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data}, spec: {
  accessModes: [ReadWriteOnce], storageClassName: standard, resources: {requests: {storage: 10Gi}}}}
metadata: {namespace: training}
";

/// Nine levels of nine aliases each.
const BOMB: &str = "\
apiVersion: v1
kind: Pod
a: &a [x, x, x, x, x, x, x, x, x]
b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]
c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]
d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c]
e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d]
f: &f [*e, *e, *e, *e, *e, *e, *e, *e, *e]
g: &g [*f, *f, *f, *f, *f, *f, *f, *f, *f]
h: &h [*g, *g, *g, *g, *g, *g, *g, *g, *g]
";

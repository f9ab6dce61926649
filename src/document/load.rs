//! Parses texts into documents: nodes, then typed objects, with the findings of decoding.

use super::decode;
use super::fields::{self, Type};
use super::kind::Kind;
use super::object::Object;
use super::{Document, Memo, Renaming, derived, foreign, kind, memo};
use crate::catalog::api_version::{self, ApiVersion};
use crate::catalog::kubernetes::KubernetesVersion;
use crate::document::reporter::Reporter;
use crate::document::rules::{
    LIMIT_EXCEEDED, MISSING_API_VERSION, REQUIRED_FIELD, WRONG_API_VERSION, WRONG_TYPE,
};
use crate::finding::Finding;
use crate::finding::fix::{Applicability, Fix};
use crate::parallel;
use crate::rule::Severity;
use crate::source::{SourceId, Sources};
use crate::yaml::node::{Entry, Node, Value};
use crate::yaml::path::Path;
use crate::yaml::read::{DocumentSlice, ParsedDocument, read_piece, split};
use crate::yaml::rules::NOT_AN_OBJECT;

/// The documents of some texts, and the findings of parsing and decoding.
#[derive(Debug, Default)]
pub struct Loaded<'t> {
    /// The documents in the order of the input.
    pub documents: Vec<Document<'t>>,
    /// Findings about the text and the types of values.
    pub findings: Vec<Finding>,
    /// Documents of files in a directory that are not manifests: their position in the input, and their text.
    pub foreign: Vec<(usize, SourceId)>,
    /// The number of documents, including unreadable ones.
    pub count: usize,
}

/// Where a document comes from.
#[derive(Clone, Copy)]
struct Origin<'t, 'm> {
    source: SourceId,
    /// The text that its spans point into; none if they point into several.
    text: Option<&'t str>,
    /// What was decoded before.
    memo: Option<&'m Memo>,
}

/// Roughly how many bytes one thread parses at a time.
const SHARE: usize = 64 << 10;

/// Parses the texts `ids` in order and decodes each document as an API server of `version` does.
#[must_use]
pub fn load<'t>(sources: &'t Sources, ids: &[SourceId], version: KubernetesVersion) -> Loaded<'t> {
    let texts = ids.iter().map(|id| (*id, &*sources.get(*id).text));
    let mut loaded = Loaded::default();
    for share in parallel::map(shares(texts), |share| Loaded::of(share, version)) {
        loaded.append(share);
    }
    loaded
}

/// A piece of a text.
type Share<'t> = Vec<(SourceId, &'t str, DocumentSlice)>;

/// The pieces of some texts, in batches.
fn shares<'t>(texts: impl Iterator<Item = (SourceId, &'t str)>) -> Vec<Share<'t>> {
    let mut shares = Vec::new();
    let (mut share, mut bytes) = (Share::new(), 0);
    for (source, text) in texts {
        for piece in split(text) {
            bytes += piece.range.len();
            share.push((source, text, piece));
            if bytes >= SHARE {
                shares.push(std::mem::take(&mut share));
                bytes = 0;
            }
        }
    }
    shares.push(share);
    shares
}

impl<'t> Loaded<'t> {
    /// Parses some pieces.
    fn of(share: Share<'t>, version: KubernetesVersion) -> Self {
        let mut loaded = Self::default();
        for (source, text, piece) in share {
            if let Some(reading) = read_piece(source, text, &piece) {
                loaded.add(source, reading, version);
            }
        }
        loaded
    }

    /// Appends the result of the following text.
    pub fn append(&mut self, mut behind: Self) {
        for document in &mut behind.documents {
            document.shift(self.count);
        }
        for finding in &mut behind.findings {
            finding.document = finding.document.map(|index| index + self.count);
        }
        self.documents.append(&mut behind.documents);
        self.findings.append(&mut behind.findings);
        self.foreign.extend(behind.foreign.into_iter().map(|(index, source)| (index + self.count, source)));
        self.count += behind.count;
    }

    /// Adds one document, or each item of a list.
    pub fn add(&mut self, source: SourceId, reading: ParsedDocument<'t>, version: KubernetesVersion) {
        self.add_known(source, reading, version, None);
    }

    /// The same with what was decoded before.
    pub fn add_known(
        &mut self,
        source: SourceId,
        reading: ParsedDocument<'t>,
        version: KubernetesVersion,
        memo: Option<&Memo>,
    ) {
        let index = self.count;
        self.count += 1;
        self.findings.extend(reading.findings.into_iter().map(|mut finding| {
            finding.document = Some(index);
            finding
        }));
        if let Some(root) = reading.root {
            self.add_object(index, Origin { source, text: reading.text, memo }, root, version);
        }
    }

    /// Adds a document that was decoded before.
    pub fn add_decoded(&mut self, document: Document<'t>) {
        self.documents.push(Document { index: self.count, ..document });
        self.count += 1;
    }

    /// Adds a document that was decoded under another name; its tree has the new one. Returns whether the decoded object has it,
    /// too, in nothing but the names of objects.
    pub fn add_renamed(
        &mut self,
        document: Document<'t>,
        renaming: &Renaming<'_>,
        version: KubernetesVersion,
        memo: Option<&Memo>,
    ) -> bool {
        let known = memo.filter(|_| !is_too_large(&document.root));
        let known = known.and_then(|memo| memo.renamed(&document.object, renaming));
        let Document { source, root, .. } = document;
        let is_known = known.is_some();
        match known {
            Some(object) => {
                let name = text(&root, &["metadata", "name"]).unwrap_or_default().to_owned().into();
                self.add_decoded(Document { root, name, object, ..document });
            }
            None => {
                let span = root.span;
                self.add_known(source, ParsedDocument::of_tree(root, span), version, memo);
            }
        }
        is_known
    }

    /// Adds a document of a file that was found in a directory, so that it need not be a manifest.
    pub fn add_found(&mut self, source: SourceId, reading: ParsedDocument<'t>, version: KubernetesVersion) {
        let is_manifest = match &reading.root {
            Some(root) => foreign::is_manifest(root),
            None => !reading.findings.iter().any(|finding| finding.rule.code == NOT_AN_OBJECT.code),
        };
        if is_manifest {
            self.add(source, reading, version);
        } else {
            self.add_foreign(source);
        }
    }

    /// Counts a document that is not a manifest.
    pub fn add_foreign(&mut self, source: SourceId) {
        self.foreign.push((self.count, source));
        self.count += 1;
    }

    fn add_object(
        &mut self,
        index: usize,
        origin: Origin<'t, '_>,
        root: Node<'t>,
        version: KubernetesVersion,
    ) {
        let is_list = text(&root, &["kind"]).is_some_and(|kind| kind.ends_with("List"))
            && root.get("items").is_some_and(|items| matches!(items.value, Value::Sequence(_)));
        if !is_list {
            self.documents.push(document(index, origin, root, version, &mut self.findings));
            return;
        }
        let Value::Mapping(entries) = root.value else { return };
        for entry in entries {
            if let ("items", Value::Sequence(items)) = (entry.key.value.as_ref(), entry.value.value) {
                for item in items {
                    self.add_object(index, origin, item, version);
                }
            }
        }
    }
}

fn find<'n, 't>(root: &'n Node<'t>, fields: &[&str]) -> Option<&'n Node<'t>> {
    fields.iter().try_fold(root, |node, field| node.get(field))
}

fn text<'n>(root: &'n Node<'_>, fields: &[&str]) -> Option<&'n str> {
    find(root, fields).and_then(Node::as_str)
}

/// Decodes one document.
fn document<'t>(
    index: usize,
    origin: Origin<'t, '_>,
    root: Node<'t>,
    version: KubernetesVersion,
    findings: &mut Vec<Finding>,
) -> Document<'t> {
    // A text that the input holds as it is costs no copy.
    let text = |fields: &[&str]| match find(&root, fields).map(|node| &node.value) {
        Some(Value::String(text)) => Some(text.clone()),
        _ => None,
    };
    let mut document = Document {
        index,
        source: origin.source,
        api_version: text(&["apiVersion"]).unwrap_or_default(),
        kind: text(&["kind"]).unwrap_or_default(),
        name: text(&["metadata", "name"]).unwrap_or_default(),
        namespace: text(&["metadata", "namespace"]).filter(|namespace| !namespace.is_empty()),
        object: Object::Other,
        misfits: Vec::new(),
        derived: Vec::new(),
        is_template: false,
        root,
    };
    let (object, misfits) = {
        let mut out = Reporter::new(&document, findings);
        match type_of(&document, version, &mut out) {
            Some(kind) if is_too_large(&document.root) => {
                out.report(
                    &LIMIT_EXCEEDED,
                    &Path::root(),
                    format!(
                        "the API server does not accept a {} larger than {} MiB",
                        kind.short_name,
                        LARGEST_REQUEST >> 20
                    ),
                )
                .help("it rejects the whole request; remove large values, or split the object");
                (Object::Other, Vec::new())
            }
            Some(kind) => {
                let name = kind.short_name;
                let memo = origin.memo.map(|memo| (memo, memo::key(&document.root, name, version)));
                if let Some(known) = memo.and_then(|(memo, key)| memo.find(key)) {
                    document.object = known;
                    return document;
                }
                let before = out.count();
                let misfits = decode::check(&document.root, origin.text, kind, version, &mut out);
                let object = Object::read(name, &decode::checked(&document.root, &misfits));
                if matches!(object, Object::Other) && misfits.paths.is_empty() {
                    out.report(
                        &WRONG_TYPE,
                        &Path::root(),
                        format!("the document cannot be decoded as a {name}"),
                    );
                }
                let object = match memo.filter(|_| out.count() == before) {
                    Some((memo, key)) => memo.keep(key, object),
                    None => object,
                };
                (object, misfits.paths)
            }
            None => (Object::Other, Vec::new()),
        }
    };
    document.object = object;
    document.misfits = misfits;
    if matches!(document.object, Object::Other) {
        let index = document.index;
        document.derived =
            derived::derive(&document, &|root, found| self::document(index, origin, root, version, found));
    }
    document
}

/// The largest request that the API server accepts, in bytes of JSON (apiserver v0.36, pkg/server/config.go,
/// `MaxRequestBodyBytes`).
const LARGEST_REQUEST: usize = 3 << 20;

/// Whether an object exceeds the size of one request. It is not validated then, because some rules compare
/// all items of a list.
fn is_too_large(root: &Node<'_>) -> bool {
    // Only aliases make the object larger than its text, and copies of one item end a comparison early.
    let text = (root.span.end - root.span.start) as usize;
    text > LARGEST_REQUEST / 6 && json_length(root) > LARGEST_REQUEST
}

/// The minimum size of a tree as JSON, in bytes.
fn json_length(node: &Node<'_>) -> usize {
    match &node.value {
        Value::String(text) => text.len() + 2,
        Value::Sequence(items) => items.iter().map(|item| json_length(item) + 1).sum::<usize>() + 1,
        Value::Mapping(entries) => {
            let entry = |entry: &Entry<'_>| entry.key.value.len() + 4 + json_length(&entry.value);
            entries.iter().map(entry).sum::<usize>() + 1
        }
        // A number or a word.
        _ => 1,
    }
}

/// The type of a document that volwright validates; reports errors in its `apiVersion` and `kind`.
fn type_of(
    document: &Document<'_>,
    version: KubernetesVersion,
    out: &mut Reporter<'_>,
) -> Option<&'static Type> {
    let root = Path::root();
    let given = |field: &str| document.root.get(field).filter(|node| node.value != Value::Null);
    if document.kind.is_empty() {
        match given("kind").filter(|node| node.as_str().is_none()) {
            Some(_) => out.report(&WRONG_TYPE, &root.field("kind"), "the kind is not a string"),
            None => out.report(&REQUIRED_FIELD, &root.field("kind"), "missing `kind`"),
        }
        .help("every manifest needs `apiVersion` and `kind`");
        return None;
    }
    let kind = kind::find(&document.kind)?;
    let at = root.field("apiVersion");
    match given("apiVersion") {
        Some(node) if node.as_str().is_none() => {
            out.report(&WRONG_TYPE, &at, format!("the API version of a {} is not a string", kind.name))
                .help(format!("write `apiVersion: {}`", kind.api_versions[0]));
            return None;
        }
        _ if document.api_version.is_empty() => {
            out.report(&MISSING_API_VERSION, &at, "missing `apiVersion`")
                .help(format!("write `apiVersion: {}`", kind.api_versions[0]))
                .fix(Fix::insert(&at, kind.api_versions[0], Applicability::Safe));
        }
        _ => match api_version::find(kind.name, &document.api_version) {
            Some(entry) if !serve(entry, kind, version, &at, out) => return None,
            Some(_) => {}
            None if kind.api_versions.contains(&&*document.api_version) => {}
            // Another group may have a kind of the same name.
            None if kind::is_custom(&document.api_version) => return None,
            None => {
                out.report(
                    &WRONG_API_VERSION,
                    &at,
                    format!("no kind {} in `{}`", kind.name, document.api_version),
                )
                .help(format!("write `apiVersion: {}`", kind.api_versions[0]))
                .fix(Fix::replace(&at, kind.api_versions[0], Applicability::Safe));
                return None;
            }
        },
    }
    let written = &document.api_version;
    // The fields of a version that is gone are those of its successor.
    let gone = api_version::find(kind.name, written).is_some_and(|entry| entry.is_removed(version.minor()));
    fields::find_kind(kind.name, if written.is_empty() || gone { kind.api_versions[0] } else { written })
}

/// Reports an API version that `version` does not serve, or serves under a condition. Returns whether the object can be
/// checked as one of its kind.
fn serve(
    entry: &ApiVersion,
    kind: &Kind,
    version: KubernetesVersion,
    at: &Path<'_>,
    out: &mut Reporter<'_>,
) -> bool {
    let (name, given, minor) = (kind.name, entry.api_version, version.minor());
    // The version to write instead: the first that this server has.
    let served = |other: &&str| {
        *other != given
            && api_version::find(name, other)
                .is_none_or(|other| minor >= other.since && !other.is_removed(minor))
    };
    let instead = kind.api_versions.iter().copied().find(served);
    let replace = |instead: &str| Box::new(Fix::replace(at, instead, Applicability::Safe));
    let replacement = instead.map(replace);
    let write = |before: String| match instead {
        Some(instead) => format!("{before}; write `apiVersion: {instead}`"),
        None => before,
    };
    if minor < entry.since {
        let message = format!("Kubernetes {version} has no {name} in `{given}`");
        let help = write(format!("it was added in 1.{}", entry.since));
        let finding = out.report(&WRONG_API_VERSION, at, message).help(help);
        finding.fix = replacement;
    } else if let Some(removed) = entry.removed.filter(|_| entry.is_removed(minor)) {
        let message = format!("Kubernetes {version} no longer serves {name} in `{given}`");
        let help = write(format!("it was removed in 1.{removed}"));
        let finding = out.report(&WRONG_API_VERSION, at, message);
        // An older cluster, which the user need not have mentioned, still serves it.
        if version.is_assumed() && removed > KubernetesVersion::OLDEST.minor() {
            finding.severity = Severity::Warning;
            finding.help(format!(
                "{help}, or state the version of an older cluster with `--kubernetes-version`"
            ));
        } else {
            finding.help(help);
        }
        finding.fix = replacement;
    } else if entry.is_deprecated(minor) || entry.opt_in {
        let condition = "the API server serves it only if `--runtime-config` enables it";
        let (message, help) = if entry.is_deprecated(minor) {
            let last = entry.removed.map_or(String::new(), |removed| format!(", and 1.{removed} removes it"));
            let condition = if entry.opt_in { condition } else { "the API server still serves it" };
            (format!("`{given}` of {name} is deprecated{last}"), write(condition.to_owned()))
        } else {
            (format!("`{given}` of {name} is off by default in Kubernetes {version}"), condition.to_owned())
        };
        let finding = out.report(&WRONG_API_VERSION, at, message);
        finding.severity = Severity::Warning;
        finding.help(help);
        finding.fix = replacement;
    }
    // The listed versions of a kind have the same fields.
    kind.api_versions.contains(&given) || (minor >= entry.since && !entry.is_removed(minor))
}

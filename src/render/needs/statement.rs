//! What the classes of a profile state about their disks, read and checked.

use std::borrow::Cow;

use crate::catalog::billing::{self, Billing};
use crate::catalog::driver::{self, Driver};
use crate::choose::need::{self, Need};
use crate::finding::Finding;
use crate::profile::rules::{INVALID_PROFILE_VALUE, MISSING_KEY, MUTUALLY_EXCLUSIVE_KEYS, UNMET_NEED};
use crate::profile::sections::STORAGE_CLASSES;
use crate::profile::{Object, Profile};
use crate::quantity::Quantity;
use crate::source::{Sources, Span};
use crate::yaml::node::{Node, Value};

/// The need of a class.
#[derive(Debug)]
pub(super) struct Statement {
    /// The key of the class.
    pub(super) key: String,
    /// The name of the class.
    pub(super) name: String,
    pub(super) provisioner: String,
    pub(super) driver: &'static Driver,
    pub(super) billing: &'static Billing,
    pub(super) need: Need,
    /// The place of `needs`.
    pub(super) span: Span,
    /// Parameters of built-in layers that the choice replaces.
    pub(super) replaced: Vec<String>,
    /// Parameters of the user's own layers that the choice does not change.
    pub(super) kept: Vec<String>,
}

/// The needs of all classes that are rendered. If one cannot be read, that is reported, and the error is the key of its class.
pub(super) fn all(
    profile: &Profile,
    sources: &Sources,
    findings: &mut Vec<Finding>,
) -> Vec<Result<Statement, String>> {
    let classes = profile.objects().filter(|object| object.section.name == STORAGE_CLASSES);
    let stated = classes.filter(|class| !profile.is_in_catalogue(class) && class.node.get("needs").is_some());
    stated
        .map(|class| statement(profile, &class, sources, findings).ok_or_else(|| class.key.to_owned()))
        .collect()
}

fn statement(
    profile: &Profile,
    class: &Object<'_>,
    sources: &Sources,
    findings: &mut Vec<Finding>,
) -> Option<Statement> {
    let stated = class.node.entry("needs")?;
    let span = stated.key.span;
    let own = class.node.get("provisioner").or_else(|| profile.get("driver"))?;
    let provisioner = own.as_str()?;
    let found = driver::find(provisioner).and_then(|driver| Some((driver, billing::of(driver.name)?)));
    let Some((driver, billing)) = found else {
        let message = format!(
            "no disk can be chosen for `{}`: {provisioner} is not a driver whose disks volwright has prices for",
            class.key
        );
        let mut finding = Finding::new(&UNMET_NEED, span, message);
        finding.help("set the parameters of the class instead of `needs`");
        findings.push(finding);
        return None;
    };
    let need = need_of(profile, class, &stated.value, span, findings)?;
    let is_built_in = |span: Span| sources.get(span.source).name.starts_with("<built-in ");
    let (mut replaced, mut kept) = (Vec::new(), Vec::new());
    for entry in class.node.get("parameters").map(Node::entries).unwrap_or_default() {
        let key = entry.key.value.as_ref();
        let name = driver.class.find(key).map_or(key, |(name, _)| name);
        let determines = determines(driver, name);
        if !determines && !billing.depends_on_type(name) {
            continue;
        }
        if is_built_in(entry.key.span) {
            replaced.push(key.to_owned());
        } else if determines {
            let message = format!("`needs` and `parameters.{key}` exclude each other");
            let mut finding = Finding::new(&MUTUALLY_EXCLUSIVE_KEYS, span, message);
            finding.help("the choice sets the disk type, the IOPS and the throughput: remove one of them");
            finding.related(entry.key.span, "the parameter is set here");
            findings.push(finding);
            return None;
        } else {
            kept.push(name.to_owned());
        }
    }
    Some(Statement {
        key: class.key.to_owned(),
        name: class.name.clone(),
        provisioner: provisioner.to_owned(),
        driver,
        billing,
        need,
        span,
        replaced,
        kept,
    })
}

/// Whether a parameter is the disk type, IOPS or throughput.
fn determines(driver: &Driver, name: &str) -> bool {
    let metrics = [driver.iops.as_ref(), driver.throughput.as_ref()].into_iter().flatten();
    let mut metrics = metrics.flat_map(|metric| [Some(metric.key), metric.per_gib_key]);
    let types = driver.disk_type.as_ref().map_or(&[][..], |keys| keys.keys);
    types.contains(&name) || metrics.any(|key| key == Some(name))
}

/// A need with the size and the modes of the claims that name the class.
fn need_of(
    profile: &Profile,
    class: &Object<'_>,
    stated: &Node<'static>,
    span: Span,
    findings: &mut Vec<Finding>,
) -> Option<Need> {
    let before = findings.len();
    let mut amount = |key: &str, read: fn(&str) -> Result<i64, String>| {
        let node = stated.get(key)?;
        let text = scalar(node)?;
        read(&text).map_err(|why| findings.push(invalid(key, &text, &why, node.span))).ok()
    };
    let size = amount("size", need::size);
    let throughput = amount("throughput", need::throughput).unwrap_or(0);
    let iops = amount("iops", need::iops).unwrap_or(0);
    let is_true = |key: &str| stated.get(key).is_some_and(|node| node.value == Value::Bool(true));
    let claims = claims(profile, class.key);
    let size = size.or_else(|| claims.iter().filter_map(|claim| gib(claim.get("size")?)).min());
    if findings.len() > before {
        return None;
    }
    let Some(size) = size else {
        let message = format!("`needs` has no `size`, and no claim names the class `{}`", class.key);
        let mut finding = Finding::new(&MISSING_KEY, span, message);
        finding.help("what a disk delivers depends on its size: add `size`, such as `size = \"500Gi\"`");
        findings.push(finding);
        return None;
    };
    let mut need = Need {
        size,
        iops,
        throughput,
        exact_size: true,
        firm: is_true("firm"),
        replicated: is_true("replicated"),
        ssd: is_true("ssd"),
        without: texts(stated, "without"),
        ..Need::default()
    };
    let mut modes: Vec<String> = claims.iter().flat_map(|claim| texts(claim, "accessModes")).collect();
    modes.sort();
    modes.dedup();
    if !modes.is_empty() {
        need.access_modes = modes;
    }
    if let Some(mode) = claims.iter().find_map(|claim| claim.get("volumeMode")?.as_str()) {
        need.volume_mode = mode.to_owned();
    }
    Some(need)
}

fn invalid(key: &str, text: &str, why: &str, span: Span) -> Finding {
    let mut finding =
        Finding::new(&INVALID_PROFILE_VALUE, span, format!("`{text}` is not a valid `{key}` of a need"));
    finding.help(why);
    finding
}

/// The claims and templates of claims that are rendered and name a class of the profile.
fn claims<'p>(profile: &'p Profile, class: &str) -> Vec<&'p Node<'static>> {
    fn walk<'p>(node: &'p Node<'static>, class: &str, found: &mut Vec<&'p Node<'static>>) {
        if node.get("storageClass").and_then(Node::as_str) == Some(class) {
            found.push(node);
        }
        node.entries().iter().for_each(|entry| walk(&entry.value, class, found));
    }
    let mut found = Vec::new();
    let rendered = profile.objects().filter(|object| !profile.is_in_catalogue(object));
    rendered.for_each(|object| walk(object.node, class, &mut found));
    found
}

/// The size of a claim in GiB, rounded up as drivers do.
fn gib(size: &Node<'_>) -> Option<i64> {
    let quantity = Quantity::parse(&scalar(size)?).ok()?;
    i64::try_from(quantity.ceil_to(1 << 30)).ok().filter(|size| *size > 0)
}

fn scalar<'n>(node: &'n Node<'_>) -> Option<Cow<'n, str>> {
    match &node.value {
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Integer(number) => Some(Cow::Owned(number.to_string())),
        _ => None,
    }
}

fn texts(node: &Node<'_>, key: &str) -> Vec<String> {
    let items = node.get(key).map(Node::items).unwrap_or_default();
    items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect()
}

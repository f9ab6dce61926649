//! Renders a profile into validated documents; the only side effect is reading the files of its layers.

use crate::bundle::Bundle;
use crate::catalog::kubernetes::KubernetesVersion;
use crate::catalog::pod_security::PodSecurityLevel;
use crate::context::{context, with_further_fields};
use crate::document::Document;
use crate::document::load::Loaded;
use crate::error::Error;
use crate::finding::Finding;
use crate::parallel;
use crate::profile::{self, Profile, Texts};
use crate::rule::Severity;
use crate::source::Sources;
use crate::template::Templates;
use crate::yaml::read::ParsedDocument;
use crate::yaml::write;
use crate::{rules, suppression};

/// What to render, and what to validate it for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Request<'a> {
    /// The profile and its layers.
    pub profile: profile::Request<'a>,
    /// The oldest API server that must accept the output; defaults to that of the profile, then to the
    /// newest.
    pub version: Option<KubernetesVersion>,
    /// The Pod Security level; defaults to that of the profile.
    pub pod_security: Option<PodSecurityLevel>,
}

/// One rendered profile.
#[derive(Debug, Default)]
pub struct Rendered {
    /// The profile's name.
    pub name: String,
    /// The oldest API server that must accept the objects.
    pub version: KubernetesVersion,
    /// The objects in the order in which they are applied; the span of every node is the line to edit.
    pub documents: Vec<Document<'static>>,
    /// The key of each object in the profile, such as `claims.data`.
    pub keys: Vec<String>,
    /// All findings.
    pub findings: Vec<Finding>,
    /// The number of documents, including unreadable ones.
    pub count: usize,
}

/// The number of profiles read before they are rendered.
const SHARE: usize = 512;

/// Renders one profile and validates the result.
///
/// # Errors
///
/// If a profile or an overlay cannot be read.
pub fn render(
    sources: &mut Sources,
    templates: &Templates,
    request: &Request<'_>,
) -> Result<Rendered, Error> {
    let loaded = profile::load(sources, &request.profile)?;
    Ok(rendered(loaded, sources, templates, request))
}

/// Renders and validates profiles in parallel, each on its own, and returns the results of `finish` in order.
/// `finish` receives the position; if its result is smaller than the documents, many renders need little
/// memory.
///
/// # Errors
///
/// If a profile or an overlay cannot be read.
pub fn render_all<Done: Send>(
    sources: &mut Sources,
    requests: &[(&Templates, Request<'_>)],
    finish: impl Fn(usize, Rendered, &Sources) -> Done + Sync,
) -> Result<Vec<Done>, Error> {
    let mut texts = Texts::default();
    let mut done = Vec::with_capacity(requests.len());
    for share in requests.chunks(SHARE) {
        let mut jobs = Vec::with_capacity(share.len());
        let before = done.len();
        for (templates, request) in share {
            let layers = profile::read(sources, &mut texts, &request.profile)?;
            jobs.push((before + jobs.len(), layers, *templates, request));
        }
        let sources = &*sources;
        done.extend(parallel::map(jobs, |(at, layers, templates, request)| {
            finish(at, rendered(layers.merge(), sources, templates, request), sources)
        }));
    }
    Ok(done)
}

fn rendered(
    (profile, mut findings): (Option<Profile>, Vec<Finding>),
    sources: &Sources,
    templates: &Templates,
    request: &Request<'_>,
) -> Rendered {
    let Some(profile) = profile else { return Rendered { findings, ..Rendered::default() } };
    let of_profile = |key: &str| profile.get(key).and_then(|node| node.as_str());
    let version = request.version.or_else(|| of_profile("kubernetes")?.parse().ok()).unwrap_or_default();
    let level = request.pod_security.or_else(|| of_profile("podSecurity")?.parse().ok());
    let mut loaded = Loaded::default();
    let mut keys = Vec::new();
    for object in profile.objects() {
        // An existing claim is only referred to.
        if object.node.get("existing").is_some() {
            continue;
        }
        let template = object.section.kind.to_ascii_lowercase();
        match templates.render(&template, &context(&profile, &object), object.span, sources) {
            Ok(roots) => {
                for root in roots {
                    let root = with_further_fields(root, &object);
                    let span = object.span;
                    loaded.add(
                        span.source,
                        ParsedDocument { root: Some(root), findings: Vec::new(), span },
                        version,
                    );
                }
            }
            Err(wrong) => findings.extend(wrong),
        }
        keys.resize_with(loaded.documents.len(), || format!("{}.{}", object.section.name, object.key));
    }
    let Loaded { documents, findings: shape, count } = loaded;
    findings.extend(shape);
    let bundle = Bundle::new(&documents, version, level);
    findings.extend(rules::run(&bundle));
    suppression::apply(&bundle, &mut findings);
    Rendered { name: profile.name, version, documents, keys, findings, count }
}

impl Rendered {
    /// Numbers the documents from this position.
    pub fn count_from(&mut self, first: usize) {
        for document in &mut self.documents {
            document.index += first;
        }
        for finding in &mut self.findings {
            finding.document = finding.document.map(|index| index + first);
        }
    }

    /// Whether the documents may be written.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.findings.iter().all(|finding| finding.severity < Severity::Error)
    }
}

/// The documents as one YAML stream.
#[must_use]
pub fn stream(documents: &[Document<'_>]) -> String {
    let texts: Vec<String> = documents.iter().map(|document| write::write(&document.root)).collect();
    texts.join("---\n")
}

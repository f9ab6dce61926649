//! From a profile to validated documents: pure, except for reading the files of the layers.

pub mod last;
pub mod needs;
mod objects;

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use crate::bundle::Bundle;
use crate::bundle::index::Index;
use crate::catalog::kind::Filter;
use crate::catalog::kubernetes::KubernetesVersion;
use crate::catalog::pod_security::PodSecurityLevel;
use crate::context::profile_path;
use crate::document::load::Loaded;
use crate::document::{Document, Renaming};
use crate::error::Error;
use crate::finding::Finding;
use crate::fix::layers::LayerFixes;
use crate::hash::FastSet;
use crate::parallel;
use crate::profile::{self, Layers, Merged, Same, Texts, builtin, compose, sections};
use crate::progress::Progress;
use crate::rule::Severity;
use crate::rules::placeholder;
use crate::rules::renamed::is_ordinary;
use crate::schema::definitions::Definitions;
use crate::source::{SourceId, Sources, Span};
use crate::template::Templates;
use crate::yaml::node::Node;
use crate::yaml::read::ParsedDocument;
use crate::yaml::write;
use crate::{document, fix, rules, suppression, template};
use last::{Documents, Facts, PastRender, PastRenders, Ticket};
use needs::{Choosing, ChosenDisk};
use objects::{Made, RenderedObject, objects};

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
    /// The definitions of custom resources that the output is validated against.
    pub definitions: Option<&'a Definitions>,
    /// How disks are chosen for needs; otherwise by the lock files and the embedded prices.
    pub choosing: Option<&'a Choosing>,
    /// The overlay of this render alone, if it is one of a group of similar renders.
    pub own_overlay: Option<&'a Path>,
    /// What was rendered before, for programs that render again and again.
    pub memo: Option<&'a Memo>,
    /// The last render of each request, for programs that render again after each edit.
    pub last: Option<&'a PastRenders>,
}

/// What was checked, rendered and decoded before.
#[derive(Debug, Default)]
pub struct Memo {
    profiles: profile::Memo,
    templates: template::Memo,
    objects: document::Memo,
}

impl Memo {
    /// Drops what profiles that are rendered together share, and later renders do not need.
    pub fn end(&self) {
        self.objects.forget_renamed();
    }
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
    /// The place of each of them in the profile, such as `claims.data`.
    pub keys: Vec<String>,
    /// Whether the overlay of this render alone defines or changes each of them.
    pub own: Vec<bool>,
    /// Whether that overlay sets the name of the profile.
    pub own_name: bool,
    /// All findings.
    pub findings: Vec<Finding>,
    /// The classes that state a need, and the disks that they get.
    pub needs: Vec<ChosenDisk>,
    /// The number of documents, including unreadable ones.
    pub count: usize,
    /// The documents with findings about their shape.
    misshapen: HashSet<usize>,
    /// The documents that rules have findings about.
    reported: HashSet<usize>,
    /// The documents that refer to objects that are rendered only if something does.
    referring: HashSet<usize>,
    /// What the next merge of the profile needs.
    merged: Option<profile::PastMerge>,
    ticket: Option<Ticket>,
}

/// The number of profiles that are read before they are rendered.
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
    let done =
        render_all(sources, &[(templates, *request)], &Progress::default(), |_, rendered, _| rendered)?;
    Ok(done.into_iter().next().unwrap_or_default())
}

/// Renders profiles on all processors, validates each on its own, and returns in order what `finish` makes of each and
/// its position. If that is smaller than the documents, many renders need little memory.
///
/// # Errors
///
/// If a profile or an overlay cannot be read.
pub fn render_all<Done: Send>(
    sources: &mut Sources,
    requests: &[(&Templates, Request<'_>)],
    progress: &Progress,
    finish: impl Fn(usize, Rendered, &Sources) -> Done + Sync,
) -> Result<Vec<Done>, Error> {
    let mut texts = Texts::known(requests.iter().find_map(|(_, request)| Some(&request.memo?.profiles)));
    let shared = shared_overlays(requests);
    let choosing = Choosing::default();
    let mut done = Vec::with_capacity(requests.len());
    let _operation = progress.begin("rendering", "profiles", Some(requests.len()));
    for share in requests.chunks(SHARE) {
        let mut jobs = Vec::with_capacity(share.len());
        let before = done.len();
        for (templates, request) in share {
            let layers = profile::read(sources, &mut texts, &request.profile)?;
            let others = others(sources, &mut texts, requests, request, &layers)?;
            let is_shared = request.profile.overlays.iter().any(|overlay| shared.contains(overlay.as_path()));
            let part =
                Some(request.profile.profile).filter(|name| is_shared && builtin::text(name).is_some());
            jobs.push((before + jobs.len(), layers, others, *templates, request, part));
        }
        let sources = &*sources;
        done.extend(parallel::map(jobs, |(at, layers, others, templates, request, part)| {
            let choosing = request.choosing.unwrap_or(&choosing);
            let merge =
                |layers: Layers, last| layers.merge_again(request.memo.map(|memo| &memo.profiles), last);
            // What was kept of a text is of use again once it can be read. The user's templates may have changed.
            let is_kept = !layers.is_broken() && templates.are_built_in();
            let last = request.last.filter(|_| is_kept).map(|last| (last, last::key(&request.profile)));
            let kept = last.and_then(|(last, key)| last.take(key));
            let (before, documents) =
                kept.map(|PastRender { profile, documents }| (profile, documents)).unzip();
            let merged = merge(layers, before);
            let documents = documents.unwrap_or_default();
            let mut one = rendered(merged, documents, sources, templates, request, part, choosing);
            if let (Some((last, key)), Some(merged)) = (last, one.merged.take()) {
                one.ticket = Some(last.keep(key, merged));
            }
            for (layers, spans) in others {
                let merged = merge(layers, None);
                let other =
                    rendered(merged, Documents::default(), sources, templates, request, part, choosing);
                let of_part = other.findings.into_iter().filter(|finding| {
                    spans.contains(&finding.primary.span)
                        || finding.related.iter().any(|label| spans.contains(&label.span))
                });
                one.findings.extend(of_part.map(|finding| Finding { document: None, ..finding }));
            }
            progress.advance(1);
            finish(at, one, sources)
        }));
    }
    Ok(done)
}

/// The layers over the other built-in profiles that they have parts for, with the places of those parts: a mistake in a
/// part is reported even if its base is not rendered.
fn others<'a>(
    sources: &mut Sources,
    texts: &mut Texts<'a>,
    requests: &[(&Templates, Request<'a>)],
    request: &Request<'a>,
    layers: &Layers,
) -> Result<Vec<(Layers, HashSet<Span>)>, Error> {
    let mut others = Vec::new();
    let is_base = builtin::text(request.profile.profile).is_some();
    for (base, spans) in layers.parts().into_iter().filter(|_| is_base) {
        let rendered_too = requests.iter().any(|(_, other)| {
            other.profile.profile == base && other.profile.overlays == request.profile.overlays
        });
        if !rendered_too {
            let layers =
                profile::read(sources, texts, &profile::Request { profile: base, ..request.profile })?;
            others.push((layers, spans.into_iter().collect()));
        }
    }
    Ok(others)
}

/// The overlays that requests merge into different profiles.
fn shared_overlays<'a>(requests: &[(&Templates, Request<'a>)]) -> HashSet<&'a Path> {
    let (mut first, mut shared) = (HashMap::new(), HashSet::new());
    for (_, Request { profile, .. }) in requests {
        let other = profile
            .overlays
            .iter()
            .filter(|overlay| *first.entry(overlay.as_path()).or_insert(profile.profile) != profile.profile);
        shared.extend(other.map(PathBuf::as_path));
    }
    shared
}

fn rendered(
    Merged { profile, mut findings }: Merged,
    mut documents: Documents,
    sources: &Sources,
    templates: &Templates,
    request: &Request<'_>,
    part: Option<&str>,
    choosing: &Choosing,
) -> Rendered {
    let fill = |findings: &mut Vec<Finding>| {
        let text_of = |id| Some(&*sources.get(id).text);
        placeholder::merge(findings, text_of, &|_| false, true);
    };
    let mut profile = match profile {
        Ok(profile) => profile,
        Err(invalid) => {
            findings.extend(invalid.independent(|profile| {
                let merged = Merged { profile: Ok(profile), findings: Vec::new() };
                rendered(merged, Documents::default(), sources, templates, request, part, choosing).findings
            }));
            fill(&mut findings);
            return Rendered { findings, ..Rendered::default() };
        }
    };
    let needs = needs::resolve(&mut profile, &request.profile, sources, choosing, &mut findings);
    let profile = profile;
    let of_profile = |key: &str| profile.get(key).and_then(|node| node.as_str());
    let version = request.version.or_else(|| of_profile("kubernetes")?.parse().ok()).unwrap_or_default();
    let level = request.pod_security.or_else(|| of_profile("podSecurity")?.parse().ok());
    let mut loaded = Loaded::default();
    let (mut keys, mut owns) = (Vec::new(), Vec::new());
    let own = request.own_overlay.and_then(|path| {
        let name = path.display().to_string();
        profile.layers.iter().copied().find(|layer| sources.get(*layer).name == name)
    });
    let own_name = profile.root.entry("name").is_some_and(|entry| Some(entry.key.span.source) == own);
    let (objects, removed, failed) =
        objects(&profile, &mut documents, templates, sources, request.memo.map(|memo| &memo.templates));
    drop(documents);
    findings.extend(failed);
    for (index, unset) in profile.unsets.iter().enumerate() {
        if !unset.found && !removed.contains(&index) {
            findings.push(compose::matches_nothing(unset, &profile.root));
        }
    }
    let (mut referring, mut valid, mut renamed) = (HashSet::new(), FastSet::default(), FastSet::default());
    let names = profile.same().and_then(Same::names);
    // What prices decide is not kept.
    let is_only_name = profile.same().and_then(Same::is_only_name).filter(|_| needs.is_empty());
    let are_ordinary = is_only_name.is_some_and(|(before, after)| is_ordinary(before) && is_ordinary(after));
    if let (Some(memo), Some(names)) = (request.memo, names) {
        memo.objects.rename(objects.iter().filter_map(|one| one.made.to_rename()), names);
    }
    for RenderedObject { object, made, refers } in objects {
        let span = object.span;
        let before = loaded.documents.len();
        let mut add = |root, memo| {
            loaded.add_known(span.source, ParsedDocument::of_tree(root, span), version, memo);
        };
        let memo = request.memo.map(|memo| &memo.objects);
        match made {
            Made::Now(roots) => roots.into_iter().for_each(|root| add(root, memo)),
            Made::Renamed(document, count, facts) => {
                let ((before, after), index) = (names.unwrap_or_default(), loaded.count);
                let is_known =
                    loaded.add_renamed(*document, &Renaming { before, after, count }, version, memo);
                renamed.extend((is_known && are_ordinary && !facts.is_reported).then_some(index));
            }
            Made::Before(document, facts) => {
                valid.extend((!facts.is_reported).then_some(loaded.count));
                loaded.add_decoded(*document);
            }
        }
        if refers {
            referring.extend(loaded.documents[before..].iter().map(|document| document.index));
        }
        keys.resize_with(loaded.documents.len(), || [object.section.name, ".", object.key].concat());
        let is_own = own.is_some_and(|own| object.span.source == own || is_from(object.node, own));
        owns.resize(loaded.documents.len(), is_own);
    }
    let Loaded { documents, findings: shape, count, .. } = loaded;
    let misshapen = shape.iter().filter_map(|finding| finding.document).collect();
    findings.extend(shape);
    let definitions = request.definitions.unwrap_or_else(|| Definitions::none());
    let bundle = Bundle::with_index(&documents, Index::new(&documents), version, level, definitions)
        .of_profile(&profile)
        .with_valid(valid)
        .with_renamed(renamed);
    let found = rules::run(&bundle);
    let reported = found.iter().filter_map(|finding| finding.document).collect();
    findings.extend(found);
    fill(&mut findings);
    needs::remove_consequences(&needs, &keys, &mut findings);
    suppression::apply(&bundle, &mut findings);
    fix::locate(bundle.documents, &mut findings);
    LayerFixes { profile: &profile, sources, part }.locate(&mut findings, |finding, steps| {
        let at = bundle.documents.partition_point(|document| Some(document.index) < finding.document);
        let (section, key) = keys.get(at)?.split_once('.')?;
        profile_path(sections::section(section)?, key, steps)
    });
    let (name, own) = (profile.name.clone(), owns);
    let merged = request.last.and_then(|_| profile.into_past());
    Rendered {
        name,
        version,
        documents,
        keys,
        own,
        own_name,
        findings,
        needs,
        count,
        misshapen,
        reported,
        referring,
        merged,
        ticket: None,
    }
}

/// Whether any key or value of a tree comes from a layer.
fn is_from(node: &Node<'_>, layer: SourceId) -> bool {
    node.span.source == layer
        || node.entries().iter().any(|entry| entry.key.span.source == layer || is_from(&entry.value, layer))
        || node.items().iter().any(|item| is_from(item, layer))
}

impl Rendered {
    /// Keeps only the documents that a filter accepts. All of them have been validated.
    pub fn select(&mut self, filter: &Filter) {
        let accepted: Vec<bool> =
            self.documents.iter().map(|document| filter.accepts(&document.kind)).collect();
        let mut at = 0;
        self.documents.retain(|_| {
            at += 1;
            accepted[at - 1]
        });
        let keys = std::mem::take(&mut self.keys).into_iter().zip(&accepted);
        self.keys = keys.filter(|(_, accepted)| **accepted).map(|(key, _)| key).collect();
        let own = std::mem::take(&mut self.own).into_iter().zip(&accepted);
        self.own = own.filter(|(_, accepted)| **accepted).map(|(own, _)| own).collect();
    }

    /// Leaves the objects, which are no longer needed here, to the next render of the same profile.
    pub fn leave(self) {
        let Self { documents, keys, misshapen, reported, referring, ticket, .. } = self;
        let Some(ticket) = ticket else { return };
        let facts = |document: &Document<'_>| Facts {
            refers: referring.contains(&document.index),
            is_reported: reported.contains(&document.index),
        };
        let known = documents.into_iter().zip(keys).map(|(document, key)| (facts(&document), document, key));
        ticket.give_back(known.map(|(facts, document, key)| (document, key, facts)), &misshapen);
    }

    /// Numbers the documents from `first` on.
    pub fn count_from(&mut self, first: usize) {
        for document in &mut self.documents {
            document.index += first;
        }
        for finding in &mut self.findings {
            finding.document = finding.document.map(|index| index + first);
        }
    }

    /// Whether there are no errors, so that the documents may be written.
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

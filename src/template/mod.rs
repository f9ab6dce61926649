//! Templates: the values of a profile in the structure of the API. A value can never change a document's structure.

mod acyclic;
mod engine;
mod format;
mod memo;
mod origin;
pub mod rules;
mod unread;
mod value;

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use minijinja::ErrorKind;

use crate::error::Error;
use crate::finding::Finding;
use crate::nearest::nearest;
use crate::rule::Rule;
use crate::source::{SourceId, SourceKind, Sources, Span};
use crate::template::rules::{
    MISSING_TEMPLATE, TEMPLATE_FAILURE, TEMPLATE_LIMIT, TEMPLATE_SYNTAX, UNDEFINED_VALUE,
};
use crate::tree::FileTree;
use crate::yaml::node::Node;
use crate::yaml::read::read;

use engine::{Engine, Failure};
pub use memo::Memo;
use memo::Shape;
use origin::Origins;
use value::Context;

/// The largest size of a template file, in bytes, and the largest number of them.
const LARGEST: u64 = 64 << 10;
const MOST: usize = 1000;

/// Compiled templates.
#[derive(Debug)]
pub struct Templates {
    engine: Engine,
    /// The user's templates: name and text.
    own: Vec<(String, SourceId)>,
    /// A placeholder for rendered text, for spans that are not yet traced back.
    rendered: SourceId,
    /// The findings of the templates themselves.
    pub findings: Vec<Finding>,
}

impl Templates {
    /// The built-in templates, each replaced by the file with its name in `folder`.
    ///
    /// # Errors
    ///
    /// If the folder or a file in it cannot be read.
    pub fn new(folder: Option<&Path>, sources: &mut Sources) -> Result<Self, Error> {
        Self::of_tree(FileTree::Disk, folder, sources)
    }

    /// The same with a folder of another tree.
    ///
    /// # Errors
    ///
    /// If the folder or a file in it cannot be read.
    pub fn of_tree(tree: FileTree<'_>, folder: Option<&Path>, sources: &mut Sources) -> Result<Self, Error> {
        let rendered = sources.add("rendered", "", SourceKind::Rendered);
        let (mut own, mut marked, mut findings) = (Vec::new(), Vec::new(), Vec::new());
        for (name, text) in folder.map(|folder| files(tree, folder)).transpose()?.unwrap_or_default() {
            let shown = tree.shown(&folder.unwrap_or(Path::new("")).join(&name));
            let id = sources.add(shown, text.as_str(), SourceKind::Template);
            match origin::mark_lines(&text, own.len()).map(|marked| acyclic::guarded(&marked)) {
                Ok(text) => marked.push((name.clone(), text)),
                Err(at) => {
                    let span = Span::new(id, at, at + 1);
                    let mut finding =
                        Finding::new(&TEMPLATE_SYNTAX, span, "the template contains a control character");
                    finding.help("remove it: volwright marks rendered text with such characters");
                    findings.push(finding);
                }
            }
            own.push((name, id));
        }
        findings.extend(unread::findings(&own, sources));
        let (engine, failures) = Engine::new(marked);
        let mut templates = Self { engine, own, rendered, findings };
        let failures = failures.iter().map(|failure| templates.finding(failure, None, sources));
        let failures: Vec<_> = failures.collect();
        templates.findings.extend(failures);
        Ok(templates)
    }

    /// Whether none of them is the user's.
    #[must_use]
    pub fn are_built_in(&self) -> bool {
        self.own.is_empty()
    }

    /// Whether the user has a template of this name.
    fn is_own(&self, name: &str) -> bool {
        self.own.iter().any(|(own, _)| own == name)
    }

    /// Renders one object: `name` is its kind in lower case, `owner` its key in the profile. What built-in templates
    /// render is kept in `memo` and taken from there.
    ///
    /// # Errors
    ///
    /// The findings of the template, or of the text that it rendered.
    pub fn render(
        &self,
        name: &str,
        context: Node<'static>,
        owner: Span,
        sources: &Sources,
        memo: Option<&Memo>,
    ) -> Result<Vec<Node<'static>>, Vec<Finding>> {
        // The user's templates may read texts, and their own text has places that are not among those of the values.
        let memo = memo.filter(|_| self.are_built_in());
        let Some((memo, key)) = memo.and_then(|memo| Some((memo, memo::key(name, &context)?))) else {
            return self.rendered(name, Context::new(&context), owner, sources);
        };
        let shape = match memo.find(key) {
            Some(known) => known,
            None => {
                let numbered = Context::numbered(&context);
                match self.rendered(name, numbered, memo::numbered(u32::MAX as usize), sources) {
                    Ok(nodes) => {
                        let shape = Arc::new(Shape::new(&context, nodes));
                        memo.keep(key, &shape);
                        shape
                    }
                    // Findings name places.
                    Err(_) => return self.rendered(name, Context::new(&context), owner, sources),
                }
            }
        };
        let mut texts = Vec::with_capacity(shape.places());
        memo::scatter(context, &mut texts);
        Ok(shape.fill(&mut texts, owner))
    }

    fn rendered(
        &self,
        name: &str,
        context: Context,
        owner: Span,
        sources: &Sources,
    ) -> Result<Vec<Node<'static>>, Vec<Finding>> {
        let file = format!("{name}.yaml.j2");
        let rendered = self.engine.render(&file, &context).map_err(|failure| {
            let owner = Some((&context, owner));
            failure.iter().map(|failure| self.finding(failure, owner, sources)).collect::<Vec<_>>()
        })?;
        let fallback = if self.is_own(&file) { None } else { Some(owner) };
        let (text, origins) = Origins::take(&rendered, &context, owner, |template, line| {
            fallback.or_else(|| self.line(template, line, sources))
        });
        let mut nodes = Vec::new();
        let mut findings = Vec::new();
        for reading in read(self.rendered, &text) {
            findings.extend(reading.findings.into_iter().map(|finding| origins.place(finding)));
            if let Some(root) = reading.root {
                nodes.push(origins.respan(root));
            }
        }
        if findings.is_empty() { Ok(nodes) } else { Err(findings) }
    }

    /// One line, from 1, of one of the user's templates.
    fn line(&self, template: usize, line: usize, sources: &Sources) -> Option<Span> {
        let (_, id) = self.own.get(template)?;
        let source = sources.get(*id);
        let range = source.line(line.saturating_sub(1));
        let indent = source.text[range.clone()].len() - source.text[range.clone()].trim_start().len();
        Some(Span::new(*id, range.start + indent, range.end))
    }

    /// The finding of a template's failure.
    fn finding(&self, failure: &Failure, context: Option<(&Context, Span)>, sources: &Sources) -> Finding {
        let Failure { detail, cause, .. } = failure;
        let (rule, message): (&'static Rule, String) = match failure.kind {
            ErrorKind::SyntaxError => (&TEMPLATE_SYNTAX, format!("the template is not valid: {detail}")),
            ErrorKind::UndefinedError => {
                (&UNDEFINED_VALUE, "the template uses an undefined value".to_owned())
            }
            ErrorKind::UnknownFilter
            | ErrorKind::UnknownTest
            | ErrorKind::UnknownFunction
            | ErrorKind::UnknownMethod => {
                (&UNDEFINED_VALUE, format!("the template uses something undefined: {detail}"))
            }
            ErrorKind::TemplateNotFound | ErrorKind::BadInclude => {
                let rule =
                    if cause.contains("recursion limit") { &TEMPLATE_LIMIT } else { &MISSING_TEMPLATE };
                (rule, cause.clone())
            }
            ErrorKind::OutOfFuel => (&TEMPLATE_LIMIT, detail.clone()),
            _ if detail.contains("recursion limit") => {
                (&TEMPLATE_LIMIT, "templates include each other too deeply".to_owned())
            }
            _ => (&TEMPLATE_FAILURE, format!("the template fails: {cause}")),
        };
        let name = failure.template.as_ref();
        let own = name.and_then(|name| self.own.iter().position(|(own, _)| own == name));
        let span = own
            .and_then(|template| self.line(template, failure.line, sources))
            .or_else(|| context.map(|(_, owner)| owner))
            .unwrap_or_else(|| Span::new(self.rendered, 0, 0));
        let mut finding = Finding::new(rule, span, message);
        if failure.kind == ErrorKind::UndefinedError {
            finding.help(self.undefined_help(failure, context.map(|(context, _)| context), span, sources));
        }
        finding
    }

    /// The name nearest to the undefined one.
    fn undefined_help(
        &self,
        failure: &Failure,
        context: Option<&Context>,
        span: Span,
        sources: &Sources,
    ) -> String {
        let source = sources.get(span.source);
        let mut words = sources.text(span).split(['{', '}', '|', ' ']).filter(|_| failure.has_range);
        let word = words.find(|word| word.contains('.'));
        let word = word.and_then(|word| word.rsplit('.').next()).unwrap_or_default();
        let near =
            context.filter(|_| source.kind == SourceKind::Template && !word.is_empty()).and_then(|context| {
                let names = context.names();
                nearest(word, names.iter().map(String::as_str)).map(str::to_owned)
            });
        match near {
            Some(near) => {
                format!("did you mean `{near}`? Test `is defined` first if the value is optional")
            }
            None => "set it in the profile, or test `is defined` first if the value is optional".to_owned(),
        }
    }
}

/// Every template below a folder, by its path from there. Links that lead out of the folder are rejected.
fn files(tree: FileTree<'_>, folder: &Path) -> Result<Vec<(String, String)>, Error> {
    let failed = |source| Error::Read { path: tree.shown(folder).into(), source };
    let root = tree.canonical(folder).map_err(failed)?;
    let mut paths = Vec::new();
    walk(tree, folder, &root, 0, &mut paths)?;
    paths.sort();
    let mut files = Vec::new();
    for path in paths {
        let shown = || PathBuf::from(tree.shown(&path));
        let bytes = tree.read(&path, LARGEST).map_err(|source| Error::Read { path: shown(), source })?;
        if bytes.len() as u64 > LARGEST {
            return Err(Error::TooLarge { path: shown(), limit: "64 KiB, the limit of a template" });
        }
        let text = String::from_utf8(bytes).map_err(|error| Error::NotUtf8 {
            path: shown(),
            offset: error.utf8_error().valid_up_to() as u64,
        })?;
        let name = path.strip_prefix(folder).unwrap_or(&path);
        let parts = name.components().filter_map(|part| match part {
            Component::Normal(part) => part.to_str(),
            _ => None,
        });
        files.push((parts.collect::<Vec<_>>().join("/"), text));
    }
    Ok(files)
}

fn walk(
    tree: FileTree<'_>,
    folder: &Path,
    root: &Path,
    depth: usize,
    found: &mut Vec<PathBuf>,
) -> Result<(), Error> {
    let failed = |source| Error::Read { path: tree.shown(folder).into(), source };
    for (name, _) in tree.list(folder).map_err(failed)? {
        let path = folder.join(name);
        let real =
            tree.canonical(&path).map_err(|source| Error::Read { path: tree.shown(&path).into(), source })?;
        if !real.starts_with(root) {
            return Err(Error::usage(
                format!("{} leads out of the folder of templates", path.display()),
                "copy the file into the folder",
            ));
        }
        if found.len() > MOST || depth > 16 {
            return Err(Error::usage(
                format!("{} contains more than templates", root.display()),
                "name a folder that contains only templates: at most 1,000 entries, 16 levels deep",
            ));
        }
        if tree.is_folder(&path) {
            walk(tree, &path, root, depth + 1, found)?;
        } else if path.extension().is_some_and(|extension| extension == "j2") {
            found.push(path);
        }
    }
    Ok(())
}

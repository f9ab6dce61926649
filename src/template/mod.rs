//! Templates: what the profile says, in the shape that the API has. A value can never change a document's structure.

mod format;
mod origin;
mod value;

use std::path::{Component, Path, PathBuf};

use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, ErrorKind, UndefinedBehavior};

use crate::document::node::Node;
use crate::document::read::read;
use crate::embedded;
use crate::error::Error;
use crate::finding::Finding;
use crate::nearest::nearest;
use crate::rules::Rule;
use crate::rules::template::{FAILURE, LIMIT, MISSING, SYNTAX, UNDEFINED};
use crate::source::{SourceId, SourceKind, Sources, Span};

use origin::Origins;
use value::Context;

/// How many steps one template may take: the largest honest ones take some thousands.
const FUEL: u64 = 2_000_000;
/// How deep templates may include each other and macros call each other.
const DEPTH: usize = 64;
/// How large a template file may be, and how many a folder may hold.
const LARGEST: u64 = 1 << 20;
const MOST: usize = 1000;

/// Templates, ready to be rendered again and again.
#[derive(Debug)]
pub struct Templates {
    environment: Environment<'static>,
    /// The person's own templates: name and text.
    own: Vec<(String, SourceId)>,
    /// Stands for rendered text where a place is needed before it is known.
    rendered: SourceId,
    /// What is wrong with the templates themselves.
    pub findings: Vec<Finding>,
}

impl Templates {
    /// The built-in templates, each replaced by the file of its name in `folder`.
    ///
    /// # Errors
    ///
    /// Where the folder or a file in it cannot be read.
    pub fn new(folder: Option<&Path>, sources: &mut Sources) -> Result<Self, Error> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|_| AutoEscape::Custom("yaml".into()));
        environment.set_formatter(format::value);
        environment.set_fuel(Some(FUEL));
        environment.set_recursion_limit(DEPTH);
        environment.set_debug(true);
        let mut syntax = SyntaxConfig::builder();
        syntax.trim_blocks(true).lstrip_blocks(true);
        if let Ok(syntax) = syntax.build() {
            environment.set_syntax(syntax);
        }
        // Only what a template says itself, and values in their written form, may pass as text of the document.
        for filter in ["safe", "escape", "e", "urlencode"] {
            environment.remove_filter(filter);
        }
        // A built-in template is compiled when it is first used.
        environment.set_loader(|file| Ok(built_in(file)));
        let rendered = sources.add("rendered", "", SourceKind::Rendered);
        let mut templates = Self { environment, own: Vec::new(), rendered, findings: Vec::new() };
        for (name, text) in folder.map(files).transpose()?.unwrap_or_default() {
            templates.add(name, text, folder.unwrap_or(Path::new("")), sources);
        }
        Ok(templates)
    }

    fn add(&mut self, name: String, text: String, folder: &Path, sources: &mut Sources) {
        let shown = folder.join(&name).display().to_string();
        let id = sources.add(shown, text.as_str(), SourceKind::Template);
        self.own.push((name.clone(), id));
        let marked = origin::mark_lines(&text, self.own.len() - 1);
        match marked {
            Ok(marked) => {
                if let Err(error) = self.environment.add_template_owned(name, marked) {
                    let finding = self.finding(&error, None, sources);
                    self.findings.push(finding);
                }
            }
            Err(at) => {
                let span = Span::new(id, at, at + 1);
                let mut finding = Finding::new(&SYNTAX, span, "a control character stands in the template");
                finding.help("take it out: rendered text is followed by such characters");
                self.findings.push(finding);
            }
        }
    }

    /// Whether the person has a template of this name.
    fn is_own(&self, name: &str) -> bool {
        self.own.iter().any(|(own, _)| own == name)
    }

    /// Renders one object: `name` is its kind in small letters, `owner` the key that it has in the profile.
    ///
    /// # Errors
    ///
    /// What is wrong with the template, or with the text that it made.
    pub fn render(
        &self,
        name: &str,
        context: &Node<'_>,
        owner: Span,
        sources: &Sources,
    ) -> Result<Vec<Node<'static>>, Vec<Finding>> {
        let file = format!("{name}.yaml.j2");
        let context = Context::new(context);
        let rendered = self
            .environment
            .get_template(&file)
            .and_then(|template| format::with_places(&context.places, || template.render(context.value())))
            .map_err(|error| vec![self.finding(&error, Some((&context, owner)), sources)])?;
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

    /// The text of one line, from 1, of a template of the person's own.
    fn line(&self, template: usize, line: usize, sources: &Sources) -> Option<Span> {
        let (_, id) = self.own.get(template)?;
        let source = sources.get(*id);
        let range = source.line(line.saturating_sub(1));
        let indent = source.text[range.clone()].len() - source.text[range.clone()].trim_start().len();
        Some(Span::new(*id, range.start + indent, range.end))
    }

    /// What a template's failure says to the person.
    fn finding(
        &self,
        error: &minijinja::Error,
        context: Option<(&Context, Span)>,
        sources: &Sources,
    ) -> Finding {
        let detail = error.detail().unwrap_or_default();
        let (rule, message): (&'static Rule, String) = match error.kind() {
            ErrorKind::SyntaxError => (&SYNTAX, format!("the template cannot be read: {detail}")),
            ErrorKind::UndefinedError => {
                (&UNDEFINED, "the template uses a value that is not there".to_owned())
            }
            ErrorKind::UnknownFilter
            | ErrorKind::UnknownTest
            | ErrorKind::UnknownFunction
            | ErrorKind::UnknownMethod => {
                (&UNDEFINED, format!("the template uses something that is not there: {detail}"))
            }
            ErrorKind::TemplateNotFound | ErrorKind::BadInclude => {
                let text = root_cause(error);
                if text.contains("recursion limit") { (&LIMIT, text) } else { (&MISSING, text) }
            }
            ErrorKind::OutOfFuel => (&LIMIT, format!("the template did not end within {FUEL} steps")),
            _ if detail.contains("recursion limit") => {
                (&LIMIT, "templates include each other too deeply".to_owned())
            }
            _ => (&FAILURE, format!("the template fails: {}", root_cause(error))),
        };
        let own = error.name().and_then(|name| self.own.iter().position(|(own, _)| own == name));
        let span = own
            .and_then(|template| self.line(template, error.line().unwrap_or(1), sources))
            .or_else(|| context.map(|(_, owner)| owner))
            .unwrap_or_else(|| Span::new(self.rendered, 0, 0));
        let mut finding = Finding::new(rule, span, message);
        if error.kind() == ErrorKind::UndefinedError {
            finding.help(self.undefined_help(error, context.map(|(context, _)| context), span, sources));
        }
        finding
    }

    /// The nearest of the names that the object has to what the line asks for.
    fn undefined_help(
        &self,
        error: &minijinja::Error,
        context: Option<&Context>,
        span: Span,
        sources: &Sources,
    ) -> String {
        let source = sources.get(span.source);
        let word = error
            .range()
            .and_then(|_| sources.text(span).split(['{', '}', '|', ' ']).find(|word| word.contains('.')));
        let word = word.and_then(|word| word.rsplit('.').next()).unwrap_or_default();
        let near =
            context.filter(|_| source.kind == SourceKind::Template && !word.is_empty()).and_then(|context| {
                let names = context.names();
                nearest(word, names.iter().map(String::as_str)).map(str::to_owned)
            });
        match near {
            Some(near) => {
                format!("did you mean `{near}`? Ask `is defined` first where a value may be missing")
            }
            None => {
                "set it in the profile, or ask `is defined` first where a value may be missing".to_owned()
            }
        }
    }
}

/// The text of a built-in template.
fn built_in(file: &str) -> Option<&'static str> {
    let name = file.strip_suffix(".j2")?;
    embedded::TEMPLATES.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

fn root_cause(error: &minijinja::Error) -> String {
    let mut text = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text = error.to_string();
        cause = error.source();
    }
    text.lines().next().unwrap_or_default().to_owned()
}

/// Every template below a folder, by its path from there. Links that lead out of the folder are refused.
fn files(folder: &Path) -> Result<Vec<(String, String)>, Error> {
    let root = folder.canonicalize().map_err(|source| Error::Read { path: folder.to_owned(), source })?;
    let mut paths = Vec::new();
    walk(folder, &root, 0, &mut paths)?;
    paths.sort();
    let mut files = Vec::new();
    for path in paths {
        let failed = |source| Error::Read { path: path.clone(), source };
        let size = std::fs::metadata(&path).map_err(failed)?.len();
        if size > LARGEST {
            return Err(usage(format!("{} is larger than 1 MiB", path.display())));
        }
        let text = String::from_utf8(std::fs::read(&path).map_err(failed)?)
            .map_err(|_| usage(format!("{} is not UTF-8 text", path.display())))?;
        let name = path.strip_prefix(folder).unwrap_or(&path);
        let parts = name.components().filter_map(|part| match part {
            Component::Normal(part) => part.to_str(),
            _ => None,
        });
        files.push((parts.collect::<Vec<_>>().join("/"), text));
    }
    Ok(files)
}

fn usage(message: String) -> Error {
    Error::Usage { message, help: None }
}

fn walk(folder: &Path, root: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), Error> {
    let failed = |source| Error::Read { path: folder.to_owned(), source };
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let real = path.canonicalize().map_err(|source| Error::Read { path: path.clone(), source })?;
        if !real.starts_with(root) {
            return Err(usage(format!("{} leads out of the folder of templates", path.display())));
        }
        if found.len() > MOST || depth > 16 {
            return Err(usage(format!("{} holds more than templates", root.display())));
        }
        if real.is_dir() {
            walk(&path, root, depth + 1, found)?;
        } else if path.extension().is_some_and(|extension| extension == "j2") {
            found.push(path);
        }
    }
    Ok(())
}

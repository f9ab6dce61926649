//! The template engine within bounds: what a person's template does can neither end the stack nor go on for ever.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, ErrorKind, UndefinedBehavior};

use super::format;
use super::value::Context;
use crate::embedded;

/// How many steps one template may take: the largest honest ones take some thousands.
const FUEL: u64 = 500_000;
/// How deep templates may include each other and macros call each other.
const DEPTH: usize = 64;
/// The engine reads, compares and takes apart by recursion, in bytes: enough for what a template of the largest size, or
/// one that takes all its steps, can nest. Only what is used of it is memory.
const STACK: usize = 256 << 20;
/// What a step costs has no bound where lists hold each other again and again, so the time has one.
const LONGEST: Duration = Duration::from_secs(10);

/// Templates, compiled.
#[derive(Debug)]
pub(super) struct Engine {
    environment: Arc<Environment<'static>>,
    /// Whether some templates are a person's own.
    apart: bool,
    /// Whether a rendering has been given up.
    late: AtomicBool,
}

/// Why a template could not be read or rendered; holds no value of the template's.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) kind: ErrorKind,
    pub(super) detail: String,
    /// The first line of what caused it.
    pub(super) cause: String,
    /// The template's name, and the line in it from 1.
    pub(super) template: Option<String>,
    pub(super) line: usize,
    /// Whether the engine knows the very place in the line.
    pub(super) has_range: bool,
}

impl Engine {
    /// The built-in templates with `own` ones before them, by name and text; and why some of these cannot be read.
    pub(super) fn new(own: Vec<(String, String)>) -> (Self, Vec<Failure>) {
        let apart = !own.is_empty();
        let compile = move || {
            let mut environment = environment();
            let mut failures = Vec::new();
            for (name, text) in own {
                if let Err(error) = environment.add_template_owned(name, text) {
                    failures.push(Failure::new(&error));
                }
            }
            (environment, failures)
        };
        let (environment, failures) = if apart {
            run(compile).unwrap_or_else(|error| (environment(), vec![Failure::stopped(&error, None)]))
        } else {
            compile()
        };
        (Self { environment: Arc::new(environment), apart, late: AtomicBool::new(false) }, failures)
    }

    /// The text that the template `file` makes of a context.
    ///
    /// # Errors
    ///
    /// Why there is none; nothing where a template before this one was given up, and this one is not begun.
    pub(super) fn render(&self, file: &str, context: &Context) -> Result<String, Option<Failure>> {
        if self.late.load(Ordering::Relaxed) {
            return Err(None);
        }
        let (environment, name) = (Arc::clone(&self.environment), file.to_owned());
        let (root, places) = (context.value(), Arc::clone(&context.places));
        let work = move || {
            let rendered = environment
                .get_template(&name)
                .and_then(|template| format::with_places(&places, || template.render(root)));
            rendered.map_err(|error| Failure::new(&error))
        };
        let rendered = if self.apart {
            run(work).unwrap_or_else(|error| {
                self.late.store(true, Ordering::Relaxed);
                Err(Failure::stopped(&error, Some(file)))
            })
        } else {
            work()
        };
        rendered.map_err(Some)
    }
}

impl Failure {
    fn new(error: &minijinja::Error) -> Self {
        let mut cause = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
        let mut source = std::error::Error::source(error);
        while let Some(error) = source {
            cause = error.to_string();
            source = error.source();
        }
        Self {
            kind: error.kind(),
            detail: match error.kind() {
                ErrorKind::OutOfFuel => format!("the template did not end within {FUEL} steps"),
                _ => error.detail().unwrap_or_default().to_owned(),
            },
            cause: cause.lines().next().unwrap_or_default().to_owned(),
            template: error.name().map(str::to_owned),
            line: error.line().unwrap_or(1),
            has_range: error.range().is_some(),
        }
    }

    fn stopped(error: &io::Error, template: Option<&str>) -> Self {
        Self {
            kind: ErrorKind::OutOfFuel,
            detail: error.to_string(),
            cause: String::new(),
            template: template.map(str::to_owned),
            line: 1,
            has_range: false,
        }
    }
}

/// Does `work` on a thread with a deep stack, and gives it up where it takes too long: it ends with the process then.
fn run<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> io::Result<T> {
    let (sender, receiver) = mpsc::channel();
    // What is sent too late is received by nobody.
    thread::Builder::new().stack_size(STACK).spawn(move || drop(sender.send(work())))?;
    receiver.recv_timeout(LONGEST).map_err(|_| {
        io::Error::other(format!("the template did not end within {} seconds", LONGEST.as_secs()))
    })
}

fn environment() -> Environment<'static> {
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
    environment
}

/// The text of a built-in template.
fn built_in(file: &str) -> Option<&'static str> {
    let name = file.strip_suffix(".j2")?;
    embedded::TEMPLATES.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

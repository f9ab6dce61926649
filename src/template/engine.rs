//! The template engine with limits: a user's template can neither overflow the stack nor run forever.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, ErrorKind, UndefinedBehavior, filters, tests};

use super::value::Context;
use super::{acyclic, format};
use crate::embedded;

/// The maximum number of steps of a template; large real ones need a few thousand.
const FUEL: u64 = 500_000;
/// The maximum depth of includes and macro calls.
const DEPTH: usize = 64;
/// The stack size in bytes. The engine parses, compares and drops values recursively; this suffices for the
/// deepest nesting that the largest template, or one that uses all its steps, can create. Only used pages
/// count as memory.
const STACK: usize = 256 << 20;
/// Nested lists make the cost of a step unbounded, so the time is limited too.
const LONGEST: Duration = Duration::from_secs(10);

/// Templates, compiled.
#[derive(Debug)]
pub(super) struct Engine {
    environment: Arc<Environment<'static>>,
    /// Whether some templates are the user's.
    apart: bool,
    /// Whether a render has timed out.
    late: AtomicBool,
}

/// Why a template could not be parsed or rendered; contains no values.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) kind: ErrorKind,
    pub(super) detail: String,
    /// The first line of the cause.
    pub(super) cause: String,
    /// The name of the template and the line, from 1.
    pub(super) template: Option<String>,
    pub(super) line: usize,
    /// Whether the engine knows the position within the line.
    pub(super) has_range: bool,
}

impl Engine {
    /// The built-in templates, overridden by `own` ones (name and text), and the errors of those that cannot
    /// be parsed.
    pub(super) fn new(own: Vec<(String, String)>) -> (Self, Vec<Failure>) {
        let apart = !own.is_empty();
        let compile = move || {
            let mut environment = environment(apart);
            let mut failures = Vec::new();
            for (name, text) in own {
                if let Err(error) = environment.add_template_owned(name, text) {
                    failures.push(Failure::new(&error));
                }
            }
            (environment, failures)
        };
        let (environment, failures) = if apart {
            run(compile).unwrap_or_else(|error| (environment(apart), vec![Failure::stopped(&error, None)]))
        } else {
            compile()
        };
        (Self { environment: Arc::new(environment), apart, late: AtomicBool::new(false) }, failures)
    }

    /// Renders the template `file` with a context.
    ///
    /// # Errors
    ///
    /// The reason it failed, or nothing if an earlier template timed out and this one was not started.
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
                ErrorKind::OutOfFuel => format!("the template exceeds {FUEL} steps"),
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

/// Runs `work` on a thread with a deep stack. After the timeout the thread is abandoned and ends with the
/// process.
fn run<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> io::Result<T> {
    let (sender, receiver) = mpsc::channel();
    // A result that is sent too late is dropped.
    thread::Builder::new().stack_size(STACK).spawn(move || drop(sender.send(work())))?;
    receiver
        .recv_timeout(LONGEST)
        .map_err(|_| io::Error::other(format!("the template exceeds {} seconds", LONGEST.as_secs())))
}

fn environment(has_own: bool) -> Environment<'static> {
    let mut environment = if has_own { full() } else { least() };
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
    // Built-in templates are compiled on first use.
    environment.set_loader(|file| Ok(built_in(file)));
    environment
}

/// What users' templates may use.
fn full() -> Environment<'static> {
    let mut environment = Environment::new();
    acyclic::add(&mut environment);
    // Only literal text of a template and formatted values may reach the document.
    for filter in ["safe", "escape", "e", "urlencode"] {
        environment.remove_filter(filter);
    }
    environment
}

/// What the built-in templates use. Setting up the rest takes a twentieth of the time of a render.
fn least() -> Environment<'static> {
    let mut environment = Environment::empty();
    environment.add_filter("items", filters::items);
    environment.add_test("defined", tests::is_defined);
    environment
}

/// The text of a built-in template.
fn built_in(file: &str) -> Option<&'static str> {
    let name = file.strip_suffix(".j2")?;
    embedded::TEMPLATES.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

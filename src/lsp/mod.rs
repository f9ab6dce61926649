//! The language server: a synchronous loop that answers requests and publishes diagnostics when no message waits.

mod action;
mod analysis;
mod blank;
mod completion;
mod compute;
mod diagnostic;
mod hover;
mod incremental;
mod index;
mod manifest;
mod manifests;
mod navigation;
mod price;
mod shared;
mod structure;
pub mod text;
mod toml;
mod uri;
mod workspace;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use lsp_server::{Connection, ErrorCode, Message, Notification, Request, RequestId, Response};
use serde_json::{Value, json};

use text::Encoding;
use workspace::Workspace;

pub use shared::Reader;

/// What the client understands.
#[derive(Clone, Copy, Debug, Default)]
struct Client {
    encoding: Encoding,
    /// It requests diagnostics, so none are sent without a request.
    pulls: bool,
    /// It can be made to request the diagnostics of every file again.
    refreshes: bool,
    /// It can be made to report changes of files that are not open.
    watches: bool,
}

/// Serves one client until it ends the session.
///
/// # Errors
///
/// If the connection breaks, or ends without a request to shut down.
pub fn run(connection: &Connection, reader: &dyn Reader) -> Result<(), String> {
    let (id, parameters) = connection.initialize_start().map_err(|error| error.to_string())?;
    let capabilities = &parameters["capabilities"];
    let client = Client {
        encoding: Encoding::negotiate(capabilities),
        pulls: !capabilities["textDocument"]["diagnostic"].is_null(),
        refreshes: capabilities["workspace"]["diagnostics"]["refreshSupport"] == true,
        watches: capabilities["workspace"]["didChangeWatchedFiles"]["dynamicRegistration"] == true,
    };
    connection.initialize_finish(id, initialized(client)).map_err(|error| error.to_string())?;
    let workspace = Workspace::new(client.encoding, folders(&parameters), reader);
    let mut server = Server { connection, client, workspace, requests: 0 };
    if client.watches {
        let watchers = json!([{"globPattern": format!("**/*.{{{}}}", WATCHED.join(","))}]);
        let options = json!({"watchers": watchers});
        server.ask(
            "client/registerCapability",
            json!({"registrations": [
                {"id": "files", "method": "workspace/didChangeWatchedFiles", "registerOptions": options},
            ]}),
        );
    }
    server.serve()
}

/// The extensions of files that diagnostics depend on.
const WATCHED: [&str; 6] = ["toml", "yaml", "yml", "json", "j2", "lock"];

/// The answer to `initialize`.
fn initialized(client: Client) -> Value {
    let mut capabilities = json!({
        "positionEncoding": client.encoding.name(),
        "textDocumentSync": {"openClose": true, "change": 2, "save": true},
        "hoverProvider": true,
        "completionProvider": {"triggerCharacters": ["\"", ".", "[", "="]},
        "definitionProvider": true,
        "referencesProvider": true,
        "documentSymbolProvider": true,
        "renameProvider": {"prepareProvider": true},
        "codeLensProvider": {},
        "workspace": {"workspaceFolders": {"supported": true, "changeNotifications": true}},
        "codeActionProvider": {"codeActionKinds": ["quickfix", action::FIX_ALL]},
    });
    if client.pulls {
        capabilities["diagnosticProvider"] =
            json!({"identifier": "volwright", "interFileDependencies": true, "workspaceDiagnostics": false});
    }
    json!({
        "capabilities": capabilities,
        "serverInfo": {"name": "volwright", "version": env!("CARGO_PKG_VERSION")},
    })
}

/// The folders that the client has opened.
fn folders(parameters: &Value) -> Vec<PathBuf> {
    let several = paths(&parameters["workspaceFolders"]);
    let root = parameters["rootUri"].as_str().and_then(uri::path);
    if several.is_empty() { root.into_iter().collect() } else { several }
}

/// The paths of a list of folders or changed files.
fn paths(list: &Value) -> Vec<PathBuf> {
    let list = list.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(|item| uri::path(item["uri"].as_str()?)).collect()
}

struct Server<'a> {
    connection: &'a Connection,
    client: Client,
    workspace: Workspace<'a>,
    /// The number of requests that were sent.
    requests: i32,
}

impl Server<'_> {
    fn serve(&mut self) -> Result<(), String> {
        loop {
            // Diagnostics are computed when no further edit waits.
            let message = match self.connection.receiver.try_recv() {
                Ok(message) => message,
                Err(_) => {
                    self.publish();
                    self.workspace.clean();
                    let next = self.connection.receiver.recv();
                    next.map_err(|_| "the client ended without a request to shut down".to_owned())?
                }
            };
            match message {
                Message::Request(request) => {
                    let ends = self.connection.handle_shutdown(&request);
                    if ends.map_err(|error| error.to_string())? {
                        return Ok(());
                    }
                    self.answer(request);
                }
                Message::Notification(notification) if notification.method == "exit" => {
                    return Err("the client ended without a request to shut down".to_owned());
                }
                Message::Notification(notification) => {
                    if catch_unwind(AssertUnwindSafe(|| self.notified(&notification))).is_err() {
                        self.workspace.reset();
                    }
                }
                Message::Response(_) => {}
            }
        }
    }

    fn send(&self, message: impl Into<Message>) {
        // A client that is gone is noticed when the next message is read.
        let _ = self.connection.sender.send(message.into());
    }

    /// Sends a request whose answer does not matter.
    fn ask(&mut self, method: &str, params: Value) {
        self.requests += 1;
        let id = RequestId::from(self.requests);
        self.send(Request { id, method: method.to_owned(), params });
    }

    fn answer(&mut self, request: Request) {
        let Request { id, method, params } = request;
        let workspace = &mut self.workspace;
        // A panic ends the request, not the server. Every analysis is dropped: one may be incomplete.
        let answered = catch_unwind(AssertUnwindSafe(|| answer(workspace, &method, &params)));
        let response = match answered {
            Ok(Some(result)) => Response::new_ok(id, result),
            Ok(None) => {
                let message = format!("unknown method {method}");
                Response::new_err(id, ErrorCode::MethodNotFound as i32, message)
            }
            Err(_) => {
                self.workspace.reset();
                let message = format!("{method} failed because of a bug in volwright");
                Response::new_err(id, ErrorCode::InternalError as i32, message)
            }
        };
        self.send(response);
    }

    fn notified(&mut self, notification: &Notification) {
        let parameters = &notification.params;
        let path = parameters["textDocument"]["uri"].as_str().and_then(uri::path);
        match (notification.method.as_str(), path) {
            ("textDocument/didOpen", Some(path)) => self.workspace.open(path, &parameters["textDocument"]),
            ("textDocument/didChange", Some(path)) => self.workspace.change(&path, parameters),
            ("textDocument/didClose", Some(path)) => {
                self.workspace.close(&path);
                self.send_diagnostics(&uri::uri(&path), Value::Null, json!([]));
            }
            ("textDocument/didSave", Some(path)) => self.workspace.saved(&path),
            ("workspace/didChangeWatchedFiles", _) => {
                for path in paths(&parameters["changes"]) {
                    // The text of an open file is that of the editor.
                    if !self.workspace.is_open(&path) {
                        self.workspace.saved(&path);
                    }
                }
            }
            ("workspace/didChangeWorkspaceFolders", _) => {
                let event = &parameters["event"];
                self.workspace.change_folders(paths(&event["added"]), &paths(&event["removed"]));
            }
            _ => {}
        }
    }

    /// Sends the diagnostics of every file that changed, or that depends on one that did.
    fn publish(&mut self) {
        let (stale, is_own) = self.workspace.take_stale();
        if stale.is_empty() {
            return;
        }
        if self.client.pulls {
            // The client requests those of the file that it edits.
            if self.client.refreshes && !is_own {
                self.ask("workspace/diagnostic/refresh", Value::Null);
            }
            return;
        }
        for path in stale {
            let workspace = &mut self.workspace;
            let found = catch_unwind(AssertUnwindSafe(|| diagnostic::all(workspace, &path)));
            if let Ok(found) = found {
                let version = self.workspace.version(&path);
                self.send_diagnostics(&uri::uri(&path), version, json!(found));
            } else {
                self.workspace.reset();
            }
        }
    }

    fn send_diagnostics(&self, uri: &str, version: Value, diagnostics: Value) {
        if self.client.pulls {
            return;
        }
        let mut params = json!({"uri": uri, "diagnostics": diagnostics});
        if !version.is_null() {
            params["version"] = version;
        }
        self.send(Notification { method: "textDocument/publishDiagnostics".to_owned(), params });
    }
}

/// The result of a request; nothing if the method is unknown.
fn answer(workspace: &mut Workspace<'_>, method: &str, parameters: &Value) -> Option<Value> {
    let path = parameters["textDocument"]["uri"].as_str().and_then(uri::path).unwrap_or_default();
    let at = workspace.offset(&path, &parameters["position"]);
    Some(match method {
        "textDocument/diagnostic" => json!({"kind": "full", "items": diagnostic::all(workspace, &path)}),
        "textDocument/hover" => json!(hover::at(workspace, &path, at)),
        "textDocument/completion" => json!(completion::at(workspace, &path, at)),
        "textDocument/definition" => json!(navigation::definition(workspace, &path, at)),
        "textDocument/references" => json!(navigation::references(workspace, &path, at)),
        "textDocument/prepareRename" => json!(navigation::renamable(workspace, &path, at)),
        "textDocument/rename" => {
            let name = parameters["newName"].as_str().unwrap_or_default();
            json!(navigation::rename(workspace, &path, at, name))
        }
        "textDocument/documentSymbol" => json!(structure::symbols(workspace, &path)),
        "textDocument/codeLens" => json!(structure::lenses(workspace, &path)),
        "textDocument/codeAction" => json!(action::actions(workspace, &path, parameters)),
        _ => return None,
    })
}

//! A client of the language server over a connection in memory.

use std::collections::BTreeMap;
use std::thread::JoinHandle;
use std::time::Duration;

use lsp_server::{Connection, Message, Notification, Request, RequestId};
use serde_json::{Value, json};
use volwright::app::lsp::Disk;
use volwright::lsp::{self, Reader};

use crate::support::Folder;

/// A client with a server in a thread of its own.
pub(super) struct Client {
    connection: Connection,
    server: JoinHandle<Result<(), String>>,
    root: String,
    requests: i32,
    /// The diagnostics that were published last, by URI, each with its version.
    published: BTreeMap<String, (Value, Vec<Value>)>,
    versions: BTreeMap<String, i64>,
    /// The methods of the requests that the server has sent.
    pub(super) asked: Vec<String>,
}

/// The parameters of a request about a place.
pub(super) fn at(client: &Client, file: &str, line: u32, character: u32) -> Value {
    json!({"textDocument": {"uri": client.uri(file)}, "position": {"line": line, "character": character}})
}

impl Client {
    pub(super) fn start(folder: &Folder, capabilities: Value) -> Self {
        Self::start_with(folder, capabilities, Disk)
    }

    /// A client of a server that reads files in this way.
    pub(super) fn start_with(
        folder: &Folder,
        capabilities: Value,
        reader: impl Reader + Send + 'static,
    ) -> Self {
        let (server, connection) = Connection::memory();
        let server = std::thread::spawn(move || lsp::run(&server, &reader));
        let root = format!("file://{}", folder.path().display());
        let mut client = Self {
            connection,
            server,
            root: root.clone(),
            requests: 0,
            published: BTreeMap::new(),
            versions: BTreeMap::new(),
            asked: Vec::new(),
        };
        client.request("initialize", json!({"capabilities": capabilities, "rootUri": root}));
        client.notify("initialized", json!({}));
        client
    }

    pub(super) fn uri(&self, file: &str) -> String {
        format!("{}/{file}", self.root)
    }

    pub(super) fn notify(&self, method: &str, params: Value) {
        let message = Notification { method: method.to_owned(), params };
        self.connection.sender.send(Message::Notification(message)).expect("the server runs");
    }

    pub(super) fn receive(&mut self) -> Message {
        let message = self.connection.receiver.recv_timeout(Duration::from_secs(60)).expect("an answer");
        if let Message::Request(request) = &message {
            self.asked.push(request.method.clone());
        }
        if let Message::Notification(notification) = &message {
            let params = &notification.params;
            let list = params["diagnostics"].as_array().cloned().unwrap_or_default();
            let uri = params["uri"].as_str().unwrap_or_default().to_owned();
            self.published.insert(uri, (params["version"].clone(), list));
        }
        message
    }

    /// The result of a request; nothing if it fails.
    pub(super) fn request(&mut self, method: &str, params: Value) -> Value {
        self.respond(method, params)["result"].clone()
    }

    /// The response to a request.
    pub(super) fn respond(&mut self, method: &str, params: Value) -> Value {
        self.requests += 1;
        let id = RequestId::from(self.requests);
        let request = Request { id: id.clone(), method: method.to_owned(), params };
        self.connection.sender.send(Message::Request(request)).expect("the server runs");
        loop {
            if let Message::Response(response) = self.receive()
                && response.id == id
            {
                return serde_json::to_value(&response).expect("JSON");
            }
        }
    }

    pub(super) fn open(&mut self, file: &str, text: &str) {
        self.versions.insert(file.to_owned(), 1);
        self.published.remove(&self.uri(file));
        let document = json!({"uri": self.uri(file), "languageId": "any", "version": 1, "text": text});
        self.notify("textDocument/didOpen", json!({"textDocument": document}));
    }

    pub(super) fn close(&self, file: &str) {
        self.notify("textDocument/didClose", json!({"textDocument": {"uri": self.uri(file)}}));
    }

    pub(super) fn change(&mut self, file: &str, changes: Value) {
        let version = self.versions.get_mut(file).expect("an open file");
        *version += 1;
        let document = json!({"uri": format!("{}/{file}", self.root), "version": *version});
        self.notify("textDocument/didChange", json!({"textDocument": document, "contentChanges": changes}));
    }

    /// Replaces a range by a text.
    pub(super) fn edit(&mut self, file: &str, start: (u32, u32), end: (u32, u32), text: &str) {
        let place = |(line, character): (u32, u32)| json!({"line": line, "character": character});
        self.change(file, json!([{"range": {"start": place(start), "end": place(end)}, "text": text}]));
    }

    pub(super) fn replace(&mut self, file: &str, text: &str) {
        self.change(file, json!([{"text": text}]));
    }

    /// The diagnostics of the newest version of a file.
    pub(super) fn diagnostics(&mut self, file: &str) -> Vec<Value> {
        let uri = self.uri(file);
        loop {
            if let Some((version, list)) = self.published.get(&uri)
                && *version == self.versions[file]
            {
                return list.clone();
            }
            self.receive();
        }
    }

    /// Ends the session; the server must not have failed.
    pub(super) fn stop(mut self) {
        self.request("shutdown", Value::Null);
        self.notify("exit", Value::Null);
        self.server.join().expect("no panic").expect("an orderly end");
    }
}

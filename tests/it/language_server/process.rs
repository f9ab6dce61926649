//! The language server as a process, over standard input and output.

use std::io::{BufReader, Write};
use std::process::Stdio;

use lsp_server::Message;
use serde_json::{Value, json};

use crate::support::{self, Folder};

/// A message as it is written to standard input.
fn frame(value: &Value) -> String {
    let text = value.to_string();
    format!("Content-Length: {}\r\n\r\n{text}", text.len())
}

#[test]
fn the_binary_serves_on_standard_input_and_output() {
    let initialize =
        json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"capabilities": {}}});
    let initialized = json!({"jsonrpc": "2.0", "method": "initialized", "params": {}});
    let shutdown = json!({"jsonrpc": "2.0", "id": 2, "method": "shutdown"});
    let exit = json!({"jsonrpc": "2.0", "method": "exit"});
    for (messages, code) in
        [(vec![&initialize, &initialized, &shutdown, &exit], 0), (vec![&initialize, &initialized, &exit], 1)]
    {
        let mut child = support::command(&["lsp"]).stdin(Stdio::piped()).spawn().expect("the binary runs");
        let mut stdin = child.stdin.take().expect("a pipe");
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        for message in messages {
            stdin.write_all(frame(message).as_bytes()).expect("the server reads");
        }
        let answer = Message::read(&mut stdout).expect("a frame").expect("a message");
        let Message::Response(answer) = answer else { panic!("{answer:?}") };
        assert_eq!(serde_json::to_value(&answer).expect("JSON")["result"]["serverInfo"]["name"], "volwright");
        while let Ok(Some(_)) = Message::read(&mut stdout) {}
        assert_eq!(child.wait().expect("an end").code(), Some(code));
    }
}

/// In a process of its own: the kinds that a project declares apply to a whole process.
#[test]
fn kinds_of_the_user_follow_the_project_file() {
    const FARM: &str = "apiVersion: a.example/v1\nkind: Farm\nmetadata:\n  name: a\nspec:\n  template:\n    spec:\n      containers:\n        - name: main\n          image: a.example/b:1\n          volumeMounts:\n            - name: absent\n              mountPath: /data\n";
    const KINDS: &str = "[[kinds]]\nkind = \"Farm\"\ngroup = \"a.example\"\nlocations = [{ path = \"spec.template\", type = \"PodTemplateSpec\" }]\n";
    let folder = Folder::new();
    std::fs::create_dir(folder.path().join(".git")).expect("a folder");
    let uri = |file: &str| format!("file://{}/{file}", folder.path().display());
    let mut child = support::command(&["lsp"])
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let mut stdin = child.stdin.take().expect("a pipe");
    let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut send = |method: &str, id: Option<i32>, params: Value| {
        let mut message = json!({"jsonrpc": "2.0", "method": method, "params": params});
        if let Some(id) = id {
            message["id"] = json!(id);
        }
        stdin.write_all(frame(&message).as_bytes()).expect("the server reads");
    };
    let pulls = json!({"textDocument": {"diagnostic": {}}});
    send(
        "initialize",
        Some(0),
        json!({"capabilities": pulls, "rootUri": format!("file://{}", folder.path().display())}),
    );
    send("initialized", None, json!({}));
    for (file, text) in [("farm.yaml", FARM), ("volwright.toml", "")] {
        let document = json!({"uri": uri(file), "languageId": "any", "version": 1, "text": text});
        send("textDocument/didOpen", None, json!({"textDocument": document}));
    }
    let mut mentioned = Vec::new();
    let texts = ["", KINDS, "", KINDS];
    for (id, text) in (1..).zip(texts) {
        let document = json!({"uri": uri("volwright.toml"), "version": id + 1});
        send(
            "textDocument/didChange",
            None,
            json!({"textDocument": document, "contentChanges": [{"text": text}]}),
        );
        send("textDocument/diagnostic", Some(id), json!({"textDocument": {"uri": uri("farm.yaml")}}));
        loop {
            let message = Message::read(&mut stdout).expect("a frame").expect("a message");
            if let Message::Response(answer) = message
                && answer.id == id.into()
            {
                let answer = serde_json::to_value(&answer).expect("JSON").to_string();
                mentioned.push(answer.contains("`absent`"));
                break;
            }
        }
    }
    send("shutdown", Some(99), Value::Null);
    send("exit", None, Value::Null);
    assert_eq!(child.wait().expect("an end").code(), Some(0));
    assert_eq!(mentioned, [false, true, false, true]);
}

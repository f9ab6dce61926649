//! Objects of a git repository, read from one `git cat-file --batch`.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A running `git cat-file --batch`: it ends when its input is closed.
#[derive(Debug)]
pub(super) struct Objects {
    child: Child,
    /// None once it is closed.
    requests: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Objects {
    /// Starts the program; `git` has the options of every call.
    pub(super) fn start(mut git: Command) -> io::Result<Self> {
        let mut child = git
            .args(["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let closed = || io::Error::other("git closed its input or output");
        let requests = child.stdin.take().ok_or_else(closed)?;
        let answers = BufReader::new(child.stdout.take().ok_or_else(closed)?);
        Ok(Self { child, requests: Some(requests), answers })
    }

    /// The first `most` bytes of an object, by its ID in hexadecimal digits.
    pub(super) fn read(&mut self, id: &str, most: u64) -> io::Result<Vec<u8>> {
        let requests = self.requests.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        // An ID that is not a number of git's own could be another request.
        if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        requests.write_all(format!("{id}\n").as_bytes())?;
        requests.flush()?;
        // `<id> <type> <size>`, or `<id> missing`.
        let mut header = String::new();
        self.answers.read_line(&mut header)?;
        let size = header.trim_end().rsplit(' ').next().and_then(|size| size.parse::<u64>().ok());
        let Some(size) = size else {
            return Err(io::Error::other("the repository does not contain the object (a partial clone?)"));
        };
        let mut bytes = Vec::new();
        let wanted = size.min(most);
        self.answers.by_ref().take(wanted).read_to_end(&mut bytes)?;
        // A line end follows the object.
        let rest = size - wanted + 1;
        let skipped = io::copy(&mut self.answers.by_ref().take(rest), &mut io::sink())?;
        if bytes.len() as u64 != wanted || skipped != rest {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(bytes)
    }
}

impl Drop for Objects {
    fn drop(&mut self) {
        drop(self.requests.take());
        let _ = self.child.wait();
    }
}

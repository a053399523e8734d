//! The short programs of `examples/`, run as somebody would run them, and no longer than is promised of them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

mod support;

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use support::evtx::{Event, Log};

const LSM: &str = "Microsoft-Windows-TerminalServices-LocalSessionManager";

/// Lines that neither are empty nor comment.
fn lines(example: &str) -> usize {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("examples")
        .join(example);
    let text = fs::read_to_string(path).unwrap();
    let code = text
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.trim().starts_with("//"));
    code.count()
}

/// `cargo run --example`, built like this test.
fn example(name: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    command.args(["run", "--quiet", "--example", name]);
    if !cfg!(debug_assertions) {
        command.arg("--release");
    }
    if cfg!(feature = "parquet") {
        command.args(["--features", "parquet"]);
    }
    command.arg("--").args(arguments);
    command
}

#[test]
fn they_are_short() {
    for name in ["lsm_disconnects.rs", "serve_diagnoses.rs"] {
        assert!(lines(name) < 30, "{name}: {} lines", lines(name));
    }
}

#[test]
fn a_log_in_memory_tells_who_lost_a_session_and_why() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("Sessions.evtx");
    let event = |id, time: &str| Event::new(LSM, id).at(time);
    let log = Log::new(&format!("{LSM}/Operational"), "RPA-07")
        .event(
            event(21, "2026-05-04T06:00:00Z")
                .user_data()
                .data("User", "CORP\\anna")
                .data("SessionID", 3_u32),
        )
        .event(
            event(40, "2026-05-04T06:10:00Z")
                .user_data()
                .data("Session", 3_u32)
                .data("Reason", 5_u32),
        )
        .event(
            event(40, "2026-05-04T06:20:00Z")
                .user_data()
                .data("Session", 4_u32)
                .data("Reason", 0_u32),
        );
    fs::write(&path, log.to_evtx()).unwrap();
    let done = example("lsm_disconnects", &[path.to_str().unwrap()])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let said: Vec<&str> = said.lines().collect();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(
        said[0].starts_with("2026-05-04T06:10:00") && said[0].ends_with("CORP\\anna: 5"),
        "{said:?}"
    );
    assert!(said[1].ends_with("somebody: 0"), "{said:?}");
}

/// A server that ends with the test.
struct Server(Child, String);

impl Drop for Server {
    fn drop(&mut self) {
        // `cargo run` becomes the program on Unix, so this is the server itself.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

impl Server {
    fn start() -> Self {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap().to_string();
        drop(free);
        let mut child = example("serve_diagnoses", &[&address]);
        let server = Self(child.stdout(Stdio::null()).spawn().unwrap(), address);
        let start = Instant::now();
        while TcpStream::connect(&server.1).is_err() {
            assert!(
                start.elapsed() < Duration::from_secs(600),
                "the server does not begin"
            );
            std::thread::sleep(Duration::from_millis(50));
        }
        server
    }

    /// The status and the body of what is answered.
    fn ask(&self, method: &str, name: &str, body: &[u8]) -> (u16, Vec<u8>) {
        let mut stream = TcpStream::connect(&self.1).unwrap();
        let head = format!(
            "{method} /{name} HTTP/1.0\r\nHost: x\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        // Who is answered before the end of the request need not send the rest.
        drop(stream.write_all(body));
        let mut answer = BufReader::new(stream);
        let mut line = String::new();
        answer.read_line(&mut line).unwrap();
        let status = line.split(' ').nth(1).unwrap().parse().unwrap();
        // By this version of HTTP a body ends with the connection.
        loop {
            line.clear();
            answer.read_line(&mut line).unwrap();
            if line.trim().is_empty() {
                break;
            }
        }
        let mut body = Vec::new();
        answer.read_to_end(&mut body).unwrap();
        (status, body)
    }

    fn diagnosis(&self, name: &str, body: &[u8]) -> serde_json::Value {
        let (status, answer) = self.ask("POST", name, body);
        assert_eq!(status, 200);
        serde_json::from_slice(&answer).unwrap()
    }
}

fn kinds(diagnosis: &serde_json::Value) -> Vec<&str> {
    let problems = diagnosis["problems"].as_array().unwrap().iter();
    problems
        .map(|problem| problem["kind"].as_str().unwrap())
        .collect()
}

#[test]
fn a_server_answers_and_a_case_can_be_ended() {
    let server = Server::start();
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/task-password-drift.zip");
    let diagnosis = server.diagnosis("case", &fs::read(fixture).unwrap());
    assert_eq!(
        diagnosis["incidents"][0]["causes"][0]["id"],
        "password-drift-stored-credential"
    );
    assert_eq!(server.ask("DELETE", "case", &[]).0, 404, "it is over");

    // A request beyond the limit is cut there, and what was read is diagnosed.
    let line = b"[0]0B44.0F10::2026/05/04-08:10:03.120000000 [Contoso.Robot] 0x80070520 asking for a session of CORP\\svc-robot\n";
    let long = line.repeat((64 << 20) / line.len());
    let (done, asked) = std::thread::scope(|scope| {
        let reading = scope.spawn(|| server.diagnosis("long", &long));
        let start = Instant::now();
        let mut asked = 404;
        while asked == 404 && start.elapsed() < Duration::from_secs(60) && !reading.is_finished() {
            asked = server.ask("DELETE", "long", &[]).0;
        }
        (reading.join().unwrap(), asked)
    });
    assert_eq!(asked, 204);
    assert!(kinds(&done).contains(&"interrupted"), "{:?}", kinds(&done));
}

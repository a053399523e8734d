//! The page in a real browser: it shows, zooms, links and searches, asks for nothing, writes nothing to the console, and runs nothing
//! that a log holds. `browser.py` drives Chromium by Selenium. Where one of them is missing, this says what is left out;
//! `LOGONSCOPE_BROWSER=required` makes that a failure.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test may panic and tells what it left out"
)]

use std::path::{Path, PathBuf};
use std::process::Command;

use logonscope::diagnose::Analyzer;
use logonscope::model::{Diagnosis, Lane, Time};
use logonscope::report::{self, CaseRow, Format, Options, Zone};
use serde_json::{Value, json};

/// What a hostile log may hold.
const ATTACKS: [&str; 10] = [
    "<script>window.owned = 1</script>",
    "</script><script>window.owned = 2</script><!--",
    "\"><img src=x onerror=\"window.owned = 3\">",
    "'><svg/onload=window.owned=4>",
    "javascript:window.owned=5",
    "</title><script>window.owned=6</script>",
    "</style><script>window.owned=7</script>",
    "\u{202e}drowssap \u{1b}[31m \u{0}&#x3c;script&#x3e;",
    "]]><!--<script>",
    "${window.owned=8}`+window.owned`",
];

fn options() -> Options {
    Options {
        zone: Zone::Host,
        source: Some("case.zip".to_owned()),
        ..Options::default()
    }
}

fn fixture(name: &str) -> Diagnosis {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name);
    Analyzer::new().unwrap().analyze([path]).unwrap()
}

fn page(diagnosis: &Diagnosis) -> String {
    report::render(diagnosis, Format::Html, &options())
}

/// The interpreter that has Selenium, if Chromium and its driver are there, too.
fn browser() -> Result<PathBuf, String> {
    let folders: Vec<PathBuf> =
        std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).collect();
    let found = |name: &str| folders.iter().any(|folder| folder.join(name).is_file());
    for name in ["chromium", "chromedriver"] {
        if !found(name) {
            return Err(format!(
                "{name} is not installed (Debian: chromium and chromium-driver)"
            ));
        }
    }
    let python =
        std::env::var_os("LOGONSCOPE_PYTHON").map_or_else(|| PathBuf::from("python3"), PathBuf::from);
    let has = Command::new(&python).args(["-c", "import selenium"]).output();
    match has {
        Ok(output) if output.status.success() => Ok(python),
        _ => Err(format!("{} has no Selenium (PyPI: selenium)", python.display())),
    }
}

#[test]
fn the_page_in_a_browser() {
    let python = match browser() {
        Ok(python) => python,
        Err(missing) => {
            assert!(
                std::env::var_os("LOGONSCOPE_BROWSER").is_none_or(|asked| asked != "required"),
                "{missing}"
            );
            eprintln!("LEFT OUT: the page was not tried in a browser: {missing}");
            return;
        }
    };
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    let drift = fixture("task-password-drift.zip");
    write("drift.html", &page(&drift));
    write("drift.cmd", &report::script(&drift, &options()));
    write("idle.html", &page(&fixture("rdp-idle-limit.zip")));
    write("healthy.html", &page(&fixture("healthy-week.zip")));
    write("far.html", &page(&far(&drift)));
    write("hostile.html", &page(&hostile(&drift)));
    write("many.html", &page(&many(drift)));
    write("index.html", &report::html_index(&cases()));
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/html_page/browser.py");
    let output = Command::new(python)
        .arg(script)
        .arg(folder.path())
        .output()
        .unwrap();
    let told = format!(
        "{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(output.status.success(), "{told}");
    assert!(told.contains("all held"), "{told}");
}

/// One case of each state.
fn cases() -> Vec<CaseRow> {
    let case = |state: &str, verdict: &str, incidents: usize| CaseRow {
        case: format!("case of {state}"),
        source: format!("incoming/{state}.zip"),
        state: state.to_owned(),
        verdict: verdict.to_owned(),
        cause: "No domain controller could be reached".to_owned(),
        title: "A task could not log on".to_owned(),
        incidents,
        hosts: "RPA-07".to_owned(),
        has_page: true,
        ..CaseRow::default()
    };
    vec![
        case("findings", "strong", 2),
        case("nothing-found", "", 1),
        case("nothing-found", "", 0),
        case("no-evidence", "", 0),
        case("incomplete", "", 0),
        case("failed", "", 0),
    ]
}

#[test]
fn what_shows_no_failure_for_want_of_logs_is_not_among_the_healthy() {
    let page = report::html_index(&cases());
    let place = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text} is not there"));
    let (silent, healthy) = (place("<h2>No evidence"), place("<h2>Healthy"));
    let of_silent = place("case of no-evidence");
    assert!(silent < of_silent && of_silent < healthy);
    assert!(place("<h2>Not read completely") < silent);
}

#[test]
fn only_our_own_markup_stands_in_the_page() {
    let page = page(&hostile(&fixture("task-password-drift.zip")));
    assert_eq!(page.matches("<script").count(), 2, "the data and the script");
    assert_eq!(page.matches("</script").count(), 2);
    for tag in ["<img", "<iframe", "<object", "<embed", "<link", "<form", "<base"] {
        assert!(!page.contains(tag), "{tag}");
    }
    assert!(!page.contains(['\u{202e}', '\u{1b}', '\0']));
    assert!(page.contains("default-src 'none'; style-src 'sha256-"));
    assert!(!page.contains("href=\"javascript:"));
}

/// One failure in years of many logs.
fn far(diagnosis: &Diagnosis) -> Diagnosis {
    let mut far = diagnosis.clone();
    let one = &mut far.incidents[0];
    (one.count, one.last) = (1, one.first);
    one.times.truncate(1);
    far.incidents.truncate(1);
    for cause in &mut far.incidents[0].causes {
        cause.supports.truncate(1);
    }
    let first = far.coverage[0].clone();
    let host = far.incidents[0].host.clone();
    far.coverage.extend((0..30).map(|number| {
        let mut one = first.clone();
        one.channel = format!("Log-{number}").into();
        one.host = host.clone();
        one.from = Some("2022-05-04T08:00:00Z".parse().unwrap());
        one
    }));
    far
}

/// Ten thousand runs of tasks and jobs.
fn many(mut diagnosis: Diagnosis) -> Diagnosis {
    let start: Time = diagnosis.incidents[0].first.unwrap();
    let at = |number: i64| start + chrono::TimeDelta::seconds(number * 37);
    let host = diagnosis.incidents[0].host.clone();
    diagnosis.happenings = (0..10_000_i64)
        .map(|number| {
            let lane = [Lane::Task, Lane::Job, Lane::Change][usize::try_from(number % 3).unwrap()];
            let until = (number % 3 == 0).then(|| at(number) + chrono::TimeDelta::seconds(20));
            json!({
                "at": at(number), "until": until, "host": &*host, "lane": lane, "subject": format!("\\Task {}", number % 12),
                "failed": number % 7 == 0, "summary": format!("Run {number}"),
            })
        })
        .map(|happening| serde_json::from_value(happening).unwrap())
        .collect();
    diagnosis
}

/// Every text of a diagnosis replaced by an attack, one of them a megabyte long.
fn hostile(diagnosis: &Diagnosis) -> Diagnosis {
    let mut value = serde_json::to_value(diagnosis).unwrap();
    let mut next = 0;
    spoil(&mut value["incidents"], &mut next);
    spoil(&mut value["sessions"], &mut next);
    spoil(&mut value["records"], &mut next);
    spoil(&mut value["happenings"], &mut next);
    spoil(&mut value["ask"], &mut next);
    spoil(&mut value["inputs"], &mut next);
    value["incidents"][0]["causes"][0]["title"] = json!("<b>x</b>".repeat(131_072));
    Diagnosis::from_json(value.to_string().as_bytes()).unwrap()
}

/// Words of the contract and times stay, so that it can be read again.
fn spoil(value: &mut Value, next: &mut usize) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let kept = [
                    "verdict",
                    "weight",
                    "lane",
                    "at",
                    "until",
                    "first",
                    "last",
                    "start",
                    "end",
                    "from",
                    "to",
                    "covering",
                    "times",
                    "format",
                    "encoding",
                    "clock",
                    "host",
                    "worked_until",
                    "works_again",
                    "if_seen",
                    "if_absent",
                ];
                if !kept.contains(&name.as_str()) {
                    spoil(value, next);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| spoil(item, next)),
        Value::String(text) => {
            *text = format!("{}{text}", ATTACKS[*next % ATTACKS.len()]);
            *next += 1;
        }
        _ => {}
    }
}

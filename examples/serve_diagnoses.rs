//! `curl --data-binary @case.zip localhost:8080/NAME` answers with the diagnosis as JSON: two cases at once, 64 MiB of request, 1 GiB
//! unpacked and 20 seconds each at most. `curl -X DELETE localhost:8080/NAME` ends a case with what was read until then.

use std::{collections::HashMap, io::Read as _, sync::Mutex, sync::PoisonError, time::Duration};

use logonscope::report::{self, Format, Options};
use logonscope::{Limits, Stop, bundle, diagnose::Analyzer};
use tiny_http::{Method, Request, Response, Server};

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let server = Server::http(std::env::args().nth(1).as_deref().unwrap_or("127.0.0.1:8080"))?;
    let (analyzer, running) = (Analyzer::new()?, Mutex::new(HashMap::<String, Stop>::new()));
    let cases = || running.lock().unwrap_or_else(PoisonError::into_inner);
    std::thread::scope(|scope| {
        for request in server.incoming_requests() {
            let (name, wanted) = (request.url().to_owned(), *request.method() == Method::Delete);
            let (found, busy) = (
                cases().get(&name).filter(|_| wanted).map(Stop::now),
                cases().len() >= 2,
            );
            if wanted || busy {
                let status = if wanted { found.map_or(404, |()| 204) } else { 503 };
                let _ = request.respond(Response::empty(status));
                continue;
            }
            let stop = Stop::default().within(Duration::from_secs(20));
            cases().insert(name.clone(), stop.clone());
            let (analyzer, cases) = (&analyzer, &cases);
            scope.spawn(move || {
                let _ = answer(request, analyzer, stop);
                cases().remove(&name);
            });
        }
    });
    Ok(())
}

fn answer(mut request: Request, analyzer: &Analyzer, stop: Stop) -> std::io::Result<()> {
    let (limits, mut body) = (
        Limits {
            total_bytes: 1 << 30,
            stop,
            ..Limits::default()
        },
        Vec::new(),
    );
    if request.as_reader().take((64 << 20) + 1).read_to_end(&mut body)? > 64 << 20 {
        return request.respond(Response::empty(413));
    }
    let bundle = bundle::open_memory(request.url(), body, &limits);
    let diagnosis = analyzer.analyze_bundle_until(&bundle, &limits.stop);
    let text = report::render(&diagnosis, Format::Json, &Options::default());
    request.respond(Response::from_string(text))
}

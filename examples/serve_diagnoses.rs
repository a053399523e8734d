//! `curl --data-binary @case.zip localhost:8080/NAME` answers with the diagnosis as JSON: 64 MiB of request, 1 GiB unpacked and 20
//! seconds at most. `curl -X DELETE localhost:8080/NAME` ends a case with what was read until then.
use logonscope::{Limits, Stop, bundle, diagnose::Analyzer, report};
use std::{collections::HashMap, io::Read as _, sync::Mutex, sync::PoisonError, time::Duration};
use tiny_http::{Method, Response, Server};

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let (server, analyzer) = (Server::http("127.0.0.1:8080")?, Analyzer::new()?);
    let running = Mutex::new(HashMap::<String, Stop>::new());
    let cases = || running.lock().unwrap_or_else(PoisonError::into_inner);
    std::thread::scope(|scope| {
        for mut request in server.incoming_requests() {
            let (name, mut limits) = (request.url().to_owned(), Limits::default());
            if *request.method() == Method::Delete {
                let status = cases().get(&name).map_or(404, |stop| (stop.now(), 204).1);
                drop(request.respond(Response::empty(status)));
                continue;
            }
            (limits.total_bytes, limits.stop) = (1 << 30, Stop::default().within(Duration::from_secs(20)));
            cases().insert(name.clone(), limits.stop.clone());
            let (analyzer, cases, mut body) = (&analyzer, &cases, Vec::new());
            scope.spawn(move || {
                drop(request.as_reader().take(64 << 20).read_to_end(&mut body));
                let bundle = bundle::open_memory(&name, body, &limits);
                let diagnosis = analyzer.analyze_bundle_until(&bundle, &limits.stop);
                let text = report::render(&diagnosis, report::Format::Json, &report::Options::default());
                drop(request.respond(Response::from_string(text)));
                cases().remove(&name)
            });
        }
    });
    Ok(())
}

//! `curl --data-binary @case.zip localhost:8080/NAME` answers with the diagnosis as JSON: 64 MiB of request, 1 GiB unpacked and
//! 20 seconds at most. `curl -X DELETE localhost:8080/NAME` ends it with what was read until then.
use logonscope::{Limits, Stop, bundle, diagnose::Analyzer};
use std::{collections::HashMap, io::Read as _, sync::Mutex, sync::PoisonError, time::Duration};
use tiny_http::{Method, Request, Response, Server};

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let address = std::env::args().nth(1).unwrap_or("127.0.0.1:8080".to_owned());
    let (server, analyzer) = (Server::http(address)?, Analyzer::new()?);
    let running = Mutex::new(HashMap::<String, Stop>::new());
    let running = || running.lock().unwrap_or_else(PoisonError::into_inner);
    let answer = |mut request: Request| {
        let (name, mut body, mut limits) = (request.url().to_owned(), Vec::new(), Limits::default());
        if *request.method() == Method::Delete {
            let status = running().get(&name).map_or(404, |stop| (stop.now(), 204).1);
            return request.respond(Response::empty(status));
        }
        (limits.total_bytes, limits.stop) = (1 << 30, Stop::default().within(Duration::from_secs(20)));
        running().insert(name.clone(), limits.stop.clone());
        drop(request.as_reader().take(64 << 20).read_to_end(&mut body));
        let done = analyzer.analyze_bundle_until(&bundle::open_memory(&name, body, &limits), &limits.stop);
        running().remove(&name);
        request.respond(Response::from_data(serde_json::to_vec(&done)?))
    };
    std::thread::scope(|scope| {
        for request in server.incoming_requests() {
            scope.spawn(|| answer(request));
        }
    });
    Ok(())
}

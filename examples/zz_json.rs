fn main() {
    let a = logonscope::diagnose::Analyzer::new().unwrap().threads(2).unwrap();
    for p in std::env::args().skip(1) {
        match a.analyze([&p]) {
            Ok(d) => println!("{}", serde_json::json!({"path": p, "d": d})),
            Err(e) => println!("{}", serde_json::json!({"path": p, "error": e.to_string()})),
        }
    }
}

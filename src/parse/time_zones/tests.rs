//! Zones in every spelling, what tells them, and which of them what names no machine has.

use super::*;

fn local(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()
}

#[test]
fn zones_in_every_spelling() {
    for text in [
        "Europe/Berlin",
        "W. Europe Standard Time",
        "+02:00",
        "UTC+02:00",
        "W. Europe Standard Time (UTC+02:00)",
        "Mitteleuropäische Zeit (UTC+02:00)",
        "(UTC+01:00) Amsterdam, Berlin, Bern, Rom, Stockholm, Wien",
        "(UTC+02:00) Nowhere",
    ] {
        let zone = Zone::parse(text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(
            zone.utc(local("2026-07-01 10:00")).unwrap().to_rfc3339(),
            "2026-07-01T08:00:00+00:00",
            "{text}"
        );
    }
    assert_eq!(Zone::parse("Middle/Earth"), None);
}

#[test]
fn traces_tell_the_zone_where_nothing_better_does() {
    let fact = |host: &str, value: &str, scope| Artifact {
        path: "a".into(),
        findings: crate::model::Findings {
            facts: vec![crate::model::Fact {
                host: host.into(),
                name: "host.time_zone".into(),
                value: value.into(),
                scope,
                at: None,
                local: None,
                origin: Origin::artifact("a"),
            }],
            ..Default::default()
        },
    };
    let told = |artifacts: &[Artifact]| -> Vec<(String, String)> {
        let zones = zones(artifacts).into_iter();
        zones.map(|(host, zone)| (host, zone.name())).collect()
    };
    let trace = |host: &str, value: &str| fact(host, value, FactScope::Observed);
    let robot = || {
        let mut log = fact("", "Nowhere", FactScope::Observed);
        log.findings.format = Some(ArtifactFormat::RobotLog);
        log.findings.utc_offset = Some(120);
        log
    };
    let pair = |host: &str, zone: &str| (host.to_owned(), zone.to_owned());
    assert_eq!(told(&[trace("", "UTC+02:00")]), [pair("", "UTC+02:00")]);
    assert_eq!(told(&[trace("", "UTC+02:00"), trace("", "UTC+01:00")]), []);
    let registry = || fact("RPA-07", "W. Europe Standard Time", FactScope::Plain);
    assert_eq!(
        told(&[trace("RPA-07", "UTC+02:00"), registry(), trace("", "UTC-05:00")]),
        [pair("rpa-07", "Europe/Berlin")]
    );
    // So do robots that do not name their machine, and tables of its starts and stops.
    assert_eq!(told(&[robot()]), [pair("", "UTC+02:00")]);
    let mut table = fact("", "Nowhere", FactScope::Observed);
    let mut start = Event::new(Origin::artifact("System.csv"));
    start.provider = "Microsoft-Windows-Kernel-General".into();
    start.id = Some(12);
    start.local = Some(local("2026-04-20 11:55"));
    start.message = Some("The system started at 2026-04-20T09:55:09.4Z.".into());
    table.findings.events.push(start);
    assert_eq!(told(std::slice::from_ref(&table)), [pair("", "UTC+02:00")]);
    assert_eq!(told(&[table, registry()]), [pair("rpa-07", "Europe/Berlin")]);
    assert_eq!(told(&[robot(), registry()]), [pair("rpa-07", "Europe/Berlin")]);
}

#[test]
fn what_names_no_machine_has_the_zone_of_the_one_it_is_of() {
    let registry = |host: &str, zone: &str| crate::model::Fact {
        host: host.into(),
        name: "host.time_zone".into(),
        value: zone.into(),
        scope: FactScope::Plain,
        at: None,
        local: None,
        origin: Origin::artifact("settings.reg"),
    };
    let mut text = Event::new(Origin::artifact("deploy.log"));
    text.local = Some(local("2026-04-20 12:00"));
    let file = |path: &str, facts, events| Artifact {
        path: path.into(),
        findings: crate::model::Findings {
            facts,
            events,
            ..Default::default()
        },
    };
    let placed = |home: &str| {
        let mut artifacts = [
            file("a", vec![registry("RPA-07", "Europe/Berlin")], Vec::new()),
            file("b", vec![registry("RPA-08", "Asia/Tokyo")], Vec::new()),
            file("deploy.log", Vec::new(), vec![text.clone()]),
        ];
        resolve(&mut artifacts, None, &|_| home.to_owned(), &mut Vec::new());
        artifacts[2].findings.events[0].time.unwrap().to_rfc3339()
    };
    assert_eq!(placed("rpa-07"), "2026-04-20T10:00:00+00:00");
    assert_eq!(placed("rpa-08"), "2026-04-20T03:00:00+00:00");
    assert_eq!(placed(""), "2026-04-20T12:00:00+00:00");
}

#[test]
fn a_start_of_windows_tells_the_zone() {
    let mut event = Event::new(Origin::artifact("System.csv"));
    event.provider = "Microsoft-Windows-Kernel-General".into();
    event.id = Some(12);
    event.local = Some(local("2026-04-20 11:55"));
    let said = |text: &str| {
        let mut event = event.clone();
        event.message = Some(text.into());
        power(&event)
    };
    let berlin = Zone::minutes(120);
    assert_eq!(
        said(
            "Das Betriebssystem wurde zur Systemzeit \u{200e}2026\u{200e}-\u{200e}04\u{200e}-\u{200e}20T09:55:09.444836600Z gestartet."
        ),
        berlin
    );
    assert_eq!(said("started at system time 2026-04-20T09:31:00.0Z."), None);
    assert_eq!(said("nothing of time"), None);
}

#[test]
fn the_hours_that_are_skipped_and_doubled() {
    let berlin = Zone::parse("Europe/Berlin").unwrap();
    assert_eq!(
        berlin.utc(local("2026-03-29 02:30")).unwrap().to_rfc3339(),
        "2026-03-29T01:30:00+00:00"
    );
    assert_eq!(
        berlin.utc(local("2026-10-25 02:30")).unwrap().to_rfc3339(),
        "2026-10-25T00:30:00+00:00"
    );
}

#[test]
fn the_name_of_a_zone_tells_its_summer_in_every_language() {
    let up = |told: &str| {
        let mut event = Event::new(Origin::artifact("System.xml"));
        event.provider = "EventLog".into();
        event.id = Some(6013);
        for text in ["0", "0", "0", "0", "0", "0", told] {
            event.push("", Value::text(text));
        }
        event
    };
    let zone = |told: &str| uptime(&up(told)).map(|zone| zone.name());
    let name = |zone: &str| Some(zone.to_owned());
    assert_eq!(zone("-60 Mitteleuropäische Zeit"), name("Europe/Berlin"));
    assert_eq!(zone("-60 Ora solare Europa occidentale"), name("Europe/Berlin"));
    assert_eq!(zone("-60 W. Europe Standard Time"), name("Europe/Berlin"));
    assert_eq!(zone("-60 Somewhere"), None);
    assert_eq!(
        standard(&up("-60 Somewhere")).map(|zone| zone.name()),
        name("UTC+01:00")
    );
    // A robot's stamps know the summer better than the number alone.
    let mut log = Artifact {
        path: "robot.log".into(),
        findings: crate::model::Findings::default(),
    };
    log.findings.format = Some(ArtifactFormat::RobotLog);
    log.findings.utc_offset = Some(120);
    let mut system = Artifact {
        path: "System.xml".into(),
        findings: crate::model::Findings::default(),
    };
    system.findings.events.push(up("-60 Somewhere"));
    let told = zones(&[log, system]);
    assert_eq!(told.get("").map(|zone| zone.name()), name("UTC+02:00"));
}

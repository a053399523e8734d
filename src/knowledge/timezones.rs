//! Windows time-zone key names and the zones of the IANA database they stand for.

use chrono_tz::Tz;

/// The zone of a Windows key name such as `W. Europe Standard Time`; case does not count.
pub fn iana_zone(windows_key: &str) -> Option<Tz> {
    let name = match windows_key.trim().to_ascii_lowercase().as_str() {
        "utc" | "coordinated universal time" => "Etc/UTC",
        "w. europe standard time" => "Europe/Berlin",
        "romance standard time" => "Europe/Paris",
        "gmt standard time" => "Europe/London",
        "eastern standard time" => "America/New_York",
        "central standard time" => "America/Chicago",
        "mountain standard time" => "America/Denver",
        "pacific standard time" => "America/Los_Angeles",
        "tokyo standard time" => "Asia/Tokyo",
        "india standard time" => "Asia/Kolkata",
        "china standard time" => "Asia/Shanghai",
        _ => return None,
    };
    name.parse().ok()
}

//! One user, and one machine, in many spellings.

/// The bare lower-case account name in `DOM\user`, `user@dom.example` or `user`. SIDs stay as they are.
///
/// ```
/// use logonscope::model::user_key;
/// assert_eq!(user_key(r"CORP\Svc-Robot"), "svc-robot");
/// assert_eq!(user_key("svc-robot@corp.example"), "svc-robot");
/// assert_eq!(user_key("S-1-5-18"), "s-1-5-18");
/// ```
pub fn user_key(name: &str) -> String {
    let name = name.trim().trim_matches('"');
    let bare = name.rsplit('\\').next().unwrap_or(name);
    let bare = match bare.split_once('@') {
        Some((user, _)) if !user.is_empty() => user,
        _ => bare,
    };
    bare.to_lowercase()
}

/// Whether two spellings can name one account: the bare names agree, and so do the domains where both give
/// one that is comparable.
pub fn same_user(a: &str, b: &str) -> bool {
    !a.is_empty() && !b.is_empty() && user_key(a) == user_key(b)
}

/// Whether a text ends like this; case of ASCII letters does not count.
pub(crate) fn ends_like(text: &str, end: &str) -> bool {
    // Nearly every text is told apart by its last letter.
    let last = |text: &str| text.as_bytes().last().map(u8::to_ascii_lowercase);
    if last(text) != last(end) && !end.is_empty() {
        return false;
    }
    let at = text.len().checked_sub(end.len());
    let tail = at.and_then(|at| text.get(at..));
    tail.is_some_and(|tail| tail.eq_ignore_ascii_case(end))
}

/// The key of a computer: its short name in lower case.
pub fn host_key(computer: &str) -> String {
    let computer = computer.trim().trim_end_matches('.');
    let short = computer.split('.').next().unwrap_or(computer);
    let is_address = !short.is_empty() && short.bytes().all(|byte| byte.is_ascii_digit());
    if is_address {
        computer.to_lowercase()
    } else {
        short.to_lowercase()
    }
}

/// Whether a task is one of Windows itself, by its path: every machine has some hundred, and nobody asks about them.
pub(crate) fn is_task_of_windows(path: &str) -> bool {
    const FOLDER: &[u8] = br"\microsoft\";
    let start = path.as_bytes().get(..FOLDER.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(FOLDER))
}

//! What secrets look like in text, as data: the words that name them, the forms they stand in, the shapes that tell them by
//! themselves, and values that are none. Must not know how rules are applied.
//!
//! In a form, the group `n` is the name and the groups `q`, `e`, `d`, `a`, `h` and `b` are the secret: quoted, with escaped
//! quotes, with doubled ones, in apostrophes, in quotes escaped for HTML, bare. `{WORDS}`, `{KEYS}`, `{NAMES}` and
//! `{VALUE}` stand for the constants below.

/// Words for passwords, in the languages of Windows that customers have, as expressions.
pub(super) const WORDS: &str = "password|passwort|passwd|passphrase|passcode|kennwort|contrase(?:ñ|n)a|\
    mot de passe|motdepasse|senha|palavra[- ]passe|parola|has(?:ł|l)o|wachtwoord|l(?:ö|o)senord|adgangskode|\
    heslo|(?:ş|s)ifre|пароль|パスワード|密码|密碼|口令|비밀번호|암호|pwd|\\bpass|_pass|\\bpw|_pw";

/// Words for tokens and keys.
pub(super) const KEYS: &str = "secret|token|(?:api|access|account|licen[cs]e|subscription|private|encryption|machine|auth|\
    shared|storage|signing|master|client)[-_ ]?key|shared[-_ ]?access[-_ ]?(?:key|signature)|connection[-_ ]?key|\\bsig";

/// A value behind its mark.
pub(super) const VALUE: &str = r#"(?:\\+"(?<e>(?:[^"\\\r\n]|\\+[^"\\\r\n])*)|""(?<d>[^"\r\n]+)""|"(?<q>(?:[^"\\\r\n]|\\.)*)|'(?<a>[^'\r\n]*)|&(?:quot|\#34|apos|\#39);(?<h>(?:[^&\r\n]|&(?:amp|lt|gt);)*)|(?<b>[^ \t\r\n;&<"']+))"#;

/// Groups of a form that are a secret.
pub(super) const GROUPS: [&str; 6] = ["q", "e", "d", "a", "h", "b"];

/// What a value must be to be a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Check {
    /// Anything that is no word of a sentence.
    Any,
    /// Whatever the name asks for: of a password anything that is no word of a sentence, of a token what is
    /// [`Strong`](Check::Strong).
    ByName,
    /// What no word of a sentence looks like.
    Strong,
    /// Encoded bytes.
    Coded,
    /// The rest of a line. Behind `=` it is a few words at most: a log line goes on otherwise.
    Line,
    /// The shape is enough.
    Shape,
}

/// One form.
pub(super) struct Rule {
    /// Texts without any of these, in lower-case ASCII where they have letters of it, need not be looked at.
    pub(super) hints: &'static [&'static str],
    /// The expression; the case of letters does not count unless it says so.
    pub(super) form: &'static str,
    /// What the value must be.
    pub(super) check: Check,
}

/// Whatever [`WORDS`] and [`KEYS`] can match holds one of these.
const NAMED: &[&str] = &[
    "passw",
    "passphrase",
    "passcode",
    "kennwort",
    "contrase",
    "de passe",
    "motdepasse",
    "senha",
    "palavra",
    "parola",
    "has\u{142}o",
    "haslo",
    "wachtwoord",
    "senord",
    "adgangskode",
    "heslo",
    "ifre",
    "ароль",
    "АРОЛЬ",
    "パスワード",
    "密码",
    "密碼",
    "口令",
    "비밀번호",
    "암호",
    "pwd",
    "pass=",
    "pass:",
    "pass ",
    "pass\"",
    "pass'",
    "pass>",
    "pw=",
    "pw:",
    "pw ",
    "pw\"",
    "secret",
    "token",
    "key=",
    "key:",
    "key\"",
    "key'",
    "key>",
    "key =",
    "key :",
    "key\\",
    "key&",
    "signature",
    "sig=",
];

/// The forms.
pub(super) const RULES: &[Rule] = &[
    // A line of its own: the whole rest of the line.
    Rule {
        hints: NAMED,
        form: r"(?m)^[ \t>|]*(?:[A-Za-z0-9_-]+[ \t]+){0,2}(?<n>[A-Za-z0-9_.]*(?:{WORDS})[0-9]{0,2})[ \t]*[:：][ \t]*(?<b>[^ \t\r\n{\[][^\r\n]*)",
        check: Check::Line,
    },
    Rule {
        hints: NAMED,
        form: r"(?m)^[ \t]*(?:export[ \t]+|set[ \t]+)?(?<n>[A-Za-z0-9_.]*(?:{NAMES})[0-9]{0,2})[ \t]*=[ \t]*(?<b>[^ \t\r\n{\[;&]+(?:[ \t]+[^ \t\r\n]+){1,5})[ \t]*\r?$",
        check: Check::Line,
    },
    Rule {
        hints: &["reg_"],
        form: r"(?<n>(?:{NAMES}))[ \t]+REG_(?:EXPAND_|MULTI_)?SZ[ \t]+(?<b>[^\r\n]+)",
        check: Check::Any,
    },
    Rule {
        hints: &["/d ", "-value"],
        form: r#"(?:/v|-name)[ \t]+"?(?<n>[^ \t"\r\n]*(?:{NAMES}))"?[^\r\n]{0,40}?[ \t](?:/d|-value)[ \t]+{VALUE}"#,
        check: Check::Any,
    },
    // Anywhere: the quoted text or the word.
    Rule {
        hints: NAMED,
        form: r#"(?<n>[A-Za-z0-9_.-]*(?:{NAMES})[0-9]{0,2})(?:\\*["']|&(?:quot|\#34);){0,2}[ \t]*(?:=>|:=|[:=>：]|&gt;|&\#62;)[ \t]*{VALUE}"#,
        check: Check::ByName,
    },
    Rule {
        hints: NAMED,
        form: r"(?<n>[A-Za-z0-9_.-]*(?:{WORDS}))[ \t]*[:=]?[ \t]+(?:is|was|lautet|ist|war|es|est|era|è|é|jest|to)[ \t]*:?[ \t]+{VALUE}",
        check: Check::Strong,
    },
    // Variables of the environment.
    Rule {
        hints: &["setx"],
        form: r#"\bsetx(?:\.exe)?[ \t]+"?(?<n>[A-Za-z0-9_]*(?:{NAMES}))"?[ \t]+{VALUE}"#,
        check: Check::Any,
    },
    Rule {
        hints: &["pw="],
        form: r"\b(?<n>[A-Za-z0-9_]*pw)={VALUE}",
        check: Check::Any,
    },
    // Options of commands.
    Rule {
        hints: NAMED,
        form: r#"(?:^|[ \t\r\n"'>(;])(?:--?|/)(?<n>[A-Za-z0-9-]*(?:{NAMES}))(?:[ \t]+|:){VALUE}"#,
        check: Check::ByName,
    },
    Rule {
        hints: &[
            "/p:",
            "-p:",
            "/pass:",
            "-pass:",
            "/pd:",
            "/po:",
            "/passwordd:",
            "/passwordo:",
        ],
        form: r"(?:^|[ \t\r\n])[/-](?:p|pass|pd|po|passwordd|passwordo):{VALUE}",
        check: Check::Any,
    },
    Rule {
        hints: &["echo"],
        form: r#"\becho[ .(]+(?<b>[^\r\n|<>]+?)[ \t]*\|[ \t]*"?(?:[^ \t\r\n"|]*\\)?(?:runas|net1?|psexec(?:64)?|plink|schtasks|cmdkey|sudo|su|ssh|kinit|openssl|winrs|docker)(?:\.exe)?\b"#,
        check: Check::Shape,
    },
    Rule {
        hints: &["securestring"],
        form: r"ConvertTo-SecureString(?:[ \t]+-(?:AsPlainText|Force))*(?:[ \t]+-String)?[ \t]+{VALUE}",
        check: Check::Any,
    },
    // Headers and addresses.
    Rule {
        hints: &["authorization"],
        form: r#"authorization\\*["']?[ \t]*[:=][ \t]*\\*["']?(?:[A-Za-z]+[ \t]+)?(?<b>[^ \t\r\n"',;]{6,})"#,
        check: Check::Coded,
    },
    Rule {
        hints: &["bearer", "basic"],
        form: r"\b(?:bearer|basic)[ \t]+(?<b>[A-Za-z0-9_.~+/=-]{8,})",
        check: Check::Coded,
    },
    Rule {
        hints: &["://"],
        form: r#"\b[a-z][a-z0-9+.-]{1,20}://[^ \t\r\n/:@"'<>]{0,128}:(?<b>[^ \t\r\n/"'<>]+)@"#,
        check: Check::Shape,
    },
    Rule {
        hints: &["sig=", "code=", "key=", "sas="],
        form: r#"[?&;](?:amp;)?(?:sig|code|key|sas)=(?<b>[^ \t\r\n&"'<>]{16,})"#,
        check: Check::Coded,
    },
    // Elements: the text of one, of a value in it, and of one that an attribute names.
    Rule {
        hints: NAMED,
        form: r"<(?:[A-Za-z0-9_.-]+:)?(?<n>[A-Za-z0-9_.-]*(?:{NAMES})[0-9]{0,2})(?:[ \t][^<>\r\n]{0,200}[^/<>])?>[ \t\r\n]*(?:<(?:[A-Za-z0-9_]+:)?(?:value|text|string)>[ \t\r\n]*)?(?:<!\[CDATA\[)?(?<b>[^<>\r\n]+)",
        check: Check::ByName,
    },
    Rule {
        hints: NAMED,
        form: r#"\b(?:key|name|id)\\*["']?[ \t]*[:=][ \t]*\\*["'](?<n>[^"'\r\n\\]{0,60}?(?:{NAMES})[0-9]{0,2})\\*["'](?:[^<>{}\r\n]{0,60}?\b(?:value|data|text)\\*["']?[ \t]*[:=][ \t]*\\*["']|[^<>\r\n]{0,60}>)(?<b>[^"'<>\r\n\\]+)"#,
        check: Check::ByName,
    },
    Rule {
        hints: NAMED,
        form: r#"\b(?:value|data)\\*["']?[ \t]*[:=][ \t]*\\*["'](?<b>[^"'\r\n\\]+)\\*["'][^<>{}\r\n]{0,60}?\b(?:key|name|id)\\*["']?[ \t]*[:=][ \t]*\\*["'](?<n>[^"'\r\n\\]{0,60}?(?:{NAMES})[0-9]{0,2})\\*["']"#,
        check: Check::ByName,
    },
    // Settings of the Remote Desktop client: name, type, value.
    Rule {
        hints: &[":b:", ":s:"],
        form: r#"(?<n>(?:password|[a-z]*token))[ \t]*[0-9]{0,3}:[bs]:(?<b>[^ \t\r\n"]+)"#,
        check: Check::Shape,
    },
    // Shapes that need no name.
    Rule {
        hints: &["eyj"],
        form: r"\b(?-i:eyJ)[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?",
        check: Check::Shape,
    },
    Rule {
        hints: &[
            "ghp_",
            "gho_",
            "ghu_",
            "ghs_",
            "ghr_",
            "github_pat_",
            "glpat-",
            "xox",
            "npm_",
            "_live_",
            "sk-",
            "rt_",
            "sg.",
        ],
        form: r"\b(?-i:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{16,}|xox[abeoprs]-[A-Za-z0-9-]{10,}|npm_[A-Za-z0-9]{30,}|[rs]k_live_[A-Za-z0-9]{16,}|sk-[A-Za-z0-9_-]{24,}|rt_[A-Za-z0-9]{40,}|SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,})",
        check: Check::Shape,
    },
    Rule {
        hints: &["akia", "asia", "aiza", "8q~", "=="],
        form: r"(?-i:\bA[KS]IA[0-9A-Z]{16}\b|\bAIza[A-Za-z0-9_-]{35}|\b[A-Za-z0-9_]{3}8Q~[A-Za-z0-9_.~-]{31,}|[A-Za-z0-9+/]{86}==)",
        check: Check::Shape,
    },
    Rule {
        hints: &["private key"],
        form: r"-----BEGIN [A-Z ]{0,20}PRIVATE KEY(?: BLOCK)?-----(?<b>[^-]+)",
        check: Check::Shape,
    },
    // A recovery key of BitLocker; a blob that the system protected, which opens where the account is known.
    Rule {
        hints: &["recovery", "bitlocker", "protector", "numerical", "password"],
        form: r"\b(?:[0-9]{6}-){7}[0-9]{6}\b",
        check: Check::Shape,
    },
    Rule {
        hints: &["01000000d08c9ddf"],
        form: r"(?i)01000000d08c9ddf[0-9a-f]{16,}",
        check: Check::Shape,
    },
];

/// Names that hold one of the words and no secret.
pub(super) const HARMLESS: &[&str] = &[
    "publickeytoken",
    "cancellationtoken",
    "elevatedtoken",
    "impersonationtoken",
    "changetoken",
    "continuationtoken",
    "nopassword",
    "publickey",
    "synctoken",
    "tokentype",
    "reparsetoken",
];

/// Values that stand for a secret or for none, and words that go on a sentence behind a colon: in English, German,
/// French, Spanish, Italian, Portuguese, Dutch, Polish, Russian and Chinese.
pub(super) const PLAIN: &[&str] = &[
    "0",
    "1",
    "-",
    "*",
    "n/a",
    "null",
    "(null)",
    "nil",
    "none",
    "undefined",
    "empty",
    "(empty)",
    "blank",
    "(blank)",
    "true",
    "false",
    "yes",
    "no",
    "hidden",
    "masked",
    "redacted",
    "removed",
    "omitted",
    "protected",
    "encrypted",
    "present",
    "not",
    "never",
    "the",
    "a",
    "an",
    "is",
    "was",
    "were",
    "are",
    "has",
    "have",
    "had",
    "must",
    "may",
    "can",
    "cannot",
    "could",
    "should",
    "will",
    "would",
    "does",
    "do",
    "did",
    "don't",
    "if",
    "when",
    "while",
    "because",
    "for",
    "from",
    "by",
    "in",
    "on",
    "at",
    "to",
    "of",
    "with",
    "without",
    "and",
    "or",
    "but",
    "please",
    "enter",
    "see",
    "your",
    "his",
    "her",
    "their",
    "our",
    "my",
    "it",
    "this",
    "that",
    "these",
    "user",
    "account",
    "changed",
    "change",
    "expired",
    "expires",
    "incorrect",
    "invalid",
    "wrong",
    "rejected",
    "refused",
    "denied",
    "missing",
    "required",
    "failed",
    "failure",
    "accepted",
    "valid",
    "ok",
    "error",
    "unknown",
    "updated",
    "reset",
    "stored",
    "saved",
    "disabled",
    "enabled",
    "last",
    "age",
    "policy",
    "unable",
    "could",
    "access",
    "logon",
    "login",
    "we",
    "you",
    "they",
    "he",
    "she",
    "i",
    "there",
    "what",
    "which",
    "who",
    "ist",
    "war",
    "wurde",
    "wird",
    "muss",
    "darf",
    "kann",
    "nicht",
    "kein",
    "keine",
    "nie",
    "abgelaufen",
    "falsch",
    "geändert",
    "ungültig",
    "erforderlich",
    "leer",
    "der",
    "die",
    "das",
    "ja",
    "nein",
    "läuft",
    "est",
    "doit",
    "non",
    "oui",
    "expiré",
    "le",
    "la",
    "les",
    "un",
    "une",
    "n'est",
    "es",
    "ha",
    "debe",
    "sí",
    "caducado",
    "incorrecta",
    "el",
    "è",
    "scaduta",
    "errata",
    "il",
    "é",
    "não",
    "expirou",
    "incorreta",
    "o",
    "os",
    "as",
    "niet",
    "verlopen",
    "onjuist",
    "het",
    "de",
    "jest",
    "nie",
    "wygasło",
    "истек",
    "неверный",
    "не",
    "已过期",
    "不正确",
];

/// A command that takes a secret among its arguments.
pub(super) struct Command {
    /// Its names, in lower case and without an extension.
    pub(super) names: &'static [&'static str],
    /// The first argument, where it counts.
    pub(super) verb: &'static str,
    /// Where the secret stands.
    pub(super) places: &'static [Place],
}

/// Where a secret stands among the arguments of a command.
pub(super) enum Place {
    /// Behind an argument that is one of these.
    After(&'static [&'static str]),
    /// In the argument behind one of these, behind the first of this sign.
    Half(&'static [&'static str], char),
    /// At the end of an argument that begins so and is longer.
    Joined(&'static [&'static str]),
    /// The argument that is no option and has so many before it.
    Positional(usize),
    /// The first argument that is no option behind the name of a share.
    BehindShare,
}

/// The commands.
pub(super) const COMMANDS: &[Command] = &[
    Command {
        names: &[
            "psexec",
            "psexec64",
            "paexec",
            "psinfo",
            "pslist",
            "pskill",
            "psservice",
            "psshutdown",
            "psloggedon",
            "pspasswd",
            "csexec",
        ],
        verb: "",
        places: &[Place::After(&["-p", "/p"])],
    },
    Command {
        names: &["net", "net1"],
        verb: "use",
        places: &[Place::BehindShare],
    },
    Command {
        names: &["net", "net1"],
        verb: "user",
        places: &[Place::Positional(1)],
    },
    Command {
        names: &["schtasks", "jt"],
        verb: "",
        places: &[Place::After(&["/p", "/rp", "-p", "-rp"])],
    },
    Command {
        names: &["plink", "pscp", "psftp", "putty", "kitty"],
        verb: "",
        places: &[Place::After(&["-pw"])],
    },
    Command {
        names: &[
            "winrs", "wmic", "cmdkey", "netdom", "xfreerdp", "wfreerdp", "appcmd",
        ],
        verb: "",
        places: &[Place::Joined(&[
            "-p:",
            "/p:",
            "-password:",
            "/password:",
            "-pass:",
            "/pass:",
            "/pd:",
            "/po:",
            "/passwordd:",
            "/passwordo:",
        ])],
    },
    Command {
        names: &["curl", "curl64"],
        verb: "",
        places: &[Place::Half(&["-u", "--user", "-U", "--proxy-user"], ':')],
    },
    Command {
        names: &["smbclient", "rpcclient", "net"],
        verb: "",
        places: &[Place::Half(&["-U", "--user"], '%')],
    },
    Command {
        names: &[
            "uirobot",
            "uipath.service.usershost",
            "uipath.service.robotclient",
            "uipcli",
        ],
        verb: "",
        places: &[Place::After(&[
            "--key",
            "-key",
            "/key",
            "-k",
            "--clientsecret",
            "--client-secret",
            "-t",
            "--token",
        ])],
    },
    Command {
        names: &["sqlcmd", "osql", "bcp", "isql"],
        verb: "",
        places: &[Place::After(&["-P"]), Place::Joined(&["-P"])],
    },
    Command {
        names: &[
            "sshpass",
            "mysql",
            "mysqldump",
            "rdesktop",
            "certutil",
            "signtool",
            "az",
            "docker",
            "wevtutil",
        ],
        verb: "",
        places: &[Place::After(&["-p", "-p:", "/p"])],
    },
    Command {
        names: &["7z", "7za", "7zr", "rar", "winrar", "unrar"],
        verb: "",
        places: &[Place::Joined(&["-p", "-hp"])],
    },
    Command {
        names: &["autologon", "autologon64", "rasdial"],
        verb: "",
        places: &[Place::Positional(2)],
    },
];

/// Texts without any of these hold none of the commands.
pub(super) const COMMAND_HINTS: &[&str] = &[
    "psexec",
    "paexec",
    "psinfo",
    "pslist",
    "pskill",
    "psservice",
    "psshutdown",
    "psloggedon",
    "pspasswd",
    "csexec",
    "net use",
    "net  use",
    "net.exe",
    "net1",
    "net user",
    "schtasks",
    "plink",
    "pscp",
    "psftp",
    "putty",
    "winrs",
    "wmic",
    "cmdkey",
    "netdom",
    "freerdp",
    "appcmd",
    "curl",
    "smbclient",
    "rpcclient",
    "uirobot",
    "usershost",
    "robotclient",
    "uipcli",
    "sqlcmd",
    "osql",
    "bcp ",
    "isql",
    "sshpass",
    "mysql",
    "rdesktop",
    "certutil",
    "signtool",
    "az ",
    "docker",
    "7z",
    "rar ",
    "rar.exe",
    "autologon",
    "rasdial",
    "wevtutil",
];

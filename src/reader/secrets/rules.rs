//! What secrets look like in text, as data: the forms they stand in; [`secret_names`](super::secret_names) has the words that name them, and
//! [`shapes`](super::shapes) the forms that need no name. Must not know how rules are applied.
//!
//! In a form, the group `n` is the name and the groups `q`, `a` and `b` are the secret: quoted, in apostrophes, bare. `{WORDS}`, `{KEYS}` and
//! `{NAMES}` stand for the words of `secret_names`, `{SIGN}` for [`SIGN`]. At its end stands `{VALUE}` for the value that begins there, as
//! [`values`](super::values) reads it, and `{QUOTED}` for one between quotation marks. No form need know what is written for a sign within
//! another text: [`layers`](super::layers) does.

use super::secret_names::NAMED;

/// What stands between a name and its value.
pub(super) const SIGN: &str = "(?:=>|->|[:=]{1,2}|[：→>])";

/// Groups of a form that are a secret.
pub(super) const GROUPS: [&str; 3] = ["q", "a", "b"];

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
    /// What no word and no name looks like: letters of both cases and a digit, or letters, a digit and a sign.
    Sure,
    /// Encoded bytes.
    Coded,
    /// A key: encoded bytes, and many.
    Key,
    /// What no word looks like where something says that it is the secret, or a key.
    Odd,
    /// Letters of any script with digits and signs.
    Mixed,
    /// Text in base64 with a secret in it.
    Encoded,
    /// The rest of a line. Behind `=` it is a few words at most: a log line goes on otherwise.
    Line,
    /// The one word behind a label of several words, where that is no word of a language.
    Label,
    /// What is given where a secret is asked for: neither a label nor a place, and no word of a sentence.
    Given,
    /// Letters with a digit, a sign or a full stop among them.
    Typed,
    /// [`Odd`](Check::Odd), or [`Typed`](Check::Typed) with a sign that passwords have.
    Signed,
    /// [`Typed`](Check::Typed), or words that are joined by signs.
    Joined,
    /// What stands beside an account: [`Typed`](Check::Typed), or a word with a capital.
    Pair,
    /// The shape is enough.
    Shape,
}

/// One form.
pub(super) struct Rule {
    /// Texts without any of these, in lower-case ASCII where they have letters of it, need not be looked at.
    pub(super) hints: &'static str,
    /// Every match has one of these, which have no case; where a text has none, the expression is not even made. Empty where a
    /// match needs no such mark.
    pub(super) marks: &'static [&'static str],
    /// The expression; the case of letters does not count unless it says so.
    pub(super) form: &'static str,
    /// What the value must be.
    pub(super) check: Check,
}

/// The forms.
pub(super) const RULES: &[Rule] = &[
    // A line of its own: the whole rest of the line.
    Rule {
        hints: NAMED,
        marks: &[":", "\u{ff1a}"],
        form: r"(?m)^[ \t>|]*(?:[A-Za-z0-9_-]+[ \t]+){0,2}(?<n>[A-Za-z0-9_.]*(?:{WORDS})[0-9]{0,2})[ \t]*[:：][ \t]*(?<b>[^ \t\r\n{\[][^\r\n]*)",
        check: Check::Line,
    },
    Rule {
        hints: NAMED,
        marks: &["="],
        form: r"(?m)^[ \t]*(?:export[ \t]+|set[ \t]+)?(?<n>[A-Za-z0-9_.]*(?:{NAMES})[0-9]{0,2})[ \t]*=[ \t]*(?<b>[^ \t\r\n{\[;&]+(?:[ \t]+[^ \t\r\n]+){1,5})[ \t]*\r?$",
        check: Check::Line,
    },
    // A label of several words, and one behind its sign.
    Rule {
        hints: NAMED,
        marks: &[":", "\u{ff1a}", "="],
        form: r"(?m)^[ \t>|*-]*(?:[A-Za-z0-9_-]+[ \t]+){0,2}(?<n>{WORDS})(?<w>(?:[ \t]+[^ \t\r\n:=：]{1,24}){0,5}?(?:[ \t]*\([^()\r\n:=]{1,60}\))?)[ \t]*[:=：][ \t]*(?<b>[^ \t\r\n{\[][^\r\n]*)",
        check: Check::Label,
    },
    Rule {
        hints: "ww ;ww:;ww=",
        marks: &[":", "="],
        form: r"(?m)(?:^|[ \t,;(])ww(?<w>(?:[ \t]+[^ \t\r\n:=：]{1,24}){0,4})[ \t]*[:=：][ \t]*{VALUE}",
        check: Check::Strong,
    },
    Rule {
        hints: "reg_",
        marks: &[],
        form: r"(?<n>(?:{NAMES}))[ \t]+REG_(?:EXPAND_|MULTI_)?SZ[ \t]+(?<b>[^\r\n]+)",
        check: Check::Any,
    },
    Rule {
        hints: "/d ;-value",
        marks: &[],
        form: r#"(?:/v|-name|-path)[ \t]+"?(?<n>[^ \t"\r\n]*(?:{NAMES}))"?[^\r\n]{0,40}?[ \t](?:/d|-value)[ \t]+{VALUE}"#,
        check: Check::Any,
    },
    // Anywhere: the quoted text or the word.
    Rule {
        hints: NAMED,
        marks: &[":", "=", ">", "\u{ff1a}", "→"],
        form: r#"(?<n>[A-Za-z0-9_.-]*(?:{NAMES})[0-9]{0,2})(?:In|As)?(?:Clear|Plain)?(?:Text)?(?:\[[^\[\]\r\n]{0,40}\])?["'\])]{0,3}[ \t]*{SIGN}[ \t]*{VALUE}"#,
        check: Check::ByName,
    },
    Rule {
        hints: NAMED,
        marks: &[
            " is", " was", " laut", " ist", " war", " es", " est", " era", " è", " é", " jest", " to", " är",
            " er", " je", " это",
        ],
        form: r"(?<n>[A-Za-z0-9_.-]*(?:{WORDS}))(?:[ \t]+(?:of|for|von|vom|für|zum|de|du|del|di|do|da|della|voor|van|av|för|til|till|к|от|для|pour|para|per|k|ke)[ \t]+[^ \t\r\n:=]{1,60}(?:[ \t]+[^ \t\r\n.:=]{1,30}){0,2}?)?[ \t]*[:=]?[ \t]+(?:is|was|lautet|ist|war|es|est|era|è|é|jest|to|är|er|je|это)[ \t]*:?[ \t]+(?:now[ \t]+|jetzt[ \t]+|nun[ \t]+|ahora[ \t]+|ora[ \t]+|agora[ \t]+|nu[ \t]+|teraz[ \t]+|maintenant[ \t]+)?{VALUE}",
        check: Check::Strong,
    },
    // Variables of the environment.
    Rule {
        hints: "setx;env ",
        marks: &[],
        form: r#"\b(?:setx(?:\.exe)?|(?:set)?env)[ \t]+(?:/m[ \t]+)?"?(?<n>[A-Za-z0-9_]*(?:{NAMES}))"?[ \t]+{VALUE}"#,
        check: Check::Any,
    },
    Rule {
        hints: "pw=",
        marks: &[],
        form: r"\b(?<n>[A-Za-z0-9_]*pw)={VALUE}",
        check: Check::Any,
    },
    // Options of commands.
    Rule {
        hints: NAMED,
        marks: &["-", "/"],
        form: r#"(?:^|[ \t\r\n"'>(;])(?:--?|/)(?<n>[A-Za-z0-9-]*(?:{NAMES}))(?:[ \t]+|:){VALUE}"#,
        check: Check::ByName,
    },
    Rule {
        hints: "/p:;-p:;/rp:;-rp:;/pw:;-pw:;/kw:;-kw:;/pass:;-pass:;/pd:;/po:;/passwordd:;/passwordo:;/p=;\
            -p=;/rp=;/pw=;-pw=;/kw=;/pass=;-pass=",
        marks: &[],
        form: r#"(?:^|[ \t\r\n"'>])[/-](?:r?p|pw|kw|pass|pd|po|passwordd|passwordo)[:=]{VALUE}"#,
        check: Check::Any,
    },
    // Names that are words or parts of words elsewhere.
    Rule {
        hints: " p=;\tp=;,p=;\"p\";\"pw\";$p;kw=;kw:;kw =;ww=;ww:;ww =",
        marks: &[":", "="],
        form: r#"(?:^|[ \t,;({$])(?:"(?:p|pw|kw|ww|psw)"[ \t]*:|(?:p|pw|kw|ww|psw)[ \t]*=|(?:kw|ww)[ \t]*:)[ \t]*{VALUE}"#,
        check: Check::Signed,
    },
    Rule {
        hints: "echo;printf",
        marks: &[],
        form: r#"\b(?:echo|printf)[ .(]+(?<b>[^\r\n|<>]+?)[ \t]*\|[ \t]*"?(?:[^ \t\r\n"|]*\\)?(?:runas|net1?|psexec(?:64)?|plink|schtasks|cmdkey|sudo|su|ssh|kinit|openssl|winrs|docker|passwd|chpasswd|cryptsetup|smbpasswd)(?:\.exe)?\b|\b(?:echo|printf)[ .(]+(?<a>[^\r\n|<>]+?)[ \t]*\|[^\r\n|]*(?:passw|stdin)"#,
        check: Check::Shape,
    },
    Rule {
        hints: "securestring",
        marks: &[],
        form: r"ConvertTo-SecureString(?:[ \t]+-(?:AsPlainText|Force))*(?:[ \t]+-String)?[ \t]+{VALUE}",
        check: Check::Any,
    },
    // Headers and addresses.
    Rule {
        hints: "authorization",
        marks: &[],
        form: r#"authorization["']?[ \t]*[:=][ \t]*["']?(?:[A-Za-z]+[ \t]+)?(?<b>[^ \t\r\n"',;]{6,})"#,
        check: Check::Coded,
    },
    Rule {
        hints: "bearer;basic",
        marks: &[],
        form: r"\b(?:bearer|basic)[ \t]+(?<b>[A-Za-z0-9_.~+/-]{8,}={0,2})(?:[^A-Za-z0-9_.~+/=-]|$)",
        check: Check::Coded,
    },
    // A slash may be a part of the password, but no number of a port has one behind it.
    Rule {
        hints: "://",
        marks: &[],
        form: r#"\b[a-z][a-z0-9+.-]{1,20}://[^ \t\r\n/:@"'<>]{0,128}:(?<b>[^ \t\r\n/"'<>]+|[0-9]*[^0-9/ \t\r\n"'<>@][^ \t\r\n"'<>@]*)@"#,
        check: Check::Shape,
    },
    Rule {
        hints: "://",
        marks: &["@"],
        form: r"\b[a-z][a-z0-9+.-]{1,20}://(?<b>[A-Za-z0-9_-]{16,})@",
        check: Check::Sure,
    },
    Rule {
        hints: "sig=;code=;key=;sas=",
        marks: &[],
        form: r#"[?&;](?:amp;)?(?:sig|code|key|sas)=(?<b>[^ \t\r\n&"'<>]{16,})"#,
        check: Check::Coded,
    },
    // Elements: the text of one, of a value in it, and of one that an attribute names.
    Rule {
        hints: NAMED,
        marks: &["<"],
        form: r"<(?:[A-Za-z0-9_.-]+:)?(?<n>[A-Za-z0-9_.-]*(?:{NAMES})[0-9]{0,2})(?:[ \t][^<>\r\n]*[^/<>])?>[ \t\r\n]*(?:<(?:[A-Za-z0-9_]+:)?(?:value|text|string)>[ \t\r\n]*)?(?:<!\[CDATA\[)?(?<b>[^<>\r\n]+)",
        check: Check::ByName,
    },
    Rule {
        hints: NAMED,
        marks: &["\"", "'"],
        form: r#"\b(?:key|id|[A-Za-z]*name|attribute)["']?[ \t]*[:=][ \t]*["'](?<n>[^"'\r\n\\]{0,60}?(?:{NAMES})[0-9]{0,2})["'](?:[^<>{}\r\n]{0,60}?\b(?:value|data|text)["']?[ \t]*[:=][ \t]*["']|[^<>\r\n]{0,60}>[ \t\r\n]*(?:<(?:[A-Za-z0-9_]+:)?(?:value|text|string|data)(?:[ \t][^<>\r\n]*)?>[ \t\r\n]*)?)(?<b>[^"'<>\r\n\\]+)"#,
        check: Check::ByName,
    },
    Rule {
        hints: NAMED,
        marks: &["\"", "'"],
        form: r#"\b(?:value|data)["']?[ \t]*[:=][ \t]*["'](?<b>[^"'\r\n\\]+)["'][^<>{}\r\n]{0,60}?\b(?:key|id|[A-Za-z]*name|attribute)["']?[ \t]*[:=][ \t]*["'](?<n>[^"'\r\n\\]{0,60}?(?:{NAMES})[0-9]{0,2})["']"#,
        check: Check::ByName,
    },
    // What Windows Installer writes of its properties.
    Rule {
        hints: NAMED,
        marks: &["'"],
        form: r"\b(?:adding|modifying|deleting)[ \t]+(?<n>[A-Za-z0-9_]*(?:{NAMES})[0-9]{0,2})[ \t]+property\.[ \t]+Its[ \t]+(?:current[ \t]+|new[ \t]+)?value(?:[ \t]+is|:)[ \t]+'(?<b>[^'\r\n]+)'",
        check: Check::Any,
    },
    Rule {
        hints: NAMED,
        marks: &["'"],
        form: r"\bmodifying[ \t]+(?<n>[A-Za-z0-9_]*(?:{NAMES})[0-9]{0,2})[ \t]+property\.[^\r\n]*Its[ \t]+new[ \t]+value:[ \t]+'(?<b>[^'\r\n]+)'",
        check: Check::Any,
    },
    Rule {
        hints: "networkcredential;pscredential;logonuser;processwithlogon;runas(;runaswait(;runasset(",
        marks: &["\"", "'"],
        form: r#"\b(?:(?:networkcredential|pscredential)\b\]?(?:::new)?["']?[ \t]*(?:-argumentlist[ \t]*)?\(?|(?:logonuser(?:ex)?[aw]?|createprocesswithlogonw?|runas(?:wait|set)?)[ \t]*\([^,()\r\n]{1,80},)[^,()\r\n]{1,80},[ \t]*{QUOTED}"#,
        check: Check::Shape,
    },
    // The word and the secret alone, in a sentence; in languages that put no space between them, too.
    Rule {
        hints: NAMED,
        marks: &[],
        form: r#"(?-u:\b)(?<n>{WORDS})["']?[ \t]+(?:(?:text|value|mit|avec|con|with)(?-u:\b)[:=]?[ \t]+)?["'«„“]?(?<b>[^ \t\r\n"'»“”,;<>]+)"#,
        check: Check::Sure,
    },
    Rule {
        hints: NAMED,
        marks: &["パスワード", "密码", "密碼", "口令", "비밀번호", "암호"],
        form: r#"(?<n>パスワード|密码|密碼|口令|비밀번호|암호)[ \t]*(?:は|是|為|为|는|은|「|“|"|:|：)*[ \t]*(?<b>[!-~]+)"#,
        check: Check::Sure,
    },
    Rule {
        hints: "credential;creds;login;zugangsdaten;anmeldedaten;identifiants;credenciales;credenziali;\
            credenciais",
        marks: &["/", ":"],
        form: r#"\b(?:credentials?|creds|login|logon|zugangsdaten|anmeldedaten|identifiants|credenciales|credenziali|credenciais)[ \t]*(?:[:=]|(?:are|is|sind|sont|son|sono|são)[ \t])?[ \t]*(?:[^ \t\r\n/]{1,64} / |(?<n>[^ \t\r\n/:=]{1,64}):)(?<b>[^ \t\r\n"',;<>]+)"#,
        check: Check::Sure,
    },
    Rule {
        hints: NAMED,
        marks: &["\"", "'", "{", "“"],
        form: r#"(?<n>[A-Za-z0-9_.-]*(?:{NAMES})[0-9]{0,2})["']?[ \t]*(?:[ \t]|\{)[ \t]*{QUOTED}"#,
        check: Check::Odd,
    },
    Rule {
        hints: NAMED,
        marks: &["\"", "'"],
        form: r#"["'](?<q>[^"'\r\n]{6,80})["'][ \t]+(?:to|into|in)[ \t]+[$%\[{]{0,2}(?<n>[a-z0-9_]*(?:{WORDS}))"#,
        check: Check::Odd,
    },
    // What names a secret, or an account with one.
    Rule {
        hints: "credential;creds",
        marks: &[":", "="],
        form: r#"\b(?<n>credentials?|creds)["']?[ \t]*[:=][ \t]*(?:\[[ \t]*["'][^"'\r\n]{1,80}["'][ \t]*,[ \t]*)?{VALUE}"#,
        check: Check::Sure,
    },
    Rule {
        hints: "otp;mfa;2fa;recovery code;backup code;verification code;one-time",
        marks: &[":", "="],
        form: r#"\b(?:t?otp|mfa|2fa|(?:recovery|backup|verification|one-time|mfa|2fa)[-_ ]?(?:code|key|pin))(?:["'])?[ \t]*[:=][ \t]*(?:["'])?(?<b>[0-9]{4,12}|[A-Z0-9]{4,6}(?:-[A-Z0-9]{4,6}){2,8})(?:[^0-9A-Za-z.:-]|[.:]?[ \t\r\n]|[.:]?$)"#,
        check: Check::Shape,
    },
    // What a tool is told to store: `config set NAME VALUE`.
    Rule {
        hints: NAMED,
        marks: &[],
        form: r#"\bset[ \t]+(?<n>[A-Za-z0-9_.-]*(?:{NAMES}))[ \t]+(?<b>[^ \t\r\n"'=,]+)(?:[ \t\r\n]|$)"#,
        check: Check::Odd,
    },
    // Wireless networks.
    Rule {
        hints: "wlan;psk;keymaterial",
        marks: &["=", ":", ">"],
        form: r#"(?:\bwlan\b[^\r\n]{0,120}?\bkey(?:material)?|\b[a-z_-]*psk|<keymaterial)[ \t]*[=:>][ \t]*{VALUE}"#,
        check: Check::Any,
    },
    Rule {
        hints: "key content;sselinhalt;contenu de la cl;contenido de la clave;contenuto chiave;\
            conteúdo da chave;содержимое ключа;关键内容;主要なコンテンツ",
        marks: &[":", "："],
        form: r"\b(?:key content|schlüsselinhalt|contenu de la clé|contenido de la clave|contenuto chiave|conteúdo da chave|содержимое ключа|关键内容|主要なコンテンツ)[ \t]*[:：][ \t]*(?<b>[^\r\n]+)",
        check: Check::Any,
    },
    // A name and a password behind it, for a database, a proxy, a server of files.
    Rule {
        hints: "sqlplus;jdbc:oracle;expdp;impdp;sqlldr",
        marks: &["/"],
        form: r#"(?:\b(?:sqlplus|expdp|impdp|sqlldr)(?:\.exe)?"?[ \t]+(?:-[a-z]+[ \t]+)*"?|\bjdbc:oracle:[a-z]+:)[a-z0-9_$\#]{1,40}/"?(?<b>[^ \t\r\n@/"']+)"#,
        check: Check::Shape,
    },
    Rule {
        hints: "proxy",
        marks: &["@"],
        form: r#"proxy[^\r\n@]{0,80}?[=" \t][^ \t\r\n/:@"'=<>]{1,64}:(?<b>[^ \t\r\n/:@"'<>]+)@"#,
        check: Check::Any,
    },
    Rule {
        hints: "ftp",
        marks: &[],
        form: r"ftp> ?(?:(?:quote )?pass|(?:user|quote user) [^ \t\r\n]+)[ \t]+(?<b>[^ \t\r\n]+)",
        check: Check::Any,
    },
    Rule {
        hints: "cookie",
        marks: &["="],
        form: r"(?:\b(?:set-)?cookie[ \t]*:[ \t]*|;[ \t]*)(?<n>[^ \t\r\n=;:]{1,80})=(?<b>[^ \t\r\n;]{8,})",
        check: Check::Coded,
    },
    // Addresses that are a secret themselves.
    Rule {
        hints: "hooks.slack.com;webhook.office.com;/api/webhooks/",
        marks: &["/"],
        form: r#"\b(?:hooks\.slack\.com/|[a-z0-9.-]*webhook\.office\.com/|discord(?:app)?\.com/api/webhooks/)(?<b>[^ \t\r\n"'<>]{12,})"#,
        check: Check::Shape,
    },
    // Words between the name and its mark, marks of tables and of lists, marks of pages: what looks like no word is the secret.
    Rule {
        hints: NAMED,
        marks: &[],
        form: r#"(?<n>{WORDS})(?:["']?[)\]]?(?<w>(?:[ \t]+[^ \t\r\n:=|<>"]{1,40}){0,3})[*_`"']{0,3}[ \t]*(?:[:=|→：]|–|—|-[ \t])[*_`]{0,3}|(?:[:：]?[ \t]*(?:</?[a-z][a-z0-9]{0,9}(?:[ \t][^<>\r\n]*)?>|&nbsp;))+)[ \t]*[`"'«„“|]?[ \t]*(?<b>[^ \t\r\n`"'«»„“”|<>,;]+)"#,
        check: Check::Sure,
    },
    // The value in a bracket.
    Rule {
        hints: NAMED,
        marks: &["{", "["],
        form: r#"(?<n>{NAMES})s?\\*"?[ \t\r\n]*[:=][ \t\r\n]*[\[{][ \t\r\n]*(?:\\*"(?:value|text|data|secret)\\*"[ \t\r\n]*:[ \t\r\n]*)?\\*"(?<q>[^"\\\r\n]+)\\*"(?:[ \t\r\n]*[,}\]])"#,
        check: Check::Strong,
    },
    Rule {
        hints: NAMED,
        marks: &["\"", "'"],
        form: r#"\bset_?(?:password|passwd|pwd)[ \t]*\(?[ \t]*["'](?<q>[^"'\r\n]+)["']"#,
        check: Check::Any,
    },
    Rule {
        hints: "mapnetworkdrive;auth",
        marks: &["\"", "'"],
        form: r#"(?:mapnetworkdrive\b[^\r\n]*,|auth[ \t]*=[ \t]*\()[ \t]*["'][^"'\r\n]{1,80}["'][ \t]*,[ \t]*["'](?<q>[^"'\r\n]+)["']"#,
        check: Check::Given,
    },
    Rule {
        hints: "securestring",
        marks: &["\"", "'"],
        form: r#"(?:["'](?<q>[^"'\r\n]+)["'][ \t)]*\|[ \t]*ConvertTo-SecureString|ConvertTo-SecureString\)[: \t]*name="String";[ \t]*value="(?<a>[^"\r\n]+)")"#,
        check: Check::Shape,
    },
    Rule {
        hints: "logonuser",
        marks: &["("],
        form: r"\blogonuser(?:ex)?[aw]?[ \t]*\([^,()\r\n]{1,80},[^,()\r\n]{1,80},[ \t]*(?<b>[^ \t\r\n,()]+)",
        check: Check::Sure,
    },
    Rule {
        hints: "runas,;runas ,",
        marks: &[","],
        form: r"\brunas[ \t]*,[ \t]*[^,\r\n]{1,80},[ \t]*(?<b>[^ \t\r\n,]+)",
        check: Check::Any,
    },
    Rule {
        hints: "protect \";protect(\";protect (\"",
        marks: &["\""],
        form: r#"\b(?:un)?protect[ \t]*\(?"(?<q>[^"\r\n]+)""#,
        check: Check::Strong,
    },
    Rule {
        hints: "securestring",
        marks: &["'@", "\"@"],
        form: r#"@["'][ \t]*\r?\n(?<b>[^\r\n]+(?:\r?\n[^\r\n]+)*?)\r?\n["']@[ \t)]*\|[ \t]*ConvertTo-SecureString"#,
        check: Check::Shape,
    },
    // Settings of the Remote Desktop client: name, type, value.
    Rule {
        hints: ":b:;:s:",
        marks: &[],
        form: r#"(?<n>(?:password|[a-z]*token))[ \t]*[0-9]{0,3}:[bs]:(?<b>[^ \t\r\n"]+)"#,
        check: Check::Shape,
    },
];

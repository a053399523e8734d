//! What secrets look like in sources, scripts, settings and pages, as data: what [`rules`](super::rules) says in few words stands here in many
//! forms. Must not know how rules are applied.

use super::rules::{Check, Rule};
use super::secret_names::NAMED;

/// The forms.
pub(super) const SOURCES: &[Rule] = &[
    // The word within a name: `txtPasswordBox.Text = "..."`, `$passwordPlain = ...`.
    Rule {
        hints: NAMED,
        marks: &["=", ":"],
        form: r#"\b(?<n>[A-Za-z0-9_]*(?:passwor[dt]|passwd|kennwort|pwd|contrasena|senha|secret)[A-Za-z0-9_-]{1,24})\\*["'\])]*(?:\.[A-Za-z]{2,12})?[ \t]*(?:=>|:=|[:=])[ \t]*{VALUE}"#,
        check: Check::Odd,
    },
    Rule {
        hints: "identified by;identified  by",
        marks: &[],
        form: r"\bidentified[ \t]+by[ \t]+(?:values[ \t]+)?{VALUE}",
        check: Check::Any,
    },
    Rule {
        hints: "login ",
        marks: &[],
        form: r"\blogin[ \t]+[^ \t\r\n:]{1,64}[ \t\r\n]+password[ \t]+(?<b>[^ \t\r\n]+)",
        check: Check::Any,
    },
    Rule {
        hints: "<<<",
        marks: &[],
        form: r"\b(?:kinit|read|sudo|su|passwd|chpasswd|openssl|ssh|psql|mysql|smbclient|gpg|cryptsetup|net)\b[^\r\n]{0,160}?<<<[ \t]*{VALUE}",
        check: Check::Any,
    },
    Rule {
        hints: "pin<;pin:<;pin |;pin|;pin code<;pin-code<;pin code |;pin** |",
        marks: &["<", "|"],
        form: r"\bpin(?:[-_ ]?(?:code|nummer|number|kod))?[*_` \t:：]*(?:\|[ \t`*]*|(?:</?[a-z][a-z0-9]{0,9}(?:[ \t][^<>\r\n]*)?>[ \t\r\n]*){1,6})(?<b>[0-9]{4,12})(?:[^0-9A-Za-z.:-]|$)",
        check: Check::Shape,
    },
    // Keys, where the value is one.
    Rule {
        hints: "key=;key:;key\";key';key =;key :;keys=;keys:;seed=;seed:;seed\";key\\;key&",
        marks: &["=", ":", "&"],
        form: r#"\b(?<n>[A-Za-z0-9_.-]{0,40}(?:keys?|seed)[0-9]?)(?:["']|&quot;)?[ \t]*(?:=>|:=|[:=])[ \t]*(?:\[[ \t]*)?(?:["']|&quot;)?(?<b>[A-Za-z0-9+/=_.~-]{24,})"#,
        check: Check::Key,
    },
    Rule {
        hints: "akia;asia",
        marks: &[],
        form: r#"(?-i:\bA[KS]IA[0-9A-Z]{16}\b)[^\r\n]{0,100}?[ \t"'=:,/](?<b>[A-Za-z0-9/+]{40})(?:[^A-Za-z0-9/+=]|$)"#,
        check: Check::Key,
    },
    Rule {
        hints: "keylength;key=0x;key 0x;key: 0x;key (0x;keyblock",
        marks: &["0x"],
        form: r"\bkey[a-z]*\b[^\r\n]{0,20}?\b0x(?<b>[0-9a-f]{32,})",
        check: Check::Shape,
    },
    // A key behind its name alone.
    Rule {
        hints: "machinekey;machine-key;machine key;licensekey;license-key;license key;licencekey;licence key;accesskey;access-key;access key;apikey;\
            api-key;api key;accountkey;account key",
        marks: &[" ", "\t"],
        form: r#"\b(?:machine|licen[cs]e|access|api|account)[-_ ]?key[ \t]+(?:(?:is|was|ist|war|now)[ \t]+)?["']?(?<b>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[A-Za-z0-9+/_-]*[0-9][A-Za-z0-9+/_-]{15,}={0,2})"#,
        check: Check::Shape,
    },
    Rule {
        hints: "key-data;key_data;keydata",
        marks: &[":", "="],
        form: r#"key[-_]?data["']?[ \t]*[:=][ \t]*["']?(?<b>[A-Za-z0-9+/=]{20,})"#,
        check: Check::Shape,
    },
    // Lines of a file with passwords of databases.
    Rule {
        hints: ":5432:;:5433:;:6432:;:*:*:",
        marks: &[":"],
        form: r"(?m)^[^ \t\r\n:#/]{1,128}:(?:[0-9]{2,5}|\*):[^ \t\r\n:]{1,64}:[^ \t\r\n:]{1,64}:(?<b>[^\r\n]+)",
        check: Check::Shape,
    },
    // What is given with the number of how it is written, as switches have it.
    Rule {
        hints: "word 0 ;word 5 ;word 6 ;word 7 ;word 8 ;word 9 ;secret 0 ;secret 5 ;secret 6 ;secret 8 ;secret 9 ;key 0 ;key 6 ;key 7 ;snmp-server community ;snmp-server user ;key-string ;pre-shared-key ",
        marks: &[" "],
        form: r"\b(?:(?:password|secret|key)[ \t]+[05-9]|snmp-server[ \t]+community|key-string|pre-shared-key(?:[ \t]+(?:local|remote|address[ \t]+[0-9.]+))?)[ \t]+(?<b>[^ \t\r\n]+)",
        check: Check::Typed,
    },
    // What a store of secrets answers.
    Rule {
        hints: "passwordchangeinprocess",
        marks: &["\""],
        form: r#""content"[ \t\r\n]*:[ \t\r\n]*"(?<q>(?:[^"\\]|\\.)+)"[^{}]{0,1000}?"passwordchangeinprocess"|"passwordchangeinprocess"[^{}]{0,1000}?"content"[ \t\r\n]*:[ \t\r\n]*"(?<a>(?:[^"\\]|\\.)+)""#,
        check: Check::Shape,
    },
    // What somebody is asked for on a console, and the answer.
    Rule {
        hints: NAMED,
        marks: &[
            "nter",
            "ype",
            "eben ",
            "aisissez",
            "apez",
            "scriba",
            "ntroduzca",
            "igitare",
            "mmettere",
            "nserire",
            "igite",
            "nsira",
            "oer",
            "eef",
            "odaj",
            "pisz",
            "prowadź",
            "ведите",
            "NTER",
            "YPE",
        ],
        form: r"(?:(?-u:\b)(?:enter|type|retype|re-?enter|geben sie|saisissez|tapez|escriba|introduzca|digitare|immettere|inserire|digite|insira|voer|geef|podaj|wpisz)(?-u:\b)|wprowadź|введите)[^\r\n:]{0,24}?(?<n>{WORDS})(?<w>(?:[^\r\n:]|:[^ \t\r\n]){0,90}?):[ \t]+(?<b>[^ \t\r\n][^\r\n]*)",
        check: Check::Label,
    },
    // What is typed into a field, as robots tell it.
    Rule {
        hints: NAMED,
        marks: &["=", ":"],
        form: r#"(?<n>{NAMES})[A-Za-z0-9_-]{0,16}["'\])]{0,3}[ \t]*[:,-][ \t]+(?:text|value|input|keys|data|typed|content)[ \t]*(?:is|=|:)[ \t]*{VALUE}"#,
        check: Check::Any,
    },
    // A text with a remark that says what it is.
    Rule {
        hints: NAMED,
        marks: &["#", "//", ";", "--"],
        form: r#"=[ \t]*["'](?<q>[^"'\r\n]{4,80})["'][ \t;,)]*(?:\#|//|;|--)[^\r\n]{0,40}?(?:{WORDS})"#,
        check: Check::Given,
    },
    // Other names of keys, in the languages of customers.
    Rule {
        hints: "psk;shared key;sharedkey;shared secret;wi-fi;wifi;wlan;secret key;api-schl;api key;api-key;apikey;clé ;clave ;chiave ;chave ;klucz ;ключ ;api anahtar;共有キー;APIキー;密钥;秘钥;API 키;codice segreto;vpn secret;\
            vpn-secret",
        marks: &[
            ":", "=", "：", "–", "—", "-", ">", " is ", " ist ", " est ", " es ", " è ", " é ", " to ", "は",
            "是",
        ],
        form: r#"(?:\bpsk|pre-?shared[ -]?key|shared[ -]?(?:key|secret)|vpn[ -]?secret|\b(?:wi-?fi|wlan)[ -]?(?:key|schlüssel|code)|api[ -]?schlüssel|api[ -]?key|\bcl[ée] (?:wi-?fi|réseau|(?:d')?api|secrète|de l'api|vpn)|\bclave (?:wi-?fi|(?:de la )?api|secreta|vpn)|\bchiave (?:wi-?fi|api|segreta|vpn)|\bchave (?:wi-?fi|(?:da )?api|secreta)|\bklucz (?:do )?(?:api|wi-?fi|vpn)|ключ (?:api|wi-?fi|vpn)|api anahtar[ıi]|共有キー|APIキー|密钥|秘钥|API 키|codice segreto)(?:[ \t]+[^ \t\r\n:=]{1,24}){0,4}?[ \t]*(?:[:=：]|–|—|->|=>|-[ \t]|(?:is|ist|est|es|è|é|to)[ \t]|は|是)[ \t]*["'`]?(?<b>[^ \t\r\n"'`,;。、]+(?:,[^ \t\r\n"'`;]+)?)"#,
        check: Check::Joined,
    },
    // What somebody is told to type.
    Rule {
        hints: "eintippen;eingeben;einzugeben;intypen;invoeren",
        marks: &["\"", "“", "”"],
        form: r#"["„“”](?<q>[^"“”„\r\n]{5,60})["“”][ \t]+(?:eintippen|eingeben|einzugeben|intypen|invoeren)"#,
        check: Check::Signed,
    },
    // A token that a program tells of.
    Rule {
        hints: "bearer token;access token;access_token;refresh token;refresh_token;auth token;id token;session token",
        marks: &[":", "="],
        form: r#"\b(?:bearer|access|refresh|auth|id|session)[ _-]?token\b[^\r\n:=]{0,30}[:=][ \t]*["']?(?<b>[^ \t\r\n"',;]{12,})"#,
        check: Check::Sure,
    },
    // A row of a table with the name in its first cell.
    Rule {
        hints: NAMED,
        marks: &[",", ";", "\t"],
        form: r#"(?m)^[ \t]*["']?(?<n>[A-Za-z0-9_.-]*(?:{WORDS}))["']?[ \t]*(?:[,;\t][ \t]*["']?[A-Za-z]{2,16}["']?[ \t]*)?[,;\t][ \t]*["'](?<q>[^"'\r\n]+)["'][ \t]*(?:[,;\t]|\r?$)"#,
        check: Check::Given,
    },
    Rule {
        hints: NAMED,
        marks: &[",", ";", "\t"],
        form: r#"(?m)^[ \t]*["']?(?<n>[A-Za-z0-9_.-]*(?:{WORDS}))["']?[ \t]*(?:[,;\t][ \t]*["']?[A-Za-z]{2,16}["']?[ \t]*)?[,;\t][ \t]*(?<b>[^"',;\t\r\n][^,;\t\r\n]*?)[ \t]*(?:[,;\t]|\r?$)"#,
        check: Check::Joined,
    },
    // Seeds of numbers for once.
    Rule {
        hints: "otp;2fa;mfa;authenticator;seed",
        marks: &[":", "=", " "],
        form: r#"\b(?:t?otp|2fa|mfa|authenticator|seed)\b[^\r\n:=]{0,40}(?:[:=]|[ \t](?:is|ist|key|code))[ \t]*["'`]?(?<b>(?-i:[A-Z2-7]{16,}|(?:[A-Z2-7]{4}[ -]){3,}[A-Z2-7]{4}))"#,
        check: Check::Shape,
    },
    // What keeps a session of a page open, or opens one.
    Rule {
        hints: "csrf;xsrf;samlresponse;samlrequest;samlassertion;jsessionid;net_sessionid;phpsessid;\
            aspxauth;viewstate;connect.sid;x-amz-;x-functions-key",
        marks: &["=", ":"],
        form: r#"(?<n>_?(?:csrf|xsrf)[a-z_-]*|[a-z-]*samlresponse|samlrequest|samlassertion|jsessionid|phpsessid|asp\.net_sessionid|\.?aspxauth|__viewstate|connect\.sid|x-amz-security-token|x-amz-signature|x-functions-key)["']?[ \t]*(?:[:=]|[^<>\r\n=]{0,40}?value=|,[ \t]*["']value["'][ \t]*:)[ \t]*["']?(?<b>[^ \t\r\n;&<>"'\\]{8,})"#,
        check: Check::Coded,
    },
    // Commands, and names with passwords, in base64.
    Rule {
        hints: " -e ; /e ; -ec ; -en ;-enc;/enc;\"-e\";\"-ec\";frombase64string",
        marks: &[],
        form: r#"(?:\b(?:powershell|pwsh)\b[^\r\n]{0,200}?[ \t"',][-/](?:e|ec|en[a-z]*)|[ \t"',][-/]enc[a-z]*|frombase64string[ \t]*\()["', \t:\\]{1,8}(?<b>[A-Za-z0-9+/]{20,}={0,2})"#,
        check: Check::Encoded,
    },
    Rule {
        hints: "auth\";auth\\\"",
        marks: &[":"],
        form: r#"["_]auth"[ \t]*:[ \t]*"(?<b>[A-Za-z0-9+/]{12,}={0,2})""#,
        check: Check::Odd,
    },
    // Blocks of lines.
    Rule {
        hints: "$ansible_vault;private-lines;private-mac",
        marks: &[],
        form: r"(?m)(?:\$ANSIBLE_VAULT;[^\r\n]*|Private-Lines: *[0-9]+|Private-MAC:)(?<b>[ \t]*[0-9a-f]{32,}|(?:\r?\n[ \t]*[A-Za-z0-9+/=]{8,}[ \t]*\r?$)+)",
        check: Check::Shape,
    },
    Rule {
        hints: "<keymaterial>",
        marks: &[],
        form: r"<keymaterial>[ \t\r\n]*(?<b>[^<> \t\r\n][^<>\r\n]*)",
        check: Check::Shape,
    },
    // A member of an object that is named in another one: `"Name": "SmtpSecret", ... "StringValue": "..."`.
    Rule {
        hints: NAMED,
        marks: &["\""],
        form: r#""(?:key|name|id|displayname)"[ \t]*:[ \t]*"(?<n>[^"\r\n\\]{0,60}?(?:{NAMES})[0-9]{0,2})"[ \t]*,[^{}]*?"[a-z]*(?:value|data|text)"[ \t]*:[ \t]*"(?<q>[^"\r\n\\]+)"#,
        check: Check::Strong,
    },
    Rule {
        hints: NAMED,
        marks: &["\""],
        form: r#""(?:key|name|id|displayname)"[ \t]*:[ \t]*"(?<n>[^"\r\n\\]{0,60}?(?:{WORDS})[0-9]{0,2})(?:[ _-](?:prod|test|dev|uat|qa))?['\])]{0,2}"[ \t]*,[^{}]*?(?:\{[^{}]*?)?"[a-z]*(?:value|data|text)"[ \t]*:[ \t]*"(?<q>[^"\r\n\\]+)"#,
        check: Check::Given,
    },
    // Hashes of passwords.
    Rule {
        hints: "$6$;$5$;$1$;$apr1$;$2a$;$2b$;$2y$;$y$;$argon2",
        marks: &[],
        form: r"\$(?:[1256y]|apr1|2[aby]|argon2(?:i|d|id))\$[A-Za-z0-9./$=,+]{20,}",
        check: Check::Shape,
    },
    Rule {
        hints: ":::",
        marks: &[],
        form: r"\b[0-9a-f]{32}:[0-9a-f]{32}:::",
        check: Check::Shape,
    },
];

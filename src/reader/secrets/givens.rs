//! What secrets look like where somebody gives one to something, as data: in a script, in the settings of a robot, in a call, beside the
//! name of an account. There the place says what it is, so that a secret may look like a word. Must not know how rules are applied.

use super::rules::{Check, Rule};
use super::secret_names::NAMED;

/// The forms.
pub(super) const GIVENS: &[Rule] = &[
    // Several names that are given several values: `$user, $p = 'a', 'b'`.
    Rule {
        hints: "passw;pwd;secret;kennw;$p =;$p=;, p =;,p =;,p=;pw =;pass =;pass=;pw=",
        marks: &[","],
        form: r#"(?:^|[ \t\r\n;(\[])(?:\$?[a-z_]\w*[ \t]*,[ \t]*\$?(?:\w*(?:{WORDS})|p)[ \t]*:?=[ \t]*[(\[]?["'][^"'\r\n]*["'][ \t]*,[ \t]*["'](?<q>[^"'\r\n]+)["']|\$?[a-z_]\w*[ \t]*,[ \t]*\$?\w+[ \t]*,[ \t]*\$?(?:\w*(?:{WORDS})|p)[ \t]*:?=[ \t]*[(\[]?["'][^"'\r\n]*["'][ \t]*,[ \t]*["'][^"'\r\n]*["'][ \t]*,[ \t]*["'](?<a>[^"'\r\n]+)["'])"#,
        check: Check::Given,
    },
    Rule {
        hints: "creds;cred =;credential;auth=(;auth = (;login = (",
        marks: &["("],
        form: r#"\b(?:[a-z_]*creds?|[a-z_]*credentials?|auth|login)[a-z_]{0,12}[ \t]*=[ \t]*\([ \t]*["'][^"'\r\n]{1,80}["'][ \t]*,[ \t]*{QUOTED}"#,
        check: Check::Given,
    },
    // The name of an account and its secret in one text that is encoded.
    Rule {
        hints: "getbytes(;b64encode(;btoa(;buffer.from(;base64_encode(;base64encode(;encodestring(",
        marks: &[":"],
        form: r#"(?:getbytes|b64encode|btoa|buffer\.from|base64_?encode|encodestring)[ \t]*\(+[ \t]*[bf]?["'][^"':\r\n /\\]{1,64}:(?<q>[^"'\r\n]+)["']"#,
        check: Check::Given,
    },
    // A password with spaces in front of what makes it secure: letter by letter.
    Rule {
        hints: "appendchar",
        marks: &["\"", "'"],
        form: r#"(?:^|[ \t(=|:])["'](?<q>[^"'\r\n]+)["'](?:\.ToCharArray\(\))?[ \t]*[)|][^"'\r\n]{0,80}AppendChar"#,
        check: Check::Given,
    },
    Rule {
        hints: "sp_addlogin;sp_password",
        marks: &["'"],
        form: r"\bsp_(?:addlogin|password)[ \t]+(?:@[a-z]+[ \t]*=[ \t]*)?(?:N?'(?:[^'\r\n]|'')*'|null)[ \t]*,[ \t]*(?:@[a-z]+[ \t]*=[ \t]*)?{QUOTED}",
        check: Check::Any,
    },
    Rule {
        hints: "sp_password;sp_addlinkedsrvlogin",
        marks: &["'"],
        form: r"\bsp_(?:password|addlinkedsrvlogin\b[^\r\n;]{0,160},)[ \t]+(?:@[a-z]+[ \t]*=[ \t]*)?{QUOTED}",
        check: Check::Any,
    },
    // What is found by its name and given a text, whatever stands behind the name.
    Rule {
        hints: NAMED,
        marks: &["."],
        form: r#"(?<n>{WORDS})[A-Za-z0-9_-]{0,30}["']?[)\]]*\.(?:text|value|set_?value|set_?text|send_?keys|type|type_?keys|fill|send|input|innertext)[ \t]*[=(][ \t]*{QUOTED}"#,
        check: Check::Given,
    },
    // The name alone and a text between quotation marks: `with password "..."`.
    Rule {
        hints: NAMED,
        marks: &["\"", "'", "“", "„", "«", "»", "`"],
        form: r#"(?:^|[^"'A-Za-z0-9_.])(?<n>{WORDS})[ \t]+{QUOTED}"#,
        check: Check::Given,
    },
    // A pair in brackets; a member of an object that is a value.
    Rule {
        hints: "pwd|;passw;pass|;pw|;secret|;token|",
        marks: &["|"],
        form: r"\[(?<n>[A-Za-z0-9_.-]*(?:{NAMES}))\|(?<b>[^\]\[|\r\n]+)[\]|]",
        check: Check::ByName,
    },
    Rule {
        hints: NAMED,
        marks: &["{"],
        form: r#"(?<n>[A-Za-z0-9_.-]*(?:{WORDS}))"[ \t\r\n]*:[ \t\r\n]*\{[^{}]{0,80}?"(?:value|text|data|secret|defaultvalue|plaintext)"[ \t\r\n]*:[ \t\r\n]*"(?<q>[^"\r\n]+)"#,
        check: Check::Given,
    },
    Rule {
        hints: "securestring",
        marks: &[":"],
        form: r#""type"[ \t\r\n]*:[ \t\r\n]*"securestring"[^{}]{0,120}?"(?:default)?value"[ \t\r\n]*:[ \t\r\n]*"(?<q>[^"\r\n]+)"|"(?:default)?value"[ \t\r\n]*:[ \t\r\n]*"(?<a>[^"\r\n]+)"[^{}]{0,120}?"type"[ \t\r\n]*:[ \t\r\n]*"securestring""#,
        check: Check::Given,
    },
    // Options and properties of installers.
    Rule {
        hints: "pass=;pass:;pwd=;pwd:;pw=;pw:",
        marks: &["=", ":"],
        form: r#"(?:^|[ \t\r\n"'>(;])(?:[/-]|(?-i:[A-Z]))(?<n>[A-Za-z0-9_]{0,24}(?-i:[a-z](?:Pass|Pwd|PWD|PW|Pw)|[A-Z_](?:PASS|PWD|PW)))[=:]{VALUE}"#,
        check: Check::Any,
    },
    Rule {
        hints: NAMED,
        marks: &[";"],
        form: r"(?<n>{WORDS})\]?\.(?:properties\[)?value\]?;{VALUE}",
        check: Check::Any,
    },
    Rule {
        hints: "psk ",
        marks: &["-", "/"],
        form: r"[ \t][-/][a-z0-9]{0,16}psk[ \t]+{VALUE}",
        check: Check::Any,
    },
    // Arguments of a command as items of a list.
    Rule {
        hints: "=\",;=',;:\",;password\",;passwd\",;pwd\",;token\",;secret\",;kennwort\",;key\",",
        marks: &["\",", "',"],
        form: r#"["'](?:(?:--?|/)(?<n>[A-Za-z0-9_-]*(?:{NAMES}))|[A-Za-z0-9_/-]*(?:{NAMES})[=:])["'][ \t]*,[ \t]*{QUOTED}"#,
        check: Check::Any,
    },
    // Elements of a robot: data of a process, variables, arguments, steps.
    Rule {
        hints: "<initialvalue",
        marks: &["<"],
        form: r#"(?:<datatype>password</datatype>|\bname="(?:[^"\r\n]{0,60}?(?:{WORDS}|pin))"[^<>\r\n]*>)(?:[ \t\r\n]*<(?:datatype|narrative|private|alwaysinit)\b[^<>]*>(?:[^<>]*</[a-z]+>)?){0,5}[ \t\r\n]*<initialvalue[^<>]*>(?<b>[^<>\r\n]+)"#,
        check: Check::Given,
    },
    Rule {
        hints: NAMED,
        marks: &["=\""],
        form: r#"\b(?:displayname|name|key|selector|id)="(?<n>[^"\r\n]{0,80}?(?:{WORDS}))["'&;quot]{0,7}"[^<>\r\n]*?\b(?:text|value|default|expr|expression|initialvalue)="(?:\[?&quot;|\["?)?(?<b>[^"\r\n&\]]+)"#,
        check: Check::Given,
    },
    Rule {
        hints: NAMED,
        marks: &["=\""],
        form: r#"\b(?:text|value|default|expr|expression)="(?:\[?&quot;|\[)?(?<b>[^"\r\n&\]]+)(?:&quot;)?\]?"[^<>\r\n]*?\b(?:displayname|name|key|selector|id)="(?<n>[^"\r\n]{0,80}?(?:{WORDS}|secret))["'&;quot]{0,7}""#,
        check: Check::Given,
    },
    Rule {
        hints: NAMED,
        marks: &["["],
        form: r#"(?:\[(?:[A-Za-z0-9_]*(?:{NAMES}))\]<(?:[^<>\r\n]*>[ \t\r\n]*<){1,8}[^<>\r\n]*>\[?(?:"|&quot;)(?<q>[^"&<>\r\n]+)|\bto="\[(?:[A-Za-z0-9_]*(?:{NAMES}))\]"[^<>\r\n]{0,80}\bvalue="\[?(?:&quot;)?(?<a>[^"&\]\r\n]+))"#,
        check: Check::Given,
    },
    Rule {
        hints: "${;input password",
        marks: &["  ", "\t"],
        form: r"(?m)(?:^[ \t]*\$\{[^}\r\n]{0,40}(?:{NAMES}|pin)\}[ \t]*=?(?:[ \t]{2,}|\t)(?:Set Variable(?:[ \t]{2,}|\t))?|\bInput Password(?:[ \t]{2,}|\t)[^ \t\r\n]+(?:[ \t]{2,}|\t))(?<b>[^ \t\r\n$%{][^\t\r\n]*?)(?:[ \t]{2,}|\t|\r?$)",
        check: Check::Given,
    },
    Rule {
        hints: NAMED,
        marks: &["<"],
        form: r#"<(?:[A-Za-z0-9_]+:)?(?<n>[A-Za-z0-9_.-]*(?:{WORDS}))[ \t][^<>\r\n]{0,100}?\b(?:value|text|content)="(?<b>[^"\r\n]+)""#,
        check: Check::Given,
    },
    Rule {
        hints: NAMED,
        marks: &["("],
        form: r#"(?:\b(?:set_?property|put|set_?env|setenvironmentvariable|define|add_?parameter|add_?with_?value|set_?item)[ \t]*\([ \t]*["'][A-Za-z0-9_.@-]*(?:{WORDS})|\([ \t]*["'][A-Za-z0-9_-]+[._-](?:{WORDS}))["'][ \t]*,[ \t]*{QUOTED}"#,
        check: Check::Given,
    },
    // A row of a table with the name and the secret alone.
    Rule {
        hints: NAMED,
        marks: &["</t", "</d", "</T", "</D"],
        form: r"<(?:td|th|dt)\b[^<>]{0,80}>[ \t\r\n]*(?<n>{WORDS})[ \t]*:?[ \t]*</(?:td|th|dt)>[ \t\r\n]*<(?:td|dd)\b[^<>]{0,80}>[ \t\r\n]*(?<b>[^<>\r\n]+)",
        check: Check::Given,
    },
    // What is typed as it stands.
    Rule {
        hints: "{raw};{text};sendraw;sendtext",
        marks: &[],
        form: r"(?:\{(?:raw|text)\}|\bsend(?:raw|text)[, \t]+)(?<b>[^ \t\r\n{}]+)",
        check: Check::Typed,
    },
    Rule {
        hints: "{enter}",
        marks: &["\"", "'"],
        form: r#"\bsend(?:keys|input)?[ \t(]+["'](?<q>[^ "'{}\r\n]{6,60})\{enter\}["']"#,
        check: Check::Typed,
    },
    // What was typed, before the name of what it was typed into; a cell in the row of a step that types one.
    Rule {
        hints: NAMED,
        marks: &["'", "\""],
        form: r#"\btext[a-z]{0,12}[:=][ \t]*["'](?<q>[^"'\r\n]+)["'][^\r\n]{0,20}\b(?:control|element|selector|field|target)\b[^\r\n]{0,120}?(?<n>{WORDS})"#,
        check: Check::Given,
    },
    Rule {
        hints: NAMED,
        marks: &[",\""],
        form: r#"(?:^|,)"?(?:set|type|enter|write|input|fill)[ _-]?(?<n>{WORDS})"?,[^\r\n]*?,"(?<q>[^"\r\n]+)"(?:,|\r?$)"#,
        check: Check::Given,
    },
    Rule {
        hints: "{enter};{tab};{return}",
        marks: &[";", "//", "#"],
        form: r#"\bsend(?:input|event|play)?[, \t]+(?<b>[^ \t\r\n{}"',;]+)\{(?:enter|tab|return)\}[ \t]*(?:;|//|\#)[^\r\n]*(?:passw|pwd|kennw)"#,
        check: Check::Given,
    },
    // Scripts of a transfer that a shell writes.
    Rule {
        hints: "echo",
        marks: &[">"],
        form: r"\becho[ .(]+(?:(?:quote[ \t]+)?user[ \t]+[^ \t\r\n>]+|(?:quote[ \t]+)?pass)[ \t]+(?<b>[^ \t\r\n>|&]+)[ \t]*[0-9]?>",
        check: Check::Any,
    },
    // What is behind an option for an account, in tools that nobody listed.
    Rule {
        hints: " -u ",
        marks: &[":"],
        form: r"[ \t]-u[ \t]+[A-Za-z][^ \t\r\n:/]{1,63}:(?<b>[^ \t\r\n:/]+)(?:[ \t\r\n]|$)",
        check: Check::Typed,
    },
    // Keys of products, private parts of keys, hashes of one password.
    Rule {
        hints: "productkey;product key;product_key;produktschl;/ipk ;-ipk ;pidkey;clave de producto;\
            clé de produit;codice product;chave do produto;klucz produktu;serial:;serial key;serial number;serialnumber",
        marks: &["-"],
        form: r"\b(?-i:[BCDFGHJKMNPQRTVWXY2346789]{5}(?:-[BCDFGHJKMNPQRTVWXY2346789]{5}){4})\b|\bserial[a-z]{0,6}(?: (?:number|key|no\.?))?[ \t]*[:=][^A-Z0-9\r\n]{0,8}(?<b>(?-i:[A-Z0-9]{4,6}(?:-[A-Z0-9]{4,6}){3,7}))\b",
        check: Check::Shape,
    },
    Rule {
        hints: "rsakeyvalue;<d>;<dp>;<dq>;<inverseq>",
        marks: &["<"],
        form: r"<(?:D|P|Q|DP|DQ|InverseQ)>[ \t\r\n]*(?<b>[A-Za-z0-9+/=]{20,})",
        check: Check::Shape,
    },
    Rule {
        hints: "sha1  ;ntlm  ;dpapi  ;* lm  ",
        marks: &["*"],
        form: r"(?m)^[^\r\n*]{0,40}\*[ \t]+(?:SHA1|NTLM|LM|DPAPI)[ \t]{2,}:[ \t]*(?<b>[0-9a-f]{32,40})",
        check: Check::Shape,
    },
    // What opens a session, in columns of a log of pages.
    Rule {
        hints: "fedauth=;rtfa=;estsauth;.aspnetcore.;sessionid=",
        marks: &["="],
        form: r"(?:^|[ \t;,+])(?<n>fedauth|rtfa|estsauth[a-z]{0,12}|\.aspnetcore\.[a-z.]{1,40}|[a-z_]{0,20}sessionid)=(?<b>[^ \t\r\n;&]{12,})",
        check: Check::Coded,
    },
    Rule {
        hints: " code=;\tcode=",
        marks: &["&"],
        form: r"[ \t]code=(?<b>[^ \t\r\n&]{12,})&",
        check: Check::Odd,
    },
];

/// Words that say that somebody logs on with an account: whatever speaks of it otherwise is in every log.
const SIGNED_ON: &str = "log in as;log on as;logged in as;logged on as;logging in as;sign in as;signed in as;login as;logon as;log in with;\
    log on with;logged in with;logged on with;logging in with;sign in with;signed in with;login with;logon with;anmelden;anmeldung mit;\
    einloggen;eingeloggt mit;angemeldet mit;login mit;connexion avec;connecter avec;connectez-vous avec;connecté avec;login avec;\
    accedete con;accedi con;accedere con;accesso con;entrar con;entren con;entra con;sesión con;login con;entrar com;entre com;login com;\
    inloggen;ingelogd met;aanmelden;login met;logga in;loggade in;log ind;logge ind;logg inn;logger inn;login med;zaloguj;logowanie z";

/// Accounts with their secrets in sentences.
pub(super) const PAIRS: &[Rule] = &[
    Rule {
        hints: SIGNED_ON,
        marks: &["/"],
        form: r#"\b(?:log(?:ged|ging|in)?|log-?in|sign(?:ed)?|login|logon|anmeld[a-z]{0,8}|einlog[a-z]{0,6}|connexion|connect[a-zé]{0,6}|acced[a-z]{0,6}|inici[a-z]{0,6}|entr[a-z]{0,4}|inloggen|aanmelden|logga|logg)\b[^\r\n.;:"]{0,40}?\b(?:with|mit|avec|con|com|met|med)[ \t]+(?:(?:the |dem |user |account |benutzer |konto |l'utente |el usuario ){0,3})(?:[^ \t\r\n/:"'\\]*[\\@_0-9-][^ \t\r\n/:"']*)[ \t]*/[ \t]*["'„“]?(?<b>[^ \t\r\n"',;<>/\\]+)|\b(?:mit|met)[ \t]+(?:[^ \t\r\n/:"'\\]*[\\@_0-9-][^ \t\r\n/:"']*)[ \t]*/[ \t]*["'„“]?(?<a>[^ \t\r\n"',;<>/\\]+)["'“]?[ \t]+(?:anmelden|einloggen|einwählen|inloggen|aanmelden)\b"#,
        check: Check::Pair,
    },
    Rule {
        hints: SIGNED_ON,
        marks: &[
            " and ", " und ", " et ", " y ", " e ", " en ", " och ", " og ", " with ", " using ", " mit ",
            " avec ", " con ",
        ],
        form: r#"\b(?:log(?:ged|ging)?[ -](?:in|on)|sign(?:ed)?[ -]in|login|logon|anmeld[a-z]{0,8}|einlog[a-z]{0,6}|connect[a-zé]{0,6}|acced[a-z]{0,6}|inici[a-z]{0,6}|entr[a-z]{0,4}|inloggen|aanmelden|logga in|logge? (?:ind|inn))\b[^\r\n.;:"]{0,30}?\b(?:with|mit|avec|con|com|met|med|as|als|comme|come|como|som)[ \t]+(?:user |account |benutzer )?(?:[^ \t\r\n/:"'\\]*[\\@_0-9-][^ \t\r\n/:"']*)[ \t]+(?:and|und|et|y|e|en|och|og|with|using|mit|avec|con|com|met|med)[ \t]+["'„“]?(?<b>[^ \t\r\n"',;<>/\\]+)"#,
        check: Check::Sure,
    },
    Rule {
        hints: "creds;credential;zugangsdaten;anmeldedaten;identifiants;credenciales;credenziali;credenciais",
        marks: &[":", "/"],
        form: r#"\b(?:creds|credentials?|zugangsdaten|anmeldedaten|identifiants|credenciales|credenziali|credenciais)\b(?:[ \t]+(?:for|of|für|von|pour|de|para|per|di)[ \t]+[^ \t\r\n:]{1,40})?[ \t]*(?:[:=→]|->|=>|are|is|sind|sont|son|sono|são)[ \t]*(?:[A-Za-z][^ \t\r\n/:"'\\]*[\\@_0-9-][^ \t\r\n/:"']*)[ \t]*[/:][ \t]+(?<b>[^ \t\r\n"',;:<>/\\]+)(?:[ \t\r\n,;]|$)"#,
        check: Check::Pair,
    },
    Rule {
        hints: NAMED,
        marks: &[
            ",", ";", "/", "|", " and ", " und ", " et ", " y ", " e ", " i ", " и ",
        ],
        form: r#"(?:login|логин|user(?:name|id)?|benutzer(?:name)?|utilisateur|identifiant|usuario|utente|usuário|gebruiker(?:snaam)?|użytkownik|konto|account|användar(?:e|namn)|bruger(?:navn)?|bruker(?:navn)?|käyttäjä(?:tunnus)?|felhasználó|uživatel|kullanıcı|пользователь)[ \t:=]+[^ \t\r\n,;:=]{2,64}[ \t]*(?:[,;/|]|[ \t](?:und|and|y|e|et|i|и|en|och|og))[ \t]*(?:(?:und|and|y|e|et|i|и|en|och|og)[ \t]+)?(?<n>{WORDS})["']?[ \t]*[:=]?[ \t]+{VALUE}"#,
        check: Check::Pair,
    },
    // What only looks like no word behind the name of a token.
    Rule {
        hints: "token;secret;api key;api-key;clave;key is;clé",
        marks: &[
            " is ", " ist ", " es ", " est ", " è ", " é ", " to ", " är ", " er ", " je ", " lautet ",
        ],
        form: r#"(?:^|[ \t\r\n"'(])(?<n>token|secret|api[ -]?key|schlüssel|clave|clé|chiave|chave|klucz|ключ|sleutel|nyckel)(?:[ \t]+(?:of|for|de|von|vom|für|du|del|della|di|do|da|van|voor|för)[ \t]+[^ \t\r\n:=]{1,40}(?:[ \t]+[^ \t\r\n.:=]{1,30}){0,2}?)?[ \t]+(?:is|ist|lautet|es|est|è|é|to|är|er|je)[ \t]*:?[ \t]+{VALUE}"#,
        check: Check::Sure,
    },
];

//! How people write of passwords, as data: further words for them, and words that stand between one and the secret, in the languages
//! of customers. Must not know how sentences are read.

use super::rules::{Check, Rule};
use super::secret_names::NAMED;
use super::words::Words;

/// Words for what is as secret as a password, as expressions. [`SAID_HINTS`] has what each of them holds.
pub(super) const SAID: &str = "phrase secr(?:è|e)te|(?:frase|palabra) secreta|frase segreta|geheimsatz|hesl(?:em|a|u)\\b|has(?:ł|l)(?:em|a|u)\\b|κωδικ(?:ό|ο)|code[ -]?word|codewort|losungswort|mot de code|\
    кодовое слово|\\bclave|пасс?ворд|\\bпасс\\b|гасл[оа]|лозинк[аи]|код доступа|zugangswort|geheimwort|\\blosung\\b|\\bkw\\b|\\bww\\b|\\bparole\\b|parolă|salasõna|\\blösen\\b|slaptažod|\\bzaporka|tunnussana|\\bparool|비번|暗証番号|パスフレーズ|合言葉|\\bPW|\
    (?:recovery|security|secret) answer|answer to (?:the|your|my|his|her|their|our) (?:security|recovery|secret) question|sicherheitsantwort|antwort auf die (?:sicherheits|geheim)frage|\
    réponse (?:secrète|à la question (?:secrète|de sécurité))|respuesta (?:secreta|a la pregunta (?:secreta|de seguridad))|risposta (?:segreta|alla domanda (?:segreta|di sicurezza))|\
    resposta (?:secreta|(?:à|da) pergunta (?:secreta|de segurança))|antwoord op de (?:geheime |beveiligings)vraag|odpowiedź na pytanie (?:pomocnicze|zabezpieczające)|\
    ответ на (?:секретный|контрольный) вопрос|svaret på säkerhetsfrågan|密保答案|秘密の質問の答え";

/// Whatever [`SAID`] matches holds one of these.
pub(super) const SAID_HINTS: &str = "phrase secr;frase secreta;palabra secreta;frase segreta;geheimsatz;hesl;hasł;hasl;codeword;code word;code-word;codewort;losungswort;mot de code;\
    одовое;сворд;пасс;асло;асла;озинк;код доступа;zugangswort;geheimwort;losung;kw:;kw ist;kw laut;kw =;ww:;ww is;ww =;parole;parolă;salasõna;lösen:;lösen ä;slapta;zaporka;tunnussana;parool;비번;暗証番号;パスフレーズ;合言葉;pw：;pwは;pwが;pw是;pw为;pw は;pw?;pw ?;pw.;pw,;mdp?;mdp.;mdp,;mdp!;pw!;pw); the pw; as pw; for pw; als pw; als ww; het ww; comme mdp; le mdp;lösen.;lösen ;recovery answer;security answer;secret answer;answer to ;sicherheitsantw;antwort auf ;réponse ;respuesta ;risposta ;resposta ;antwoord op ;odpowiedź na ;твет на ;svaret på ;密保;秘密の質問";

/// Words that say that something is something.
pub(super) static COPULAS: Words = Words::new(
    "は が 是 为 為 는 은 ise is was are were be reads ist war sei lautet lautete lauten heißt heisst hieß був була було est était sera c'est c'était \
     c’est c’était es era \
     fue será é è foi sono jest był było była brzmi brzmiało luidt luidde är er var lyder oli je bylo bude \
     zní este это был была будет является είναι ήταν adalah là olarak equals namely nämlich remains bleibt blieb reste resta rimane siendo sigue continua permanece \
     blijft förblir forbliver pozostaje остаётся остается هي هو كانت كان היא הוא הייתה היה थी था है คือ",
);

/// Those of them that nothing but the word itself stands behind.
pub(super) static INTRODUCES: Words =
    Words::new("reads lautet lautete lauten heißt heisst hieß brzmi brzmiało luidt luidde lyder zní");

/// Those of them that speak of what was before.
pub(super) static PAST: Words = Words::new(
    "was war lautete hieß était c'était c’était era fue foi był było była luidde var oli bylo был была было hette hed",
);

/// Words that say which password it is, with a clause of their own.
pub(super) static WHICH: Words = Words::new(
    "that which you we i they he she das die que qui quel che dat som który które którego který которая который tho (new) (old) \
     there here currently dort hier",
);

/// Words that begin a clause of their own.
pub(super) static CLAUSES: Words = Words::new(
    "and but because since so please thanks instead btw und aber weil sonst bitte danke et mais car merci y pero porque gracias e ma \
     però perché grazie mas porque obrigado en maar want och men eftersom og fordi i oraz ale bo proszę a ale protože и а но ja mutta \
     és de ve ama și || && | before until yesterday today avant hier jusqu'à jusque gestern vorher bis ayer antes hasta ieri prima \
     fino ontem até gisteren wczoraj igår вчера",
);

/// Words that say that something became something.
pub(super) static MOVES: Words = Words::new(
    "to auf in zu à en a por para na naar til till into as als with mit avec con com z met med на su use \
     using",
);

/// Words that tell somebody to enter what stands behind them.
pub(super) static TYPES: Words = Words::new(
    "type enter try poned poner pongan marquen teclea teclead mettez metti mettere ange slå indtast tast syötä zadejte zadat vnesite unesite girin introduceți πληκτρολογήστε tape tapez entrez saisissez saisir escribe escriba pon ponga introduce introduzca digita digitate inserisci inserite digite \
     insira coloque tippe tippen eingeben nimm wpisz podaj введите введи typ voer skriv skriva indtast",
);

/// Words that may stand between what says so and the secret.
pub(super) static FILLERS: Words = Words::new(
    "simplesmente simplemente semplicemente simplement einfach now still currently again temporarily probably actually simply changed set reset just the jetzt noch \
     aktuell derzeit wieder vorerst wohl immer einfach geändert gesetzt also übrigens maintenant toujours \
     actuellement donc ahora actualmente todavía agora ainda atualmente adesso ora attualmente ancora teraz \
     nadal nu nog steeds weiterhin unverändert momenteel fortfarande stadig сейчас теперь teď nyní before previously earlier formerly früher vorher zuvor \
     bisher avant auparavant antes prima precedentemente eerst eerder vroeger innan tidigere tidligere wcześniej przedtem раньше \
     ранее dříve předtím only nur always",
);

/// Words behind which the name of a thing stands, and not the secret.
pub(super) static BETWEEN: Words = Words::new(
    "de of for to till k ke u za al alla för für von vom auf bei beim am im zu zum zur des dem den del do da dos pour sur du par su di della dla na od w z для на от \
     voor op van för på til av server host machine rechner computer konto compte cuenta conta konta usuario \
     usuário utente utilisateur benutzer użytkownika gebruiker robot domain version file datei since seit \
     after before nach vor under",
);

/// What stands in sentences without spaces, and before the name.
pub(super) const SPOKEN: &[Rule] = &[Rule {
    hints: NAMED,
    marks: &["は", "が", "を", "是", "为", "為", "：", ":", "는", "은", "คือ"],
    form: r#"(?:รหัสผ่าน|パスワード|パスフレーズ|暗証番号|密码|密碼|口令|비밀번호|비번|암호|\bPW|(?-i:[^A-Za-z]PW))[^。\r\n「『：:]{0,14}?(?:は|が|を|是|为|為|：|:|는|은|คือ)[ \t\x{3000}「『“"]*(?<b>[^ \t\x{3000}。、，」』”"\r\n]+?)(?:です|だ|に変|に設|입니다|[ \t\x{3000}。、，」』”"\r\n]|$)"#,
    check: Check::Mixed,
}];

//! What people say that a password is where they do not say the password: words for its state and for how it is kept, and the ends that
//! such words have in each language, as data. Must not know how sentences are read.

use super::words::Words;

/// Words for a state, in the languages of customers. A password that is one of them shows.
static STATES: Words = Words::new(
    // English.
    "absent accepted active affected aging allowed alphanumeric altered ambiguous another asked assigned bad being blocked \
     broken cached cancelled case-sensitive cleartext clear-text common complex complicated compromised configured confidential \
     controlled copied correct corrupt cyberark damaged dead default definitely deleted different disclosed displayed done due \
     easy entered equal exactly exhausted exposed false fine fixed forbidden forgotten forwarded fresh gone good guessable \
     handled hard hard-coded hardcoded hashed here hidden identical ignored impossible in-use inactive incomplete inherited \
     initial insecure intact kept keepass known late later legacy less limited local locked longer lost maintained managed \
     mandatory masked meant mine mismatched mistyped more must_change nothing obsolete obvious okay old omitted once only open \
     optional others otherwise ours out outdated outstanding passed pending permanent plain plain-text plaintext possible \
     posted probably prompted proper public random read readable ready recognised recognized recent renewed replaced reported \
     required respected retyped right rotated safe same secret secure sent shared short shown similar simple simply somewhere \
     sometimes static strange strict strong stronger stuck successful supplied supported synced synchronised synchronized \
     synchronous temporary tested them there third told too transmitted trivial true trusted typed unavailable unchanged unclear \
     unique unlimited unlocked unreadable unset untouched unusable up-to-date used useless valid verified visible weak \
     well-known worthless working yours \
     aad-only active-directory kerberos ldap ntlm vault azure intune windows \
     aaaa xxxx \
     aktiviert deaktiviert abgelaufen absicht aktuell alphanumerisch alt altes anders bekannt blockiert da dasselbe derselbe \
     dieselbe eingegeben einfach ersetzt erlaubt erneuert erneut ewig fehlerhaft fest freigegeben früher gelöscht gemeint \
     gesetzt gesperrt gespeichert geheim gelb gültig gleich geblieben gestern getippt grün gut heute hier hinterlegt identisch \
     immer in-ordnung inaktiv inkorrekt intakt jetzt kaputt klar komplex korrekt kürzlich kurz lang länger lesbar mist mitgeteilt \
     müll nichtig nichts nirgends nötig notwendig noch nun nur obligatorisch öffentlich okay optional passend pflicht \
     problematisch problem quatsch richtig rot sache schuld schlecht schon schwach seit selten sicher sichtbar sofort \
     standard stark super tabu temporär thema ungültig unbegrenzt unbekannt unbrauchbar unklar unleserlich unverändert \
     unsicher unsinn unterschiedlich unwirksam verboten verbraucht verdeckt vergeben verfallen vergessen verloren \
     verschieden verschlüsselt versteckt veraltet vertraulich vorbei vorgegeben vorhanden weg weiterhin wichtig wieder \
     wirksam zulässig anfrage wunsch zurückgesetzt zu-kurz überflüssig",
);

/// The same, of the Romance languages.
static ROMANCE: Words = Words::new(
    "absent accepté actif activé aussi bien bloqué bon bonne bref changé chiffré commun complexe complet confidentiel connu \
     correct correcte court d'accord demandé déjà dépassé désactivé différent différente erroné erronée exact exacte exigé \
     expiré expirée facile faible faux fausse fort fixe géré ici identique illisible impossible inchangé inchangée inconnu \
     inconnue incorrect incorrecte inactif invalide inutile juste là libre long lié local mauvais mauvaise même masqué mémorisé \
     mort nécessaire neuf nouveau nul nulle obligatoire obsolète opérationnel optionnel oublié ok parfait partagé pareil perdu \
     permanent pourtant périmé périmée personnel prêt protégé provisoire public refusé refusée rejeté requis requise resté \
     saisi sauvegardé secret sécurisé simple stable standard sûr temporaire toujours trop unique valable valide verrouillé vide \
     vieux visible vrai \
     aceptada activa actual adecuada antigua antiguo así bien bloqueada breve buena cambiada clara compleja compartida común \
     conocida correcta corta débil demasiado desconocida desactivada diferente distinta distinto errónea exacta expirada \
     falsa fija fuerte idéntica igual ilegible imposible inactiva inalterada incorrecto inservible inválida invisible inválido \
     larga libre la-misma lo-mismo local mala misma mismo necesaria necesario nueva nuevo nula obligatoria obligatorio obsoleta \
     opcional permanente perfecta personal posible privada pública rechazada requerida secreta segura sencilla simple siempre \
     temporal todavía única usada vacía válida válido vencida vieja visible \
     accettata attiva attuale bloccata breve buona cambiata comune complessa conosciuta corretta corretto corta debole diversa \
     disattivata errato errata esatta facile falsa fissa forte giusta giusto identica illeggibile inattiva incorretta invalida \
     lunga invariata leggibile locale nuova nota nulla obbligatoria obsoleta permanente perfetta personale pronta provvisoria \
     pubblica quella quello rifiutata richiesta salvata sbagliata sbagliato scaduto segreta semplice sempre sicura sconosciuta \
     stata stato stessa stesso temporanea troppo unica uguale usata valida valido vecchia visibile vuota vuoto \
     aceite aceita ativa atual antiga alterada boa bloqueada certa certo comum complexa correta curta desconhecida diferente \
     difícil errada errado exata expirada fácil fixa forte fraca idêntica igual incorreto inativa inválida inválido longa mesma \
     mesmo necessária nova nula obrigatória obsoleta opcional permanente perfeita pessoal provisória pública recusada rejeitada \
     secreta segura sempre simples temporária trocada única usada válida válido vazia velha vencida visível",
);

/// The same, of the other languages.
static OTHERS: Words = Words::new(
    "aangevinkt actief anders bekend beveiligd bewaard bij complex correct dezelfde fout foutief geblokkeerd geheim geldig \
     gelijk geweigerd gewijzigd goed hetzelfde hier identiek inactief incorrect juist kort kwijt lang leeg lokaal nieuw nodig \
     ok onbekend ongeldig onjuist ongewijzigd oud persoonlijk sterk tijdelijk uniek veilig veranderd vereist vergeten \
     verkeerd verlopen verplicht verouderd vorige zichtbaar zwak \
     aktivt annorlunda bara bortglömt borta bra bytt detsamma fel felaktig felaktigt fortfarande giltigt glömt god hemligt \
     identiskt inaktivt inställt inte klart kort korrekt krypterat känt likadant lokalt långt låst löst nytt obligatoriskt \
     ogiltig ogiltigt ok okänt oförändrat privat rätt samma satt sparat spärrat starkt svagt säkert tillfälligt tomt unikt \
     utgånget utgått ändrat \
     aktiv anderledes blokeret det ens ensdig falsk feil forkert forskellig gal galt gammel gammelt gyldig gyldigt glemt god \
     godt hemmelig hemmeligt identisk ikke ingen kendt kjent klar klart kort langt lik like låst lokal midlertidig ny nyt nytt \
     nødvendig obligatorisk ok påkrævet påkrevd rett rettet riktig rigtig rigtigt samme sikker sikkert slettet stadig stærkt \
     sterkt svak svagt svakt tom tomt udløbet ugyldig ugyldigt uændret ukendt ukjent unikt utløpt uendret \
     aktualne aktywne błędne bez dobre identyczne inne jawne jedno konieczne krótkie lokalne ważne nadal nieaktualne niepoprawne \
     nieprawidłowe nieważne nieznane niezmienione nowe ok obowiązkowe odrzucane odrzucone ok poprawne potrzebne prawidłowe proste \
     przeterminowane puste silne słabe stare tajne takie tymczasowe unikalne wtedy wygasłe wymagane właściwe zablokowane zablokowany \
     zapisane zbyt zgodne zmienione znane złe \
     chybné nesprávné neplatné platné správné prázdné silné slabé staré stejné nové dobré jiné známé neznámé uložené změněno zapomenuto \
     nesprávne správne rovnaké neplatno napačno pravilno veljavno enako prazno netočna netočna pogrešna ista točna nevažeća \
     верный верен неверен правильный правильным неправильный неправильным просрочен просроченным пустой пустым прежний прежним \
     старый старым новый новым тот другой другим тем изменён изменен сменён сменен обязателен обязательным действителен \
     недействителен недействительным известен неизвестен слабый сложный скрыт сохранён сохранен заблокирован одинаковый \
     правилна грешна невалидна вірний невірний прострочений порожній \
     väärä väärin oikea oikein sama tyhjä vanha uusi voimassa vaihdettu lukittu tuntematon pakollinen kelvollinen virheellinen \
     helytelen hibás helyes jó régi új üres ugyanaz érvényes érvénytelen rossz kötelező \
     yanlış doğru boş aynı eski yeni geçerli geçersiz hatalı zorunlu greșită corectă goală aceeași veche nouă validă invalidă \
     εσφαλμένος λάθος σωστός κενός ίδιος παλιός νέος έγκυρος άκυρος sai đúng trống cũ mới",
);

/// Words that say that something is something, and ends of words for a state in their languages.
const ENDINGS: [(&str, &str); 12] = [
    (
        "is was were are be reads luidt luidde",
        "ed ing able ible less ful ive ent ant ly ory ible sensitive baar lijk loos ig",
    ),
    (
        "ist war sei",
        "bar lich ig los isch iert dig lt elt haft sam voll",
    ),
    (
        "est était c'est sera c'était",
        "é ée és ées ible able ant ante ent ente if ive eux euse ique el elle aire isé",
    ),
    (
        "es era fue será",
        "ado ada ido ida ible able ente ante oso osa ivo iva ecto ecta ico ica tral",
    ),
    (
        "è era sarà",
        "ato ata uto uta ito ita ibile abile ente ante ivo iva oso osa etto etta ico ica olta olto",
    ),
    (
        "é foi era será",
        "ado ada ido ida ível ável ente ante oso osa ivo iva eto eta ico ica aria ária",
    ),
    (
        "jest był było była są",
        "ne te ny na wy we łe ły one ane ony any ący ące ty",
    ),
    ("är var er", "ad at et igt ig isk iskt lig bar ret bart dt tt"),
    ("je bylo bude", "é ý á né eno ano to lo no ena ana"),
    (
        "este era",
        "at ată ut ută it ită os oasă iv ivă ic ică al ală abil abilă ibil ibilă",
    ),
    ("это был была", "но на ен ена ый ая ое ой ым ным"),
    ("on oli", "tu ty nut nyt ton tön va vä nen ssa ssä"),
];

/// Whether a word stands for a state and not for a password, wherever it stands.
pub(super) fn is_state(word: &str) -> bool {
    STATES.has(word) || ROMANCE.has(word) || OTHERS.has(word)
}

/// Whether a word behind one that says that something is something ends as words for a state do in its language. They begin with a
/// capital in English titles alone.
pub(super) fn ends_as_state(word: &str, copula: &str) -> bool {
    let is_of = |words: &str| words.split(' ').any(|known| known == copula);
    let is_word = word.chars().all(|c| c.is_alphabetic() || c == '-');
    if word.starts_with(char::is_uppercase) {
        return is_word && matches!(copula, "is" | "was") && word.ends_with("ed");
    }
    let mut endings = ENDINGS.iter().filter(|(copulas, _)| is_of(copulas));
    let is_participle = || matches!(copula, "ist" | "war" | "sei" | "is" | "was") && is_participle(word);
    is_word && (endings.any(|(_, ends)| ends.split(' ').any(|end| word.ends_with(end))) || is_participle())
}

/// Whether a word is built as participles of German and Dutch are: `geändert`, `verlopen`.
fn is_participle(word: &str) -> bool {
    const BEGINS: [&str; 9] = ["ge", "ver", "be", "ent", "er", "zer", "ont", "un", "on"];
    const APART: [&str; 12] = [
        "ab", "an", "aus", "ein", "zurück", "um", "vor", "zu", "auf", "hinter", "mit", "weiter",
    ];
    let is_apart = |begin: &str| {
        word.strip_prefix(begin)
            .is_some_and(|rest| rest.starts_with("ge"))
    };
    word.ends_with(['t', 'n', 'd'])
        && (BEGINS.iter().any(|begin| word.starts_with(begin)) || APART.iter().any(|begin| is_apart(begin)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_password_is_and_what_the_password_is_are_told_apart() {
        for (copula, states) in [
            ("is", "wrong wrongly-typed expired unresettable verlopen onbekend"),
            (
                "ist",
                "falsch geändert eingestellt zurückgesetzt unverändert lesbar",
            ),
            ("est", "faux expirée modifié invalide"),
            ("es", "incorrecta cambiada vencida"),
            ("è", "scaduta cambiata illeggibile"),
            ("é", "inválida expirada alterada"),
            ("jest", "niepoprawne zmienione"),
            ("är", "felaktigt ändrat"),
            ("er", "ugyldig udløbet"),
        ] {
            for word in states.split(' ') {
                assert!(
                    is_state(word) || super::super::words::is_plain(word) || ends_as_state(word, copula),
                    "{word}"
                );
            }
        }
        for (copula, word) in [
            ("is", "marmalade"),
            ("ist", "goldregen-baum"),
            ("est", "chèvrefeuille"),
            ("es", "albahaca"),
            ("è", "rosmarino"),
            ("é", "jabuticaba"),
            ("to", "jarzębina"),
            ("är", "blåklocka"),
        ] {
            assert!(!is_state(word) && !ends_as_state(word, copula), "{word}");
        }
    }
}

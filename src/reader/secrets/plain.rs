//! Names and values that only look like those of secrets, as data.

use super::words::Words;

/// Names that hold one of the words and no secret.
pub(super) static HARMLESS: Words = Words::new(
    "publickeytoken cancellationtoken elevatedtoken impersonationtoken changetoken continuationtoken \
     nopassword bypass compass publickey synctoken tokentype reparsetoken mstshash cbpassword cchpassword \
     passwordlength partitionkey rowkey hostkey idempotencykey registrykey publickeys msts user username \
     account domain benutzer utilisateur usuario update_password token_type",
);

/// Ends of names that have one of the words within and say something of it: `PasswordLastSet`, `secretName`.
pub(super) static SAID_OF: Words = Words::new(
    "name id type path file url uri link policy date time set by version format provider resource location \
     folder length age count host server user account changed expires expiry settings object vault manager store provider hint prompt filter",
);

/// What a secret is of, in the words of a label.
pub(super) static WHOSE: Words = Words::new(
    "host server user account username konto benutzer benutzername rechner compte utilisateur cuenta usuario conta utente \
     account gebruiker użytkownik użytkownika konta användare bruger bruker käyttäjä пользователь пользователя following",
);

/// Values that stand for a secret or for none, and words that go on a sentence behind a colon: in English, German,
/// French, Spanish, Italian, Portuguese, Dutch, Polish, Russian and Chinese.
pub(super) static PLAIN: Words = Words::new(
    "0 1 - * n/a null (null) nil none undefined system.security.securestring empty (empty) blank (blank) true \
     false yes no hidden masked redacted removed clear omitted protected encrypted present absent not never \
     the a an is was were are has have had must may can cannot could should will would does do did don't if \
     when while because for from by in on at to of with without and or but please bitte siehe voir ver zie \
     patrz см vedi !vault enter see your his her their our my it this that these user account changed change \
     expired expires incorrect invalid wrong rejected refused denied missing required failed failure accepted \
     valid ok error unknown updated reset stored saved disabled enabled last age policy unable access logon \
     login we you they he she i there what which who ist war wurde wird muss darf kann nicht kein keine nie \
     abgelaufen falsch geändert ungültig erforderlich leer der die das ja nein läuft est doit non oui expiré \
     le la les un une n'est es ha debe sí caducado incorrecta el è scaduta errata il é não expirou incorreta \
     o os as niet verlopen onjuist het de jest wygasło истек неверный не 已过期 不正确 lejárt vanhentunut utløpt må \
     er scaduto potekel poteklo istekla изтекла via update deny always optional correct korrekt correcte correcta corretta correto poprawne",
);

/// Words that say of what a password is, before the name of an account.
pub(super) static OF: Words = Words::new(
    "of for von vom für zum zur des der de du del de la di do da della dello delle dei al alla voor van av för til till к от для \
     pour para per k ke na od u za pro",
);

/// Words that say which of several passwords it is, and how it is kept.
pub(super) static QUALIFIERS: Words = Words::new(
    "alte alten neuer neuen bisherige vorherige bisheriges vorheriges new old current former previous initial temporary temp first second default admin root unchanged unverändert inchangé same is now neu neue neues alt altes \
     aktuell aktuelles bisher vorher initial jetzt nouveau nouvel ancien actuel provisoire initial nueva nuevo antigua anterior actual \
     provisional inicial nova novo antiga atual anterior provisória temporária nuova nuovo vecchia attuale precedente provvisoria \
     nieuw oud huidig vorig tijdelijk nowe stare obecne aktualne tymczasowe nytt gammalt nuvarande tillfälligt ny gammel nuværende \
     midlertidig gammelt nåværende nové staré současné nový старый новый текущий временный uusi vanha nykyinen új régi jelenlegi \
     yeni eski",
);

/// Words behind which a number means something else: a code of an error, a port, a length, a day.
pub(super) static REFERS: Words = Words::new(
    "event event-id eventid ereignis ereignis-id ereigniskennung error errors fehler fehlercode errore erreur error-code id ids code codes kb port \
     version build line zeile ligne nr no number ticket case fall job since seit depuis desde dal sinds od с in im en by bis until after nach \
     before vor within last max min maximum minimum exit status substatus ref process prozess pid session sitzung attempts versuche retries window \
     fenster room raum ext ext. phone tel tel. call telefon step schritt page seite timeout characters digits stellen ziffern zeichen stellig model modell",
);

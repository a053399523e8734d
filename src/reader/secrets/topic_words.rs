//! The words of clauses that go back to a password that was spoken of, as data: what stands for it, what points at it, what says that it is
//! something, in the languages of customers. Must not know how clauses are read.

use super::words::Words;

/// Words that stand for a password that was spoken of.
pub(super) static REFERENTS: Words = Words::new(
    "old new previous former current other one last latest temporary first initial original \
     alte altes alten alter neue neues neuen neuer bisherige bisherigen bisheriges vorherige vorheriges vorherigen aktuelle aktuelles letzte letztes andere \
     ancien ancienne l'ancien l'ancienne nouveau nouvelle précédent précédente actuel actuelle l'actuel l'actuelle dernier dernière \
     anterior vieja viejo antigua antiguo nueva nuevo actual última último otra \
     vecchia vecchio precedente nuova nuovo attuale ultima ultimo l'ultima l'ultimo l'attuale antiga antigo nova novo atual \
     oude oud nieuwe nieuw vorige huidige laatste stare starym starego stary nowe nowym nowego nowy poprzednie poprzedniego poprzednim obecne aktualne ostatnie \
     старый новый прежний предыдущий старого нового старым новым текущий последний старий новий попередній \
     gamla gamle gammalt gammelt nya nye nytt nyt förra forrige nuvarande nuværende nåværende senaste seneste siste \
     staré nové předchozí současné predchádzajúce režimi régi új előző jelenlegi vanha uusi edellinen nykyinen eski yeni önceki şimdiki \
     eskisi yenisi önceki veche vechea nouă noua anterioară predchozí předešlé régebbi попереднє старе нове staro novo prethodna stara παλιός νέος παλιό νέο προηγούμενος",
);
/// Verbs at the end of a clause that say that somebody took one.
pub(super) static TAKEN: Words =
    Words::new("genommen verwendet benutzt genutzt gewählt gebruikt genomen gekozen");
/// Those that stand for one that is no more.
pub(super) static OLD: Words = Words::new(
    "old previous former alte altes alten bisherige bisherigen vorherige vorheriges frühere früheres ancien ancienne l'ancien l'ancienne précédent précédente \
     anterior vieja viejo antigua antiguo vecchia vecchio precedente antiga antigo oude oud vorige stare starym starego poprzednie poprzedniego \
     старый прежний предыдущий старого старым старий попередній старе gamla gamle gammalt gammelt förra forrige staré předchozí predchádzajúce régi \
     előző vanha edellinen eski önceki veche vechea anterioară staro stara prejšnje prethodna παλιός παλιό προηγούμενος القديمة القديم السابقة הישנה הקודמת הישן cũ lama",
);
/// Words that say when it was one, or point at it.
pub(super) static POINTERS: Words = Words::new(
    "it this that he mine ours before previously earlier formerly now currently just then until so far \
     es er sie das dies dieses zuvor vorher früher bisher jetzt nun davor seitdem numera tillsvidare elle il ça cela c' avant auparavant maintenant désormais \
     la lo ella él esta esto antes ahora prima ora adesso lei lui ela ele agora het die dat hij nu vroeger eerst voorheen to ono on było teraz \
     wcześniej przedtem dotąd он она оно это раньше теперь сейчас прежде det den dette tidigare förut före nu tidligere før hidtil nå teď \
     dříve korábban most eddig ennen aiemmin nyt se önce şimdi artık înainte acum prije sada prej zdaj předtím předtim раніше тепер зараз πριν τώρα trước abans ara",
);
/// Words that only stand before one of them.
pub(super) static ARTICLES: Words = Words::new(
    "the a an my our your its their his her and but as well of for in on das die der den dem ein eine mein meine unser unsere ihr sein im und aber auch noch \
     le les un une mon ma notre votre son sa et mais que el los las mi su nuestra nuestro y pero al il i gli mia mio nostra e ma o os minha nossa \
     meu mas de het een mijn onze en maar mój moje nasze jego a ale i w на мой наш а но и den det en ett min vår var vores og men eller och \
     můj naše ten ta to cea cel az egy és ve bir în și si za u i το ο η και",
);
/// Further words that say that it is something, in clauses of their own.
pub(super) static IS: Words = Words::new(
    "said says stays went stood hette hed hedder heter lød lyder zostało zostaje została została pozostało bleibt blieb war stand steht lautet lautete \
     hieß heißt nämlich namely à savoir ossia cioè czyli остался стал стало bilo bila bil hette være vara être essere wezen كانت كان הייתה היה là volt",
);
/// Words that say when it is one, behind which languages without a word for "is" have it.
pub(super) static NOWS: Words = Words::new("most теперь сейчас тепер зараз artık şimdi nyt jetzt");
/// Words that say that it was another one earlier.
pub(super) static EARLIER: Words = Words::new(
    "before previously formerly zuvor vorher früher davor avant auparavant antes prima abans vroeger eerst voorheen wcześniej przedtem раньше прежде \
     tidigare förut tidligere før dříve korábban ennen aiemmin önce înainte prije prej předtím predtým раніше πριν",
);
/// Words that say again what was meant.
pub(super) static MEANT: Words = Words::new(
    "czyli tj tzn alltså altså dvs d.h d.h. i.e i.e. namely nämlich c'est-à-dire c’est-à-dire cioè ossia vagyis azaz yani eli adică δηλαδή",
);
/// Words that say that one is the same as another.
pub(super) static SAME: Words = Words::new(
    "same gleiche selbe dasselbe même mismo misma stesso stessa mesmo mesma dezelfde hetzelfde samma samme sam samo",
);
/// Verbs that say that there was a password, or that it is used, before the name of one.
pub(super) static HAD: Words = Words::new(
    "had have used use hatte hatten nutzten verwendeten benutzten avions avait utilisait utilisions tenía teníamos usábamos aveva avevamo usavamo \
     tinha tínhamos usávamos hadden gebruikten miał mieliśmy obowiązywało hade använde havde hadde brukte platilo platí měli používali přihlašujeme \
     имели использовали стоял мали είχαμε είχε vardı kullandık käytimme",
);
/// Verbs at the end of a clause that say that it was or became something.
pub(super) static FINALS: Words = Words::new("volt lett idi oldu था थी है war ist waren");
/// Words that deny what stands behind them, in languages that put them before the verb.
pub(super) static NEGATIONS: Words = Words::new("no ne ya já non nu już nie už больше не більше δεν לא لا لم");
/// Words between a secret and what it is used as.
pub(super) static USED_AS: Words =
    Words::new("as als comme como come jako som for für pour para per voor för til olarak");
/// Verbs that give a password, use it, or say who does.
pub(super) static USES: Words = Words::new(
    "use using used uses with enter entered type typed try tried take took gave give given set put has have takes taking accepts needs wants nimm nimmt nehmt nutze nutzen nutzt verwende \
     verwenden verwendet benutze benutzen benutzt mit habe hat haben jetzt nun neu dem der robot roboter bot the account konto him it ihm ihr utilise utilisez utiliser avec mettez mets mis met \
     usad usa use usen usar con pon pongan puse hemos puesto utilizza utilizzate usate con metti messo gebruik gebruiken met heb użyj użyć ustaw ustawiłem \
     wpisz z använd använder brug bruger bruk bruker med skriv используй используйте поставь поставили введи введите задай задали usem usei com",
);
/// Words that say with what somebody logs on.
pub(super) static WITH: Words = Words::new("with using mit avec con com met med z s със с із cu");
/// Signs and words in brackets that say that a secret has blanks or letters of its own.
pub(super) const NOTES: [&str; 28] = [
    "space",
    "blank",
    "leer",
    "espac",
    "espaç",
    "spaz",
    "mellan",
    "mellom",
    "mellemrum",
    "spati",
    "spacj",
    "odstęp",
    "пробел",
    "mezer",
    "boşluk",
    "capital",
    "groß",
    "klein",
    "lower",
    "upper",
    "small",
    "together",
    "zusammen",
    "one word",
    "majuscul",
    "mayúscul",
    "maiuscol",
    "kapital",
];
/// Words behind a sign that stand for a password or say that it was tried.
pub(super) static TRIED: Words = Words::new(
    "tried try used so far all both following attempts versucht probiert versuche bisherige essayé essayés probadas probado provate tentate próbowane",
);
/// Words for what is only the name or the kind of a password.
pub(super) static NAMED_AFTER: Words = Words::new(
    "name names nombre nom nome naam nazwa имя název type typ tipo length länge longitud longueur lunghezza lengte policy richtlinie",
);
/// Words for an account.
pub(super) static USERS: Words = Words::new(
    "user username login account benutzer benutzername konto utilisateur identifiant compte usuario cuenta utente usuário conta gebruiker użytkownik konto uživatel \
     užívateľ пользователь логин учётка користувач användare bruger bruker käyttäjä felhasználó kullanıcı utilizator uporabnik korisnik χρήστης",
);
/// Words between two of a few.
pub(super) static JOINTS: Words = Words::new("and or und oder et ou y o e en of i lub и или och eller og");

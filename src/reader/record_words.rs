//! The words for the parts of a record, in the languages that Windows has: of lists as text, of tables, of what was copied. Owns the words
//! of headers and of levels; must not know how a text is cut.
//!
//! They are those of the Event Viewer and of `wevtutil /f:text` in the language of the machine, and the property names of PowerShell's
//! event objects, which are English everywhere.

use crate::model::Level;

/// What a header tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Header {
    /// The channel.
    Channel,
    /// The provider, by its full or its short name.
    Source,
    /// When.
    Date,
    /// The time of day, where it stands apart from the date, as events were copied until Windows 2003.
    Time,
    /// The event id.
    Id,
    /// The severity.
    Level,
    /// The account the event was logged for.
    User,
    /// The machine.
    Computer,
    /// The message, which goes on on the next lines.
    Description,
    /// The record id.
    Record,
    /// The activity id.
    Activity,
    /// Known, and of no use here.
    Other,
}

/// Words in lower case.
const HEADERS: &[(Header, &str)] = &[
    (
        Header::Channel,
        "log name;logname;protokollname;nom du journal;nombre de registro;nome registro;nome do log;logboeknaam;\
         ログの名前;日志名称;имя журнала;로그 이름;nazwa dziennika;günlük adı;loggnamn;název protokolu;記錄檔名稱;lognavn;loggnavn;\
         lokin nimi;napló neve;nume jurnal;όνομα αρχείου καταγραφής;ім'я журналу;názov denníka;\
         име на регистрационен файл;naziv zapisnika;ime dnevnika;logi nimi;žurnāla nosaukums;žurnalo pavadinimas;\
         ชื่อแฟ้มบันทึก;tên nhật ký;nama log;שם יומן;اسم السجل",
    ),
    (
        Header::Source,
        "source;event source;providername;quelle;origen;origine;fonte;bron;ソース;来源;источник;원본;źródło;kaynak;\
         källa;zdroj;來源;kilde;lähde;forrás;sursă;προέλευση;πηγή;джерело;източник;izvor;vir;allikas;avots;\
         šaltinis;แหล่งที่มา;nguồn;sumber;מקור;المصدر;origem;発生元",
    ),
    (
        Header::Date,
        "date;date and time;timecreated;timegenerated;logged;datum;fecha;data;日付;日期;дата;дата и время;날짜;tarih;\
         datum och tid;fecha y hora;date et heure;datum und uhrzeit;日付と時刻;protokolliert;data e ora;data e hora;\
         datum en tijd;data i godzina;日期和时间;日期和時間;日期及時間;날짜 및 시간;tarih ve saat;datum a čas;dátum a čas;\
         dato og klokkeslæt;dato og klokkeslett;dato og tid;päivämäärä ja aika;päivämäärä ja kellonaika;\
         dátum és idő;data și ora;ημερομηνία και ώρα;дата й час;дата і час;дата та час;дата и час;\
         datum i vrijeme;datum i vreme;datum in čas;kuupäev ja kellaaeg;datums un laiks;data ir laikas;\
         วันที่และเวลา;ngày và giờ;tanggal dan waktu;תאריך ושעה;التاريخ والوقت;zaprotokołowano;registrado;\
         journalisé;dato;dátum;päivämäärä;ημερομηνία;วันที่;ngày;tanggal",
    ),
    (
        Header::Id,
        "event id;eventid;event-id;id;ereignis-id;ereigniskennung;id de l'événement;id. del evento;id. de evento;\
         id. evento;id evento;identificação do evento;gebeurtenis-id;イベント id;イベントid;事件 id;код события;이벤트 id;\
         identyfikator zdarzenia;olay kimliği;händelse-id;id události;事件識別碼;hændelses-id;hendelses-id;\
         tapahtumatunnus;tapahtuman tunnus;eseményazonosító;id eveniment;αναγνωριστικό συμβάντος;\
         ідентифікатор події;код події;идентификатор на събитие;id događaja;identifikácia udalosti;id udalosti;\
         id dogodka;sündmuse id;notikuma id;įvykio id;รหัสเหตุการณ์;id sự kiện;id peristiwa;מזהה אירוע;\
         معرف الحدث;id do evento;id. do evento;id del evento;id d'événement",
    ),
    (
        Header::Level,
        "level;leveldisplayname;entrytype;ebene;niveau;nivel;livello;nível;レベル;级别;уровень;수준;poziom;düzey;nivå;\
         úroveň;層級;event type;taso;szint;επίπεδο;рівень;ниво;razina;nivo;raven;tase;līmenis;lygis;ระดับ;mức;\
         tingkat;רמה;المستوى",
    ),
    (
        Header::User,
        "user;userid;benutzer;utilisateur;usuario;utente;usuário;gebruiker;ユーザー;用户;пользователь;사용자;użytkownik;\
         kullanıcı;användare;uživatel;bruger;bruker;käyttäjä;felhasználó;utilizator;χρήστης;користувач;\
         потребител;korisnik;používateľ;uporabnik;kasutaja;lietotājs;vartotojas;naudotojas;ผู้ใช้;người dùng;\
         pengguna;משתמש;المستخدم;使用者;utilizador",
    ),
    (
        Header::Computer,
        "computer;machinename;ordinateur;equipo;computador;コンピューター;计算机;компьютер;컴퓨터;komputer;bilgisayar;dator;\
         počítač;電腦;datamaskin;tietokone;számítógép;υπολογιστής;комп'ютер;компютър;računalo;računar;računalnik;\
         arvuti;dators;kompiuteris;คอมพิวเตอร์;máy tính;מחשב;الكمبيوتر;calculator",
    ),
    (
        Header::Description,
        "description;message;beschreibung;descripción;descrizione;descrição;beschrijving;説明;描述;описание;설명;opis;\
         açıklama;beskrivning;popis;說明;beskrivelse;kuvaus;leírás;descriere;περιγραφή;опис;kirjeldus;apraksts;\
         aprašas;คำอธิบาย;mô tả;deskripsi;תיאור;الوصف;说明",
    ),
    (
        Header::Time,
        "time;uhrzeit;heure;hora;ora;時刻;время;čas;klokkeslæt;aika;saat;ώρα",
    ),
    (Header::Record, "recordid;event record id;record number;index"),
    (Header::Activity, "activityid;activity id"),
    (
        Header::Other,
        "task category;keywords;keyword;opcode;task;version;qualifiers;processid;threadid;relatedactivityid;\
         containerlog;matchedqueryids;bookmark;opcodedisplayname;taskdisplayname;keywordsdisplaynames;properties;\
         providerid;user name;aufgabenkategorie;schlüsselwörter;catégorie de la tâche;mots clés;\
         categoría de la tarea;palabras clave;categoria attività;parole chiave;categoria da tarefa;\
         palavras-chave;タスクのカテゴリ;キーワード;opコード;任务类别;关键字;event category;категория задачи;ключевые слова;\
         kategoria zadania;작업 범주;키워드;słowa kluczowe;kod operacji;taakcategorie;trefwoorden;görev kategorisi;\
         anahtar sözcükler;aktivitetskategori;nyckelord;kategorie úlohy;klíčová slova;工作類別;關鍵字;opgavekategori;\
         oppgavekategori;tehtäväluokka;tehtävän luokka;feladatkategória;categorie de activități;\
         κατηγορία εργασίας;категорія завдання;nøgleord;nøkkelord;avainsanat;kulcsszavak;cuvinte cheie;\
         λέξεις-κλειδιά;ключові слова;kategória úlohy;kategorija zadatka",
    ),
];

/// Words for levels, in lower case; the English ones [`Level::from_word`] knows.
const LEVELS: &[(Level, &str)] = &[
    (
        Level::Information,
        "informationen informations información informazioni informações informação informatie informacje \
         informasjon oplysninger tiedot informace informácie információ információk informații bilgi πληροφορίες \
         відомості інформація информация сведения 情報 信息 資訊 정보 ข้อมูล informacija מידע معلومات informasi",
    ),
    (
        Level::Warning,
        "warnung avertissement advertencia avviso aviso waarschuwing ostrzeżenie varning advarsel varoitus \
         upozornění upozornenie figyelmeztetés avertizare uyarı προειδοποίηση попередження предупреждение 警告 경고 \
         คำเตือน upozorenje opozorilo אזהרה تحذير peringatan",
    ),
    (
        Level::Error,
        "fehler erreur errore erro fout błąd fel fejl feil virhe chyba hiba eroare hata σφάλμα помилка ошибка \
         エラー 错误 錯誤 오류 ข้อผิดพลาด pogreška greška napaka грешка שגיאה خطأ lỗi kesalahan",
    ),
    (
        Level::Critical,
        "kritisch critique crítico critico kritiskt kritisk kriittinen kritické kritická kritikus critic kritik \
         κρίσιμο критична критический 重大 关键 關鍵 严重 위험 krytyczny krytyczne kritično",
    ),
    (
        Level::Verbose,
        "ausführlich commentaires detallado dettagliato uitgebreid detaljerad detaljeret 詳細 详细",
    ),
];

impl Header {
    /// The header of a name in any of the languages.
    pub(super) fn of(name: &str) -> Option<Self> {
        let name = name.trim().replace('\u{2019}', "'").to_lowercase();
        let found = HEADERS
            .iter()
            .find(|(_, words)| words.split(';').any(|word| word == name));
        found.map(|&(header, _)| header)
    }
}

/// The severity that a word in any of the languages means.
pub(super) fn level(word: &str) -> Option<Level> {
    let word = word.trim();
    Level::from_word(word).or_else(|| {
        let lower = word.to_lowercase();
        let mut all = LEVELS.iter();
        all.find(|(_, words)| words.split_whitespace().any(|known| known == lower))
            .map(|&(level, _)| level)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_means_two_things() {
        let all: Vec<&str> = HEADERS.iter().flat_map(|(_, words)| words.split(';')).collect();
        for (place, word) in all.iter().enumerate() {
            assert!(!all.iter().skip(place + 1).any(|other| other == word), "{word}");
            assert_eq!(word.trim(), *word);
            assert_eq!(word.to_lowercase(), *word);
        }
    }

    #[test]
    fn words_of_many_languages_are_known() {
        assert_eq!(Header::of("Hændelses-id"), Some(Header::Id));
        assert_eq!(Header::of("ID de l’événement"), Some(Header::Id));
        assert_eq!(Header::of("Leírás"), Some(Header::Description));
        assert_eq!(Header::of("colour"), None);
        assert_eq!(level(" Hata "), Some(Level::Error));
        assert_eq!(level("Fehlercode"), None);
    }
}

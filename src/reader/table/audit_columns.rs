//! Tables that somebody made of audit events with headings of his own: a time, an id, and a few of the values that matter. Which value a
//! heading means is told by what audits have. Must not know what an audit means.

use super::columns::Column;

/// The values of audits behind headings, as the records name them; headings in lower case, letters and digits alone.
const FIELDS: &[(&str, &[&str])] = &[
    (
        "TargetUserName",
        &[
            "user",
            "username",
            "account",
            "accountname",
            "targetusername",
            "logonaccount",
            "benutzer",
            "konto",
            "utilisateur",
            "usuario",
            "usuário",
            "utente",
        ],
    ),
    (
        "TargetDomainName",
        &["domain", "accountdomain", "targetdomainname"],
    ),
    (
        "Status",
        &[
            "status",
            "result",
            "resultcode",
            "failurecode",
            "errorcode",
            "code",
            "error",
            "ergebnis",
            "fehlercode",
        ],
    ),
    ("SubStatus", &["substatus", "sub"]),
    (
        "IpAddress",
        &[
            "ip",
            "ipaddress",
            "address",
            "clientaddress",
            "client",
            "clientip",
            "sourceip",
            "source",
            "srcip",
            "sourcenetworkaddress",
        ],
    ),
    ("WorkstationName", &["workstation", "workstationname", "ws"]),
    ("LogonType", &["logontype", "type", "lt"]),
    ("ServiceName", &["service", "servicename", "svc"]),
    ("PreAuthType", &["preauth", "preauthtype"]),
];
const IDS: &[&str] = &["evt", "event", "eventid", "id", "evid", "ereignis", "eventcode"];
const TIMES: &[&str] = &[
    "time",
    "date",
    "datetime",
    "timestamp",
    "timecreated",
    "when",
    "zeit",
    "datum",
    "heure",
    "hora",
    "fecha",
    "data",
    "ora",
];
const HOSTS: &[&str] = &[
    "computer",
    "host",
    "dc",
    "machine",
    "machinename",
    "domaincontroller",
];

/// The columns, if a row has such headings: a time, an id and a status.
pub(super) fn of_headings<T: AsRef<str>>(cells: &[T]) -> Option<Vec<Column>> {
    let bare = |cell: &T| -> String {
        let letters = cell.as_ref().chars().filter(|letter| letter.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    let mut columns: Vec<Column> = Vec::with_capacity(cells.len());
    for cell in cells {
        let name = bare(cell);
        let name = name.as_str();
        let field = FIELDS
            .iter()
            .find(|(_, names)| names.contains(&name))
            .map(|(field, _)| Column::Field(field));
        let found = match name {
            _ if IDS.contains(&name) => Column::Id,
            _ if TIMES.contains(&name) => Column::Date,
            _ if HOSTS.contains(&name) => Column::Computer,
            _ => field.unwrap_or(Column::Other),
        };
        columns.push(if columns.contains(&found) {
            Column::Other
        } else {
            found
        });
    }
    let needed = [Column::Id, Column::Date, Column::Field("Status")];
    needed
        .iter()
        .all(|column| columns.contains(column))
        .then_some(columns)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_of_ones_own() {
        let columns = of_headings(&["time", "evt", "user", "result", "ip"]).unwrap();
        assert_eq!(
            columns[2..],
            [
                Column::Field("TargetUserName"),
                Column::Field("Status"),
                Column::Field("IpAddress")
            ]
        );
        assert_eq!(of_headings(&["time", "user", "result"]), None);
        assert_eq!(
            of_headings(&["Level", "Date and Time", "Source", "Event ID"]),
            None
        );
    }
}

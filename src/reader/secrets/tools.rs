//! Commands that take a secret among their arguments, as data: their names, and where it stands. Must not know how they are
//! found.

use super::words::Words;

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
    /// In an argument that begins so, behind the first of this sign after that.
    JoinedHalf(&'static [&'static str], char),
    /// In every argument that is no option, behind its equals sign.
    Assigned,
    /// The second argument behind one of these, or a later one.
    Further(&'static [&'static str], usize),
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
            "winrs", "winrm", "wmic", "cmdkey", "netdom", "xfreerdp", "wfreerdp", "appcmd",
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
            "/gp:",
            "-gp:",
        ])],
    },
    Command {
        names: &["curl", "curl64"],
        verb: "",
        places: &[
            Place::Half(&["-u", "--user", "-U", "--proxy-user"], ':'),
            Place::JoinedHalf(&["-u", "-U"], ':'),
        ],
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
        names: &["sqlcmd", "osql", "bcp", "isql", "zip", "unzip"],
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
            "wevtutil",
            "tabcmd",
            "mongo",
            "mongosh",
            "mongodump",
        ],
        verb: "",
        places: &[Place::After(&["-p", "-p:", "/p"])],
    },
    Command {
        names: &["docker", "podman"],
        verb: "login",
        places: &[Place::After(&["-p"])],
    },
    Command {
        names: &["mysql", "mysqldump", "mysqladmin", "mariadb", "sshpass"],
        verb: "",
        places: &[Place::Joined(&["-p"])],
    },
    // Tools of Windows that can look at another machine.
    Command {
        names: &[
            "tasklist",
            "taskkill",
            "systeminfo",
            "gpresult",
            "driverquery",
            "getmac",
            "eventcreate",
            "openfiles",
            "waitfor",
            "takeown",
            "cpau",
            "dsquery",
            "dsget",
            "dsmod",
            "dsadd",
        ],
        verb: "",
        places: &[Place::After(&["/p", "-p"])],
    },
    Command {
        names: &["ktpass", "keytool", "jarsigner", "dtexec"],
        verb: "",
        places: &[Place::After(&[
            "/pass",
            "-pass",
            "-storepass",
            "-keypass",
            "/de",
            "/decrypt",
            "-decrypt",
        ])],
    },
    Command {
        names: &["csvde", "ldifde"],
        verb: "",
        places: &[Place::Further(&["-b", "-B"], 3), Place::Further(&["-a", "-A"], 2)],
    },
    Command {
        names: &["htpasswd"],
        verb: "-b",
        places: &[Place::Positional(2)],
    },
    // Stores of secrets.
    Command {
        names: &["vaultcmd"],
        verb: "",
        places: &[Place::Joined(&["/authenticator:", "-authenticator:"])],
    },
    Command {
        names: &["az"],
        verb: "keyvault",
        places: &[Place::After(&["--value"])],
    },
    Command {
        names: &["aws"],
        verb: "secretsmanager",
        places: &[Place::After(&["--secret-string"])],
    },
    Command {
        names: &["aws"],
        verb: "ssm",
        places: &[Place::After(&["--value"])],
    },
    Command {
        names: &["gh", "glab"],
        verb: "secret",
        places: &[Place::After(&["--body", "-b", "-v", "--value"])],
    },
    Command {
        names: &["forticlient", "openconnect", "vpncli"],
        verb: "",
        places: &[Place::Half(&["-u", "--user"], ':')],
    },
    Command {
        names: &["nssm"],
        verb: "set",
        places: &[Place::Further(&["ObjectName"], 2)],
    },
    Command {
        names: &["nircmd", "nircmdc"],
        verb: "runas",
        places: &[Place::Positional(1)],
    },
    Command {
        names: &["bitsadmin"],
        verb: "/setcredentials",
        places: &[Place::Positional(4)],
    },
    Command {
        names: &["redis"],
        verb: "-cli",
        places: &[Place::After(&["-a"])],
    },
    Command {
        names: &["ldapsearch", "ldapmodify", "ldapadd", "ldapwhoami", "ldapdelete"],
        verb: "",
        places: &[Place::After(&["-w"])],
    },
    Command {
        names: &["lftp"],
        verb: "",
        places: &[Place::Half(&["-u", "--user"], ',')],
    },
    Command {
        names: &["7z", "7za", "7zr", "rar", "winrar", "unrar"],
        verb: "",
        places: &[Place::Joined(&["-p", "-hp"])],
    },
    Command {
        names: &["vmrun"],
        verb: "",
        places: &[Place::After(&["-gp", "-vp"])],
    },
    Command {
        names: &["smbmap", "crackmapexec", "netexec"],
        verb: "",
        places: &[Place::After(&["-p"])],
    },
    Command {
        names: &["openssl"],
        verb: "enc",
        places: &[Place::After(&["-k", "-K"])],
    },
    Command {
        names: &["db2"],
        verb: "connect",
        places: &[Place::After(&["using", "USING"])],
    },
    // Blue Prism: the name of the account, and its password.
    Command {
        names: &["automate", "automatec"],
        verb: "",
        places: &[Place::Further(&["/user", "/User"], 2)],
    },
    Command {
        names: &["rclone"],
        verb: "config",
        places: &[Place::After(&["pass", "password", "pass2"])],
    },
    Command {
        names: &["rclone"],
        verb: "",
        places: &[Place::After(&[
            "--sftp-pass",
            "--smb-pass",
            "--ftp-pass",
            "--webdav-pass",
            "--rc-pass",
        ])],
    },
    Command {
        names: &[
            "uipcli",
            "ncftpput",
            "ncftpget",
            "veracrypt",
            "isqlw",
            "mosquitto_pub",
            "mosquitto_sub",
            "ipmitool",
            "blat",
            "nzsql",
            "swaks",
            "sendemail",
        ],
        verb: "",
        places: &[Place::After(&["-p", "-P", "/p", "-pw", "-ap", "-xp", "-au-pass"])],
    },
    Command {
        names: &[
            "x11vnc",
            "tvnserver",
            "vncviewer",
            "vncpasswd",
            "teamviewer",
            "openvpn",
            "gpg",
        ],
        verb: "",
        places: &[Place::After(&[
            "-passwd",
            "--passwd",
            "--passphrase",
            "-passphrase",
        ])],
    },
    Command {
        names: &["evil"],
        verb: "-winrm",
        places: &[Place::After(&["-p"])],
    },
    Command {
        names: &["nmcli"],
        verb: "",
        places: &[Place::After(&["wifi-sec.psk", "802-11-wireless-security.psk"])],
    },
    Command {
        names: &["wpa_passphrase"],
        verb: "",
        places: &[Place::Positional(1)],
    },
    Command {
        names: &["ssh"],
        verb: "-keygen",
        places: &[Place::After(&["-N", "-P"])],
    },
    Command {
        names: &["openssl"],
        verb: "",
        places: &[Place::Joined(&["pass:"])],
    },
    Command {
        names: &["winexe", "smbclient", "rpcclient", "smbget", "nmblookup"],
        verb: "",
        places: &[
            Place::Half(&["-U", "--user"], '%'),
            Place::JoinedHalf(&["-U", "--user="], '%'),
        ],
    },
    Command {
        names: &["rclone"],
        verb: "obscure",
        places: &[Place::Positional(0)],
    },
    Command {
        names: &["vault"],
        verb: "kv",
        places: &[Place::Assigned],
    },
    Command {
        names: &["kubectl", "oc"],
        verb: "create",
        places: &[Place::JoinedHalf(&["--from-literal="], '=')],
    },
    Command {
        names: &["aaplayer"],
        verb: "",
        places: &[Place::Joined(&["/p"])],
    },
    Command {
        names: &["autologon", "autologon64", "rasdial"],
        verb: "",
        places: &[Place::Positional(2)],
    },
];

/// Texts without any of these hold none of the commands. The last ones are what a shell leaves out, within names that are hidden so.
pub(super) const COMMAND_HINTS: &str = "psexec;paexec;psinfo;pslist;pskill;psservice;psshutdown;\
    psloggedon;pspasswd;csexec;net use;net  use;net.exe;net1;net user;schtasks;plink;pscp;psftp;putty;\
    winrs;wmic;cmdkey;netdom;freerdp;appcmd;curl;smbclient;rpcclient;uirobot;usershost;robotclient;\
    uipcli;sqlcmd;osql;bcp ;isql;sshpass;mysql;rdesktop;certutil;signtool;az ;docker;7z;rar ;rar.exe;\
    aaplayer;autologon;rasdial;wevtutil;winrm;mariadb;tasklist;taskkill;systeminfo;gpresult;driverquery;getmac;\
    eventcreate;openfiles;waitfor;takeown;cpau;dsquery;dsget;dsmod;dsadd;ktpass;dtexec;keytool;\
    jarsigner;csvde;ldifde;nssm;nircmd;bitsadmin;redis-cli;ldapsearch;ldapmodify;ldapadd;ldapwhoami;\
    ldapdelete;lftp;vmrun;smbmap;crackmapexec;netexec;openssl;db2 ;automate.exe;automatec;rclone;vault ;\
    from-literal;uipcli;evil-winrm;ncftp;veracrypt;mosquitto;ipmitool;blat ;nzsql;swaks;sendemail;x11vnc;tvnserver;vncviewer;teamviewer;\
    nmcli;wpa_passphrase;ssh-keygen;winexe;smbget;zip -p;vaultcmd;aws ;gh secret;glab ;forticlient;cs1=;htpasswd;pw.cmd;pw.bat;pw.ps1;pwd.cmd;pwd.bat;pwd.ps1;password.cmd;password.bat;\
    password.ps1;password.vbs;passwort.cmd;passwort.bat;passwort.ps1;kennwort.cmd;kennwort.ps1;tabcmd;mongo;\"net\";'net';t^ ;n^e;e^t;p^s;s^e;s^c;c^h;h^t;t^a;a^s;s^k;k^s;c^m;\
    m^d;d^k;k^e;e^y;r^u;u^n;n^a";

/// Ends of the names of functions that are given a secret, in lower case: `Set-MyPassword`.
pub(super) static FUNCTION_ENDS: Words =
    Words::new("password passwort kennwort passwd pwd pw secret token cred creds credential");

//! Secrets that are told by their own shape, without a name, as data. Must not know how they are applied.

use super::rules::{Check, Rule};

/// Words beside a recovery key of a disk.
pub(super) const RECOVERY: &str = "recovery;bitlocker;protector;numerical;password;manage-bde;\
    unlock-bitlocker;entsperr;wiederherst;récup;recup;ripristin;odzysk;herstel;восстан;回復;恢复;복구";

/// The shapes.
pub(super) const SHAPES: &[Rule] = &[
    Rule {
        hints: "eyj",
        marks: &[],
        form: r"\b(?-i:eyJ)[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?",
        check: Check::Shape,
    },
    Rule {
        hints: "ghp_;gho_;ghu_;ghs_;ghr_;github_pat_;glpat-;xox;npm_;_live_;sk-;rt_;sg.;xapp-;dop_v1_;hf_;\
            pypi-;atatt3;shpat_;ya29.;hvs.;dapi;sq0",
        marks: &[],
        form: r"\b(?-i:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{16,}|xox[abeoprs]-[A-Za-z0-9-]{10,}|npm_[A-Za-z0-9]{30,}|[rs]k_live_[A-Za-z0-9]{16,}|sk-[A-Za-z0-9_-]{24,}|rt_[A-Za-z0-9]{40,}|SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}|xapp-[0-9]-[A-Z0-9]+-[A-Za-z0-9-]{16,}|dop_v1_[A-Za-z0-9]{30,}|hf_[A-Za-z0-9]{24,}|pypi-[A-Za-z0-9_-]{24,}|ATATT3[A-Za-z0-9_=-]{30,}|shpat_[A-Za-z0-9]{24,}|ya29\.[A-Za-z0-9_-]{24,}|hvs\.[A-Za-z0-9_-]{20,}|dapi[a-f0-9]{32}|sq0[a-z]{3}-[A-Za-z0-9_-]{20,})",
        check: Check::Shape,
    },
    Rule {
        hints: "akia;asia;aiza;8q~;==",
        marks: &[],
        form: r"(?-i:\bA[KS]IA[0-9A-Z]{16}\b|\bAIza[A-Za-z0-9_-]{35}|\b[A-Za-z0-9_]{3}8Q~[A-Za-z0-9_.~-]{31,}|[A-Za-z0-9+/]{86}==)",
        check: Check::Shape,
    },
    Rule {
        hints: "private key",
        marks: &[],
        form: r"-----BEGIN [A-Z ]{0,20}PRIVATE KEY(?: BLOCK)?-----(?<b>[^-]+)",
        check: Check::Shape,
    },
    // Hashes that log on by themselves, behind what they are called, and tickets to guess a password from.
    Rule {
        hints: "ntlm;nthash;nt hash;aes256;aes128;rc4;hashes;/pth",
        marks: &[],
        form: r"(?i)\b(?:ntlm|nt ?hash|aes256(?:_hmac)?|aes128(?:_hmac)?|rc4(?:_hmac(?:_nt)?)?|hashes|pth)\b[ \t]*[:= ][ \t]*:?(?<b>(?:[0-9a-f]{32}:)?[0-9a-f]{32}(?:[0-9a-f]{32})?)\b",
        check: Check::Shape,
    },
    Rule {
        hints: "$krb5",
        marks: &[],
        form: r"\$krb5(?:tgs|asrep|pa)\$[^ \t\r\n]{16,}",
        check: Check::Shape,
    },
    // A recovery key of BitLocker; a blob that the system protected, which opens where the account is known.
    Rule {
        hints: RECOVERY,
        marks: &[],
        form: r"\b(?:[0-9]{6}-){7}[0-9]{6}\b",
        check: Check::Shape,
    },
    Rule {
        hints: "01000000d08c9ddf",
        marks: &[],
        form: r"(?i)01000000d08c9ddf[0-9a-f]{16,}",
        check: Check::Shape,
    },
    Rule {
        hints: "gocspx-;whsec_;glsa_;dckr_pat_;lin_api_;figd_;ntn_;secret_;pmak-;nrak-;age-secret-key-1;\
            key-;.atlasv1.",
        marks: &[],
        form: r"(?-i:\b(?:GOCSPX-[A-Za-z0-9_-]{20,}|whsec_[A-Za-z0-9+/=]{24,}|glsa_[A-Za-z0-9]{24,}_[0-9a-f]{8}|dckr_pat_[A-Za-z0-9_-]{20,}|lin_api_[A-Za-z0-9]{32,}|figd_[A-Za-z0-9_-]{32,}|ntn_[A-Za-z0-9]{32,}|secret_[A-Za-z0-9]{32,}|PMAK-[0-9a-f]{24}-[0-9a-f]{32,}|NRAK-[A-Z0-9]{24,}|AGE-SECRET-KEY-1[A-Z0-9]{40,}|key-[0-9a-f]{32}|[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{40,})\b)",
        check: Check::Shape,
    },
    // The token of a bot of Telegram.
    Rule {
        hints: ":aa",
        marks: &[":AA"],
        form: r"(?-i:\b[0-9]{8,10}:AA[A-Za-z0-9_-]{32,35}\b)",
        check: Check::Shape,
    },
    // Tokens that begin as words do are looked for where the text speaks of their kind.
    Rule {
        hints: "airtable;token;api key;api_key;apikey;telegram;nuget;bearer;discord;/bot",
        marks: &[],
        form: r"(?-i:\b(?:pat[A-Za-z0-9]{14}\.[0-9a-f]{64}|oy2[a-z2-7]{43}|[MNO][A-Za-z0-9_-]{23,25}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,38})\b|\bbot[0-9]{8,10}:[A-Za-z0-9_-]{35})",
        check: Check::Shape,
    },
];

//! Makes what a program prints the same in every run.

/// Returns text without the home's path, if there is one, ports and digests.
pub(crate) fn normal(text: &str, home: &str) -> String {
    let text = if home.is_empty() {
        text.to_owned()
    } else {
        text.replace(home, "<home>")
    };
    digests(&ports(&text))
}

/// A port that the system chose is `<port>`; those below 20000 are somebody's choice.
fn ports(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("127.0.0.1:") {
        let (before, after) = rest.split_at(at + "127.0.0.1:".len());
        out.push_str(before);
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        let chosen = after[..digits]
            .parse()
            .is_ok_and(|port: u32| port >= 20_000);
        out.push_str(if chosen { "<port>" } else { &after[..digits] });
        rest = &after[digits..];
    }
    out + rest
}

/// A SHA-256 in hex is `<sha256>`: it changes with every byte of a component.
fn digests(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    loop {
        let Some(start) = rest.find(|c: char| c.is_ascii_hexdigit()) else {
            return out + rest;
        };
        let run = rest[start..]
            .bytes()
            .take_while(u8::is_ascii_hexdigit)
            .count();
        out.push_str(&rest[..start]);
        out.push_str(if run == 64 {
            "<sha256>"
        } else {
            &rest[start..start + run]
        });
        rest = &rest[start + run..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_between_runs_is_made_the_same() {
        assert_eq!(
            ports("http://127.0.0.1:43211/x 127.0.0.1:11434"),
            "http://127.0.0.1:<port>/x 127.0.0.1:11434"
        );
        let digest = "0123456789abcdef".repeat(4);
        assert_eq!(
            digests(&format!("sha256:{digest} abc 7")),
            "sha256:<sha256> abc 7"
        );
        assert_eq!(digests(&format!("{digest}0")), format!("{digest}0"));
    }
}

//! Who may know whom. The compiler keeps the web out of the core; this keeps the parts of the core
//! apart, by reading the source.

#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "helpers of tests fail loudly")]

use std::fs;
use std::path::{Path, PathBuf};

/// Each part of the core, with the parts that it may import. A row only names rows above it, so
/// there is no way round.
const TABLE: &[(&str, &[&str])] = &[
    ("time", &[]),
    ("limits", &["time"]),
    ("rng", &["time"]),
    ("print", &[]),
    ("number", &[]),
    ("calendar", &[]),
    ("json", &[]),
    ("cursor", &["calendar", "json", "number", "time"]),
    ("header", &[]),
    ("link", &["header"]),
    ("stats", &["time"]),
    ("position", &[]),
    ("parts", &["cursor", "json", "limits", "position"]),
    ("error", &["number", "time"]),
    ("event", &["limits"]),
    ("text", &[]),
    ("sheet", &["event", "text"]),
    ("frame", &["json", "limits", "text"]),
    ("parser", &["event", "frame"]),
    ("request", &["error", "time"]),
    ("http_date", &["calendar", "header", "time"]),
    ("retry_after", &["header", "http_date", "number", "request", "time"]),
    ("pace", &["header", "http_date", "number", "request", "retry_after", "time"]),
    ("repeats", &["limits"]),
    ("commit", &["event", "position"]),
    ("known", &["commit", "limits"]),
    (
        "protocol",
        &[
            "commit",
            "cursor",
            "error",
            "event",
            "frame",
            "json",
            "known",
            "limits",
            "link",
            "pace",
            "parts",
            "position",
            "print",
            "repeats",
            "request",
            "retry_after",
            "stats",
            "time",
        ],
    ),
    ("spacing", &["limits", "time"]),
    ("backoff", &["limits", "rng", "spacing", "time"]),
    ("timer", &["event", "time"]),
    ("bookmark", &["commit", "known", "limits", "number", "position", "print", "repeats", "time"]),
    ("saver", &["position"]),
    ("config", &["backoff", "bookmark", "limits", "position", "time"]),
    ("io", &["error", "event", "position", "request", "stats", "time"]),
    (
        "bayeux",
        &[
            "backoff",
            "error",
            "io",
            "json",
            "limits",
            "number",
            "request",
            "retry_after",
            "rng",
            "time",
            "timer",
        ],
    ),
    (
        "session",
        &[
            "backoff", "bookmark", "commit", "config", "error", "event", "io", "known", "limits", "number",
            "parts", "position", "print", "protocol", "repeats", "request", "rng", "saver", "spacing",
            "stats", "time", "timer",
        ],
    ),
];

/// Crates from outside, with the parts of the core that may use them.
const CRATES: &[(&str, &[&str])] = &[("memchr", &["text", "json", "frame"])];

/// Parts of the core that the shell has no business with: it hands bytes over and gets events.
const HIDDEN_FROM_WEB: &[&str] = &["frame", "text"];

const FOREIGN: &[&str] = &["std", "js_sys", "web_sys", "wasm_bindgen", "wasm_bindgen_futures", "gloo_net"];

const LINES: usize = 400;

/// A source file, without its tests.
struct File {
    path: PathBuf,
    /// The modules it lies in, from the crate's root: `["engine", "session", "flow"]`.
    module: Vec<String>,
    code: String,
}

fn files(folder: &str) -> Vec<File> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    let mut folders = vec![src.join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let relative = path.strip_prefix(&src).unwrap().with_extension("");
                let mut module: Vec<String> =
                    relative.iter().map(|part| part.to_str().unwrap().to_string()).collect();
                module.retain(|part| part != "mod");
                let code = code(&fs::read_to_string(&path).unwrap());
                files.push(File { path: relative, module, code });
            }
        }
    }
    files.sort_by(|one, two| one.path.cmp(&two.path));
    files
}

/// The lines that are code, up to the tests at the bottom. A `//` in a text would cut its line
/// short, which hides nothing that matters here.
fn code(text: &str) -> String {
    let text = text.split("\n#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let lines = text.lines().map(|line| line.split("//").next().unwrap_or_default().trim_end());
    lines.filter(|line| !line.is_empty()).map(|line| format!("{line}\n")).collect()
}

/// Every path in `code` that begins with one of `roots`, as its segments; groups in braces are
/// taken apart.
fn paths(code: &str, roots: &[&str]) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for (at, _) in code.char_indices() {
        let before = code[..at].chars().next_back();
        let begins = !before.is_some_and(|before| is_word(before) || before == ':');
        if begins && roots.iter().any(|root| code[at..].starts_with(&format!("{root}::"))) {
            walk(&code[at..], Vec::new(), &mut found);
        }
    }
    found
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// Follows one path; returns what is behind it.
fn walk<'a>(code: &'a str, mut path: Vec<String>, found: &mut Vec<Vec<String>>) -> &'a str {
    let code = code.trim_start();
    if let Some(mut rest) = code.strip_prefix('{') {
        loop {
            rest = rest.trim_start();
            if let Some(behind) = rest.strip_prefix('}') {
                return behind;
            }
            let behind = walk(rest, path.clone(), found).trim_start();
            let behind = behind.strip_prefix(',').unwrap_or(behind);
            if behind.len() == rest.len() {
                return behind;
            }
            rest = behind;
        }
    }
    let end = code.find(|character| !is_word(character)).unwrap_or(code.len());
    path.push(code[..end].into());
    match code[end..].strip_prefix("::") {
        Some(rest) => walk(rest, path, found),
        None => {
            found.push(path);
            &code[end..]
        }
    }
}

/// Where a path leads, from the crate's root.
fn resolve(module: &[String], path: &[String]) -> Vec<String> {
    let (mut place, mut rest) = (module.to_vec(), path);
    while let Some((first, behind)) = rest.split_first() {
        match first.as_str() {
            "super" => drop(place.pop()),
            "crate" => place.clear(),
            "self" => {}
            _ => break,
        }
        rest = behind;
    }
    place.extend(rest.iter().cloned());
    place
}

/// The parts of the core that a file names, other than its own.
fn imports(file: &File) -> Vec<String> {
    let mut parts: Vec<String> = paths(&file.code, &["super", "crate"])
        .iter()
        .map(|path| resolve(&file.module, path))
        .filter(|place| place.len() > 1 && place[0] == "engine")
        .map(|mut place| place.swap_remove(1))
        .filter(|part| file.module.get(1) != Some(part) || file.module[0] != "engine")
        .collect();
    parts.sort();
    parts.dedup();
    parts
}

fn engine_violations(files: &[File]) -> Vec<String> {
    let mut violations = Vec::new();
    for file in files {
        let place = file.path.display();
        for name in FOREIGN {
            for path in paths(&file.code, &[name]) {
                violations.push(format!("{place}: names {}", path.join("::")));
            }
        }
        if file.code.contains("pub(crate)") {
            violations.push(format!("{place}: pub(crate)"));
        }
        let Some(part) = file.module.get(1) else {
            continue;
        };
        let Some((_, allowed)) = TABLE.iter().find(|(name, _)| name == part) else {
            violations.push(format!("{place}: {part} is not in the table"));
            continue;
        };
        for import in imports(file).iter().filter(|import| !allowed.contains(&import.as_str())) {
            violations.push(format!("{place}: {part} may not know {import}"));
        }
        for (name, users) in CRATES {
            if !users.contains(&part.as_str()) && !paths(&file.code, &[name]).is_empty() {
                violations.push(format!("{place}: {part} may not know the crate {name}"));
            }
        }
    }
    violations
}

fn assert_none(violations: &[String]) {
    assert!(violations.is_empty(), "\n{}\n", violations.join("\n"));
}

#[test]
fn each_part_of_the_core_knows_only_what_it_may() {
    let files = files("engine");
    assert!(files.len() > 20);
    assert_none(&engine_violations(&files));
}

#[test]
fn imports_point_up_the_table_and_the_table_is_true() {
    let files = files("engine");
    for (index, (part, imports)) in TABLE.iter().enumerate() {
        assert!(
            files.iter().any(|file| file.module.get(1).is_some_and(|name| name == part)),
            "{part} is gone"
        );
        for import in *imports {
            assert!(
                TABLE[..index].iter().any(|(above, _)| above == import),
                "{part} knows {import} below it"
            );
        }
    }
}

#[test]
fn the_shell_knows_no_parser() {
    let files = files("web");
    let violations: Vec<String> = files
        .iter()
        .flat_map(|file| imports(file).into_iter().map(move |import| (file, import)))
        .filter(|(_, import)| HIDDEN_FROM_WEB.contains(&import.as_str()))
        .map(|(file, import)| format!("{}: may not know {import}", file.path.display()))
        .collect();
    assert!(!files.is_empty());
    assert_none(&violations);
}

#[test]
fn no_file_is_too_long() {
    let violations: Vec<String> = files("")
        .iter()
        .map(|file| (file, file.code.lines().count()))
        .filter(|(_, lines)| *lines > LINES)
        .map(|(file, lines)| format!("{}: {lines} lines of code, {LINES} allowed", file.path.display()))
        .collect();
    assert_none(&violations);
}

#[test]
fn each_kind_of_violation_is_found() {
    let file = |module: &[&str], text: &str| File {
        path: module.iter().collect(),
        module: module.iter().map(|part| (*part).into()).collect(),
        code: code(text),
    };
    for (module, text, want) in [
        (&["engine", "text", "utf8"][..], "use super::super::frame::Block;", "text may not know frame"),
        (
            &["engine", "frame", "sse"],
            "use super::super::{\n    limits,\n    time::{Millis, Now},\n};",
            "frame may not know time",
        ),
        (&["engine", "protocol"], "fn f() { super::session::x(); }", "protocol may not know session"),
        (&["engine", "commit"], "use crate::engine::session::Session;", "commit may not know session"),
        (&["engine", "io"], "use memchr::memchr;", "io may not know the crate memchr"),
        (&["engine", "io"], "pub(crate) fn f() {}", "pub(crate)"),
        (&["engine", "io"], "fn f() -> std::time::Instant { g() }", "names std::time::Instant"),
        (&["engine", "session", "flow"], "use web_sys::Response;", "names web_sys::Response"),
        (&["engine", "new"], "", "new is not in the table"),
    ] {
        let found = engine_violations(&[file(module, text)]);
        assert!(matches!(found.as_slice(), [found] if found.ends_with(want)), "{found:?} for {text}");
    }
    let clean = "use super::{Body, State};\n// use super::super::frame::Block;\n#[cfg(test)]\nmod tests {\n    use std::vec;\n}";
    assert_none(&engine_violations(&[file(&["engine", "session", "flow"], clean)]));
}

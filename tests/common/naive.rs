//! A parser that is slow and obvious: the algorithm of HTML 9.2.6 word by word, over a whole stream
//! that was decoded first.

use super::fixtures::{Meaning, Seen};

pub fn read(bytes: &[u8]) -> Meaning {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n").replace('\r', "\n");
    let mut lines: Vec<&str> = text.split('\n').collect();
    // What is behind the last line end is no line.
    lines.pop();
    let mut meaning = Meaning::default();
    let (mut data, mut kind, mut id) = (String::new(), String::new(), String::new());
    for line in lines {
        if line.is_empty() {
            meaning.last_event_id.clone_from(&id);
            if let Some(data) = data.strip_suffix('\n') {
                let kind = if kind.is_empty() { "message".into() } else { kind.clone() };
                meaning.events.push(Seen { kind, data: data.into(), id: id.clone() });
            }
            data.clear();
            kind.clear();
            continue;
        }
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match name {
            "data" => data.extend([value, "\n"]),
            "event" => kind = value.into(),
            "id" if !value.contains('\0') => id = value.into(),
            "retry" if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) => {
                meaning.retry.push(value.parse().unwrap_or(u64::MAX));
            }
            _ => {}
        }
    }
    meaning
}

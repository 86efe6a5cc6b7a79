//! Random JSON texts.

use super::rng::Dice;

/// Writes a JSON text, and counts how often members share a name.
pub struct Writer<'a> {
    dice: &'a mut Dice,
    pub text: String,
    pub repeats: usize,
}

impl<'a> Writer<'a> {
    pub fn new(dice: &'a mut Dice) -> Self {
        Self { dice, text: String::new(), repeats: 0 }
    }

    fn blanks(&mut self) {
        if self.dice.chance(20) {
            self.text += *self.dice.pick(&[" ", "\n", "\r\n", "\t", "  \r\n\r\n "]);
        }
    }

    pub fn value(&mut self, depth: usize) {
        self.blanks();
        match self.dice.below(if depth == 0 { 4 } else { 8 }) {
            0 => self.text += *self.dice.pick(&["0", "-1", "12.50", "1e3", "9007199254740993"]),
            1 => self.text += *self.dice.pick(&["true", "false", "null"]),
            2 | 3 => self.string(),
            4 | 5 => self.array(depth),
            _ => self.object(depth, None),
        }
        self.blanks();
    }

    fn string(&mut self) {
        self.text.push('"');
        for _ in 0..self.dice.below(6) {
            self.text += *self.dice.pick(STRINGS);
        }
        self.text.push('"');
    }

    fn array(&mut self, depth: usize) {
        self.text.push('[');
        for index in 0..self.dice.below(5) {
            self.text += if index > 0 { "," } else { "" };
            self.value(depth - 1);
        }
        self.blanks();
        self.text.push(']');
    }

    /// An object; `way`: it has a member of the first of these names, and so on, with an array at the end.
    pub fn object(&mut self, depth: usize, way: Option<&[&str]>) {
        self.text.push('{');
        let count = self.dice.below(4) + usize::from(way.is_some());
        let place = self.dice.below(count.max(1));
        let mut names = Vec::new();
        for index in 0..count {
            let name = match way {
                Some(way) if index == place => way[0],
                _ => *self.dice.pick(NAMES),
            };
            self.repeats += usize::from(names.contains(&name));
            names.push(name);
            self.text += if index > 0 { "," } else { "" };
            self.blanks();
            self.text += &serde_json::to_string(name).unwrap();
            self.blanks();
            self.text.push(':');
            self.blanks();
            match way {
                Some([_]) if index == place => self.array(3),
                Some([_, rest @ ..]) if index == place => self.object(2, Some(rest)),
                _ => self.value(depth.saturating_sub(1)),
            }
            self.blanks();
        }
        self.blanks();
        self.text.push('}');
    }
}

#[rustfmt::skip]
const STRINGS: &[&str] = &[
    "a", "items", "\\\"", "\\\\", "\\\\\\\"", "\\u0041", "\\n", "[", "]", "{", "}", ",", ":", "],[", " ", "ż", "🐢", "\u{7f}",
    "what is longer than one look can take in, of which there are sixty-four",
];

pub const NAMES: &[&str] =
    &["items", "a", "b", "x", "\"", "\\", "[", "", "data", "c", "żółw", "next", "more"];

/// A text, the way to its items, and how often members share a name.
pub fn document(dice: &mut Dice) -> (String, &'static str, usize) {
    let (pointer, way): (&str, Option<&[&str]>) = *dice.pick(&[
        ("/items", Some(&["items"][..])),
        ("/data/items", Some(&["data", "items"])),
        ("/a/b/\"", Some(&["a", "b", "\""])),
        ("", None),
        ("/1", None),
        ("/0/items", None),
    ]);
    let mut writer = Writer::new(dice);
    writer.blanks();
    if way.is_some() && writer.dice.chance(90) {
        writer.object(2, way);
    } else if writer.dice.chance(80) {
        writer.array(4);
    } else {
        writer.value(4);
    }
    (writer.text, pointer, writer.repeats)
}

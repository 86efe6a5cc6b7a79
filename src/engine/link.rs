//! Links in a header (RFC 8288).

use super::header::Reader;

/// The target, as it is written, of the first link in `header` that has `rel` among its relations. A link
/// with an anchor is passed over: it is about another resource (3.2).
pub fn link<'a>(header: &'a str, rel: &str) -> Option<&'a str> {
    let mut reader = Reader::new(header);
    loop {
        let target = reader.target()?;
        let (mut relations, mut is_elsewhere) = (None, false);
        while let Some((name, value)) = reader.parameter() {
            if name.eq_ignore_ascii_case("rel") {
                // Only the first one counts (3.3).
                relations.get_or_insert(value);
            } else if name.eq_ignore_ascii_case("anchor") {
                is_elsewhere = true;
            }
        }
        let has_rel =
            |relations: &str| relations.split([' ', '\t']).any(|known| known.eq_ignore_ascii_case(rel));
        if !is_elsewhere && !rel.is_empty() && relations.is_some_and(|relations| has_rel(&relations)) {
            return Some(target);
        }
        reader.to_next();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::prelude::v1::*;

    #[test]
    fn the_first_link_of_the_relation_is_found() {
        for (header, want) in [
            ("</next>; rel=\"next\"", Some("/next")),
            ("</next>; rel=next", Some("/next")),
            ("</next>;rel=next", Some("/next")),
            ("</next> ;\trel = \"next\" ", Some("/next")),
            ("</next>; REL=NeXt", Some("/next")),
            ("<>; rel=next", Some("")),
            // As GitHub writes them.
            (
                "<https://api.example/events?page=1>; rel=\"prev\", <https://api.example/events?page=3>; rel=\"next\", <https://api.example/events?page=9>; rel=\"last\"",
                Some("https://api.example/events?page=3"),
            ),
            ("</1>; rel=next, </2>; rel=next", Some("/1")),
            ("</1>; rel=self,</2>; rel=\"last  next\"", Some("/2")),
            ("</1>; rel=\"nextpage\", </2>; rel=\"prev-next\", </3>; rel=next", Some("/3")),
            ("</1>; rel=prev; rel=next, </2>; rel=next; rel=prev", Some("/2")),
            ("</1>; rel; rel=next, </2>; rel=next", Some("/2")),
            ("</1>; rev=next, </2>; rel*=next, </3>; title=next, </4>; rel=next", Some("/4")),
            ("</1>; rel=next; anchor=\"/other\", </2>; rel=next", Some("/2")),
            ("</1>; anchor=\"\"; rel=next", None),
            ("</a,b;c?d=\"e>; rel=next", Some("/a,b;c?d=\"e")),
            ("</1>; title=\"a, </x>; rel=next\", </2>; rel=next", Some("/2")),
            ("</1>; title=\"a \\\", </x>; rel=next\"; rel=prev, </2>; rel=next", Some("/2")),
            ("</1>; title*=UTF-8''n%c3%a4chste; rel=\"ne\\xt\"", Some("/1")),
            (",, ,</1>; rel=next,,", Some("/1")),
            ("</1>, </2>; rel=next", Some("/2")),
            ("</1>; rel=\"next", Some("/1")),
            ("</ż>; rel=next", Some("/ż")),
            ("</1>; rel=\"\", </2>", None),
            ("", None),
            ("next", None),
            ("</1; rel=next", None),
            ("/1>; rel=next", None),
            ("</1> rel=next", None),
            ("x, </1>; rel=next", None),
        ] {
            assert_eq!(link(header, "next"), want, "{header}");
        }
    }

    #[test]
    fn relations_of_ones_own_are_addresses() {
        let header = "</1>; rel=\"prev https://rels.example/Newer\"; type=\"a/b\"";
        assert_eq!(link(header, "https://rels.example/newer"), Some("/1"));
        assert_eq!(link("</1>; rel=https://rels.example/?a=b", "https://rels.example/?a=b"), Some("/1"));
        assert_eq!(link(header, ""), None);
        assert_eq!(link("</1>; rel=\"\"", ""), None);
    }
}

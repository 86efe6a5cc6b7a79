//! Channels and patterns. Names are not checked: services know more of them than the protocol allows.

/// Whether a subscription to `pattern` hears what is sent on `channel`: `/*` at the end stands for one
/// segment, `/**` for any number of them.
pub(super) fn hears(pattern: &str, channel: &str) -> bool {
    if let Some(stem) = pattern.strip_suffix("/**") {
        return below(stem, channel).is_some();
    }
    match pattern.strip_suffix("/*") {
        Some(stem) => below(stem, channel).is_some_and(|rest| !rest.contains('/')),
        None => pattern == channel || filtered(pattern) == Some(channel),
    }
}

/// Whether it is the pattern of many channels.
pub(super) fn is_pattern(channel: &str) -> bool {
    channel.ends_with("/*") || channel.ends_with("/**")
}

/// What stands behind `stem` and its slash.
fn below<'a>(stem: &str, channel: &'a str) -> Option<&'a str> {
    channel.strip_prefix(stem)?.strip_prefix('/').filter(|rest| !rest.is_empty())
}

/// The channel without the filter that some services let a subscription name (`/topic/Name?Field=value`):
/// what is delivered may be on either.
fn filtered(channel: &str) -> Option<&str> {
    channel.split_once('?').map(|(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_hears_one_segment_or_any_depth_and_a_name_itself() {
        for (pattern, channel, want) in [
            ("/a/b", "/a/b", true),
            ("/a/b", "/a/B", false),
            ("/a/*", "/a/b", true),
            ("/a/*", "/a/b/c", false),
            ("/a/*", "/a/", false),
            ("/a/*", "/ab/c", false),
            ("/a/**", "/a/b", true),
            ("/a/**", "/a/b/c", true),
            ("/a/**", "/a", false),
            ("/*", "/a", true),
            ("/**", "/a/b", true),
            ("/topic/T?F=1", "/topic/T?F=1", true),
            ("/topic/T?F=1", "/topic/T", true),
            ("/topic/T", "/topic/T?F=1", false),
        ] {
            assert_eq!(hears(pattern, channel), want, "{pattern} {channel}");
        }
        assert!(is_pattern("/a/*") && is_pattern("/**") && !is_pattern("/a"));
    }
}

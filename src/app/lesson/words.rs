//! What a link holds, in words, and the code that puts a room into another page.

use crate::app::url::{UrlState, write};

/// Height of a room in another page, in CSS pixels: the first screen of a laptop.
const FRAME_HEIGHT: u32 = 720;

/// A sentence on what the address of this state holds.
pub fn contents(state: &UrlState) -> String {
    let plain = UrlState::default();
    let drawing = if state.drawing.is_empty() { None } else { Some("the drawing") };
    let parts = [
        drawing,
        (!state.model.is_empty() || state.beside).then_some("the networks that answer"),
        (state.why != plain.why).then_some("what Why asks"),
        (state.references != plain.references).then_some("the references"),
        (state.photos != plain.photos).then_some("the photograph and what is asked about it"),
        (state.train != plain.train).then_some("the settings of Train"),
        (state.polynomial != plain.polynomial).then_some("what is chosen in Polynomial"),
        (state.distil != plain.distil).then_some("what is chosen in Distil"),
        (state.device != plain.device).then_some("the wish for a device"),
        (state.lesson.groups().next().is_some()).then_some("what it hides"),
    ];
    let parts: Vec<&str> = parts.into_iter().flatten().collect();
    let room = format!("the room {}", state.room.title());
    let held = match parts.split_last() {
        None => format!("{room} as it opens"),
        Some((last, [])) => format!("{room} and {last}"),
        Some((last, others)) => format!("{room}, {} and {last}", others.join(", ")),
    };
    format!("The link holds {held}. Trained weights and opened pictures are not part of it.")
}

/// The address of a state; `page` is the address of the page without its query.
pub fn address(page: &str, state: &UrlState) -> String {
    format!("{page}{}", write(state))
}

/// HTML that puts the room into another page, without the top bar.
pub fn embedding(page: &str, state: &UrlState) -> String {
    let mut state = state.clone();
    state.lesson.embed = true;
    // Addresses hold letters, digits, `-`, `_`, `.`, `,` and `=`; of what HTML reserves, they hold only `&`.
    let address = address(page, &state).replace('&', "&amp;");
    format!(
        "<iframe src=\"{address}\" title=\"TaylorNet Explorer: {}\" width=\"100%\" height=\"{FRAME_HEIGHT}\" \
         allow=\"clipboard-write; webgpu\" loading=\"lazy\"></iframe>",
        state.room.title()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::url::{Group, parse};

    #[test]
    fn the_sentence_names_what_differs_from_the_defaults() {
        let held = |query: &str| contents(&parse(query).state);
        assert!(held("").starts_with("The link holds the room Draw as it opens. "));
        assert!(held("?drawing=t000").starts_with("The link holds the room Draw and the drawing. "));
        assert!(held("?room=train&net=conv-7&device=cpu&hide=device").starts_with(
            "The link holds the room Train, the settings of Train, the wish for a device and what it hides. "
        ));
    }

    #[test]
    fn the_code_leads_to_the_same_state_without_the_bar() {
        let mut state = parse("?room=distil&shown=3&hide=settings,files").state;
        let code = embedding("https://example.org/x/", &state);
        let source = code.split('"').nth(1).unwrap().replace("&amp;", "&");
        let found = parse(source.strip_prefix("https://example.org/x/").unwrap());
        state.lesson.embed = true;
        assert_eq!((found.state, found.notice), (state.clone(), None));
        assert!(state.lesson.hides(Group::Files) && !state.lesson.hides(Group::Why));
        assert!(code.contains("title=\"TaylorNet Explorer: Distil\""));
    }
}

//! The automaton of all that is searched for: a suffix automaton over every secret.
//!
//! For each byte of a text it knows how long a piece of some secret ends there, in constant time and
//! whatever the number of secrets. Blumer et al., "The smallest automaton recognizing the subwords
//! of a text" (1985); a text that is inserted after another begins at the root again.

/// No state, or no link.
const NONE: u32 = u32::MAX;

/// A piece of a text that is one of a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// Where it begins.
    pub(super) start: usize,
    /// Where it ends.
    pub(super) end: usize,
    /// Whether it is a whole secret, one that is too short for pieces of it to count.
    pub(super) whole: bool,
}

/// Every piece of some texts.
#[derive(Clone, Debug)]
pub(super) struct Automaton {
    states: Vec<State>,
    /// The root has many edges; all other states have few.
    root: Box<[u32; 256]>,
}

#[derive(Clone, Debug)]
struct State {
    /// Length of the longest piece that leads here.
    length: u32,
    link: u32,
    edges: Vec<(u8, u32)>,
    /// Whether pieces that lead here count: they are of a text that is searched for in pieces.
    in_pieces: bool,
    /// Otherwise, the length of the longest end of them that counts.
    below: u32,
    /// Length of the whole secret that leads here, and of the longest that such a piece ends with.
    own: u32,
    inherited: u32,
}

impl Automaton {
    /// Returns the automaton of these texts; of `whole` ones only the whole counts.
    pub(super) fn of<'t>(
        texts: impl Iterator<Item = &'t [u8]>,
        whole: impl Iterator<Item = &'t [u8]>,
    ) -> Self {
        let mut automaton = Self {
            states: vec![State::new(0, true)],
            root: Box::new([NONE; 256]),
        };
        texts.for_each(|text| automaton.insert(text, true));
        let whole: Vec<&[u8]> = whole.collect();
        whole.iter().for_each(|text| automaton.insert(text, false));
        automaton.mark(&whole);
        automaton
    }

    /// Adds a text. Those that are searched for in pieces come first.
    fn insert(&mut self, text: &[u8], in_pieces: bool) {
        let mut last = 0;
        for &byte in text {
            last = self.extend(last, byte, in_pieces);
        }
    }

    fn extend(&mut self, last: u32, byte: u8, in_pieces: bool) -> u32 {
        let length = self.states[last as usize].length + 1;
        let known = self.edge(last, byte);
        if known != NONE {
            return self.fitting(last, byte, known);
        }
        let made = self.push(State::new(length, in_pieces));
        let mut at = last;
        while at != NONE && self.edge(at, byte) == NONE {
            self.set_edge(at, byte, made);
            at = self.states[at as usize].link;
        }
        let link = match at {
            NONE => 0,
            _ => self.fitting(at, byte, self.edge(at, byte)),
        };
        self.states[made as usize].link = link;
        made
    }

    /// Returns the state that `byte` leads to from `at` and that is not longer than that: `next`, or
    /// a part split off from it.
    fn fitting(&mut self, at: u32, byte: u8, next: u32) -> u32 {
        let length = self.states[at as usize].length + 1;
        if self.states[next as usize].length == length {
            return next;
        }
        let part = State {
            length,
            ..self.states[next as usize].clone()
        };
        let part = self.push(part);
        self.states[next as usize].link = part;
        let mut above = at;
        while above != NONE && self.edge(above, byte) == next {
            self.set_edge(above, byte, part);
            above = self.states[above as usize].link;
        }
        part
    }

    fn push(&mut self, state: State) -> u32 {
        self.states.push(state);
        u32::try_from(self.states.len() - 1).unwrap_or(NONE)
    }

    fn edge(&self, from: u32, byte: u8) -> u32 {
        if from == 0 {
            return self.root[usize::from(byte)];
        }
        let edges = &self.states[from as usize].edges;
        let found = edges.iter().find(|(known, _)| *known == byte);
        found.map_or(NONE, |(_, to)| *to)
    }

    fn set_edge(&mut self, from: u32, byte: u8, to: u32) {
        if from == 0 {
            self.root[usize::from(byte)] = to;
            return;
        }
        let edges = &mut self.states[from as usize].edges;
        match edges.iter_mut().find(|(known, _)| *known == byte) {
            Some((_, known)) => *known = to,
            None => edges.push((byte, to)),
        }
    }

    /// Notes at each state which whole secrets end there, and which of its pieces count.
    fn mark(&mut self, whole: &[&[u8]]) {
        for text in whole {
            let end = text.iter().fold(0, |at, byte| self.edge(at, *byte));
            let own = &mut self.states[end as usize].own;
            *own = (*own).max(u32::try_from(text.len()).unwrap_or(NONE));
        }
        let mut order: Vec<usize> = (1..self.states.len()).collect();
        order.sort_unstable_by_key(|state| self.states[*state].length);
        for state in order {
            let link = self.states[state].link;
            if link != NONE {
                let above = &self.states[link as usize];
                let inherited = above.inherited.max(above.own);
                let below = if above.in_pieces {
                    above.length
                } else {
                    above.below
                };
                self.states[state].inherited = inherited;
                self.states[state].below = below;
            }
        }
    }

    /// Calls `found` for each place where a piece of at least `least` bytes ends, or a whole secret.
    pub(super) fn search(
        &self,
        text: impl Iterator<Item = u8>,
        least: usize,
        mut found: impl FnMut(Piece),
    ) {
        let (mut at, mut length) = (0_u32, 0_u32);
        for (index, byte) in text.enumerate() {
            loop {
                let next = self.edge(at, byte);
                if next != NONE {
                    at = next;
                    length += 1;
                    break;
                }
                if at == 0 {
                    length = 0;
                    break;
                }
                at = self.states[at as usize].link;
                length = self.states[at as usize].length;
            }
            let state = &self.states[at as usize];
            let whole = if state.own > 0 && length >= state.own {
                state.own
            } else {
                state.inherited
            };
            let piece = if state.in_pieces { length } else { state.below };
            let is_piece = piece as usize >= least;
            if is_piece || whole > 0 {
                let taken = if is_piece { piece.max(whole) } else { whole };
                found(Piece {
                    start: index + 1 - taken as usize,
                    end: index + 1,
                    whole: !is_piece,
                });
            }
        }
    }
}

impl State {
    fn new(length: u32, in_pieces: bool) -> Self {
        Self {
            length,
            in_pieces,
            below: 0,
            link: if length == 0 { NONE } else { 0 },
            edges: Vec::new(),
            own: 0,
            inherited: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(texts: &[&str], whole: &[&str], least: usize, text: &str) -> Vec<String> {
        let automaton = Automaton::of(
            texts.iter().map(|text| text.as_bytes()),
            whole.iter().map(|text| text.as_bytes()),
        );
        let mut found = Vec::new();
        automaton.search(text.bytes(), least, |piece| {
            found.push(text[piece.start..piece.end].to_owned());
        });
        found
    }

    #[test]
    fn the_longest_piece_that_ends_at_each_byte_is_found() {
        assert_eq!(
            pieces(&["banana", "bandana"], &[], 4, "xbandananax"),
            ["band", "banda", "bandan", "bandana", "anan", "anana"]
        );
        assert_eq!(pieces(&["aaaa"], &[], 3, "aaaaaa").len(), 4);
        assert_eq!(
            pieces(&["abcabd"], &[], 3, "abdabcab"),
            ["abd", "abc", "abca", "abcab"]
        );
    }

    #[test]
    fn short_secrets_are_found_whole_wherever_they_end() {
        let found = pieces(
            &["abcdefgh"],
            &["xyz123", "z123", "cdef"],
            6,
            "a xyz123 z123 xyz12 bcdef",
        );
        assert_eq!(found, ["xyz123", "z123", "cdef"]);
    }

    #[test]
    fn pieces_of_a_whole_one_do_not_count() {
        let found = pieces(
            &["gamma-delta"],
            &["alpha-gamma"],
            5,
            "alpha-gamm gamma- alpha-gamma",
        );
        assert_eq!(found, ["gamma", "gamma-", "alpha-gamma"]);
    }

    #[test]
    fn every_piece_of_every_text_and_no_other_is_found() {
        // All texts of two letters, against a plain search.
        let word = |number: u32| -> String {
            (0..9)
                .map(|bit| if number >> bit & 1 == 1 { 'b' } else { 'a' })
                .collect()
        };
        for seed in 0..40_u32 {
            let texts: Vec<String> = (0..3).map(|turn| word(seed * 37 + turn * 101)).collect();
            let refs: Vec<&str> = texts.iter().map(String::as_str).collect();
            let text = word(seed * 11) + &word(seed * 7 + 5);
            let found = pieces(&refs, &[], 3, &text);
            let mut wanted = Vec::new();
            for end in 1..=text.len() {
                let longest = (0..end)
                    .find(|start| texts.iter().any(|known| known.contains(&text[*start..end])));
                wanted.extend(
                    longest
                        .filter(|start| end - start >= 3)
                        .map(|start| text[start..end].to_owned()),
                );
            }
            assert_eq!(found, wanted, "{texts:?} {text}");
        }
    }
}

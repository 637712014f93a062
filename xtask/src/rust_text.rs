//! A Rust source cut into code, comments and strings, so that a check never mistakes one for another. It
//! does not parse: it knows only where a literal or a comment begins and ends.

/// What a piece of source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Everything that is neither of the others.
    Code,
    /// A comment with its marks, doc comments too.
    Comment,
    /// The inside of a string literal, escapes resolved.
    Text,
}

/// A run of source of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// What it is.
    pub(crate) kind: Kind,
    /// The line it begins on, from 1.
    pub(crate) line: usize,
    /// Its characters.
    pub(crate) text: String,
}

/// Cuts `source` into pieces, in order.
pub(crate) fn cut(source: &str) -> Vec<Piece> {
    Cutter {
        chars: source.chars().collect(),
        at: 0,
        line: 1,
        pieces: Vec::new(),
    }
    .run()
}

/// Only the code of `source`, comments and the insides of strings blanked out, its lines kept in place.
pub(crate) fn code_only(source: &str) -> String {
    let mut code = String::with_capacity(source.len());
    let mut line = 1;
    for piece in cut(source) {
        while line < piece.line {
            code.push('\n');
            line += 1;
        }
        if piece.kind == Kind::Code {
            line += piece.text.matches('\n').count();
            code.push_str(&piece.text);
        }
    }
    code
}

/// The line ranges (first, last) of modules behind `#[cfg(test)]`.
pub(crate) fn test_modules(source: &str) -> Vec<(usize, usize)> {
    let code = code_only(source);
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = code[from..].find("#[cfg(test)]") {
        let begin = from + at;
        from = begin + "#[cfg(test)]".len();
        let rest = &code[from..];
        let Some(open) = rest.find('{') else { break };
        // an attribute on a `use` or on `mod tests;` ends before any brace
        if rest.find(';').is_some_and(|end| end < open) {
            continue;
        }
        let mut depth = 0usize;
        let mut end = rest.len();
        for (offset, ch) in rest[open..].char_indices() {
            match ch {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                end = open + offset;
                break;
            }
        }
        let line_of = |to: usize| code[..to].matches('\n').count() + 1;
        found.push((line_of(begin), line_of(from + end)));
        from += end;
    }
    found
}

struct Cutter {
    chars: Vec<char>,
    at: usize,
    line: usize,
    pieces: Vec<Piece>,
}

impl Cutter {
    fn run(mut self) -> Vec<Piece> {
        while let Some(ch) = self.peek(0) {
            match (ch, self.peek(1)) {
                ('/', Some('/')) => self.line_comment(),
                ('/', Some('*')) => self.block_comment(),
                ('"', _) => self.string(),
                ('r', Some('"' | '#')) if !self.after_word() && self.raw_hashes(1).is_some() => self.raw(1),
                ('b' | 'c', Some('r')) if !self.after_word() && self.raw_hashes(2).is_some() => self.raw(2),
                ('\'', _) => self.quote(),
                _ => self.code(1),
            }
        }
        self.pieces
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    /// Whether the character before is part of a word, so that an `r` here begins no literal. `br` and `cr`
    /// come as two.
    fn after_word(&self) -> bool {
        let before = |back: usize| self.at.checked_sub(back).and_then(|at| self.chars.get(at));
        before(1).is_some_and(|ch| ch.is_alphanumeric() || *ch == '_')
    }

    fn next(&mut self) -> Option<char> {
        let ch = self.peek(0)?;
        self.at += 1;
        if ch == '\n' {
            self.line += 1;
        }
        Some(ch)
    }

    fn push(&mut self, kind: Kind, line: usize, text: String) {
        match self.pieces.last_mut() {
            Some(last) if kind == Kind::Code && last.kind == Kind::Code => last.text.push_str(&text),
            _ => self.pieces.push(Piece { kind, line, text }),
        }
    }

    fn code(&mut self, count: usize) {
        let line = self.line;
        let text: String = (0..count).filter_map(|_| self.next()).collect();
        self.push(Kind::Code, line, text);
    }

    fn line_comment(&mut self) {
        let line = self.line;
        let mut text = String::new();
        while self.peek(0).is_some_and(|ch| ch != '\n') {
            text.extend(self.next());
        }
        self.push(Kind::Comment, line, text);
    }

    fn block_comment(&mut self) {
        let line = self.line;
        let mut text = String::new();
        let mut depth = 0usize;
        while let Some(ch) = self.next() {
            text.push(ch);
            if ch == '/' && self.peek(0) == Some('*') {
                depth += 1;
                text.extend(self.next());
            } else if ch == '*' && self.peek(0) == Some('/') {
                depth -= 1;
                text.extend(self.next());
            }
            if depth == 0 {
                break;
            }
        }
        self.push(Kind::Comment, line, text);
    }

    fn string(&mut self) {
        self.code(1);
        let line = self.line;
        let mut text = String::new();
        while let Some(ch) = self.peek(0) {
            if ch == '"' {
                break;
            }
            self.next();
            if ch != '\\' {
                text.push(ch);
                continue;
            }
            match self.next() {
                Some('n' | 'r' | 't') => text.push(' '),
                Some('\n') => text.push('\n'),
                Some(other) => text.push(other),
                None => break,
            }
        }
        self.push(Kind::Text, line, text);
        self.code(1);
    }

    /// How many `#` stand between the `r` and the quote, or `None` if no raw string begins here.
    fn raw_hashes(&self, skip: usize) -> Option<usize> {
        let hashes = (0..).take_while(|n| self.peek(skip + n) == Some('#')).count();
        (self.peek(skip + hashes) == Some('"')).then_some(hashes)
    }

    fn raw(&mut self, skip: usize) {
        let hashes = self.raw_hashes(skip).unwrap_or_default();
        self.code(skip + hashes + 1);
        let line = self.line;
        let mut text = String::new();
        while let Some(ch) = self.peek(0) {
            if ch == '"' && (1..=hashes).all(|n| self.peek(n) == Some('#')) {
                break;
            }
            text.extend(self.next());
        }
        self.push(Kind::Text, line, text);
        self.code(hashes + 1);
    }

    /// A character literal is skipped whole (it may be a quote or a brace); a lifetime is plain code.
    fn quote(&mut self) {
        match (self.peek(1), self.peek(2)) {
            (Some('\\'), _) => {
                let line = self.line;
                self.next();
                self.next();
                self.next();
                while self.peek(0).is_some_and(|ch| ch != '\'') {
                    self.next();
                }
                self.next();
                self.push(Kind::Code, line, "' '".to_owned());
            }
            (Some(_), Some('\'')) => {
                let line = self.line;
                self.next();
                self.next();
                self.next();
                self.push(Kind::Code, line, "' '".to_owned());
            }
            _ => self.code(1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str, kind: Kind) -> Vec<(usize, String)> {
        let of_kind = cut(source).into_iter().filter(|piece| piece.kind == kind);
        of_kind.map(|piece| (piece.line, piece.text)).collect()
    }

    #[test]
    fn strings_of_every_form_are_found() {
        let source =
            "let a = \"x \\\" y\";\nlet b = r#\"raw \" here\"#;\nlet c = b\"bytes\"; let d = br\"q\";";
        let found = texts(source, Kind::Text);
        let wanted = [(1, "x \" y"), (2, "raw \" here"), (3, "bytes"), (3, "q")];
        assert_eq!(found, wanted.map(|(line, text)| (line, text.to_owned())));
    }

    #[test]
    fn quotes_and_lifetimes_do_not_open_strings() {
        let source = "fn f<'a>(x: &'a str) -> char { if x == '\"' { '\\'' } else { '{' } } // \"no\"";
        assert!(texts(source, Kind::Text).is_empty());
        assert_eq!(texts(source, Kind::Comment), [(1, "// \"no\"".to_owned())]);
    }

    #[test]
    fn a_word_that_ends_in_r_begins_no_raw_string() {
        assert_eq!(texts("bar\"x\"", Kind::Text), [(1, "x".to_owned())]);
        assert!(texts("let r#type = 1;", Kind::Text).is_empty());
    }

    #[test]
    fn code_keeps_its_lines() {
        let source = "/* a\n/* b */\n*/ fn x() {}\n\"s\ns\"; y";
        let code = code_only(source);
        assert_eq!(code.lines().nth(2), Some(" fn x() {}"));
        assert!(code.lines().nth(4).is_some_and(|line| line.contains('y')));
    }

    #[test]
    fn a_test_module_is_measured() {
        let source =
            "fn a() {}\n#[cfg(test)]\nuse x;\n#[cfg(test)]\nmod tests {\n fn b() { \"}\"; }\n}\nfn c() {}";
        assert_eq!(test_modules(source), [(4, 7)]);
    }
}

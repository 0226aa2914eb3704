//! As much JSON as the header of a safetensors file holds: text, whole numbers, lists and objects whose keys keep their order and their
//! duplicates. A few lines in place of a library: the whole page has 300 KB, and a general JSON reader alone would take a tenth of the engine.

/// Lists and objects inside one another: a header has three.
const DEEPEST: usize = 8;

/// A JSON value; what a header has no use for is `Other`.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Text(String),
    Whole(u64),
    List(Vec<Value>),
    Object(Vec<(String, Value)>),
    Other,
}

/// Reads one JSON value that fills `text` but for white space; Err is the byte at which it is none.
pub(super) fn read(text: &str) -> Result<Value, usize> {
    let mut reader = Reader { text, at: 0 };
    let value = reader.value(DEEPEST)?;
    if reader.peek().is_some() { Err(reader.at) } else { Ok(value) }
}

/// A JSON string.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\0'..='\x1f' => out.push_str(&format!("\\u{:04x}", c as u32)),
            _ => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Whether a word is a number that a header has no use for: negative, with a fraction or with an exponent.
fn is_number(word: &str) -> bool {
    let (mantissa, exponent) = word.split_once(['e', 'E']).unwrap_or((word, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let parts = [whole.strip_prefix('-').unwrap_or(whole), fraction, exponent.strip_prefix(['+', '-']).unwrap_or(exponent)];
    parts.iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    /// The next byte that is no white space.
    fn peek(&mut self) -> Option<u8> {
        let rest = &self.text.as_bytes()[self.at..];
        self.at += rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> Result<(), usize> {
        if self.peek() != Some(byte) {
            return Err(self.at);
        }
        self.at += 1;
        Ok(())
    }

    fn value(&mut self, deepest: usize) -> Result<Value, usize> {
        match self.peek() {
            Some(b'"') => self.string().map(Value::Text),
            Some(b'[') if deepest > 0 => self.items(b']', |reader| reader.value(deepest - 1)).map(Value::List),
            Some(b'{') if deepest > 0 => self
                .items(b'}', |reader| {
                    reader.peek();
                    let key = reader.string()?;
                    reader.take(b':')?;
                    Ok((key, reader.value(deepest - 1)?))
                })
                .map(Value::Object),
            _ => self.word(),
        }
    }

    /// What stands between brackets, separated by commas.
    fn items<T>(&mut self, close: u8, mut item: impl FnMut(&mut Self) -> Result<T, usize>) -> Result<Vec<T>, usize> {
        self.at += 1;
        let mut items = Vec::new();
        while self.peek() != Some(close) {
            if !items.is_empty() {
                self.take(b',')?;
            }
            items.push(item(self)?);
        }
        self.at += 1;
        Ok(items)
    }

    /// A number, true, false or null.
    fn word(&mut self) -> Result<Value, usize> {
        let rest = &self.text[self.at..];
        let length = rest.find(|c: char| !matches!(c, '0'..='9' | 'a'..='z' | '+' | '-' | '.' | 'E')).unwrap_or(rest.len());
        let word = &rest[..length];
        let digits = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
        let value = match word {
            "true" | "false" | "null" => Value::Other,
            _ if digits && (word == "0" || !word.starts_with('0')) => word.parse().map_or(Value::Other, Value::Whole),
            _ if !digits && is_number(word) => Value::Other,
            _ => return Err(self.at),
        };
        self.at += length;
        Ok(value)
    }

    fn string(&mut self) -> Result<String, usize> {
        if self.text.as_bytes().get(self.at) != Some(&b'"') {
            return Err(self.at);
        }
        self.at += 1;
        let mut out = String::new();
        loop {
            let c = self.text[self.at..].chars().next().ok_or(self.at)?;
            match c {
                '"' => {
                    self.at += 1;
                    return Ok(out);
                }
                '\\' => out.push(self.escape()?),
                '\0'..='\x1f' => return Err(self.at),
                _ => {
                    out.push(c);
                    self.at += c.len_utf8();
                }
            }
        }
    }

    fn escape(&mut self) -> Result<char, usize> {
        let start = self.at;
        let letter = *self.text.as_bytes().get(start + 1).ok_or(start)?;
        self.at += 2;
        Ok(match letter {
            b'"' | b'\\' | b'/' => char::from(letter),
            b'b' => '\x08',
            b'f' => '\x0c',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let high = self.hex().ok_or(start)?;
                if !(0xd800..0xdc00).contains(&high) {
                    return char::from_u32(high).ok_or(start);
                }
                let low = self.text.get(self.at..self.at + 2).filter(|pair| *pair == "\\u").and_then(|_| {
                    self.at += 2;
                    self.hex()
                });
                let low = low.filter(|low| (0xdc00..0xe000).contains(low)).ok_or(start)?;
                return char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)).ok_or(start);
            }
            _ => return Err(start),
        })
    }

    /// Four hexadecimal digits.
    fn hex(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        self.at += 4;
        digits.chars().try_fold(0, |n, digit| Some(16 * n + digit.to_digit(16)?))
    }
}
